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
 * @tree: it names the tree, and did so relative to the scenario's folder
 */
struct shrink_line {
	char *text;
	int item;
	bool fixed;
	bool tree;
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
 * What "tree" names becomes a path that holds from everywhere, until
 * shrink_text_move().
 *
 * Return: 0, or -1 with @err set.
 */
int shrink_text_read(struct shrink_text *t, const char *path,
		     struct error *err);

/* @text as lines, none of them an item, added to @t; 0 or -1 */
int shrink_text_lines(struct shrink_text *t, const char *text,
		      struct error *err);

/* what "tree" names, to be freed; NULL when nothing does, or without memory */
char *shrink_text_tree(const struct shrink_text *t);
int shrink_text_set_tree(struct shrink_text *t, const char *name,
			 struct error *err);

/* make what "tree" names relative to a folder, unless it was not; 0 or -1 */
int shrink_text_move(struct shrink_text *t, const char *dir, struct error *err);
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
