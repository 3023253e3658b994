/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parameters of a scheme: what user space, firmware and the world take or do,
 * which no handler of ours can be asked. Each has a default with its source,
 * and can be given otherwise as NAME=VALUE, or SCHEME/NAME=VALUE for one scheme.
 */
#ifndef EMU_PARAM_H
#define EMU_PARAM_H

#include "duration.h"
#include "error.h"

enum param_kind {
	PARAM_DURATION,
	PARAM_NUMBER,
	PARAM_CHOICE,
};

/* of a duration: taken from what the handlers really take on this computer */
#define PARAM_MEASURED UINT64_MAX

/**
 * struct param_spec - one parameter
 * @name: "reload"
 * @value: default: nanoseconds, a number, or the index of a choice
 * @choices: of a PARAM_CHOICE: "kept|cleared|overwritten"
 * @measurable: "measured" may be given
 * @what: what it is, a few words
 * @source: where the default is from
 */
struct param_spec {
	const char *name;
	enum param_kind kind;
	uint64_t value;
	const char *choices;
	bool measurable;
	const char *what;
	const char *source;
};

#define PARAMS_MAX 32

struct param {
	const struct param_spec *spec;
	uint64_t value;
	bool given;
};

/* those of one scheme, the ones that every scheme has first */
struct params {
	const char *scheme;
	size_t nr;
	struct param p[PARAMS_MAX];
};

/* add parameters with their defaults */
void params_add(struct params *params, const struct param_spec *specs,
		size_t nr);

/**
 * params_set() - take NAME=VALUE or SCHEME/NAME=VALUE
 *
 * Return: 1 taken, 0 it is another scheme's or there is no such parameter,
 * -1 with @err set when the value is wrong.
 */
int params_set(struct params *params, const char *assignment,
	       struct error *err);

/* the value of a parameter that there is */
uint64_t param(const struct params *params, const char *name);

/* "1.5 s", "measured", "kept", "8" */
void param_text(const struct param *param, char *buf, size_t size);

#endif /* EMU_PARAM_H */
