/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine and what happens to it, from wherever: a scenario, a capture of a
 * real kernel, or at random.
 */
#ifndef CLI_EVENT_SOURCE_H
#define CLI_EVENT_SOURCE_H

#include "capture.h"
#include "generate.h"
#include "scenario.h"

/* one item of a scenario, or all that led from one captured step to the next */
struct source_step {
	const char *text;
	const struct event *events;
	size_t nr;
};

/* events that belong to the source itself */
struct derived_events {
	struct event *events;
	size_t nr;
};

/**
 * struct event_source - what happens to a machine
 * @owed: for each step: must the image be accurate after it? NULL: not known
 */
struct event_source {
	const char *name;
	const struct machine_spec *machine;
	struct source_step *steps;
	size_t nr_steps;
	bool *owed;
	/* what is behind it */
	struct scenario *scenario;
	struct capture *capture;
	struct derived_events *derived;
	size_t nr_derived;
};

/* a folder is a capture, anything else a scenario; 0, or -1 with @err set */
int event_source_open(struct event_source *s, const char *path,
		      struct error *err);
/* a scenario and its tree, "DIR/NAME.yaml" and "DIR/NAME.dts", as files */
int event_source_write(const struct generated *g, const char *dir,
		       const char *name, struct error *err);
/* as `crash-hp gen` would write it */
int event_source_random(struct event_source *s,
			const struct generate_options *options,
			struct error *err);
/* also after a failure */
void event_source_close(struct event_source *s);

#endif /* CLI_EVENT_SOURCE_H */
