// SPDX-License-Identifier: GPL-2.0-only
/* --param and --rules, and the scenario's "timing". */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "scheme_options.h"

int scheme_option(struct scheme_options *o, int key, const char *arg)
{
	const char **list = key == 'P' ? o->params : o->rules;
	size_t *nr = key == 'P' ? &o->nr_params : &o->nr_rules;

	if (*nr == SCHEME_OPTIONS_MAX) {
		cli_fail("--%s: more than %d of them",
			 key == 'P' ? "param" : "rules", SCHEME_OPTIONS_MAX);
		return EINVAL;
	}
	list[(*nr)++] = arg;
	return 0;
}

/* --- parameters ------------------------------------------------------------------- */

/* 1 taken by one of them, 0 by none, -1 with @err set */
static int anybody_takes(const struct scheme *const *list, size_t nr,
			 const char *assignment, struct error *err)
{
	struct params params;
	int taken = 0;

	for (size_t i = 0; i < nr; i++) {
		int ret;

		scheme_params(list[i], &params);
		ret = params_set(&params, assignment, err);
		if (ret < 0)
			return -1;
		taken |= ret;
	}
	return taken;
}

static size_t nr_schemes(void)
{
	size_t nr = 0;

	while (schemes[nr])
		nr++;
	return nr;
}

static int set_timing(const struct scenario *s, size_t i, struct params *params)
{
	struct error err;
	int ret = params_set(params, s->timing[i], &err);

	if (!ret && !anybody_takes(schemes, nr_schemes(), s->timing[i], &err))
		return cli_fail("%s:%d: timing: no scheme has a parameter '%.*s'",
				s->file, s->timing_line[i],
				(int)strcspn(s->timing[i], "="), s->timing[i]);
	return ret < 0 ? cli_fail("%s:%d: timing: %s", s->file,
				  s->timing_line[i], err.text) : STATUS_GOOD;
}

int scheme_options_params(const struct scheme_options *o,
			  const struct scheme *scheme,
			  const struct scenario *scenario,
			  struct params *params)
{
	struct error err;

	scheme_params(scheme, params);
	for (size_t i = 0; i < scenario->nr_timing; i++)
		if (set_timing(scenario, i, params))
			return STATUS_FAILED;
	for (size_t i = 0; i < o->nr_params; i++)
		if (params_set(params, o->params[i], &err) < 0)
			return cli_fail("--param: %s", err.text);
	return STATUS_GOOD;
}

/* --- rules -------------------------------------------------------------------------- */

/* the file, if @option is for @scheme */
static const char *rules_for(const char *option, const struct scheme *scheme)
{
	size_t name = strcspn(option, "=");

	if (!scheme->rules)
		return NULL;
	if (!option[name])
		return option;
	return strlen(scheme->name) == name &&
	       !strncmp(scheme->name, option, name) ? option + name + 1 : NULL;
}

bool scheme_options_rules(const struct scheme_options *o,
			  const struct scheme *scheme, enum arch arch,
			  char *path, size_t size)
{
	const char *file;

	if (!scheme->rules)
		return false;
	snprintf(path, size, "%s/%s.%s.rules", CRASH_HP_UDEV_RULES,
		 scheme->rules, cli_arch_name(arch));
	if (access(path, F_OK))
		snprintf(path, size, "%s/%s.rules", CRASH_HP_UDEV_RULES,
			 scheme->rules);
	for (size_t i = 0; i < o->nr_rules; i++) {
		file = rules_for(o->rules[i], scheme);
		if (file)
			snprintf(path, size, "%s", file);
	}
	return true;
}

int scheme_options_check(const struct scheme_options *o,
			 const struct scheme *const *chosen, size_t nr)
{
	struct error err;
	bool used;

	for (size_t i = 0; i < o->nr_params; i++) {
		int ret = anybody_takes(chosen, nr, o->params[i], &err);

		if (ret < 0)
			return cli_fail("--param: %s", err.text);
		if (!ret)
			return cli_fail("--param: no scheme that is played has a parameter '%.*s'",
					(int)strcspn(o->params[i], "="),
					o->params[i]);
	}
	for (size_t i = 0; i < o->nr_rules; i++) {
		used = false;
		for (size_t s = 0; s < nr; s++)
			used |= rules_for(o->rules[i], chosen[s]) != NULL;
		if (!used)
			return cli_fail("--rules: no scheme that is played uses '%s'",
					o->rules[i]);
	}
	return STATUS_GOOD;
}

int scheme_unknown(const char *option, const char *name)
{
	char known[512] = "";

	for (size_t i = 0; schemes[i]; i++)
		snprintf(known + strlen(known), sizeof(known) - strlen(known),
			 "%s%s", i ? ", " : "", schemes[i]->name);
	return cli_fail("%s: no scheme '%s'; there are %s", option, name, known);
}
