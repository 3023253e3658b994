// SPDX-License-Identifier: GPL-2.0-only
/* A machine that could exist. */
#include <inttypes.h>
#include <stdlib.h>

#include "generate_private.h"

/* what kexec_load(2)'s user space reaches without an MMU: crash kernels start
 * below, at places where they usually are
 */
static const struct {
	uint64_t start;
	uint64_t size;
} crashk[] = {
	{ 512 * MIB, 512 * MIB }, { 512 * MIB, 256 * MIB },
	{ 256 * MIB, 256 * MIB }, { 256 * MIB, 512 * MIB },
	{ 128 * MIB, 384 * MIB }, { 512 * MIB, 384 * MIB },
};

#define NR_CRASHK (sizeof(crashk) / sizeof(crashk[0]))

/* --- memory ---------------------------------------------------------------------- */

static void choose_sizes(struct generator *g)
{
	static const uint64_t powerpc[] = { 16 * MIB, 64 * MIB, 256 * MIB,
					    256 * MIB, 256 * MIB, GIB };
	static const uint64_t x86[] = { 128 * MIB, 128 * MIB, 512 * MIB,
					2 * GIB };
	bool ppc = gen_powerpc(g);
	unsigned int i;

	g->page_size = ppc && !gen_once_in(g, 4) ? 64 * KIB : 4 * KIB;
	g->block_size = ppc ? powerpc[gen_below(g, 6)] : x86[gen_below(g, 4)];
	/* the low memory counts, and has to hold a crash kernel */
	while (GIB / g->block_size + 2 > g->options->max_blocks &&
	       g->options->max_blocks)
		g->block_size *= 2;
	g->low = g->block_size > GIB ? g->block_size : GIB;
	if (g->options->max_blocks != 1 && !gen_once_in(g, 3))
		g->low = (1 + gen_below(g, 3)) * 2 * GIB / 2;
	if (g->low < g->block_size)
		g->low = g->block_size;
	g->low -= g->low % g->block_size;
	i = gen_below(g, NR_CRASHK);
	g->crashk_start = crashk[i].start;
	g->crashk_size = crashk[i].size;
}

static void add_block(struct generator *g, uint64_t start, int nid, bool there)
{
	g->blocks[g->nr_blocks++] = (struct gen_block){
		.start = start,
		.nid = nid,
		.there = there,
		.online = there,
		.fixed = start < g->low,
		.pinned = start < GIB,
	};
}

/* above 4 GiB on x86, where nothing is below that could be in the way */
static uint64_t first_high(const struct generator *g)
{
	uint64_t high = gen_powerpc(g) ? g->low : 4 * GIB;

	return (high + g->block_size - 1) / g->block_size * g->block_size;
}

/* runs of memory, of holes, and of places for more, until @max are there */
static void choose_runs(struct generator *g, size_t max)
{
	size_t left = gen_between(g, 0, max), run;
	uint64_t start = first_high(g);
	bool there;
	int nid;

	while (left) {
		run = gen_between(g, 1, left);
		there = !gen_once_in(g, 3);
		nid = gen_below(g, g->nr_nodes);
		left -= run;
		for (; run; run--, start += g->block_size)
			add_block(g, start, nid, there);
		/* a hole for good; LMBs leave none */
		if (!g->lmbs && gen_once_in(g, 3))
			start += gen_between(g, 1, 64) * g->block_size;
	}
}

static int choose_blocks(struct generator *g)
{
	size_t max = g->options->max_blocks, low = g->low / g->block_size;

	if (!max)
		max = GENERATE_MAX_BLOCKS;
	if (max < low)
		max = low;
	g->blocks = calloc(max, sizeof(*g->blocks));
	if (!g->blocks)
		return -1;
	for (size_t i = 0; i < low; i++)
		add_block(g, i * g->block_size, 0, true);
	choose_runs(g, max - low);
	return 0;
}

/* --- what does not move ------------------------------------------------------------- */

/* end of the memory of node 0 that goes on on another node, 0 if it does not */
static uint64_t node_edge(const struct generator *g)
{
	for (size_t i = 1; i < g->nr_blocks; i++)
		if (g->blocks[i].there && g->blocks[i - 1].there &&
		    g->blocks[i].nid != g->blocks[i - 1].nid &&
		    g->blocks[i].start ==
		    g->blocks[i - 1].start + g->block_size)
			return g->blocks[i].start;
	return 0;
}

/* in the clear, or across an edge: of the crash kernel's region, of a node */
static void choose_firmware(struct generator *g)
{
	uint64_t size = g->opal ? 44 * MIB : 64 * KIB, edge = 0;

	g->firmware_size = gen_once_in(g, 3) ? size - 0x6a4 : size;
	g->firmware_start = 768 * MIB - (g->opal ? 0 : 64 * KIB);
	switch (gen_below(g, 4)) {
	case 0:
		edge = g->crashk_start;
		break;
	case 1:
		edge = g->crashk_start + g->crashk_size;
		break;
	case 2:
		edge = node_edge(g);
		break;
	}
	/* RTAS is called with 32-bit addresses; the memory must go on behind */
	if (edge && (g->opal || edge < 4 * GIB - size) &&
	    (edge < g->low || edge == node_edge(g)))
		g->firmware_start = edge - size / 2;
}

