// SPDX-License-Identifier: GPL-2.0-only
/* The words that an item of "events" can begin with, and the simple ones. */
#include <stdio.h>
#include <string.h>

#include "yaml_reader.h"

static int read_unload(struct yaml_reader *r, const struct event_kind *kind,
		       struct item *item, yaml_node_t *value)
{
	bool on = true;

	if (value && yaml_bool(r, value, kind->name, &on))
		return -1;
	if (!on)
		return yaml_wrong(r, value, "unload: false means nothing");
	return item_event(r, item, EVENT_UNLOAD) ? 0 : -1;
}

static int read_crash(struct yaml_reader *r, const struct event_kind *kind,
		      struct item *item, yaml_node_t *value)
{
	enum { CPU, AT_STORE, WITHOUT_LOCK, NR };
	struct yaml_field f[NR] = {
		[CPU] = { .key = "cpu", .required = true },
		[AT_STORE] = { .key = "at-store" },
		[WITHOUT_LOCK] = { .key = "without-lock" },
	};
	bool without_lock = false;
	uint64_t cpu, store = 0;
	struct event *event;

	if (value->type != YAML_MAPPING_NODE)
		f[CPU].value = value;
	else if (yaml_fields(r, value, kind->name, f, NR))
		return -1;
	if (yaml_number(r, f[CPU].value, "crash: cpu", 0, MAX_CPUS - 1, &cpu))
		return -1;
	if (f[AT_STORE].value &&
	    yaml_number(r, f[AT_STORE].value, "crash: at-store", 0, UINT32_MAX,
			&store))
		return -1;
	if (f[WITHOUT_LOCK].value &&
	    yaml_bool(r, f[WITHOUT_LOCK].value, "crash: without-lock",
		      &without_lock))
		return -1;
	event = item_event(r, item, EVENT_CRASH);
	if (!event)
		return -1;
	event->u.crash.cpu = (unsigned int)cpu;
	event->u.crash.during = f[AT_STORE].value;
	event->u.crash.without_lock = without_lock;
	event->u.crash.store = (unsigned long)store;
	return 0;
}

static int memory_event(struct yaml_reader *r, struct item *item,
			enum event_type type, const struct memory_spec *memory)
{
	struct event *event = item_event(r, item, type);
	uint64_t end = memory->start + (memory->size - 1);
	int rc;

	if (!event)
		return -1;
	event->u.memory.start = memory->start;
	event->u.memory.size = memory->size;
	event->u.memory.nid = type == EVENT_MEMORY_ADD ? memory->nid : 0;
	if (type == EVENT_MEMORY_ADD || type == EVENT_MEMORY_OFFLINE)
		rc = view_ranges_add(&r->offline, memory->start, end);
	else
		rc = view_ranges_remove(&r->offline, memory->start, end);
	return rc ? yaml_no_memory(r) : 0;
}

/* what of @memory is not offline already: who unplugs it passes over the rest */
static int offline_rest(struct yaml_reader *r, struct item *item,
			const struct memory_spec *memory)
{
	struct view_ranges rest = { 0 };
	int rc = view_ranges_add(&rest, memory->start,
				 memory->start + (memory->size - 1));
	size_t i;

	for (i = 0; i < r->offline.nr && !rc; i++)
		rc = view_ranges_remove(&rest, r->offline.r[i].start,
					r->offline.r[i].end);
	if (rc)
		yaml_no_memory(r);
	for (i = 0; i < rest.nr && !rc; i++) {
		struct memory_spec part = {
			.start = rest.r[i].start,
			.size = rest.r[i].end - rest.r[i].start + 1,
		};

		rc = memory_event(r, item, EVENT_MEMORY_OFFLINE, &part);
	}
	view_ranges_free(&rest);
	return rc;
}

static int add_memory(struct yaml_reader *r, const struct event_kind *kind,
		      struct item *item, const struct memory_spec *memory)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < kind->nr_types && !rc; i++)
		rc = kind->types[i] == EVENT_MEMORY_OFFLINE && kind->nr_types > 1 ?
		     offline_rest(r, item, memory) :
		     memory_event(r, item, kind->types[i], memory);
	return rc;
}

static int memory_text(struct yaml_reader *r, const struct event_kind *kind,
		       struct item *item, const struct memory_spec *memory)
{
	char size[SIZE_TEXT_MAX], node[16] = "";

	if (memory->nid)
		snprintf(node, sizeof(node), " node %d", memory->nid);
	return item_text(r, item, "%s 0x%llx +%s%s", kind->name,
			 (unsigned long long)memory->start,
			 size_text(memory->size, size), node);
}

static int read_memory(struct yaml_reader *r, const struct event_kind *kind,
		       struct item *item, yaml_node_t *value)
{
	struct memory_spec memory;

	if (yaml_memory(r, value, kind->name, &memory))
		return -1;
	if (memory.nid && kind->types[0] != EVENT_MEMORY_ADD)
		return yaml_wrong(r, value, "%s: nid is for memory that arrives",
				  kind->name);
	if (add_memory(r, kind, item, &memory))
		return -1;
	return memory_text(r, kind, item, &memory);
}

/* DLPAR finishes one LMB before it begins with the next */
static int read_lmbs(struct yaml_reader *r, const struct event_kind *kind,
		     struct item *item, yaml_node_t *value)
{
	struct memory_spec all, lmb;
	char size[SIZE_TEXT_MAX];

	if (yaml_memory(r, value, kind->name, &all))
		return -1;
	if (all.nid && kind->types[0] != EVENT_MEMORY_ADD)
		return yaml_wrong(r, value, "%s: nid is for memory that arrives",
				  kind->name);
	if (all.start % r->lmb_size || all.size % r->lmb_size)
		return yaml_wrong(r, value, "%s 0x%llx+0x%llx: an LMB is %s",
				  kind->name, (unsigned long long)all.start,
				  (unsigned long long)all.size,
				  size_text(r->lmb_size, size));

