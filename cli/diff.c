// SPDX-License-Identifier: GPL-2.0-only
/* crash-hp diff: two elfcorehdrs or two FDTs, by what they mean. */
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "diff.h"
#include "file.h"
#include "report.h"

struct operand {
	const char *file;
	void *bytes;
	size_t size;
	enum segment_kind kind;
};

struct diff_input {
	struct operand operand[2];
	int nr;
	bool json;
};

static const char *what_name(enum segment_kind kind)
{
	return kind == SEGMENT_FDT ? "an FDT" : "an elfcorehdr";
}

static int read_operand(struct operand *o)
{
	static const unsigned char fdt_magic[] = { 0xd0, 0x0d, 0xfe, 0xed };
	struct error err;

	o->bytes = file_read(o->file, &o->size, &err);
	if (!o->bytes)
		return cli_fail("%s", err.text);
	if (o->size >= SELFMAG && !memcmp(o->bytes, ELFMAG, SELFMAG))
		o->kind = SEGMENT_ELFCOREHDR;
	else if (o->size >= sizeof(fdt_magic) &&
		 !memcmp(o->bytes, fdt_magic, sizeof(fdt_magic)))
		o->kind = SEGMENT_FDT;
	else
		return cli_fail("%s: neither an elfcorehdr nor an FDT, by its first 4 bytes",
				o->file);
	return STATUS_GOOD;
}

static int print_json(const struct diff *diff, const struct diff_input *in)
{
	json_t *items = json_array();

	for (size_t i = 0; i < diff->nr; i++)
		json_array_append_new(items, json_string(diff->items[i].text));
	return json_print(json_pack("{s:s, s:s, s:s, s:o, s:s}",
				    "a", in->operand[0].file,
				    "b", in->operand[1].file,
				    "kind",
				    segment_kind_name(in->operand[0].kind),
				    "differences", items, "result",
				    diff->nr ? "different" : "same"));
}

static int print_diff(const struct diff *diff, const struct diff_input *in)
{
	if (in->json)
		return print_json(diff, in);
	for (size_t i = 0; i < diff->nr; i++)
		puts(diff->items[i].text);
	return STATUS_GOOD;
}

static int compare(const struct diff_input *in)
{
	const struct operand *a = &in->operand[0], *b = &in->operand[1];
	struct diff diff = { 0 };
	char why[160];
	int status;

	if (a->kind != b->kind)
		return cli_fail("%s is %s, %s is %s", a->file,
				what_name(a->kind), b->file,
				what_name(b->kind));
	if ((a->kind == SEGMENT_FDT ? diff_fdt : diff_elfcorehdr)
	    (a->bytes, a->size, b->bytes, b->size, &diff, why))
		return cli_fail("%s, %s: %s", a->file, b->file, why);
	status = print_diff(&diff, in);
	if (!status && diff.nr)
		status = STATUS_BAD;
	diff_free(&diff);
	return status;
}

static const struct argp_option options[] = {
	CLI_OPTION_JSON,
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct diff_input *in = state->input;

	switch (key) {
	case 'j':
		in->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (in->nr == 2) {
			cli_fail("diff compares two files, not '%s' too", arg);
			return EINVAL;
		}
		in->operand[in->nr++].file = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	options, parse, "A B",
	"Compare two elfcorehdrs, or two FDTs: notes, memory, nodes, "
	"properties. Either may be packed with gzip.\v"
	"A line with + is what only B has, - what only A has. Exit status 0: "
	"the same content, 1: different, 2: trouble.",
	NULL, NULL, NULL
};

int cmd_diff(int argc, char **argv)
{
	struct diff_input in = { 0 };
	int status;

	if (cli_parse(&argp, 0, argc, argv, &in))
		return STATUS_FAILED;
	if (in.nr < 2)
		return cli_fail("diff: two files are needed");
	status = read_operand(&in.operand[0]);
	if (!status)
		status = read_operand(&in.operand[1]);
	if (!status)
		status = compare(&in);
	free(in.operand[0].bytes);
	free(in.operand[1].bytes);
	return status;
}
