// SPDX-License-Identifier: GPL-2.0-only
/*
 * emu/slack.c: which bytes of a segment are undefined for Valgrind while handlers
 * are at work. Without Valgrind no byte ever is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <valgrind/memcheck.h>

#include "bed.h"

#include "helpers.h"
#include "handler_module.h"
#include "slack.h"

#define SIZE 1024

/* the next byte from @at on that is undefined, or defined; SIZE: none */
static size_t next(const uint8_t *bytes, size_t at, bool undefined)
{
	uint8_t bits;

	for (; at < SIZE; at++)
		if (VALGRIND_GET_VBITS(bytes + at, &bits, 1) == 1 &&
		    (bits != 0) == undefined)
			break;
	return at;
}

static void assert_undefined(const char *what, const uint8_t *bytes,
			     size_t from, size_t to)
{
	size_t got_from = next(bytes, 0, true), got_to = next(bytes, got_from, false);

	if (!RUNNING_ON_VALGRIND)
		from = to = SIZE;
	if (got_from != from || got_to != to)
		fail_msg("%s: undefined from %zu to %zu, expected %zu to %zu", what,
			 got_from, got_to, from, to);
}

static void *header(unsigned int phnum)
{
	struct elf64_hdr *e = calloc(1, SIZE);

	memcpy(e->e_ident, ELFMAG, SELFMAG);
	e->e_ident[EI_CLASS] = ELFCLASS64;
	e->e_type = ET_CORE;
	e->e_phentsize = sizeof(struct elf64_phdr);
	e->e_phnum = phnum;
	return e;
}

static void what_is_behind_a_header(void **state __always_unused)
{
	static const struct {
		const char *what;
		unsigned int phnum;
		size_t from, to;
	} cases[] = {
		{ "no program header", 0, 64, SIZE },
		{ "two", 2, 64 + 2 * 56, SIZE },
		{ "one more than fit", 18, SIZE, SIZE },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct elf64_hdr *e = header(cases[i].phnum);

		slack_hide(e, SIZE);
		assert_undefined(cases[i].what, (void *)e, cases[i].from,
				 cases[i].to);
		slack_show(e, SIZE);
		assert_undefined("shown", (void *)e, SIZE, SIZE);
		/* some other ELF file */
		e->e_type++;
		slack_hide(e, SIZE);
		assert_undefined("no core file", (void *)e, SIZE, SIZE);
		free(e);
	}
}

static void what_is_between_blocks(void **state __always_unused)
{
	uint8_t *fdt = calloc(1, SIZE);
	size_t end;

	assert_int_equal(fdt_create_empty_tree(fdt, SIZE), 0);
	end = fdt_off_dt_strings(fdt) + fdt_size_dt_strings(fdt);
	slack_hide(fdt, SIZE);
	assert_undefined("behind the strings", fdt, end, SIZE);
	slack_show(fdt, SIZE);

	/* a gap before the strings, which end with the segment */
	fdt_set_off_dt_strings(fdt, SIZE - fdt_size_dt_strings(fdt));
	slack_hide(fdt, SIZE);
	assert_undefined("before the strings", fdt,
			 fdt_off_dt_struct(fdt) + fdt_size_dt_struct(fdt),
			 fdt_off_dt_strings(fdt));
	slack_show(fdt, SIZE);

	fdt_set_totalsize(fdt, SIZE + 1);
	slack_hide(fdt, SIZE);
	assert_undefined("a tree that does not fit", fdt, SIZE, SIZE);
	free(fdt);
}

static bool seen_undefined;

static void look(struct kimage *image)
{
	unsigned long i;
	uint8_t bits;

	for (i = 0; i < image->nr_segments; i++) {
		const struct kexec_segment *s = &image->segment[i];
		uint8_t *p = memremap(s->mem, s->memsz, MEMREMAP_WB);

		if (VALGRIND_GET_VBITS(p + s->memsz - 1, &bits, 1) == 1 && bits)
			seen_undefined = true;
		memunmap(p);
	}
}

/* hidden from the handlers, and from nobody else */
static void slack_is_hidden_in_an_event(void **state __always_unused)
{
	static const struct bed bed = {
		.memory = "0+80000000", .cores = "0 1", .handlers = &fake_handlers,
	};
	struct machine *m;
	const struct image_view *image;
	size_t i;
	uint8_t bits;

	memset(&fake, 0, sizeof(fake));
	fake.look = look;
	m = bed_boot(&bed);
	bed_apply(m, "load; off 1");
	assert_int_equal(fake.events, 1);
	assert_int_equal(seen_undefined, RUNNING_ON_VALGRIND != 0);
	image = machine_image(m);
	for (i = 0; i < image->nr_segments; i++)
		assert_false(VALGRIND_GET_VBITS(image->segment[i].bytes +
						image->segment[i].memsz - 1,
						&bits, 1) == 1 && bits);
	machine_destroy(m);
	memset(&fake, 0, sizeof(fake));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(what_is_behind_a_header),
	cmocka_unit_test(what_is_between_blocks),
	cmocka_unit_test(slack_is_hidden_in_an_event),
};

TEST_MAIN(tests)
