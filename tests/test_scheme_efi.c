// SPDX-License-Identifier: GPL-2.0-only
/*
 * EFI-assisted kdump on a machine that changes: what it wins, what it loses to
 * firmware and to devices that nobody stops. What the stub decides is in
 * test_efi.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scheme_bed.h"

#include "helpers.h"

static const struct memory_spec memory[] = {
	{ 0x1000, 0x9ec00, 0 }, { 0x100000, 0x7ff00000, 0 },
};

static const struct cpu_spec cpus[] = {
	{ 0, true, true, 0 }, { 1, true, true, 0 }, { 2, false, false, 0 },
	{ 3, false, false, 0 },
};

static const struct machine_spec pc = {
	.arch = ARCH_X86_64, .page_size = 4096,
	.memory = memory, .nr_memory = 2, .cpus = cpus, .nr_cpu_specs = 4,
	.crashk_start = 0x2f000000, .crashk_size = 0x10000000,
};

/* a second DIMM, one block of it online and offline again */
#define DIMM "1s mem+ 100000000 8000000; 1s mem-on 100000000 8000000;" \
	     "3s mem-off 100000000 8000000"
#define ROW(p, e) { .spec = &pc, .scheme = "efi-assisted", .params = p, .events = e }

static const struct {
	const char *name;
	struct scheme_case c;
	const char *timeline;
	const char *why;	/* of a crash at the end */
} rows[] = {
	/* wins: no moment without a dump, stale only while headers are made */
	{ "memory", ROW("handler=10us", DIMM),
	  "0 accurate, 1 s incomplete, 1 s accurate",
	  "crashed; headers number 4 are whole; the stub runs 60 s after the reset" },
	{ "memory, at once", ROW("handler=0", DIMM), "0 accurate",
	  "headers number 4 are whole" },
	/* wins: notes are of all possible CPUs, and no FDT needs them */
	{ "CPUs", ROW("", "1s core+ 2; 2s on 2; 3s off 1"), "0 accurate",
	  "headers number 2 are whole" },

	/* loses: what the RFD asks about */
	{ "memory cleared", ROW("memory=cleared", DIMM), "0 lost",
	  "the stub boots as usual: the memory was cleared" },
	{ "firmware says cold", ROW("firmware-says=cold", DIMM), "0 lost",
	  "the stub boots as usual: firmware calls this a cold boot" },
	{ "firmware worked in the kernel's memory",
	  ROW("memory=overwritten", ""), "0 incomplete",
	  "but firmware has worked in 0x1000000-0x1ffffff" },
	{ "it worked where nobody looks",
	  ROW("memory=overwritten firmware-at=0x30000000", ""), "0 accurate",
	  "headers number 2 are whole" },
	{ "it worked in the mark",
	  ROW("memory=overwritten firmware-at=0x3ef00000", ""), "0 lost",
	  "the memory was cleared (each byte of the mark is 0xf1)" },
	{ "it keeps a part of the crash kernel's memory",
	  ROW("memory=overwritten firmware-keeps=yes firmware-at=0x30000000", ""),
	  "0 lost", "firmware does not give all of 0x2f000000-0x3effffff" },

	/* a device writes to the crashed kernel's memory, for 100 ms */
	{ "DMA", ROW("dma-at=0x50000000 dma-size=0x1000", ""), "0 incomplete",
	  "a device went on writing to 0x50000000-0x50000fff" },
	{ "DMA, reset at once",
	  ROW("dma-at=0x50000000 dma-size=0x1000 device-reset=0", ""),
	  "0 accurate", "headers number 2 are whole" },
	{ "DMA into the crash kernel's memory",
	  ROW("dma-at=0x30000000 dma-size=0x1000", ""), "0 accurate",
	  "headers number 2 are whole" },
	{ "DMA into everything saved",
	  ROW("dma-at=0x3e000000 dma-size=0x1000000", ""), "0 lost",
	  "the memory was cleared (each byte of the mark is 0xd3)" },

	{ "no room for the variable", ROW("store-used=0xd000", DIMM), "0 none",
	  "(EFI_OUT_OF_RESOURCES)" },
	{ "variables too small", ROW("max-variable=200", DIMM), "0 none",
	  "(EFI_INVALID_PARAMETER)" },
};

static void test_rows(void **state)
{
	struct scheme_run run;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		scheme_bed_play(&run, &rows[i].c);
		scheme_bed_assert(&run, rows[i].name, rows[i].timeline,
				  rows[i].why);
		scheme_run_stop(&run);
	}
}

/*
 * A slot of one page has room for 70 program headers: 4 CPUs, vmcoreinfo, the
 * kernel, 2 ranges of boot memory, and 62 DIMMs apart from each other.
 */
static void test_too_many_ranges(void **state)
{
	static char events[8192];
	struct machine_spec small = pc;
	struct scheme_case c = ROW("handler=0", events);
	struct scheme_run run;

	(void)state;
	small.max_memory_ranges = 1;
	c.bed = NULL;
	c.spec = &small;
	for (unsigned int i = 1; i <= 63; i++)
		sprintf(events + strlen(events),
			"%us mem+ %llx 8000000;%us mem-on %llx 8000000;", i,
			0x100000000ULL + i * 0x10000000ULL, i,
			0x100000000ULL + i * 0x10000000ULL);
	scheme_bed_play(&run, &c);
	assert_string_equal("0 accurate, 63 s incomplete",
			    scheme_bed_timeline(&run));
	scheme_run_stop(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_too_many_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
