/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a hotplug event does to the loaded image, store by store: from the
 * moment it takes the kexec lock until it gives it back.
 */
#ifndef EMU_STORE_LOG_H
#define EMU_STORE_LOG_H

#include "error.h"
#include "machine_view.h"

struct machine;

/**
 * struct store - the image changes, or the way into it does
 * @ns: CLOCK_MONOTONIC where times are logged, else 0
 * @segment: of the image; @offset: of an aligned word in it
 * @changes: bytes of it change, from @old to @new; else only what follows does
 * @visible: kexec_crash_image is not NULL, from here on
 * @locked: the kexec lock is held, from here on
 */
struct store {
	uint64_t ns;
	uint32_t segment;
	uint32_t offset;
	uint8_t old[8];
	uint8_t new[8];
	bool changes;
	bool visible;
	bool locked;
};

/**
 * store_log_fn - a hotplug event has given the lock back
 * @ctx: as it was given
 * @stores: all that it did; the first takes the lock, the last gives it back
 *
 * The machine may be looked at; it is in the middle of an event.
 */
typedef void (*store_log_fn)(void *ctx, const struct store *stores, size_t nr);

/*
 * To see every store takes so much longer than to make it that nobody can say
 * how long the states between them last; so one machine shows the stores, and
 * another, to which the same happens, when the lock and kexec_crash_image change.
 */
enum log_what {
	LOG_STORES,
	LOG_TIMES,
};

/**
 * machine_log_stores() - from here on, tell what each hotplug event does
 * @m: the machine; no image is loaded yet
 * @what: all stores without their times; or all but changes of bytes, with times
 * @told, @ctx: whom to tell, for each hotplug event that gets the kexec lock
 *
 * Return: 0, or -1 with @err set: the host cannot do this.
 */
int machine_log_stores(struct machine *m, enum log_what what, store_log_fn told,
		       void *ctx, struct error *err);

/* of the last machine_apply(): more stores than the log has room for, or a host
 * that would not protect the pages; what was told is not whole then
 */
bool machine_log_failed(const struct machine *m);

#endif /* EMU_STORE_LOG_H */
