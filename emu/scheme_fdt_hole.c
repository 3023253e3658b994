// SPDX-License-Identifier: GPL-2.0-only
/*
 * S. Jain's RFC of 2022-02-21 (linuxppc-dev): only the FDT is kept true, and only
 * when cores are added. The hook at the end of DLPAR's CPU add takes no lock and
 * hides nothing: a crash in its midst finds half a tree.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fdt_hole.h"
#include "scheme_run.h"

/**
 * struct hole - the scheme's own
 * @first, @threads: hardware ids of the core that DLPAR adds at present; 0 threads:
 *	none
 * @failed: what became of the last rewrite
 */
struct hole {
	uint32_t first;
	uint32_t threads;
	struct error failed;
};

static int hole_start(struct scheme_run *run, struct error *err)
{
	run->private = calloc(1, sizeof(struct hole));
	if (!run->private)
		return fail(err, "out of memory");
	return fdt_hole_reserve(run->machine, param(run->params, "hole-size"),
				err);
}

static void hole_stop(struct scheme_run *run)
{
	free(run->private);
}

static int hole_loaded(struct scheme_run *run, struct error *err)
{
	const struct segment_spec *s = &run->machine->crash_fdt;

	scheme_tell(run, "kexec_crash_fdt 0x%" PRIx64 ", kexec_crash_fdt_size %zu: the FDT is there",
		    s->mem, s->memsz);
	return fdt_hole_open(run->machine, err);
}

/* --- DLPAR adds a core: its node, then its threads go online one by one ------------- */

static bool all_online(const struct machine *m, const struct hole *h)
{
	for (size_t i = 0; i < m->nr_cpus; i++)
		if (m->cpus[i].has_hwid && m->cpus[i].present &&
		    m->cpus[i].hwid >= h->first &&
		    m->cpus[i].hwid - h->first < h->threads &&
		    !m->cpus[i].online)
			return false;
	return true;
}

static int rewrite(struct scheme_run *run, struct error *err)
{
	uint64_t took = param(run->params, "handler");
	struct stopwatch watch = stopwatch_start();
	struct hole *h = run->private;

	h->threads = 0;
	h->failed.text[0] = '\0';
	scheme_claim(run);
	if (fdt_hole_update(run->machine, &h->failed))
		scheme_tell(run, "%s", h->failed.text);
	else
		scheme_tell(run, "the FDT in the hole has the live tree's CPU nodes");
	if (took == PARAM_MEASURED)
		took = stopwatch_stop(watch);
	return scheme_torn(run, took, err);
}

static int hole_event(struct scheme_run *run, const struct event *event,
		      struct error *err)
{
	struct machine *m = run->machine;
	struct hole *h = run->private;

	if (event->type == EVENT_CPU_ADD) {
		h->first = event->u.core.core;
		h->threads = event->u.core.threads ? event->u.core.threads :
						     m->threads;
		return 0;
	}
	if (event->type != EVENT_CPU_ONLINE || !h->threads || !all_online(m, h))
		return 0;
	return rewrite(run, err);
}

static int hole_crash(struct scheme_run *run, struct scheme_crash *crash,
		      struct error *err __always_unused)
{
	const struct hole *h = run->private;

	if (crash->state == DUMP_ACCURATE && h->failed.text[0])
		snprintf(crash->why, sizeof(crash->why), "%.200s",
			 h->failed.text);
	return 0;
}

static const struct param_spec params[] = {
	{
		.name = "hole-size", .kind = PARAM_NUMBER, .value = 0x100000,
		.what = "bytes reserved for the FDT at boot",
		.source = "the RFC: 1 MiB, fixed",
	},
};

#define HOLE \
	.archs = SCHEME_ON_POWERPC, \
	.handlers = "core", \
	.params = params, \
	.nr_params = sizeof(params) / sizeof(params[0]), \
	.ops = { \
		.start = hole_start, \
		.stop = hole_stop, \
		.loaded = hole_loaded, \
		.event = hole_event, \
		.crash = hole_crash, \
	}

const struct scheme scheme_fdt_hole = {
	.name = "crash-fdt-hole",
	.summary = "the FDT has a place for good, and the kernel adds cores to it (RFC of 2022)",
	.sets_load = true,
	.call = LOAD_KEXEC_FILE_LOAD,
	HOLE,
};

const struct scheme scheme_fdt_hole_exec = {
	.name = "crash-fdt-hole:kexec-load",
	.summary = "the same, the tool asks sysfs for the place",
	.sets_load = true,
	.call = LOAD_KEXEC_LOAD,
	HOLE,
};
