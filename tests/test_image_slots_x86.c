// SPDX-License-Identifier: GPL-2.0-only
/*
 * x86_64: which boot parameters and which elfcorehdr a crash reads, where an image
 * has two of each; the loader that makes such an image, and what the judge says
 * of a bad one. core/ runs on it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bed.h"
#include "boot_params.h"
#include "handler_module.h"
#include "image_straight.h"
#include "judge.h"

#include "helpers.h"

#define core_handlers handlers_builtin(ARCH_X86_64, "core")

/* rsi in entry64_regs of 6.12's purgatory */
#define RSI 0x1250

static const char *slots_text(const struct image_view *v)
{
	static char text[64];

	snprintf(text, sizeof(text), "params %c, header %c",
		 bed_slot(v, SEGMENT_BOOT_PARAM), bed_slot(v, SEGMENT_ELFCOREHDR));
	return text;
}

/* --- which slot is read ------------------------------------------------------------- */

#define PURGATORY 0x3effb000UL
#define PARAMS_0 0x3eff9000UL
#define PARAMS_1 0x3eff7000UL
#define HEADER_0 0x2f000000UL
#define HEADER_1 0x2f0e1000UL
#define PARAMS_SIZE (BOOT_PARAMS_SIZE + 0x100)

/*
 * @word: what purgatory says
 * @cmdline: of each slot's boot parameters, right behind them
 * @moved: so many bytes farther the first one is said to be
 */
struct slot_case {
	const char *name;
	uint64_t word;
	const char *cmdline[2];
	int64_t moved;
	const char *expected;
};

#define OWN { "elfcorehdr=0x2f000000 ro", "elfcorehdr=0x2f0e1000 ro" }

static const struct slot_case slot_cases[] = {
	{ "slot 0", PARAMS_0, OWN, 0, "params 0, header 0" },
	{ "slot 1", PARAMS_1, OWN, 0, "params 1, header 1" },
	{ "the other's header", PARAMS_0, { "elfcorehdr=0x2f0e1000", "" }, 0,
	  "params 0, header 1" },
	{ "the last option counts", PARAMS_0,
	  { "elfcorehdr=0x2f000000 elfcorehdr=0x2f0e1000", "" }, 0,
	  "params 0, header 1" },
	{ "no option: the slot's own", PARAMS_1, { "", "ro" }, 0,
	  "params 1, header 1" },
	{ "no header there: the slot's own", PARAMS_1,
	  { "", "elfcorehdr=0x2f000008" }, 0, "params 1, header 1" },
	{ "within the option", PARAMS_0, { "x elfcorehdr=0x2f0e1000", "" }, 2,
	  "params 0, header 1" },
	{ "behind the option", PARAMS_0, { "elfcorehdr=0x2f0e1000", "" }, 3,
	  "params 0, header 0" },
	{ "the last byte", PARAMS_0, { "elfcorehdr=0x2f0e1000", "" },
	  PARAMS_SIZE - BOOT_PARAMS_SIZE - 1, "params 0, header 0" },
	{ "behind the segment", PARAMS_0, { "elfcorehdr=0x2f0e1000", "" },
	  PARAMS_SIZE - BOOT_PARAMS_SIZE, "params 0, header 0" },
	{ "before the segment", PARAMS_0, { "elfcorehdr=0x2f0e1000", "" },
	  -BOOT_PARAMS_SIZE - 1, "params 0, header 0" },
	{ "above 4 GiB", PARAMS_0, { "elfcorehdr=0x2f0e1000", "" },
	  0x100000000, "params 0, header 0" },
	{ "a word of nothing", 0, OWN, 0, "params -, header 0" },
	{ "a word into boot parameters", PARAMS_1 + 8, OWN, 0,
	  "params -, header 0" },
	{ "a word with a header's address", HEADER_1, OWN, 0,
	  "params -, header 0" },
};

struct slot_bytes {
	uint8_t purgatory[0x2000];
	uint8_t params[2][PARAMS_SIZE];
	uint8_t header[2][64];
};

