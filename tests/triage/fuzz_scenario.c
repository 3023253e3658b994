// SPDX-License-Identifier: GPL-2.0-only
/*
 * For the test of triage: the scenario harness, as if memory could not go offline on
 * a PC. What it finds is a program.
 */
#include "fuzz.h"
#include "program.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t i;

	for (i = PROGRAM_HEADER; i + PROGRAM_EVENT <= size; i += PROGRAM_EVENT)
		fuzz_check(data[1] % 3 != 2 ||
			   data[i] % NR_PROGRAM_OPS != PROGRAM_MEMORY_OFFLINE,
			   "event %zu: memory goes offline", i);
	return 0;
}
