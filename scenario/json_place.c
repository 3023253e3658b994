// SPDX-License-Identifier: GPL-2.0-only
/* Values of a JSON file, and where they stand in it. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "json_place.h"
#include "values.h"

int place_open(const char *file, struct error *err, json_t **root,
	       struct place *top)
{
	json_error_t why;

	if (access(file, R_OK))
		return fail(err, "%s: %s", file, strerror(errno));
	*root = json_load_file(file, JSON_REJECT_DUPLICATES, &why);
	if (!*root)
		return fail(err, "%s:%d: no JSON: %s", file, why.line,
			    why.text);
	*top = (struct place){ .file = file, .err = err, .value = *root };
	if (!json_is_object(*root)) {
		json_decref(*root);
		return fail(err, "%s: not a JSON object", file);
	}
	return 0;
}

struct place place_member(const struct place *in, const char *key)
{
	struct place at = *in;
	size_t used = strlen(at.name);

	snprintf(at.name + used, sizeof(at.name) - used, "%s%s",
		 used ? "." : "", key);
	at.value = json_object_get(in->value, key);
	if (json_is_null(at.value))
		at.value = NULL;
	return at;
}

struct place place_item(const struct place *in, size_t i)
{
	struct place at = *in;
	size_t used = strlen(at.name);

	snprintf(at.name + used, sizeof(at.name) - used, "[%zu]", i);
	at.value = json_array_get(in->value, i);
	if (json_is_null(at.value))
		at.value = NULL;
	return at;
}

size_t place_items(const struct place *in)
{
	return json_array_size(in->value);
}

int place_wrong(const struct place *at, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	one_line(text);
	return fail(at->err, "%s: %s: %s", at->file, at->name, text);
}

int place_array(const struct place *at)
{
	if (!at->value)
		return place_wrong(at, "missing");
	if (!json_is_array(at->value))
		return place_wrong(at, "not a list");
	return 0;
}

int place_text(const struct place *at, const char **text)
{
	if (!at->value)
		return place_wrong(at, "missing");
	if (!json_is_string(at->value))
		return place_wrong(at, "not a text");
	*text = json_string_value(at->value);
	return 0;
}

const char *place_text_or_null(const struct place *at)
{
	return json_string_value(at->value);
}

int place_number(const struct place *at, int base, uint64_t max,
		 uint64_t *number)
{
	const char *text = json_string_value(at->value);

	if (!at->value)
		return place_wrong(at, "missing");
	if (json_is_integer(at->value) && json_integer_value(at->value) >= 0)
		*number = (uint64_t)json_integer_value(at->value);
	else if (!text)
		return place_wrong(at, "not a number");
	else if (!parse_number(text, base, number))
		return place_wrong(at, "\"%.40s\" is no number", text);
	if (*number > max)
		return place_wrong(at, "0x%llx is above 0x%llx",
				   (unsigned long long)*number,
				   (unsigned long long)max);
	return 0;
}
