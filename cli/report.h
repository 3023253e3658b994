/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a person, or a script, reads: verdicts, findings and segments as text
 * and as JSON, the same words in both.
 */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "judge.h"
#include "machine.h"

/**
 * struct written - what was rewritten
 * @bytes: by kind of segment, whichever slot it belongs to
 * @slots: the image has two of what changes
 * @slot: the one that is read now
 */
struct written {
	size_t bytes[NR_SEGMENT_KINDS];
	bool slots;
	size_t slot;
};

/**
 * struct windows - how long no dump was possible
 * @hidden: how often the image was hidden
 * @hidden_ns: for how long
 * @locked_ns: how long hotplug events held the kexec lock, the former included
 * @no_dump_ns: how long no dump was possible because of them
 * @longest_ns: because of one of them
 */
struct windows {
	unsigned int hidden;
	uint64_t hidden_ns;
	uint64_t locked_ns;
	uint64_t no_dump_ns;
	uint64_t longest_ns;
};

/**
 * written_add() - add up what one event wrote
 * @written: the sum
 * @image: says which segment is what
 * @report: the event's
 */
void written_add(struct written *written, const struct image_view *image,
		 const struct event_report *report);

/* what came after @sum is in @one */
void written_sum(struct written *sum, const struct written *one);

/* "elfcorehdr 56, fdt 672, slot 1" where the slot was changed, "-" for nothing */
void written_text(const struct written *written, char *buf, size_t size);

/* add up what one event took, and what several took */
struct windows windows_of(const struct event_report *report);
void windows_add(struct windows *sum, const struct windows *one);

/* ", hidden 3.1, locked 41 us"; "" when no hotplug event took the lock */
void windows_text(const struct windows *windows, char *buf, size_t size);
/* "0.04 us", "41 us" */
void duration_text(uint64_t ns, char *buf, size_t size);

/**
 * add_violations() - what an event did to the kernel itself is a finding too
 * @verdict: where to add it
 * @machine: what the event happened to
 * @nr: contracts of the kernel that it broke, by the event's report
 * @lost_allocs: machine_lost_allocs() before the event; brought up to date
 *
 * Return: 0, or -1 without memory.
 */
int add_violations(struct verdict *verdict, const struct machine *machine,
		   unsigned int nr, unsigned long *lost_allocs);

/* a crash that finds the kexec lock held; 0, or -1 without memory */
int verdict_lock_held(struct verdict *verdict);

/**
 * report_findings() - one line per finding on stdout
 * @verdict: whose
 * @remarks: remarks too
 * @indent: blanks before each
 */
void report_findings(const struct verdict *verdict, bool remarks, int indent);

/* the kernel's messages of the last event: ["<3>crash hp: ...", ...] */
json_t *json_log(const struct machine *machine);

/**
 * report_log() - kernel messages on stdout, without their level
 * @log: from json_log(); one that repeats is printed once, with its number
 * @max_level: '4' for warnings and worse, '7' for all
 */
void report_log(const json_t *log, char max_level, int indent);

json_t *json_written(const struct written *written);
/* [{invariant, remark, text}], of a verdict that may be NULL */
json_t *json_findings(const struct verdict *verdict);
/* print @root, the end of it a newline, and let go of it; enum exit_status */
int json_print(json_t *root);

/* what crash_elfcorehdr_size reads, 0 when the file is not there */
unsigned int machine_elfcorehdr_size(struct machine *machine);

#endif /* CLI_REPORT_H */
