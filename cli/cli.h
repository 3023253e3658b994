/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the subcommands of crash-hp share: exit statuses, messages, options.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "machine.h"

#define CRASH_HP_VERSION "0.1"

/* what scripts rely on */
enum exit_status {
	STATUS_GOOD = 0,	/* all verdicts good, no difference */
	STATUS_BAD = 1,		/* at least one is not */
	STATUS_FAILED = 2,	/* could not run */
};

/**
 * struct command - one subcommand
 * @name: as typed
 * @summary: for "crash-hp --help"
 * @run: its main(); argv[0] is "crash-hp NAME"; an enum exit_status
 */
struct command {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv);
};

int cmd_run(int argc, char **argv);
int cmd_conform(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_gen(int argc, char **argv);
int cmd_diff_handlers(int argc, char **argv);
int cmd_from_fuzz(int argc, char **argv);
int cmd_shrink(int argc, char **argv);
int cmd_explore(int argc, char **argv);
int cmd_bugs(int argc, char **argv);

/* options.c; the program's name, which each program that uses it defines */
extern const char *const cli_program;

/**
 * cli_fail() - say in one line on stderr why the command cannot go on
 * @fmt: printf format, without the program's name and without a newline
 *
 * Return: STATUS_FAILED.
 */
int cli_fail(const char *fmt, ...) __attribute__((__format__(printf, 1, 2)));

/**
 * cli_parse() - argp_parse() whose every complaint is one line
 * @argp: options of the subcommand
 * @flags: ARGP_*
 * @input: handed to its parser
 *
 * Return: 0, or STATUS_FAILED after a message.
 */
int cli_parse(const struct argp *argp, unsigned int flags, int argc,
	      char **argv, void *input);

/**
 * cli_number() - a whole decimal or 0x-number, nothing after it
 * @max: the largest that is taken
 *
 * Return: 0, or -1.
 */
int cli_number(const char *text, uint64_t max, uint64_t *value);

/**
 * cli_handlers() - the handler module that --handlers names
 * @arch: of the machine
 * @name: "core", which is built in; "upstream", a kernel tree's, in the shared
 *	object beside the program; or the path (with a '/' or ending in ".so")
 *	of another one
 * @err: set when there is none
 */
const struct handler_module *cli_handlers(enum arch arch, const char *name,
					  struct error *err);

/**
 * cli_find_upstream() - the handlers of a kernel tree, built with this program
 * @path: of @size bytes; set to the shared object: that of DIR/bin/crash-hp is
 *	in DIR/modules
 *
 * Return: is it there?
 */
bool cli_find_upstream(enum arch arch, char *path, size_t size);

const char *cli_arch_name(enum arch arch);
/* what --arch says; 0, or EINVAL after a message */
int cli_arch(const char *name, enum arch *arch);

/* the shared "--handlers", "--json" and "-v" */
#define CLI_OPTION_HANDLERS \
	{ "handlers", 'H', "core|upstream|FILE.so", 0, \
	  "Handlers that the emulated kernel runs (default: core)", 0 }
#define CLI_OPTION_JSON \
	{ "json", 'j', NULL, 0, "Print JSON instead of text", 0 }
#define CLI_OPTION_VERBOSE \
	{ "verbose", 'v', NULL, 0, "Print remarks and every event too", 0 }

#endif /* CLI_CLI_H */
