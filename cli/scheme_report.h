/* SPDX-License-Identifier: GPL-2.0-only */
/* Parameters of schemes as text and as JSON: what is model, and what is measured. */
#ifndef CLI_SCHEME_REPORT_H
#define CLI_SCHEME_REPORT_H

#include <jansson.h>

#include "param.h"

/* the line over a list of parameters */
#define SCHEME_MODEL_LINE \
	"model: times below, the virtual clock, user space; measured: only what says so"

/* "  load  700 ms  what it is [who] (source)"; @who may be "" */
void scheme_param_print(const struct param *param, const char *who);

json_t *json_params(const struct params *params);

#endif /* CLI_SCHEME_REPORT_H */
