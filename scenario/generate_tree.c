// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device tree of a random powerpc machine: what loading and hotplug read,
 * with the properties and layouts of fixtures/trees.
 */
#include <inttypes.h>

#include "generate_private.h"

/* phandles of cores and, behind them, of their caches */
#define PHANDLE_CORE 0x1000
#define PHANDLE_CACHE 0x100000
#define CACHE_REG 0x200000
#define DRC_CORE 0x10000000
#define DRC_LMB 0x80000000

/* drmem.h, 6.12: DRCONF_MEM_ASSIGNED; reserved and nobody's (as QEMU does) */
#define LMB_ASSIGNED 0x8
#define LMB_BELOW 0xa0
#define AA_NONE 0xffffffff

#define CELLS(x) (uint32_t)((uint64_t)(x) >> 32), (uint32_t)(x)
#define FMT_CELLS "0x%" PRIx32 " 0x%" PRIx32

/* --- memory ---------------------------------------------------------------------- */

static void write_memory_node(struct generator *g, uint64_t start,
			      uint64_t size, int nid)
{
	fprintf(g->dts, "\tmemory@%" PRIx64 " {\n"
		"\t\tdevice_type = \"memory\";\n"
		"\t\treg = <" FMT_CELLS " " FMT_CELLS ">;\n"
		"\t\tibm,associativity = <0x4 0x0 0x0 0x0 0x%x>;\n\t};\n\n",
		start, CELLS(start), CELLS(size), nid);
}

static bool same_run(const struct generator *g, size_t i, size_t first)
{
	const struct gen_block *a = &g->blocks[first], *b = &g->blocks[i];

	return b->start == a->start + (i - first) * g->block_size &&
	       b->there == a->there && b->fixed == a->fixed &&
	       (!b->there || b->nid == a->nid);
}

static size_t run_end(const struct generator *g, size_t first)
{
	size_t i = first + 1;

	while (i < g->nr_blocks && same_run(g, i, first))
		i++;
	return i;
}

/* OPAL: a memory node for each run that is there */
static void write_high_nodes(struct generator *g)
{
	size_t i, end;

	for (i = g->low / g->block_size; i < g->nr_blocks; i = end) {
		end = run_end(g, i);
		if (g->blocks[i].there)
			write_memory_node(g, g->blocks[i].start,
					  (end - i) * g->block_size,
					  g->blocks[i].nid);
	}
}

static uint32_t lmb_node(const struct gen_block *b)
{
	return b->there && !b->fixed ? (uint32_t)b->nid : AA_NONE;
}

static uint32_t lmb_flags(const struct gen_block *b)
{
	return b->fixed ? LMB_BELOW : b->there ? LMB_ASSIGNED : 0;
}

static void write_lmb_run(struct generator *g, size_t i, size_t end)
{
	const struct gen_block *b = &g->blocks[i];

	fprintf(g->dts, "\n\t\t\t0x%zx " FMT_CELLS " 0x%zx 0x%" PRIx32 " 0x%" PRIx32,
		end - i, CELLS(b->start), DRC_LMB + i, lmb_node(b),
		lmb_flags(b));
}

/* version 1 has a cell that means nothing behind the DRC index */
static void write_lmb(struct generator *g, size_t i)
{
	const struct gen_block *b = &g->blocks[i];

	fprintf(g->dts, "\n\t\t\t" FMT_CELLS " 0x%zx 0x0 0x%" PRIx32 " 0x%" PRIx32,
		CELLS(b->start), DRC_LMB + i, lmb_node(b), lmb_flags(b));
}

/* a number of LMBs in each entry, or one entry for each LMB */
static void write_lmb_list(struct generator *g)
{
	size_t i, end, runs = 0;

	if (g->lmbs_v1) {
		fprintf(g->dts, "\t\tibm,dynamic-memory = <0x%zx", g->nr_blocks);
		for (i = 0; i < g->nr_blocks; i++)
			write_lmb(g, i);
		fputs(">;\n", g->dts);
		return;
	}
	for (i = 0; i < g->nr_blocks; i = run_end(g, i))
		runs++;
	fprintf(g->dts, "\t\tibm,dynamic-memory-v2 = <0x%zx", runs);
	for (i = 0; i < g->nr_blocks; i = end) {
		end = run_end(g, i);
		write_lmb_run(g, i, end);
	}
	fputs(">;\n", g->dts);
}

static void write_lmbs(struct generator *g)
{
	fprintf(g->dts, "\tibm,dynamic-reconfiguration-memory {\n"
		"\t\tibm,lmb-size = <" FMT_CELLS ">;\n"
		"\t\tibm,memory-flags-mask = <0xff>;\n"
		"\t\tibm,memory-preservation-time = <0x0>;\n"
		"\t\tibm,associativity-lookup-arrays = <0x%x 0x4",
		CELLS(g->block_size), g->nr_nodes);
	for (unsigned int n = 0; n < g->nr_nodes; n++)
		fprintf(g->dts, "\n\t\t\t0x0 0x0 0x0 0x%x", n);
	fputs(">;\n", g->dts);
	write_lmb_list(g);
	fputs("\t};\n\n", g->dts);
}

/* --- firmware ---------------------------------------------------------------------- */

