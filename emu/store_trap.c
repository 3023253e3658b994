// SPDX-License-Identifier: GPL-2.0-only
/* Write-protected pages, and one step of the processor for each store. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "store_trap.h"

#define WORD 8
#define PAGE 4096
/* an instruction may write on both sides of a page's end */
#define OPEN_PAGES 2

/* the trap flag of x86's RFLAGS: a trap after the next instruction */
#define RFLAGS_TF 0x100

/**
 * struct trap - the one of this process
 * @open, @old: pages that an instruction may write just now, and what was there
 */
static struct trap {
	struct trap_region regions[STORE_TRAP_REGIONS];
	size_t nr;
	store_trap_changed_fn changed;
	void *ctx;

	uint8_t *open[OPEN_PAGES];
	uint8_t old[OPEN_PAGES][PAGE];
	size_t nr_open;

	struct sigaction segv;
	struct sigaction step;
} trap;

static bool is_watched(const uint8_t *at)
{
	for (size_t i = 0; i < trap.nr; i++)
		if (at >= trap.regions[i].bytes &&
		    at < trap.regions[i].bytes + trap.regions[i].size)
			return true;
	return false;
}

#ifdef __x86_64__
static void single_step(void *context, bool on)
{
	ucontext_t *u = context;

	if (on)
		u->uc_mcontext.gregs[REG_EFL] |= RFLAGS_TF;
	else
		u->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)RFLAGS_TF;
}

bool store_trap_possible(void)
{
	return sysconf(_SC_PAGESIZE) == PAGE;
}
#else
static void single_step(void *context, bool on)
{
	(void)context;
	(void)on;
}

bool store_trap_possible(void)
{
	return false;
}
#endif

/* a store is about to happen: let it */
static void on_fault(int signal, siginfo_t *info, void *context)
{
	uint8_t *at = info->si_addr;
	uint8_t *page = at - ((uintptr_t)at & (PAGE - 1));
	int saved = errno;

	if (!is_watched(at) || trap.nr_open == OPEN_PAGES) {
		/* a fault like any other: it comes again, to whom it concerns */
		sigaction(signal, &trap.segv, NULL);
		return;
	}
	memcpy(trap.old[trap.nr_open], page, PAGE);
	trap.open[trap.nr_open++] = page;
	mprotect(page, PAGE, PROT_READ | PROT_WRITE);
	single_step(context, true);
	errno = saved;
}

static void tell_page(const uint8_t *page, const uint8_t *old)
{
	for (size_t i = 0; i < PAGE; i += WORD)
		if (memcmp(page + i, old + i, WORD))
			trap.changed(trap.ctx, page + i, old + i);
}

/* the store has happened */
static void on_step(int signal, siginfo_t *info, void *context)
{
	int saved = errno;

	(void)signal;
	(void)info;
	/* the faults come in no order */
	if (trap.nr_open == 2 && trap.open[0] > trap.open[1])
		tell_page(trap.open[1], trap.old[1]);
	for (size_t i = 0; i < trap.nr_open; i++) {
		if (!(i == 1 && trap.open[0] > trap.open[1]))
			tell_page(trap.open[i], trap.old[i]);
		mprotect(trap.open[i], PAGE, PROT_READ);
	}
	trap.nr_open = 0;
	single_step(context, false);
	errno = saved;
}

static int catch_signals(void)
{
	struct sigaction fault = { .sa_flags = SA_SIGINFO | SA_NODEFER };
	struct sigaction step = { .sa_flags = SA_SIGINFO };

	fault.sa_sigaction = on_fault;
	step.sa_sigaction = on_step;
	if (sigaction(SIGSEGV, &fault, &trap.segv))
		return -1;
	if (sigaction(SIGTRAP, &step, &trap.step)) {
		sigaction(SIGSEGV, &trap.segv, NULL);
		return -1;
	}
	return 0;
}

static int protect(int how)
{
	for (size_t i = 0; i < trap.nr; i++)
		if (mprotect(trap.regions[i].bytes, trap.regions[i].size, how))
			return -1;
	return 0;
}

int store_trap_arm(const struct trap_region *regions, size_t nr,
		   store_trap_changed_fn changed, void *ctx)
{
	if (nr > STORE_TRAP_REGIONS || !store_trap_possible()) {
		errno = ENOTSUP;
		return -1;
	}
	memcpy(trap.regions, regions, nr * sizeof(*regions));
	trap.nr = nr;
	trap.changed = changed;
	trap.ctx = ctx;
	trap.nr_open = 0;
	if (catch_signals())
		return -1;
	if (protect(PROT_READ)) {
		store_trap_disarm();
		return -1;
	}
	return 0;
}

void store_trap_disarm(void)
{
	protect(PROT_READ | PROT_WRITE);
	sigaction(SIGSEGV, &trap.segv, NULL);
	sigaction(SIGTRAP, &trap.step, NULL);
	trap.nr = 0;
}
