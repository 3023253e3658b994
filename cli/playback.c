// SPDX-License-Identifier: GPL-2.0-only
/* Events happen to a machine, and each is judged. */
#include <string.h>

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
	judge_cache_free(p->cache);
	p->machine = NULL;
	p->cache = NULL;
}

/*
 * __crash_kexec() (kernel/crash_core.c, 6.12) only tries the lock: where somebody
 * holds it, the panic goes on without a dump.
 */
static int judge_lock(const struct event *event, struct verdict *verdict)
{
	if (event->type != EVENT_CRASH || !event->lock_busy)
		return 0;
	return verdict_add(verdict, I_LIVE, VERDICT_LOST, false,
			   "the kexec lock is held: a crash now leaves the image alone");
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
