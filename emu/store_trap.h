/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every store to some pages of this process, one after the other, whoever
 * makes it: a handler module, libfdt, the C library's memmove().
 *
 * The pages are write-protected. A store faults, is let through for the one
 * instruction, and what it changed is told. So nothing has to be compiled in any
 * special way, but it needs an x86-64 Linux host, and takes some microseconds
 * for each store. Not seen: what the kernel of the host writes (read(2)).
 */
#ifndef EMU_STORE_TRAP_H
#define EMU_STORE_TRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* whole pages of the host */
struct trap_region {
	uint8_t *bytes;
	size_t size;
};

/**
 * store_trap_changed_fn - some bytes of one aligned word have changed
 * @ctx: as it was given
 * @word: eight bytes as they are now, aligned; of a page
 * @old: as they were
 *
 * Called in a signal handler. A store wider than a word, as memcpy() makes them,
 * is told as several, in the order of their addresses.
 */
typedef void (*store_trap_changed_fn)(void *ctx, const uint8_t *word,
				      const uint8_t *old);

/* can this host do it? */
bool store_trap_possible(void);

/**
 * store_trap_arm() - from here on changes of these regions are told
 * @regions, @nr: at most STORE_TRAP_REGIONS; kept until it is disarmed
 * @changed, @ctx: whom to tell
 *
 * There is one trap in a process.
 *
 * Return: 0, or -1 with errno set.
 */
#define STORE_TRAP_REGIONS 32
int store_trap_arm(const struct trap_region *regions, size_t nr,
		   store_trap_changed_fn changed, void *ctx);
void store_trap_disarm(void);

#endif /* EMU_STORE_TRAP_H */
