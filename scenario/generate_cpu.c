// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random events of CPUs. The same rules as in core_map.c and yaml_cpu.c say
 * which threads a core's event is about.
 */
#include <inttypes.h>

#include "generate_private.h"

#define MAX_LIST 8

unsigned int gen_nr_online(const struct generator *g)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < g->nr_cores; i++)
		for (unsigned int t = 0; t < g->threads; t++)
			nr += g->cores[i].online[t];
	return nr;
}

/* of all cores that are there, online or not */
unsigned int gen_nr_threads(const struct generator *g)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < g->nr_cores; i++)
		nr += g->cores[i].threads;
	return nr;
}

static unsigned int core_online(const struct generator *g,
				const struct gen_core *core)
{
	unsigned int nr = 0;

	for (unsigned int t = 0; t < g->threads; t++)
		nr += core->online[t];
	return nr;
}

/* a CPU of a core that is there and in this state, counted from a random one */
static int find_cpu(struct generator *g, bool online)
{
	unsigned int nr = g->nr_cores * g->threads;
	unsigned int from = gen_below(g, nr);

	for (unsigned int i = 0; i < nr; i++) {
		unsigned int cpu = (from + i) % nr;
		const struct gen_core *core = &g->cores[cpu / g->threads];
		unsigned int t = cpu % g->threads;

		if (t < core->threads && core->online[t] == online)
			return cpu;
	}
	return -1;
}

unsigned int gen_online_cpu(struct generator *g)
{
	return find_cpu(g, true);
}

static struct gen_core *find_core(struct generator *g, bool there)
{
	unsigned int from = gen_below(g, g->nr_cores);

	for (unsigned int i = 0; i < g->nr_cores; i++) {
		struct gen_core *core = &g->cores[(from + i) % g->nr_cores];

		if (core->there == there)
			return core;
	}
	return NULL;
}

/* --- threads ---------------------------------------------------------------------- */

static bool toggle(struct generator *g, const char *indent, bool online,
		   unsigned int most)
{
	unsigned int left = online ? most : gen_nr_online(g) - 1;
	const char *sep = "";
	int cpu;

	left = left > most ? most : left;
	if (!left || find_cpu(g, !online) < 0)
		return false;
	fprintf(g->yaml, "%s- cpu-%s: [", indent, online ? "online" : "offline");
	for (; left && (cpu = find_cpu(g, !online)) >= 0; left--) {
		g->cores[cpu / g->threads].online[cpu % g->threads] = online;
		fprintf(g->yaml, "%s%d", sep, cpu);
		sep = ", ";
	}
	fputs("]\n", g->yaml);
	return true;
}

bool gen_cpu_toggle(struct generator *g, const char *indent)
{
	bool online = gen_once_in(g, 2);

	return toggle(g, indent, online, 1) || toggle(g, indent, !online, 1);
}

/* it gets nearly there and goes again */
static bool bringup_fails(struct generator *g, const char *indent)
{
	int cpu = find_cpu(g, false);

	if (cpu < 0)
		return false;
	fprintf(g->yaml, "%s- cpu-online: %d\n%s  bringup-fails: true\n",
		indent, cpu, indent);
	return true;
}

/* its threads from @begin on and below @end */
static void set_core(struct gen_core *core, bool online, unsigned int begin,
		     unsigned int end)
{
	for (unsigned int t = begin; t < end && t < core->threads; t++)
		core->online[t] = online;
}

static bool whole_core(struct generator *g, const char *indent)
{
	struct gen_core *core = find_core(g, true);
	bool online = gen_once_in(g, 2);

	if (!gen_powerpc(g) ||
	    core_online(g, core) == (online ? core->threads : 0) ||
	    (!online && core_online(g, core) == gen_nr_online(g)))
		return false;
	fprintf(g->yaml, "%s- core-%s: 0x%" PRIx32 "\n", indent,
		online ? "online" : "offline", core->id);
	set_core(core, online, 0, core->threads);
	return true;
}

