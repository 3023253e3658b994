// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list of differences.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "differing.h"
#include "text.h"

static bool make_room(struct diff *diff)
{
	struct diff_item *items;
	size_t max;

	if (diff->nr < diff->max)
		return true;
	max = diff->max ? 2 * diff->max : 8;
	items = realloc(diff->items, max * sizeof(*items));
	if (!items)
		return false;
	diff->items = items;
	diff->max = max;
	return true;
}

static const char sign[] = {
	[DIFF_ADDED] = '+', [DIFF_REMOVED] = '-', [DIFF_CHANGED] = '~',
};

void differ(struct differing *d, enum diff_kind kind, enum diff_subject subject,
	    struct view_range range, const char *path, const char *fmt, ...)
{
	struct diff_item *item;
	char text[512];
	va_list args;
	int len;

	if (d->no_memory || !make_room(d->diff)) {
		d->no_memory = true;
		return;
	}
	len = snprintf(text, sizeof(text), "%c ", sign[kind]);
	va_start(args, fmt);
	vsnprintf(text + len, sizeof(text) - len, fmt, args);
	va_end(args);
	text_printable(text);

	item = &d->diff->items[d->diff->nr++];
	*item = (struct diff_item){
		.kind = kind,
		.subject = subject,
		.start = range.start,
		.end = range.end,
		.path = path ? strdup(path) : NULL,
		.text = strdup(text),
	};
	if (!item->text || (path && !item->path))
		d->no_memory = true;
	else if (path)
		text_printable(item->path);
}

int differing_end(struct differing *d, char *why)
{
	if (!d->no_memory)
		return 0;
	diff_free(d->diff);
	snprintf(why, DIFF_WHY, "out of memory");
	return -1;
}

void diff_free(struct diff *diff)
{
	size_t i;

	for (i = 0; i < diff->nr; i++) {
		free(diff->items[i].path);
		free(diff->items[i].text);
	}
	free(diff->items);
	*diff = (struct diff){ 0 };
}
