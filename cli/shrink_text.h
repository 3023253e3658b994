/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scenario as lines of text that can be left out or made simpler, so that
 * what remains looks as its author wrote it.
 */
#ifndef CLI_SHRINK_TEXT_H
#define CLI_SHRINK_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

/**
 * struct shrink_line - a line, and all that goes when it goes
 * @text: without newline
 * @item: number of the item of "events" that it belongs to, -1 none
 * @fixed: a comment, or a key of the scenario itself: it does not go alone
 */
struct shrink_line {
	char *text;
	int item;
	bool fixed;
	bool gone;
};

struct shrink_text {
	struct shrink_line *lines;
	size_t nr;
	int nr_items;
};

/**
 * shrink_text_read() - take a scenario apart
 * @path: its "events" has to be a list with an item per line
 *
 * What "tree" names becomes a path that holds from everywhere.
 *
 * Return: 0, or -1 with @err set.
 */
int shrink_text_read(struct shrink_text *t, const char *path,
		     struct error *err);
void shrink_text_free(struct shrink_text *t);

/* what is left, to be freed; NULL without memory */
char *shrink_text_join(const struct shrink_text *t, size_t *size);

/**
 * shrink_text_simpler() - a simpler form of a line
 * @line: the text
 * @way: counts up from 0: another way each time
 *
 * Return: to be freed; NULL when there are no more ways.
 */
char *shrink_text_simpler(const char *line, unsigned int way);

#endif /* CLI_SHRINK_TEXT_H */
