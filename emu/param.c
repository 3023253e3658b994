// SPDX-License-Identifier: GPL-2.0-only
/* Parameters of schemes: looked up, read, printed. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "param.h"

void params_add(struct params *params, const struct param_spec *specs,
		size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		assert(params->nr < PARAMS_MAX);
		params->p[params->nr++] = (struct param){
			.spec = &specs[i],
			.value = specs[i].value,
		};
	}
}

static struct param *find(const struct params *params, const char *name,
			  size_t len)
{
	for (size_t i = 0; i < params->nr; i++) {
		const char *known = params->p[i].spec->name;

		if (!strncmp(known, name, len) && !known[len])
			return (struct param *)&params->p[i];
	}
	return NULL;
}

uint64_t param(const struct params *params, const char *name)
{
	const struct param *p = find(params, name, strlen(name));

	assert(p);
	return p->value;
}

/* --- values ----------------------------------------------------------------- */

static bool read_choice(const char *choices, const char *text, uint64_t *value)
{
	size_t len = strlen(text);

	for (*value = 0; choices; ++*value) {
		size_t known = strcspn(choices, "|");

		if (known == len && !strncmp(choices, text, len))
			return true;
		choices = choices[known] ? choices + known + 1 : NULL;
	}
	return false;
}

static bool read_number(const char *text, uint64_t *value)
{
	char *end;

	if (*text < '0' || *text > '9' || strlen(text) > 18)
		return false;
	*value = strtoull(text, &end, 0);
	return !*end;
}

static int read_value(const struct param_spec *spec, const char *text,
		      uint64_t *value, struct error *err)
{
	switch (spec->kind) {
	case PARAM_DURATION:
		if (spec->measurable && !strcmp(text, "measured")) {
			*value = PARAM_MEASURED;
			return 0;
		}
		return duration_parse(text, value) ? 0 :
		       fail(err, "parameter %s: '%s' is no duration such as 1.5s, 20ms or 300us%s",
			    spec->name, text,
			    spec->measurable ? ", or measured" : "");
	case PARAM_NUMBER:
		return read_number(text, value) ? 0 :
		       fail(err, "parameter %s: '%s' is no number", spec->name,
			    text);
	case PARAM_CHOICE:
		return read_choice(spec->choices, text, value) ? 0 :
		       fail(err, "parameter %s: '%s' is none of %s", spec->name,
			    text, spec->choices);
	}
	return -1;
}

int params_set(struct params *params, const char *assignment,
	       struct error *err)
{
	size_t scheme = strcspn(assignment, "/=");
	const char *name = assignment;
	struct param *p;
	size_t len;

	if (assignment[scheme] == '/') {
		if (strncmp(params->scheme, assignment, scheme) ||
		    params->scheme[scheme])
			return 0;
		name = assignment + scheme + 1;
	}
	len = strcspn(name, "=");
	if (name[len] != '=' || !len)
		return fail(err, "parameter '%s' is not NAME=VALUE", assignment);
	p = find(params, name, len);
	if (!p)
		return 0;
	if (read_value(p->spec, name + len + 1, &p->value, err))
		return -1;
	p->given = true;
	return 1;
}

void param_text(const struct param *p, char *buf, size_t size)
{
	const char *choices = p->spec->choices;
	uint64_t skip;

	switch (p->spec->kind) {
	case PARAM_DURATION:
		if (p->value == PARAM_MEASURED)
			snprintf(buf, size, "measured");
		else
			duration_print(p->value, buf, size);
		break;
	case PARAM_NUMBER:
		snprintf(buf, size, "%" PRIu64, p->value);
		break;
	case PARAM_CHOICE:
		for (skip = p->value; skip; skip--)
			choices += strcspn(choices, "|") + 1;
		snprintf(buf, size, "%.*s", (int)strcspn(choices, "|"), choices);
		break;
	}
}
