// SPDX-License-Identifier: GPL-2.0-only
/* "ranges": a list, and what the handlers' own functions shall do with it. */
#include <string.h>

#include "yaml_reader.h"

/* more than any of these functions needs to show what it does */
#define MAX_RANGES 4096u

static const char *const ops[] = {
	[RANGES_ADD] = "add",
	[RANGES_REMOVE] = "remove",
	[RANGES_EXCLUDE] = "exclude",
	[RANGES_MERGE] = "merge",
	NULL,
};

struct range_list {
	struct view_range *r;
	size_t nr;
};

static int read_range(struct yaml_reader *r, yaml_node_t *node,
		      const char *what, struct range_list *list)
{
	struct memory_spec memory;
	struct view_range *all;
	uint64_t times, step;

	if (yaml_memories(r, node, what, &memory, &times, &step))
		return -1;
	if (times > MAX_RANGES - list->nr)
		return yaml_wrong(r, node, "%s: more than %u ranges", what,
				  MAX_RANGES);
	all = pool_alloc(r->pool, (list->nr + times) * sizeof(*all));
	if (!all)
		return yaml_no_memory(r);
	if (list->nr)
		memcpy(all, list->r, list->nr * sizeof(*all));
	list->r = all;
	for (; times; times--, memory.start += step)
		list->r[list->nr++] = (struct view_range){
			memory.start, memory.start + (memory.size - 1),
		};
	return 0;
}

static int read_ranges(struct yaml_reader *r, yaml_node_t *node,
		       const char *what, struct range_list *list)
{
	yaml_node_item_t *i;

	if (node->type != YAML_SEQUENCE_NODE)
		return read_range(r, node, what, list);
	for (i = node->data.sequence.items.start;
	     i < node->data.sequence.items.top; i++)
		if (read_range(r, yaml_node(r, *i), what, list))
			return -1;
	if (!list->nr)
		return yaml_wrong(r, node, "%s is empty", what);
	return 0;
}

enum { F_OP, F_LIST, F_ARGUMENT, F_CAPACITY, NR_FIELDS };

static int read_fields(struct yaml_reader *r, yaml_node_t *value,
		       const struct yaml_field *f, struct ranges_spec *spec)
{
	struct range_list list = { 0 }, args = { 0 };
	uint64_t capacity;
	size_t op;

	if (yaml_choice(r, f[F_OP].value, "op", ops, &op) ||
	    read_ranges(r, f[F_LIST].value, "list", &list) ||
	    (f[F_ARGUMENT].value &&
	     read_ranges(r, f[F_ARGUMENT].value, "argument", &args)))
		return -1;
	if ((op == RANGES_MERGE) != !args.nr)
		return yaml_wrong(r, value, op == RANGES_MERGE ?
				  "merge takes no argument" :
				  "%s needs an argument", ops[op]);
	capacity = list.nr + 1;
	if (f[F_CAPACITY].value &&
	    yaml_number(r, f[F_CAPACITY].value, "capacity", list.nr,
			MAX_RANGES, &capacity))
		return -1;
	*spec = (struct ranges_spec){
		.op = (enum ranges_op)op,
		.list = list.r, .nr = list.nr, .capacity = capacity,
		.args = args.r, .nr_args = args.nr,
	};
	return 0;
}

int yaml_ranges(struct yaml_reader *r, const struct event_kind *kind,
		struct item *item, yaml_node_t *value)
{
	struct yaml_field f[NR_FIELDS] = {
		[F_OP] = { .key = "op", .required = true },
		[F_LIST] = { .key = "list", .required = true },
		[F_ARGUMENT] = { .key = "argument" },
		[F_CAPACITY] = { .key = "capacity" },
	};
	struct ranges_spec spec;
	struct event *event;

	if (yaml_fields(r, value, kind->name, f, NR_FIELDS) ||
	    read_fields(r, value, f, &spec))
		return -1;
	event = item_event(r, item, EVENT_RANGES);
	if (!event)
		return -1;
	event->u.ranges = spec;
	return 0;
}
