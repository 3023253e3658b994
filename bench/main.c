// SPDX-License-Identifier: GPL-2.0-only
/*
 * crash-hp-bench: how long handlers take, on machines of growing size. Exit
 * status: 0 all good, 1 a result is wrong or a target missed, 2 could not run.
 */
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "cli.h"
#include "report.h"

const char *const cli_program = "crash-hp-bench";
const char *argp_program_version = "crash-hp-bench " CRASH_HP_VERSION;

#define MAX_SIZES 8
#define DEFAULT_BUDGET_S 2
#define MAX_BUDGET_S 3600

struct bench_input {
	bool chosen[64];	/* by the case's number; none: all of them */
	bool choice;
	unsigned int sizes[MAX_SIZES];
	unsigned int nr_sizes;
	double budget;
	const char *json;
	bool check;
	bool list;
	struct peers peers;
};

/* --- running ------------------------------------------------------------------ */

const char *build_complaint(void)
{
#if defined(__SANITIZE_ADDRESS__)
	return "a build with sanitizers: its times say nothing";
#elif !defined(__OPTIMIZE__)
	return "a build without optimisation: its times say nothing";
#else
	return "";
#endif
}

/*
 * Memory that was freed is kept: else each event would wait for new pages from
 * the system, which a kernel does not do in this way.
 */
static void keep_memory(void)
{
	mallopt(M_MMAP_THRESHOLD, 1 << 30);
	mallopt(M_TRIM_THRESHOLD, 1 << 30);
	mallopt(M_TOP_PAD, 64 << 20);
}

static const unsigned int *sizes_of(const struct bench_input *in,
				    const struct bench_case *c,
				    unsigned int *nr)
{
	if (in->nr_sizes) {
		*nr = in->nr_sizes;
		return in->sizes;
	}
	for (*nr = 0; *nr < CASE_MAX_SIZES && c->sizes[*nr]; (*nr)++)
		;
	return c->sizes;
}

static bool any_wrong(const struct row *row)
{
	unsigned int i;

	for (i = 0; i < MAX_PEERS; i++)
		if (row->cell[i].measured && !row->cell[i].same)
			return true;
	return row->cell[0].verdict != VERDICT_ACCURATE;
}

static int run_case(const struct bench_input *in, const struct bench_case *c,
		    struct results *results)
{
	unsigned int i, nr;
	const unsigned int *sizes = sizes_of(in, c, &nr);
	bool text = !in->json || strcmp(in->json, "-");
	int status = STATUS_GOOD;
	struct error err;

	for (i = 0; i < nr; i++) {
		struct row *row = &results->rows[results->nr];

		row->c = c;
		row->size = sizes[i];
		if (measure_row(row, &in->peers, in->budget, &err))
			return cli_fail("%s of %u %s: %s", c->name, row->size,
					c->unit, err.text);
		results->nr++;
		if (text)
			table_row(results, results->nr - 1);
		if (any_wrong(row))
			status = STATUS_BAD;
	}
	if (text)
		table_growth(results, c);
	return status;
}

static int check_targets(const struct results *results, bool text)
{
	int status = STATUS_GOOD;
	unsigned int i;

	if (text)
		table_targets(results);
	for (i = 0; i < nr_targets; i++)
		if (!target_check(i, results).met)
			status = STATUS_BAD;
	return status;
}

static int worse(int a, int b)
{
	return a > b ? a : b;
}

static int run(const struct bench_input *in, struct results *results)
{
	bool text = !in->json || strcmp(in->json, "-");
	int status = STATUS_GOOD;
	struct error err;
	unsigned int i;

	if (text)
		table_begin(results);
	for (i = 0; i < nr_bench_cases && status < STATUS_FAILED; i++)
		if (!in->choice || in->chosen[i])
			status = worse(status, run_case(in, &bench_cases[i],
							results));
	if (status < STATUS_FAILED && in->check)
		status = worse(status, check_targets(results, text));
	if (status < STATUS_FAILED && in->json &&
	    json_write(results, in->check, in->json, &err))
		return cli_fail("%s", err.text);
	return status;
}

static int list_cases(void)
{
	unsigned int i, j;

	for (i = 0; i < nr_bench_cases; i++) {
		const struct bench_case *c = &bench_cases[i];

		printf("%-23s %s\n%24s%s:", c->name, c->title, "", c->unit);
		for (j = 0; j < CASE_MAX_SIZES && c->sizes[j]; j++)
			printf(" %u", c->sizes[j]);
		putchar('\n');
	}
	return STATUS_GOOD;
}

/* --- options ------------------------------------------------------------------------ */

static int choose_case(struct bench_input *in, const char *name)
{
	unsigned int i;

	for (i = 0; i < nr_bench_cases; i++)
		if (!strcmp(bench_cases[i].name, name)) {
			in->chosen[i] = in->choice = true;
			return 0;
		}
	cli_fail("no case '%s', see --list", name);
	return EINVAL;
}

