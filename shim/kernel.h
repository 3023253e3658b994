/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The emulated kernel, seen from the machine below it: make one, tell it
 * what the hardware does, look at what it did. core/ never includes this.
 *
 * Rule of this file: addresses are physical, ranges are [start, end] with the
 * end inside unless a name says size; functions return 0 or -errno.
 */
#ifndef SHIM_KERNEL_H
#define SHIM_KERNEL_H

#include "kernel_compat.h"
#include "handler_module.h"

struct kernel;

/**
 * struct kernel_config - what is fixed when a kernel is built and booted
 * @page_shift: 12 or 16
 * @section_shift: log2 of a memory section's bytes (24 on powerpc, 27 on x86)
 * @block_size: bytes of a memory block, a multiple of the section
 * @nr_cpus: CPU numbers are below this; also the size of every mask
 * @nr_cpus_default: CONFIG_NR_CPUS_DEFAULT (x86); 0: @nr_cpus
 * @smt: threads per core (powerpc)
 * @max_memory_ranges: CONFIG_CRASH_MAX_MEMORY_RANGES
 * @page_offset: where the linear map begins (x86); 0: where it does without
 *	KASLR, with four levels of page tables
 * @map: host memory behind [@phys, @phys + @size), or NULL when any byte of
 *	it is not emulated; the pointer stays valid until the region goes
 * @ctx: handed to @map
 */
struct kernel_config {
	unsigned int page_shift;
	unsigned int section_shift;
	u64 block_size;
	unsigned int nr_cpus;
	unsigned int nr_cpus_default;
	unsigned int smt;
	unsigned int max_memory_ranges;
	u64 page_offset;
	void *(*map)(void *ctx, u64 phys, u64 size);
	void *ctx;
};

struct kernel *kernel_create(const struct kernel_config *config,
			     const struct handler_module *handlers);
void kernel_destroy(struct kernel *k);
/* later calls into the shim, and handlers, act on @k; returns the previous */
struct kernel *kernel_switch(struct kernel *k);

/* --- device tree ------------------------------------------------------------- */

/* unflatten @fdt: boot parameters (kept as a copy) and live tree */
int kernel_set_boot_fdt(struct kernel *k, const void *fdt, size_t size,
			u64 phys);
/* the live tree anew, where it is no longer what the kernel booted with */
int kernel_set_live_tree(struct kernel *k, const void *fdt, size_t size);
/* copy node @offset of @fdt, with children, under @parent_path; the kernel
 * puts a new child first
 */
int kernel_attach_node(struct kernel *k, const char *parent_path,
		       const void *fdt, int offset);
int kernel_detach_node(struct kernel *k, const char *path);
int kernel_set_property(struct kernel *k, const char *path, const char *name,
			const void *value, int length);
/* flatten the live tree into malloc()ed memory: what /proc/device-tree shows */
int kernel_flatten_tree(struct kernel *k, void **fdt, size_t *size);
/* changes with every change of the live tree */
unsigned long kernel_tree_generation(const struct kernel *k);

/* --- memory ------------------------------------------------------------------- */

/* boot: in memblock and online at once */
int kernel_boot_memory(struct kernel *k, u64 start, u64 size, int nid);
/* hotplug: add to or drop from memblock; no event is sent for either */
int kernel_add_memory(struct kernel *k, u64 start, u64 size, int nid);
int kernel_remove_memory(struct kernel *k, u64 start, u64 size);
/*
 * One memory block: the sections change state, then the notifier chain runs.
 * @vmemmap_size: bytes at the block's head that hold its own struct pages
 * (memmap_on_memory); the notified span leaves them out.
 */
int kernel_online_block(struct kernel *k, u64 start, u64 vmemmap_size);
int kernel_offline_block(struct kernel *k, u64 start, u64 vmemmap_size);
bool kernel_range_online(const struct kernel *k, u64 start, u64 size);
unsigned int kernel_nr_memblock(const struct kernel *k);
void kernel_memblock(const struct kernel *k, unsigned int i, u64 *start,
		     u64 *size, int *nid);

/*
 * System RAM resources, which x86 lists instead of memblock's regions. They are
 * independent of the above: a DIMM's comes whole before its first block goes
 * online and is released when the DIMM goes, whole or in part.
 * -EEXIST: overlaps another; -EINVAL: not inside of one.
 */