	lmb = all;
	lmb.size = r->lmb_size;
	for (; lmb.start - all.start < all.size; lmb.start += lmb.size)
		if (add_memory(r, kind, item, &lmb))
			return -1;
	return memory_text(r, kind, item, &all);
}

enum { P_SEGMENT, P_OFFSET, P_BYTES, P_DELETE, NR_POKE };

/* bytes at an offset, or what shall go from a device tree; one of them */
static int read_poked(struct yaml_reader *r, const yaml_node_t *at,
		      const struct yaml_field *f, struct event *event)
{
	const char *path;
	struct blob bytes;
	uint64_t offset;

	if (!f[P_DELETE].value != (f[P_OFFSET].value && f[P_BYTES].value) ||
	    !f[P_OFFSET].value != !f[P_BYTES].value)
		return yaml_wrong(r, at, "poke has either \"offset\" and \"bytes\" or \"delete\"");
	if (f[P_DELETE].value) {
		if (yaml_text(r, f[P_DELETE].value, "delete", &path))
			return -1;
		if (path[0] != '/' || !path[1])
			return yaml_wrong(r, f[P_DELETE].value, "delete \"%.60s\" is no path such as /cpus",
					  path);
		event->u.poke.path = pool_printf(r->pool, "%s", path);
		return event->u.poke.path ? 0 : yaml_no_memory(r);
	}
	if (yaml_size(r, f[P_OFFSET].value, "offset", &offset) ||
	    yaml_bytes(r, f[P_BYTES].value, "bytes", &bytes))
		return -1;
	event->u.poke.offset = offset;
	event->u.poke.bytes = bytes.bytes;
	event->u.poke.nr_bytes = bytes.size;
	return 0;
}

static int read_poke(struct yaml_reader *r, const struct event_kind *kind,
		     struct item *item, yaml_node_t *value)
{
	struct yaml_field f[NR_POKE] = {
		[P_SEGMENT] = { .key = "segment", .required = true },
		[P_OFFSET] = { .key = "offset" },
		[P_BYTES] = { .key = "bytes" },
		[P_DELETE] = { .key = "delete" },
	};
	const char *segment;
	struct event *event;

	if (yaml_fields(r, value, kind->name, f, NR_POKE) ||
	    yaml_text(r, f[P_SEGMENT].value, "segment", &segment))
		return -1;
	event = item_event(r, item, EVENT_POKE);
	if (!event || read_poked(r, value, f, event))
		return -1;
	event->u.poke.segment = pool_printf(r->pool, "%s", segment);
	return event->u.poke.segment ? 0 : yaml_no_memory(r);
}

#define TYPES(...) \
	.types = { __VA_ARGS__ }, \
	.nr_types = sizeof((enum event_type[]){ __VA_ARGS__ }) / \
		    sizeof(enum event_type)

static const struct event_kind kinds[] = {
	{ "load", .bare = true, .read = yaml_load },
	{ "reload", .bare = true, .read = yaml_load },
	{ "unload", .bare = true, .read = read_unload },
	{ "crash", .read = read_crash },
	{ "poke", .read = read_poke },
	{ "ranges", .read = yaml_ranges },

	{ "cpu-add", TYPES(EVENT_CPU_ADD), .read = yaml_cpu_add },
	{ "cpu-remove", TYPES(EVENT_CPU_REMOVE), .read = yaml_cpu_remove },
	{ "cpu-online", TYPES(EVENT_CPU_ONLINE), .read = yaml_cpu_threads },
	{ "cpu-offline", TYPES(EVENT_CPU_OFFLINE), .read = yaml_cpu_threads },
	{ "core-online", TYPES(EVENT_CPU_ONLINE), .read = yaml_core_threads,
	  .powerpc = true },
	{ "core-offline", TYPES(EVENT_CPU_OFFLINE), .read = yaml_core_threads,
	  .powerpc = true },
	{ "dlpar-cpu-add", TYPES(EVENT_CPU_ADD, EVENT_CPU_ONLINE),
	  .read = yaml_cpu_add, .powerpc = true },
	{ "dlpar-cpu-remove", TYPES(EVENT_CPU_OFFLINE, EVENT_CPU_REMOVE),
	  .read = yaml_cpu_remove, .powerpc = true },
	{ "smt", .read = yaml_smt, .powerpc = true },

	{ "memory-add", TYPES(EVENT_MEMORY_ADD), .read = read_memory },
	{ "memory-remove", TYPES(EVENT_MEMORY_REMOVE), .read = read_memory },
	{ "memory-online", TYPES(EVENT_MEMORY_ONLINE), .read = read_memory },
	{ "memory-offline", TYPES(EVENT_MEMORY_OFFLINE), .read = read_memory },
	{ "dimm-add", TYPES(EVENT_MEMORY_ADD, EVENT_MEMORY_ONLINE),
	  .read = read_memory },
	{ "dimm-remove", TYPES(EVENT_MEMORY_OFFLINE, EVENT_MEMORY_REMOVE),
	  .read = read_memory },
	{ "lmb-add", TYPES(EVENT_MEMORY_ADD, EVENT_MEMORY_ONLINE),
	  .read = read_lmbs, .powerpc = true },
	{ "lmb-remove", TYPES(EVENT_MEMORY_OFFLINE, EVENT_MEMORY_REMOVE),
	  .read = read_lmbs, .powerpc = true },
};

const struct event_kind *event_kind_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}
