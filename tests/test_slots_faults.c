// SPDX-License-Identifier: GPL-2.0-only
/*
 * An image with two slots when something goes wrong: mappings and allocations that
 * fail, and slots that somebody else has written to.
 */
#include <stdlib.h>
#include <string.h>

#include "pseries.h"
#include "powerpc_slots.h"

static struct pseries *boot(void)
{
	return pseries_boot_with_slots(&(struct pseries_config){ });
}

static void a_block_goes(struct pseries *p)
{
	pseries_offline(p, 0x40000000);
}

static void a_core_comes(struct pseries *p)
{
	pseries_add_core(p, 1);
}

static void both(struct pseries *p)
{
	pseries_offline_lost(p, 0x60000000);
	pseries_add_core(p, 2);
}

/* --- what may fail does -------------------------------------------------------- */

static const struct {
	const char *what;
	void (*before)(struct pseries *p);
	void (*event)(struct pseries *p);
} events[] = {
	{ "memory", NULL, a_block_goes },
	{ "memory after a core", a_core_comes, a_block_goes },
	{ "a core", NULL, a_core_comes },
	{ "a core after memory", a_block_goes, a_core_comes },
	{ "both", NULL, both },
	{ "both after memory", a_block_goes, both },
};

static const struct {
	const char *what;
	void (*inject)(struct kernel *k, unsigned long nth);
	unsigned int at_least;
} faults[] = {
	/* of what there is, of the word, and of both parts in both slots */
	{ "a mapping", kernel_fail_map, 6 },
	{ "an allocation", kernel_fail_alloc, 1 },
};

static struct pseries *boot_before(size_t event)
{
	struct pseries *p = boot();

	if (events[event].before)
		events[event].before(p);
	kernel_clear_report(p->kernel);
	return p;
}

static struct pair expected_after(size_t event)
{
	struct pseries *p = boot_before(event);
	struct pair pair;

	events[event].event(p);
	pair = pair_of_slot_0(p);
	pseries_shutdown(p);
	return pair;
}

/* true when the failure was one of the event's */
static bool try_fault(size_t fault, size_t event, unsigned long nth,
		      const struct pair *new)
{
	struct pseries *p = boot_before(event);
	const char *what = events[event].what;
	struct snapshot *s = snapshot_take(p);
	const unsigned int active = pseries_active(p);
	struct pair got;
	bool failed;

	faults[fault].inject(p->kernel, nth);
	events[event].event(p);
	faults[fault].inject(p->kernel, 0);
	failed = !p->image->hotplug_support;
	assert_u64(what, 0, kernel_report(p->kernel)->hidden);
	if (failed) {
		assert_logged(p, "the crash image was not updated");
		assert_u64(what, active, pseries_active(p));
		assert_changed(what, s, p, 0);
	} else {
		snapshot_free(s);
	}

	p->image->hotplug_support = 1;
	pseries_quiet_event(p);
	got = pair_of_slot_0(p);
	assert_pair(what, new, &got);
	pair_free(&got);
	pseries_shutdown(p);
	return failed;
}

static void a_failure_changes_nothing_and_is_made_good(void **state __always_unused)
{
	unsigned long nth, failures;
	size_t fault, event;
	bool failed;

	for (fault = 0; fault < ARRAY_SIZE(faults); fault++) {
		for (event = 0; event < ARRAY_SIZE(events); event++) {
			struct pair new = expected_after(event);

			failures = 0;
			nth = 1;
			do {
				failed = try_fault(fault, event, nth++, &new);
				failures += failed;
			} while (failed || nth < 4);
			if (failures < faults[fault].at_least)
				fail_msg("%s, %s: only %lu matter",
					 events[event].what, faults[fault].what,
					 failures);
			pair_free(&new);
		}
	}
}

/* --- what somebody else has written ----------------------------------------------- */

/**
 * struct outside - all bytes near an image that an update must not write: those that
 *	are not in a slot from @slot on, and not of the word
 */
struct outside {
	unsigned int slot;
	u8 *low;
	u8 *high;
};

#define MARGIN 0x10000

static struct outside outside_copy(struct pseries *p, unsigned int slot)
{
	const size_t high = PSERIES_BACKED - p->top + MARGIN;
	struct outside o = { slot, malloc(p->next + MARGIN), malloc(high) };

	memcpy(o.low, p->crashk, p->next + MARGIN);
	memcpy(o.high, p->crashk + p->top - MARGIN, high);
	return o;
}

static bool in_segment(struct pseries *p, int segment, const u8 *byte)
{
	const u8 *bytes = pseries_bytes(p, segment);

	return byte >= bytes && byte < bytes + pseries_memsz(p, segment);
}

static bool may_change(struct pseries *p, unsigned int slot, const u8 *byte)
{
	const u8 *word = (u8 *)pseries_selector(p);

	for (; slot < PSERIES_SLOTS; slot++)
		if (in_segment(p, pseries_slot_header(p, slot), byte) ||
		    in_segment(p, pseries_slot_fdt(p, slot), byte))
			return true;
	return byte >= word && byte < word + sizeof(long);
}

static void assert_untouched(const char *what, struct pseries *p, unsigned int slot,
			     const u8 *before, const u8 *bytes, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (bytes[i] != before[i] && !may_change(p, slot, bytes + i))
			fail_msg("%s: byte %#zx of the region was written", what,
				 (size_t)(bytes + i - p->crashk));
}

static void assert_outside(const char *what, struct pseries *p, struct outside *o)
{
	assert_untouched(what, p, o->slot, o->low, p->crashk, p->next + MARGIN);
	assert_untouched(what, p, o->slot, o->high, p->crashk + p->top - MARGIN,
			 PSERIES_BACKED - p->top + MARGIN);
	free(o->low);
	free(o->high);
}

