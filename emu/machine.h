/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine under the kernel: CPUs, memory blocks, firmware regions and
 * physical memory; the events that change it; loading and crashing.
 *
 * A machine is described by a machine_spec, which a scenario or a capture
 * fills in, and then lives by machine_apply(), one event at a time.
 */
#ifndef EMU_MACHINE_H
#define EMU_MACHINE_H

#include "error.h"
#include "machine_view.h"

struct handler_module;
struct machine;

/* --- description ------------------------------------------------------------- */

struct memory_spec {
	uint64_t start;
	uint64_t size;
	int nid;
};

struct block_spec {
	uint64_t start;
	bool online;
};

struct cpu_spec {
	unsigned int cpu;
	bool present;
	bool online;
	uint64_t notes;		/* 0: the machine chooses */
};

/**
 * struct machine_spec - all that is known when the kernel has booted
 * @boot_fdt: the FDT that the kernel booted with, hence also the live tree
 * @live_tree: if not NULL, the live tree where it differs from @boot_fdt
 * @page_size: 4096 or 65536
 * @block_size: bytes in a memory block; 0: by the tree's LMBs, else 256 MiB
 * @section_size: bytes in a section; 0: 16 MiB on powerpc, 128 MiB on x86_64
 * @nr_cpus: the kernel's NR_CPUS; 0: 2048
 * @nr_cpus_default: CONFIG_NR_CPUS_DEFAULT (x86); 0: @nr_cpus
 * @max_memory_ranges: CONFIG_CRASH_MAX_MEMORY_RANGES; 0: 8192
 * @crashk: the crash kernel's region; size 0: none reserved
 * @crashk_low: its second region, below 4 GiB (x86); size 0: none
 * @text: the kernel's own image (x86); size 0: where it is without KASLR
 * @page_offset: where the linear map begins (x86); 0: without KASLR
 * @memory: memblock's regions, on x86 the System RAM resources; nr_memory 0:
 *	take them from the tree
 * @blocks: memory blocks and their state; nr_blocks 0: all of @memory online
 * @cpus: possible CPUs; nr_cpu_specs 0: take them from the tree
 * @vmcoreinfo: physical address of the vmcoreinfo note; 0: the machine chooses
 * @memmap_on_memory: hot-added blocks carry their own struct pages
 * @no_crash_hotplug: a kernel before 6.6, or without CONFIG_CRASH_HOTPLUG: no
 *	image is updated, and sysfs has no crash_hotplug
 * @cmdline: the running kernel's command line
 *
 * All pointers belong to the caller; machine_create() copies what it keeps.
 */
struct machine_spec {
	enum arch arch;
	const void *boot_fdt;
	size_t boot_fdt_size;
	const void *live_tree;
	size_t live_tree_size;
	uint64_t page_size;
	uint64_t block_size;
	uint64_t section_size;
	unsigned int nr_cpus;
	unsigned int nr_cpus_default;
	unsigned int max_memory_ranges;
	uint64_t crashk_start;
	uint64_t crashk_size;
	uint64_t crashk_low_start;
	uint64_t crashk_low_size;
	struct view_text text;
	uint64_t page_offset;
	const struct memory_spec *memory;
	size_t nr_memory;
	const struct block_spec *blocks;
	size_t nr_blocks;
	const struct cpu_spec *cpus;
	size_t nr_cpu_specs;
	uint64_t vmcoreinfo;
	bool memmap_on_memory;
	bool no_crash_hotplug;
	const char *cmdline;
};

/* --- events --------------------------------------------------------------------- */

enum event_type {
	EVENT_LOAD,		/* kexec_file_load(2) or kexec_load(2) */
	EVENT_UNLOAD,
	EVENT_CPU_ADD,		/* a core arrives: node attached, CPUs present */
	EVENT_CPU_REMOVE,	/* a core goes: its CPUs are offline by then */
	EVENT_CPU_ONLINE,	/* one thread, by the kernel's number */
	EVENT_CPU_OFFLINE,
	EVENT_MEMORY_ADD,	/* memory arrives, no block of it online */
	EVENT_MEMORY_REMOVE,	/* all blocks of it are offline by then */
	EVENT_MEMORY_ONLINE,	/* each memory block in [start, start + size) */
	EVENT_MEMORY_OFFLINE,
	EVENT_CRASH,
	EVENT_POKE,		/* somebody writes into a loaded segment */
	EVENT_RANGES,		/* a list of ranges, and the handlers' arithmetic on it */
};

enum load_call {
	LOAD_KEXEC_FILE_LOAD,
	LOAD_KEXEC_LOAD,
};

