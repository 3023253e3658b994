// SPDX-License-Identifier: GPL-2.0-only
/*
 * The FDT by kexec-tools' rules (2.0.29, fs2dt.c and arch/ppc64/fdt.c): the
 * live tree as /proc/device-tree shows it, nodes and properties sorted by
 * name, with what the capture kernel has to know.
 */
#define _GNU_SOURCE
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lmb.h"
#include "load_exec.h"
#include "tree.h"

#define FDT_SLACK 4096
#define MAX_FDT ((size_t)64 << 20)

/* more names than this are written more than once */
#define NAMES 512

/**
 * struct flat - a tree that is being written
 * @fdt: where to, by libfdt's sequential functions
 * @live: where from
 * @usable: memory that the capture kernel may use
 * @name: of properties that were written, where their hash says
 * @offset: what libfdt says of where each of these is
 */
struct flat {
	void *fdt;
	const void *live;
	struct machine *m;
	const struct exec_plan *plan;
	struct view_ranges usable;
	const char *name[NAMES];
	fdt32_t offset[NAMES];
};

/* --- properties ------------------------------------------------------------- */

/* where the name is, or where it can go; some other one's place if there is none */
static unsigned int find_name(const struct flat *f, const char *name)
{
	unsigned int hash = 5381, i, slot;

	for (i = 0; name[i]; i++)
		hash = hash * 33 + (unsigned char)name[i];
	for (i = 0; i < NAMES; i++) {
		slot = (hash + i) % NAMES;
		if (!f->name[slot] || !strcmp(f->name[slot], name))
			break;
	}
	return slot;
}

/*
 * fdt_property(); but libfdt would look for the name everywhere in all that it
 * has, which takes longer than everything else here. So it appends the name, and
 * where the same one was written before, that is used and this one dropped.
 * @name: as long as @f is there
 */
static int put_value(struct flat *f, const char *name, const void *value,
		     int len)
{
	uint32_t names = fdt_size_dt_strings(f->fdt);
	unsigned int slot = find_name(f, name);
	struct fdt_property *prop;
	void *data;
	int ret = fdt_property_placeholder(f->fdt, name, len, &data);

	if (ret)
		return ret;
	if (len)
		memcpy(data, value, len);
	prop = container_of(data, struct fdt_property, data);
	if (f->name[slot] && !strcmp(f->name[slot], name)) {
		prop->nameoff = f->offset[slot];
		fdt_set_size_dt_strings(f->fdt, names);
	} else {
		f->name[slot] = name;
		f->offset[slot] = prop->nameoff;
	}
	return 0;
}

/* --- one directory: the entries of a node ---------------------------------- */

struct entry {
	const char *name;
	int offset;		/* of a child; of a property where is_prop */
	bool is_prop;
};

struct entries {
	struct entry *e;
	size_t nr;
	size_t max;
};

static int add_entry(struct entries *list, const char *name, int offset,
		     bool is_prop)
{
	if (list->nr == list->max) {
		size_t max = list->max ? 2 * list->max : 32;
		struct entry *e = realloc(list->e, max * sizeof(*e));

		if (!e)
			return -FDT_ERR_INTERNAL;
		list->e = e;
		list->max = max;
	}
	list->e[list->nr++] = (struct entry){ name, offset, is_prop };
	return 0;
}

/* by name; but memory@10000000 comes after memory@f000000 */
static int compare_entries(const void *a, const void *b)
{
	const char *x = ((const struct entry *)a)->name;
	const char *y = ((const struct entry *)b)->name;
	const char *at_x = strchr(x, '@'), *at_y = strchr(y, '@');
	size_t len_x = strlen(x), len_y = strlen(y);

	if (at_x && at_y && at_x - x == at_y - y && len_x != len_y &&
	    !strncmp(x, y, at_x - x))
		return len_x < len_y ? -1 : 1;
	return strcmp(x, y);
}

