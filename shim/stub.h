/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Drawer 2 of 3: deliberate no-ops. Each entry says what is lost.
 */
#ifndef SHIM_STUB_H
#define SHIM_STUB_H

/* lost: which pool an allocation comes from and whether it may sleep */
#define GFP_KERNEL ((gfp_t)0)

/* lost: module loading; core is always built in */
#define EXPORT_SYMBOL_GPL(sym)
#define EXPORT_SYMBOL_IF_KUNIT(sym)

/* lost: rescheduling in a long loop; handlers run alone here */
#define cond_resched() do { } while (0)

#define barrier() __asm__ __volatile__("" ::: "memory")

/* lost: tearing rules; each access is one volatile access */
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, val) (*(volatile __typeof__(x) *)&(x) = (val))

/* lost: nothing that core may rely on; the generator is always ready */
static inline bool rng_is_initialized(void)
{
	return true;
}

/* lost: what a platform puts into a tree besides (arch/powerpc/kexec/file_load_64.c):
 * DMA windows of PCI bridges, the password of the platform keystore
 */
static inline int crash_fdt_add_platform(void *fdt __always_unused)
{
	return 0;
}

/* lost: the kernel's debug hook, which panics after the n-th store to an image */
static inline void crash_hp_stored(void)
{
}

#endif /* SHIM_STUB_H */
