/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The least machine that captured events can happen to: CPUs, cores, memory and
 * its blocks, with nothing of a kernel. An event that is impossible fails the
 * test.
 */
#ifndef TESTS_CAPTURE_MODEL_H
#define TESTS_CAPTURE_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "capture.h"

struct model_core {
	uint32_t id;
	unsigned int first;
	unsigned int threads;
};

/* the next CPU node of a tree after @node, which is -1 at first; or negative */
int model_next_cpu(const void *fdt, int node, struct model_core *core);

/* the events between two steps lead a model from the one to the other */
void model_check_pair(const char *name, const struct capture_step *from,
		      const struct capture_step *to);

#endif /* TESTS_CAPTURE_MODEL_H */
