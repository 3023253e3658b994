// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which FDT and which elfcorehdr a crash reads, where an image has two of each;
 * and the loader that makes such an image.
 */
#include <errno.h>
#include <libfdt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bed.h"
#include "handler_module.h"
#include "image_straight.h"
#include "judge.h"

#include <cmocka.h>

/* --- which slot is read ------------------------------------------------------------- */

#define WORD_AT 0x3f0001d0UL
#define FDT_0 0x3e000000UL
#define FDT_1 0x3e100000UL
#define HEADER_0 0x21740000UL
#define HEADER_1 0x21760000UL
#define TREE_SIZE 1024

/*
 * @word: what purgatory says
 * @bootargs: of each slot's FDT
 * @chosen: address in linux,elfcorehdr of slot 0's; 0: no such property
 * @expected: the slots of the FDT and of the elfcorehdr that are read
 */
struct slot_case {
	const char *name;
	uint64_t word;
	const char *bootargs[2];
	uint64_t chosen;
	const char *expected;
};

static const struct slot_case slot_cases[] = {
	{ "slot 0", FDT_0, { "elfcorehdr=0x21740000", "elfcorehdr=0x21760000" },
	  .expected = "fdt 0, elfcorehdr 0" },
	{ "slot 1", FDT_1, { "elfcorehdr=0x21740000", "elfcorehdr=0x21760000" },
	  .expected = "fdt 1, elfcorehdr 1" },
	{ "the other's header", FDT_0, { "elfcorehdr=0x21760000", "" },
	  .expected = "fdt 0, elfcorehdr 1" },
	{ "the last option counts", FDT_0,
	  { "elfcorehdr=0x21740000 x elfcorehdr=0x21760000", "" },
	  .expected = "fdt 0, elfcorehdr 1" },
	{ "a size in front", FDT_0, { "elfcorehdr=1M@0x21760000", "" },
	  .expected = "fdt 0, elfcorehdr 1" },
	{ "no option: the property", FDT_0, { "ro", "" }, HEADER_1,
	  "fdt 0, elfcorehdr 1" },
	{ "the option wins over the property", FDT_0,
	  { "elfcorehdr=0x21740000", "" }, HEADER_1, "fdt 0, elfcorehdr 0" },
	{ "neither: the slot's own", FDT_1, { "", "" },
	  .expected = "fdt 1, elfcorehdr 1" },
	{ "no header there: the slot's own", FDT_1,
	  { "", "elfcorehdr=0x21760008" }, .expected = "fdt 1, elfcorehdr 1" },
	{ "a word of nothing", 0, { "", "" },
	  .expected = "fdt -, elfcorehdr 0" },
	{ "a word into an FDT", FDT_1 + 8, { "", "" },
	  .expected = "fdt -, elfcorehdr 0" },
	{ "a word with a header's address", HEADER_1, { "", "" },
	  .expected = "fdt -, elfcorehdr 0" },
};

static void make_tree(void *fdt, const char *bootargs, uint64_t chosen)
{
	fdt_create_empty_tree(fdt, TREE_SIZE);
	fdt_add_subnode(fdt, 0, "chosen");
	fdt_setprop_string(fdt, fdt_path_offset(fdt, "/chosen"), "bootargs",
			   bootargs);
	if (chosen)
		fdt_appendprop_u64(fdt, fdt_path_offset(fdt, "/chosen"),
				   "linux,elfcorehdr", chosen);
}

struct slot_bytes {
	uint8_t purgatory[0x310];
	uint8_t fdt[2][TREE_SIZE];
	uint8_t header[2][64];
};

static struct image_view make_view(const struct slot_case *c,
				   struct slot_bytes *b)
{
	memcpy(b->purgatory + 0x1d0, &c->word, sizeof(c->word));
	make_tree(b->fdt[0], c->bootargs[0], c->chosen);
	make_tree(b->fdt[1], c->bootargs[1], 0);
	return (struct image_view){
		.loaded = true, .nr_segments = 5, .selector = WORD_AT,
		.segment = {
			bed_segment(SEGMENT_PURGATORY, 0x3f000000, b->purgatory,
				sizeof(b->purgatory)),
			bed_segment(SEGMENT_ELFCOREHDR, HEADER_0, b->header[0], 64),
			bed_segment(SEGMENT_FDT, FDT_0, b->fdt[0], TREE_SIZE),
			bed_segment(SEGMENT_ELFCOREHDR, HEADER_1, b->header[1], 64),
			bed_segment(SEGMENT_FDT, FDT_1, b->fdt[1], TREE_SIZE),
		},
	};
}

static const char *slots_text(const struct image_view *v)
{
	static char text[64];

	snprintf(text, sizeof(text), "fdt %c, elfcorehdr %c",
		 bed_slot(v, SEGMENT_FDT), bed_slot(v, SEGMENT_ELFCOREHDR));
	return text;
}