static bool holds(const struct generator *g, const struct gen_block *b,
		  uint64_t start, uint64_t size)
{
	return b->start < start + size && b->start + g->block_size > start;
}

/*
 * Crash notes are in the first memory above 1 GiB that is free. Which block that
 * is the emulator decides; any of the first few.
 */
static void pin_blocks(struct generator *g)
{
	unsigned int notes = 3;

	for (size_t i = 0; i < g->nr_blocks; i++) {
		struct gen_block *b = &g->blocks[i];

		b->pinned = b->pinned ||
			    holds(g, b, g->crashk_start, g->crashk_size) ||
			    holds(g, b, g->firmware_start, g->firmware_size);
		if (notes && b->there && !b->pinned) {
			b->pinned = true;
			notes--;
		}
	}
}

/* --- CPUs ------------------------------------------------------------------------- */

static int choose_cpus(struct generator *g)
{
	unsigned int max = g->options->max_cpus;

	max = max ? max : GENERATE_MAX_CPUS;
	g->threads = gen_powerpc(g) ? 1 << gen_below(g, 4) : 1;
	while (g->threads > max)
		g->threads /= 2;
	g->smt = g->threads;
	g->nr_cores = gen_between(g, 1, max / g->threads);
	g->boot_cores = g->opal ? g->nr_cores :
				  1 + gen_below(g, g->nr_cores);
	g->cores = calloc(g->nr_cores, sizeof(*g->cores));
	if (!g->cores)
		return -1;
	for (unsigned int i = 0; i < g->boot_cores; i++) {
		g->cores[i].there = true;
		g->cores[i].threads = g->threads;
		g->cores[i].id = i * g->threads;
		for (unsigned int t = 0; t < g->threads; t++)
			g->cores[i].online[t] = true;
	}
	if (!gen_once_in(g, 4))
		return 0;
	g->boot_offline = gen_below(g, g->boot_cores * g->threads);
	for (unsigned int i = 0; i < g->boot_offline; i++) {
		unsigned int cpu = g->boot_cores * g->threads - 1 - i;

		g->cores[cpu / g->threads].online[cpu % g->threads] = false;
	}
	return 0;
}

int gen_choose_machine(struct generator *g)
{
	g->opal = gen_powerpc(g) && gen_once_in(g, 4);
	g->lmbs = gen_powerpc(g) && !g->opal;
	g->lmbs_v1 = g->lmbs && gen_once_in(g, 3);
	g->caches = gen_powerpc(g) && gen_once_in(g, 4);
	g->memmap_on_memory = gen_once_in(g, 4);
	g->nr_nodes = gen_between(g, 1, 16);
	choose_sizes(g);
	if (choose_blocks(g) || choose_cpus(g))
		return -1;
	if (gen_powerpc(g))
		choose_firmware(g);
	pin_blocks(g);
	return 0;
}

/* --- its section of the scenario --------------------------------------------------- */

/* the run of memory on one node that begins with block @i; the block behind it */
static size_t run_end(const struct generator *g, size_t i)
{
	size_t end = i + 1;

	while (end < g->nr_blocks && g->blocks[end].there &&
	       g->blocks[end].nid == g->blocks[i].nid &&
	       g->blocks[end].start ==
	       g->blocks[end - 1].start + g->block_size)
		end++;
	return end;
}

/* x86 tells its memory itself: the usual hole below 1 MiB first */
static void write_memory(struct generator *g)
{
	size_t i, end;

	fprintf(g->yaml, "  memory:\n    - 0x1000+636K\n    - 1M+%" PRIu64 "M\n",
		g->low / MIB - 1);
	for (i = g->low / g->block_size; i < g->nr_blocks; i = end) {
		end = run_end(g, i);
		if (g->blocks[i].there)
			fprintf(g->yaml, "    - {start: 0x%" PRIx64 ", size: %" PRIu64 "M, nid: %d}\n",
				g->blocks[i].start,
				(end - i) * g->block_size / MIB,
				g->blocks[i].nid);
		else
			end = i + 1;
	}
	fprintf(g->yaml, "  possible-cpus: %u\n  present: \"0-%u\"\n",
		g->nr_cores, g->boot_cores - 1);
}

void gen_write_machine(struct generator *g)
{
	bool ppc = gen_powerpc(g);

	fprintf(g->yaml, "name: random-%" PRIu64 "\nmachine:\n",
		g->options->seed);
	if (ppc)
		fprintf(g->yaml, "  tree: %s\n  page-size: %uK\n",
			g->options->tree, g->page_size / 1024);
	else
		fputs("  arch: x86_64\n", g->yaml);
	fprintf(g->yaml, "  crashkernel: %" PRIu64 "M@%" PRIu64 "M\n",
		g->crashk_size / MIB, g->crashk_start / MIB);
	fprintf(g->yaml, "  block-size: %" PRIu64 "M\n", g->block_size / MIB);
	if (g->memmap_on_memory)
		fputs("  memmap-on-memory: true\n", g->yaml);
	if (!ppc)
		write_memory(g);
	if (g->boot_offline)
		fprintf(g->yaml, "  online: \"0-%u\"\n",
			g->boot_cores * g->threads - g->boot_offline - 1);
}
