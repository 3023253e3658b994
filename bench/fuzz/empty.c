// SPDX-License-Identifier: GPL-2.0-only
/*
 * A harness that does nothing: as many inputs a second as this one takes, AFL++
 * can make and hand over here (bench/fuzz/speed.pl).
 */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	(void)data;
	(void)size;
	return 0;
}
