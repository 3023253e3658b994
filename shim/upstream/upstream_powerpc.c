// SPDX-License-Identifier: GPL-2.0-only
/*
 * Around the powerpc handlers of a kernel tree: what they ask of a kernel and
 * the shim does not have, and the entry points that a tree does not offer in
 * the form a handler module wants.
 */
#include "upstream_compat.h"
#include "kernel_private.h"

void *crash_fdt_load(struct kimage *image, unsigned long initrd_load_addr,
		     unsigned long initrd_len, const char *cmdline);

/* --- memory ------------------------------------------------------------------------ */

bool upstream_next_mem_range(u64 *i, phys_addr_t *start, phys_addr_t *end)
{
	const struct kernel *k = kernel_current();

	if (*i >= k->memblock.nr)
		return false;
	*start = k->memblock.r[*i].start;
	*end = k->memblock.r[*i].end + 1;
	return true;
}

/* --- the device tree ----------------------------------------------------------- */

static const void *chosen_property(const char *name, int *len)
{
	struct device_node *chosen = upstream_of_chosen();

	return chosen ? of_get_property(chosen, name, len) : NULL;
}

/* the kernel holds the node for ever: nobody puts it */
struct device_node *upstream_of_chosen(void)
{
	return tree_find(kernel_current(), "/chosen");
}

const char *upstream_command_line(void)
{
	const char *bootargs;
	int len;

	bootargs = chosen_property("bootargs", &len);
	if (!bootargs || strnlen(bootargs, len) == (size_t)len)
		return "";
	return bootargs;
}

/* a number that tells a pointer of the kernel by its physical address */
unsigned long upstream_htab(const char *propname)
{
	const void *value;
	int len;

	value = chosen_property(propname, &len);
	if (!value || len < 8)
		return 0;
	if (!strcmp(propname, "linux,htab-size"))
		return get_unaligned_be64(value);
	return get_unaligned_be64(value) + PAGE_OFFSET;
}

bool upstream_is_lpar(void)
{
	return !tree_find(kernel_current(), "/ibm,opal");
}

/* arch/powerpc/kernel/prom.c:early_init_dt_scan_cpus() */
unsigned int upstream_boot_cpu_node_count(void)
{
	const void *fdt = initial_boot_params;
	unsigned int nr = 0;
	const char *type;
	int node;

	for (node = 0; node >= 0; node = fdt_next_node(fdt, node, NULL)) {
		type = fdt_getprop(fdt, node, "device_type", NULL);
		nr += type && !strcmp(type, "cpu");
	}
	return nr;
}

struct device_node *of_find_node_with_property(struct device_node *from,
					       const char *prop_name)
{
	struct device_node *np = from ? tree_next(from) :
					kernel_current()->root;

	while (np && !of_get_property(np, prop_name, NULL))
		np = tree_next(np);
	of_node_get(np);
	of_node_put(from);
	return np;
}

int of_property_read_reg(struct device_node *np, int idx, u64 *addr, u64 *size)
{
	int na = of_n_addr_cells(np), ns = of_n_size_cells(np), len;
	const __be32 *reg;

	reg = of_get_property(np, "reg", &len);
	if (!reg || (idx + 1) * (na + ns) * (int)sizeof(*reg) > len)
		return -EINVAL;
	reg += idx * (na + ns);
	*addr = of_read_number(reg, na);
	*size = of_read_number(reg + na, ns);
	return 0;
}

/* --- "%pOF" ---------------------------------------------------------------------------- */

/* as if to a buffer of @size bytes; returns the length of the whole path */
static int put_path(char *buf, size_t size, const struct device_node *np)
{
	int len = 0;

	if (np->parent && np->parent->parent)
		len = put_path(buf, size, np->parent);
	return len + (snprintf)(buf + min((size_t)len, size),
				size - min((size_t)len, size), "/%s",
				np->parent ? np->full_name : "");
}

int upstream_snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	if (!strcmp(fmt, "%pOF"))
		len = put_path(buf, size, va_arg(args, struct device_node *));
	else
		len = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}

/* --- ranges ------------------------------------------------------------------------ */

void coalesce_mem_ranges(struct crash_mem *mem);

/* under the name that handler_module.c knows */
void coalesce_mem_ranges(struct crash_mem *mem)
{
	sort_memory_ranges(mem, true);
}

/* --- entry points -------------------------------------------------------------------- */

/*
 * arch/powerpc/kexec/elf_64.c:elf64_load() from where the initrd has its place
 * to where the FDT gets one. An error of libfdt is passed on as it is, as
 * there: no space is -3 and reads as ESRCH.
 */
void *crash_fdt_load(struct kimage *image, unsigned long initrd_load_addr,
		     unsigned long initrd_len, const char *cmdline)
{
	struct crash_mem *rmem = NULL;
	char *modified_cmdline;
	void *fdt = NULL;
	int ret;

	modified_cmdline = setup_kdump_cmdline(image, (char *)cmdline,
					       strlen(cmdline) + 1);
	if (!modified_cmdline)
		return ERR_PTR(-EINVAL);

	ret = get_reserved_memory_ranges(&rmem);
	if (ret)
		goto out;
	fdt = of_kexec_alloc_and_setup_fdt(image, initrd_load_addr, initrd_len,
					   modified_cmdline,
					   kexec_extra_fdt_size_ppc64(image,
								      rmem));
	if (!fdt) {
		ret = -EINVAL;
		goto out;
	}
	ret = setup_new_fdt_ppc64(image, fdt, rmem);
	if (ret)
		kvfree(fdt);
	else
		image->arch.fdt = fdt;
out:
	kfree(rmem);
	kfree(modified_cmdline);
	return ret ? ERR_PTR(ret) : fdt;
}