static void word_and_tree_select(void **state __always_unused)
{
	struct slot_bytes bytes = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(slot_cases); i++) {
		const struct slot_case *c = &slot_cases[i];
		struct image_view v = make_view(c, &bytes);
		const struct view_segment *fdt;

		image_view_resolve(&v);
		if (strcmp(slots_text(&v), c->expected))
			fail_msg("%s: %s, expected %s", c->name, slots_text(&v),
				 c->expected);
		fdt = image_view_segment(&v, SEGMENT_FDT);
		assert_ptr_equal(v.loaded_fdt, fdt ? fdt->loaded : NULL);
		assert_int_equal(v.selected, c->word);
	}
}

/* what was selected before makes no difference */
static void it_is_resolved_again(void **state __always_unused)
{
	struct slot_bytes bytes = { 0 };
	struct image_view v = make_view(&slot_cases[0], &bytes);
	static const struct {
		uint64_t word;
		const char *expected;
	} steps[] = {
		{ FDT_0, "fdt 0, elfcorehdr 0" },
		{ FDT_1, "fdt 1, elfcorehdr 1" },
		{ 1, "fdt -, elfcorehdr 0" },
		{ FDT_1, "fdt 1, elfcorehdr 1" },
		{ FDT_0, "fdt 0, elfcorehdr 0" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		memcpy(bytes.purgatory + 0x1d0, &steps[i].word, 8);
		image_view_resolve(&v);
		assert_string_equal(slots_text(&v), steps[i].expected);
	}
}

/* without a word there is nothing to resolve */
static void an_image_without_a_word_stays(void **state __always_unused)
{
	struct slot_bytes bytes = { 0 };
	struct image_view v = make_view(&slot_cases[0], &bytes);

	v.selector = 0;
	image_view_resolve(&v);
	assert_string_equal(slots_text(&v), "fdt 0, elfcorehdr 0");
	assert_int_equal(v.segment[3].kind, SEGMENT_ELFCOREHDR);
	/* a word that is in no segment is none either */
	v.selector = 0x3f00030c;
	image_view_resolve(&v);
	assert_int_equal(v.segment[4].kind, SEGMENT_FDT);
}

/* any byte of an FDT may be anything; under a sanitizer nothing is read outside */
static void bytes_are_not_trusted(void **state __always_unused)
{
	uint8_t *tree = malloc(TREE_SIZE);
	struct slot_bytes bytes = { 0 };

	for (size_t at = 0; at < TREE_SIZE; at++) {
		for (int bit = 0; bit < 8; bit++) {
			struct image_view v = make_view(&slot_cases[0], &bytes);

			memcpy(tree, bytes.fdt[0], TREE_SIZE);
			tree[at] ^= 1 << bit;
			v.segment[2].bytes = tree;
			image_view_resolve(&v);
			assert_int_equal(bed_slot(&v, SEGMENT_FDT), '0');
			assert_int_not_equal(bed_slot(&v, SEGMENT_ELFCOREHDR), '-');
			v.segment[2].bytes = NULL;
			image_view_resolve(&v);
			assert_int_equal(bed_slot(&v, SEGMENT_ELFCOREHDR), '0');
		}
	}
	free(tree);
}

/* --- compared with an image that has one slot ------------------------------------- */

static void reserve(void *fdt, uint64_t header)
{
	assert_int_equal(fdt_add_mem_rsv(fdt, 0x1000, 0x2000), 0);
	assert_int_equal(fdt_add_mem_rsv(fdt, header, 0x20000), 0);
}

/*
 * @bootargs: of slot 1's FDT, and @straight: of it at slot 0
 * @chosen: as above, in both
 */
static const struct {
	const char *name;
	const char *bootargs, *straight;
	uint64_t chosen[2];
} straight_cases[] = {
	{ "the option", "elfcorehdr=0x21760000 ro", "elfcorehdr=0x21740000 ro" },
	{ "twice", "elfcorehdr=0x21760000 elfcorehdr=0x21760000",
	  "elfcorehdr=0x21740000 elfcorehdr=0x21740000" },
	{ "the property", "ro", "ro", { HEADER_1, HEADER_0 } },
	{ "both", "elfcorehdr=0x21760000", "elfcorehdr=0x21740000",
	  { HEADER_1, HEADER_0 } },
	{ "other numbers stay", "ro x=0x21760000", "ro x=0x21760000",
	  { HEADER_1 + 8, HEADER_1 + 8 } },
};

static void what_is_read_moves_to_slot_0(void **state __always_unused)
{
	static uint8_t expected[TREE_SIZE];
	struct slot_bytes bytes = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(straight_cases); i++) {
		const struct slot_case c = {
			.word = FDT_1, .bootargs = { "x", "y" },
		};
		struct image_view v = make_view(&c, &bytes);
		const struct view_segment *fdt;
		struct straight_image s;
		uint64_t word;

		make_tree(bytes.fdt[1], straight_cases[i].bootargs,
			  straight_cases[i].chosen[0]);
		reserve(bytes.fdt[1], HEADER_1);
		make_tree(expected, straight_cases[i].straight,
			  straight_cases[i].chosen[1]);
		reserve(expected, HEADER_0);
		bytes.header[1][5] = 7;

		image_view_resolve(&v);
		assert_int_equal(image_straighten(&s, &v), 0);
		fdt = image_view_segment(&s.view, SEGMENT_FDT);
		assert_int_equal(s.view.nr_segments, 3);
		assert_int_equal(fdt->mem, FDT_0);
		if (memcmp(fdt->bytes, expected, TREE_SIZE))
			fail_msg("%s: the FDT is another one",
				 straight_cases[i].name);
		assert_int_equal(image_view_segment(&s.view,
						    SEGMENT_ELFCOREHDR)->mem,
				 HEADER_0);
		assert_int_equal(image_view_segment(&s.view,
						    SEGMENT_ELFCOREHDR)->bytes[5],
				 7);
		memcpy(&word, image_view_segment(&s.view,
						 SEGMENT_PURGATORY)->bytes + 0x1d0,
		       sizeof(word));
		assert_int_equal(word, FDT_0);
		image_straight_free(&s);
	}
}

