/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A JSON file and places in it: values that know where they stand, so that a
 * message can name them ("segments[2].mem").
 */
#ifndef SCENARIO_JSON_PLACE_H
#define SCENARIO_JSON_PLACE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "error.h"

struct place {
	const char *file;
	struct error *err;
	const json_t *value;	/* NULL: not there, or null */
	char name[80];
};

/* the whole file; json_decref() *@root. 0 or -1 */
int place_open(const char *file, struct error *err, json_t **root,
	       struct place *top);

/* a member of an object, an item of an array; maybe not there */
struct place place_member(const struct place *in, const char *key);
struct place place_item(const struct place *in, size_t i);
/* the number of items; 0 for what is no array */
size_t place_items(const struct place *in);

/* fail() with file and place in front: always -1 */
int place_wrong(const struct place *at, const char *fmt, ...)
	__attribute__((__format__(printf, 2, 3)));

/*
 * What has to be there: an array, a text, a number that is one in JSON or
 * written as text in @base. 0 or -1.
 */
int place_array(const struct place *at);
int place_text(const struct place *at, const char **text);
int place_number(const struct place *at, int base, uint64_t max,
		 uint64_t *number);

/* a text that may be missing: NULL then, and where it is no text */
const char *place_text_or_null(const struct place *at);

#endif /* SCENARIO_JSON_PLACE_H */
