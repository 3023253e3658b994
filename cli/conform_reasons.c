// SPDX-License-Identifier: GPL-2.0-only
/* The list of reasons why a step of a capture differs. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conform.h"

const struct reason *reasons_find(const struct reasons *reasons,
				  const struct reason *reason)
{
	for (size_t i = 0; i < reasons->nr; i++)
		if (reasons->reason[i].result == reason->result &&
		    !strcmp(reasons->reason[i].text, reason->text))
			return &reasons->reason[i];
	return NULL;
}

int reasons_add_about(struct reasons *reasons, enum result result,
		      const char *defect, const struct subject *about,
		      const char *fmt, ...)
{
	struct reason new = { .result = result, .defect = defect, .times = 1 };
	struct reason *more;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(new.text, sizeof(new.text), fmt, ap);
	va_end(ap);
	if (about)
		new.about = *about;
	new.about.path = NULL;
	if (about && about->path)
		snprintf(new.path, sizeof(new.path), "%s", about->path);

	more = (struct reason *)reasons_find(reasons, &new);
	if (more) {
		more->times++;
		return 0;
	}
	if (reasons->nr == reasons->max) {
		more = realloc(reasons->reason,
			       (reasons->max + 8) * 2 * sizeof(*more));
		if (!more)
			return -1;
		reasons->reason = more;
		reasons->max = (reasons->max + 8) * 2;
	}
	more = &reasons->reason[reasons->nr++];
	*more = new;
	return 0;
}

enum result reasons_result(const struct reasons *reasons)
{
	enum result worst = RESULT_EQUAL;

	for (size_t i = 0; i < reasons->nr; i++)
		if (reasons->reason[i].result > worst)
			worst = reasons->reason[i].result;
	return worst;
}

void reasons_free(struct reasons *reasons)
{
	free(reasons->reason);
	memset(reasons, 0, sizeof(*reasons));
}
