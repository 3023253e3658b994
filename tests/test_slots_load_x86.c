// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/x86_slots_load.c: what kexec_file_load(2) adds to an image on x86_64 so that
 * it can be updated without a window, and that a load without it is as good as ever.
 */
#include <stdlib.h>
#include <string.h>

#include "pc.h"
#include "slots.h"

/* elfcorehdr, purgatory, boot parameters, kernel */
#define SEGMENTS 4
#define HALF 0xe1000ULL

static struct pc *boot(struct pc_config config)
{
	config.slots = true;
	return pc_boot(&config);
}

/* --- two slots ------------------------------------------------------------- */

/* what lies behind the segment's bytes does not belong to it */
static void cut_end(struct kexec_segment *s)
{
	s->bufsz -= 2;
}

/* @cmdlines: of both slots */
static const struct {
	const char *what;
	struct pc_config config;
	const char *cmdlines[2];
} layouts[] = {
	{ "as captured", { },
	  { "elfcorehdr=0x2f000000 maxcpus=1", "elfcorehdr=0x2f0e1000 maxcpus=1" } },
	{ "above 4 GiB", { .ram = "100000-1ffffffff", .crashk_start = 0x17f000000 },
	  { "elfcorehdr=0x17f000000 maxcpus=1",
	    "elfcorehdr=0x17f0e1000 maxcpus=1" } },
	{ "across 4 GiB", { .ram = "100000-1ffffffff", .crashk_start = 0x1fff90000 },
	  { "elfcorehdr=0x1fff90000 maxcpus=1",
	    "elfcorehdr=0x200071000 maxcpus=1" } },
	{ "the last place of a digit less", { .crashk_start = 0xff1e000 },
	  { "elfcorehdr=0xff1e000 maxcpus=1", "elfcorehdr=0xffff000 maxcpus=1" } },
	{ "halves are whole pages", { .nr_cpus_default = 1, .max_memory_ranges = 8 },
	  { "elfcorehdr=0x2f000000 maxcpus=1", "elfcorehdr=0x2f001000 maxcpus=1" } },
	{ "no end", { .edit_params = cut_end },
	  { "elfcorehdr=0x2f000000 maxcpus=", "elfcorehdr=0x2f0e1000 maxcpus=" } },
	{ "no words from user space", { .cmdline = "" },
	  { "elfcorehdr=0x2f000000 ", "elfcorehdr=0x2f0e1000 " } },
};

/* the other one is the same, but for its command line's words and place */
static void assert_params(const char *what, struct pc *pc)
{
	const struct boot_params *a = pc_bytes(pc, pc_slot_params(pc, 0));
	struct boot_params b = *(struct boot_params *)
			       pc_bytes(pc, pc_slot_params(pc, 1));

	assert_int_not_equal(pc_slot_params(pc, 0), pc_slot_params(pc, 1));
	b.hdr.cmd_line_ptr = a->hdr.cmd_line_ptr;
	b.ext_cmd_line_ptr = a->ext_cmd_line_ptr;
	assert_bytes(what, a, &b, sizeof(b));
}

static void boot_parameters_are_there_twice(void **state __always_unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(layouts); i++) {
		const char *what = layouts[i].what;
		struct pc *pc = boot(layouts[i].config);
		const struct kexec_segment *header;
		unsigned int slot;

		assert_errno(what, 0, pc_load(pc));
		assert_hotplug(what, 1, pc);
		assert_true(pc_has_slots(pc));
		assert_u64(what, SEGMENTS + 1, pc->image->nr_segments);
		assert_u64(what, 0, pc_active(pc));
		for (slot = 0; slot < 2; slot++)
			assert_string_equal(layouts[i].cmdlines[slot],
					    pc_slot_cmdline(pc, slot));
		assert_params(what, pc);
		assert_equal_headers(what, pc);
		/* the capture kernel leaves out both */
		header = &pc->image->segment[pc->header];
		assert_u64(what, header->memsz, pc->image->elf_headers_sz);
		assert_u64(what, 0, pc_header_size(pc) & 0xfff);

		*pc_selector(pc) = pc->image->segment[pc_slot_params(pc, 1)].mem;
		assert_ptr_equal(pc_slot_header(pc, 1), pc_read_header(pc));
		*pc_selector(pc) = pc->image->segment[pc->params].mem;
		pc_shutdown(pc);
	}
}

/* as much as is configured, in each */
static void a_slot_has_the_room_that_is_configured(void **state __always_unused)
{
	struct pc *pc = boot((struct pc_config){ });

	assert_errno("load", 0, pc_load(pc));
	assert_u64("half", HALF, pc_header_size(pc));
	assert_u64("sysfs", HALF,
		   PAGE_ALIGN(handler_module_core_x86_64.elfcorehdr_size()));
	pc_shutdown(pc);
}

