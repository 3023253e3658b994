// SPDX-License-Identifier: GPL-2.0-only
/* Commands known by the programs in them. */
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "kdump_command.h"

#define WORDS_MAX 64

/* @verb: one of the words behind the program; NULL: any; @object: likewise */
static const struct known {
	const char *program;
	const char *verb;
	const char *object;
	enum kdump_command command;
} known[] = {
	{ "systemctl", "is-active", "kdump*", COMMAND_ASKS },
	{ "kdump-udev-throttler", NULL, NULL, COMMAND_THROTTLES },
	{ "kdumpctl", "reload", NULL, COMMAND_RELOADS },
	{ "kdumpctl", "restart", NULL, COMMAND_RELOADS },
	{ "kdump-config", "try-reload", NULL, COMMAND_RELOADS },
	{ "kdump-config", "reload", NULL, COMMAND_RELOADS },
	{ "systemctl", "try-restart", "kdump*", COMMAND_RELOADS },
	{ "systemctl", "restart", "kdump*", COMMAND_RELOADS },
	{ "systemctl", "reload", "kdump*", COMMAND_RELOADS },
	{ "service", "restart", "kdump*", COMMAND_RELOADS },
};

/* names of programs without their folder */
static size_t split(char *text, const char *words[WORDS_MAX])
{
	static const char between[] = " \t'\"`;|&()";
	char *save = NULL, *word;
	size_t nr = 0;

	for (word = strtok_r(text, between, &save); word && nr < WORDS_MAX;
	     word = strtok_r(NULL, between, &save)) {
		const char *slash = strrchr(word, '/');

		words[nr++] = slash && slash[1] ? slash + 1 : word;
	}
	return nr;
}

static bool has(const char *const *words, size_t nr, const char *pattern)
{
	for (size_t i = 0; pattern && i < nr; i++)
		if (!fnmatch(pattern, words[i], 0))
			return true;
	return !pattern;
}

enum kdump_command kdump_command(const char *command)
{
	enum kdump_command found = COMMAND_UNKNOWN;
	const char *words[WORDS_MAX];
	char text[1024];
	size_t nr;

	snprintf(text, sizeof(text), "%s", command);
	nr = split(text, words);
	for (size_t i = 0; i < nr; i++)
		for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
			if (known[k].command > found &&
			    !strcmp(words[i], known[k].program) &&
			    has(words + i, nr - i, known[k].verb) &&
			    has(words + i, nr - i, known[k].object))
				found = known[k].command;
	return found;
}