static struct image_view make_view(const struct slot_case *c,
				   struct slot_bytes *b)
{
	memset(b, 0, sizeof(*b));
	memcpy(b->purgatory + RSI, &c->word, sizeof(c->word));
	for (int i = 0; i < 2; i++)
		strcpy((char *)b->params[i] + BOOT_PARAMS_SIZE, c->cmdline[i]);
	boot_params_set_cmdline(b->params[0],
				PARAMS_0 + BOOT_PARAMS_SIZE + c->moved);
	boot_params_set_cmdline(b->params[1], PARAMS_1 + BOOT_PARAMS_SIZE);
	return (struct image_view){
		.loaded = true, .nr_segments = 5, .selector = PURGATORY + RSI,
		.segment = {
			bed_segment(SEGMENT_ELFCOREHDR, HEADER_0, b->header[0], 64),
			bed_segment(SEGMENT_PURGATORY, PURGATORY, b->purgatory,
				sizeof(b->purgatory)),
			bed_segment(SEGMENT_BOOT_PARAM, PARAMS_0, b->params[0],
				PARAMS_SIZE),
			bed_segment(SEGMENT_BOOT_PARAM, PARAMS_1, b->params[1],
				PARAMS_SIZE),
			bed_segment(SEGMENT_ELFCOREHDR, HEADER_1, b->header[1], 64),
		},
	};
}

static void word_and_cmdline_select(void **state __always_unused)
{
	struct slot_bytes *bytes = malloc(sizeof(*bytes));

	for (size_t i = 0; i < ARRAY_SIZE(slot_cases); i++) {
		const struct slot_case *c = &slot_cases[i];
		struct image_view v = make_view(c, bytes);

		image_view_resolve(&v);
		assert_text(c->name, c->expected, slots_text(&v));
		assert_int_equal(v.selected, c->word);
	}
	free(bytes);
}

/* it ends where the segment ends, under a sanitizer visibly; too short is none */
static void bytes_are_not_trusted(void **state __always_unused)
{
	static const char option[] = "elfcorehdr=0x2f0e1000";
	const size_t size = BOOT_PARAMS_SIZE + sizeof(option) - 1;
	uint8_t *params = calloc(1, size), *part;
	struct header_place place = { 0 };

	memcpy(params + BOOT_PARAMS_SIZE, option, sizeof(option) - 1);
	boot_params_set_cmdline(params, PARAMS_0 + BOOT_PARAMS_SIZE);
	boot_params_header(params, size, PARAMS_0, &place);
	assert_true(place.known);
	assert_u64("to the last byte", HEADER_1, place.address);

	place.known = false;
	part = calloc(1, BOOT_PARAMS_SIZE - 1);
	memcpy(part + 0x300, option, sizeof(option));
	boot_params_set_cmdline(part, PARAMS_0 + 0x300);
	boot_params_header(part, BOOT_PARAMS_SIZE - 1, PARAMS_0, &place);
	assert_false(place.known);
	free(part);
	free(params);
}

/* --- an image with two slots --------------------------------------------------------- */

static const struct memory_spec memory[] = {
	{ 0x1000, 0x9ec00, 0 }, { 0x100000, 0x3fedf000, 0 },
};

static const struct cpu_spec cpus[] = {
	{ 0, true, true, 0 }, { 1, true, false, 0 },
};

/* the elfcorehdr's half has 0x71000 bytes */
static struct machine *boot(uint64_t crashk_start, uint64_t crashk_size)
{
	const struct machine_spec spec = {
		.arch = ARCH_X86_64, .page_size = 4096,
		.memory = memory, .nr_memory = 2, .cpus = cpus,
		.nr_cpu_specs = 2, .nr_cpus = 512, .nr_cpus_default = 64,
		.crashk_start = crashk_start ? crashk_start : HEADER_0,
		.crashk_size = crashk_size ? crashk_size : 0x10000000,
	};
	struct error err = { "" };
	struct machine *m = machine_create(&spec, core_handlers, &err);

	if (!m)
		fail_msg("no machine: %s", err.text);
	return m;
}

static void load(struct machine *m, const struct load_spec *spec)
{
	const struct event e = { .type = EVENT_LOAD, .u.load = *spec };
	struct error err = { "" };

	if (machine_apply(m, &e, NULL, &err))
		fail_msg("load: %s", err.text);
}

/* @says: in one of the findings; NULL: there is none */
static void assert_judged(const char *what, const struct machine_view *machine,
			  const struct image_view *image,
			  enum verdict_word word, const char *says)
{
	struct verdict v = { 0 };
	bool found = !says;

	assert_int_equal(judge(machine, image, JUDGE_ANY_CPU, &v), 0);
	for (size_t i = 0; says && i < v.nr; i++)
		found |= strstr(v.findings[i].text, says) != NULL;
	if (v.word != word || !found)
		fail_msg("%s: %s, expected %s; %s", what, verdict_name(v.word),
			 verdict_name(word),
			 v.nr ? v.findings[0].text : "no finding");
	verdict_free(&v);
}

