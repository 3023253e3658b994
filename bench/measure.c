// SPDX-License-Identifier: GPL-2.0-only
/*
 * Samples: as many as the budget allows. The first is watched by the emulator,
 * which says what was written, and warms up what the others find warm; it counts
 * only where handlers take longer than the budget.
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cases.h"
#include "kernel.h"
#include "measure.h"
#include "statistics.h"

/*
 * The samples of one cell.
 * @ns: time in handlers, or for a copy
 * @locked_ns: part of it, or all, in which the kexec lock was held
 * @since: the clock on the wall when they began
 * @buffer: where copies go
 */
struct samples {
	uint64_t ns[MAX_SAMPLES];
	uint64_t locked_ns[MAX_SAMPLES];
	unsigned int nr;
	double budget;
	struct timespec since;
	void *buffer;
};

static void begin(struct samples *s)
{
	clock_gettime(CLOCK_MONOTONIC, &s->since);
}

static bool time_for_more(const struct samples *s)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return s->nr < MAX_SAMPLES &&
	       now.tv_sec - s->since.tv_sec +
	       (now.tv_nsec - s->since.tv_nsec) / 1e9 < s->budget;
}

static void add(struct samples *s, struct kernel_times times)
{
	s->ns[s->nr] = times.handlers;
	s->locked_ns[s->nr] = times.locked;
	s->nr++;
}

static void summarise(struct samples *s, struct cell *cell)
{
	cell->measured = true;
	cell->samples = s->nr;
	cell->median_ns = median(s->ns, s->nr);
	cell->fastest_ns = s->ns[0];
	cell->locked_ns = median(s->locked_ns, s->nr);
}

/* --- handlers ------------------------------------------------------------------ */

static int prepare(struct stage *stage, const struct bench_case *c,
		   struct error *err)
{
	int ret = c->prepare ? c->prepare(stage, err) : 0;

	stage->acted = false;
	return ret;
}

static int act(struct stage *stage, const struct bench_case *c,
	       struct kernel_times *took, struct error *err)
{
	struct kernel_times before = kernel_times(), after;
	int ret = c->act(stage, err);

	after = kernel_times();
	took->handlers = after.handlers - before.handlers;
	took->locked = after.locked - before.locked;
	stage->acted = true;
	return ret;
}

static int act_watched(struct stage *stage, const struct bench_case *c,
		       struct kernel_times *took, struct error *err)
{
	int ret;

	stage->watch = true;
	ret = act(stage, c, took, err);
	stage->watch = false;
	return ret;
}

/* where a machine can be used only once, the next sample gets a new one */
static int renew(struct stage *stage, const struct bench_case *c,
		 const struct handler_module *handlers, struct error *err)
{
	if (c->prepare)
		return 0;
	stage_end(stage);
	return stage_begin(stage, c, stage->size, handlers, err);
}

static int measure_handlers(struct stage *stage, const struct bench_case *c,
			    const struct handler_module *handlers,
			    struct samples *s, struct cell *cell,
			    struct error *err)
{
	struct kernel_times first, took;

	if (prepare(stage, c, err) || act_watched(stage, c, &first, err))
		return -1;
	cell->events = stage->events;
	cell->bytes = stage->bytes;
	cell->hidden = stage->hidden;
	begin(s);
	while (first.handlers / 1e9 < s->budget && time_for_more(s)) {
		if (renew(stage, c, handlers, err) || prepare(stage, c, err) ||
		    act(stage, c, &took, err))
			return -1;
		add(s, took);
	}
	if (!s->nr)
		add(s, first);
	return 0;
}

/* --- copies ---------------------------------------------------------------------- */

/* the bytes in use, without free space behind them */
static size_t used(const struct view_segment *segment)
{
	const struct elf64_hdr *ehdr = (const void *)segment->bytes;

	if (segment->kind == SEGMENT_FDT)
		return fdt_off_dt_strings(segment->bytes) +
		       fdt_size_dt_strings(segment->bytes);
	/* core writes what the kernel has: this machine's byte order */
	return sizeof(*ehdr) + ehdr->e_phnum * sizeof(struct elf64_phdr);
}

static uint64_t copy_ns(void *to, const void *from, size_t size)
{
	struct stopwatch start = stopwatch_start();

	memcpy(to, from, size);
	/* a copy that nobody reads would be left out */
	__asm__ volatile("" : : "r"(to) : "memory");
	return stopwatch_stop(start);
}

static int copy_segment(struct stage *stage, const struct bench_case *c,
			unsigned int times, struct samples *s,
			struct cell *cell, struct error *err)
{
	const struct view_segment *segment =
		image_view_segment(machine_image(stage->machine), c->segment);
	struct kernel_times took = { 0 };
	void *to;

	cell->bytes = used(segment);
	to = realloc(s->buffer, cell->bytes);
	if (!to)
		return fail(err, "out of memory");
	s->buffer = to;
	took.handlers = times * copy_ns(to, segment->bytes, cell->bytes);
	add(s, took);
	return 0;
}

/*
 * The copy comes in the place of the events, which happen after it: so it finds
 * in the caches what handlers find there. Events that can happen only once are
 * over by then.
 */
static int measure_copy(struct stage *stage, const struct bench_case *c,
			struct samples *s, struct cell *cell,
			struct error *err)
{
	struct kernel_times took;
	unsigned int times;

	if (prepare(stage, c, err) || act_watched(stage, c, &took, err))
		return -1;
	times = c->loads ? 1 : stage->events;
	begin(s);
	do {
		if (prepare(stage, c, err) ||
		    copy_segment(stage, c, times, s, cell, err))
			return -1;
		if (c->prepare && act(stage, c, &took, err))
			return -1;
	} while (time_for_more(s));
	return 0;
}

/* --- a row -------------------------------------------------------------------------- */

static int measure_cell(const struct row *row, const struct peer *peer,
			double budget, struct cell *cell,
			struct outcome *outcome, struct error *err)
{
	struct samples s = { .budget = budget };
	struct stage stage;
	int ret;

	ret = stage_begin(&stage, row->c, row->size, peer->handlers, err);
	if (!ret && peer->copies)
		ret = measure_copy(&stage, row->c, &s, cell, err);
	else if (!ret)
		ret = measure_handlers(&stage, row->c, peer->handlers, &s, cell,
				       err);
	if (!ret && outcome_take(outcome, stage.machine))
		ret = fail(err, "out of memory");
	if (!ret)
		summarise(&s, cell);
	stage_end(&stage);
	free(s.buffer);
	return ret;
}

static void hold_against(const struct outcome *core,
			 const struct outcome *outcome, struct cell *cell)
{
	cell->verdict = outcome->verdict;
	strcpy(cell->verdict_why, outcome->why);
	cell->same = outcome_same(core, outcome, cell->different);
}

int measure_row(struct row *row, const struct peers *peers, double budget,
		struct error *err)
{
	struct outcome core = { 0 }, other = { 0 };
	unsigned int i;
	int ret = 0;

	memset(row->cell, 0, sizeof(row->cell));
	for (i = 0; !ret && i < peers->nr; i++) {
		struct outcome *outcome = i ? &other : &core;

		if (!peer_takes(&peers->peer[i], row->c))
			continue;
		ret = measure_cell(row, &peers->peer[i], budget, &row->cell[i],
				   outcome, err);
		if (!ret)
			hold_against(&core, outcome, &row->cell[i]);
		outcome_free(&other);
	}
	outcome_free(&core);
	return ret;
}