static bool smt(struct generator *g, const char *indent)
{
	unsigned int level = 1 + gen_below(g, g->threads);

	if (!gen_powerpc(g) || level == g->smt)
		return false;
	/* a core that runs only threads above the level would be left dark */
	for (unsigned int i = 0; i < g->nr_cores; i++) {
		struct gen_core *core = &g->cores[i];

		if (core->there && core_online(g, core) && !core->online[0])
			return false;
	}
	fprintf(g->yaml, "%s- smt: %u\n", indent, level);
	for (unsigned int i = 0; i < g->nr_cores; i++) {
		struct gen_core *core = &g->cores[i];

		if (!core->there)
			continue;
		set_core(core, false, level, g->smt);
		if (core_online(g, core))
			set_core(core, true, g->smt, level);
	}
	g->smt = level;
	return true;
}

/* --- cores ------------------------------------------------------------------------- */

static bool has_id(const struct generator *g, uint32_t id)
{
	for (unsigned int i = 0; i < g->nr_cores; i++)
		if (g->cores[i].there && g->cores[i].id == id)
			return true;
	return false;
}

/* any id that is free, so that ids and numbers part and are used again */
static uint32_t free_id(struct generator *g)
{
	uint32_t from = gen_below(g, g->nr_cores), id;

	do
		id = from++ % g->nr_cores * g->threads;
	while (has_id(g, id));
	return id;
}

/*
 * Sometimes fewer threads than other cores have. Not where a smaller core has left
 * numbers for them, which come first: a run of numbers holds one core here.
 */
static unsigned int choose_threads(struct generator *g)
{
	unsigned int threads = g->threads;

	if (!gen_powerpc(g) || threads == 1 || !gen_once_in(g, 3))
		return threads;
	threads >>= 1 + gen_below(g, 2);
	threads = threads ? threads : 1;
	for (unsigned int i = 0; i < g->nr_cores && g->cores[i].there; i++)
		if (g->cores[i].threads + threads <= g->threads)
			return g->threads;
	return threads;
}

static void write_new_core(struct generator *g, const char *indent,
			   const char *how, const struct gen_core *core)
{
	fprintf(g->yaml, "%s- %scpu-add: ", indent, how);
	if (core->threads == g->threads)
		fprintf(g->yaml, "%" PRIu32 "\n", core->id);
	else
		fprintf(g->yaml, "{core: %" PRIu32 ", threads: %u}\n", core->id,
			core->threads);
}

static bool add_core(struct generator *g, const char *indent)
{
	struct gen_core *core = NULL;
	bool online = gen_powerpc(g) && !gen_once_in(g, 4);

	for (unsigned int i = 0; i < g->nr_cores && !core; i++)
		if (!g->cores[i].there)
			core = &g->cores[i];
	if (!core || g->opal)
		return false;
	if (!gen_powerpc(g))
		core = find_core(g, false);
	*core = (struct gen_core){
		.there = true,
		.threads = choose_threads(g),
		.id = gen_powerpc(g) ? free_id(g) :
				       (uint32_t)(core - g->cores),
	};
	write_new_core(g, indent, online ? "dlpar-" : "", core);
	if (online)
		set_core(core, true, 0, g->smt);
	else if (gen_powerpc(g))
		g->untold = true;
	return true;
}

/* the machine makes new cores after the model of one that is there */
static bool remove_core(struct generator *g, const char *indent)
{
	struct gen_core *core = find_core(g, true);
	unsigned int online = core_online(g, core);

	if (g->opal || online == gen_nr_online(g) ||
	    (online && !gen_powerpc(g)))
		return false;
	fprintf(g->yaml, "%s- %scpu-remove: %" PRIu32 "\n", indent,
		online ? "dlpar-" : "",
		gen_powerpc(g) ? core->id : (uint32_t)(core - g->cores));
	*core = (struct gen_core){ .there = false };
	return true;
}

bool gen_cpu_event(struct generator *g, const char *indent)
{
	switch (gen_below(g, 10)) {
	case 0: case 1:
		return add_core(g, indent);
	case 2: case 3:
		return remove_core(g, indent);
	case 4:
		return whole_core(g, indent);
	case 5:
		return smt(g, indent);
	case 6:
		return bringup_fails(g, indent);
	default:
		return toggle(g, indent, gen_once_in(g, 2),
			      1 + gen_below(g, MAX_LIST));
	}
}
