// SPDX-License-Identifier: GPL-2.0-only
/* The throttler: idle, waiting, and any number of processes that want to reload. */
#include <stdlib.h>
#include <string.h>

#include "duration.h"
#include "throttler.h"

static int add_try(struct throttler *t, uint64_t time)
{
	size_t max = t->max_tries ? 2 * t->max_tries : 8;
	uint64_t *more;

	if (t->nr_tries == t->max_tries) {
		more = realloc(t->tries, max * sizeof(*more));
		if (!more)
			return -1;
		t->tries = more;
		t->max_tries = max;
	}
	t->tries[t->nr_tries++] = time;
	return 0;
}

int throttler_request(struct throttler *t, uint64_t now)
{
	if (t->no_lock_file)
		return add_try(t, now) ? -1 : 1;
	if (t->held)
		return 0;
	t->held = true;
	t->since = now;
	return 1;
}

/* the end of the wait: the queue is empty, but neither before the sleep is over
 * nor after the timeout
 */
static uint64_t release(const struct throttler *t)
{
	uint64_t first = t->since + t->sleep, last = first + t->settle;

	if (t->queue_empty <= first)
		return first;
	return t->queue_empty < last ? t->queue_empty : last;
}

uint64_t throttler_next(const struct throttler *t)
{
	uint64_t next = t->held ? release(t) : TIME_NEVER;

	for (size_t i = 0; i < t->nr_tries; i++)
		if (t->tries[i] < next)
			next = t->tries[i];
	return next;
}

static void drop_try(struct throttler *t, size_t i)
{
	t->nr_tries--;
	memmove(&t->tries[i], &t->tries[i + 1],
		(t->nr_tries - i) * sizeof(*t->tries));
}

int throttler_work(struct throttler *t, uint64_t now, bool reloading,
		   bool *start)
{
	*start = false;
	if (t->held && release(t) <= now) {
		t->held = false;
		if (add_try(t, now))
			return -1;
	}
	for (size_t i = 0; i < t->nr_tries; i++) {
		if (t->tries[i] > now)
			continue;
		if (reloading || *start) {
			t->tries[i] = now + t->retry;
		} else {
			*start = true;
			drop_try(t, i--);
		}
	}
	return 0;
}

void throttler_free(struct throttler *t)
{
	free(t->tries);
	t->tries = NULL;
	t->nr_tries = 0;
	t->max_tries = 0;
}
