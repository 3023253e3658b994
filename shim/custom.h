/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Drawer 3 of 3: stand-ins that keep the kernel's contracts and that a test
 * can watch. All state belongs to the kernel that is current (kernel.h), so
 * several kernels can live in one process. A broken contract (a lock taken
 * twice, a reference dropped too often, an access outside a mapping) is
 * written down as a violation and shows in the verdict.
 */
#ifndef SHIM_CUSTOM_H
#define SHIM_CUSTOM_H

#include <libfdt.h>

/* --- the current kernel's configuration and variables ------------------- */

unsigned int shim_page_shift(void);
unsigned int shim_max_memory_ranges(void);
unsigned int shim_nr_cpus(void);
unsigned int shim_nr_cpus_default(void);

#define PAGE_SHIFT (shim_page_shift())
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_ALIGN(addr) ALIGN(addr, PAGE_SIZE)
#define PHYS_PFN(x) ((unsigned long)((x) >> PAGE_SHIFT))
#define PFN_PHYS(x) ((phys_addr_t)(x) << PAGE_SHIFT)
#define CONFIG_CRASH_MAX_MEMORY_RANGES (shim_max_memory_ranges())
#define NR_CPUS (shim_nr_cpus())
#define CONFIG_NR_CPUS_DEFAULT (shim_nr_cpus_default())	/* x86 */

struct kimage **shim_kexec_crash_image(void);
struct resource *shim_crashk_res(void);
struct resource *shim_crashk_low_res(void);

#define kexec_crash_image (*shim_kexec_crash_image())
#define crashk_res (*shim_crashk_res())
#define crashk_low_res (*shim_crashk_low_res())

/*
 * The kernel's xchg(). An exchange of kexec_crash_image is recorded: between
 * NULL and the image again no dump is possible.
 */
unsigned long shim_xchg(unsigned long *ptr, unsigned long val);
#define xchg(ptr, val) ({ \
	(__typeof__(*(ptr)))shim_xchg((unsigned long *)(ptr), \
				      (unsigned long)(val)); \
})

/* --- printk -------------------------------------------------------------- */

#define SHIM_LOG_ERR '3'
#define SHIM_LOG_WARN '4'
#define SHIM_LOG_INFO '6'
#define SHIM_LOG_DEBUG '7'

void shim_printk(char level, const char *fmt, ...) __printf(2, 3);

