/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two machines in the same state with different handlers: event by event, where
 * their images part and which of the two is right.
 */
#ifndef CLI_DIVERGENCE_H
#define CLI_DIVERGENCE_H

#include "conform.h"
#include "playback.h"

/**
 * struct twins - two machines to which the same happens
 * @a, @b: with one handler module each; @b is asked what defects it shows
 * @history: what came and went, as far as it leaves traces in @b's image
 * @online: memory that was online when this step began
 * @before: @b's segments before the last event
 * @loaded_header: @b's elfcorehdr as user space made it
 * @updates: events since that should have changed it
 * @lost_cpu: an event of a CPU was lost since the last load
 * @core_gone: a core went since the last load
 * @no_memory: an allocation was made to fail since the last load
 * @told: reasons at the event before; told once as long as they last
 */
struct twins {
	struct playback a;
	struct playback b;
	struct history history;
	struct view_ranges online;
	struct capture_step before;
	struct blob loaded_header;
	unsigned int updates;
	bool lost_cpu;
	bool core_gone;
	bool no_memory;
	struct reasons told;
};

/**
 * struct divergence - what an event showed
 * @past: what may explain it
 * @a, @b: the verdicts
 * @new: why the images differ, as far as they did not before; none: no news
 */
struct divergence {
	const struct twins *past;
	struct verdict a;
	struct verdict b;
	struct reasons new;
};

int twins_start(struct twins *t, const struct machine_spec *spec,
		const struct handler_module *a, const struct handler_module *b,
		struct error *err);
void twins_end(struct twins *t);

/* a step, some events that belong together, begins; 0, or -1 without memory */
int twins_step(struct twins *t);

/**
 * twins_event() - the same happens to both
 * @d: filled in, also on failure; divergence_free() it
 *
 * Return: 0, or -1 with @err set: it is impossible, or memory ran out.
 */
int twins_event(struct twins *t, const struct event *event,
		struct divergence *d, struct error *err);
void divergence_free(struct divergence *d);

#endif /* CLI_DIVERGENCE_H */
