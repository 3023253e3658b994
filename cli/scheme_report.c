// SPDX-License-Identifier: GPL-2.0-only
/* Parameters of schemes, printed with every result. */
#include <stdio.h>

#include "scheme_report.h"

void scheme_param_print(const struct param *p, const char *who)
{
	char value[48];

	param_text(p, value, sizeof(value));
	printf("  %-15s %-10s %s%s (%s)\n", p->spec->name, value,
	       p->spec->what, who, p->given ? "given" : p->spec->source);
}

json_t *json_params(const struct params *params)
{
	json_t *object = json_object();
	char value[48];

	for (size_t i = 0; i < params->nr; i++) {
		const struct param *p = &params->p[i];

		param_text(p, value, sizeof(value));
		json_object_set_new(object, p->spec->name,
			json_pack("{s:s, s:s, s:b, s:s}", "value", value,
				  "what", p->spec->what,
				  "measured", p->spec->kind == PARAM_DURATION &&
					      p->value == PARAM_MEASURED,
				  "source", p->given ? "given" :
						       p->spec->source));
	}
	return object;
}