/* --- one slot ---------------------------------------------------------------- */

static void set_cmdline(struct kexec_segment *s, u64 address)
{
	struct boot_params *params = s->kbuf;

	params->hdr.cmd_line_ptr = (u32)address;
	params->ext_cmd_line_ptr = address >> 32;
}

static void no_cmdline(struct kexec_segment *s)
{
	set_cmdline(s, 0);
}

static void cmdline_in_the_page(struct kexec_segment *s)
{
	set_cmdline(s, s->mem + sizeof(struct boot_params) - 1);
}

static void cmdline_before(struct kexec_segment *s)
{
	set_cmdline(s, s->mem - 1);
}

static void cmdline_behind(struct kexec_segment *s)
{
	set_cmdline(s, s->mem + s->bufsz);
}

static void cmdline_far_behind(struct kexec_segment *s)
{
	set_cmdline(s, s->mem + sizeof(struct boot_params) + (1ULL << 32));
}

static void cmdline_at_the_end(struct kexec_segment *s)
{
	set_cmdline(s, s->mem + s->bufsz - 1);
}

static void no_end(struct kexec_segment *s)
{
	s->bufsz = sizeof(struct boot_params) + strlen("elfcorehdr=0x2f000000");
}

static void too_short(struct kexec_segment *s)
{
	s->bufsz = sizeof(struct boot_params) - 1;
}

static void another_header(struct kexec_segment *s)
{
	memcpy(s->kbuf + sizeof(struct boot_params) + 13, "2f001000", 8);
}

static void another_option(struct kexec_segment *s)
{
	memcpy(s->kbuf + sizeof(struct boot_params), "elfcorehdr=00", 13);
}

static void break_the_word(struct pc *pc)
{
	*pc_selector(pc) ^= 0x1000;
}

/*
 * @fail_place: the nth segment finds no place
 * @spares: segments that stay although nobody uses them
 * @says: a message
 */
static const struct {
	const char *what;
	struct pc_config config;
	unsigned int fail_place;
	void (*during)(struct pc *pc);
	unsigned int spares;
	const char *says;
} ways_to_one[] = {
	{ "no place for boot parameters", { }, SEGMENTS + 1, NULL, 0,
	  "no second slot (error -99)" },
	{ "no place for two headers", { .largest = HALF }, 0, NULL, 0,
	  "no second slot (error -28)" },
	{ "a digit more", { .crashk_start = 0xff1f000 }, 0, NULL, 0,
	  "no second slot (error -34)" },
	{ "another purgatory", { .selector = "regs" }, 0, NULL, 0,
	  "no second slot (error -22)" },
	{ "a word across words", { .selector_at = 0x224 }, 0, NULL, 0,
	  "no second slot (error -22)" },
	{ "no command line", { .edit_params = no_cmdline }, 0, NULL, 0,
	  "no second slot (error -22)" },
	{ "a command line in the parameters", { .edit_params = cmdline_in_the_page },
	  0, NULL, 0, "no second slot (error -22)" },
	{ "one before them", { .edit_params = cmdline_before }, 0, NULL, 0,
	  "no second slot (error -22)" },
	{ "one behind", { .edit_params = cmdline_behind }, 0, NULL, 0,
	  "no second slot (error -22)" },
	{ "one far behind", { .edit_params = cmdline_far_behind }, 0, NULL, 0,
	  "no second slot (error -22)" },
	{ "one of no length", { .edit_params = cmdline_at_the_end }, 0, NULL, 0,
	  "no second slot (error -2)" },
	{ "one without an end", { .edit_params = no_end }, 0, NULL, 0,
	  "no second slot (error -2)" },
	{ "parameters that are too short", { .edit_params = too_short }, 0, NULL, 0,
	  "no second slot (error -2)" },
	{ "another header", { .edit_params = another_header }, 0, NULL, 0,
	  "no second slot (error -2)" },
	{ "another option", { .edit_params = another_option }, 0, NULL, 0,
	  "no second slot (error -2)" },
	{ "the word leads elsewhere", { }, 0, break_the_word, 1,
	  "purgatory does not lead to the first slot" },
};

static void assert_updates_hide(const char *what, struct pc *pc)
{
	kernel_clear_report(pc->kernel);
	pc_add_dimm(pc, 0x100000000, PC_BLOCK);
	pc_online(pc, 0x100000000, PC_BLOCK);
	pc_offline(pc, 0x100000000, PC_BLOCK);
	assert_u64(what, 1, kernel_report(pc->kernel)->hidden);
	assert_loads(what, PC_TEXT PC_RAM, pc_bytes(pc, pc->header));
	assert_hotplug(what, 1, pc);
}

