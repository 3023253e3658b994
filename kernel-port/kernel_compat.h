/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of crash_hp see of the kernel. They include nothing else, so
 * that the same files can be compiled in user space, against stand-ins of what
 * is declared here.
 */
#ifndef CRASH_HP_KERNEL_COMPAT_H
#define CRASH_HP_KERNEL_COMPAT_H

#include <linux/kexec.h>	/* before crash_core.h: asm/kexec.h says what is there */
#include <linux/align.h>
#include <linux/cpu.h>
#include <linux/crash_core.h>
#include <linux/elf.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/libfdt.h>
#include <linux/memblock.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/notifier.h>
#include <linux/of.h>
#include <linux/of_fdt.h>
#include <linux/overflow.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/unaligned.h>
#include <linux/vmalloc.h>
#include <linux/vmcore_info.h>
#include <asm/sections.h>
#ifdef CONFIG_PPC64
#include <asm/cputhreads.h>
#include <asm/crashdump-ppc64.h>
#include <asm/drmem.h>
#include <asm/setup.h>
#endif
#ifdef CONFIG_X86_64
#include <asm/bootparam.h>
#endif

#ifndef CONFIG_MEMORY_HOTPLUG
/* there are no blocks: what is there at boot stays, as one. The function is
 * declared all the same.
 */
static inline unsigned long one_memory_block(void)
{
	return 1UL << (BITS_PER_LONG - 1);
}

#define memory_block_size_bytes() one_memory_block()
#endif

/* after each store to an image that is or may be loaded */
static inline void crash_hp_stored(void) { }

#endif /* CRASH_HP_KERNEL_COMPAT_H */
