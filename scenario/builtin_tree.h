/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device trees that need no file: those of the small machines that fuzzers play
 * with (fuzz/machines/), so that a scenario made of a finding runs anywhere.
 */
#ifndef SCENARIO_BUILTIN_TREE_H
#define SCENARIO_BUILTIN_TREE_H

#include <stdbool.h>

#include "capture.h"

/* what a scenario writes before the name */
#define BUILTIN_TREE "builtin:"
/* the names, for a person */
#define BUILTIN_TREES "powernv, pseries, pseries-1t, pseries-smt8"

/* @name: without BUILTIN_TREE; false: there is none of that name */
bool builtin_tree(const char *name, struct blob *tree);

#endif /* SCENARIO_BUILTIN_TREE_H */
