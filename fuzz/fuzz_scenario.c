// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program (program.h) is played with core. After every event the image is
 * accurate, or what went wrong explains that it is not: then crash_hotplug reads
 * 0, or the next event makes it good. An image with two slots is never hidden. At
 * the end,
 * - what comes and goes again leaves the image as it was, byte by byte; a CPU that
 *   only goes offline and online does not even hide it;
 * - a machine that was brought to the same state without an image, its CPUs first
 *   and then its memory, and then loads one, has the same header and CPU nodes.
 *   So the image does not show in which order the machine got there.
 */
#include <elf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "judge.h"
#include "program.h"
#include "segment_bytes.h"

/**
 * struct game - a program being played
 * @history: what happened so far, without what was impossible
 * @load: the last load that took place; NULL: there is no image
 * @may_give_up: a fault was injected since, or the load did not ask for updates
 * @untold: the handlers have not heard of the present state, and will at the
 *	next event
 */
struct game {
	struct machine *machine;
	struct program program;
	struct event history[PROGRAM_MAX_EVENTS];
	size_t nr;
	const struct event *load;
	bool may_give_up;
	bool untold;
};

/* they know digests by their bytes: no input sees that there was another one */
static struct judge_cache *cache;
static struct digest_cache *digests;

static struct machine *create(const struct machine_spec *spec)
{
	struct error err;
	struct machine *m = machine_create(spec, handlers_builtin(spec->arch,
								  "core"), &err);

	fuzz_check(m, "no machine: %s", err.text);
	machine_skip_bytes_written(m);
	machine_skip_times(m);
	machine_use_digests(m, digests);
	return m;
}

/* --- after each event --------------------------------------------------------- */

static const struct finding *worst_finding(const struct verdict *v)
{
	for (size_t i = 0; i < v->nr; i++)
		if (!v->findings[i].remark && v->findings[i].word == v->word)
			return &v->findings[i];
	return NULL;
}

static void check_contracts(struct game *g, size_t step,
			    const struct event_report *report)
{
	fuzz_check(!report->violations, "event %zu: the kernel's contract: %s",
		   step, machine_violation(g->machine, 0));
	fuzz_check(!machine_lost_allocs(g->machine),
		   "event %zu: memory is allocated and nothing leads to it",
		   step);
}

/* a kernel that is configured for more than ELF can number does not ask itself */
static bool asks_for_updates(const struct machine_spec *spec,
			     const struct load_spec *load)
{
	if (load->call == LOAD_KEXEC_FILE_LOAD && spec->arch == ARCH_X86_64 &&
	    spec->max_memory_ranges >= PN_XNUM)
		return false;
	return load->call == LOAD_KEXEC_FILE_LOAD || load->flags & 0x8 ||
	       (spec->arch == ARCH_X86_64 && load->flags & 0x4);
}

/* a load happens, or @event may keep the handlers from what they have to do */
static void note(struct game *g, const struct event *event,
		 const struct event_report *report, bool loads)
{
	if (event->type == EVENT_UNLOAD) {
		g->load = NULL;
		return;
	}
	if (loads) {
		g->load = event;
		g->may_give_up = !asks_for_updates(&g->program.spec,
						   &event->u.load);
		g->untold = false;
	}
	if (event->type == EVENT_CPU_ADD)
		g->untold = true;
	if (report->kernel_events)
		g->untold = report->lost;
	if (event->fail_map ||
	    (event->fail_alloc &&
	     machine_alloc_count(g->machine) >= event->fail_alloc))
		g->may_give_up = true;
}

/* an update of one that has two */
static void check_slots(struct game *g, size_t step,
			const struct event_report *report)
{
	const struct image_view *image = machine_image(g->machine);
	bool spare = false;

	for (size_t i = 0; image->loaded && i < image->nr_segments; i++)
		spare |= image->segment[i].kind == SEGMENT_SPARE;
	/* a load that could not map them goes on without, and leaves them there */
	fuzz_check(!spare || g->may_give_up || !report->hidden,
		   "event %zu: an image with two slots was hidden", step);
}

