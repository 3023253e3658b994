/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the suites of crash hotplug share: ranges as text and as pictures, memory
 * that is freed when the test ends.
 */
#ifndef CRASH_HP_KUNIT_H
#define CRASH_HP_KUNIT_H

#include <kunit/test.h>

#include "mem_ranges.h"

struct crash_mem *crash_hp_kunit_parse(struct kunit *test, const char *text,
				       unsigned int spare);
struct crash_mem *crash_hp_kunit_draw(struct kunit *test, const char *picture,
				      unsigned int spare);
const char *crash_hp_kunit_text(struct kunit *test, const struct crash_mem *mem);
void *crash_hp_kunit_alloc(struct kunit *test, size_t size);

#endif /* CRASH_HP_KUNIT_H */
