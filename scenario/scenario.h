/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happens, in which order: scenarios written in YAML (the schema is
 * docs/scenario.md). Every mistake in one is a line with file and line number.
 */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include "duration.h"
#include "machine.h"

/**
 * struct scenario_step - one line of the scenario's event list
 * @text: the step as a person reads it: "memory-online 0x80000000 +256M"
 * @line: in the file
 * @events: what the machine sees, one or many (a core is its threads, a DIMM
 *	its memory blocks)
 * @expect: name of the verdict that the scenario expects after the step, "any"
 *	where it does not matter, or NULL
 * @after: nanoseconds from the step before to this one, on the virtual clock
 * @pace: nanoseconds from one of its events to the next; both TIME_NEVER where
 *	the scenario says nothing
 */
struct scenario_step {
	char *text;
	int line;
	struct event *events;
	size_t nr_events;
	char *expect;
	uint64_t after;
	uint64_t pace;
};

/**
 * struct scenario - what a file says
 * @timing: parameters of schemes, "NAME=VALUE" (emu/param.h); @timing_line: where
 */
struct scenario {
	char *file;
	char *name;
	struct machine_spec machine;
	char **timing;
	int *timing_line;
	size_t nr_timing;
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
