// SPDX-License-Identifier: GPL-2.0-only
/* The small machine's device tree, and others from captures. */
#include <inttypes.h>
#include <libfdt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bed.h"
#include "segments.h"

#include <cmocka.h>

#define ROOM 0x40000
#define LMB_SIZE 0x10000000ULL
#define L3_PHANDLE 0x300
#define CPU_PHANDLE 0x100
#define L2_PHANDLE 0x200

static char tree[ROOM];

static void put(int ret)
{
	if (ret < 0)
		fail_msg("the bed's tree: %s", fdt_strerror(ret));
}

static void put_reg64(void *fdt, uint64_t start, uint64_t size)
{
	fdt64_t reg[] = { cpu_to_fdt64(start), cpu_to_fdt64(size) };

	put(fdt_property(fdt, "reg", reg, sizeof(reg)));
}

static void put_memory(void *fdt, const char *text)
{
	const uint32_t assoc[] = { cpu_to_fdt32(1), 0 };
	uint64_t start, size;
	char name[40];
	int used;

	for (; sscanf(text, " %" SCNx64 "+%" SCNx64 "%n", &start, &size,
		      &used) == 2; text += used) {
		snprintf(name, sizeof(name), "memory@%" PRIx64, start);
		put(fdt_begin_node(fdt, name));
		put(fdt_property_string(fdt, "device_type", "memory"));
		put_reg64(fdt, start, size);
		put(fdt_property(fdt, "ibm,associativity", assoc,
				 sizeof(assoc)));
		put(fdt_end_node(fdt));
	}
}

static void put_threads(void *fdt, const char *name, uint32_t reg,
			unsigned int threads, unsigned int stride)
{
	fdt32_t ids[128] = { 0 };
	unsigned int i;

	for (i = 0; i < threads; i++)
		ids[i * stride] = cpu_to_fdt32(reg + i);
	put(fdt_property(fdt, name, ids, threads * stride * sizeof(*ids)));
}

static void put_core(void *fdt, const struct bed *bed, uint32_t reg)
{
	unsigned int threads = bed->threads ? bed->threads : 1;
	char name[40];

	snprintf(name, sizeof(name), "PowerPC,POWER9@%x", reg);
	put(fdt_begin_node(fdt, name));
	put(fdt_property_string(fdt, "device_type", "cpu"));
	put(fdt_property_u32(fdt, "reg", reg));
	put(fdt_property_string(fdt, "status", "okay"));
	put(fdt_property_u32(fdt, "phandle", CPU_PHANDLE + reg));
	put_threads(fdt, "ibm,ppc-interrupt-server#s", reg, threads, 1);
	put_threads(fdt, "ibm,ppc-interrupt-gserver#s", reg, threads, 2);
	put(fdt_property_u32(fdt, "ibm,my-drc-index", 0x10000000 | reg));
	if (bed->caches)
		put(fdt_property_u32(fdt, "l2-cache", L2_PHANDLE + reg));
	put(fdt_end_node(fdt));
}

static void put_cache(void *fdt, const char *fmt, uint32_t id, uint32_t phandle,
		      uint32_t next)
{
	char name[40];

	snprintf(name, sizeof(name), fmt, id);
	put(fdt_begin_node(fdt, name));
	put(fdt_property_string(fdt, "device_type", "cache"));
	put(fdt_property_u32(fdt, "phandle", phandle));
	if (next)
		put(fdt_property_u32(fdt, "l2-cache", next));
	put(fdt_end_node(fdt));
}

static void put_cpus(void *fdt, const struct bed *bed)
{
	const char *text = bed->cores;
	uint32_t reg;
	int used;

	put(fdt_begin_node(fdt, "cpus"));
	put(fdt_property_u32(fdt, "#address-cells", 1));
	put(fdt_property_u32(fdt, "#size-cells", 0));
	for (; sscanf(text, " %x%n", &reg, &used) == 1; text += used) {
		put_core(fdt, bed, reg);
		if (bed->caches)
			put_cache(fdt, "l2-cache@%x", 0x2000 + reg,
				  L2_PHANDLE + reg, L3_PHANDLE);
	}
	if (bed->caches)
		put_cache(fdt, "l3-cache@%x", 0x3000, L3_PHANDLE, 0);
	put(fdt_end_node(fdt));
}

static void put_rtas(void *fdt, const struct bed *bed)
{
	fdt32_t capacity[5] = { cpu_to_fdt32(0x100) };

	if (!bed->max_cores && !bed->rtas)
		return;
	put(fdt_begin_node(fdt, "rtas"));
	if (bed->max_cores) {
		capacity[4] = cpu_to_fdt32(bed->max_cores);
		put(fdt_property(fdt, "ibm,lrdr-capacity", capacity,
				 sizeof(capacity)));
	}
	put(fdt_property_u32(fdt, "ibm,associativity-reference-points", 1));
	if (bed->rtas) {
		put(fdt_property_u32(fdt, "linux,rtas-base", bed->rtas));
		put(fdt_property_u32(fdt, "rtas-size", bed->rtas_size));
	}
	put(fdt_end_node(fdt));
}

