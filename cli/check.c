// SPDX-License-Identifier: GPL-2.0-only
/*
 * crash-hp check: judge dumped segments, with as much of the truth about the
 * machine as is given.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "file.h"
#include "judge.h"
#include "report.h"
#include "segment.h"
#include "truth.h"

enum {
	OPTION_ELFCOREHDR = 256, OPTION_FDT, OPTION_TREE, OPTION_IOMEM,
	OPTION_PAGE_SIZE, OPTION_ARCH, OPTION_CRASHKERNEL, OPTION_BACKUP,
	OPTION_ONLINE, OPTION_OFFLINE, OPTION_NOTES, OPTION_CRASH_CPU,
	OPTION_KEXEC_LOAD, OPTION_ADDRESS,
};

/**
 * struct check - what is to be judged
 * @elfcorehdr_address: where it was in memory; 0: where the FDT says
 */
struct check {
	const char *elfcorehdr;
	const char *fdt;
	const char *tree;
	const char *iomem;
	const char *notes;
	const char *online;
	uint64_t elfcorehdr_address;
	uint64_t crash_cpu;
	bool json;
	struct truth truth;
	struct image_view image;
	void *bytes[2];
};

static int add_segment(struct check *check, enum segment_kind kind,
		       const char *file, struct error *err)
{
	struct view_segment *s = &check->image.segment[check->image.nr_segments];
	size_t size;

	if (!file)
		return 0;
	s->bytes = file_read(file, &size, err);
	if (!s->bytes)
		return -1;
	check->bytes[check->image.nr_segments++] = (void *)s->bytes;
	s->kind = kind;
	s->memsz = size;
	s->bufsz = size;
	return 0;
}

static int read_segments(struct check *check, struct error *err)
{
	struct view_segment *header = check->image.segment;
	const struct view_segment *fdt;

	if (!check->elfcorehdr && !check->fdt)
		return fail(err, "check: neither --elfcorehdr nor --fdt given");
	if (add_segment(check, SEGMENT_ELFCOREHDR, check->elfcorehdr, err) ||
	    add_segment(check, SEGMENT_FDT, check->fdt, err))
		return -1;
	fdt = image_view_segment(&check->image, SEGMENT_FDT);
	if (check->elfcorehdr)
		header->mem = check->elfcorehdr_address;
	if (check->elfcorehdr && fdt && !header->mem)
		header->mem = fdt_elfcorehdr_address(fdt->bytes, fdt->memsz);
	check->image.loaded = true;
	return 0;
}

static int read_truth(struct check *check, struct error *err)
{
	struct truth *t = &check->truth;

	if (!t->view.page_size)
		t->view.page_size = t->view.arch == ARCH_POWERPC ? 65536 : 4096;
	if (check->iomem && truth_read_iomem(t, check->iomem, err))
		return -1;
	if (check->tree && truth_read_tree(t, check->tree, err))
		return -1;
	if (check->notes && truth_read_notes(t, check->notes, err))
		return -1;
	if (check->online && truth_parse_online(t, check->online, err))
		return -1;
	return truth_settle(t, err);
}

static int print_verdict(const struct check *check,
			 const struct verdict *verdict)
{
	if (check->json)
		return json_print(json_pack("{s:s, s:o, s:b, s:b, s:s}",
				"verdict", verdict_name(verdict->word),
				"findings", json_findings(verdict),
				"knows_ram", check->truth.view.knows_ram,
				"knows_cpus", check->truth.view.knows_cpus,
				"result", verdict->word == VERDICT_ACCURATE ?
					  "good" : "bad"));
	puts(verdict_name(verdict->word));
	report_findings(verdict, true, 2);
	if (check->truth.no_ram)
		printf("  not judged: memory (%s)\n", check->truth.no_ram);
	if (!check->truth.view.knows_cpus)
		puts("  not judged: CPUs (no --tree, --online or --notes)");
	return STATUS_GOOD;
}

static int judge_files(struct check *check)
{
	struct verdict verdict;
	int status;

	if (judge(&check->truth.view, &check->image, check->crash_cpu,
		  &verdict))
		return cli_fail("out of memory while judging");
	status = print_verdict(check, &verdict);
	if (!status && verdict.word != VERDICT_ACCURATE)
		status = STATUS_BAD;
	verdict_free(&verdict);
	return status;
}

/* --- options --------------------------------------------------------------------- */