static void check_image(struct game *g, size_t step, const struct event *event)
{
	const struct finding *f;
	struct verdict v = { 0 };
	uint32_t cpu = JUDGE_ANY_CPU;

	if (!g->load)
		return;
	fuzz_check(machine_crash_hotplug(g->machine) || g->may_give_up,
		   "event %zu: crash_hotplug reads 0, and nothing went wrong",
		   step);
	if (event->type == EVENT_CRASH)
		cpu = event->u.crash.cpu;
	fuzz_check(!judge_with_cache(cache, machine_view(g->machine),
				     machine_image(g->machine), cpu, &v),
		   "no memory to judge");
	f = worst_finding(&v);
	if (f) {
		/* an image that is only old is none that purgatory refuses */
		fuzz_check(v.word != VERDICT_LOST, "event %zu: lost: %s: %s",
			   step, invariant_name(f->inv), f->text);
		fuzz_check(g->untold || !machine_crash_hotplug(g->machine),
			   "event %zu: %s: %s: %s", step, verdict_name(v.word),
			   invariant_name(f->inv), f->text);
	}
	verdict_free(&v);
}

/* false: it is impossible, and nothing happened */
static bool apply(struct game *g, size_t step, const struct event *event)
{
	struct event_report report = { 0 };
	struct error err;
	bool loads = event->type == EVENT_LOAD &&
		     (!event->u.load.if_needed ||
		      !machine_crash_hotplug(g->machine));

	if (machine_apply(g->machine, event, &report, &err)) {
		fuzz_check(event->type != EVENT_LOAD, "event %zu: %s", step,
			   err.text);
		return false;
	}
	note(g, event, &report, loads);
	check_contracts(g, step, &report);
	check_slots(g, step, &report);
	check_image(g, step, event);
	return true;
}

static void play(struct game *g)
{
	for (size_t i = 0; i < g->program.nr; i++) {
		struct event *event = &g->history[g->nr];

		if (program_event(&g->program, i, machine_view(g->machine),
				  event) &&
		    apply(g, i, event))
			g->nr++;
	}
}

/* --- at the end ---------------------------------------------------------------- */

/* nothing can be in the way of @event; impossible events change nothing, so that
 * the second try says what was
 */
static void must(struct game *g, const struct event *event, const char *what)
{
	struct error err;

	if (!apply(g, g->program.nr, event)) {
		machine_apply(g->machine, event, NULL, &err);
		fuzz_fail("%s: %s", what, err.text);
	}
}

/* @quiet: nothing of the image changes with it */
static void toggle_cpu(struct game *g, unsigned int cpu, bool online, bool quiet)
{
	const struct event events[2] = {
		{ .type = EVENT_CPU_OFFLINE, .stays_visible = quiet,
		  .u.cpu.cpu = cpu },
		{ .type = EVENT_CPU_ONLINE, .stays_visible = quiet,
		  .u.cpu.cpu = cpu },
	};

	must(g, &events[!online], "a CPU changes");
	must(g, &events[online], "a CPU changes back");
}

/* the handlers hear of a CPU that changes, and changes back; false: none can */
static bool tell(struct game *g, bool quiet)
{
	const struct machine_view *view = machine_view(g->machine);
	size_t i, nr = 0, last = 0;

	for (i = 0; i < view->nr_cpus; i++) {
		if (view->cpus[i].present && !view->cpus[i].online) {
			toggle_cpu(g, view->cpus[i].cpu, false, quiet);
			return true;
		}
		if (view->cpus[i].online) {
			last = i;
			nr++;
		}
	}
	if (nr < 2)
		return false;
	toggle_cpu(g, view->cpus[last].cpu, true, quiet);
	return true;
}

/* @op as a program says it, with nothing that goes wrong; false: there is none */
static bool happens(struct game *g, enum program_op op, struct event *event)
{
	const uint8_t bytes[PROGRAM_EVENT] = { op };
	struct program one = g->program;

	one.events = bytes;
	one.nr = 1;
	return program_event(&one, 0, machine_view(g->machine), event) &&
	       apply(g, g->program.nr, event);
}

