// SPDX-License-Identifier: GPL-2.0-only
/*
 * One item of a random scenario. What keeps the kernel from updating the image
 * is followed by what makes good for it, so that most verdicts are owed.
 */
#include "generate_private.h"

#define TOP "  "
#define INNER "        "

/* events while the load holds the lock */
static void write_during(struct generator *g)
{
	unsigned int nr = 1 + gen_below(g, 3);

	fputs("      during:\n", g->yaml);
	/* with two CPUs, one can always change */
	while (nr--)
		if (gen_once_in(g, 2) || !gen_block_toggle(g, INNER))
			gen_cpu_toggle(g, INNER);
}

/*
 * kexec-tools leaves 4 KiB for what it does not reckon with, and that is the "name"
 * which Linux makes up for every CPU node: with many of them its tree may have no
 * room for an update, and the kernel gives up such an image.
 */
#define CORES_WITH_ROOM 64

static bool has_room(const struct generator *g)
{
	unsigned int there = 0;

	for (unsigned int i = 0; i < g->nr_cores; i++)
		there += g->cores[i].there;
	return !gen_powerpc(g) || there <= CORES_WITH_ROOM;
}

static bool write_load(struct generator *g)
{
	bool user = gen_once_in(g, 3), kept = !gen_once_in(g, 8);
	bool during = gen_nr_threads(g) > 1 && gen_once_in(g, 6);

	g->loaded = true;
	g->duty = DUTY_NONE;
	g->stale = user && (!kept || !has_room(g));
	if (!user && !during && !g->options->small_image) {
		fputs(TOP "- load: kexec_file_load\n", g->yaml);
		return true;
	}
	fprintf(g->yaml, TOP "- load:\n      call: kexec_%sload\n",
		user ? "" : "file_");
	if (user && kept)
		fprintf(g->yaml, "      flags: %s\n",
			gen_powerpc(g) || gen_once_in(g, 2) ?
			"hotplug" : "update-elfcorehdr");
	if (g->options->small_image)
		fputs("      kernel-size: 256K\n      initrd-size: 64K\n",
		      g->yaml);
	if (during)
		write_during(g);
	return !g->stale;
}

static bool write_unload(struct generator *g)
{
	fputs(TOP "- unload\n", g->yaml);
	g->loaded = false;
	g->stale = false;
	g->duty = DUTY_NONE;
	return true;
}

/* an event that the kernel cannot use to update the image */
static bool write_trouble(struct generator *g)
{
	if (!(gen_once_in(g, 2) ? gen_cpu_toggle(g, TOP) :
				  gen_block_toggle(g, TOP)))
		return false;
	if (gen_once_in(g, 2)) {
		fputs(TOP "  lock-busy: true\n", g->yaml);
		g->duty = DUTY_HOTPLUG;
	} else {
		fprintf(g->yaml, TOP "  fail-alloc: %u\n",
			(unsigned int)(1 + gen_below(g, 12)));
		g->duty = DUTY_LOAD;
	}
	return true;
}

/* what the last item asks for; a lost event is made good by any that is not */
static bool write_duty(struct generator *g)
{
	bool hotplug = g->duty == DUTY_HOTPLUG;

	g->duty = DUTY_NONE;
	if (hotplug && (gen_once_in(g, 2) ? gen_cpu_toggle(g, TOP) :
					    gen_block_toggle(g, TOP)))
		return true;
	return write_load(g);
}

/* what may come at any time; there may be no such event just now */
static void write_any(struct generator *g)
{
	while (!(gen_once_in(g, 2) ? gen_cpu_event(g, TOP) :
				     gen_memory_event(g, TOP)))
		if (gen_once_in(g, 20)) {
			fprintf(g->yaml, TOP "- crash: %u\n",
				gen_online_cpu(g));
			return;
		}
}

bool gen_write_event(struct generator *g)
{
	if (g->duty != DUTY_NONE)
		return write_duty(g);
	if (!g->loaded ? gen_once_in(g, 2) : gen_once_in(g, 25))
		return write_load(g);
	if (g->loaded && gen_once_in(g, 50))
		return write_unload(g);
	if (g->loaded && !g->stale && gen_once_in(g, 12) && write_trouble(g))
		return false;
	g->untold = false;
	write_any(g);
	if (g->untold && g->loaded)
		g->duty = DUTY_HOTPLUG;
	/* it is, or will be, out of date for good */
	if (g->stale) {
		g->duty = DUTY_LOAD;
		return false;
	}
	return g->duty == DUTY_NONE;
}