static void put_opal(void *fdt, const struct bed *bed)
{
	if (!bed->opal)
		return;
	put(fdt_begin_node(fdt, "ibm,opal"));
	put(fdt_property_u64(fdt, "opal-base-address", bed->opal));
	put(fdt_property_u64(fdt, "opal-runtime-size", bed->opal_size));
	put(fdt_end_node(fdt));
}

/* an LMB as an entry of either format; of v2 it is a run of @count */
static void put_entry(fdt32_t *p, const struct bed *bed, uint32_t i,
		      uint32_t count, uint32_t flags)
{
	uint64_t base = bed->lmb_base + i * LMB_SIZE;
	uint32_t drc = 0x80000000 + base / LMB_SIZE;
	uint32_t aa = flags ? 0 : 0xffffffff;
	uint32_t v1[] = { base >> 32, base, drc, 0, aa, flags };
	uint32_t v2[] = { count, base >> 32, base, drc, aa, flags };
	unsigned int k;

	for (k = 0; k < 6; k++)
		p[k] = cpu_to_fdt32(bed->lmb_v1 ? v1[k] : v2[k]);
}

static void put_lmbs(void *fdt, const struct bed *bed)
{
	const uint32_t lists[] = { cpu_to_fdt32(2), cpu_to_fdt32(1), 0,
				   cpu_to_fdt32(1) };
	uint32_t nr = bed->lmbs, assigned = bed->lmbs_assigned, i;
	static fdt32_t value[1 + 6 * 256];

	put(fdt_begin_node(fdt, "ibm,dynamic-reconfiguration-memory"));
	put(fdt_property_u64(fdt, "ibm,lmb-size", LMB_SIZE));
	put(fdt_property(fdt, "ibm,associativity-lookup-arrays", lists,
			 sizeof(lists)));
	if (bed->lmb_v1) {
		value[0] = cpu_to_fdt32(nr);
		for (i = 0; i < nr; i++)
			put_entry(value + 1 + 6 * i, bed, i, 1,
				  i < assigned ? 8 : 0);
		put(fdt_property(fdt, "ibm,dynamic-memory", value,
				 4 + 24 * nr));
	} else {
		value[0] = cpu_to_fdt32(assigned ? 2 : 1);
		put_entry(value + 1, bed, 0, assigned, 8);
		put_entry(value + 1 + (assigned ? 6 : 0), bed, assigned,
			  nr - assigned, 0);
		put(fdt_property(fdt, "ibm,dynamic-memory-v2", value,
				 4 + 24 * (assigned ? 2 : 1)));
	}
	put(fdt_end_node(fdt));
}

const void *bed_tree(const struct bed *bed, size_t *size)
{
	put(fdt_create(tree, sizeof(tree)));
	put(fdt_add_reservemap_entry(tree, bed->rtas, bed->rtas_size));
	put(fdt_finish_reservemap(tree));
	put(fdt_begin_node(tree, ""));
	put(fdt_property_u32(tree, "#address-cells", 2));
	put(fdt_property_u32(tree, "#size-cells", 2));
	put(fdt_begin_node(tree, "chosen"));
	put(fdt_property_string(tree, "bootargs", "root=/dev/sda2 quiet"));
	put(fdt_property_u64(tree, "linux,kernel-end", 0x1730000));
	put(fdt_end_node(tree));
	put_cpus(tree, bed);
	if (bed->lmbs)
		put_lmbs(tree, bed);
	put_opal(tree, bed);
	put_memory(tree, bed->memory);
	put_rtas(tree, bed);
	put(fdt_end_node(tree));
	put(fdt_finish(tree));
	if (bed->edit) {
		put(fdt_open_into(tree, tree, sizeof(tree)));
		bed->edit(tree);
		put(fdt_pack(tree));
	}
	*size = fdt_totalsize(tree);
	return tree;
}

struct machine_spec bed_spec(const struct bed *bed)
{
	struct machine_spec spec = bed->spec;
	size_t size;

	spec.arch = ARCH_POWERPC;
	if (!spec.boot_fdt) {
		spec.boot_fdt = bed_tree(bed, &size);
		spec.boot_fdt_size = size;
	}
	if (!spec.page_size)
		spec.page_size = 65536;
	if (!spec.crashk_size) {
		spec.crashk_start = 0x20000000;
		spec.crashk_size = 0x20000000;
	} else if (spec.crashk_size == UINT64_MAX) {
		spec.crashk_size = 0;
	}
	return spec;
}

struct machine *bed_create(const struct bed *bed, struct error *err)
{
	struct machine_spec spec = bed_spec(bed);

	return machine_create(&spec, bed->handlers ? bed->handlers :
			      &fake_handlers, err);
}

struct machine *bed_boot(const struct bed *bed)
{
	struct error err = { "" };
	struct machine *m = bed_create(bed, &err);

	if (!m)
		fail_msg("machine_create(): %s", err.text);
	return m;
}

void *bed_captured(const char *file, size_t *size)
{
	struct bytes bytes = read_captured(file);

	*size = bytes.size;
	return bytes.p;
}
