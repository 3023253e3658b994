/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests of the shim: checks that say where they are and what was expected,
 * and a kernel with a little memory whose handler does what the test wants.
 */
#ifndef TESTS_SHIM_CHECK_H
#define TESTS_SHIM_CHECK_H

#include "helpers.h"
#include "kernel.h"

#define MIB (1ULL << 20)
#define GIB (1ULL << 30)

/* --- failures in words ---------------------------------------------------- */

#define AS_TEXT_(x) #x
#define AS_TEXT(x) AS_TEXT_(x)
#define HERE __FILE__ ":" AS_TEXT(__LINE__) ": "

#define check_num(expected, got) assert_u64(HERE #got, expected, got)
/* 0 or a negative errno */
#define check_ret(expected, got) assert_errno(HERE #got, expected, got)
#define check_str(expected, got) assert_text(HERE #got, expected, got)
#define check(cond) do { \
	if (!(cond)) \
		fail_msg(HERE "does not hold: %s", #cond); \
} while (0)

void assert_violations(const char *where, struct kernel *k,
		       const char *const *expected, unsigned int nr);

/* exactly these since the last look, each by a part of it; then forget them */
#define check_violations(k, ...) do { \
	const char *const expected_[] = { __VA_ARGS__ }; \
	assert_violations(HERE, k, expected_, ARRAY_SIZE(expected_)); \
} while (0)

/* --- the kernel ------------------------------------------------------------- */

#define RAM_BASE 0x10000000ULL
#define RAM_SIZE 0x40000ULL

extern u8 ram[RAM_SIZE];
extern const struct kernel_config test_config;
extern const struct handler_module test_handlers;

/* called for each event, NULL for nothing */
extern void (*on_event)(struct kimage *image, void *arg);

/*
 * For CMocka: *state is the kernel, and it is current. At the end it has no
 * violation that the test did not ask for, and nothing is left in use.
 */
int setup_kernel(void **state);
int teardown_kernel(void **state);

#define test(f) \
	cmocka_unit_test_setup_teardown(f, setup_kernel, teardown_kernel)

#endif /* TESTS_SHIM_CHECK_H */
