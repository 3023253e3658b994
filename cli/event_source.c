// SPDX-License-Identifier: GPL-2.0-only
/* Scenarios, captures and random scenarios as lists of events. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "event_source.h"
#include "file.h"

static int add_step(struct event_source *s, const char *text,
		    const struct event *events, size_t nr, struct error *err)
{
	struct source_step *more;

	more = realloc(s->steps, (s->nr_steps + 1) * sizeof(*more));
	if (!more)
		return fail(err, "out of memory");
	s->steps = more;
	more[s->nr_steps++] = (struct source_step){ text, events, nr };
	return 0;
}

static int open_scenario(struct event_source *s, const char *path,
			 struct error *err)
{
	s->scenario = scenario_read(path, err);
	if (!s->scenario)
		return -1;
	s->name = s->scenario->name;
	s->machine = &s->scenario->machine;
	for (size_t i = 0; i < s->scenario->nr_steps; i++) {
		const struct scenario_step *step = &s->scenario->steps[i];

		if (add_step(s, step->text, step->events, step->nr_events, err))
			return -1;
	}
	return 0;
}

/* --- captures --------------------------------------------------------------------- */

/* keep @events for event_source_close(); it is freed if it cannot be kept */
static int keep(struct event_source *s, struct event *events, size_t nr,
		struct error *err)
{
	struct derived_events *more;

	more = realloc(s->derived, (s->nr_derived + 1) * sizeof(*more));
	if (!more) {
		capture_events_free(events, nr);
		return fail(err, "out of memory");
	}
	s->derived = more;
	more[s->nr_derived++] = (struct derived_events){ events, nr };
	return 0;
}

static int add_load(struct event_source *s, const struct capture_step *step,
		    struct error *err)
{
	struct event *event = calloc(1, sizeof(*event));

	if (!event)
		return fail(err, "out of memory");
	event->type = EVENT_LOAD;
	event->u.load.call = step->load.call;
	event->u.load.flags = step->load.flags;
	event->u.load.cmdline = step->load.cmdline;
	return keep(s, event, 1, err) ||
	       add_step(s, step->name, event, 1, err) ? -1 : 0;
}

static int add_captured(struct event_source *s, const struct capture_step *from,
			const struct capture_step *to, struct error *err)
{
	struct event *events;
	size_t nr;

	if (from) {
		if (capture_events(from, to, &events, &nr, err))
			return -1;
		/* a step without events has nothing to keep */
		if (!nr)
			capture_events_free(events, nr);
		else if (keep(s, events, nr, err) ||
			 add_step(s, to->name, events, nr, err))
			return -1;
	}
	return to->loaded ? add_load(s, to, err) : 0;
}

static int open_capture(struct event_source *s, const char *path,
			struct error *err)
{
	const struct capture_step *last = NULL;

	s->capture = capture_read(path, err);
	if (!s->capture)
		return -1;
	s->name = s->capture->name;
	for (size_t i = 0; i < s->capture->nr_steps; i++) {
		const struct capture_step *step = &s->capture->steps[i];

		if (!step->has_state)
			continue;
		if (!last)
			s->machine = &step->machine;
		if (add_captured(s, last, step, err))
			return -1;
		last = step;
	}
	return s->machine ? 0 : fail(err, "%s: no step has a state", path);
}

/* --- the three ways --------------------------------------------------------------- */

int event_source_open(struct event_source *s, const char *path,
		      struct error *err)
{
	struct stat st;

	memset(s, 0, sizeof(*s));
	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		return open_capture(s, path, err);
	return open_scenario(s, path, err);
}

int event_source_write(const struct generated *g, const char *dir,
		       const char *name, struct error *err)
{
	char file[64];

	snprintf(file, sizeof(file), "%s.dts", name);
	if (g->dts && file_write(dir, file, g->dts, g->dts_size, err))
		return -1;
	snprintf(file, sizeof(file), "%s.yaml", name);
	return file_write(dir, file, g->yaml, g->yaml_size, err);
}

static int read_generated(struct event_source *s, const char *dir,
			  struct generated *g, struct error *err)
{
	char path[64];

	if (event_source_write(g, dir, "random", err))
		return -1;
	snprintf(path, sizeof(path), "%s/random.yaml", dir);
	if (open_scenario(s, path, err))
		return -1;
	s->owed = g->owed;
	g->owed = NULL;
	return 0;
}

/* a scenario is read from files, as its tree is compiled from one */
int event_source_random(struct event_source *s,
			const struct generate_options *options,
			struct error *err)
{
	static const char *const files[] = { "random.yaml", "random.dts" };
	struct generate_options named = *options;
	char dir[] = "/tmp/crash-hp-XXXXXX", path[64];
	struct generated g;
	int ret;

	memset(s, 0, sizeof(*s));
	named.tree = "random.dts";
	if (!mkdtemp(dir))
		return fail(err, "%s: %s", dir, strerror(errno));
	ret = generate(&named, &g, err);
	if (!ret)
		ret = read_generated(s, dir, &g, err);
	generated_free(&g);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		unlink(path);
	}
	rmdir(dir);
	return ret;
}

void event_source_close(struct event_source *s)
{
	for (size_t i = 0; i < s->nr_derived; i++)
		capture_events_free(s->derived[i].events, s->derived[i].nr);
	free(s->derived);
	free(s->steps);
	free(s->owed);
	if (s->scenario)
		scenario_free(s->scenario);
	if (s->capture)
		capture_free(s->capture);
	memset(s, 0, sizeof(*s));
}