static void write_firmware(struct generator *g)
{
	if (g->opal)
		fprintf(g->dts, "\tibm,opal {\n"
			"\t\tcompatible = \"ibm,opal-v3\";\n"
			"\t\topal-base-address = <" FMT_CELLS ">;\n"
			"\t\topal-entry-address = <" FMT_CELLS ">;\n"
			"\t\topal-runtime-size = <" FMT_CELLS ">;\n"
			"\t\tibm,associativity-reference-points = <0x4 0x4>;\n"
			"\t};\n\n",
			CELLS(g->firmware_start),
			CELLS(g->firmware_start + 0x50d8),
			CELLS(g->firmware_size));
	else
		fprintf(g->dts, "\trtas {\n"
			"\t\tlinux,rtas-base = <0x%" PRIx64 ">;\n"
			"\t\tlinux,rtas-entry = <0x%" PRIx64 ">;\n"
			"\t\trtas-size = <0x%" PRIx64 ">;\n"
			"\t\trtas-version = <0x1>;\n"
			"\t\tibm,lrdr-capacity = <0xffff 0x0 " FMT_CELLS " 0x%x>;\n"
			"\t\tibm,associativity-reference-points = <0x4 0x4>;\n"
			"\t\tibm,max-associativity-domains = <0x4 0x1 0x1 0x1 0x%x>;\n"
			"\t\tibm,os-term = <0x201f>;\n\t\tibm,extended-os-term;\n"
			"\t};\n\n",
			g->firmware_start, g->firmware_start, g->firmware_size,
			CELLS(g->block_size), g->nr_cores, g->nr_nodes);
}

/* --- CPUs -------------------------------------------------------------------------- */

static void write_cache(struct generator *g, unsigned int core)
{
	fprintf(g->dts, "\n\t\tl2-cache@%x {\n"
		"\t\t\tdevice_type = \"cache\";\n\t\t\treg = <0x%x>;\n"
		"\t\t\tstatus = \"okay\";\n\t\t\tcache-unified;\n"
		"\t\t\td-cache-size = <0x80000>;\n"
		"\t\t\ti-cache-size = <0x80000>;\n"
		"\t\t\tphandle = <0x%x>;\n\t\t};\n",
		CACHE_REG + core, CACHE_REG + core, PHANDLE_CACHE + core);
}

static void write_threads(struct generator *g, const char *name, uint32_t id,
			  const char *behind)
{
	fprintf(g->dts, "\t\t\t%s = <", name);
	for (unsigned int t = 0; t < g->threads; t++)
		fprintf(g->dts, "%s0x%x%s", t ? " " : "", id + t, behind);
	fputs(">;\n", g->dts);
}

static void write_core(struct generator *g, unsigned int core)
{
	uint32_t id = core * g->threads;

	fprintf(g->dts, "\n\t\tPowerPC,POWER9@%x {\n"
		"\t\t\tdevice_type = \"cpu\";\n\t\t\tstatus = \"okay\";\n"
		"\t\t\t64-bit;\n\t\t\treg = <0x%x>;\n"
		"\t\t\tcpu-version = <0x4e1202>;\n"
		"\t\t\tclock-frequency = <3000000000>;\n"
		"\t\t\ttimebase-frequency = <512000000>;\n"
		"\t\t\td-cache-line-size = <0x80>;\n"
		"\t\t\ti-cache-line-size = <0x80>;\n"
		"\t\t\tibm,slb-size = <0x20>;\n",
		id, id);
	write_threads(g, "ibm,ppc-interrupt-server#s", id, "");
	write_threads(g, "ibm,ppc-interrupt-gserver#s", id, " 0x0");
	fprintf(g->dts, "\t\t\tibm,associativity = <0x5 0x0 0x0 0x0 0x%x 0x%x>;\n"
		"\t\t\tphandle = <0x%x>;\n",
		(unsigned int)(core % g->nr_nodes), id, PHANDLE_CORE + core);
	if (!g->opal)
		fprintf(g->dts, "\t\t\tibm,my-drc-index = <0x%x>;\n",
			DRC_CORE + id);
	if (g->caches)
		fprintf(g->dts, "\t\t\tl2-cache = <0x%x>;\n",
			PHANDLE_CACHE + core);
	fputs("\t\t};\n", g->dts);
	if (g->caches)
		write_cache(g, core);
}

void gen_write_tree(struct generator *g)
{
	fprintf(g->dts, "// SPDX-License-Identifier: GPL-2.0-only\n"
		"/* Made by crash-hp gen, seed %" PRIu64 ". */\n/dts-v1/;\n\n/ {\n"
		"\t#address-cells = <0x2>;\n\t#size-cells = <0x2>;\n"
		"\tcompatible = \"%s\";\n\tmodel = \"crash-hp,random\";\n\n"
		"\tchosen {\n\t\tbootargs = \"console=hvc0\";\n"
		"\t\tibm,architecture-vec-5 = [19 00 20 00 00 a0 05 00 00 00 00\n"
		"\t\t\t00 00 00 00 00 00 00 00 80 40 40 00 40];\n\t};\n\n",
		g->options->seed, g->opal ? "ibm,powernv" : "IBM,pseries");
	write_memory_node(g, 0, g->low, 0);
	if (g->opal)
		write_high_nodes(g);
	else
		write_lmbs(g);
	write_firmware(g);
	fputs("\tcpus {\n\t\t#address-cells = <0x1>;\n"
	      "\t\t#size-cells = <0x0>;\n", g->dts);
	for (unsigned int core = 0; core < g->boot_cores; core++)
		write_core(g, core);
	fputs("\t};\n};\n", g->dts);
}
