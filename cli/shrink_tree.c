// SPDX-License-Identifier: GPL-2.0-only
/* A device tree as lines of text. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "shrink_tree.h"

/* the root, a node of it, a node of that one */
#define DEEPEST 3

static bool opens(const char *line)
{
	size_t length = strlen(line);

	return length && line[length - 1] == '{';
}

static bool closes(const char *line)
{
	return !strcmp(line + strspn(line, " \t"), "};");
}

/* the property with the LMBs, of either version, which begins with their number */
static bool counts_lmbs(const char *line)
{
	line += strspn(line, " \t");
	return !strncmp(line, "ibm,dynamic-memory = <0x", 24) ||
	       !strncmp(line, "ibm,dynamic-memory-v2 = <0x", 27);
}

static void set_items(struct shrink_text *t, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		t->lines[i].item = t->nr_items;
		t->lines[i].fixed = false;
	}
	t->nr_items++;
}

/* each line of a list is an item; the list ends with a line of its own */
static void number_entries(struct shrink_text *t)
{
	bool in_list = false;

	for (size_t i = 0; i < t->nr; i++) {
		const char *line = t->lines[i].text;

		if (in_list && strchr(line, '>'))
			in_list = false;
		else if (in_list)
			set_items(t, i, i + 1);
		else
			in_list = counts_lmbs(line) && !strchr(line, '>');
	}
}

/* the line where the node at line @i begins, the blank one before it included */
static size_t node_begin(const struct shrink_text *t, size_t i)
{
	return i && !t->lines[i - 1].text[0] ? i - 1 : i;
}

static void number_nodes(struct shrink_text *t)
{
	size_t begin[DEEPEST + 1] = { 0 };
	bool has_nodes[DEEPEST + 1] = { false };
	int depth = 0;

	for (size_t i = 0; i < t->nr; i++) {
		const char *line = t->lines[i].text;

		if (opens(line)) {
			if (depth <= DEEPEST)
				has_nodes[depth] = true;
			if (++depth <= DEEPEST) {
				begin[depth] = node_begin(t, i);
				has_nodes[depth] = false;
			}
		} else if (closes(line) && depth) {
			if (depth == DEEPEST || (depth == DEEPEST - 1 &&
						 !has_nodes[depth]))
				set_items(t, begin[depth], i + 1);
			depth--;
		}
	}
}

/* "ENTRY>;" becomes two lines: the entry may go, the end stays */
static char *part_ends(const char *text)
{
	size_t size;
	char *parted = NULL;
	FILE *f = open_memstream(&parted, &size);
	bool in_list = false;

	if (!f)
		return NULL;
	for (; *text; text++) {
		in_list |= counts_lmbs(text);
		if (in_list && !strncmp(text, ">;\n", 3)) {
			fputs("\n\t\t\t", f);
			in_list = false;
		}
		fputc(*text, f);
	}
	if (!fclose(f))
		return parted;
	free(parted);
	return NULL;
}

void shrink_tree_settle(struct shrink_text *t)
{
	size_t nr = 0;

	for (size_t i = 0; i < t->nr; i++) {
		if (t->lines[i].gone) {
			free(t->lines[i].text);
			continue;
		}
		t->lines[nr] = t->lines[i];
		t->lines[nr].item = -1;
		t->lines[nr++].fixed = true;
	}
	t->nr = nr;
	t->nr_items = 0;
	number_nodes(t);
	number_entries(t);
}

int shrink_tree_read(struct shrink_text *t, const char *path,
		     struct error *err)
{
	char *text, *parted;
	size_t size;
	int ret;

	memset(t, 0, sizeof(*t));
	text = file_read(path, &size, err);
	if (!text)
		return -1;
	parted = part_ends(text);
	ret = parted ? shrink_text_lines(t, parted, err) :
		       fail(err, "out of memory");
	free(parted);
	free(text);
	if (ret)
		return -1;
	shrink_tree_settle(t);
	return 0;
}

static size_t nr_entries(const struct shrink_text *t, size_t list)
{
	size_t nr = 0;

	for (size_t i = list + 1; !strchr(t->lines[i].text, '>'); i++)
		nr += !t->lines[i].gone;
	return nr;
}

/* the number behind the '<' is the number of entries */
static int count_entries(struct shrink_text *t, size_t list)
{
	struct shrink_line *l = &t->lines[list];
	size_t head = strcspn(l->text, "<") + 1, size = head + 24;
	char *text = malloc(size);

	if (!text)
		return -1;
	snprintf(text, size, "%.*s0x%zx", (int)head, l->text,
		 nr_entries(t, list));
	free(l->text);
	l->text = text;
	return 0;
}

char *shrink_tree_join(struct shrink_text *t, size_t *size)
{
	for (size_t i = 0; i < t->nr; i++)
		if (counts_lmbs(t->lines[i].text) &&
		    !strchr(t->lines[i].text, '>') && count_entries(t, i))
			return NULL;
	return shrink_text_join(t, size);
}