/* fields of an FDT's header, all of 32 bits and big-endian */
static const struct {
	const char *name;
	size_t at;
} fields[] = {
	{ "magic", offsetof(struct fdt_header, magic) },
	{ "totalsize", offsetof(struct fdt_header, totalsize) },
	{ "off_dt_struct", offsetof(struct fdt_header, off_dt_struct) },
	{ "off_dt_strings", offsetof(struct fdt_header, off_dt_strings) },
	{ "off_mem_rsvmap", offsetof(struct fdt_header, off_mem_rsvmap) },
	{ "size_dt_strings", offsetof(struct fdt_header, size_dt_strings) },
	{ "size_dt_struct", offsetof(struct fdt_header, size_dt_struct) },
};

static const u32 values[] = {
	0, 1, 0xfffc, 0x10000, 0x7ffffff8, 0xfffffff8, 0xffffffff,
};

static void tear_and_update(bool active, size_t field, u32 value)
{
	struct pseries *p = boot();
	struct outside o = outside_copy(p, 0);

	put_unaligned_be32(value, pseries_bytes(p, pseries_slot_fdt(p, !active)) +
				  fields[field].at);
	/* the torn tree is left as it is, or changed, or is not read any more */
	a_block_goes(p);
	a_core_comes(p);
	p->image->hotplug_support = 1;
	both(p);
	assert_outside(fields[field].name, p, &o);
	assert_u64("hidden", 0, kernel_report(p->kernel)->hidden);
	pseries_shutdown(p);
}

static void a_torn_tree_does_no_harm_outside(void **state __always_unused)
{
	size_t field, value;

	for (field = 0; field < ARRAY_SIZE(fields); field++) {
		for (value = 0; value < ARRAY_SIZE(values); value++) {
			tear_and_update(true, field, values[value]);
			tear_and_update(false, field, values[value]);
		}
	}
}

/**
 * struct torn - what happens to a tree before its copy is made another slot's
 */
static struct torn {
	size_t at;
	u32 value;
	struct outside outside;
} torn;

static void tear_while_loading(struct pseries *p)
{
	put_unaligned_be32(torn.value, pseries_bytes(p, p->fdt) + torn.at);
	torn.outside = outside_copy(p, 1);
}

/* where must the structure block begin, or how long must it be, so that @kind of
 * patch ends at the slot's end?
 */
static void find_end(const struct pseries_config *config, int kind)
{
	struct pseries *p = pseries_boot_with_slots(config);
	const struct fdt_slots *fs = (void *)p->image->arch.crash_slots;
	const struct fdt_patch *patch = &fs->patch[kind];
	const u32 at = pseries_memsz(p, p->fdt) - patch->len;
	const void *fdt = pseries_bytes(p, p->fdt);

	torn.at = offsetof(struct fdt_header, off_dt_struct);
	torn.value = at - patch->at;
	if (patch->back) {
		torn.at = offsetof(struct fdt_header, size_dt_struct);
		torn.value = at + patch->at - fdt_off_dt_struct(fdt);
	}
	pseries_shutdown(p);
}

/* the names of the header are put where a torn tree says: up to the slot's last
 * byte, and not one further
 */
static void the_last_byte_is_the_slots(void **state __always_unused)
{
	static const struct pseries_config configs[] = {
		{ .slots = true }, { .slots = true, .chosen_last = true },
	};
	static const int behind[] = { -9, -8, -1, 0, 1, 4, 7, 8, 9, 16 };
	size_t i, n;
	int kind;
	u32 end;

	for (i = 0; i < ARRAY_SIZE(configs); i++) {
		for (kind = FDT_PATCH_ELFCOREHDR; kind < FDT_NR_PATCHES; kind++) {
			find_end(&configs[i], kind);
			end = torn.value;
			for (n = 0; n < ARRAY_SIZE(behind); n++) {
				struct pseries *p = pseries_boot(&configs[i], NULL);

				torn.value = end + behind[n];
				p->during_load = tear_while_loading;
				assert_errno("load", 0, pseries_load(p));
				assert_outside("the slot's end", p, &torn.outside);
				pseries_shutdown(p);
			}
		}
	}
}

/* whatever was in the slot that nobody reads, an update of both parts is whole */
static void a_torn_spare_is_written_anew(void **state __always_unused)
{
	struct pair expected = expected_after(4), got;
	unsigned int seed = 1, i, n;

	for (i = 0; i < 40; i++) {
		struct pseries *p = boot_before(4);
		u8 *header = pseries_bytes(p, pseries_slot_header(p, 1));
		u8 *fdt = pseries_bytes(p, pseries_slot_fdt(p, 1));
		const u32 size = fdt_off_dt_strings(fdt) +
				 fdt_size_dt_strings(fdt);
		struct outside o = outside_copy(p, 0);

		for (n = 0; n < 100; n++) {
			seed = seed * 1664525 + 1013904223;
			header[(seed >> 8) % 600] ^= seed >> 24;
			/* half of it in the tree's header */
			fdt[(seed >> 8) % (n % 2 ? 40 : size)] ^= seed >> 16;
		}
		both(p);
		assert_outside("a torn spare", p, &o);
		assert_support("a torn spare", p, 1);
		got = pair_of_slot_0(p);
		assert_pair("a torn spare", &expected, &got);
		assert_equal_slots("a torn spare", p);
		pair_free(&got);
		pseries_shutdown(p);
	}
	pair_free(&expected);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_failure_changes_nothing_and_is_made_good),
	cmocka_unit_test(a_torn_tree_does_no_harm_outside),
	cmocka_unit_test(the_last_byte_is_the_slots),
	cmocka_unit_test(a_torn_spare_is_written_anew),
};

TEST_MAIN(tests)
