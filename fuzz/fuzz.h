/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What harnesses share: the entry point, bytes that are taken one after the
 * other, how to fail.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* one input; 0, always. It leaves nothing behind that a later one could see. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* struct fuzz_bytes - what is left of an input */
struct fuzz_bytes {
	const uint8_t *p;
	size_t size;
};

/* little endian; zeros behind the end */
uint8_t fuzz_u8(struct fuzz_bytes *bytes);
uint16_t fuzz_u16(struct fuzz_bytes *bytes);
uint64_t fuzz_u64(struct fuzz_bytes *bytes);
/* the next @size bytes, or those that are left */
struct fuzz_bytes fuzz_take(struct fuzz_bytes *bytes, size_t size);
/* a copy in a block of @size bytes, zeros behind the end of @bytes; free() it */
void *fuzz_copy(struct fuzz_bytes bytes, size_t size);

/* a promise is broken: say which, and abort() */
void fuzz_fail(const char *fmt, ...)
	__attribute__((__format__(printf, 1, 2), __noreturn__));

/* @... says what is wrong where @cond does not hold */
#define fuzz_check(cond, ...) do {					\
	if (!(cond))							\
		fuzz_fail(__VA_ARGS__);					\
} while (0)

#endif /* FUZZ_FUZZ_H */
