/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests of emu/: a small powerpc machine from a device tree made on the
 * spot, handlers that do next to nothing and can be watched, events and states
 * as text.
 *
 * Include before <cmocka.h>, which makes fail() a macro.
 */
#ifndef TESTS_BED_H
#define TESTS_BED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "machine.h"

struct handler_module;
struct kimage;

/**
 * struct bed - what the machine is made of
 * @memory: reg of memory@ nodes, one node each: "0+80000000 100000000+10000000"
 * @cores: reg of the cores there are at boot, in the document's order: "0 8"
 * @threads: of each core; 0: 1
 * @max_cores: in ibm,lrdr-capacity; 0: the tree has none
 * @caches: each core has an L2 of its own, and all share one L3
 * @lmbs: LMBs of 256 MiB, the first at @lmb_base; 0: none
 * @lmbs_assigned: so many of them, from the first, are memory at boot
 * @lmb_v1: in the older format
 * @rtas, @rtas_size: base and size; 0: no range
 * @opal, @opal_size: likewise
 * @edit: changes the tree, which has room, before it is used
 *
 * The rest is machine_spec's. crashk_size 0: 512 MiB at 512 MiB; UINT64_MAX:
 * none.
 */
struct bed {
	const char *memory;
	const char *cores;
	unsigned int threads;
	unsigned int max_cores;
	bool caches;
	unsigned int lmbs;
	unsigned int lmbs_assigned;
	uint64_t lmb_base;
	bool lmb_v1;
	uint32_t rtas;
	uint32_t rtas_size;
	uint64_t opal;
	uint64_t opal_size;
	void (*edit)(void *fdt);
	struct machine_spec spec;
	const struct handler_module *handlers;
};

/* the tree, in static memory until the next call */
const void *bed_tree(const struct bed *bed, size_t *size);
/* all of the machine; its tree as above */
struct machine_spec bed_spec(const struct bed *bed);
/* NULL with @err set */
struct machine *bed_create(const struct bed *bed, struct error *err);
/* the same; fails the test when there is none */
struct machine *bed_boot(const struct bed *bed);

/* read_captured() of segments.h, which cannot stand beside the kernel's ELF
 * definitions; to be freed
 */
void *bed_captured(const char *file, size_t *size);

/* --- handlers ---------------------------------------------------------------------- */

/**
 * struct fake - what the fake handlers do, and what they have seen
 * @elfcorehdr_size: memsz of the segment that they add; 0: 4096
 * @fdt_size: totalsize of the FDT that they make; 0: as it comes
 * @write: bytes that an event changes in the segment number @write_segment
 * @post_load_ret, @load_ret: what these return
 * @leave_hidden: the image stays hidden after an event
 * @look: called by each event
 * @events: so many were handled
 * @cleanups: so many images were freed
 * @start_pfn, @nr_pages: of the last memory event
 * @seen: what the kernel told them when the last load was complete
 */
struct fake {
	size_t elfcorehdr_size;
	size_t fdt_size;
	size_t write;
	int write_segment;
	int post_load_ret;
	int load_ret;
	bool leave_hidden;
	void (*look)(struct kimage *image);
	unsigned int events;
	unsigned int cleanups;
	unsigned long start_pfn;
	unsigned long nr_pages;
	struct {
		uint64_t crashk_start;
		uint64_t crashk_end;
		uint64_t notes_1;	/* of CPU 1 */
		uint64_t vmcoreinfo;
		uint64_t backup_start;
		unsigned int threads;
		unsigned int max_ranges;
		uint64_t block_size;
	} seen;
};

extern struct fake fake;
extern const struct handler_module fake_handlers;

/* --- events and states as text ---------------------------------------------- */

/**
 * bed_event() - an event out of a line
 * @text: "on 3", "off 3", "up-fails 3", "core+ 8", "core+ 8 4" (threads),
 *	"core- 8", "mem+ 80000000 10000000", "mem+ 80000000 10000000 1" (node),
 *	"mem-", "mem-on", "mem-off" with start and size, "load", "load-exec 8"
 *	(flags), "unload", "crash 3"; "busy " in front: the kexec lock is taken.
 *	CPUs decimal, all else hexadecimal.
 *
 * Fails the test when the line makes no sense.
 */
struct event bed_event(const char *text);

/* apply events, separated by ';', all of which must be possible */
void bed_apply(struct machine *m, const char *events);

/*
 * "ram 0-7fffffff; online 0-7fffffff; cpus 0 1 -2 .3" as state: CPU numbers
 * with '-' for present but offline, '.' for possible but absent; with "=hwid"
 * in hexadecimal where it is not the same. In static memory.
 */
const char *bed_state(struct machine *m);
const char *bed_ranges(const struct view_ranges *set);

/* --- an image with slots ------------------------------------------------------------ */

/* a segment of a view that is made by hand */
struct view_segment bed_segment(enum segment_kind kind, uint64_t mem,
				const uint8_t *bytes, size_t size);
/* the slot that is read of a kind, as a digit; '-': none is */
char bed_slot(const struct image_view *v, enum segment_kind kind);
/* the one of a kind that is not read, or NULL */
const struct view_segment *bed_spare(const struct image_view *v,
				     enum segment_kind kind);
/* write @size bytes into a segment, as somebody else might */
void bed_poke(struct machine *m, const char *name, size_t offset,
	      const void *bytes, size_t size);

/* --- comparisons ------------------------------------------------------------------- */

/* @got says what is wrong: all of @expected is in it */
void assert_says(const char *what, const char *expected, const char *got);

#endif /* TESTS_BED_H */
