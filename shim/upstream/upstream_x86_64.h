/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * upstream_compat.h, what x86_64 needs: the memory map that a capture kernel
 * is given.
 */
#ifndef UPSTREAM_X86_64_H
#define UPSTREAM_X86_64_H

/* --- facts --------------------------------------------------------------------- */

/* arch/x86/include/asm/e820/types.h */
enum e820_type {
	E820_TYPE_RAM = 1,
	E820_TYPE_RESERVED = 2,
	E820_TYPE_ACPI = 3,
	E820_TYPE_NVS = 4,
};

struct e820_entry {
	u64 addr;
	u64 size;
	enum e820_type type;
} __packed;

/* arch/x86/include/asm/crash.h */
int crash_setup_memmap_entries(struct kimage *image,
			       struct boot_params *params);

/* --- no-ops ---------------------------------------------------------------------- */

/* lost: what of the map is not the crash kernel's region */
#define IORESOURCE_MEM 0
#define IORESOURCE_BUSY 0
#define IORESOURCE_SYSTEM_RAM 0
#define IORES_DESC_NONE 0
#define IORES_DESC_ACPI_TABLES 0
#define IORES_DESC_ACPI_NV_STORAGE 0
#define IORES_DESC_RESERVED 0

static inline int
walk_iomem_res_desc(unsigned long desc __always_unused,
		    unsigned long flags __always_unused,
		    u64 start __always_unused, u64 end __always_unused,
		    void *arg __always_unused,
		    int (*func)(struct resource *res, void *arg) __always_unused)
{
	return 0;
}

#endif /* UPSTREAM_X86_64_H */
