/* SPDX-License-Identifier: GPL-2.0-only */
/* Why two handler modules leave different images: docs/divergences.md. */
#ifndef CLI_DIVERGENCE_CLASSES_H
#define CLI_DIVERGENCE_CLASSES_H

#include "divergence.h"

/**
 * struct divergence_class - a divergence that is understood
 * @id: KB-nn: a known defect of Linux (cli/known_defects.c); D-nn: no defect
 * @text: the explanation in one line
 */
struct divergence_class {
	const char *id;
	const char *text;
};

/* the class of one of the reasons of @d; false: UNEXPLAINED */
bool divergence_class_find(const struct divergence *d,
			   const struct reason *reason,
			   struct divergence_class *class);

#endif /* CLI_DIVERGENCE_CLASSES_H */
