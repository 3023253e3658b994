// SPDX-License-Identifier: GPL-2.0-only
/* The list of events: its items, what modifies them, and repetition. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event_text.h"
#include "yaml_reader.h"

/* names of the verdicts a scenario can expect (capture/judge.h) */
static const char *const verdicts[] = {
	"accurate", "stale", "incomplete", "lost", "hang", "any", NULL,
};

enum {
	M_EXPECT, M_AFTER, M_PACE, M_LOCK_BUSY, M_VISIBLE, M_FAIL_ALLOC, M_FAIL_MAP, M_BRINGUP,
	NR_MODIFIERS
};

/* an item as it stands in the document */
struct parts {
	const yaml_node_t *key;
	const struct event_kind *kind;	/* NULL: it is a repetition */
	yaml_node_t *value;
	struct yaml_field modifier[NR_MODIFIERS];
};

static int read_items(struct yaml_reader *r, yaml_node_t *node,
		      const char *what, struct event_list *inner);

static int count(struct yaml_reader *r, const yaml_node_t *at)
{
	if (++r->nr_events > MAX_EVENTS)
		return yaml_wrong(r, at, "more than %u events", MAX_EVENTS);
	return 0;
}

struct event *item_event(struct yaml_reader *r, struct item *item,
			 enum event_type type)
{
	struct event_list *list = item->list;
	struct event *event;

	if (count(r, item->at))
		return NULL;
	if (list->nr == list->max) {
		size_t max = list->max * 2 + 4;

		event = realloc(list->events, max * sizeof(*event));
		if (!event) {
			yaml_no_memory(r);
			return NULL;
		}
		list->events = event;
		list->max = max;
	}
	event = &list->events[list->nr++];
	*event = (struct event){
		.type = type,
		.line = (int)item->at->start_mark.line + 1,
	};
	return event;
}

