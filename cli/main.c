// SPDX-License-Identifier: GPL-2.0-only
/*
 * crash-hp: finds the subcommand and hands over. Exit status: 0 all good,
 * 1 something is bad, 2 could not run.
 */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

const char *const cli_program = "crash-hp";
const char *argp_program_version = "crash-hp " CRASH_HP_VERSION;

static const struct command commands[] = {
	{ "run", "play a scenario and judge the image after every event",
	  cmd_run },
	{ "conform", "replay captures of a real kernel and compare", cmd_conform },
	{ "compare", "play a scenario under several ways of keeping the image true",
	  cmd_compare },
	{ "check", "judge dumped segments", cmd_check },
	{ "diff", "compare two elfcorehdrs or two FDTs", cmd_diff },
	{ "diff-handlers", "run two handler modules side by side and compare",
	  cmd_diff_handlers },
	{ "explore", "judge a crash after every store of an update",
	  cmd_explore },
	{ "gen", "write a random scenario", cmd_gen },
	{ "from-fuzz", "print a fuzzer's input as a scenario", cmd_from_fuzz },
	{ "bugs", "play the suite of known defects", cmd_bugs },
	{ "shrink", "make a failing scenario as small as it gets", cmd_shrink },
};

#define NR_COMMANDS (sizeof(commands) / sizeof(commands[0]))

const char *cli_arch_name(enum arch arch)
{
	return arch == ARCH_X86_64 ? "x86_64" : "powerpc";
}

int cli_arch(const char *name, enum arch *arch)
{
	if (strcmp(name, "powerpc") && strcmp(name, "x86_64")) {
		cli_fail("--arch: '%s' is neither powerpc nor x86_64", name);
		return EINVAL;
	}
	*arch = strcmp(name, "powerpc") ? ARCH_X86_64 : ARCH_POWERPC;
	return 0;
}

static bool is_shared_object(const char *name)
{
	size_t n = strlen(name);

	return strchr(name, '/') || (n > 3 && !strcmp(name + n - 3, ".so"));
}

const struct handler_module *cli_handlers(enum arch arch, const char *name,
					  struct error *err)
{
	const struct handler_module *handlers;
	char path[PATH_MAX + 64];

	if (is_shared_object(name))
		return handlers_open(name, err);
	if (!strcmp(name, "upstream")) {
		if (cli_find_upstream(arch, path, sizeof(path)))
			return handlers_open(path, err);
		fail(err, "no upstream handlers for %s: build them with "
		     "./dev upstream, or give a FILE.so", cli_arch_name(arch));
		return NULL;
	}
	if (strcmp(name, "core")) {
		fail(err, "no handlers '%s': give core, upstream, or the path "
		     "of a shared object", name);
		return NULL;
	}
	handlers = handlers_builtin(arch, name);
	if (!handlers)
		fail(err, "arch %s: no handlers for it yet",
		     cli_arch_name(arch));
	return handlers;
}

bool cli_find_upstream(enum arch arch, char *path, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", path, size - 1);
	char *slash;

	for (int up = 0; up < 2; up++) {
		path[n < 0 ? 0 : n] = '\0';
		slash = strrchr(path, '/');
		n = slash ? slash - path : 0;
	}
	snprintf(path + n, size - n, "/modules/upstream-%s.so",
		 cli_arch_name(arch));
	return !access(path, R_OK);
}

struct main_input {
	int next;		/* index of the subcommand in argv, 0 none */
};

static error_t main_parser(int key, char *arg, struct argp_state *state)
{
	struct main_input *in = state->input;

	(void)arg;
	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	in->next = state->next - 1;
	state->next = state->argc;
	return 0;
}

/* the subcommands, below the options in "crash-hp --help" */
static char *main_help(int key, const char *text, void *input)
{
	char *list = NULL;
	size_t size;
	FILE *out;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	out = open_memstream(&list, &size);
	if (!out)
		return (char *)text;
	fputs("Commands (crash-hp COMMAND --help tells more):\n", out);
	for (size_t i = 0; i < NR_COMMANDS; i++)
		fprintf(out, "  %-13s %s\n", commands[i].name,
			commands[i].summary);
	fputs("\nExit status: 0 all good, 1 something is bad, "
	      "2 could not run.", out);
	fclose(out);
	return list;
}

static const struct argp main_argp = {
	.parser = main_parser,
	.args_doc = "COMMAND [ARGUMENT...]",
	.doc = "See how CPU and memory hotplug keeps, or spoils, a loaded "
	       "kdump image.\v",
	.help_filter = main_help,
};

static int run_command(const char *name, int argc, char **argv)
{
	char title[32];

	for (size_t i = 0; i < NR_COMMANDS; i++) {
		if (strcmp(name, commands[i].name))
			continue;
		snprintf(title, sizeof(title), "crash-hp %s", name);
		argv[0] = title;
		return commands[i].run(argc, argv);
	}
	return cli_fail("no command '%s', see crash-hp --help", name);
}

/* a full disk behind stdout must not look like success */
static void close_stdout(void)
{
	bool failed = ferror(stdout);

	if (!fclose(stdout) && !failed)
		return;
	fprintf(stderr, "crash-hp: standard output: %s\n", strerror(errno));
	_exit(STATUS_FAILED);
}

int main(int argc, char **argv)
{
	struct main_input in = { 0 };

	atexit(close_stdout);
	argp_err_exit_status = STATUS_FAILED;
	if (argc > 0)
		argv[0] = "crash-hp";
	/* options behind the command are the command's */
	if (cli_parse(&main_argp, ARGP_IN_ORDER, argc, argv, &in))
		return STATUS_FAILED;
	if (!in.next)
		return cli_fail("no command given, see crash-hp --help");
	return run_command(argv[in.next], argc - in.next, argv + in.next);
}
