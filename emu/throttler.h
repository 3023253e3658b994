/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The throttler of RHEL 8 and Fedora, as a machine of states (kexec-tools of
 * Fedora, commit 1c97aee, 2018-10-30). Each request is a process: it tries a lock
 * without waiting, and goes away where it is held. Who has it sleeps, waits for
 * udev's queue to become empty, gives the lock back, and only then reloads; for
 * that a second lock is needed, which is tried again and again.
 */
#ifndef EMU_THROTTLER_H
#define EMU_THROTTLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct throttler - all processes of it
 * @sleep: nanoseconds, before the queue is looked at
 * @settle: at most so long is it waited for then
 * @retry: until a held second lock is tried again
 * @no_lock_file: the first lock cannot be opened: nobody waits for anything
 * @held, @since: the first lock
 * @queue_empty: when udev's queue will be empty, as far as is known
 * @tries: when each process behind the first lock tries the second one
 */
struct throttler {
	uint64_t sleep;
	uint64_t settle;
	uint64_t retry;
	bool no_lock_file;

	bool held;
	uint64_t since;
	uint64_t queue_empty;
	uint64_t *tries;
	size_t nr_tries;
	size_t max_tries;
};

/**
 * throttler_request() - an event asks for a reload
 *
 * Return: 1 there is a process for it, 0 it is merged into the one that waits, -1
 * without memory.
 */
int throttler_request(struct throttler *t, uint64_t now);

/* when a process has something to do; TIME_NEVER: none has */
uint64_t throttler_next(const struct throttler *t);

/**
 * throttler_work() - do what is due
 * @reloading: somebody has the second lock
 * @start: set: a reload starts now
 *
 * Return: 0, or -1 without memory.
 */
int throttler_work(struct throttler *t, uint64_t now, bool reloading,
		   bool *start);

void throttler_free(struct throttler *t);

#endif /* EMU_THROTTLER_H */
