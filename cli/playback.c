// SPDX-License-Identifier: GPL-2.0-only
/* Events happen to a machine, and each is judged. */
#include <string.h>

#include "explore_states.h"
#include "playback.h"
#include "report.h"

int playback_start(struct playback *p, const struct machine_spec *spec,
		   const struct handler_module *handlers, struct error *err)
{
	memset(p, 0, sizeof(*p));
	p->machine = machine_create(spec, handlers, err);
	if (!p->machine)
		return -1;
	/* without one it only takes longer */
	p->cache = judge_cache_new();
	p->lost_allocs = machine_lost_allocs(p->machine);
	return 0;
}

void playback_end(struct playback *p)
{
	if (p->machine)
		machine_destroy(p->machine);
	explorer_free(p->explorer);
	judge_cache_free(p->cache);
	p->explorer = NULL;
	p->machine = NULL;
	p->cache = NULL;
}

int playback_watch_stores(struct playback *p, struct error *err)
{
	p->explorer = explorer_attach(p->machine, err);
	return p->explorer ? 0 : -1;
}

void playback_step(struct playback *p)
{
	if (p->explorer)
		explorer_step(p->explorer);
}

static int judge_lock(const struct event *event, struct verdict *verdict)
{
	if (event->type != EVENT_CRASH || !event->lock_busy)
		return 0;
	return verdict_lock_held(verdict);
}

static int check_crash(const struct playback *p, const struct event *event,
		       struct error *err)
{
	unsigned long stores;

	if (!p->explorer)
		return fail(err, "crash: at-store is for crash-hp run only");
	stores = explorer_stores(p->explorer);
	if (event->u.crash.store > stores)
		return fail(err, "crash: at-store %lu: the step before makes %lu stores",
			    event->u.crash.store, stores);
	return explorer_check(p->explorer, err);
}

int playback_apply(struct playback *p, const struct event *event,
		   struct event_report *report, struct error *err)
{
	if (event->type == EVENT_CRASH && event->u.crash.during &&
	    check_crash(p, event, err))
		return -1;
	if (p->explorer)
		explorer_event(p->explorer);
	return machine_apply(p->machine, event, report, err);
}

int playback_judge(struct playback *p, const struct event *event,
		   unsigned int violations, struct verdict *verdict,
		   bool *judged)
{
	const struct image_view *image = machine_image(p->machine);
	uint32_t cpu = event->type == EVENT_CRASH ? event->u.crash.cpu :
						    JUDGE_ANY_CPU;

	if (event->type == EVENT_LOAD || event->type == EVENT_UNLOAD)
		p->load_asked = event->type == EVENT_LOAD;
	if (p->explorer && event->type == EVENT_CRASH && event->u.crash.during) {
		*judged = true;
		explorer_crash(p->explorer, event, verdict);
		return 0;
	}
	*judged = image->loaded || p->load_asked;
	if (*judged &&
	    (judge_with_cache(p->cache, machine_view(p->machine), image, cpu,
			      verdict) ||
	     judge_lock(event, verdict)))
		return -1;
	if (event->type == EVENT_RANGES) {
		*judged = true;
		if (judge_ranges(&event->u.ranges, machine_ranges(p->machine),
				 verdict))
			return -1;
	}
	if (add_violations(verdict, p->machine, violations, &p->lost_allocs))
		return -1;
	/* broken contracts count without an image too */
	if (verdict->word != VERDICT_ACCURATE)
		*judged = true;
	return 0;
}

int playback_refused(struct playback *p, const struct error *why,
		     struct verdict *verdict)
{
	p->load_asked = true;
	p->lost_allocs = machine_lost_allocs(p->machine);
	return verdict_add(verdict, I_LIVE, VERDICT_LOST, false,
			   "there is no image: %s", why->text);
}
