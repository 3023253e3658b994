/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The inside of one emulated kernel, shared by shim/'s own files. Nothing is
 * global but the pointer to the kernel that is current.
 */
#ifndef SHIM_KERNEL_PRIVATE_H
#define SHIM_KERNEL_PRIVATE_H

#include "kernel.h"

/* --- lists of physical ranges (region.c) --------------------------------- */

struct region {
	u64 start;
	u64 end;		/* inside */
	int nid;
};

/* in ascending order, not overlapping */
struct region_list {
	struct region *r;
	unsigned int nr;
	unsigned int max;
};

/* the region that holds @addr, or NULL */
const struct region *region_find(const struct region_list *list, u64 addr);
/* is any, is every byte of [@start, @end] in the list? */
bool region_any(const struct region_list *list, u64 start, u64 end);
bool region_all(const struct region_list *list, u64 start, u64 end);
/* union with and difference from [@start, @end]; 0 or -ENOMEM */
int region_add(struct region_list *list, u64 start, u64 end, int nid);
int region_remove(struct region_list *list, u64 start, u64 end);

/* --- one kernel ------------------------------------------------------------ */

#define KERNEL_LOG_LINES 1024
#define KERNEL_MAX_VIOLATIONS 256
/* freed allocations whose addresses stay taken */
#define KERNEL_GUARDED 4096

/* the kernel runs one context: it is the only reader and the only writer */
struct rwsem {
	unsigned int readers;
	bool writer;
};

/* fails the nth use from now, 0 none */
struct fault {
	unsigned long count;
	unsigned long nth;
};

/* pages that nobody may touch */
struct guarded {
	void *pages;
	size_t size;
};

/* @callers: are inside of it, and hold its lock for reading */
struct notifier_chain {
	struct notifier_block *first;
	unsigned int callers;
};

struct cpu {
	bool possible;
	bool present;
	bool online;
	u64 notes;
};

struct shim_node {
	struct device_node np;
	bool detached;		/* goes with its last reference */
	struct shim_node *next_detached;
};

/* where the kernel's image lies */
struct kernel_text {
	u64 phys;
	u64 virt;
	u64 size;
};

/* who holds the kexec lock */
enum kexec_lock {
	KEXEC_UNLOCKED,
	KEXEC_LOCKED,		/* whoever takes the image apart: a load */
	KEXEC_LOCKED_UPDATE,	/* who leaves it whole, or hidden, at every store */
};

/* what a handler may not change between its entry and its return; and when that
 * entry was
 */
struct held {
	unsigned long mappings;
	unsigned long node_refs;
	struct rwsem cpu_hotplug;
	struct rwsem mem_hotplug;
	struct kimage *image;
	struct stopwatch since;
};

struct kernel {
	struct kernel_config config;
	const struct handler_module *handlers;

	struct kimage *crash_image;
	struct resource crashk;
	struct resource crashk_low;
	kernel_place_fn place;
	void *place_ctx;
	const struct purgatory_symbol *purgatory;
	size_t nr_purgatory;

	enum kexec_lock kexec_lock;
	bool crash_mutex;
	struct rwsem cpu_hotplug;
	struct rwsem mem_hotplug;
	unsigned int spinlocks;

	struct notifier_chain memory_chain;
	struct notifier_block crash_memory_nb;

	void *allocs;		/* tsearch(3) tree */
	unsigned long nr_allocs;
	size_t alloc_bytes;
	unsigned long nr_scans;
	void *lowest_alloc;	/* ever */
	void *highest_alloc;
	struct fault alloc_fault;
	bool guard_alloc;
	struct guarded *guarded;	/* a ring, NULL without guard_alloc */
	unsigned long nr_guarded;

	void *moved;		/* what krealloc() left last */
	void **mappings;
	unsigned long nr_mappings;
	unsigned long max_mappings;
	struct fault map_fault;

	struct region_list memblock;
	struct region_list online;	/* whole sections */
	struct region_list system_ram;	/* "nid": one of its own for each */
	int nr_system_ram;		/* ever inserted */
	void (*after_walk)(void *ctx);
	void *after_walk_ctx;
	struct kernel_text text;

	struct cpu *cpus;
	unsigned int nr_possible;
	unsigned int nr_online;
	u64 vmcoreinfo;

	void *boot_fdt;
	u64 boot_fdt_phys;
	struct device_node *root;
	struct shim_node *detached;
	unsigned long node_refs;
	unsigned long kept_node_refs;	/* of these, by callbacks of of_chain */
	struct notifier_chain of_chain;
	unsigned long tree_generation;
	size_t flat_size;	/* of the last flattened tree */

	u64 random;

	const char *handler;	/* the one that runs, for messages */
	struct held held;
	struct kernel *previous;

	bool untimed;
	void (*at_barrier)(void *ctx);
	void *at_barrier_ctx;
	void (*crash_path)(void *ctx);
	void *crash_path_ctx;

	struct kernel_report report;
	u64 hidden_since;
	char *violations[KERNEL_MAX_VIOLATIONS];
	char *log[KERNEL_LOG_LINES];	/* a ring, as the kernel's own */
	unsigned long nr_log;
};

struct kernel *kernel_current(void);

bool fault_hits(struct fault *fault);
/* a handler of @k begins; it ends: add that to the thread's times */
struct stopwatch handler_begins(const struct kernel *k);
void handler_ends(const struct kernel *k, struct stopwatch began);
/* to be added to */
struct kernel_times *times_now(void);

/* slab.c, kimage.c, of_tree.c: give back what is still there */
void slab_destroy(struct kernel *k);
void mappings_destroy(struct kernel *k);
void tree_destroy(struct kernel *k);

/* locks.c */
void crash_path_changed(struct kernel *k);
void cpus_write_lock(struct kernel *k);
void cpus_write_unlock(struct kernel *k);
void mem_hotplug_begin(struct kernel *k);
void mem_hotplug_done(struct kernel *k);
bool kexec_trylock_update(struct kernel *k);
/* a crash now finds the lock held, and goes no further */
bool kexec_lock_stops_crash(const struct kernel *k);
void crash_hotplug_lock(struct kernel *k);
void crash_hotplug_unlock(struct kernel *k);
void check_may_sleep(struct kernel *k, const char *what);
void check_layout_held_still(struct kernel *k, const char *what);

/* notifier.c; @name of the chain is for messages; 0 or -errno */
int chain_register(struct kernel *k, struct notifier_chain *chain,
		   struct notifier_block *nb);
int chain_unregister(struct kernel *k, struct notifier_chain *chain,
		     struct notifier_block *nb);
void chain_call(struct kernel *k, struct notifier_chain *chain,
		const char *name, unsigned long action, void *data);

/* of.c: lookups that take no reference */
struct device_node *tree_find(const struct kernel *k, const char *path);
struct device_node *tree_next(const struct device_node *np);
struct property **node_property(struct device_node *np, const char *name);
/* of_tree.c */
void node_free(struct device_node *np);

/* generic.c: what the generic layer's notifiers do */
void crash_hotplug_init(struct kernel *k);
void crash_hotplug_event(struct kernel *k, unsigned int action,
			 unsigned int cpu, void *arg);

#endif /* SHIM_KERNEL_PRIVATE_H */
