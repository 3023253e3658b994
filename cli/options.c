// SPDX-License-Identifier: GPL-2.0-only
/* Options and complaints: what every program with a command line has. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

int cli_fail(const char *fmt, ...)
{
	va_list ap;

	/* what was printed so far comes first when both go to one place */
	fflush(stdout);
	fprintf(stderr, "%s: ", cli_program);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return STATUS_FAILED;
}

int cli_number(const char *text, uint64_t max, uint64_t *value)
{
	int base = strncmp(text, "0x", 2) ? 10 : 16;
	unsigned long long n;
	char *end;

	/* strtoull() would take blanks and a sign */
	if (text[0] < '0' || text[0] > '9')
		return -1;
	errno = 0;
	n = strtoull(text, &end, base);
	if (errno || *end || end == text || n > max)
		return -1;
	*value = n;
	return 0;
}

/*
 * Wraps the parser of a subcommand. getopt has printed its line about a wrong
 * option already; without an error stream argp does not add "Try ... --help".
 */
static error_t quiet_parser(int key, char *arg, struct argp_state *state)
{
	(void)arg;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->err_stream = NULL;
	state->child_inputs[0] = state->input;
	return 0;
}

int cli_parse(const struct argp *argp, unsigned int flags, int argc,
	      char **argv, void *input)
{
	const struct argp_child children[] = { { argp, 0, NULL, 0 }, { 0 } };
	const struct argp outer = {
		.parser = quiet_parser,
		.children = children,
	};

	return argp_parse(&outer, argc, argv, flags, NULL, input) ?
	       STATUS_FAILED : 0;
}