int item_text(struct yaml_reader *r, struct item *item, const char *fmt, ...)
{
	char text[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	item->text = pool_printf(r->pool, "%s", text);
	return item->text ? 0 : yaml_no_memory(r);
}

/* --- taking an item apart ------------------------------------------------- */

static int find_kind(struct yaml_reader *r, const yaml_node_t *key,
		     const char *name, struct parts *parts)
{
	const struct event_kind *kind = event_kind_find(name);

	if (!kind && strcmp(name, "repeat"))
		return yaml_wrong(r, key, "unknown event \"%.60s\"", name);
	if (kind && kind->powerpc &&
	    r->scenario->machine.arch != ARCH_POWERPC)
		return yaml_wrong(r, key, "%s is for powerpc", name);
	parts->kind = kind;
	parts->key = key;
	return 0;
}

static int take_pair(struct yaml_reader *r, yaml_node_t *key,
		     yaml_node_t *value, struct parts *parts)
{
	const char *name;
	size_t i;

	if (yaml_text(r, key, "key", &name))
		return -1;
	for (i = 0; i < NR_MODIFIERS; i++) {
		if (strcmp(parts->modifier[i].key, name))
			continue;
		if (parts->modifier[i].value)
			return yaml_wrong(r, key, "\"%s\" stands in one event twice",
					  name);
		parts->modifier[i].value = value;
		return 0;
	}
	if (parts->key)
		return yaml_wrong(r, key, "\"%.60s\": an item of the list is one event, and this one is \"%s\" already",
				  name,
				  (char *)parts->key->data.scalar.value);
	parts->value = value;
	return find_kind(r, key, name, parts);
}

static int take_apart(struct yaml_reader *r, yaml_node_t *node,
		      struct parts *parts)
{
	yaml_node_pair_t *pair;
	const char *name;

	*parts = (struct parts){ .modifier = {
		[M_EXPECT] = { .key = "expect" },
		[M_AFTER] = { .key = "after" },
		[M_PACE] = { .key = "pace" },
		[M_LOCK_BUSY] = { .key = "lock-busy" },
		[M_VISIBLE] = { .key = "stays-visible" },
		[M_FAIL_ALLOC] = { .key = "fail-alloc" },
		[M_FAIL_MAP] = { .key = "fail-map" },
		[M_BRINGUP] = { .key = "bringup-fails" },
	} };
	if (node->type == YAML_SCALAR_NODE) {
		if (yaml_text(r, node, "event", &name) ||
		    find_kind(r, node, name, parts))
			return -1;
		if (!parts->kind || !parts->kind->bare)
			return yaml_wrong(r, node, "%s needs a value", name);
		return 0;
	}
	if (node->type != YAML_MAPPING_NODE)
		return yaml_wrong(r, node, "an event is a word or a mapping, not a list");

	for (pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++)
		if (take_pair(r, yaml_node(r, pair->key),
			      yaml_node(r, pair->value), parts))
			return -1;
	if (!parts->key)
		return yaml_wrong(r, node, "no event here");
	return 0;
}

/* --- modifiers ------------------------------------------------------------ */

/* an event that the kernel's crash hotplug code hears of */
static bool reaches_kernel(enum event_type type)
{
	switch (type) {
	case EVENT_CPU_ONLINE:
	case EVENT_CPU_OFFLINE:
	case EVENT_MEMORY_ONLINE:
	case EVENT_MEMORY_OFFLINE:
		return true;
	default:
		return false;
	}
}

/* false: @modifier says nothing about an event of this type */
static bool modify(struct event *event, int modifier, uint64_t value)
{
	switch (modifier) {
	case M_LOCK_BUSY:
		event->lock_busy = value;
		return reaches_kernel(event->type) || event->type == EVENT_CRASH;
	case M_VISIBLE:
		event->stays_visible = value;
		return reaches_kernel(event->type);
	case M_FAIL_ALLOC:
		event->fail_alloc = value;
		return reaches_kernel(event->type) ||
		       event->type == EVENT_RANGES;
	case M_FAIL_MAP:
		event->fail_map = value;
		return reaches_kernel(event->type);
	case M_BRINGUP:
		if (event->type != EVENT_CPU_ONLINE)
			return false;
		event->u.cpu.bringup_fails = value;
		return true;
	default:
		return false;
	}
}

static int apply_modifiers(struct yaml_reader *r, const struct parts *parts,
			   struct item *item, size_t first)
{
	int m;

	for (m = M_LOCK_BUSY; m < NR_MODIFIERS; m++) {
		const struct yaml_field *f = &parts->modifier[m];
		uint64_t value = 0;
		bool on, any = false;
		size_t i;

		if (!f->value)
			continue;
		if (m == M_FAIL_ALLOC || m == M_FAIL_MAP) {
			if (yaml_number(r, f->value, f->key, 1, 1000000, &value))
				return -1;
		} else {
			if (yaml_bool(r, f->value, f->key, &on))
				return -1;
			value = on;
		}
		for (i = first; i < item->list->nr; i++) {
			struct event changed = item->list->events[i];

			if (modify(&changed, m, value)) {
				item->list->events[i] = changed;
				any = true;
			}
			/* it does not stay: later items know it as offline */
			if (m == M_BRINGUP && value &&
			    changed.type == EVENT_CPU_ONLINE)
				core_map_set_online(&r->cores,
						    changed.u.cpu.cpu, false);
		}
		if (!any && item->list->nr > first)
			return yaml_wrong(r, f->value, "%s means nothing for %s",
					  f->key, parts->kind->name);
	}
	return 0;
}

/* --- items ---------------------------------------------------------------- */

/* what the item says; one event without more to say speaks for itself */
static char *step_text(struct yaml_reader *r, const struct item *item)
{
	const struct event_list *list = item->list;
	char text[160] = "", modifiers[80] = "";
	size_t i;

	if (!item->text) {
		event_describe(&list->events[0], text, sizeof(text));
		return pool_printf(r->pool, "%s", text);
	}
	for (i = 0; i < list->nr && !modifiers[0]; i++)
		event_describe_modifiers(&list->events[i], modifiers,
					 sizeof(modifiers));
	return pool_printf(r->pool, "%s%s", item->text, modifiers);
}

static int read_time(struct yaml_reader *r, const struct yaml_field *field,
		     uint64_t *ns)
{
	const char *text;

	if (!field->value)
		return 0;
	if (yaml_text(r, field->value, field->key, &text))
		return -1;
	return duration_parse(text, ns) ? 0 :
	       yaml_wrong(r, field->value, "%s \"%.40s\" is no duration such as 1.5s, 20ms or 300us",
			  field->key, text);
}

static int add_step(struct yaml_reader *r, const struct parts *parts,
		    const struct item *item)
{
	struct scenario *s = r->scenario;
	const yaml_node_t *expect = parts->modifier[M_EXPECT].value;
	struct scenario_step *step;
	size_t choice;

	/* 1, 2, 4, ... steps have room */
	if (!(s->nr_steps & (s->nr_steps - 1))) {
		step = realloc(s->steps, (s->nr_steps ? 2 * s->nr_steps : 1) *
			       sizeof(*step));
		if (!step)
			return yaml_no_memory(r);
		s->steps = step;
	}
	step = &s->steps[s->nr_steps];
	*step = (struct scenario_step){
		.after = TIME_NEVER,
		.pace = TIME_NEVER,
		.line = (int)item->at->start_mark.line + 1,
		.events = item->list->events,
		.nr_events = item->list->nr,
	};
	if (expect) {
		if (yaml_choice(r, expect, "expect", verdicts, &choice))
			return -1;
		step->expect = (char *)verdicts[choice];
	}
	if (read_time(r, &parts->modifier[M_AFTER], &step->after) ||
	    read_time(r, &parts->modifier[M_PACE], &step->pace))
		return -1;

	step->text = step_text(r, item);
	if (!step->text)
		return yaml_no_memory(r);
	s->nr_steps++;
	return 0;
}

static int read_repeat(struct yaml_reader *r, const struct parts *parts,
		       struct event_list *inner)
{
	struct yaml_field f[] = {
		{ .key = "times", .required = true },
		{ .key = "events", .required = true },
		{ .key = "step" },
	};
	uint64_t times, step = 0, shift = r->shift;
	int m;

	for (m = 0; m < NR_MODIFIERS; m++)
		if (parts->modifier[m].value)
			return yaml_wrong(r, parts->key, "%s belongs to an event inside repeat",
					  parts->modifier[m].key);
	if (yaml_fields(r, parts->value, "repeat", f, 3) ||
	    yaml_number(r, f[0].value, "times", 1, MAX_EVENTS, &times) ||
	    (f[2].value && yaml_size(r, f[2].value, "step", &step)))
		return -1;
	for (; times; times--, r->shift += step)
		if (read_items(r, f[1].value, "repeat: events", inner))
			return -1;
	r->shift = shift;
	return 0;
}

static int read_item(struct yaml_reader *r, yaml_node_t *node,
		     struct event_list *inner)
{
	struct event_list own = { 0 };
	struct item item = { .list = inner ? inner : &own };
	size_t first = item.list->nr;
	struct parts parts;
	int m;

	if (take_apart(r, node, &parts) || count(r, node))
		return -1;
	if (!parts.kind)
		return read_repeat(r, &parts, inner);
	for (m = M_EXPECT; inner && m <= M_PACE; m++)
		if (parts.modifier[m].value)
			return yaml_wrong(r, node, "%s has no place in a list inside an event",
					  parts.modifier[m].key);

	item.at = parts.key;
	if (parts.kind->read(r, parts.kind, &item, parts.value) ||
	    apply_modifiers(r, &parts, &item, first) ||
	    (!inner && add_step(r, &parts, &item))) {
		free(own.events);
		return -1;
	}
	return 0;
}

static int read_items(struct yaml_reader *r, yaml_node_t *node,
		      const char *what, struct event_list *inner)
{
	yaml_node_item_t *i;
	int rc = 0;

	if (node->type != YAML_SEQUENCE_NODE)
		return yaml_wrong(r, node, "%s is not a list", what);
	if (node->data.sequence.items.start == node->data.sequence.items.top)
		return yaml_wrong(r, node, "%s is empty", what);
	if (r->depth == MAX_DEPTH)
		return yaml_wrong(r, node, "lists of events inside events, more than %u deep",
				  MAX_DEPTH);
	r->depth++;
	for (i = node->data.sequence.items.start;
	     !rc && i < node->data.sequence.items.top; i++)
		rc = read_item(r, yaml_node(r, *i), inner);
	r->depth--;
	return rc;
}

int yaml_inner_events(struct yaml_reader *r, yaml_node_t *node,
		      const char *what, struct event_list *list)
{
	return read_items(r, node, what, list);
}

int yaml_events(struct yaml_reader *r, yaml_node_t *node)
{
	return read_items(r, node, "events", NULL);
}
