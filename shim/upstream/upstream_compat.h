/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What handlers out of a kernel tree need beyond kernel_compat.h. The build
 * puts this in the place of every header that such a source includes, so that
 * it comes where the kernel's own would, behind a source's pr_fmt().
 *
 * The three drawers again: facts, no-ops, stand-ins. Facts are those of Linux
 * 6.12; what a tree says itself (asm/kexec_ranges.h) is taken from there.
 */
#ifndef UPSTREAM_COMPAT_H
#define UPSTREAM_COMPAT_H

#include "kernel_compat.h"

/* --- facts --------------------------------------------------------------------- */

/* include/linux/sizes.h, include/vdso/limits.h, include/linux/math.h */
#define SZ_1M 0x00100000
#ifndef ULONG_MAX
#define ULONG_MAX (~0UL)
#endif
#define round_up(x, y) ALIGN(x, y)

/* include/uapi/linux/elf.h, arch/<arch>/include/asm/elf.h */
#define EI_PAD 8
#define EI_NIDENT 16
#define elfhdr elf64_hdr

/* include/linux/compiler_attributes.h */
#define __weak __attribute__((__weak__))

/* include/linux/string.h */
int sprintf(char *buf, const char *fmt, ...) __printf(2, 3);
int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
	__printf(3, 0);

/* include/linux/crash_core.h, include/linux/kexec.h, include/linux/of.h */
int crash_prepare_elf64_headers(struct crash_mem *mem, int need_kernel_map,
				void **addr, unsigned long *sz);
int crash_exclude_mem_range(struct crash_mem *mem, unsigned long long mstart,
			    unsigned long long mend);
int arch_crash_hotplug_support(struct kimage *image, unsigned long kexec_flags);
void arch_crash_handle_hotplug_event(struct kimage *image, void *arg);
unsigned int arch_crash_get_elfcorehdr_size(void);
int machine_kexec_post_load(struct kimage *image);
void machine_kexec_cleanup(struct kimage *image);
int arch_kimage_file_post_load_cleanup(struct kimage *image);

/* --- no-ops ---------------------------------------------------------------------- */

#define KBUILD_MODNAME "upstream"

/* lost: messages that a kernel prints only when asked to. For a large machine
 * there are thousands in every event, and they would push out the others.
 */
#undef pr_debug
#define pr_debug(fmt, ...) \
	do { if (0) pr_info(fmt, ##__VA_ARGS__); } while (0)
#define kexec_dprintk(fmt, ...) pr_debug(fmt, ##__VA_ARGS__)
#define pr_notice(fmt, ...) shim_printk('5', pr_fmt(fmt), ##__VA_ARGS__)

/* lost: the ELF loader's state, which is never made here */
static inline int
kexec_image_post_load_cleanup_default(struct kimage *image __always_unused)
{
	return 0;
}

/* --- stand-ins --------------------------------------------------------------------- */

/*
 * Some sources take __va() for a pointer, others put it into a header as a
 * number. No definition is both, so each source says which it wants.
 */
#ifdef UPSTREAM_VA_IS_POINTER
#undef __va
#define __va(phys) shim_phys_to_host((phys_addr_t)(unsigned long)(phys))
#endif
#define __pa(virt) ((unsigned long)(virt) - PAGE_OFFSET)

/* a page stands for its number; all of what follows it is mapped with it */
#define pfn_to_page(pfn) ((struct page *)(unsigned long)(pfn))
#define kmap_local_page(page) \
	shim_phys_to_host(PFN_PHYS((unsigned long)(page)))
#define kunmap_local(addr) ((void)(addr))
#define memcpy_flushcache(dst, src, n) memcpy(dst, src, n)

#ifdef CRASH_HP_ARCH_POWERPC
#include "upstream_powerpc.h"
#endif

#ifdef CRASH_HP_ARCH_X86_64
#include "upstream_x86_64.h"
#endif

#endif /* UPSTREAM_COMPAT_H */
