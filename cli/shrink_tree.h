/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device tree in source form, as crash-hp gen and fixtures/trees have it: what
 * can be left out of it are nodes and entries of the list of LMBs.
 */
#ifndef CLI_SHRINK_TREE_H
#define CLI_SHRINK_TREE_H

#include "shrink_text.h"

/**
 * shrink_tree_read() - take a tree apart
 * @path: a .dts file
 *
 * Items are the nodes below a node of the root's, those nodes themselves where
 * they have none, and the entries in a list of LMBs that are a line each.
 *
 * Return: 0, or -1 with @err set.
 */
int shrink_tree_read(struct shrink_text *t, const char *path,
		     struct error *err);

/* forget what is gone: a node whose last child went is an item now */
void shrink_tree_settle(struct shrink_text *t);

/* what is left, its lists of LMBs with their new lengths; as shrink_text_join() */
char *shrink_tree_join(struct shrink_text *t, size_t *size);

#endif /* CLI_SHRINK_TREE_H */
