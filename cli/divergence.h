/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two machines in the same state with different handlers: event by event, where
 * their images part and which of the two is right.
 */
#ifndef CLI_DIVERGENCE_H
#define CLI_DIVERGENCE_H

#include "conform.h"
#include "playback.h"

/* numbers of CPUs, or ids of cores; more than this are no longer told apart */
#define PAST_MAX 256

/**
 * struct past - what may explain that images differ, since the last load
 * @lost_cpus: CPUs of which an event was lost; all events of B's since then were
 *	none that rewrites its FDT
 * @nr_lost_cpus: how many
 * @lost_memory: memory that came online or went offline unnoticed; A has handled
 *	nothing since
 * @gone_cores: ids of cores that went
 * @nr_gone_cores: how many
 * @a_failed: an allocation failed in A, which has handled nothing since
 * @b_header_failed, @b_fdt_failed: in B, and nothing has rewritten that since
 * @b_hit: it was at this event: B has written nothing that could be a defect
 */
struct past {
	unsigned int lost_cpus[PAST_MAX];
	size_t nr_lost_cpus;
	struct view_ranges lost_memory;
	uint32_t gone_cores[PAST_MAX];
	size_t nr_gone_cores;
	bool a_failed;
	bool b_header_failed;
	bool b_fdt_failed;
	bool b_hit;
};

/**
 * struct twins - two machines to which the same happens
 * @a, @b: with one handler module each; @b is asked what defects it shows
 * @history: what came and went, as far as it leaves traces in @b's image
 * @online: memory that was online when this step began
 * @before: @b's segments before the last event
 * @loaded_header: @b's elfcorehdr as user space made it
 * @wrote_header: and since then it was another one, be it the same again now
 * @updates: events since that should have changed it
 * @refused: only one of them refused the last load, and has no image
 * @past: what else happened since the last load
 * @told: reasons at the event before; told once as long as they last
 */
struct twins {
	struct playback a;
	struct playback b;
	struct history history;
	struct view_ranges online;
	struct capture_step before;
	struct blob loaded_header;
	bool wrote_header;
	unsigned int updates;
	bool refused;
	struct past past;
	struct reasons told;
};

/**
 * struct divergence - what an event showed
 * @past: what may explain it
 * @truth: the machine, the same for both
 * @a_gave_up: A's crash_hotplug reads 0: it will not update this image any more
 * @rooms_differ: both images are loaded, with elfcorehdr segments that are not
 *	equally large, so that what lies behind them is elsewhere
 * @a, @b: the verdicts
 * @new: why the images differ, as far as they did not before; none: no news
 */
struct divergence {
	const struct past *past;
	const struct machine_view *truth;
	bool a_gave_up;
	bool rooms_differ;
	struct verdict a;
	struct verdict b;
	struct reasons new;
};

/* --- divergence_past.c: 0, or -1 without memory --- */

/* @event has happened; @hit: did an allocation fail for it in A, in B? */
int past_event(struct past *past, const struct event *event, const bool hit[2]);
/* nobody was told of @event */
int past_lost(struct past *past, const struct event *event);
void past_forget(struct past *past);

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
