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
	p->lost_allocs = machine_lost_allocs(p->machine);
	return 0;
}

void playback_end(struct playback *p)
{
	if (p->machine)
		machine_destroy(p->machine);
	p->machine = NULL;
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
	if (*judged && judge(machine_view(p->machine), image, cpu, verdict))
		return -1;
	if (add_violations(verdict, p->machine, violations, &p->lost_allocs))
		return -1;
	/* broken contracts count without an image too */
	if (verdict->word != VERDICT_ACCURATE)
		*judged = true;
	return 0;
}