static int list_node(const void *fdt, int node, struct entries *list)
{
	const char *name;
	int offset, len, ret;

	fdt_for_each_property_offset(offset, fdt, node) {
		if (!fdt_getprop_by_offset(fdt, offset, &name, &len))
			return len;
		ret = add_entry(list, name, offset, true);
		if (ret)
			return ret;
	}
	fdt_for_each_subnode(offset, fdt, node) {
		ret = add_entry(list, fdt_get_name(fdt, offset, NULL), offset,
				false);
		if (ret)
			return ret;
	}
	if (list->nr)
		qsort(list->e, list->nr, sizeof(*list->e), compare_entries);
	return 0;
}

/* --- usable memory -------------------------------------------------------------- */

/* all below the crash kernel's end, and firmware's; whole pages */
static int find_usable(struct flat *f)
{
	const struct machine *m = f->m;
	size_t i;

	if (view_ranges_add(&f->usable, 0, m->crashk_main.end))
		return -1;
	for (i = 0; i < m->firmware.nr; i++) {
		uint64_t start = m->firmware.r[i].start;
		uint64_t end = ALIGN(m->firmware.r[i].end + 1, m->page_size);

		if (view_ranges_add(&f->usable,
				    ALIGN_DOWN(start, m->page_size), end - 1))
			return -1;
	}
	return 0;
}

/* (address, size) of what is usable in [@start, @end]; how many pairs */
static size_t put_usable(const struct flat *f, fdt64_t *value, uint64_t start,
			 uint64_t end)
{
	size_t i, nr = 0;

	for (i = 0; i < f->usable.nr; i++) {
		uint64_t first = max(start, f->usable.r[i].start);
		uint64_t last = min(end, f->usable.r[i].end);

		if (first > last)
			continue;
		value[2 * nr] = cpu_to_fdt64(first);
		value[2 * nr + 1] = cpu_to_fdt64(last - first + 1);
		nr++;
	}
	return nr;
}

/* beside the reg of a memory node; (0, 0) says that nothing is usable */
static int put_usable_memory(struct flat *f, const fdt32_t *reg, int len)
{
	struct tree_cells c;
	size_t nr = 0, entries;
	fdt64_t *value;
	int ret;

	if (tree_root_cells(f->live, &c, NULL))
		return -FDT_ERR_BADNCELLS;
	entries = len / (4 * (c.addr + c.size));
	value = calloc(entries * f->usable.nr + 1, 2 * sizeof(*value));
	if (!value)
		return -FDT_ERR_INTERNAL;
	for (; entries; entries--, reg += c.addr + c.size) {
		uint64_t start = tree_read(reg, c.addr);
		uint64_t size = tree_read(reg + c.addr, c.size);

		if (size)
			nr += put_usable(f, value + 2 * nr, start,
					 start + (size - 1));
	}
	ret = put_value(f, "linux,usable-memory", value,
			(nr ? nr : 1) * 2 * sizeof(*value));
	free(value);
	return ret;
}

/* for each LMB how many usable pairs it has, then the pairs */
static int put_usable_lmbs(struct flat *f)
{
	struct lmb_array array;
	size_t i, n = 0;
	fdt64_t *value;
	int ret;

	if (lmb_read(f->live, &array, NULL))
		return -FDT_ERR_BADVALUE;
	value = calloc(array.nr + 1, (1 + 2 * f->usable.nr) * sizeof(*value));
	if (!value) {
		lmb_free(&array);
		return -FDT_ERR_INTERNAL;
	}
	for (i = 0; i < array.nr; i++) {
		uint64_t base = array.lmb[i].base;
		size_t nr = put_usable(f, value + n + 1, base,
				       base + (array.size - 1));

		value[n] = cpu_to_fdt64(nr);
		n += 1 + 2 * nr;
	}
	ret = put_value(f, "linux,drconf-usable-memory", value,
			n * sizeof(*value));
	free(value);
	lmb_free(&array);
	return ret;
}

/* --- nodes and properties -------------------------------------------------------- */

