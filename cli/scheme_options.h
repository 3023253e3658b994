/* SPDX-License-Identifier: GPL-2.0-only */
/* What `compare` and `run --scheme` are told about schemes. */
#ifndef CLI_SCHEME_OPTIONS_H
#define CLI_SCHEME_OPTIONS_H

#include <argp.h>

#include "scenario.h"
#include "scheme.h"

#define SCHEME_OPTIONS_MAX 64

/**
 * struct scheme_options - options that say how schemes are played
 * @params: of --param, in their order: "NAME=VALUE", "SCHEME/NAME=VALUE"
 * @rules: of --rules: "FILE", "SCHEME=FILE"
 */
struct scheme_options {
	const char *params[SCHEME_OPTIONS_MAX];
	size_t nr_params;
	const char *rules[SCHEME_OPTIONS_MAX];
	size_t nr_rules;
};

/* for a list of argp options, and what their keys are given to; 0, or EINVAL
 * after a message
 */
#define CLI_OPTION_PARAM \
	{ "param", 'P', "[SCHEME/]NAME=VALUE", 0, \
	  "A duration, number or word of the model, instead of its default; may " \
	  "be repeated (docs/schemes.md)", 0 }
#define CLI_OPTION_RULES \
	{ "rules", 'R', "[SCHEME=]FILE", 0, \
	  "udev rules, instead of those that schemes come with", 0 }
int scheme_option(struct scheme_options *o, int key, const char *arg);

/**
 * scheme_options_params() - all parameters of a scheme
 * @params: filled in: defaults, then the scenario's, then --param
 *
 * Return: 0, or STATUS_FAILED after a message.
 */
int scheme_options_params(const struct scheme_options *o,
			  const struct scheme *scheme,
			  const struct scenario *scenario,
			  struct params *params);

/**
 * scheme_options_check() - is every --param and --rules for somebody?
 * @chosen: schemes that are played
 *
 * Return: 0, or STATUS_FAILED after a message.
 */
int scheme_options_check(const struct scheme_options *o,
			 const struct scheme *const *chosen, size_t nr);

/* complain that there is no scheme @name, and say which there are */
int scheme_unknown(const char *option, const char *name);

/* the rules' file of @scheme on @arch into @path; false: it uses none */
bool scheme_options_rules(const struct scheme_options *o,
			  const struct scheme *scheme, enum arch arch,
			  char *path, size_t size);

#endif /* CLI_SCHEME_OPTIONS_H */
