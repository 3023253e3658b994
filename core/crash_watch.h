/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What changed since an image was last brought up to date.
 */
#ifndef CRASH_HP_CRASH_WATCH_H
#define CRASH_HP_CRASH_WATCH_H

#include "kernel_compat.h"

/**
 * struct crash_watch_mark - does a segment show the machine's present state?
 * @changes: number of changes so far; the first is the image's being loaded
 * @published: number of changes that the segment shows
 */
struct crash_watch_mark {
	unsigned long changes;
	unsigned long published;
};

/**
 * struct crash_watch - of one image, kept at image->arch.crash_watch
 * @memory_nb: told when a memory block went online or offline
 * @online: all memory that is online, merged where it touches; NULL when it has
 *	to be listed anew
 * @memory: changes of @online, which the elfcorehdr shows
 */
struct crash_watch {
	struct notifier_block memory_nb;
	struct crash_mem *online;
	struct crash_watch_mark memory;
};

int crash_watch_start(struct kimage *image);
void crash_watch_stop(struct kimage *image);

#endif /* CRASH_HP_CRASH_WATCH_H */