/**
 * struct segment_spec - a segment whose place, and maybe content, is given
 * @name: "kernel", "purgatory", "backup", "elfcorehdr", "initrd", "boot_param",
 *	"fdt" or anything else
 * @mem: physical address
 * @bytes: content, NULL to let the loader make it (zeros where it cannot)
 */
struct segment_spec {
	const char *name;
	uint64_t mem;
	size_t memsz;
	size_t bufsz;
	const void *bytes;
	size_t nr_bytes;
};

/**
 * struct load_spec - one load
 * @if_needed: only where crash_hotplug reads 0, as udev's rule has it; else
 *	nothing happens
 * @call: which system call
 * @flags: kexec_load(2)'s flags besides KEXEC_ON_CRASH, e.g. 0x8
 * @kernel_size, @initrd_size: bytes; 0 chooses a usual size
 * @cmdline: for the capture kernel
 * @configured_cpus: CPUs that are configured, as kexec-tools' C library has it;
 *	0: all that are possible
 * @segments: places to use instead of finding them; with bytes, the image is
 *	adopted as somebody else loaded it
 * @adopt: all segments are given with their content; nothing is built. The
 *	handlers' machine_kexec_post_load() runs, and may bring them up to date
 * @reserved: of an adopted image, as in struct image_view
 * @during: events that happen while the load runs and holds the kexec lock
 * @between: memory that arrives when the handlers of a kexec_file_load have
 *	walked over System RAM once (x86)
 */
struct load_spec {
	bool if_needed;
	enum load_call call;
	unsigned long flags;
	size_t kernel_size;
	size_t initrd_size;
	const char *cmdline;
	size_t configured_cpus;
	const struct segment_spec *segments;
	size_t nr_segments;
	bool adopt;
	uint64_t reserved;
	const struct event *during;
	size_t nr_during;
	const struct event *between;
	size_t nr_between;
};

enum ranges_op {
	RANGES_ADD,
	RANGES_REMOVE,
	RANGES_EXCLUDE,
	RANGES_MERGE,
};

/**
 * struct ranges_spec - a list that the handlers' own functions work on
 * @op: which function
 * @list: what it finds; any order, ranges may overlap
 * @capacity: entries that the list has room for
 * @args: what is added or taken away, one after the other; none for a merge
 */
struct ranges_spec {
	enum ranges_op op;
	const struct view_range *list;
	size_t nr;
	size_t capacity;
	const struct view_range *args;
	size_t nr_args;
};

/**
 * struct event - something that happens to the machine
 * @line: where it was written, for messages; 0 unknown
 * @lock_busy: somebody holds the kexec lock while this happens
 * @stays_visible: nothing of the image has to change, so hiding it is a violation
 * @fail_alloc: the nth allocation made by the kernel fails; 0 none
 * @fail_map: the nth mapping of a segment fails; 0 none
 * @core: hardware id of the core's first thread (its node's "reg"); on x86 the
 *	kernel's number of its first CPU
 * @threads: threads of a new core; 0: as the others
 * @node: CPU node to attach, and cache nodes beside it: the children of the
 *	root of this FDT; NULL: made after the model of an existing core
 * @cpu: the kernel's CPU number
 * @during, @store: the crash comes while the step before it is under way, after so
 *	many stores to the image
 * @without_lock: and does not ask for the kexec lock
 * @bringup_fails: a later state of the CPU's bring-up fails
 * @start, @size: bytes of memory; EVENT_MEMORY_*
 * @path: of a node or property that goes from the device tree in @segment;
 *	NULL: @bytes are written at @offset
 * @nid: NUMA node of new memory
 */
struct event {
	enum event_type type;
	int line;
	bool lock_busy;
	bool stays_visible;
	unsigned long fail_alloc;
	unsigned long fail_map;
	union {
		struct {
			uint32_t core;
			unsigned int threads;
			const void *node;
			size_t node_size;
		} core;
		struct {
			unsigned int cpu;
			bool bringup_fails;
		} cpu;
		struct {
			uint64_t start;
			uint64_t size;
			int nid;
		} memory;
		struct load_spec load;
		struct {
			unsigned int cpu;
			bool during;
			bool without_lock;
			unsigned long store;
		} crash;
		struct {
			const char *segment;
			const char *path;
			size_t offset;
			const void *bytes;
			size_t nr_bytes;
		} poke;
		struct ranges_spec ranges;
	} u;
};

