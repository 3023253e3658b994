// SPDX-License-Identifier: GPL-2.0-only
/* A scenario as lines of text. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "builtin_tree.h"
#include "file.h"
#include "shrink_text.h"

/* --- taking it apart -------------------------------------------------------------- */

static int add_line(struct shrink_text *t, const char *text, size_t length,
		    struct error *err)
{
	struct shrink_line *more;

	more = realloc(t->lines, (t->nr + 1) * sizeof(*more));
	if (!more)
		return fail(err, "out of memory");
	t->lines = more;
	more[t->nr] = (struct shrink_line){
		.text = strndup(text, length),
		.item = -1,
	};
	if (!more[t->nr].text)
		return fail(err, "out of memory");
	t->nr++;
	return 0;
}

static size_t indent_of(const char *text)
{
	return strspn(text, " ");
}

/* the lines of items: those that begin with a dash as far in as the first one */
static void number_items(struct shrink_text *t)
{
	bool in_events = false;
	size_t depth = SIZE_MAX;

	for (size_t i = 0; i < t->nr; i++) {
		struct shrink_line *l = &t->lines[i];
		size_t indent = indent_of(l->text);
		bool dash = l->text[indent] == '-';

		l->fixed = l->text[indent] == '#';
		if (!indent && !dash) {
			l->fixed = true;
			if (l->text[0] != '#')
				in_events = !strncmp(l->text, "events:", 7);
			continue;
		}
		if (!in_events)
			continue;
		/* a comment is about the item that follows */
		if (l->fixed) {
			l->item = t->nr_items;
			continue;
		}
		if (dash && depth == SIZE_MAX)
			depth = indent;
		t->nr_items += dash && indent == depth;
		l->item = t->nr_items - 1;
	}
}

/* "  tree: NAME" with another name */
static int set_tree(struct shrink_line *l, const char *name, struct error *err)
{
	size_t skip = indent_of(l->text) + strlen("tree:");
	size_t size = skip + strlen(name) + 2;
	char *text = malloc(size);

	if (!text)
		return fail(err, "out of memory");
	snprintf(text, size, "%.*s %s", (int)skip, l->text, name);
	free(l->text);
	l->text = text;
	return 0;
}

/* "  tree: NAME", relative to the folder of @path */
static int resolve_tree(struct shrink_line *l, const char *path,
			struct error *err)
{
	size_t skip = indent_of(l->text) + strlen("tree:");
	const char *name = l->text + skip, *slash = strrchr(path, '/');
	char joined[PATH_MAX], real[PATH_MAX];

	name += strspn(name, " ");
	if (*name == '/' || *name == '"' || *name == '\'' ||
	    !strncmp(name, BUILTIN_TREE, strlen(BUILTIN_TREE)))
		return 0;
	snprintf(joined, sizeof(joined), "%.*s%.*s",
		 slash ? (int)(slash + 1 - path) : 0, path,
		 (int)strcspn(name, " "), name);
	if (!realpath(joined, real))
		return fail(err, "%s: cannot find the tree %s", path, joined);
	l->tree = true;
	return set_tree(l, real, err);
}

static bool names_tree(const struct shrink_line *l)
{
	return l->item < 0 &&
	       !strncmp(l->text + indent_of(l->text), "tree:", 5);
}

static int resolve_trees(struct shrink_text *t, const char *path,
			 struct error *err)
{
	for (size_t i = 0; i < t->nr; i++)
		if (names_tree(&t->lines[i]) &&
		    resolve_tree(&t->lines[i], path, err))
			return -1;
	return 0;
}

char *shrink_text_tree(const struct shrink_text *t)
{
	const char *name;

	for (size_t i = 0; i < t->nr; i++) {
		if (!names_tree(&t->lines[i]))
			continue;
		name = strchr(t->lines[i].text, ':') + 1;
		name += strspn(name, " ");
		return strndup(name, strcspn(name, " "));
	}
	return NULL;
}

int shrink_text_set_tree(struct shrink_text *t, const char *name,
			 struct error *err)
{
	for (size_t i = 0; i < t->nr; i++)
		if (names_tree(&t->lines[i]) &&
		    set_tree(&t->lines[i], name, err))
			return -1;
	return 0;
}

