// SPDX-License-Identifier: GPL-2.0-only
/*
 * The crash FDT at load time: the running kernel's boot FDT, told where the
 * capture kernel's own things are and which memory it may use, with the live
 * tree's CPUs, and with room for the CPUs that may come.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "crash_fdt.h"

/* what /chosen gains, reservations, a property or two of a new CPU node */
#define FDT_EXTRA_SPACE 0x1000
#define MAX_FDT_SIZE (64UL << 20)
#define RNG_SEED_SIZE 128

/**
 * struct cells - 64-bit big-endian numbers, the value of a property being made
 * @buf: from kvmalloc()
 * @nr: numbers in use
 * @max_nr: numbers that fit
 * @usable: the ranges that are looked up
 * @err: first error of the walk over LMBs, which goes on with the next set of
 *	them all the same
 */
struct cells {
	__be64 *buf;
	unsigned int nr;
	unsigned int max_nr;
	const struct crash_mem *usable;
	int err;
};

static int put_cell(struct cells *cells, u64 value)
{
	unsigned int max_nr = max(2 * cells->max_nr, 64U);
	__be64 *buf;

	if (cells->nr == cells->max_nr) {
		buf = kvmalloc_array(max_nr, sizeof(*buf), GFP_KERNEL);
		if (!buf)
			return -ENOMEM;
		if (cells->buf)
			memcpy(buf, cells->buf, cells->nr * sizeof(*buf));
		kvfree(cells->buf);
		cells->buf = buf;
		cells->max_nr = max_nr;
	}
	cells->buf[cells->nr++] = cpu_to_be64(value);
	return 0;
}

/* (address, size) of each part of [start, end] that is usable; their number */
static int put_usable(struct cells *cells, u64 start, u64 end)
{
	unsigned int i;
	int ret, nr = 0;

	for (i = 0; i < cells->usable->nr_ranges; i++) {
		u64 first = max(start, cells->usable->ranges[i].start);
		u64 last = min(end, cells->usable->ranges[i].end);

		if (first > last)
			continue;
		ret = put_cell(cells, first);
		if (!ret)
			ret = put_cell(cells, last - first + 1);
		if (ret)
			return ret;
		nr++;
	}
	return nr;
}

/* for each LMB: how many usable parts it has, then the parts */
static int put_lmb(struct drmem_lmb *lmb, const __be32 **usm, void *data)
{
	struct cells *cells = data;
	unsigned int count = cells->nr;
	int ret;

	if (cells->err)
		return cells->err;
	if (*usm) {
		pr_err("this is a capture kernel: linux,drconf-usable-memory is there already\n");
		cells->err = -EINVAL;
		return cells->err;
	}
	ret = put_cell(cells, 0);
	if (!ret)
		ret = put_usable(cells, lmb->base_addr,
				 lmb->base_addr + drmem_lmb_size() - 1);
	if (ret < 0) {
		cells->err = ret;
		return ret;
	}
	cells->buf[count] = cpu_to_be64((u64)ret);
	return 0;
}

static int set_cells(void *fdt, int node, const char *name,
		     const struct cells *cells)
{
	return crash_fdt_errno(fdt_setprop(fdt, node, name, cells->buf,
					   cells->nr * sizeof(*cells->buf)));
}

static int set_usable_lmbs(void *fdt, struct cells *cells)
{
	static const char path[] = "/ibm,dynamic-reconfiguration-memory";
	struct device_node *dn = of_find_node_by_path(path);
	int node, ret;

	if (!dn)
		return 0;
	node = fdt_path_offset(fdt, path);
	cells->nr = 0;
	ret = node < 0 ? crash_fdt_errno(node) :
			 walk_drmem_lmbs(dn, cells, put_lmb);
	if (!ret)
		ret = set_cells(fdt, node, "linux,drconf-usable-memory", cells);
	of_node_put(dn);
	return ret;
}

/* linux,usable-memory of one memory node; a node without reg needs none */
static int set_usable_node(void *fdt, int node, struct cells *cells)
{
	int addr_cells = fdt_address_cells(fdt, 0);
	int size_cells = fdt_size_cells(fdt, 0);
	const __be32 *reg, *end;
	int len, ret;

	reg = fdt_getprop(fdt, node, "reg", &len);
	if (!reg || addr_cells < 1 || size_cells < 1)
		return 0;
	end = reg + len / sizeof(*reg);

	cells->nr = 0;
	while (end - reg >= addr_cells + size_cells) {
		u64 base = of_read_number(reg, addr_cells);
		u64 size = of_read_number(reg + addr_cells, size_cells);

		reg += addr_cells + size_cells;
		if (!size)
			continue;
		ret = put_usable(cells, base, base + size - 1);
		if (ret < 0)
			return ret;
	}
	/* nothing usable is said by an empty range: no property means all */
	if (!cells->nr) {
		ret = put_cell(cells, 0);
		if (!ret)
			ret = put_cell(cells, 0);
		if (ret)
			return ret;
	}
	return set_cells(fdt, node, "linux,usable-memory", cells);
}

