/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One capture being replayed: our machine goes through the same states, and
 * after each of them both kernels' images are compared.
 */
#ifndef CLI_CONFORM_REPLAY_H
#define CLI_CONFORM_REPLAY_H

#include "conform.h"
#include "report.h"

/**
 * struct replay - a capture being replayed
 * @handlers: run by our kernel
 * @exact: they have to leave the real kernel's bytes
 * @machine: in the state of step @at
 * @at: the last step with a state; its bytes are what the real kernel has now
 * @load: the step that loaded the image
 * @own_load: our image is our own load and not the adopted one
 * @wrote_header, @wrote_fdt: the real kernel's were others since the load, be
 *	they the same again now
 * @updates: events since the load that the real kernel updated the elfcorehdr
 *	for, or should have
 * @history: what earlier steps did
 * @settled: the reasons at step @at, for a crash there
 */
struct replay {
	const struct handler_module *handlers;
	bool exact;
	struct machine *machine;
	const struct capture_step *at;
	const struct capture_step *load;
	bool own_load;
	bool wrote_header;
	bool wrote_fdt;
	unsigned int updates;
	struct history history;
	struct reasons settled;
};

/**
 * struct step_outcome - what a step showed
 * @written: what our kernel rewrote
 * @ours, @theirs: the verdicts; empty when the guest had died
 * @crash_hotplug: what our kernel's attribute reads
 * @reasons: for every difference; none: equal
 * @note: more about a step that is equal: "crash on CPU 2: ..."
 */
struct step_outcome {
	struct written written;
	struct verdict ours;
	struct verdict theirs;
	int crash_hotplug;
	struct reasons reasons;
	char note[160];
};

/**
 * replay_step() - go on to the next step of the capture, and compare
 * @r: zeroed but for the handlers before the first step
 * @step: must stay until replay_free()
 * @out: filled in, also on failure; step_outcome_free() it
 * @err: set on failure
 *
 * Return: 0, or -1 when the step cannot be replayed.
 */
int replay_step(struct replay *r, const struct capture_step *step,
		struct step_outcome *out, struct error *err);
void replay_free(struct replay *r);
void step_outcome_free(struct step_outcome *out);

/* --- what led to a step (conform_between.c) --------------------------------------- */

/**
 * struct between - what happened between two steps
 * @events: all of it; the first @nr_before came before the load, if the second
 *	step is one, and the others while it ran
 */
struct between {
	struct event *events;
	size_t nr;
	size_t nr_before;
};

/* filled in, also on failure; between_free() it. 0, or -1 with @err set */
int between_find(struct between *b, const struct capture_step *from,
		 const struct capture_step *to, struct error *err);
void between_free(struct between *b);

/* --- the real kernel's image (conform_image.c) ----------------------------------- */

/**
 * struct real_image - the captured image as the judge sees it
 * @elfcorehdr, @fdt: memory behind the view
 */
struct real_image {
	struct image_view view;
	void *elfcorehdr;
	void *fdt;
};

/**
 * real_image_make() - our image with the captured bytes in it
 * @r: says which, and how they were loaded
 * @ours: gives what is not captured; segments are at the same places
 * @real: filled in, also on failure; real_image_free() it
 *
 * Return: 0, or -1 without memory.
 */
int real_image_make(const struct replay *r, const struct image_view *ours,
		    struct real_image *real);
void real_image_free(struct real_image *real);

/* the place of a segment in a load, or NULL */
const struct segment_spec *load_segment(const struct load_spec *load,
					enum segment_kind kind);

#endif /* CLI_CONFORM_REPLAY_H */