static void block_comes_and_goes(struct game *g)
{
	struct event event;

	if (!happens(g, PROGRAM_MEMORY_ADD, &event))
		return;
	event.type = EVENT_MEMORY_ONLINE;
	must(g, &event, "new memory goes online");
	event.type = EVENT_MEMORY_OFFLINE;
	must(g, &event, "and offline");
	event.type = EVENT_MEMORY_REMOVE;
	must(g, &event, "and away");
}

static void core_comes_and_goes(struct game *g)
{
	const struct machine_view *view;
	struct event event;
	uint32_t core;

	if (!happens(g, PROGRAM_CORE_ADD, &event))
		return;
	core = event.u.core.core;
	view = machine_view(g->machine);
	for (size_t i = 0; i < view->nr_cpus; i++) {
		const struct view_cpu *c = &view->cpus[i];
		uint32_t id = c->has_hwid ? c->hwid : c->cpu;

		if (c->present && id == core) {
			toggle_cpu(g, c->cpu, false, false);
			break;
		}
	}
	event = (struct event){ .type = EVENT_CPU_REMOVE, .u.core.core = core };
	must(g, &event, "a new core goes");
}

static void check_comes_and_goes(struct game *g)
{
	struct segment_bytes before, after;
	const char *what;

	segment_bytes_take(&before, machine_image(g->machine));
	tell(g, true);
	block_comes_and_goes(g);
	core_comes_and_goes(g);
	tell(g, false);
	segment_bytes_take(&after, machine_image(g->machine));
	what = segment_bytes_differ(&before, &after);
	fuzz_check(!what, "something came and went, and the %s is another one",
		   what);
	segment_bytes_free(&before);
	segment_bytes_free(&after);
}

static bool is_cpu_event(const struct event *e)
{
	return e->type == EVENT_CPU_ADD || e->type == EVENT_CPU_REMOVE ||
	       e->type == EVENT_CPU_ONLINE || e->type == EVENT_CPU_OFFLINE;
}

static bool is_memory_event(const struct event *e)
{
	return e->type == EVENT_MEMORY_ADD || e->type == EVENT_MEMORY_REMOVE ||
	       e->type == EVENT_MEMORY_ONLINE ||
	       e->type == EVENT_MEMORY_OFFLINE;
}

static void happen_again(struct machine *m, const struct game *g,
			 bool (*which)(const struct event *e))
{
	struct event event;
	struct error err;

	for (size_t i = 0; i < g->nr; i++) {
		event = g->history[i];
		if (!which(&event) ||
		    (event.type == EVENT_CPU_ONLINE && event.u.cpu.bringup_fails))
			continue;
		/* what went wrong changed the image, not the machine */
		event.lock_busy = false;
		event.fail_alloc = 0;
		event.fail_map = 0;
		fuzz_check(!machine_apply(m, &event, NULL, &err),
			   "possible before, and not in another order: %s",
			   err.text);
	}
}

static void check_from_scratch(struct game *g)
{
	struct machine *m = create(&g->program.spec);
	struct event load = *g->load;
	struct error err;
	const char *what;

	happen_again(m, g, is_cpu_event);
	happen_again(m, g, is_memory_event);
	load.u.load.if_needed = false;
	fuzz_check(!machine_apply(m, &load, NULL, &err), "from scratch: %s",
		   err.text);
	what = segments_differ(machine_image(g->machine), machine_image(m));
	fuzz_check(!what, "loaded now, the %s would be another one", what);
	machine_destroy(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct game g = { .nr = 0 };

	if (!cache)
		cache = judge_cache_new();
	if (!digests)
		digests = digest_cache_new();
	program_read(&g.program, data, size);
	g.machine = create(&g.program.spec);
	play(&g);
	if (g.load && machine_crash_hotplug(g.machine) && tell(&g, false) &&
	    !g.untold) {
		check_from_scratch(&g);
		check_comes_and_goes(&g);
	}
	machine_destroy(g.machine);
	/* reading a tree is seen in the edges: each input reads its own */
	judge_cache_forget_trees(cache);
	return 0;
}