static int set_usable_memory(void *fdt, const struct crash_mem *usable)
{
	struct cells cells = { .usable = usable };
	int node = -1, ret;

	ret = set_usable_lmbs(fdt, &cells);
	while (!ret) {
		node = fdt_node_offset_by_prop_value(fdt, node, "device_type",
						     "memory", 7);
		if (node < 0)
			break;
		ret = set_usable_node(fdt, node, &cells);
	}
	kvfree(cells.buf);
	return ret;
}

/*
 * One of the old kernel's that means nothing to the new one. Firmware may have
 * reserved whole pages.
 */
static void drop_reservation(void *fdt, u64 addr, u64 size)
{
	u64 a, s;
	int i;

	for (i = fdt_num_mem_rsv(fdt) - 1; i >= 0; i--)
		if (!fdt_get_mem_rsv(fdt, i, &a, &s) && a == addr &&
		    PAGE_ALIGN(s) == PAGE_ALIGN(size))
			fdt_del_mem_rsv(fdt, i);
}

static int reserve(void *fdt, u64 start, u64 size)
{
	return size ? crash_fdt_errno(fdt_add_mem_rsv(fdt, start, size)) : 0;
}

/* the crashed kernel's memory below us, our own things, firmware's memory */
static int set_reservations(void *fdt, const struct crash_fdt_load *load)
{
	unsigned int i;
	int ret;

	ret = reserve(fdt, load->elfcorehdr_addr, load->elfcorehdr_size);
	if (!ret && load->initrd_addr)
		ret = reserve(fdt, load->initrd_addr, load->initrd_len);
	if (!ret && crashk_res.start > BACKUP_SRC_END)
		ret = reserve(fdt, BACKUP_SRC_END + 1,
			      crashk_res.start - BACKUP_SRC_SIZE);
	if (!ret)
		ret = reserve(fdt, load->backup_addr, BACKUP_SRC_SIZE);

	for (i = 0; !ret && load->reserved && i < load->reserved->nr_ranges; i++)
		ret = reserve(fdt, load->reserved->ranges[i].start,
			      load->reserved->ranges[i].end -
			      load->reserved->ranges[i].start + 1);
	return ret;
}

static int delete_property(void *fdt, int node, const char *name)
{
	int ret = fdt_delprop(fdt, node, name);

	return ret == -FDT_ERR_NOTFOUND ? 0 : crash_fdt_errno(ret);
}

/* forget the initrd that the running kernel was booted with */
static int drop_old_initrd(void *fdt, int chosen)
{
	u64 start, end;
	const __be32 *prop;
	int len, ret;

	prop = fdt_getprop(fdt, chosen, "linux,initrd-start", &len);
	if (prop) {
		start = of_read_number(prop, len / sizeof(*prop));
		prop = fdt_getprop(fdt, chosen, "linux,initrd-end", &len);
		if (!prop)
			return -EINVAL;
		end = of_read_number(prop, len / sizeof(*prop));
		drop_reservation(fdt, start, end - start);
	}
	ret = delete_property(fdt, chosen, "linux,initrd-start");
	return ret ? ret : delete_property(fdt, chosen, "linux,initrd-end");
}

static int set_initrd(void *fdt, int chosen, const struct crash_fdt_load *load)
{
	int ret = drop_old_initrd(fdt, chosen);

	if (ret || !load->initrd_addr)
		return ret;
	ret = fdt_setprop_u64(fdt, chosen, "linux,initrd-start",
			      load->initrd_addr);
	if (!ret)
		ret = fdt_setprop_u64(fdt, chosen, "linux,initrd-end",
				      load->initrd_addr + load->initrd_len);
	return crash_fdt_errno(ret);
}

/* IMA's measurements that the running kernel got from the one before it */
static int drop_ima_buffer(void *fdt, int chosen)
{
	static const char name[] = "linux,ima-kexec-buffer";
	int addr_cells = fdt_address_cells(fdt, 0);
	int size_cells = fdt_size_cells(fdt, 0);
	const __be32 *prop;
	int len;

	prop = fdt_getprop(fdt, chosen, name, &len);
	if (prop && addr_cells > 0 && size_cells > 0 &&
	    len / (int)sizeof(*prop) == addr_cells + size_cells)
		drop_reservation(fdt, of_read_number(prop, addr_cells),
				 of_read_number(prop + addr_cells, size_cells));
	return delete_property(fdt, chosen, name);
}

