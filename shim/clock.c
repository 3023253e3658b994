// SPDX-License-Identifier: GPL-2.0-only
/* How long things take: for who measures, not for the kernel or its handlers. */
#include <time.h>

#include "kernel_private.h"

/*
 * Asking for a thread's own time is a system call, which would be much of a
 * short time; and few short times are interrupted.
 */
#define LONG_NS 1000000

static _Thread_local struct kernel_times times;

static u64 read_clock(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

void kernel_skip_times(struct kernel *k)
{
	k->untimed = true;
}

u64 kernel_clock(const struct kernel *k)
{
	return k->untimed ? 0 : read_clock(CLOCK_MONOTONIC);
}

struct stopwatch stopwatch_start(void)
{
	struct stopwatch start;

	start.cpu_ns = read_clock(CLOCK_THREAD_CPUTIME_ID);
	start.wall_ns = read_clock(CLOCK_MONOTONIC);
	return start;
}

u64 stopwatch_stop(struct stopwatch start)
{
	u64 ns = read_clock(CLOCK_MONOTONIC) - start.wall_ns;

	if (ns < LONG_NS)
		return ns;
	return read_clock(CLOCK_THREAD_CPUTIME_ID) - start.cpu_ns;
}

struct stopwatch handler_begins(const struct kernel *k)
{
	return k->untimed ? (struct stopwatch){ 0 } : stopwatch_start();
}

void handler_ends(const struct kernel *k, struct stopwatch began)
{
	if (!k->untimed)
		times.handlers += stopwatch_stop(began);
}

struct kernel_times *times_now(void)
{
	return &times;
}

struct kernel_times kernel_times(void)
{
	return times;
}