#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif
#define pr_err(fmt, ...) shim_printk(SHIM_LOG_ERR, pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...) shim_printk(SHIM_LOG_WARN, pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...) shim_printk(SHIM_LOG_INFO, pr_fmt(fmt), ##__VA_ARGS__)
#define pr_debug(fmt, ...) \
	shim_printk(SHIM_LOG_DEBUG, pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn_once(fmt, ...) pr_warn(fmt, ##__VA_ARGS__)

bool shim_warn_on(bool cond, const char *what, const char *file, int line);
#define WARN_ON_ONCE(cond) shim_warn_on(!!(cond), #cond, __FILE__, __LINE__)
#define WARN_ON(cond) WARN_ON_ONCE(cond)

/* --- slab: counted, and any allocation can be made to fail --------------- */

void *kmalloc(size_t size, gfp_t flags);
void *kzalloc(size_t size, gfp_t flags);
void *kvmalloc(size_t size, gfp_t flags);
void *kvzalloc(size_t size, gfp_t flags);
void *kvmalloc_array(size_t n, size_t size, gfp_t flags);
void *kvcalloc(size_t n, size_t size, gfp_t flags);
void *krealloc(const void *p, size_t new_size, gfp_t flags);
void *kmemdup(const void *src, size_t len, gfp_t flags);
char *kasprintf(gfp_t flags, const char *fmt, ...) __printf(2, 3);
void *vzalloc(unsigned long size);
void kfree(const void *p);
void kvfree(const void *p);
void vfree(const void *p);

/* --- ordering of stores ----------------------------------------------------- */

/* there is one CPU; but who watches an image is called here */
void shim_smp_wmb(void);
#define smp_wmb() shim_smp_wmb()

/* --- sort() --------------------------------------------------------------- */

void sort(void *base, size_t num, size_t size, cmp_func_t cmp, swap_func_t swp);

/* --- locks; the kernel notes who holds what and finds misuse -------------- */

void cpus_read_lock(void);
void cpus_read_unlock(void);
void get_online_mems(void);
void put_online_mems(void);

/* there is nobody to wait for; who holds one may not sleep */
typedef struct {
	bool ready;
	bool held;
} spinlock_t;

#define spin_lock_init(lock) (*(lock) = (spinlock_t){ .ready = true })
void spin_lock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);
/* violation unless the memory layout cannot change under the caller */
void lockdep_assert_mem_hotplug_stable(void);

/* --- memory ---------------------------------------------------------------- */

/*
 * memblock.memory in ascending order, end exclusive as in the kernel. The
 * caller must hold the layout still: see lockdep_assert_mem_hotplug_stable().
 */
bool shim_next_mem_range(u64 *idx, phys_addr_t *start, phys_addr_t *end);
#define for_each_mem_range(i, p_start, p_end) \
	for ((i) = 0; shim_next_mem_range(&(i), p_start, p_end); (i)++)

/*
 * Told of every block that goes online or offline, whoever holds the kexec
 * lock, from inside mem_hotplug_begin(). Not to be called by a callback.
 */
int register_memory_notifier(struct notifier_block *nb);
void unregister_memory_notifier(struct notifier_block *nb);

struct page;
/* NULL for memory that is not there, or there and offline (6.12
 * mm/memory_hotplug.c: decided by the section, which at MEM_ONLINE is online
 * already and at MEM_OFFLINE is offline already)
 */
struct page *pfn_to_online_page(unsigned long pfn);
unsigned long memory_block_size_bytes(void);

#ifdef CRASH_HP_ARCH_X86_64
/* a variable there: KASLR and five-level paging move the linear map */
unsigned long shim_page_offset(void);
#define PAGE_OFFSET (shim_page_offset())
#endif

/*
 * The linear map's address of @phys: a value for headers, never to be used as
 * a pointer here. Access goes through memremap(), which takes the length and
 * refuses what is not inside memory.
 */
#define __va(phys) ((void *)((unsigned long)(phys) + PAGE_OFFSET))
void *memremap(resource_size_t offset, size_t size, unsigned long flags);
void memunmap(void *addr);

/*
 * Host memory at @phys, or NULL where there is none: what __va() and
 * kmap_local_page() are to handlers that take them for pointers. Not for core,
 * which goes through memremap(): nobody checks a length here.
 */
void *shim_phys_to_host(phys_addr_t phys);

/*
 * kernel/resource.c: every System RAM resource in [@start, @end], cut to it, in
 * ascending order; resources that touch stay apart. Ends early when @func does
 * not return 0. Returns what @func did last, -EINVAL when it was never called.
 */
int walk_system_ram_res(u64 start, u64 end, void *arg,
			int (*func)(struct resource *, void *));

/* the kernel's image, virtual: values for headers, not pointers, as above */
const char *shim_kernel_text(void);
const char *shim_kernel_end(void);
phys_addr_t shim_kernel_phys(const void *virt);
#define _text (shim_kernel_text())
#define _end (shim_kernel_end())
#define __pa_symbol(x) (shim_kernel_phys(x))

/* --- CPUs and notes --------------------------------------------------------- */

unsigned int num_possible_cpus(void);
unsigned int shim_next_possible_cpu(int prev);	/* NR_CPUS at the end */
#define for_each_possible_cpu(cpu) \
	for ((cpu) = shim_next_possible_cpu(-1); (cpu) < NR_CPUS; \
	     (cpu) = shim_next_possible_cpu((int)(cpu)))

/* crash_notes is per-CPU data; only its physical address matters here */
#define crash_notes NULL
#define per_cpu_ptr(ptr, cpu) (cpu)
phys_addr_t shim_crash_notes_phys(unsigned int cpu);
#define per_cpu_ptr_to_phys(cpu) shim_crash_notes_phys(cpu)
phys_addr_t paddr_vmcoreinfo_note(void);

/* --- the live device tree --------------------------------------------------- */

struct device_node *of_find_node_by_path(const char *path);
struct device_node *of_find_node_by_type(struct device_node *from,
					 const char *type);
struct device_node *of_find_node_by_phandle(phandle handle);
struct device_node *of_get_next_child(const struct device_node *node,
				      struct device_node *prev);
struct device_node *of_node_get(struct device_node *node);
void of_node_put(struct device_node *node);
const void *of_get_property(const struct device_node *np, const char *name,
			    int *lenp);
int of_property_read_u32(const struct device_node *np, const char *propname,
			 u32 *out_value);
int of_property_read_u64(const struct device_node *np, const char *propname,
			 u64 *out_value);
int of_n_addr_cells(struct device_node *np);
int of_n_size_cells(struct device_node *np);

#define for_each_child_of_node(parent, child) \
	for ((child) = of_get_next_child(parent, NULL); (child); \
	     (child) = of_get_next_child(parent, child))
#define for_each_node_by_type(dn, type) \
	for ((dn) = of_find_node_by_type(NULL, type); (dn); \
	     (dn) = of_find_node_by_type(dn, type))
#define for_each_property_of_node(dn, pp) \
	for ((pp) = (dn)->properties; (pp); (pp) = (pp)->next)

/*
 * Told of every change of the live tree, after it is made (drivers/of/dynamic.c);
 * a property that was replaced is there until all are told. A callback may keep
 * references. Not to be called by a callback.
 */
int of_reconfig_notifier_register(struct notifier_block *nb);
int of_reconfig_notifier_unregister(struct notifier_block *nb);

/* the FDT that this kernel itself was booted with, and where it lies */
void *shim_initial_boot_params(void);
phys_addr_t shim_initial_boot_params_pa(void);
#define initial_boot_params (shim_initial_boot_params())
#define initial_boot_params_pa (shim_initial_boot_params_pa())

/* --- powerpc: LMBs and threads (arch/powerpc/mm/drmem.c) --------------------- */

unsigned int shim_threads_per_core(void);
#define threads_per_core (shim_threads_per_core())
u64 drmem_lmb_size(void);	/* bytes; 0 where there are no LMBs */
u64 memory_hotplug_max(void);
int walk_drmem_lmbs(struct device_node *dn, void *data,
		    int (*func)(struct drmem_lmb *, const __be32 **, void *));

/* --- kexec --------------------------------------------------------------------- */

/* place a buffer as a segment of the image being loaded; kbuf->mem is set */
int kexec_add_buffer(struct kexec_buf *kbuf);

/*
 * Where a symbol of the kernel's own purgatory lies in the image that is being
 * loaded: a physical address, or ERR_PTR(-EINVAL). Only as long as it is loaded.
 */
void *kexec_purgatory_get_symbol_addr(struct kimage *image, const char *name);

/* deterministic here, so that two loads of one machine give the same bytes */
u64 get_random_u64(void);
void get_random_bytes(void *buf, size_t len);

#endif /* SHIM_CUSTOM_H */
