// SPDX-License-Identifier: GPL-2.0-only
/*
 * udev and what its rules start: uevents are answered by rules, what a matching one
 * runs asks for a reload or for the throttler, and reloads run one after the other.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdump_command.h"
#include "scheme_run.h"
#include "sysfs_attr.h"
#include "throttler.h"
#include "udev_rules.h"
#include "uevent.h"
#include "user_space.h"

enum { REQUESTS_EACH, REQUESTS_MERGED };

/**
 * struct user_space - udev, and what its rules start
 * @requests: when the program of each rule that matched runs, ascending; those
 *	below @done have
 * @throttles: which of them, for the throttler
 * @backlog: reloads that wait for the one that runs
 * @attrs: what rules can ask
 */
struct user_space {
	struct udev_rules *rules;
	struct uevent_source uevents;
	struct throttler throttler;
	uint64_t *requests;
	bool *throttles;
	size_t nr;
	size_t max;
	size_t done;
	unsigned int backlog;
	struct sysfs_attrs attrs;
};

/* --- requests ----------------------------------------------------------------------------- */

static const char *attr(void *arg, const char *path)
{
	struct scheme_run *run = arg;
	struct user_space *u = run->user_space;

	return sysfs_attr(&u->attrs, path);
}

static bool exists(void *arg, const char *path)
{
	return !strncmp(path, "/sys/", 5) && attr(arg, path + 4);
}

/* a PROGRAM is run while the rules are evaluated, and may ask for a reload */
static bool run_program(void *arg, const char *command, char *output);

static int add_request(struct scheme_run *run, bool throttles,
		       struct error *err)
{
	struct user_space *u = run->user_space;
	size_t max = u->max ? 2 * u->max : 64;

	if (u->nr == u->max) {
		void *more = realloc(u->requests, max * sizeof(*u->requests));

		if (more)
			u->requests = more;
		if (more)
			more = realloc(u->throttles,
				       max * sizeof(*u->throttles));
		if (!more)
			return fail(err, "out of memory");
		u->throttles = more;
		u->max = max;
	}
	u->requests[u->nr] = run->now + param(run->params, "udev-delay");
	u->throttles[u->nr++] = throttles;
	return 0;
}

/* what a command of a rule does; false: nobody knows it. @failed: no memory */
static bool obey(struct scheme_run *run, const char *command, bool *failed)
{
	enum kdump_command c = kdump_command(command);
	struct error err;

	if (c == COMMAND_RELOADS || c == COMMAND_THROTTLES) {
		scheme_tell(run, c == COMMAND_RELOADS ?
			    "udev: a rule asks for a reload" :
			    "udev: a rule asks the throttler");
		scheme_claim(run);
		*failed |= add_request(run, c == COMMAND_THROTTLES, &err) != 0;
	}
	return c != COMMAND_UNKNOWN;
}

/* "/bin/cat /sys/kernel/fadump/hotplug_ready" */
static bool print_attr(void *arg, const char *command, char *output)
{
	char path[128];
	const char *value;
	int used = 0;

	if (sscanf(command, "/bin/cat /sys%127s%n", path, &used) != 1 ||
	    command[used])
		return false;
	value = attr(arg, path);
	if (value)
		snprintf(output, UDEV_OUTPUT, "%s", value);
	return value;
}

static bool run_program(void *arg, const char *command, char *output)
{
	bool failed = false;

	output[0] = '\0';
	return print_attr(arg, command, output) ||
	       (obey(arg, command, &failed) && !failed);
}

static int answer(void *arg, const struct uevent *uevent, struct error *err)
{
	struct scheme_run *run = arg;
	struct user_space *u = run->user_space;
	const struct udev_device device = {
		.action = uevent->action,
		.devpath = uevent->devpath,
		.subsystem = uevent->subsystem,
		.attr = attr,
		.exists = exists,
		.run = run_program,
		.arg = run,
	};
	struct udev_result result;
	bool failed = false;

	u->throttler.queue_empty = run->now + param(run->params, "udev-event");
	if (udev_rules_apply(u->rules, &device, &result, err))
		return -1;
	for (size_t i = 0; i < result.nr; i++)
		obey(run, result.run[i], &failed);
	return failed ? fail(err, "out of memory") : 0;
}

int user_space_event(struct scheme_run *run, const struct event *event,
		      struct error *err)
{
	struct user_space *u = run->user_space;

	return uevents_of(&u->uevents, event, answer, run, err);
}

/* --- reloads ------------------------------------------------------------------------------ */

static bool requests_due(const struct scheme_run *run)
{
	const struct user_space *u = run->user_space;

	return u->done < u->nr && u->requests[u->done] <= run->now;
}

