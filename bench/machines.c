// SPDX-License-Identifier: GPL-2.0-only
/*
 * Partitions of any size. A core's node has the properties, of the sizes, that
 * QEMU gives it (fixtures/trees/qemu-pseries-*.dtb); their values are of no
 * interest to anybody here, but for those that number the core.
 */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machines.h"

#define GIB ((uint64_t)1 << 30)
#define LOW_MEMORY (4 * GIB)
#define CRASHK_START (GIB / 2)
#define CRASHK_SIZE GIB
#define RTAS_BASE 0x1fff0000
#define RTAS_SIZE 0x800
/* as many entries as the header can have to hold, and some */
#define MAX_RANGES 12288
#define MAX_THREADS 8
/* more than a node takes */
#define NODE_ROOM 1200
/*
 * Free space that a boot FDT has for each node. The live tree adds "name" to it;
 * 6.12 forgets that when it loads, and could load on machines of few nodes only.
 */
#define NODE_SPARE 64

uint64_t shape_block(const struct shape *shape, unsigned int i)
{
	if (!shape->apart)
		return LOW_MEMORY + i * BLOCK_SIZE;
	return LOW_MEMORY + (2 * (uint64_t)i + 1) * BLOCK_SIZE;
}

uint32_t shape_core(const struct shape *shape, unsigned int i)
{
	return i * shape->threads;
}

/* --- the device tree ------------------------------------------------------- */

/* properties of a core that are the same in all of them: name, bytes */
static const struct {
	const char *name;
	int len;
} core_properties[] = {
	{ "ibm,dec-bits", 4 },
	{ "ibm,processor-radix-AP-encodings", 16 },
	{ "ibm,pft-size", 8 },
	{ "ibm,chip-id", 4 },
	{ "ibm,pa-features", 68 },
	{ "ibm,segment-page-sizes", 40 },
	{ "ibm,dfp", 4 },
	{ "ibm,vmx", 4 },
	{ "ibm,processor-segment-sizes", 16 },
	{ "ibm,spurr", 4 },
	{ "ibm,purr", 4 },
	{ "64-bit", 0 },
	{ "ibm,slb-size", 4 },
	{ "slb-size", 4 },
	{ "clock-frequency", 4 },
	{ "timebase-frequency", 4 },
	{ "i-cache-size", 4 },
	{ "d-cache-size", 4 },
	{ "i-cache-line-size", 4 },
	{ "i-cache-block-size", 4 },
	{ "d-cache-line-size", 4 },
	{ "d-cache-block-size", 4 },
	{ "cpu-version", 4 },
};

#define NR_CORE_PROPERTIES \
	(sizeof(core_properties) / sizeof(core_properties[0]))

/* libfdt's sequential functions in a row: the first error is kept */
struct writer {
	void *fdt;
	int err;
};

static void begin(struct writer *w, const char *name)
{
	if (!w->err)
		w->err = fdt_begin_node(w->fdt, name);
}

static void end(struct writer *w)
{
	if (!w->err)
		w->err = fdt_end_node(w->fdt);
}

static void put(struct writer *w, const char *name, const void *value, int len)
{
	if (!w->err)
		w->err = fdt_property(w->fdt, name, value, len);
}

static void put_string(struct writer *w, const char *name, const char *text)
{
	put(w, name, text, strlen(text) + 1);
}

static void put_u32(struct writer *w, const char *name, uint32_t value)
{
	if (!w->err)
		w->err = fdt_property_u32(w->fdt, name, value);
}

static void put_u64(struct writer *w, const char *name, uint64_t value)
{
	if (!w->err)
		w->err = fdt_property_u64(w->fdt, name, value);
}

static void put_threads(struct writer *w, const char *name, uint32_t id,
			unsigned int threads, unsigned int cells)
{
	fdt32_t value[2 * MAX_THREADS] = { 0 };
	unsigned int i;

	for (i = 0; i < threads; i++)
		fdt32_st(&value[i * cells], id + i);
	put(w, name, value, threads * cells * sizeof(*value));
}

static void put_core(struct writer *w, const struct shape *shape,
		     unsigned int core)
{
	static const uint8_t value[128] = { 0, 0, 0, 1 };
	uint32_t id = shape_core(shape, core);
	char name[32];
	size_t i;

	snprintf(name, sizeof(name), "PowerPC,POWER10@%x", id);
	begin(w, name);
	put_string(w, "device_type", "cpu");
	put_u32(w, "reg", id);
	put_string(w, "status", "okay");
	put_u32(w, "ibm,my-drc-index", 0x10000000 + id);
	put_threads(w, "ibm,ppc-interrupt-server#s", id, shape->threads, 1);
	put_threads(w, "ibm,ppc-interrupt-gserver#s", id, shape->threads, 2);
	for (i = 0; i < NR_CORE_PROPERTIES; i++)
		put(w, core_properties[i].name, value, core_properties[i].len);
	end(w);
}

