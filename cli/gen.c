// SPDX-License-Identifier: GPL-2.0-only
/* crash-hp gen: write a random scenario, and its device tree beside it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "file.h"
#include "generate.h"

#define DEFAULT_EVENTS 100

struct gen_input {
	struct generate_options options;
	const char *out;
};

/* the tree first: a scenario without its tree would be of no use */
static int write_files(const struct gen_input *in, const char *dir,
		       const char *dts, const struct generated *g)
{
	const char *slash = strrchr(in->out, '/');
	struct error err;

	if ((g->dts && file_write(dir, dts, g->dts, g->dts_size, &err)) ||
	    file_write(dir, slash ? slash + 1 : in->out, g->yaml, g->yaml_size,
		       &err))
		return cli_fail("%s", err.text);
	return STATUS_GOOD;
}

static int check_input(const struct gen_input *in, const char *dts)
{
	const char *slash = in->out ? strrchr(in->out, '/') : NULL;
	const char *name = slash ? slash + 1 : in->out;

	if (!in->out && in->options.arch == ARCH_POWERPC)
		return cli_fail("gen: a powerpc scenario needs a device tree "
				"beside it: give --out FILE.yaml");
	if (name && !*name)
		return cli_fail("gen: %s is no name of a file", in->out);
	if (name && in->options.arch == ARCH_POWERPC && !strcmp(name, dts))
		return cli_fail("gen: %s is the device tree's name: give "
				"--out FILE.yaml", in->out);
	/* it stands in the scenario as a plain YAML word */
	if (dts && strspn(dts, "abcdefghijklmnopqrstuvwxyz0123456789"
			       "ABCDEFGHIJKLMNOPQRSTUVWXYZ._-") != strlen(dts))
		return cli_fail("gen: %s: only letters, digits, '.', '_' and '-' in the name",
				in->out);
	return STATUS_GOOD;
}

static int write_scenario(struct gen_input *in)
{
	char *dir = NULL, *dts = NULL;
	struct generated g = { 0 };
	struct error err;
	int status = STATUS_GOOD;

	if (in->out && file_tree_beside(in->out, &dir, &dts))
		status = cli_fail("out of memory");
	if (!status)
		status = check_input(in, dts);
	in->options.tree = dts;
	if (!status && generate(&in->options, &g, &err))
		status = cli_fail("gen: %s", err.text);
	if (!status && in->out)
		status = write_files(in, dir, dts, &g);
	else if (!status)
		fwrite(g.yaml, 1, g.yaml_size, stdout);
	generated_free(&g);
	free(dir);
	free(dts);
	return status;
}

static const struct argp_option options[] = {
	{ "arch", 'a', "powerpc|x86_64", 0, "Kind of machine (default: powerpc)",
	  0 },
	{ "events", 'n', "N", 0, "Items in the event list (default: 100)", 0 },
	{ "seed", 's', "N", 0,
	  "The same seed gives the same scenario (default: 0)", 0 },
	{ "out", 'o', "FILE", 0,
	  "Write FILE and, for powerpc, its device tree FILE.dts beside it "
	  "(.yaml is left out of that name)", 0 },
	{ 0 }
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct gen_input *in = state->input;
	uint64_t n;

	switch (key) {
	case 'a':
		return cli_arch(arg, &in->options.arch);
	case 'n':
		if (cli_number(arg, GENERATE_MAX_EVENTS, &n) || !n) {
			cli_fail("gen: --events %s is no number from 1 to %d",
				 arg, GENERATE_MAX_EVENTS);
			return EINVAL;
		}
		in->options.events = n;
		return 0;
	case 's':
		if (cli_number(arg, UINT64_MAX, &in->options.seed)) {
			cli_fail("gen: --seed %s is no number", arg);
			return EINVAL;
		}
		return 0;
	case 'o':
		in->out = arg;
		return 0;
	case ARGP_KEY_ARG:
		cli_fail("gen: unexpected argument '%s'", arg);
		return EINVAL;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	options, parse_option, "",
	"Write a random scenario: a machine that could exist, and events that "
	"can happen to it. Without --out it goes to standard output, which a "
	"powerpc scenario, with its device tree, cannot.",
	NULL, NULL, NULL
};

int cmd_gen(int argc, char **argv)
{
	struct gen_input in = {
		.options = { .events = DEFAULT_EVENTS },
	};

	if (cli_parse(&argp, 0, argc, argv, &in))
		return STATUS_FAILED;
	return write_scenario(&in);
}
