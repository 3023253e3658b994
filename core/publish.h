/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stores to an image that may be read at any moment.
 */
#ifndef CRASH_HP_PUBLISH_H
#define CRASH_HP_PUBLISH_H

#include "crash_hp.h"

void crash_hp_store(unsigned long *word, unsigned long value);
void crash_hp_copy(void *to, const void *from, size_t size);
int crash_hp_publish(struct kimage *image,
		     const struct crash_hp_segment *segments, int nr);

#endif /* CRASH_HP_PUBLISH_H */
