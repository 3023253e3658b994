/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happens, in which order: scenarios written in YAML (the schema is
 * docs/scenario.md). Every mistake in one is a line with file and line number.
 */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include "machine.h"

/**
 * struct scenario_step - one line of the scenario's event list
 * @text: the step as a person reads it: "memory-online 0x80000000 +256M"
 * @line: in the file
 * @events: what the machine sees, one or many (a core is its threads, a DIMM
 *	its memory blocks)
 * @expect: name of the verdict that the scenario expects after the step, "any"
 *	where it does not matter, or NULL
 */
struct scenario_step {
	char *text;
	int line;
	struct event *events;
	size_t nr_events;
	char *expect;
};

struct scenario {
	char *file;
	char *name;
	struct machine_spec machine;
	struct scenario_step *steps;
	size_t nr_steps;
	void *storage;		/* whatever the pointers above point to */
};

/**
 * scenario_read() - read and check a scenario
 * @file: its path; device trees in it are relative to its folder; a .dts is
 *	compiled by dtc
 * @err: set on failure: "FILE:LINE: what is wrong with which value"
 *
 * Return: the scenario, or NULL.
 */
struct scenario *scenario_read(const char *file, struct error *err);
void scenario_free(struct scenario *s);

/* one event in words, as `run` prints it */
void event_describe(const struct event *event, char *buf, size_t size);

#endif /* SCENARIO_SCENARIO_H */