int kernel_insert_system_ram(struct kernel *k, u64 start, u64 end);
int kernel_release_system_ram(struct kernel *k, u64 start, u64 end);
/*
 * @func is called when the next walk over System RAM has ended, once; NULL: not
 * any more. A resource comes under no lock that a walker could hold
 * (mm/memory_hotplug.c:add_memory()), so this is where one may.
 */
void kernel_after_walk(struct kernel *k, void (*func)(void *ctx), void *ctx);
/* where the kernel's own image lies: _text, _end */
void kernel_set_text(struct kernel *k, u64 phys, u64 virt, u64 size);

/* --- CPUs ----------------------------------------------------------------------- */

int kernel_set_cpu_possible(struct kernel *k, unsigned int cpu, u64 notes_phys);
int kernel_set_cpu_present(struct kernel *k, unsigned int cpu, bool present);
/* boot: online without an event */
int kernel_boot_cpu(struct kernel *k, unsigned int cpu);
/* hotplug: ADD is told before the CPU runs, REMOVE after it is dead. With
 * @fail a later bring-up state fails: ADD, then REMOVE, and it stays offline;
 * that is what was asked for, so the result is 0.
 */
int kernel_cpu_up(struct kernel *k, unsigned int cpu, bool fail);
int kernel_cpu_down(struct kernel *k, unsigned int cpu);
bool kernel_cpu_possible(const struct kernel *k, unsigned int cpu);
bool kernel_cpu_present(const struct kernel *k, unsigned int cpu);
bool kernel_cpu_online(const struct kernel *k, unsigned int cpu);
void kernel_set_vmcoreinfo(struct kernel *k, u64 phys);

/* --- kexec: the generic layer of kernel/kexec_core.c, kernel/crash_core.c -------- */

void kernel_set_crashk(struct kernel *k, u64 start, u64 end);
void kernel_set_crashk_low(struct kernel *k, u64 start, u64 end);

/* false when the lock is taken: the caller gives up, as the kernel does */
bool kernel_kexec_trylock(struct kernel *k);
void kernel_kexec_unlock(struct kernel *k);

/*
 * Publish @image as kexec_crash_image, or NULL. The caller holds the kexec
 * lock; the old image is returned and is the caller's to free.
 */
struct kimage *kernel_publish_image(struct kernel *k, struct kimage *image);
struct kimage *kernel_crash_image(const struct kernel *k);

/* how kexec_add_buffer() finds a place; set by the loader for one load */
typedef int (*kernel_place_fn)(void *ctx, struct kexec_buf *kbuf);
void kernel_set_placer(struct kernel *k, kernel_place_fn place, void *ctx);

/* a symbol of the purgatory that the kernel loads */
struct purgatory_symbol {
	const char *name;
	u64 phys;
};

/* what kexec_purgatory_get_symbol_addr() knows, from here on; they stay the
 * caller's. @nr 0: nothing, as no image is being loaded
 */
void kernel_set_purgatory(struct kernel *k,
			  const struct purgatory_symbol *symbols, size_t nr);

/*
 * Around a call of any of the handlers but the event's, which the kernel calls
 * itself: @k is current in between, and what @function leaves held (a mapping,
 * a node reference, a lock, the image hidden) is a violation.
 */
void kernel_enter_handler(struct kernel *k, const char *function);
void kernel_leave_handler(struct kernel *k);

/* what the attribute files read, including 0 while the lock is busy */
int kernel_crash_hotplug_attr(struct kernel *k);
unsigned int kernel_elfcorehdr_size_attr(struct kernel *k);

/*
 * 0 when a crash now would enter the image, else why not: -EBUSY the lock is
 * held, -ENOENT there is no image (kernel/crash_core.c:__crash_kexec). An update
 * that holds the lock is no reason where the handlers' crash path goes past one.
 */
int kernel_crash_kexec(struct kernel *k);

/* --- what can be seen and forced ---------------------------------------------------- */

enum kernel_event_outcome {
	KERNEL_EVENT_NONE,	/* no event since kernel_clear_report() */
	KERNEL_EVENT_LOST,	/* kexec_trylock() failed */
	KERNEL_EVENT_IGNORED,	/* no image, or not hotplug_support */
	KERNEL_EVENT_HANDLED,	/* the architecture's handler ran */
};

