// SPDX-License-Identifier: GPL-2.0-only
/* Random scenarios: random numbers, and what is done in which order. */
#include <stdlib.h>
#include <string.h>

#include "generate_private.h"

/* splitmix64: any seed will do, and the numbers are the same everywhere */
static uint64_t next_random(struct generator *g)
{
	uint64_t z = g->random += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

uint64_t gen_below(struct generator *g, uint64_t below)
{
	return next_random(g) % below;
}

bool gen_once_in(struct generator *g, unsigned int n)
{
	return !gen_below(g, n);
}

/* as many machines below 10 CPUs as between 10 and 100: halve the span often */
uint64_t gen_between(struct generator *g, uint64_t low, uint64_t high)
{
	uint64_t span = high > low ? high - low : 0;

	while (span > 1 && !gen_once_in(g, 3))
		span /= 2;
	return low + gen_below(g, span + 1);
}

static int write_all(struct generator *g, struct generated *out)
{
	if (gen_choose_machine(g))
		return -1;
	fprintf(g->yaml, "# SPDX-License-Identifier: GPL-2.0-only\n"
		"# Made by crash-hp gen, seed %llu.\n",
		(unsigned long long)g->options->seed);
	gen_write_machine(g);
	if (gen_powerpc(g))
		gen_write_tree(g);
	fputs("events:\n", g->yaml);
	for (; out->nr < g->options->events; out->nr++) {
		out->owed[out->nr] = gen_write_event(g);
		if (!out->owed[out->nr])
			fputs("    expect: any\n", g->yaml);
	}
	return 0;
}

static bool close_stream(FILE *f)
{
	bool failed = ferror(f);

	return !fclose(f) && !failed;
}

int generate(const struct generate_options *options, struct generated *out,
	     struct error *err)
{
	struct generator g = { .options = options, .random = options->seed };
	int failed = -1;

	memset(out, 0, sizeof(*out));
	out->owed = calloc(options->events, sizeof(*out->owed));
	g.yaml = open_memstream(&out->yaml, &out->yaml_size);
	if (options->arch == ARCH_POWERPC)
		g.dts = open_memstream(&out->dts, &out->dts_size);
	if (out->owed && g.yaml && (g.dts || options->arch != ARCH_POWERPC))
		failed = write_all(&g, out);
	if (g.yaml && !close_stream(g.yaml))
		failed = -1;
	if (g.dts && !close_stream(g.dts))
		failed = -1;
	free(g.blocks);
	free(g.cores);
	return failed ? fail(err, "out of memory") : 0;
}

void generated_free(struct generated *g)
{
	free(g->yaml);
	free(g->dts);
	free(g->owed);
	memset(g, 0, sizeof(*g));
}