/* nothing is copied, and nothing is another one */
static void slot_0_is_straight(void **state __always_unused)
{
	struct slot_bytes bytes = { 0 };
	struct image_view v = make_view(&slot_cases[0], &bytes);
	struct straight_image s;

	image_view_resolve(&v);
	assert_int_equal(image_straighten(&s, &v), 0);
	assert_null(s.fdt);
	assert_null(s.purgatory);
	assert_int_equal(s.view.nr_segments, 3);
	assert_ptr_equal(image_view_segment(&s.view, SEGMENT_FDT)->bytes,
			 bytes.fdt[0]);
	image_straight_free(&s);
}

/* any FDT may be read, and any header; only what is there is moved */
static void damage_is_straightened_too(void **state __always_unused)
{
	uint8_t *tree = malloc(TREE_SIZE);
	struct slot_bytes bytes = { 0 };
	struct straight_image s;

	for (unsigned int seed = 1; seed < 4000; seed++) {
		struct image_view v = make_view(&slot_cases[1], &bytes);
		unsigned int x = seed;

		memcpy(tree, bytes.fdt[1], TREE_SIZE);
		for (unsigned int n = 0; n < 1 + seed % 6; n++) {
			x = x * 1103515245 + 12345;
			tree[(x >> 8) % (n % 2 ? 40 : TREE_SIZE)] = x >> 20;
		}
		v.segment[4].bytes = tree;
		image_view_resolve(&v);
		assert_int_equal(image_straighten(&s, &v), 0);
		assert_int_equal(s.view.nr_segments, 3);
		image_straight_free(&s);
	}
	free(tree);
}

/* --- an image that is loaded with two slots --------------------------------------- */

/* @found: what the kernel said of the word; @spare: another FDT for slot 1 */
static struct {
	unsigned long found;
	long missing;
	void *spare;
} seen;

static void load_slots(struct kimage *image, struct kexec_buf *kbuf,
		       const void *fdt)
{
	size_t size = fdt_totalsize(fdt);

	seen.found = (unsigned long)
		kexec_purgatory_get_symbol_addr(image, "dt_offset");
	seen.missing = PTR_ERR(kexec_purgatory_get_symbol_addr(image, "kernel"));
	kbuf->buffer = image->elf_headers;
	kbuf->bufsz = 4096;
	kbuf->memsz = 4096;
	kbuf->mem = KEXEC_BUF_MEM_UNKNOWN;
	if (kexec_add_buffer(kbuf))
		return;
	seen.spare = malloc(size);
	memcpy(seen.spare, fdt, size);
	kbuf->buffer = seen.spare;
	kbuf->bufsz = size;
	kbuf->memsz = size;
	kbuf->mem = KEXEC_BUF_MEM_UNKNOWN;
	kexec_add_buffer(kbuf);
}

static struct machine *boot_with_slots(const struct bed *bed)
{
	static struct handler_module handlers;
	struct bed copy = *bed;

	memset(&seen, 0, sizeof(seen));
	handlers = fake_handlers;
	handlers.load_slots = load_slots;
	copy.handlers = &handlers;
	return bed_boot(&copy);
}

