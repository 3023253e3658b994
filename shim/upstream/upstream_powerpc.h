/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * upstream_compat.h, what powerpc needs: the device tree, firmware, and how
 * its own sources call each other.
 */
#ifndef UPSTREAM_POWERPC_H
#define UPSTREAM_POWERPC_H

/* --- facts --------------------------------------------------------------------- */

/* arch/powerpc/include/uapi/asm/setup.h, arch/powerpc/include/asm/iommu.h */
#define COMMAND_LINE_SIZE 2048
#define DIRECT64_PROPNAME "linux,direct64-ddr-window-info"
#define DMA64_PROPNAME "linux,dma64-ddr-window-info"

/* arch/powerpc/include/asm/kexec.h, include/linux/of.h */
int update_cpus_node(void *fdt);
void sync_backup_region_phdr(struct kimage *image, Elf64_Ehdr *ehdr,
			     bool phdr_to_kimage);
char *setup_kdump_cmdline(struct kimage *image, char *cmdline,
			  unsigned long cmdline_len);
int load_crashdump_segments_ppc64(struct kimage *image, struct kexec_buf *kbuf);
unsigned int kexec_extra_fdt_size_ppc64(struct kimage *image,
					struct crash_mem *rmem);
int setup_new_fdt_ppc64(const struct kimage *image, void *fdt,
			struct crash_mem *rmem);
void *of_kexec_alloc_and_setup_fdt(const struct kimage *image,
				   unsigned long initrd_load_addr,
				   unsigned long initrd_len,
				   const char *cmdline, size_t extra_fdt_size);

/* the tree's own; it names types that are known by now */
#include <asm/kexec_ranges.h>

/* --- no-ops ---------------------------------------------------------------------- */

/* lost: old content of memory. A load copies the free space of its FDT into the
 * image as it came from kvmalloc(), so no two images would be the same.
 */
#define kvmalloc(size, flags) kvzalloc(size, flags)

/* lost: the platform keystore, whose password goes into the FDT */
static inline bool plpks_is_available(void)
{
	return false;
}

static inline u16 plpks_get_passwordlen(void)
{
	return 0;
}

static inline int plpks_populate_fdt(void *fdt __always_unused)
{
	return 0;
}

/* --- stand-ins --------------------------------------------------------------------- */

/*
 * memblock without the shim's question who holds the layout still: loading
 * walks it without a lock, in every kernel, and that is known (KB-12).
 */
bool upstream_next_mem_range(u64 *i, phys_addr_t *start, phys_addr_t *end);
#undef for_each_mem_range
#define for_each_mem_range(i, p_start, p_end) \
	for ((i) = 0; upstream_next_mem_range(&(i), p_start, p_end); (i)++)

/* snprintf() that knows one thing more: "%pOF", the path of a node */
int upstream_snprintf(char *buf, size_t size, const char *fmt, ...);
#define snprintf(...) upstream_snprintf(__VA_ARGS__)

/* drivers/of/address.c: entry @idx of "reg", not translated */
int of_property_read_reg(struct device_node *np, int idx, u64 *addr, u64 *size);
struct device_node *of_find_node_with_property(struct device_node *from,
					       const char *prop_name);
#define for_each_node_with_property(dn, prop_name) \
	for ((dn) = of_find_node_with_property(NULL, prop_name); (dn); \
	     (dn) = of_find_node_with_property(dn, prop_name))
#define of_node_full_name(np) ((np) ? (np)->full_name : "<no-node>")

/* variables of the kernel that the device tree tells */
struct device_node *upstream_of_chosen(void);
const char *upstream_command_line(void);
unsigned int upstream_boot_cpu_node_count(void);
#define of_chosen (upstream_of_chosen())
#define saved_command_line (upstream_command_line())
#define boot_cpu_node_count (upstream_boot_cpu_node_count())

/* the hash table, where the kernel has told the place (export_htab_values()) */
#define CONFIG_PPC_64S_HASH_MMU 1
unsigned long upstream_htab(const char *propname);
#define htab_address upstream_htab("linux,htab-base")
#define htab_size_bytes upstream_htab("linux,htab-size")

/* a hypervisor is below, unless OPAL is */
#define FW_FEATURE_LPAR 1
bool upstream_is_lpar(void);
#define firmware_has_feature(feature) ((feature) && upstream_is_lpar())

#endif /* UPSTREAM_POWERPC_H */
