// SPDX-License-Identifier: GPL-2.0-only
/* The command line of a capture kernel. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "bootargs.h"

/* arch/powerpc/include/uapi/asm/setup.h, arch/x86/include/asm/setup.h, 6.12; the NUL
 * is one of them
 */
#define COMMAND_LINE_SIZE	2048

/* a number with an optional suffix, as memparse() in lib/cmdline.c reads it */
static uint64_t parse_size(const char *text, const char **end)
{
	static const char suffixes[] = "kmgtpe";
	const char *suffix;
	uint64_t value;

	*end = text;
	if (!isdigit((unsigned char)*text))
		return 0;
	value = strtoull(text, (char **)end, 0);
	suffix = strchr(suffixes, tolower((unsigned char)**end));
	if (**end && suffix) {
		(*end)++;
		value <<= 10 * (suffix - suffixes + 1);
	}
	return value;
}

/* elfcorehdr=[size@]address, the size may be told elsewhere */
static void parse_header_option(const char *value, struct header_place *place)
{
	const char *end;

	place->known = true;
	place->address = parse_size(value, &end);
	if (*end == '@') {
		place->size = place->address;
		place->address = parse_size(end + 1, &end);
	}
}

/* the end of the word that begins at @arg; spaces in double quotes belong to it */
static char *word_end(char *arg)
{
	bool quoted = false;

	for (; *arg && (quoted || !isspace((unsigned char)*arg)); arg++) {
		if (*arg == '"')
			quoted = !quoted;
	}
	return arg;
}

/* the last elfcorehdr= counts; what follows "--" is for init */
void bootargs_header(const void *bootargs, size_t len,
		     struct header_place *place)
{
	static const char option[] = "elfcorehdr=";
	char line[COMMAND_LINE_SIZE], *arg = line, *end;

	if (len > sizeof(line) - 1)
		len = sizeof(line) - 1;
	memcpy(line, bootargs, len);
	line[len] = '\0';
	for (;;) {
		while (isspace((unsigned char)*arg))
			arg++;
		if (!*arg)
			return;
		end = word_end(arg);
		if (*end)
			*end++ = '\0';
		if (!strcmp(arg, "--"))
			return;
		if (!strncmp(arg, option, strlen(option)))
			parse_header_option(arg + strlen(option), place);
		arg = end;
	}
}
