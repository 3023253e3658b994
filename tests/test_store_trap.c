// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every store to watched pages is told, once, in the order in which it is made;
 * others are not, and a fault elsewhere is still a fault.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helpers.h"
#include "store_trap.h"

#define PAGE 4096
#define MAX_SEEN 8192

/**
 * struct seen - what was told
 * @offset: of the words
 */
struct seen {
	uint8_t *pages;
	size_t nr;
	size_t offset[MAX_SEEN];
	uint64_t old[MAX_SEEN];
	uint64_t new[MAX_SEEN];
};

static void note(void *ctx, const uint8_t *word, const uint8_t *old)
{
	struct seen *s = ctx;

	if (s->nr == MAX_SEEN)
		return;
	s->offset[s->nr] = word - s->pages;
	memcpy(&s->old[s->nr], old, 8);
	memcpy(&s->new[s->nr], word, 8);
	s->nr++;
}

/* two pages of zeros and one of ones */
static uint8_t *pages(void)
{
	uint8_t *p = aligned_alloc(PAGE, 3 * PAGE);

	assert_non_null(p);
	memset(p, 0, 2 * PAGE);
	memset(p + 2 * PAGE, 0xff, PAGE);
	return p;
}

static void byte(uint8_t *p)
{
	*(volatile uint8_t *)(p + 9) = 7;
}

static void word(uint8_t *p)
{
	*(volatile uint64_t *)(p + 16) = 7;
}

static void what_is_there(uint8_t *p)
{
	*(volatile uint64_t *)(p + 16) = 0;
}

static void three(uint8_t *p)
{
	volatile uint32_t *v = (volatile uint32_t *)p;

	v[5] = 1;
	v[4] = 1;
	v[4] = 2;
}

struct __attribute__((__packed__)) odd {
	volatile uint64_t v;
};

/* one store, two words, two pages */
static void across_pages(uint8_t *p)
{
	((struct odd *)(p + PAGE - 4))->v = 0x0101010101010101;
}

static void copy(uint8_t *p)
{
	memcpy(p + 128, p + 2 * PAGE, 64);
}

/* each with the words that it changes, in their order */
static const struct {
	const char *what;
	void (*store)(uint8_t *p);
	size_t nr;
	size_t words[8];
} stores[] = {
	{ "a byte", byte, 1, { 8 } },
	{ "a word", word, 1, { 16 } },
	{ "the value that is there", what_is_there, 0, { 0 } },
	{ "three, backwards", three, 3, { 16, 16, 16 } },
	{ "across pages", across_pages, 2, { PAGE - 8, PAGE } },
	{ "64 bytes", copy, 8, { 128, 136, 144, 152, 160, 168, 176, 184 } },
};

static void each_store_is_told(void **state __always_unused)
{
	for (size_t i = 0; i < ARRAY_SIZE(stores); i++) {
		struct seen s = { .pages = pages() };
		const struct trap_region region = { s.pages, 2 * PAGE };

		assert_int_equal(0, store_trap_arm(&region, 1, note, &s));
		stores[i].store(s.pages);
		store_trap_disarm();

		assert_u64(stores[i].what, stores[i].nr, s.nr);
		for (size_t w = 0; w < s.nr; w++)
			assert_u64(stores[i].what, stores[i].words[w],
				   s.offset[w]);
		/* and nothing after */
		s.nr = 0;
		stores[i].store(s.pages);
		assert_u64("disarmed", 0, s.nr);
		free(s.pages);
	}
}

/* whatever memmove() does, what is told leads from the old bytes to the new */
static void the_stores_lead_there(void **state __always_unused)
{
	static struct seen s;
	uint8_t *before = malloc(2 * PAGE);
	struct trap_region region;

	s.nr = 0;
	s.pages = pages();
	region = (struct trap_region){ s.pages, 2 * PAGE };
	for (size_t i = 0; i < 2 * PAGE; i++)
		s.pages[i] = i * 7;
	memcpy(before, s.pages, 2 * PAGE);

	assert_int_equal(0, store_trap_arm(&region, 1, note, &s));
	memmove(s.pages + 100, s.pages, 5000);
	store_trap_disarm();

	assert_true(s.nr >= 5000 / 8 && s.nr < MAX_SEEN);
	for (size_t i = 0; i < s.nr; i++) {
		assert_memory_equal(before + s.offset[i], &s.old[i], 8);
		memcpy(before + s.offset[i], &s.new[i], 8);
	}
	assert_memory_equal(s.pages, before, 2 * PAGE);
	free(before);
	free(s.pages);
}

static void other_faults_are_faults(void **state __always_unused)
{
	uint8_t *p = pages();
	const struct trap_region region = { p, PAGE };
	int *volatile nowhere = (int *)PAGE;
	struct seen s = { .pages = p };
	int status;
	pid_t child;

	child = fork();
	if (!child) {
		signal(SIGSEGV, SIG_DFL);
		if (!store_trap_arm(&region, 1, note, &s))
			*nowhere = 1;
		_exit(0);
	}
	assert_int_equal(child, waitpid(child, &status, 0));
	assert_true(WIFSIGNALED(status));
	assert_int_equal(SIGSEGV, WTERMSIG(status));
	free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_store_is_told),
		cmocka_unit_test(the_stores_lead_there),
		cmocka_unit_test(other_faults_are_faults),
	};

	if (!store_trap_possible())
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