static void set_word(struct machine *m, uint64_t word)
{
	bed_poke(m, "purgatory", 0x1d0, &word, sizeof(word));
}

static void loader_makes_two(void **state __always_unused)
{
	const struct bed bed = { .memory = "0+80000000", .cores = "0" };
	struct machine *m = boot_with_slots(&bed);
	const struct view_segment *spare;
	const struct image_view *v;
	uint64_t first;

	bed_apply(m, "load");
	v = machine_image(m);
	assert_int_equal(v->nr_segments, 8);
	assert_int_equal(v->selector, seen.found);
	assert_int_equal(v->selector, v->segment[1].mem + 0x1d0);
	assert_int_equal(seen.missing, -EINVAL);
	first = v->selected;
	assert_int_equal(first, image_view_segment(v, SEGMENT_FDT)->mem);
	spare = bed_spare(v, SEGMENT_FDT);
	assert_non_null(spare);
	assert_true(!memcmp(spare->bytes, spare->loaded, spare->memsz));

	/* the other one is read from now on, and compared with itself */
	set_word(m, spare->mem);
	v = machine_image(m);
	assert_int_equal(bed_spare(v, SEGMENT_FDT)->mem, first);
	assert_ptr_equal(v->loaded_fdt, image_view_segment(v, SEGMENT_FDT)->loaded);
	assert_int_equal(bed_slot(v, SEGMENT_FDT), '1');
	machine_destroy(m);
	free(seen.spare);
}

/* "fdt" is the one that is read, "fdt-1" is slot 1's */
static void names_of_two(void **state __always_unused)
{
	static const struct {
		const char *name;
		unsigned int read;
		unsigned int changed;
	} rows[] = {
		{ "fdt", 0, 0 }, { "fdt", 1, 1 }, { "fdt-1", 0, 1 },
		{ "fdt-1", 1, 1 },
	};
	const struct bed bed = { .memory = "0+80000000", .cores = "0" };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct machine *m = boot_with_slots(&bed);
		const struct image_view *v;
		const struct view_segment *s[2];

		bed_apply(m, "load");
		v = machine_image(m);
		s[0] = image_view_segment(v, SEGMENT_FDT);
		s[1] = bed_spare(v, SEGMENT_FDT);
		set_word(m, s[rows[i].read]->mem);
		bed_poke(m, rows[i].name, 0, "!", 1);
		for (unsigned int slot = 0; slot < 2; slot++)
			assert_int_equal(s[slot]->bytes[0] == '!',
					 slot == rows[i].changed);
		machine_destroy(m);
		free(seen.spare);
	}
}

/* the judge names the word */
static void word_of_nothing_hangs(void **state __always_unused)
{
	const struct bed bed = { .memory = "0+80000000", .cores = "0" };
	struct machine *m = boot_with_slots(&bed);
	struct verdict verdict = { 0 };

	bed_apply(m, "load");
	set_word(m, 0x1234);
	assert_int_equal(judge(machine_view(m), machine_image(m),
			       JUDGE_ANY_CPU, &verdict), 0);
	assert_int_equal(verdict.findings[0].word, VERDICT_HANG);
	assert_says("judge", "purgatory's dt_offset is 0x1234, where no FDT is",
		    verdict.findings[0].text);
	verdict_free(&verdict);
	machine_destroy(m);
	free(seen.spare);
}

/* 16 MiB: room for one FDT and no more; the load is as good as without slots */
static void without_room_there_is_one(void **state __always_unused)
{
	const struct bed bed = {
		.memory = "0+80000000", .cores = "0",
		.spec = { .crashk_start = 0x20000000, .crashk_size = 0x1000000 },
	};
	struct machine *m = boot_with_slots(&bed);
	const struct image_view *v;

	fake.fdt_size = 0x980000;
	bed_apply(m, "load");
	fake.fdt_size = 0;
	v = machine_image(m);
	assert_true(v->loaded);
	assert_null(bed_spare(v, SEGMENT_FDT));
	assert_int_equal(bed_slot(v, SEGMENT_FDT), '0');
	machine_destroy(m);
	free(seen.spare);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(word_and_tree_select),
		cmocka_unit_test(it_is_resolved_again),
		cmocka_unit_test(an_image_without_a_word_stays),
		cmocka_unit_test(bytes_are_not_trusted),
		cmocka_unit_test(what_is_read_moves_to_slot_0),
		cmocka_unit_test(slot_0_is_straight),
		cmocka_unit_test(damage_is_straightened_too),
		cmocka_unit_test(loader_makes_two),
		cmocka_unit_test(names_of_two),
		cmocka_unit_test(word_of_nothing_hangs),
		cmocka_unit_test(without_room_there_is_one),
	};

	return !!cmocka_run_group_tests(tests, NULL, NULL);
}