/**
 * struct event_report - what an event did
 * @kernel_events: hotplug events that the kernel told its handlers
 * @lost: of them, lost because the kexec lock was busy
 * @ignored: of them, ignored: no image, or none that the kernel may update
 * @hidden: how often the image pointer was NULL for a while
 * @hidden_ns: for how long, in all
 * @locked_ns: how long the kexec lock was held by hotplug events
 * @no_dump_ns: how long no dump was possible because of them; @longest_ns because
 *	of one of them
 * @bytes_written: bytes that differ, by segment of the image
 * @violations: contracts of the kernel broken meanwhile; machine_violation()
 */
struct event_report {
	unsigned int kernel_events;
	unsigned int lost;
	unsigned int ignored;
	unsigned int hidden;
	uint64_t hidden_ns;
	uint64_t locked_ns;
	uint64_t no_dump_ns;
	uint64_t longest_ns;
	size_t bytes_written[VIEW_SEGMENT_MAX];
	unsigned int violations;
};

/* --- life ------------------------------------------------------------------------ */

struct machine *machine_create(const struct machine_spec *spec,
			       const struct handler_module *handlers,
			       struct error *err);
void machine_destroy(struct machine *m);

/**
 * machine_apply() - let one event happen
 * @m: the machine
 * @event: what happens
 * @report: filled in, may be NULL
 * @err: why it is impossible
 *
 * An event that cannot happen on this machine (a CPU that does not exist,
 * memory that overlaps) changes nothing; but a load that fails on its way has
 * given up the old image by then, as in the kernel.
 *
 * Return: 0, or -1 with @err set.
 */
int machine_apply(struct machine *m, const struct event *event,
		  struct event_report *report, struct error *err);

/**
 * struct ranges_result - what the last EVENT_RANGES made of its list
 * @ret: of the function that was called last; after an error no more are
 * @done: arguments that it took before
 * @gone: there is no list any more
 * @list: valid until the next event
 */
struct ranges_result {
	int ret;
	size_t done;
	bool gone;
	struct view_range *list;
	size_t nr;
};

const struct ranges_result *machine_ranges(const struct machine *m);

/* from here on every access to freed memory, or behind an allocation of the
 * kernel's, is a SIGSEGV; false: no memory for that
 */
bool machine_guard_alloc(struct machine *m);

/* the truth and the image, valid until the next call on @m */
const struct machine_view *machine_view(struct machine *m);
const struct image_view *machine_image(struct machine *m);

const char *machine_violation(const struct machine *m, unsigned int i);
unsigned int machine_nr_log(const struct machine *m);
const char *machine_log(const struct machine *m, unsigned int i);

/* events do not leak: what is live in the kernel's slab, and neither the image
 * nor anything that it leads to
 */
unsigned long machine_lost_allocs(const struct machine *m);
unsigned long machine_alloc_count(const struct machine *m);

/* from here on reports have no bytes_written: nobody looks, and it takes time */
void machine_skip_bytes_written(struct machine *m);
/* and no times, for the same reason */
void machine_skip_times(struct machine *m);

/**
 * struct digest_cache - the digests of images that were loaded before
 *
 * For who makes one small machine after another: a load takes the digest from
 * there, where the bytes are the same. It belongs to no machine.
 */
struct digest_cache;

struct digest_cache *digest_cache_new(void);
void digest_cache_free(struct digest_cache *cache);
/* as long as @m is there */
void machine_use_digests(struct machine *m, struct digest_cache *cache);

/* bytes in a memory block */
uint64_t machine_block_size(const struct machine *m);

/* what crash_hotplug in sysfs reads: 0 or 1 */
int machine_crash_hotplug(const struct machine *m);

/* the handlers' kernel lets a crash use the image although an update of it holds
 * the kexec lock
 */
bool machine_crash_past_update(const struct machine *m);

/* --- sysfs ------------------------------------------------------------------------ */

struct sysfs_file {
	const char *path;	/* below /sys: "devices/system/cpu/crash_hotplug" */
	const char *value;	/* with its newline */
};

/* all attribute files, in a fixed order; array and texts belong to the machine
 * and are valid until the next call; 0 when memory runs out
 */
size_t machine_sysfs(struct machine *m, const struct sysfs_file **files);
/* write them below @dir, each file whole or not at all */
int machine_write_sysfs(struct machine *m, const char *dir, struct error *err);

/* --- handler modules ---------------------------------------------------------------- */

/* the one linked in for @arch, or NULL */
const struct handler_module *handlers_builtin(enum arch arch, const char *name);
/* open a shared object; it stays open until the program ends */
const struct handler_module *handlers_open(const char *file, struct error *err);
const char *handlers_name(const struct handler_module *h);
enum arch handlers_arch(const struct handler_module *h);
/* the release of the kernel tree that they are of, or NULL */
const char *handlers_version(const struct handler_module *h);

#endif /* EMU_MACHINE_H */