static const struct argp_option options[] = {
	{ NULL, 0, NULL, 0, "What is judged (each may be packed with gzip):", 1 },
	{ "elfcorehdr", OPTION_ELFCOREHDR, "FILE", 0, "The elfcorehdr segment",
	  1 },
	{ "fdt", OPTION_FDT, "FILE", 0, "The FDT segment", 1 },
	{ "elfcorehdr-address", OPTION_ADDRESS, "ADDRESS", 0,
	  "Where the elfcorehdr is in memory (default: where the FDT says)",
	  1 },
	{ "backup", OPTION_BACKUP, "ADDRESS", 0,
	  "Where purgatory copies the first 64 KiB to (powerpc)", 1 },
	{ "kexec-load", OPTION_KEXEC_LOAD, NULL, 0,
	  "The image is user space's (default: by kexec_file_load)", 1 },
	{ NULL, 0, NULL, 0, "The truth; what is not given is not judged:", 2 },
	{ "arch", OPTION_ARCH, "powerpc|x86_64", 0, "Default: powerpc", 2 },
	{ "page-size", OPTION_PAGE_SIZE, "BYTES", 0,
	  "Default: 65536, on x86_64 4096", 2 },
	{ "iomem", OPTION_IOMEM, "FILE", 0,
	  "A copy of /proc/iomem, made by root", 2 },
	{ "offline", OPTION_OFFLINE, "START-END", 0,
	  "Memory that is offline; may be repeated", 2 },
	{ "crashkernel", OPTION_CRASHKERNEL, "START-END", 0,
	  "The crash kernel's memory, where neither iomem nor the tree has it; "
	  "may be repeated",
	  2 },
	{ "tree", OPTION_TREE, "FILE", 0, "The live tree, as a DTB", 2 },
	{ "online", OPTION_ONLINE, "LIST", 0,
	  "CPUs that are online: 0-7,16-23=32, where =32 is the hardware id "
	  "of CPU 16 (default: all of the tree)", 2 },
	{ "notes", OPTION_NOTES, "FILE", 0,
	  "Lines 'CPU ADDRESS SIZE' and 'vmcoreinfo ADDRESS SIZE', as sysfs "
	  "prints the numbers", 2 },
	{ "crash-cpu", OPTION_CRASH_CPU, "CPU", 0,
	  "The one that crashes (default: any that is online)", 2 },
	{ NULL, 0, NULL, 0, "Output:", 3 },
	{ "json", 'j', NULL, 0, "Print JSON instead of text", 3 },
	{ 0 }
};

static int set_number(const char *what, const char *arg, uint64_t max,
		      uint64_t *value)
{
	if (!cli_number(arg, max, value))
		return 0;
	cli_fail("%s: '%s' is not a number up to 0x%" PRIx64, what, arg, max);
	return EINVAL;
}

static int set_page_size(struct check *check, const char *arg)
{
	uint64_t *size = &check->truth.view.page_size;

	if (set_number("--page-size", arg, 1 << 20, size))
		return EINVAL;
	if (*size >= 4096 && !(*size & (*size - 1)))
		return 0;
	cli_fail("--page-size: %s is not a power of 2 from 4096 on", arg);
	return EINVAL;
}

static int add_range(struct view_ranges *set, const char *what, const char *arg)
{
	struct error err;

	if (!truth_parse_range(set, arg, what, &err))
		return 0;
	cli_fail("%s", err.text);
	return EINVAL;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct check *check = state->input;

	switch (key) {
	case OPTION_ELFCOREHDR:
		check->elfcorehdr = arg;
		return 0;
	case OPTION_FDT:
		check->fdt = arg;
		return 0;
	case OPTION_TREE:
		check->tree = arg;
		return 0;
	case OPTION_IOMEM:
		check->iomem = arg;
		return 0;
	case OPTION_NOTES:
		check->notes = arg;
		return 0;
	case OPTION_ONLINE:
		check->online = arg;
		return 0;
	case OPTION_KEXEC_LOAD:
		check->image.file_mode = false;
		return 0;
	case 'j':
		check->json = true;
		return 0;
	case OPTION_PAGE_SIZE:
		return set_page_size(check, arg);
	case OPTION_ARCH:
		return cli_arch(arg, &check->truth.view.arch);
	case OPTION_CRASHKERNEL:
		return add_range(&check->truth.view.crashk, "--crashkernel",
				 arg);
	case OPTION_OFFLINE:
		return add_range(&check->truth.offline, "--offline", arg);
	case OPTION_BACKUP:
		return set_number("--backup", arg, UINT64_MAX,
				  &check->image.backup);
	case OPTION_ADDRESS:
		return set_number("--elfcorehdr-address", arg, UINT64_MAX,
				  &check->elfcorehdr_address);
	case OPTION_CRASH_CPU:
		return set_number("--crash-cpu", arg, UINT16_MAX,
				  &check->crash_cpu);
	case ARGP_KEY_ARG:
		cli_fail("check takes options only, not '%s'", arg);
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	options, parse, NULL,
	"Judge dumped segments: would a crash with them give a dump?\v"
	"Prints the verdict, then what was found. Exit status 0: accurate, "
	"as far as the truth is known.",
	NULL, NULL, NULL
};

int cmd_check(int argc, char **argv)
{
	struct check check = {
		.crash_cpu = JUDGE_ANY_CPU, .image.file_mode = true,
	};
	struct error err;
	int status;

	status = cli_parse(&argp, 0, argc, argv, &check);
	if (!status && (read_segments(&check, &err) || read_truth(&check, &err)))
		status = cli_fail("%s", err.text);
	if (!status)
		status = judge_files(&check);
	free(check.bytes[0]);
	free(check.bytes[1]);
	truth_free(&check.truth);
	return status;
}