/* seeds must never be used by two kernels */
static int set_seeds(void *fdt, int chosen)
{
	u8 seed[RNG_SEED_SIZE];
	int ret;

	ret = delete_property(fdt, chosen, "kaslr-seed");
	if (!ret)
		ret = delete_property(fdt, chosen, "rng-seed");
	if (ret || !rng_is_initialized())
		return ret;

	ret = fdt_setprop_u64(fdt, chosen, "kaslr-seed", get_random_u64());
	get_random_bytes(seed, sizeof(seed));
	if (!ret)
		ret = fdt_setprop(fdt, chosen, "rng-seed", seed, sizeof(seed));
	return crash_fdt_errno(ret);
}

/* replace a property by one (address, size) in the root's cells */
static int set_range(void *fdt, int node, const char *name, u64 start, u64 size)
{
	int ret = delete_property(fdt, node, name);

	if (ret)
		return ret;
	return crash_fdt_errno(fdt_appendprop_addrrange(fdt, 0, node, name,
							start, size));
}

static int set_chosen(void *fdt, const struct crash_fdt_load *load)
{
	int chosen, ret;

	chosen = fdt_path_offset(fdt, "/chosen");
	if (chosen == -FDT_ERR_NOTFOUND)
		chosen = fdt_add_subnode(fdt, 0, "chosen");
	if (chosen < 0)
		return crash_fdt_errno(chosen);

	ret = set_initrd(fdt, chosen, load);
	if (!ret)
		ret = drop_ima_buffer(fdt, chosen);
	if (!ret)
		ret = set_range(fdt, chosen, "linux,elfcorehdr",
				load->elfcorehdr_addr, load->elfcorehdr_size);
	if (!ret)
		ret = set_range(fdt, chosen, "linux,usable-memory-range",
				crashk_res.start, resource_size(&crashk_res));
	if (!ret)
		ret = crash_fdt_errno(fdt_setprop_string(fdt, chosen, "bootargs",
							 load->cmdline));
	if (!ret)
		ret = set_seeds(fdt, chosen);
	if (!ret)
		ret = crash_fdt_errno(fdt_setprop(fdt, chosen,
						  "linux,booted-from-kexec",
						  NULL, 0));
	return ret;
}

/* the boot FDT with all changes but the CPUs, in @room bytes at @fdt */
static int fill_tree(void *fdt, size_t room, const struct crash_fdt_load *load)
{
	int ret;

	ret = crash_fdt_errno(fdt_open_into(initial_boot_params, fdt, room));
	if (ret)
		return ret;
	drop_reservation(fdt, initial_boot_params_pa,
			 fdt_totalsize(initial_boot_params));
	ret = set_chosen(fdt, load);
	if (!ret)
		ret = set_usable_memory(fdt, load->usable);
	if (!ret)
		ret = set_reservations(fdt, load);
	if (!ret)
		ret = crash_fdt_errno(crash_fdt_add_platform(fdt));
	return ret;
}

/* one attempt in @room bytes, plus @spare that must be left free */
static void *try_create(const struct crash_fdt_load *load, size_t room,
			size_t spare)
{
	void *base, *fdt = NULL;
	size_t used;
	int ret = -ENOMEM;

	base = kvmalloc(room, GFP_KERNEL);
	if (base)
		fdt = kvmalloc(room, GFP_KERNEL);
	if (!fdt)
		goto out;

	ret = fill_tree(base, room, load);
	if (!ret)
		ret = crash_fdt_update_cpus(base, room, fdt);
	if (ret)
		goto out;

	used = fdt_off_dt_strings(fdt) + fdt_size_dt_strings(fdt);
	if (used + spare > room)
		ret = -ENOSPC;
	else
		fdt_set_totalsize(fdt, used + spare);
out:
	kvfree(base);
	if (!ret)
		return fdt;
	kvfree(fdt);
	return ERR_PTR(ret);
}

/**
 * crash_fdt_create() - make the capture kernel's FDT
 * @load: what it shall say
 *
 * What the tree takes is measured, not estimated: it is built in a buffer that
 * doubles until it fits. Then the room for CPUs to come is added.
 *
 * Return: the tree, from kvmalloc(), its totalsize including the room; or an
 * ERR_PTR() with -ENOENT without CPUs, -EINVAL for a malformed boot FDT,
 * -ENOSPC when 64 MiB do not hold it, -ENOMEM.
 */
void *crash_fdt_create(const struct crash_fdt_load *load)
{
	size_t room, spare;
	void *fdt;
	int ret;

	ret = crash_fdt_cpus_room(&spare);
	if (ret)
		return ERR_PTR(ret);
	spare += FDT_EXTRA_SPACE;

	room = fdt_totalsize(initial_boot_params) + spare + FDT_EXTRA_SPACE;
	do {
		room *= 2;
		fdt = try_create(load, room, spare);
	} while (IS_ERR(fdt) && PTR_ERR(fdt) == -ENOSPC && room < MAX_FDT_SIZE);

	if (IS_ERR(fdt))
		pr_err("cannot make the crash FDT (error %ld)\n", PTR_ERR(fdt));
	return fdt;
}