static int take_request(struct scheme_run *run, struct error *err)
{
	struct user_space *u = run->user_space;
	int ret;

	if (u->throttles[u->done++]) {
		ret = throttler_request(&u->throttler, run->now);
		if (ret < 0)
			return fail(err, "out of memory");
		if (ret)
			scheme_tell(run, "the throttler waits for udev's queue");
		run->counts.merged += !ret;
	} else if (param(run->params, "requests") == REQUESTS_MERGED &&
		   u->backlog) {
		run->counts.merged++;
	} else {
		u->backlog++;
	}
	return 0;
}

uint64_t user_space_next(struct scheme_run *run)
{
	struct user_space *u = run->user_space;
	uint64_t next = throttler_next(&u->throttler);

	if (u->done < u->nr && u->requests[u->done] < next)
		next = u->requests[u->done];
	if (u->backlog && run->phase == RELOAD_IDLE && run->now < next)
		next = run->now;
	return next;
}

int user_space_work(struct scheme_run *run, struct error *err)
{
	struct user_space *u = run->user_space;
	bool start;

	while (requests_due(run))
		if (take_request(run, err))
			return -1;
	if (throttler_work(&u->throttler, run->now, run->phase != RELOAD_IDLE,
			   &start))
		return fail(err, "out of memory");
	if (!start && u->backlog && run->phase == RELOAD_IDLE) {
		u->backlog--;
		start = true;
	}
	return start ? scheme_reload(run, err) : 0;
}

/* --- life ----------------------------------------------------------------------------------- */

int user_space_start(struct scheme_run *run, struct error *err)
{
	struct user_space *u = calloc(1, sizeof(*u));

	run->user_space = u;
	if (!u)
		return fail(err, "out of memory");
	u->throttler = (struct throttler){
		.sleep = param(run->params, "throttle-sleep"),
		.settle = param(run->params, "settle-timeout"),
		.retry = param(run->params, "lock-retry"),
		.no_lock_file = param(run->params, "lock-file"),
	};
	u->attrs = (struct sysfs_attrs){
		.machine = run->machine,
		.no_crash_hotplug = !run->scheme->kernel_updates,
	};
	u->rules = udev_rules_read(run->rules, err);
	return !u->rules || uevent_source_start(&u->uevents, run->machine, err) ?
	       -1 : 0;
}

void user_space_stop(struct scheme_run *run)
{
	struct user_space *u = run->user_space;

	if (!u)
		return;
	udev_rules_free(u->rules);
	uevent_source_stop(&u->uevents);
	throttler_free(&u->throttler);
	free(u->requests);
	free(u->throttles);
	free(u);
}

/* --- parameters ------------------------------------------------------------------------------ */

const struct param_spec user_space_params[] = {
	{
		.name = "udev-delay", .kind = PARAM_DURATION,
		.value = 10 * NS_PER_MS,
		.what = "from an event to the program of its rule",
		.source = "assumed",
	}, {
		.name = "udev-event", .kind = PARAM_DURATION,
		.value = 150 * NS_PER_MS,
		.what = "how long an event is in udev's queue: rules, a shell, systemctl, systemd-run",
		.source = "assumed: so long that a storm's queue is never empty, as the mail of 2020-12-14 reckons",
	}, {
		.name = "requests", .kind = PARAM_CHOICE,
		.value = REQUESTS_EACH, .choices = "each|merged",
		.what = "reloads without a throttler: one for each event, or at most one waits",
		.source = "each: E. DeVolder, kexec list, 2020-12-14",
	}, {
		.name = "throttle-sleep", .kind = PARAM_DURATION,
		.value = 1 * NS_PER_S,
		.what = "the throttler sleeps first",
		.source = "kexec-tools of Fedora, commit 1c97aee, 2018-10-30",
	}, {
		.name = "settle-timeout", .kind = PARAM_DURATION,
		.value = 3 * NS_PER_S,
		.what = "and then waits for udev's queue to be empty, at most",
		.source = "kexec-tools of Fedora, commit 1c97aee, 2018-10-30",
	}, {
		.name = "lock-retry", .kind = PARAM_DURATION,
		.value = 5 * NS_PER_S,
		.what = "a reload that finds another one at work tries again after",
		.source = "kexec-tools of Fedora, kdumpctl",
	}, {
		.name = "lock-file", .kind = PARAM_CHOICE,
		.choices = "works|broken",
		.what = "the throttler's lock file can be opened; else each event reloads at once",
		.source = "kexec-tools of Fedora, commit 1c97aee, 2018-10-30",
	},
};

const size_t user_space_nr_params =
	sizeof(user_space_params) / sizeof(user_space_params[0]);