/* made anew by the capture kernel or below, or only meant for this kernel */
static bool is_left_out(const char *name)
{
	static const char *const names[] = {
		"name", "bootargs", "linux,crashkernel-base",
		"linux,crashkernel-size", "linux,pci-domain",
		"linux,htab-base", "linux,htab-size", "linux,kernel-end",
		"linux,initrd-start", "linux,initrd-end",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static bool is_memory_node(const char *name)
{
	return !strncmp(name, "memory@", 7) || !strcmp(name, "memory");
}

static int put_property(struct flat *f, const char *node, int depth, int offset)
{
	const char *name;
	int len, ret;
	const void *value = fdt_getprop_by_offset(f->live, offset, &name, &len);

	if (!value)
		return len;
	if (is_left_out(name))
		return 0;
	ret = put_value(f, name, value, len);
	if (ret || depth != 1)
		return ret;
	if (is_memory_node(node) && !strcmp(name, "reg"))
		return put_usable_memory(f, value, len);
	if (!strcmp(node, &LMB_NODE[1]) &&
	    (!strcmp(name, "ibm,dynamic-memory") ||
	     !strcmp(name, "ibm,dynamic-memory-v2")))
		return put_usable_lmbs(f);
	return 0;
}

/* the old root= stays where the new command line has none */
static char *make_bootargs(const struct flat *f, int chosen)
{
	const char *old, *root = NULL;
	int len, root_len = 0;
	char *args;

	old = fdt_getprop(f->live, chosen, "bootargs", &len);
	if (old && len > 0 && !old[len - 1] && !strstr(f->plan->cmdline, "root="))
		root = strstr(old, "root=");
	if (root)
		root_len = strcspn(root, " ");
	if (asprintf(&args, "%s%s%.*s ", f->plan->cmdline, root ? " " : "",
		     root_len, root ? root : "") < 0)
		return NULL;
	return args;
}

static int put_chosen(struct flat *f, int chosen)
{
	uint64_t end = f->plan->initrd + f->plan->initrd_size;
	char *args;
	int ret = 0;

	if (f->plan->initrd_size) {
		ret = fdt_property_u64(f->fdt, "linux,initrd-start",
				       f->plan->initrd);
		if (!ret)
			ret = fdt_property_u64(f->fdt, "linux,initrd-end", end);
	}
	args = make_bootargs(f, chosen);
	if (!args)
		return -FDT_ERR_INTERNAL;
	if (!ret)
		ret = fdt_property_string(f->fdt, "bootargs", args);
	free(args);
	return ret;
}

static int put_node(struct flat *f, int node, int depth)
{
	const char *name = fdt_get_name(f->live, node, NULL);
	struct entries list = { 0 };
	size_t i;
	int ret;

	ret = list_node(f->live, node, &list);
	if (!ret)
		ret = fdt_begin_node(f->fdt, name);
	for (i = 0; !ret && i < list.nr; i++)
		if (list.e[i].is_prop)
			ret = put_property(f, name, depth, list.e[i].offset);
	if (!ret && depth == 1 && !strcmp(name, "chosen"))
		ret = put_chosen(f, node);
	for (i = 0; !ret && i < list.nr; i++)
		if (!list.e[i].is_prop)
			ret = put_node(f, list.e[i].offset, depth + 1);
	free(list.e);
	return ret ? ret : fdt_end_node(f->fdt);
}

/* --- reservations ------------------------------------------------------------------ */

static int put_reserve(struct flat *f, uint64_t start, uint64_t size)
{
	return size ? fdt_add_reservemap_entry(f->fdt, start, size) : 0;
}

static int put_reserve_of(struct flat *f, int node, const char *base_name,
			  const char *size_name)
{
	uint64_t base, size;

	if (node < 0 || !tree_get_number(f->live, node, base_name, &base) ||
	    !tree_get_number(f->live, node, size_name, &size))
		return 0;
	return put_reserve(f, base, size);
}

static int put_reservations(struct flat *f)
{
	const struct exec_plan *p = f->plan;
	uint64_t crash = f->m->crashk_main.start;
	int node = -1, ret = 0;

	if (crash > BACKUP_SRC_SIZE)
		ret = put_reserve(f, BACKUP_SRC_SIZE, crash - BACKUP_SRC_SIZE);
	if (!ret)
		ret = put_reserve(f, p->backup, BACKUP_SRC_SIZE);
	if (!ret)
		ret = put_reserve(f, p->elfcorehdr, p->elfcorehdr_size);
	if (!ret)
		ret = put_reserve(f, p->initrd, p->initrd_size);
	if (!ret)
		ret = put_reserve_of(f, fdt_path_offset(f->live, "/ibm,opal"),
				     "opal-base-address", "opal-runtime-size");
	while (!ret &&
	       (node = tree_next_of_type(f->live, node, "pci")) >= 0)
		ret = put_reserve_of(f, node, "linux,tce-base",
				     "linux,tce-size");
	if (!ret)
		ret = put_reserve_of(f, fdt_path_offset(f->live, "/rtas"),
				     "linux,rtas-base", "rtas-size");
	return ret ? ret : fdt_finish_reservemap(f->fdt);
}

/* --- room to grow ------------------------------------------------------------------- */

/* names and values of the first CPU's properties, without tags and padding */
static size_t cpu_directory_size(const struct flat *f)
{
	int offset, len, node = tree_next_of_type(f->live, -1, "cpu");
	const char *name;
	size_t size = 0;

	if (node < 0)
		return 0;
	fdt_for_each_property_offset(offset, f->live, node)
		if (fdt_getprop_by_offset(f->live, offset, &name, &len))
			size += strlen(name) + len;
	return size;
}

/* none where the C library says that nothing can come (fdt.c, kexec-tools) */
static size_t hotplug_room(const struct flat *f)
{
	size_t i, configured = f->plan->configured, present = 0, online = 0;
	unsigned int threads = f->m->threads;

	for (i = 0; i < f->m->nr_cpus; i++) {
		present += f->m->cpus[i].present;
		online += f->m->cpus[i].online;
	}
	if (!f->plan->hotplug || configured == online ||
	    configured / threads <= present / threads)
		return 0;
	return (configured / threads - present / threads) *
	       cpu_directory_size(f);
}

/* --- all of it ---------------------------------------------------------------------- */

static int put_fdt(struct flat *f, size_t room)
{
	int ret = fdt_create_with_flags(f->fdt, room,
					FDT_CREATE_FLAG_NO_NAME_DEDUP);

	memset(f->name, 0, sizeof(f->name));
	if (!ret)
		ret = put_reservations(f);
	if (!ret)
		ret = put_node(f, 0, 0);
	return ret ? ret : fdt_finish(f->fdt);
}

/* make room, and say which way the capture kernel was booted */
static int expand(struct flat *f, size_t slack)
{
	size_t size = fdt_totalsize(f->fdt) + slack;
	void *fdt = realloc(f->fdt, size);
	int ret, chosen;

	if (!fdt)
		return -FDT_ERR_INTERNAL;
	f->fdt = fdt;
	ret = fdt_open_into(fdt, fdt, size);
	if (ret)
		return ret;
	chosen = fdt_path_offset(fdt, "/chosen");
	return chosen < 0 ? chosen :
	       fdt_setprop(fdt, chosen, "linux,booted-from-kexec", NULL, 0);
}

void *exec_fdt(struct machine *m, const struct exec_plan *plan,
	       struct error *err)
{
	struct flat f = {
		.live = machine_tree(m),
		.m = m,
		.plan = plan,
	};
	size_t room = 2 * m->tree_size + FDT_SLACK;
	int ret = -FDT_ERR_NOSPACE;

	if (f.live && !find_usable(&f)) {
		for (; ret == -FDT_ERR_NOSPACE && room < MAX_FDT; room *= 2) {
			free(f.fdt);
			f.fdt = malloc(room);
			ret = f.fdt ? put_fdt(&f, room) : -FDT_ERR_INTERNAL;
		}
		if (!ret)
			ret = expand(&f, FDT_SLACK + hotplug_room(&f));
	}
	view_ranges_free(&f.usable);
	if (!ret)
		return f.fdt;
	free(f.fdt);
	fail(err, "kexec_load: cannot make the FDT: %s", fdt_strerror(ret));
	return NULL;
}
