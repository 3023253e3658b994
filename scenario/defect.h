/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An entry of the known-defect suite: defect.yaml, which says what its scenario
 * shows (the format is in tests/known-defects/README.md).
 */
#ifndef SCENARIO_DEFECT_H
#define SCENARIO_DEFECT_H

#include "machine.h"

#define DEFECT_MAX_INVARIANTS 4

/**
 * struct defect - what defect.yaml says
 * @id: "KB-02"
 * @title: one line
 * @invariants: what the scenario shows on handlers that have the defect: any
 *	of them; "I-GONE"
 * @present: Linux 6.12.117 has it; else it is fixed there
 * @commit: what fixed it, or NULL
 * @note: or NULL
 */
struct defect {
	char *id;
	char *title;
	char *invariants[DEFECT_MAX_INVARIANTS];
	size_t nr_invariants;
	bool present;
	char *commit;
	char *note;
	void *storage;		/* whatever the pointers above point to */
};

/* 0, or -1 with @err set to "FILE:LINE: what is wrong" */
int defect_read(const char *file, struct defect *defect, struct error *err);
void defect_free(struct defect *defect);

#endif /* SCENARIO_DEFECT_H */