static void without_second_boot_parameters_updates_hide(void **state __always_unused)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ways_to_one); i++) {
		const char *what = ways_to_one[i].what;
		struct pc *pc = boot(ways_to_one[i].config);

		pc->fail_place = ways_to_one[i].fail_place;
		pc->during_load = ways_to_one[i].during;
		assert_errno(what, 0, pc_load(pc));
		assert_hotplug(what, 1, pc);
		assert_false(pc_has_slots(pc));
		pc_assert_logged(pc, ways_to_one[i].says);
		assert_u64(what, SEGMENTS + ways_to_one[i].spares,
			   pc->image->nr_segments);
		if (pc->config.largest)
			assert_u64(what, pc->config.largest,
				   pc->image->elf_headers_sz);
		if (!pc->config.crashk_start)
			assert_updates_hide(what, pc);
		pc_shutdown(pc);
	}
}

/* an ELF header could not count what is configured */
static void what_does_not_follow_has_one_header(void **state __always_unused)
{
	struct pc *pc = boot((struct pc_config){ .max_memory_ranges = 65536 });

	assert_errno("load", 0, pc_load(pc));
	assert_hotplug("too many", 0, pc);
	assert_false(pc_has_slots(pc));
	assert_u64("segments", SEGMENTS, pc->image->nr_segments);
	assert_u64("one header", 0x1000, pc->image->segment[pc->header].memsz);
	assert_false(pc_was_logged(pc, "second slot"));
	pc_shutdown(pc);
}

static void an_image_of_user_space_has_none(void **state __always_unused)
{
	struct pc *pc = boot((struct pc_config){ });
	const Elf64_Ehdr ehdr = pc_empty_elf(ET_CORE);
	const struct pc_segment header = { &ehdr, sizeof(ehdr), 0x4000 };

	assert_errno("load", 0, pc_load(pc));
	assert_true(pc_has_slots(pc));
	pc_load_user(pc, &header, 1, 0, KEXEC_CRASH_HOTPLUG_SUPPORT);
	assert_false(pc_has_slots(pc));
	pc_shutdown(pc);
}

/* --- what goes wrong ----------------------------------------------------------- */

static void an_allocation_that_fails_costs_them_at_most(void **state __always_unused)
{
	unsigned long nth, allocs = 1, loads = 0, in_one = 0;

	for (nth = 1; nth <= allocs; nth++) {
		struct pc *pc = boot((struct pc_config){ });

		kernel_fail_alloc(pc->kernel, nth);
		if (!pc_load(pc)) {
			allocs = kernel_alloc_count(pc->kernel);
			loads++;
			in_one += pc->image->hotplug_support && !pc_has_slots(pc);
			/* none of them is half there */
			assert_u64("segments",
				   SEGMENTS + !pc_was_logged(pc, "no second slot"),
				   pc->image->nr_segments);
		} else {
			allocs = nth + 1;
		}
		kernel_fail_alloc(pc->kernel, 0);
		pc_check(pc, "an allocation failed");
		pc_shutdown(pc);
	}
	/* the slots' own, and the other boot parameters */
	assert_u64("followed in one slot", 2, in_one);
	assert_true(loads > in_one);
}

static unsigned int fail_map;

static void break_a_mapping(struct pc *pc)
{
	kernel_fail_map(pc->kernel, fail_map);
}

static void a_mapping_that_fails_leaves_a_true_image(void **state __always_unused)
{
	unsigned int slots = 0;

	for (fail_map = 1; fail_map < 12; fail_map++) {
		struct pc *pc = boot((struct pc_config){ });

		pc->during_load = break_a_mapping;
		assert_errno("load", 0, pc_load(pc));
		kernel_fail_map(pc->kernel, 0);
		slots += pc_has_slots(pc);
		if (kernel_crash_hotplug_attr(pc->kernel)) {
			pc_add_dimm(pc, 0x100000000, PC_BLOCK);
			pc_online(pc, 0x100000000, PC_BLOCK);
			assert_header("a DIMM", PC_TEXT PC_RAM " 100000000-107ffffff",
				      pc);
		}
		pc_shutdown(pc);
	}
	assert_true(slots && slots < 11);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(boot_parameters_are_there_twice),
	cmocka_unit_test(a_slot_has_the_room_that_is_configured),
	cmocka_unit_test(without_second_boot_parameters_updates_hide),
	cmocka_unit_test(what_does_not_follow_has_one_header),
	cmocka_unit_test(an_image_of_user_space_has_none),
	cmocka_unit_test(an_allocation_that_fails_costs_them_at_most),
	cmocka_unit_test(a_mapping_that_fails_leaves_a_true_image),
};

TEST_MAIN(tests)
