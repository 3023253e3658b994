/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading a scenario out of a YAML document. Whatever is wrong is one line
 * that begins with the file and the line number of the node.
 */
#ifndef SCENARIO_YAML_READER_H
#define SCENARIO_YAML_READER_H

#include <yaml.h>

#include "blob.h"
#include "core_map.h"
#include "scenario.h"
#include "values.h"

/* more than any storm needs, and soon read */
#define MAX_EVENTS (1u << 18)
/* lists of events inside events: aliases can make a list that holds itself */
#define MAX_DEPTH 8
/* more than a program header table can list */
#define MAX_TIMES (1u << 17)

/**
 * struct yaml_reader - all that reading needs to know
 * @file: for messages
 * @pool: owns what the scenario points to
 * @scenario: being filled
 * @cores: as they are at the event that is being read
 * @offline: memory that the events so far brought or left offline
 * @lmb_size: bytes of memory that DLPAR moves at once
 * @shift: what a repetition has added to addresses of memory so far
 * @nr_events: so far, with the items that they came from
 * @depth: of lists of events inside events
 */
struct yaml_reader {
	const char *file;
	yaml_document_t doc;
	struct pool *pool;
	struct error *err;
	struct scenario *scenario;
	struct core_map cores;
	struct view_ranges offline;
	uint64_t lmb_size;
	uint64_t shift;
	size_t nr_events;
	unsigned int depth;
};

/* --- the document (yaml_document.c) --------------------------------------- */

/* load @r->file; yaml_close() is due only after success */
int yaml_open(struct yaml_reader *r);
void yaml_close(struct yaml_reader *r);

/* fail() with the file's name and the line of @at in front; always -1 */
int yaml_wrong(const struct yaml_reader *r, const yaml_node_t *at,
	       const char *fmt, ...)
	__attribute__((__format__(printf, 3, 4)));
int yaml_no_memory(const struct yaml_reader *r);

yaml_node_t *yaml_node(struct yaml_reader *r, int index);

/* --- values (yaml_value.c) ------------------------------------------------ */

struct yaml_field {
	const char *key;
	bool required;
	yaml_node_t *value;	/* NULL: not given */
};

/* fill in the fields of a mapping that has these keys and no others */
int yaml_fields(struct yaml_reader *r, yaml_node_t *map, const char *what,
		struct yaml_field *fields, size_t nr);

/*
 * One value of a kind, for which the key @what was given. Text ends at its
 * terminator and lives as long as the document.
 */
int yaml_text(struct yaml_reader *r, const yaml_node_t *node, const char *what,
	      const char **text);
int yaml_number(struct yaml_reader *r, const yaml_node_t *node,
		const char *what, uint64_t min, uint64_t max, uint64_t *value);
int yaml_size(struct yaml_reader *r, const yaml_node_t *node, const char *what,
	      uint64_t *size);
int yaml_bool(struct yaml_reader *r, const yaml_node_t *node, const char *what,
	      bool *value);
/* one of @names, which a NULL ends; its index */
int yaml_choice(struct yaml_reader *r, const yaml_node_t *node,
		const char *what, const char *const *names, size_t *choice);
/* "fe 00 10": in the pool */
int yaml_bytes(struct yaml_reader *r, const yaml_node_t *node, const char *what,
	       struct blob *bytes);
/* a device tree by the name of its file, relative to the scenario's folder */
int yaml_tree(struct yaml_reader *r, const yaml_node_t *node, const char *what,
	      struct blob *tree);
/* START+SIZE, START-END, or a mapping of start, size and nid */
int yaml_memory(struct yaml_reader *r, yaml_node_t *node, const char *what,
		struct memory_spec *memory);
/* as many as @times of them, each @step behind the one before: {..., times, step} */
int yaml_memories(struct yaml_reader *r, yaml_node_t *node, const char *what,
		  struct memory_spec *memory, uint64_t *times, uint64_t *step);

/* CPU numbers in the order in which they are written: 12, "8-15,2", [8, 9] */
struct cpu_list {
	size_t nr;
	unsigned int cpus[MAX_CPUS];
};
int yaml_cpus(struct yaml_reader *r, yaml_node_t *node, const char *what,
	      struct cpu_list *list);

/* --- sections ------------------------------------------------------------- */

int yaml_machine(struct yaml_reader *r, yaml_node_t *node);
/* the scenario's steps */
int yaml_events(struct yaml_reader *r, yaml_node_t *node);

/* --- events --------------------------------------------------------------- */

struct event_list {
	struct event *events;
	size_t nr;
	size_t max;
};

/**
 * struct item - one item of a list of events, while it is read
 * @at: its key in the document
 * @list: where its events go, behind those that are there
 * @text: the item as a person reads it
 */
struct item {
	const yaml_node_t *at;
	struct event_list *list;
	const char *text;
};

/**
 * struct event_kind - a word that an item can begin with
 * @bare: it needs no value
 * @powerpc: other architectures do not have it
 * @types: what a part of it (a block, a thread) becomes, in this order
 * @read: adds the events; @value is NULL when none was given
 */
struct event_kind {
	const char *name;
	bool bare;
	bool powerpc;
	enum event_type types[2];
	size_t nr_types;
	int (*read)(struct yaml_reader *r, const struct event_kind *kind,
		    struct item *item, yaml_node_t *value);
};

/* yaml_event.c: NULL when there is no such event */
const struct event_kind *event_kind_find(const char *name);

/* yaml_step.c: one more event for @item; NULL with @r->err set when too many */
struct event *item_event(struct yaml_reader *r, struct item *item,
			 enum event_type type);
/* @item's text from here on; 0 or -1 */
int item_text(struct yaml_reader *r, struct item *item, const char *fmt, ...)
	__attribute__((__format__(printf, 3, 4)));
/* a list of events inside an event; they are added to @list */
int yaml_inner_events(struct yaml_reader *r, yaml_node_t *node,
		      const char *what, struct event_list *list);

/* yaml_load.c, yaml_cpu.c, yaml_ranges.c: the kinds that need more than a few lines */
int yaml_load(struct yaml_reader *r, const struct event_kind *kind,
	      struct item *item, yaml_node_t *value);
int yaml_cpu_threads(struct yaml_reader *r, const struct event_kind *kind,
		     struct item *item, yaml_node_t *value);
int yaml_cpu_add(struct yaml_reader *r, const struct event_kind *kind,
		 struct item *item, yaml_node_t *value);
int yaml_cpu_remove(struct yaml_reader *r, const struct event_kind *kind,
		    struct item *item, yaml_node_t *value);
int yaml_core_threads(struct yaml_reader *r, const struct event_kind *kind,
		      struct item *item, yaml_node_t *value);
int yaml_ranges(struct yaml_reader *r, const struct event_kind *kind,
		struct item *item, yaml_node_t *value);
int yaml_smt(struct yaml_reader *r, const struct event_kind *kind,
	     struct item *item, yaml_node_t *value);

#endif /* SCENARIO_YAML_READER_H */
