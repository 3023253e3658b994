// SPDX-License-Identifier: GPL-2.0-only
/*
 * Feeds files to a harness: those on the command line, and those in directories
 * there, in the order of their names. A directory that is not there holds
 * nothing: git keeps no empty ones.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

static unsigned int nr_inputs;

static void give_up(const char *path)
{
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	exit(2);
}

static void run_file(const char *path)
{
	struct stat st;
	FILE *f = fopen(path, "rb");
	uint8_t *bytes;

	if (!f || fstat(fileno(f), &st))
		give_up(path);
	/* of just this size, so that sanitizers see what reads beyond */
	bytes = malloc(st.st_size ? st.st_size : 1);
	if (!bytes || fread(bytes, 1, st.st_size, f) != (size_t)st.st_size)
		give_up(path);
	fclose(f);

	/* told before, as it may be the last that is told */
	printf("%s\n", path);
	fflush(stdout);
	LLVMFuzzerTestOneInput(bytes, st.st_size);
	free(bytes);
	nr_inputs++;
}

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void run_path(const char *path);

static void run_directory(const char *path)
{
	struct dirent **entries;
	char name[4096];
	int i, nr = scandir(path, &entries, not_hidden, alphasort);

	if (nr < 0)
		give_up(path);
	for (i = 0; i < nr; i++) {
		snprintf(name, sizeof(name), "%s/%s", path, entries[i]->d_name);
		run_path(name);
		free(entries[i]);
	}
	free(entries);
}

static void run_path(const char *path)
{
	struct stat st;

	if (stat(path, &st)) {
		if (errno != ENOENT)
			give_up(path);
		return;
	}
	if (S_ISDIR(st.st_mode))
		run_directory(path);
	else
		run_file(path);
}

int main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		run_path(argv[i]);
	if (!nr_inputs) {
		fprintf(stderr, "%s: no input; give it files or directories\n",
			argv[0]);
		return 2;
	}
	printf("%u inputs, none failed\n", nr_inputs);
	return 0;
}