static const char *cmdline(const struct view_segment *params)
{
	return (const char *)params->bytes + BOOT_PARAMS_SIZE;
}

/* each names its own header, both are in the digest, the headers are not */
static void loader_makes_two(void **state __always_unused)
{
	const struct load_spec spec = { .cmdline = "maxcpus=1 ro" };
	struct machine *m = boot(0, 0);
	const struct view_segment *params, *header;
	const struct image_view *v;

	load(m, &spec);
	v = machine_image(m);
	assert_int_equal(v->nr_segments, 7);
	assert_text("loaded", "params 0, header 0", slots_text(v));
	params = image_view_segment(v, SEGMENT_BOOT_PARAM);
	header = bed_spare(v, SEGMENT_ELFCOREHDR);
	assert_u64("selector", image_view_segment(v, SEGMENT_PURGATORY)->mem + RSI,
		   v->selector);
	assert_u64("the word", params->mem, v->selected);
	assert_text("slot 0", "elfcorehdr=0x2f000000 maxcpus=1 ro",
		    cmdline(params));
	assert_true(params->in_digest);
	params = bed_spare(v, SEGMENT_BOOT_PARAM);
	assert_text("slot 1", "elfcorehdr=0x2f071000 maxcpus=1 ro",
		    cmdline(params));
	assert_true(params->in_digest);
	assert_u64("header 1", 0x2f071000, header->mem);
	assert_u64("half", 0x71000, header->memsz);
	assert_false(header->in_digest);
	assert_u64("left out of the memory map", 2 * 0x71000, v->reserved);
	assert_judged("loaded", machine_view(m), v, VERDICT_ACCURATE, NULL);
	machine_destroy(m);
}

static void events_go_from_slot_to_slot(void **state __always_unused)
{
	static const struct {
		const char *event, *slots;
	} rows[] = {
		{ "mem+ 100000000 10000000", "params 0, header 0" },
		{ "mem-on 100000000 8000000", "params 1, header 1" },
		{ "mem-on 108000000 8000000", "params 0, header 0" },
		{ "mem-off 100000000 8000000", "params 1, header 1" },
		{ "on 1", "params 1, header 1" },
		{ "load", "params 0, header 0" },
	};
	struct machine *m = boot(0, 0);

	bed_apply(m, "load");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bed_apply(m, rows[i].event);
		assert_text(rows[i].event, rows[i].slots,
			    slots_text(machine_image(m)));
		assert_judged(rows[i].event, machine_view(m), machine_image(m),
			      VERDICT_ACCURATE, NULL);
	}
	machine_destroy(m);
}

/* @word: what purgatory says; 0: as it was. @bytes: one, somewhere in the image */
static const struct {
	const char *what;
	uint64_t word;
	const char *segment;
	size_t offset;
	const char *bytes;
	enum verdict_word word_said;
	const char *says;
} judged[] = {
	{ "a word of nothing", 0x1234, NULL, 0, NULL, VERDICT_HANG,
	  "purgatory's rsi is 0x1234, where no boot parameters are" },
	{ "a byte of the header", 0, "elfcorehdr", 0, "!", VERDICT_LOST, NULL },
	{ "a byte of the spare header", 0, "elfcorehdr-1", 0, "!",
	  VERDICT_ACCURATE, NULL },
	{ "a byte of the spare parameters", 0, "boot_param-1", 0, "!",
	  VERDICT_LOST, "purgatory stops" },
	{ "the command line names another place", 0, "boot_param",
	  BOOT_PARAMS_SIZE + 13, "3", VERDICT_LOST,
	  "the capture kernel looks for the elfcorehdr at 0x3f000000, it is at 0x2f000000" },
	{ "it names none", 0, "boot_param", BOOT_PARAMS_SIZE, "E", VERDICT_LOST,
	  "no elfcorehdr= on the command line" },
	{ "there is none", 0, "boot_param", 0x22b, "\xff", VERDICT_LOST,
	  "no elfcorehdr= on the command line" },
};

static void the_judge_follows_the_word(void **state __always_unused)
{
	for (size_t i = 0; i < ARRAY_SIZE(judged); i++) {
		struct machine *m = boot(0, 0);

		bed_apply(m, "load");
		if (judged[i].word)
			bed_poke(m, "purgatory", RSI, &judged[i].word, 8);
		if (judged[i].segment)
			bed_poke(m, judged[i].segment, judged[i].offset,
			     judged[i].bytes, 1);
		assert_judged(judged[i].what, machine_view(m), machine_image(m),
			      judged[i].word_said, judged[i].says);
		machine_destroy(m);
	}
}