/**
 * struct kernel_report - what the kernel did since kernel_clear_report()
 * @outcome: of the last event
 * @events: events told, @lost and @ignored of them without effect
 * @hidden: how often kexec_crash_image went from the image to NULL
 * @hidden_ns: how long it was NULL before it was the image again
 * @locked_ns: how long events held the kexec lock; what an event hides it hides
 *	inside of that time
 * @no_dump_ns: how long a crash would have found no image because of an event: as
 *	@locked_ns, or as @hidden_ns where the handlers' crash path goes past an
 *	update
 * @longest_ns: the longest time of @no_dump_ns because of one event
 * @asked: how often pfn_to_online_page() was called
 * @violations: contracts broken, see kernel_violation()
 */
struct kernel_report {
	enum kernel_event_outcome outcome;
	unsigned int events;
	unsigned int lost;
	unsigned int ignored;
	unsigned int hidden;
	u64 hidden_ns;
	u64 locked_ns;
	u64 no_dump_ns;
	u64 longest_ns;
	unsigned long asked;
	unsigned int violations;
};

void kernel_clear_report(struct kernel *k);
const struct kernel_report *kernel_report(const struct kernel *k);
const char *kernel_violation(const struct kernel *k, unsigned int i);
/* write one down; also for the emulator's own checks */
void kernel_add_violation(struct kernel *k, const char *fmt, ...)
	__printf(2, 3);

/**
 * struct stopwatch - two clocks: the one on the wall, and this thread's own,
 *	which stops while others have the processor
 */
struct stopwatch {
	u64 cpu_ns;
	u64 wall_ns;
};

struct stopwatch stopwatch_start(void);
/* nanoseconds since then, by the clock that suits so long a time */
u64 stopwatch_stop(struct stopwatch start);

/**
 * struct kernel_times - how long this thread has been where so far, whatever
 *	the kernel; in nanoseconds
 * @handlers: in a handler module, however it was entered: for an event, for
 *	loading, by a notifier of its own
 * @locked: of that, while a hotplug event held the kexec lock
 */
struct kernel_times {
	u64 handlers;
	u64 locked;
};

struct kernel_times kernel_times(void);

/* CLOCK_MONOTONIC, in ns; 0 where nobody asks for times */
u64 kernel_clock(const struct kernel *k);
/* from here on nothing of @k is timed: asking the clock takes time as well */
void kernel_skip_times(struct kernel *k);

/*
 * @look is called at every smp_wmb() of a handler: what a crash there would find
 * is in the image. NULL: nobody looks.
 */
void kernel_at_barrier(struct kernel *k, void (*look)(void *ctx), void *ctx);

/*
 * @look is called after each change of what a crash asks before it enters the
 * image: the kexec lock, and whether kexec_crash_image is NULL. NULL: nobody
 * looks.
 */
void kernel_watch_crash_path(struct kernel *k, void (*look)(void *ctx),
			     void *ctx);
bool kernel_kexec_locked(const struct kernel *k);

/* printk lines since kernel_clear_report(), "<3>crash hp: ..." */
unsigned int kernel_nr_log(const struct kernel *k);
const char *kernel_log_line(const struct kernel *k, unsigned int i);

/*
 * Fault injection and balance. With @nth > 0 the nth allocation from now
 * fails, with 0 none; kernel_alloc_count() says how many were asked for since.
 */
void kernel_fail_alloc(struct kernel *k, unsigned long nth);
unsigned long kernel_alloc_count(const struct kernel *k);
unsigned long kernel_live_allocs(const struct kernel *k);
size_t kernel_live_alloc_bytes(const struct kernel *k);
/*
 * From here on, allocations have pages of their own: an access behind one of
 * them, or to one that was freed, is a SIGSEGV. False: no memory for that.
 */
bool kernel_guard_alloc(struct kernel *k);
/* live, and neither @image nor anything that it leads to; NULL: no image */
unsigned long kernel_lost_allocs(struct kernel *k, const struct kimage *image);
/* mappings and references that somebody still holds, but for references that
 * are kept by a callback of the live tree's as long as there is any
 */
unsigned long kernel_live_mappings(const struct kernel *k);
unsigned long kernel_live_node_refs(const struct kernel *k);
/* the next memremap() fails when @nth counts down to it, as for allocations */
void kernel_fail_map(struct kernel *k, unsigned long nth);

#endif /* SHIM_KERNEL_H */
