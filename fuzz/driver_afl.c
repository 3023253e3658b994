// SPDX-License-Identifier: GPL-2.0-only
/*
 * Feeds a harness from AFL++: many inputs per process, through shared memory.
 * Without afl-fuzz or afl-showmap around it, one input from standard input.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

#define INPUTS_PER_PROCESS 10000

__AFL_FUZZ_INIT();

/*
 * AddressSanitizer keeps what is freed from being used again. 256 MiB of that, its
 * default, are always new pages: a third of the time. An input frees a few MiB.
 */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=16";
}

int main(void)
{
	const uint8_t *input;
	uint8_t *copy;
	ssize_t size;

	/* makes what is made once, so that no input seems to cause it */
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	__AFL_INIT();

	input = __AFL_FUZZ_TESTCASE_BUF;
	while (__AFL_LOOP(INPUTS_PER_PROCESS)) {
		size = __AFL_FUZZ_TESTCASE_LEN;
		/* of just this size, so that sanitizers see what reads beyond */
		copy = malloc(size ? size : 1);
		if (!copy)
			return 2;
		memcpy(copy, input, size);
		LLVMFuzzerTestOneInput(copy, size);
		free(copy);
	}
	return 0;
}
