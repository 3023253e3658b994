/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The inside of a machine, shared by emu/'s own files.
 */
#ifndef EMU_MACHINE_PRIVATE_H
#define EMU_MACHINE_PRIVATE_H

#include <errno.h>

#include "arch.h"
#include "kernel.h"
#include "machine.h"
#include "physmem.h"
#include "shadow.h"

/* room for the name of a segment */
#define SEGMENT_NAME 32

/**
 * struct loaded_image - the crash image, as its loader knows it
 * @kimage: the kernel's; NULL: nothing loaded
 * @segment: @nr of them: the kernel's, and second halves (image_segments.c)
 * @kind, @name, @in_digest: of each segment
 * @digest: SHA-256 over the segments with @in_digest; only made where a
 *	purgatory looks at it, which @verifies says: hashing tens of megabytes
 *	for nobody would be most of a load's time
 * @reserved: as in struct image_view
 * @loaded: of each FDT segment: a copy of it at the end of the load
 * @selector: as in struct image_view
 */
struct loaded_image {
	struct kimage *kimage;
	size_t nr;
	struct kexec_segment segment[VIEW_SEGMENT_MAX];
	enum segment_kind kind[VIEW_SEGMENT_MAX];
	char name[VIEW_SEGMENT_MAX][SEGMENT_NAME];
	bool in_digest[VIEW_SEGMENT_MAX];
	bool verifies;
	uint8_t digest[32];
	uint64_t reserved;
	void *loaded[VIEW_SEGMENT_MAX];
	uint64_t selector;
};

/**
 * struct fadump_attributes - /sys/kernel/fadump
 * @there: the kernel has it, and it is enabled
 * @hotplug_ready: there is that file, and it reads 1
 */
struct fadump_attributes {
	bool there;
	bool registered;
	bool hotplug_ready;
};

/**
 * struct machine - see machine.h
 * @threads: per core
 * @rma_size: powerpc: what a kernel can use before its MMU is on
 * @kernel_start, @kernel_end: first byte of the running kernel's image, and
 *	first byte after it; 0: not known
 * @text: the image, where the elfcorehdr has an entry for it
 * @ram: all memory that is there
 * @online: the part of it that is online
 * @self_hosted: memory whose blocks begin with their own struct pages
 * @firmware: what firmware keeps and a dump shall have
 * @reserved: where no segment may go, whatever the reason
 * @crashk: the crash kernel's regions
 * @crashk_main: the one that images are loaded into, if there is any
 * @crashk_low: the other one; end 0: none
 * @notes: all crash notes and vmcoreinfo: memory that cannot go offline
 * @cpus: possible CPUs, ascending
 * @phys: the bytes of the image's segments
 * @tree: the live tree, flattened when it was of @tree_generation
 * @shadow: the segments' bytes before the event
 * @stores: who wants to see every store of an event, or NULL
 * @skip_bytes: nobody asks what an event wrote
 * @digests: made before; NULL: none is kept
 * @alloc_count: allocations that the last event asked for
 * @fadump: what sysfs shows of firmware-assisted dump
 * @crash_fdt: where every image has its FDT (fdt_hole.h); memsz 0: where there is
 *	room
 */
struct machine {
	const struct arch_ops *ops;
	enum arch arch;
	const struct handler_module *handlers;
	struct kernel *kernel;

	uint64_t page_size;
	uint64_t block_size;
	uint64_t section_size;
	unsigned int nr_cpu_ids;
	unsigned int nr_cpus_default;
	unsigned int max_memory_ranges;
	unsigned int threads;
	uint64_t rma_size;
	uint64_t kernel_start;
	uint64_t kernel_end;
	uint64_t page_offset;
	struct view_text text;
	bool memmap_on_memory;
	bool no_crash_hotplug;
	char *cmdline;

	struct view_ranges ram;
	struct view_ranges online;
	struct view_ranges self_hosted;
	struct view_ranges firmware;
	struct view_ranges reserved;
	struct view_ranges crashk;
	struct view_range crashk_main;
	struct view_range crashk_low;
	struct view_ranges notes;

	struct view_cpu *cpus;
	size_t nr_cpus;
	uint64_t vmcoreinfo;

	struct physmem phys;
	void *tree;
	size_t tree_size;
	unsigned long tree_generation;

	struct loaded_image image;
	struct shadow shadow;
	struct store_logging *stores;
	bool skip_bytes;
	struct digest_cache *digests;
	unsigned long alloc_count;

	struct machine_view view;
	struct image_view image_view;

	struct ranges_result ranges;
	struct fadump_attributes fadump;
	struct segment_spec crash_fdt;

	struct sysfs_file *sysfs;
	size_t nr_sysfs;
};

/* --- spec.c: is the description sound? ------------------------------------- */

/* check @spec and take from it all but memory's and CPUs' state */
int spec_take(struct machine *m, const struct machine_spec *spec,
	      struct error *err);
/* fill m->cpus as the spec lists them; hardware ids are not known then */
int spec_take_cpus(struct machine *m, const struct machine_spec *spec,
		   struct error *err);

/* --- boot.c: a kernel that has booted on the machine ------------------------- */

int machine_boot(struct machine *m, const struct machine_spec *spec,
		 const struct memory_spec *memory, size_t nr_memory,
		 struct error *err);

/* --- machine.c ------------------------------------------------------------------ */

/* the CPU with the kernel's number @cpu, or NULL when it is not possible */
struct view_cpu *machine_cpu(struct machine *m, unsigned int cpu);
/* the live tree, flattened again if it changed; NULL: there is none */
const void *machine_tree(struct machine *m);
/* sizeof(struct page), on both architectures */
#define STRUCT_PAGE_SIZE 64
/* bytes of its own struct pages at the head of the block at @start */
uint64_t machine_vmemmap_size(const struct machine *m, uint64_t start);
/* text for -errno */
const char *machine_strerror(int ret);

/* --- event.c, event_cpu.c, event_memory.c, event_ranges.c, load.c ----------- */

/* one event, without what machine_apply() does around it */
int event_apply(struct machine *m, const struct event *event,
		struct error *err);

int event_cpu_online(struct machine *m, const struct event *event,
		     struct error *err);
int event_cpu_offline(struct machine *m, const struct event *event,
		      struct error *err);
int event_memory_add(struct machine *m, const struct event *event,
		     struct error *err);
int event_memory_remove(struct machine *m, const struct event *event,
			struct error *err);
int event_memory_online(struct machine *m, const struct event *event,
			struct error *err);
int event_memory_offline(struct machine *m, const struct event *event,
			 struct error *err);
int event_load(struct machine *m, const struct event *event,
	       struct error *err);
int event_unload(struct machine *m, const struct event *event,
		 struct error *err);
int event_ranges(struct machine *m, const struct event *event,
		 struct error *err);

/* fill in m->image.segment, from its kimage and what is in memory now */
void image_list_segments(struct machine *m);
/* free the image, published or not, with its memory */
void image_free(struct machine *m);

/* --- store_log.c ----------------------------------------------------------------- */

/* around one event */
void store_log_begin(struct machine *m, const struct event *event);
void store_log_end(struct machine *m);
void store_log_free(struct machine *m);

/* --- sysfs.c --------------------------------------------------------------------- */

void sysfs_free(struct machine *m);

#endif /* EMU_MACHINE_PRIVATE_H */