/* "8,64,256": ascending, as growth is read from small to large */
static int take_sizes(struct bench_input *in, const char *text)
{
	char word[16];
	uint64_t n = 1;
	size_t len;

	for (in->nr_sizes = 0;; text += len + 1) {
		uint64_t before = n;

		len = strcspn(text, ",");
		snprintf(word, sizeof(word), "%.*s", (int)len, text);
		if (len >= sizeof(word) || in->nr_sizes == MAX_SIZES ||
		    cli_number(word, UINT32_MAX, &n) || n <= before) {
			cli_fail("--sizes: '%s' is no ascending list of up to %d numbers from 2",
				 text, MAX_SIZES);
			return EINVAL;
		}
		in->sizes[in->nr_sizes++] = n;
		if (!text[len])
			return 0;
	}
}

static int take_budget(struct bench_input *in, const char *text)
{
	char *end;
	double seconds = strtod(text, &end);

	if (text[0] < '0' || text[0] > '9' || *end ||
	    !(seconds <= MAX_BUDGET_S)) {
		cli_fail("--budget %s is no number of seconds up to %d", text,
			 MAX_BUDGET_S);
		return EINVAL;
	}
	in->budget = seconds;
	return 0;
}

static int add_handlers(struct bench_input *in, const char *file)
{
	struct error err;

	if (!peers_open(&in->peers, file, &err))
		return 0;
	cli_fail("%s", err.text);
	return EINVAL;
}

static const struct argp_option options[] = {
	{ "case", 'c', "NAME", 0, "Only this case; may be given again", 0 },
	{ "sizes", 's', "N,...", 0,
	  "Instead of the sizes that each case has of its own", 0 },
	{ "budget", 'b', "SECONDS", 0,
	  "For each number (default: 2); one sample at least is taken", 0 },
	{ "handlers", 'H', "FILE.so", 0,
	  "Measure these handlers too; may be given again", 0 },
	{ "json", 'j', "FILE|-", 0,
	  "Write JSON as well, or, to standard output, instead of tables", 0 },
	{ "check", 'k', NULL, 0, "Hold the results against the targets", 0 },
	{ "list", 'l', NULL, 0, "List cases and sizes, and end", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct bench_input *in = state->input;

	switch (key) {
	case 'c':
		return choose_case(in, arg);
	case 's':
		return take_sizes(in, arg);
	case 'b':
		return take_budget(in, arg);
	case 'H':
		return add_handlers(in, arg);
	case 'j':
		in->json = arg;
		return 0;
	case 'k':
		in->check = true;
		return 0;
	case 'l':
		in->list = true;
		return 0;
	case ARGP_KEY_ARG:
		cli_fail("unexpected argument '%s'", arg);
		return EINVAL;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	options, parse, "",
	"Measure how long crash hotplug handlers take, on machines of growing "
	"size, beside other handlers.\v"
	"Exit status: 0 all good, 1 a result is wrong or a target is missed, "
	"2 could not run.",
	NULL, NULL, NULL
};

/* a size that a case cannot have is found before hours of others are spent */
static int check_sizes(const struct bench_input *in)
{
	unsigned int i, largest;

	if (!in->nr_sizes)
		return STATUS_GOOD;
	largest = in->sizes[in->nr_sizes - 1];
	for (i = 0; i < nr_bench_cases; i++)
		if ((!in->choice || in->chosen[i]) &&
		    largest > bench_cases[i].max_size)
			return cli_fail("--sizes: %s takes up to %u %s, not %u",
					bench_cases[i].name,
					bench_cases[i].max_size,
					bench_cases[i].unit, largest);
	return STATUS_GOOD;
}

int main(int argc, char **argv)
{
	struct bench_input in = { .budget = DEFAULT_BUDGET_S };
	struct results results = { .peers = &in.peers };
	struct error err;
	int status;

	argp_err_exit_status = STATUS_FAILED;
	if (peers_builtin(&in.peers, &err))
		return cli_fail("%s", err.text);
	if (cli_parse(&argp, 0, argc, argv, &in) || check_sizes(&in))
		return STATUS_FAILED;
	if (in.list)
		return list_cases();
	if (in.json && strcmp(in.json, "-") && json_can_write(in.json, &err))
		return cli_fail("%s", err.text);

	keep_memory();
	results.rows = calloc(nr_bench_cases * MAX_SIZES,
			      sizeof(*results.rows));
	if (!results.rows)
		return cli_fail("out of memory");
	status = run(&in, &results);
	free(results.rows);
	if (fflush(stdout) || ferror(stdout))
		return cli_fail("standard output: %s", strerror(errno));
	return status;
}