/* the map leaves out bytes from the first header on */
static void what_is_reserved_is_counted_from_the_first(void **state __always_unused)
{
	static const struct {
		unsigned int slot;
		uint64_t reserved;
		enum verdict_word word;
		const char *says;
	} rows[] = {
		{ 0, 2 * 0x71000, VERDICT_ACCURATE, NULL },
		{ 1, 2 * 0x71000, VERDICT_ACCURATE, NULL },
		{ 0, 0x71000, VERDICT_ACCURATE, NULL },
		{ 1, 0x71000, VERDICT_INCOMPLETE, "0 bytes are reserved" },
		{ 1, 0x72000, VERDICT_ACCURATE, "4096 bytes are reserved" },
	};
	struct machine *m = boot(0, 0);

	bed_apply(m, "load");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct image_view v;
		const uint64_t mem =
			machine_image(m)->segment[rows[i].slot ? 5 : 2].mem;

		bed_poke(m, "purgatory", RSI, &mem, sizeof(mem));
		v = *machine_image(m);
		v.reserved = rows[i].reserved;
		assert_judged("reserved", machine_view(m), &v, rows[i].word,
			      rows[i].says);
	}
	machine_destroy(m);
}

/* --- bytes that somebody else made ------------------------------------------------- */

/* its list of what it verifies names the boot parameters too, and comes first */
static void the_word_is_not_the_list_of_regions(void **state __always_unused)
{
	static uint64_t purgatory[0x4000 / 8];
	const struct segment_spec segments[] = {
		{ "purgatory", 0x3e000000, 0x5000, 0x4000, purgatory,
		  sizeof(purgatory) },
		{ .name = "boot_param", .mem = 0x3d000000 },
		{ .name = "kernel", .mem = 0x3c000000 },
	};
	const struct load_spec spec = {
		.segments = segments, .nr_segments = 3, .kernel_size = 0x1000,
	};
	static const struct {
		const char *what;
		size_t rsi;
		uint64_t rip;
		uint64_t selector;
	} rows[] = {
		{ "entry64_regs", 0x300, 0x3c000200, 0x3e000300 },
		{ "no kernel behind it", 0x300, 0x3c001000, 0 },
		{ "at the end", 0x4000 - 88, 0x3c000200, 0x3e003fa8 },
		{ "no room behind it", 0x4000 - 80, 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct machine *m = boot(0, 0);

		memset(purgatory, 0, sizeof(purgatory));
		purgatory[0x20] = 0x3d000000;
		purgatory[0x21] = 0x2000;
		purgatory[rows[i].rsi / 8] = 0x3d000000;
		if (rows[i].rip)
			purgatory[rows[i].rsi / 8 + 10] = rows[i].rip;
		load(m, &spec);
		assert_u64(rows[i].what, rows[i].selector,
			   machine_image(m)->selector);
		assert_int_equal(machine_image(m)->nr_segments,
				 rows[i].selector ? 7 : 5);
		machine_destroy(m);
	}
}

/*
 * @call: kexec_load(2) has the elfcorehdr in the digest
 * @cmdline: of the second boot parameters
 * @parts: elfcorehdrs that are seen
 */
static const struct {
	const char *what;
	enum load_call call;
	const char *cmdline;
	size_t parts;
} adopted[] = {
	{ "the middle", LOAD_KEXEC_FILE_LOAD, "elfcorehdr=0x2f002000", 2 },
	{ "not the middle", LOAD_KEXEC_FILE_LOAD, "elfcorehdr=0x2f003000", 2 },
	{ "the same", LOAD_KEXEC_FILE_LOAD, "elfcorehdr=0x2f000000", 1 },
	{ "no page", LOAD_KEXEC_FILE_LOAD, "elfcorehdr=0x2f002008", 1 },
	{ "behind it", LOAD_KEXEC_FILE_LOAD, "elfcorehdr=0x2f004000", 1 },
	{ "before it", LOAD_KEXEC_FILE_LOAD, "elfcorehdr=0x2effe000", 1 },
	{ "no option", LOAD_KEXEC_FILE_LOAD, "ro", 1 },
	{ "in the digest", LOAD_KEXEC_LOAD, "elfcorehdr=0x2f002000", 1 },
};

static void an_adopted_header_is_cut_where_it_is_named(void **state __always_unused)
{
	static uint8_t params[PARAMS_SIZE], header[0x4000];
	const struct segment_spec segments[] = {
		{ "elfcorehdr", 0x2f000000, 0x4000, 0x4000, header,
		  sizeof(header) },
		{ "boot_param-1", 0x3d000000, 0x2000, PARAMS_SIZE, params,
		  sizeof(params) },
		{ .name = "kernel", .mem = 0x3c000000, .memsz = 0x1000,
		  .bytes = header, .nr_bytes = 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(adopted); i++) {
		const struct load_spec spec = {
			.adopt = true, .call = adopted[i].call,
			.segments = segments, .nr_segments = 3,
		};
		struct machine *m = boot(0, 0);
		const struct image_view *v;
		size_t parts = 0, bytes = 0;

		memset(params, 0, sizeof(params));
		boot_params_set_cmdline(params, 0x3d000000 + BOOT_PARAMS_SIZE);
		strcpy((char *)params + BOOT_PARAMS_SIZE, adopted[i].cmdline);
		load(m, &spec);
		v = machine_image(m);
		for (size_t s = 0; s < v->nr_segments; s++) {
			if (v->segment[s].loaded_as != SEGMENT_ELFCOREHDR)
				continue;
			parts++;
			bytes += v->segment[s].memsz;
		}
		assert_u64(adopted[i].what, adopted[i].parts, parts);
		assert_u64(adopted[i].what, 0x4000, bytes);
		machine_destroy(m);
	}
}

/* --- where there is no second slot ---------------------------------------------------- */

static void without_room_there_is_one(void **state __always_unused)
{
	static const struct {
		const char *what;
		uint64_t start, size;
		size_t kernel_size;
		size_t segments;
	} rows[] = {
		{ "as much as it takes", 0, 0x2000000, 0x1000000, 7 },
		/* 0xf0f000 from the first place for a kernel on */
		{ "a digit more", 0xff90000, 0x4000000, 0x100000, 5 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct load_spec spec = {
			.kernel_size = rows[i].kernel_size,
		};
		struct machine *m = boot(rows[i].start, rows[i].size);

		load(m, &spec);
		assert_u64(rows[i].what, rows[i].segments,
			   machine_image(m)->nr_segments);
		bed_apply(m, "mem+ 100000000 8000000; mem-on 100000000 8000000");
		assert_judged(rows[i].what, machine_view(m), machine_image(m),
			      VERDICT_ACCURATE, NULL);
		machine_destroy(m);
	}
}

/* --- an image without its slots --------------------------------------------------------- */

/* what is read, where the only one would be; the rest is as it was loaded */
static void a_straight_image_has_one_of_each(void **state __always_unused)
{
	struct machine *m = boot(0, 0);
	struct straight_image s;
	const struct view_segment *header;

	bed_apply(m, "load; mem+ 100000000 8000000; mem-on 100000000 8000000");
	header = image_view_segment(machine_image(m), SEGMENT_ELFCOREHDR);
	assert_u64("slot 1", 0x2f071000, header->mem);
	assert_int_equal(image_straighten(&s, machine_image(m)), 0);
	assert_int_equal(s.view.nr_segments, 5);
	assert_text("straight", "params 0, header 0", slots_text(&s.view));
	assert_u64("header", 0x2f000000, s.view.segment[0].mem);
	assert_ptr_equal(s.view.segment[0].bytes, header->bytes);
	assert_u64("reserved", 0x71000, s.view.reserved);
	assert_u64("the word", s.view.segment[2].mem, s.view.selected);
	image_view_resolve(&s.view);
	assert_text("resolved", "params 0, header 0", slots_text(&s.view));
	assert_judged("straight", machine_view(m), &s.view, VERDICT_ACCURATE,
		      NULL);
	image_straight_free(&s);
	machine_destroy(m);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(word_and_cmdline_select),
	cmocka_unit_test(bytes_are_not_trusted),
	cmocka_unit_test(loader_makes_two),
	cmocka_unit_test(events_go_from_slot_to_slot),
	cmocka_unit_test(the_judge_follows_the_word),
	cmocka_unit_test(what_is_reserved_is_counted_from_the_first),
	cmocka_unit_test(the_word_is_not_the_list_of_regions),
	cmocka_unit_test(an_adopted_header_is_cut_where_it_is_named),
	cmocka_unit_test(without_room_there_is_one),
	cmocka_unit_test(a_straight_image_has_one_of_each),
};

TEST_MAIN(tests)
