/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scenario in a few bytes: what the fuzzer mutates. Every byte string is a
 * program; what its machine cannot do at that moment is passed over.
 *
 *   byte 0	version: PROGRAM_VERSION; any other is a program without events
 *   byte 1	machine, modulo program_nr_machines
 *   byte 2	PROGRAM_MEMMAP_ON_MEMORY, PROGRAM_LARGE_PAGES, PROGRAM_HUGE_CONFIG;
 *		the other bit is kept for later
 *   byte 3	kept for later
 *
 * then up to PROGRAM_MAX_EVENTS events of four bytes; an incomplete one at the
 * end does not count:
 *
 *   byte 0	enum program_op, modulo NR_PROGRAM_OPS
 *   byte 1	which one: counted among those with which it is possible now,
 *		modulo their number
 *   byte 2	how: see enum program_op
 *   byte 3	what goes wrong: enum program_fault in the upper 3 bits, and a
 *		number, one less than the failing allocation's or mapping's, in
 *		the lower 5
 */
#ifndef FUZZ_PROGRAM_H
#define FUZZ_PROGRAM_H

#include "machine.h"

#define PROGRAM_VERSION 1
#define PROGRAM_HEADER 4
#define PROGRAM_EVENT 4
#define PROGRAM_MAX_EVENTS 64
#define PROGRAM_MAX_SIZE (PROGRAM_HEADER + PROGRAM_MAX_EVENTS * PROGRAM_EVENT)

/* byte 2 of the header */
#define PROGRAM_MEMMAP_ON_MEMORY 0x01
/* powerpc, if all three are set: 64 KiB, which takes longer */
#define PROGRAM_LARGE_PAGES 0x0e
/* x86, if all three are set: configured for more than ELF can number */
#define PROGRAM_HUGE_CONFIG 0x70

/*
 * What byte 2 of an event says:
 *   load	0: by kexec_file_load(2); 1, 2, 3: by kexec_load(2), where the kernel
 *		may update the whole image, the elfcorehdr, nothing; modulo 4
 *   core-add	modulo 4: 3: with one thread only
 *   memory-*	blocks, less one, modulo 4; fewer where there are not as many in
 *		a row; of memory-add, 4: on node 1
 * of others it says nothing.
 */
enum program_op {
	PROGRAM_LOAD,
	PROGRAM_RELOAD,		/* where crash_hotplug reads 0 */
	PROGRAM_UNLOAD,
	PROGRAM_CPU_ONLINE,
	PROGRAM_CPU_OFFLINE,
	PROGRAM_CORE_ADD,
	PROGRAM_CORE_REMOVE,
	PROGRAM_MEMORY_ADD,
	PROGRAM_MEMORY_REMOVE,
	PROGRAM_MEMORY_ONLINE,
	PROGRAM_MEMORY_OFFLINE,
	PROGRAM_CRASH,
	NR_PROGRAM_OPS
};

/* of events that the kernel is told of; other values: nothing goes wrong */
enum program_fault {
	PROGRAM_LOCK_BUSY = 4,	/* of a crash as well */
	PROGRAM_FAIL_ALLOC = 5,
	PROGRAM_FAIL_MAP = 6,
	PROGRAM_BRINGUP_FAILS = 7,	/* of cpu-online only */
};

/**
 * struct program_machine - a machine that programs can be about
 * @name: of its device tree's source, fuzz/machines/NAME.dts, if it has one
 * @spec: all of it but what the header's byte 2 says
 * @cores: core ids are below this and multiples of @threads; 0: none come or go
 * @threads: of a core
 * @area: memory that may come and go; lower memory does not
 * @area_blocks: blocks of it
 */
struct program_machine {
	const char *name;
	struct machine_spec spec;
	unsigned int cores;
	unsigned int threads;
	uint64_t area;
	unsigned int area_blocks;
};

/**
 * struct program - a byte string, as a program
 * @machine: which
 * @spec: as the header wants it
 * @events: PROGRAM_EVENT bytes each, the caller's
 */
struct program {
	const struct program_machine *machine;
	struct machine_spec spec;
	const uint8_t *events;
	size_t nr;
};

extern const size_t program_nr_machines;
/* below program_nr_machines */
const struct program_machine *program_machine(size_t i);

/* never fails; @data is used as long as @p is */
void program_read(struct program *p, const uint8_t *data, size_t size);

/**
 * program_event() - one of a program's events, for the machine as it is now
 * @p: the program
 * @i: below @p->nr
 * @view: the machine's, after the events before
 * @event: filled in
 *
 * Return: false: there is nothing with which it is possible.
 */
bool program_event(const struct program *p, size_t i,
		   const struct machine_view *view, struct event *event);

/* the op's name, for a person: "memory-add" */
const char *program_op_name(enum program_op op);

#endif /* FUZZ_PROGRAM_H */