/* the way from folder @dir to @file, both without links and from the root on */
static void relative_path(const char *dir, const char *file, char *buf,
			  size_t size)
{
	size_t same = 0, len = 0;

	for (size_t i = 0; ; i++) {
		bool ends = !dir[i] || dir[i] == '/';

		if (ends && file[i] == '/')
			same = i;
		if (!dir[i] || dir[i] != file[i])
			break;
	}
	buf[0] = '\0';
	for (const char *at = dir + same; *at && len < size; at++)
		if (at[0] == '/' && at[1])
			len += snprintf(buf + len, size - len, "../");
	if (len < size)
		snprintf(buf + len, size - len, "%s", file + same + 1);
}

int shrink_text_move(struct shrink_text *t, const char *dir, struct error *err)
{
	char real[PATH_MAX], path[PATH_MAX];

	if (!realpath(dir, real))
		return fail(err, "%s: %s", dir, strerror(errno));
	for (size_t i = 0; i < t->nr; i++) {
		struct shrink_line *l = &t->lines[i];

		if (!l->tree)
			continue;
		relative_path(real, strchr(l->text, '/'), path, sizeof(path));
		if (set_tree(l, path, err))
			return -1;
	}
	return 0;
}

int shrink_text_lines(struct shrink_text *t, const char *text,
		      struct error *err)
{
	const char *at;
	int ret = 0;

	for (at = text; *at && !ret; at += strcspn(at, "\n"), at += *at == '\n')
		ret = add_line(t, at, strcspn(at, "\n"), err);
	return ret;
}

int shrink_text_read(struct shrink_text *t, const char *path,
		     struct error *err)
{
	char *text;
	size_t size;
	int ret;

	memset(t, 0, sizeof(*t));
	text = file_read(path, &size, err);
	if (!text)
		return -1;
	ret = shrink_text_lines(t, text, err);
	free(text);
	if (ret)
		return -1;
	number_items(t);
	if (!t->nr_items)
		return fail(err, "%s: events is not a list with one item per line",
			    path);
	return resolve_trees(t, path, err);
}

void shrink_text_free(struct shrink_text *t)
{
	for (size_t i = 0; i < t->nr; i++)
		free(t->lines[i].text);
	free(t->lines);
	memset(t, 0, sizeof(*t));
}

char *shrink_text_join(const struct shrink_text *t, size_t *size)
{
	char *text = NULL;
	FILE *f = open_memstream(&text, size);

	if (!f)
		return NULL;
	for (size_t i = 0; i < t->nr; i++)
		if (!t->lines[i].gone)
			fprintf(f, "%s\n", t->lines[i].text);
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

/* --- simpler lines ------------------------------------------------------------------ */

/* @line with @length bytes at @at replaced */
static char *replace(const char *line, const char *at, size_t length,
		     const char *with)
{
	size_t size = strlen(line) + strlen(with) + 1;
	char *text = malloc(size);

	if (text)
		snprintf(text, size, "%.*s%s%s", (int)(at - line), line, with,
			 at + length);
	return text;
}

/* "[8, 9, 10]" without its @which-th element */
static char *shorter_list(const char *line, unsigned int which)
{
	const char *open = strchr(line, '['), *at = open;

	if (!which)
		return replace(line, open + 1, strcspn(open, ","), "");
	while (which-- && at)
		at = strchr(at + 1, ',');
	return at ? replace(line, at, 1 + strcspn(at + 1, ",]"), "") : NULL;
}

/* half of the @which-th number that is a size or a count */
static char *smaller_number(const char *line, unsigned int which)
{
	static const char *const before[] = {
		"+", "size: ", "times: ", "threads: ", "nid: ", "fail-alloc: ",
		"possible-cpus: ",
	};
	char number[24];

	for (const char *at = line; *at; at++) {
		for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
			const char *n = at + strlen(before[i]);

			if (strncmp(at, before[i], strlen(before[i])) ||
			    !isdigit((unsigned char)*n) || !strncmp(n, "0x", 2))
				continue;
			if (which--)
				continue;
			snprintf(number, sizeof(number), "%llu",
				 strtoull(n, NULL, 10) / 2);
			return replace(line, n, strspn(n, "0123456789"),
				       number);
		}
	}
	return NULL;
}

static unsigned int nr_commas(const char *line)
{
	unsigned int nr = 0;

	for (; *line; line++)
		nr += *line == ',';
	return nr;
}

char *shrink_text_simpler(const char *line, unsigned int way)
{
	unsigned int lists = strchr(line, '[') && nr_commas(line) ?
			     nr_commas(line) + 1 : 0;

	return way < lists ? shorter_list(line, way) :
			     smaller_number(line, way - lists);
}
