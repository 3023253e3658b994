// SPDX-License-Identifier: GPL-2.0-only
/*
 * A harness that breaks in as many ways as findings do: for the test of triage. The
 * first byte says how; an input with another one is a good one.
 */
#include <stdlib.h>

#include "fuzz.h"

static volatile int sink;
static int *volatile nowhere;

static void __attribute__((__noinline__)) use_uninitialised(void)
{
	int *p = malloc(sizeof(*p));

	if (*(volatile int *)p == 42)
		sink++;
	free(p);
}

static void __attribute__((__noinline__)) read_behind(const uint8_t *data, size_t size)
{
	sink += data[size];
}

static void __attribute__((__noinline__)) read_nothing(void)
{
	sink += *nowhere;
}

static void __attribute__((__noinline__)) go_round(void)
{
	while (!sink)
		;
}

static void __attribute__((__noinline__)) leak(void)
{
	char *volatile p = malloc(100);

	sink += !p;
	p = NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	switch (size ? data[0] : 0) {
	case 'p':
		fuzz_fail("segment %zu's promise is kept by nobody", size);
	case 'q':
		fuzz_fail("another promise at 0x%zx", size);
	case 'b':
		read_behind(data, size);
		break;
	case 'n':
		read_nothing();
		break;
	case 'r':
		go_round();
		break;
	case 'l':
		leak();
		break;
	case 'u':
		use_uninitialised();
		break;
	}
	return 0;
}
