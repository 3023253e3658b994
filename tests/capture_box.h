/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Captures for tests: real ones, and a box, a temporary folder, for captures
 * that are made of real steps with one thing changed.
 */
#ifndef TESTS_CAPTURE_BOX_H
#define TESTS_CAPTURE_BOX_H

#include <stddef.h>

#include "capture.h"

/* where the captures of real kernels are, and one of them by its name */
const char *captures_dir(void);
struct capture *read_capture(const char *name);

/* the events that lead to step number @step are these: "cpu-online 4; ..." */
void check_words(const struct capture *c, size_t step, const char *want);

/* setup and teardown of a test with a box */
extern char box[64];
int make_box(void **state);
int remove_box(void **state);

/* put step @name with the files of @from, a step of a real capture, into it */
void box_step(const char *name, const char *from);
/* replace a file of a step by these bytes, or gzip of them; NULL: take it away */
void box_file(const char *step, const char *file, const void *bytes,
	      size_t size);
void box_gzip(const char *step, const char *file, const void *bytes,
	      size_t size);
/* set a value of a step's manifest, as in "a.b[2].c"; NULL: take it away */
void box_edit(const char *step, const char *path, const char *json);
/* what is in the box, which has to be good */
struct capture *read_box(void);

#endif /* TESTS_CAPTURE_BOX_H */