static void put_memory(struct writer *w)
{
	fdt64_t reg[2];

	fdt64_st(&reg[0], 0);
	fdt64_st(&reg[1], LOW_MEMORY);
	begin(w, "memory@0");
	put_string(w, "device_type", "memory");
	put(w, "reg", reg, sizeof(reg));
	end(w);
}

/* how much there may ever be, how memory comes, how many cores */
static void put_capacity(struct writer *w, const struct shape *shape)
{
	fdt32_t value[5];

	fdt64_st(&value[0], shape_block(shape, 4 * MAX_RANGES));
	fdt64_st(&value[2], BLOCK_SIZE);
	fdt32_st(&value[4], shape->possible);
	put(w, "ibm,lrdr-capacity", value, sizeof(value));
}

static void put_firmware(struct writer *w, const struct shape *shape)
{
	begin(w, "rtas");
	put_u32(w, "linux,rtas-base", RTAS_BASE);
	put_u32(w, "linux,rtas-entry", RTAS_BASE);
	put_u32(w, "rtas-size", RTAS_SIZE);
	put_capacity(w, shape);
	end(w);
}

/* with byte 24 saying radix, all memory can be used without an MMU */
static void put_chosen(struct writer *w)
{
	uint8_t vec5[64] = { 0 };

	vec5[24] = 0x40;
	begin(w, "chosen");
	put_string(w, "bootargs", "console=hvc0");
	put_u64(w, "linux,kernel-end", 64 << 20);
	put(w, "ibm,architecture-vec-5", vec5, sizeof(vec5));
	end(w);
}

static int put_tree(void *fdt, size_t room, const struct shape *shape)
{
	struct writer w = { .fdt = fdt };
	unsigned int i;

	w.err = fdt_create(fdt, room);
	if (!w.err)
		w.err = fdt_finish_reservemap(fdt);
	begin(&w, "");
	put_u32(&w, "#address-cells", 2);
	put_u32(&w, "#size-cells", 2);
	put_string(&w, "compatible", "IBM,pseries");
	put_chosen(&w);
	put_memory(&w);
	put_firmware(&w, shape);
	begin(&w, "cpus");
	put_u32(&w, "#address-cells", 1);
	put_u32(&w, "#size-cells", 0);
	for (i = 0; i < shape->cores; i++)
		put_core(&w, shape, i);
	end(&w);
	end(&w);
	return w.err ? w.err : fdt_finish(fdt);
}

static void *make_tree(const struct shape *shape, struct error *err)
{
	size_t room = 8192 + (size_t)shape->cores * NODE_ROOM;
	void *fdt = malloc(room);
	int ret = fdt ? put_tree(fdt, room, shape) : -FDT_ERR_NOSPACE;

	if (!ret)
		ret = fdt_open_into(fdt, fdt, fdt_totalsize(fdt) +
					      shape->cores * NODE_SPARE);
	if (!ret)
		return fdt;
	fail(err, "cannot make a device tree of %u cores: %s", shape->cores,
	     fdt_strerror(ret));
	free(fdt);
	return NULL;
}

/* --- the machine ------------------------------------------------------------- */

/* low memory, then the blocks: one by one, or in one piece */
static size_t list_memory(const struct shape *shape, struct memory_spec *memory)
{
	unsigned int i, pieces = shape->apart ? shape->blocks : 0;

	memory[0] = (struct memory_spec){ .size = LOW_MEMORY };
	if (!shape->apart)
		memory[0].size += shape->blocks * BLOCK_SIZE;
	for (i = 0; i < pieces; i++)
		memory[1 + i] = (struct memory_spec){
			.start = shape_block(shape, i),
			.size = BLOCK_SIZE,
		};
	return 1 + pieces;
}

struct machine *shape_boot(const struct shape *shape,
			   const struct handler_module *handlers,
			   struct error *err)
{
	struct machine_spec spec = {
		.arch = ARCH_POWERPC,
		.page_size = 65536,
		.block_size = BLOCK_SIZE,
		.nr_cpus = shape->possible * shape->threads,
		.max_memory_ranges = MAX_RANGES,
		.crashk_start = CRASHK_START,
		.crashk_size = CRASHK_SIZE,
		.cmdline = "console=hvc0",
	};
	struct memory_spec *memory;
	struct machine *m = NULL;
	void *tree = make_tree(shape, err);

	if (!tree)
		return NULL;
	memory = calloc(1 + shape->blocks, sizeof(*memory));
	if (memory) {
		spec.boot_fdt = tree;
		spec.boot_fdt_size = fdt_totalsize(tree);
		spec.memory = memory;
		spec.nr_memory = list_memory(shape, memory);
		m = machine_create(&spec, handlers, err);
	} else {
		fail(err, "out of memory");
	}
	free(memory);
	free(tree);
	return m;
}
