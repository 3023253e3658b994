// SPDX-License-Identifier: GPL-2.0-only
/* Real captures, and captures made of their steps. */
#define _XOPEN_SOURCE 700	/* nftw() */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <ftw.h>
#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "capture_box.h"
#include "scenario.h"

/* last: it makes fail() a macro */
#include <cmocka.h>

const char *captures_dir(void)
{
	static char dir[512];
	const char *source = getenv("CRASH_HP_SOURCE");

	snprintf(dir, sizeof(dir), "%s/fixtures/captures", source ? source : ".");
	return dir;
}

struct capture *read_capture(const char *name)
{
	struct capture *c;
	struct error err;
	char dir[768];

	snprintf(dir, sizeof(dir), "%s/%s", captures_dir(), name);
	c = capture_read(dir, &err);
	if (!c)
		fail_msg("%s", err.text);
	return c;
}

/* "cpu-add core 4; cpu-online 4; ..." */
static void words_of(const struct capture_step *from,
		     const struct capture_step *to, char *text, size_t size)
{
	struct event *events;
	struct error err;
	size_t i, nr;

	if (capture_events(from, to, &events, &nr, &err))
		fail_msg("%s: %s", to->name, err.text);
	text[0] = '\0';
	for (i = 0; i < nr; i++) {
		char one[128];

		event_describe(&events[i], one, sizeof(one));
		if (i)
			strncat(text, "; ", size - strlen(text) - 1);
		strncat(text, one, size - strlen(text) - 1);
	}
	capture_events_free(events, nr);
}

void check_words(const struct capture *c, size_t step, const char *want)
{
	char got[2048];

	words_of(&c->steps[step - 1], &c->steps[step], got, sizeof(got));
	if (strcmp(got, want))
		fail_msg("%s/%s:\nexpected %s\n     got %s", c->name,
			 c->steps[step].name, want, got);
}

char box[64];

int make_box(void **state)
{
	(void)state;
	strcpy(box, "/tmp/test_capture.XXXXXX");
	return mkdtemp(box) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int remove_box(void **state)
{
	(void)state;
	return nftw(box, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void box_step(const char *name, const char *from)
{
	char source[768], dir[256], target[1100];
	struct dirent *entry;
	DIR *files;

	snprintf(source, sizeof(source), "%s/%s", captures_dir(), from);
	snprintf(dir, sizeof(dir), "%s/%s", box, name);
	assert_int_equal(mkdir(dir, 0700), 0);
	files = opendir(source);
	if (!files)
		fail_msg("no step %s", source);
	while ((entry = readdir(files))) {
		char link[600], real[1100];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(target, sizeof(target), "%s/%s", source, entry->d_name);
		snprintf(link, sizeof(link), "%s/%s", dir, entry->d_name);
		assert_non_null(realpath(target, real));
		assert_int_equal(symlink(real, link), 0);
	}
	closedir(files);
}

void box_file(const char *step, const char *file, const void *bytes,
		     size_t size)
{
	char path[512];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s/%s", box, step, file);
	unlink(path);
	if (!bytes)
		return;
	out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, size, out), size);
	fclose(out);
}

void box_gzip(const char *step, const char *file, const void *bytes,
		     size_t size)
{
	char path[512];
	gzFile out;

	snprintf(path, sizeof(path), "%s/%s/%s", box, step, file);
	unlink(path);
	out = gzopen(path, "w");
	assert_int_equal(gzwrite(out, bytes, (unsigned int)size), size);
	gzclose(out);
}

/* the object or array that the last part of "a.b[2].c" is in, and that part */
static json_t *walk(json_t *at, char *path, char **last)
{
	char *part = strtok(path, ".[]"), *next;

	while ((next = strtok(NULL, ".[]"))) {
		at = json_is_array(at) ? json_array_get(at, (size_t)atoi(part)) :
					 json_object_get(at, part);
		part = next;
	}
	*last = part;
	return at;
}

void box_edit(const char *step, const char *path, const char *json)
{
	char file[512], parts[128], *last, *text;
	json_t *root, *in, *value;

	snprintf(file, sizeof(file), "%s/%s/manifest.json", box, step);
	root = json_load_file(file, 0, NULL);
	assert_non_null(root);
	snprintf(parts, sizeof(parts), "%s", path);
	in = walk(root, parts, &last);
	if (!in)
		fail_msg("no place %s in %s", path, file);
	if (!json) {
		json_object_del(in, last);
	} else {
		value = json_loads(json, JSON_DECODE_ANY, NULL);
		if (!value)
			fail_msg("bad JSON in this test: %s", json);
		if (json_is_array(in))
			json_array_set_new(in, (size_t)atoi(last), value);
		else
			json_object_set_new(in, last, value);
	}
	text = json_dumps(root, 0);
	box_file(step, "manifest.json", text, strlen(text));
	free(text);
	json_decref(root);
}

struct capture *read_box(void)
{
	struct error err;
	struct capture *c = capture_read(box, &err);

	if (!c)
		fail_msg("%s", err.text);
	return c;
}
