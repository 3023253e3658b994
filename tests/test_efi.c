// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the stub of an EFI-assisted kdump makes of what it finds after a reset:
 * the saved record, whole, torn, overwritten, of another boot. It may boot as
 * usual whenever it likes, but never into a range that is not the crash kernel's,
 * or with headers that nobody has saved; and it always says why.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "duration.h"
#include "efi_stub.h"
#include "efi_variable.h"

#include "helpers.h"

#define AREA 0x2ff00000ULL
#define PAYLOAD 600

/* --- a machine that has saved, and what its next boot finds -------------------- */

struct found {
	struct efi_store store;
	struct efi_record record;
	struct efi_area area;
	uint8_t bytes[EFI_PAGE * 3];
	uint8_t payload[3][PAYLOAD];
	enum efi_reset says;
	bool unreadable;
	struct view_ranges map;
	struct efi_decision decision;
};

static void save_variable(struct found *f)
{
	uint8_t data[EFI_RECORD_SIZE];
	struct error err;

	efi_record_write(&f->record, data);
	if (efi_store_set(&f->store, EFI_RECORD_NAME, EFI_VARIABLE_KEPT, data,
			  sizeof(data), &err))
		fail_msg("%s", err.text);
}

static void update(struct found *f, unsigned int payload, uint64_t budget)
{
	struct error err;

	f->area.budget = budget;
	if (efi_area_update(&f->area, f->payload[payload], PAYLOAD, &err))
		fail_msg("%s", err.text);
	f->area.budget = UINT64_MAX;
}

/* loaded, and two events since: headers 2 and 3 are in the slots */
static void set_up(struct found *f)
{
	memset(f, 0, sizeof(*f));
	f->store.max_variable = EFI_MAX_VARIABLE;
	f->store.size = EFI_STORE_SIZE;
	f->record = (struct efi_record){
		.boot = "boot number one",
		.area = AREA,
		.area_size = sizeof(f->bytes),
		.nr_ranges = 2,
		.ranges = { { 0x1000000, 0x1ffffff },
			    { 0x20000000, 0x2fffffff } },
	};
	f->area.bytes = f->bytes;
	f->area.size = sizeof(f->bytes);
	f->area.budget = UINT64_MAX;
	memcpy(f->area.boot, f->record.boot, EFI_BOOT_ID);
	for (unsigned int i = 0; i < 3; i++)
		memset(f->payload[i], 'a' + i, PAYLOAD);
	assert_int_equal(0, view_ranges_add(&f->map, 0x100000, 0x7fffffff));
	save_variable(f);
	efi_area_mark(&f->area, EFI_MARK_ARMED, UINT32_MAX);
	for (unsigned int i = 0; i < 3; i++)
		update(f, i, UINT64_MAX);
	efi_area_mark(&f->area, EFI_MARK_CRASHED, 7);
}

static void tear_down(struct found *f)
{
	view_ranges_free(&f->map);
}

static const uint8_t *read_bytes(void *arg, uint64_t start, uint64_t size)
{
	struct found *f = arg;

	return !f->unreadable && start == AREA && size == sizeof(f->bytes) ?
	       f->bytes : NULL;
}

static void decide(struct found *f)
{
	const struct efi_boot boot = {
		.file = f->store.file,
		.file_size = f->store.file_size,
		.map = &f->map,
		.says = f->says,
		.read = read_bytes,
		.arg = f,
	};

	efi_stub_decide(&boot, &f->decision);
}

/* which of the payloads the decision leads to; -1: none that was ever saved */
static int which_payload(const struct found *f)
{
	const struct efi_slot *slot = &f->decision.slot;

	if (slot->size != PAYLOAD || slot->offset > sizeof(f->bytes) - PAYLOAD)
		return -1;
	for (int i = 0; i < 3; i++)
		if (!memcmp(f->bytes + slot->offset, f->payload[i], PAYLOAD))
			return i;
	return -1;
}

/* what must hold whatever the stub has found */
static void check_decision(const char *what, size_t at, const struct found *f)
{
	const struct efi_decision *d = &f->decision;

	if (!d->why[0])
		fail_msg("%s %zu: no reason", what, at);
	if (!d->confined)
		return;
	if (d->record.nr_ranges != 2 ||
	    memcmp(d->record.ranges, f->record.ranges,
		   2 * sizeof(struct view_range)))
		fail_msg("%s %zu: confined to other ranges", what, at);
	if (d->cpu != 7)
		fail_msg("%s %zu: CPU %u", what, at, d->cpu);
	if (which_payload(f) < 0)
		fail_msg("%s %zu: headers that nobody saved", what, at);
}

/* --- decisions ------------------------------------------------------------------ */

static void nothing(struct found *f __always_unused)
{
}

static void no_variable(struct found *f)
{
	efi_store_set(&f->store, EFI_RECORD_NAME, 0, NULL, 0, NULL);
}

static void no_attributes(struct found *f)
{
	f->store.file_size = 3;
}

static void volatile_variable(struct found *f)
{
	f->store.file[0] &= ~EFI_VARIABLE_NON_VOLATILE;
}

static void longer_variable(struct found *f)
{
	f->store.file_size++;
}

static void wrong_magic(struct found *f)
{
	f->store.file[EFIVARFS_ATTRIBUTES] ^= 0x20;
}

static void wrong_checksum(struct found *f)
{
	f->store.file[f->store.file_size - 1] ^= 1;
}

static void odd_range(struct found *f)
{
	f->record.ranges[0].end--;
	save_variable(f);
}

static void backward_range(struct found *f)
{
	f->record.ranges[0] = (struct view_range){ 0x2000000, 0xffffff };
	save_variable(f);
}

static void overlapping_ranges(struct found *f)
{
	f->record.ranges[1].start = 0x1000000;
	save_variable(f);
}

static void area_elsewhere(struct found *f)
{
	f->record.area = 0x3ff00000;
	save_variable(f);
}

static void area_wraps(struct found *f)
{
	f->record.area_size = -AREA - EFI_PAGE;
	save_variable(f);
}

static void range_not_memory(struct found *f)
{
	view_ranges_remove(&f->map, 0x1800000, 0x18fffff);
}

static void area_unreadable(struct found *f)
{
	f->unreadable = true;
}

static void says_cold(struct found *f)
{
	f->says = EFI_RESET_COLD;
}

static void says_warm(struct found *f)
{
	f->says = EFI_RESET_WARM;
}

static void cleared(struct found *f)
{
	memset(f->bytes, 0, sizeof(f->bytes));
}

static void filled(struct found *f)
{
	memset(f->bytes, 0xff, sizeof(f->bytes));
}

static void decayed(struct found *f)
{
	f->bytes[9] ^= 4;
}

static void not_crashed(struct found *f)
{
	efi_area_mark(&f->area, EFI_MARK_ARMED, UINT32_MAX);
}

static void taken(struct found *f)
{
	efi_area_mark(&f->area, EFI_MARK_TAKEN, 7);
}

static void unknown_mark(struct found *f)
{
	efi_area_mark(&f->area, 9, 7);
}

/* the service was started again, and wrote the variable, but nothing else yet */
static void newer_variable(struct found *f)
{
	f->record.boot[0]++;
	save_variable(f);
}

/* the other way round: the variable is the one of an older crash */
static void older_variable(struct found *f)
{
	f->area.boot[0]++;
	efi_area_mark(&f->area, EFI_MARK_CRASHED, 7);
}

static void older_slots(struct found *f)
{
	f->record.boot[0]++;
	f->area.boot[0]++;
	save_variable(f);
	efi_area_mark(&f->area, EFI_MARK_CRASHED, 7);
}

/* where the slots are in these three pages, by the numbers 3 and 2 */
#define SLOT_3 (2 * EFI_PAGE)
#define SLOT_2 EFI_PAGE
#define HEAD 104

static void newest_overwritten(struct found *f)
{
	f->bytes[SLOT_3 + HEAD + 17]++;
}

static void newest_head_overwritten(struct found *f)
{
	memset(f->bytes + SLOT_3, 0, HEAD);
}

static void older_overwritten(struct found *f)
{
	memset(f->bytes + SLOT_2, 0x55, EFI_PAGE);
}

/* whole, and of this boot, but of an area that had more room */
static void newest_too_large(struct found *f)
{
	static uint8_t bytes[EFI_PAGE * 9], payload[5000];
	struct efi_area large = f->area;
	struct error err;

	large.bytes = bytes;
	large.size = sizeof(bytes);
	large.sequence = 6;
	if (efi_area_update(&large, payload, sizeof(payload), &err))
		fail_msg("%s", err.text);
	memcpy(f->bytes + SLOT_3, bytes + EFI_PAGE * 5, EFI_PAGE);
}

static void both_overwritten(struct found *f)
{
	newest_overwritten(f);
	f->bytes[SLOT_2 + HEAD]++;
}

static const struct {
	const char *name;
	void (*happens)(struct found *f);
	int payload;		/* -1: boots as usual */
	const char *why;
} decisions[] = {
	{ "a crash", nothing, 2, "crashed; headers number 3 are whole" },
	{ "firmware says warm", says_warm, 2, "number 3" },

	{ "nothing saved", no_variable, -1, "there is no record" },
	{ "three bytes", no_attributes, -1, "less than its attributes" },
	{ "volatile", volatile_variable, -1, "attributes are 0x6 and not 0x7" },
	{ "too long", longer_variable, -1, "has 153 bytes and not 152" },
	{ "magic", wrong_magic, -1, "does not begin with its magic" },
	{ "checksum", wrong_checksum, -1, "the record's checksum is wrong" },

	/* with checksums that are right: whoever wrote this had a bug */
	{ "odd range", odd_range, -1, "0x1000000-0x1fffffe is not made of whole pages" },
	{ "backward", backward_range, -1, "is not made of whole pages" },
	{ "overlapping", overlapping_ranges, -1, "is not behind the one before it" },
	{ "area outside", area_elsewhere, -1, "is not inside the crash ranges" },
	{ "area wraps", area_wraps, -1, "is not inside the crash ranges" },

	{ "range is firmware's now", range_not_memory, -1,
	  "firmware does not give all of 0x1000000-0x1ffffff" },
	{ "nobody reads it", area_unreadable, -1, "nobody can read the area" },
	{ "firmware says cold", says_cold, -1, "firmware calls this a cold boot" },

	/* a stale record, and memory that was without power */
	{ "cold: zeros", cleared, -1, "cleared (each byte of the mark is 0x00)" },
	{ "cold: ones", filled, -1, "cleared (each byte of the mark is 0xff)" },
	{ "cold: decayed", decayed, -1, "the mark did not survive" },

	{ "ordinary reboot", not_crashed, -1, "did not crash" },
	{ "second boot after it", taken, -1, "looked at by a boot before" },
	{ "unknown mark", unknown_mark, -1, "the mark says 9" },
	{ "newer variable", newer_variable, -1, "the mark is of another boot" },
	{ "older variable", older_variable, -1, "the mark is of another boot" },
	{ "older slots", older_slots, -1, "slot 0 is of another boot" },

	{ "newest overwritten", newest_overwritten, 1,
	  "slot 1 were overwritten: their checksum is wrong: headers number 2 are used" },
	{ "newest head", newest_head_overwritten, 1, "slot 1 is empty or torn" },
	{ "older overwritten", older_overwritten, 2, "headers number 3 are used" },
	{ "newest too large", newest_too_large, 1,
	  "slot 1 says 5000 bytes and has room for 3992" },
	{ "both overwritten", both_overwritten, -1,
	  "slot 0 were overwritten: their checksum is wrong; the headers in slot 1" },
};

static void test_decisions(void **state)
{
	struct found f;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(decisions); i++) {
		set_up(&f);
		decisions[i].happens(&f);
		decide(&f);
		if (!strstr(f.decision.why, decisions[i].why))
			fail_msg("%s:\n\texpected \"%s\"\n\tgot      \"%s\"",
				 decisions[i].name, decisions[i].why,
				 f.decision.why);
		assert_int_equal(decisions[i].payload >= 0, f.decision.confined);
		if (f.decision.confined)
			assert_int_equal(decisions[i].payload, which_payload(&f));
		tear_down(&f);
	}
}

/* --- torn at every byte --------------------------------------------------------- */

/* power goes while flash is written: a new record over an old one, over nothing */
static void test_variable_torn(void **state)
{
	struct found f, old;

	(void)state;
	set_up(&old);
	set_up(&f);
	old.record.boot[3] = 'B';
	old.record.ranges[0].start = 0;
	save_variable(&old);
	for (size_t n = 0; n < f.store.file_size; n++) {
		struct found torn = f;

		memcpy(torn.store.file + n, old.store.file + n,
		       f.store.file_size - n);
		torn.area.bytes = torn.bytes;
		decide(&torn);
		check_decision("new over old", n, &torn);
		if (torn.decision.confined)
			fail_msg("%zu bytes of the new record", n);

		memset(torn.store.file + n, 0xff, f.store.file_size - n);
		decide(&torn);
		if (torn.decision.confined || !torn.decision.why[0])
			fail_msg("%zu bytes, and erased flash", n);

		torn.store.file_size = n;
		decide(&torn);
		if (torn.decision.confined || !torn.decision.why[0])
			fail_msg("%zu bytes, and no more", n);
	}
	tear_down(&f);
	tear_down(&old);
}

/* the kernel dies in an update: the headers of before, or the new ones */
static void test_update_torn(void **state)
{
	const uint64_t all = HEAD + PAYLOAD + HEAD;
	unsigned int seen[3] = { 0 };
	struct found f;

	(void)state;
	for (uint64_t n = 0; n <= all; n++) {
		set_up(&f);
		/* the third once more, after the second, so that all differ */
		f.area.sequence = 2;
		update(&f, 1, UINT64_MAX);
		update(&f, 0, n);
		decide(&f);
		check_decision("update", n, &f);
		assert_true(f.decision.confined);
		seen[which_payload(&f)]++;
		tear_down(&f);
	}
	assert_int_equal(1, seen[0]);
	assert_int_equal(all, seen[1]);
	assert_int_equal(0, seen[2]);
}

/* and while it says that it has crashed: then nobody knows, and that is safe */
static void test_mark_torn(void **state)
{
	struct found f;

	(void)state;
	for (uint64_t n = 0; n <= 64; n++) {
		set_up(&f);
		efi_area_mark(&f.area, EFI_MARK_ARMED, UINT32_MAX);
		f.area.budget = n;
		efi_area_mark(&f.area, EFI_MARK_CRASHED, 7);
		decide(&f);
		check_decision("mark", n, &f);
		assert_int_equal(n == 64, f.decision.confined);
		tear_down(&f);
	}
}

/* what is read lies in [at, at + 64) */
static bool is_read(size_t at)
{
	const size_t in_page = at % EFI_PAGE;

	return in_page < (at < EFI_PAGE ? 64 : HEAD + PAYLOAD) ||
	       in_page + 64 > EFI_PAGE;
}

/* firmware or a device overwrites so many bytes, anywhere */
static void test_overwritten(void **state)
{
	static const size_t lengths[] = { 1, 8, 64, 512, 3000 };
	struct found f;

	(void)state;
	for (size_t l = 0; l < ARRAY_SIZE(lengths); l++) {
		for (size_t at = 0; at + lengths[l] <= sizeof(f.bytes);
		     at += !is_read(at) ? 64 : lengths[l] < 8 ? 1 : 8) {
			set_up(&f);
			memset(f.bytes + at, EFI_FIRMWARE_BYTE, lengths[l]);
			decide(&f);
			check_decision("overwritten", at, &f);
			/* the mark is always needed, one slot is enough */
			if (f.decision.confined != (at >= 64))
				fail_msg("%zu bytes at %zu: %s", lengths[l], at,
					 f.decision.why);
			tear_down(&f);
		}
	}
}

/* --- anything -------------------------------------------------------------------- */

static uint32_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return *seed >> 33;
}

static void spoil(uint8_t *bytes, size_t size, uint64_t *seed)
{
	size_t at = next_random(seed) % size;
	size_t length = 1 + next_random(seed) % 40;

	while (length-- && at < size)
		bytes[at++] = next_random(seed) % 3 ? next_random(seed) : 0;
}

/* mistakes of a writer, under a checksum that is right */
static void spoil_record(struct found *f, uint64_t *seed)
{
	struct efi_record *r = &f->record;

	spoil((uint8_t *)r->ranges, sizeof(r->ranges), seed);
	if (next_random(seed) % 2)
		r->nr_ranges = 1 + next_random(seed) % EFI_RECORD_RANGES;
	if (next_random(seed) % 4 == 0)
		spoil((uint8_t *)&r->area, sizeof(r->area), seed);
	save_variable(f);
}

static void check_hostile(size_t round, const struct found *f)
{
	const struct efi_decision *d = &f->decision;

	if (!d->why[0])
		fail_msg("round %zu: no reason", round);
	for (size_t i = 0; d->confined && i < d->record.nr_ranges; i++)
		if (!view_ranges_contains(&f->map, d->record.ranges[i].start,
					  d->record.ranges[i].end))
			fail_msg("round %zu: confined to what is not memory",
				 round);
	if (d->confined && which_payload(f) < 0)
		fail_msg("round %zu: headers that nobody saved", round);
}

static void test_sweep(void **state)
{
	unsigned int confined = 0;
	uint64_t seed = 20150124;
	struct found f;

	(void)state;
	for (size_t round = 0; round < 4000; round++) {
		bool hostile = round % 4 == 0;

		set_up(&f);
		if (hostile)
			spoil_record(&f, &seed);
		if (next_random(&seed) % 3 == 0)
			spoil(f.store.file, f.store.file_size, &seed);
		if (next_random(&seed) % 3 == 0)
			f.store.file_size = next_random(&seed) %
					    (f.store.file_size + 4);
		for (unsigned int n = next_random(&seed) % 4; n; n--)
			spoil(f.bytes, sizeof(f.bytes), &seed);
		decide(&f);
		if (hostile)
			check_hostile(round, &f);
		else
			check_decision("round", round, &f);
		confined += f.decision.confined;
		tear_down(&f);
	}
	/* a stub that never looks would pass all else */
	assert_true(confined > 400);
}

/* --- room ----------------------------------------------------------------------- */

static void test_store(void **state)
{
	static const struct {
		size_t max_variable, size, used, data;
		const char *why;
	} rows[] = {
		{ EFI_MAX_VARIABLE, EFI_STORE_SIZE, 0, EFI_RECORD_SIZE },
		/* 60 of header, 24 of name */
		{ 236, EFI_STORE_SIZE, 0, EFI_RECORD_SIZE },
		{ 235, EFI_STORE_SIZE, 0, EFI_RECORD_SIZE,
		  "takes 236 bytes, firmware allows 235 (EFI_INVALID_PARAMETER)" },
		{ EFI_MAX_VARIABLE, 10000, 10000 - 236 - 5120, EFI_RECORD_SIZE },
		{ EFI_MAX_VARIABLE, 10000, 10000 - 235 - 5120, EFI_RECORD_SIZE,
		  "(EFI_OUT_OF_RESOURCES)" },
		{ EFI_MAX_VARIABLE, 10000, 10001, EFI_RECORD_SIZE,
		  "(EFI_OUT_OF_RESOURCES)" },
	};
	const uint8_t data[EFI_RECORD_SIZE] = { 1 };
	struct efi_store store;
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		store = (struct efi_store){
			.max_variable = rows[i].max_variable,
			.size = rows[i].size,
			.used = rows[i].used,
		};
		if (!efi_store_set(&store, EFI_RECORD_NAME, EFI_VARIABLE_KEPT,
				   data, rows[i].data, &err) == !!rows[i].why)
			fail_msg("row %zu", i);
		if (rows[i].why && !strstr(err.text, rows[i].why))
			fail_msg("row %zu: %s", i, err.text);
		assert_int_equal(!rows[i].why, store.writes);
	}
}

/* a file of efivarfs: four bytes of attributes, little endian, then the data */
static void test_file(void **state)
{
	struct found f;

	(void)state;
	set_up(&f);
	assert_int_equal(156, f.store.file_size);
	assert_memory_equal("\x07\0\0\0KDUMPEFI\x01\0\0\0\x98\0\0\0", f.store.file,
			    20);
	tear_down(&f);
}

static void test_area_room(void **state)
{
	struct found f;
	struct error err;
	uint8_t large[EFI_PAGE];

	(void)state;
	memset(large, 'L', sizeof(large));
	assert_int_equal(EFI_PAGE * 3, efi_area_size(EFI_PAGE - HEAD));
	assert_int_equal(EFI_PAGE * 5, efi_area_size(EFI_PAGE - HEAD + 1));
	assert_int_equal(EFI_PAGE - HEAD, efi_area_room(EFI_PAGE * 3));
	set_up(&f);
	assert_int_equal(-1, efi_area_update(&f.area, large,
					     EFI_PAGE - HEAD + 1, &err));
	assert_string_equal("the headers take 3993 bytes, a slot has room for 3992",
			    err.text);
	decide(&f);
	assert_int_equal(2, which_payload(&f));
	assert_int_equal(0, efi_area_update(&f.area, large, EFI_PAGE - HEAD,
					    &err));
	tear_down(&f);
}

/* --- what firmware and devices do ------------------------------------------------- */

static void test_reset(void **state)
{
	static const struct {
		struct efi_firmware fw;
		const char *after;	/* of eight bytes at 0x1000 */
	} rows[] = {
		{ { EFI_MEMORY_KEPT, .dma = { 1, 0 } }, "........" },
		{ { EFI_MEMORY_CLEARED, .dma = { 1, 0 } }, "00000000" },
		{ { EFI_MEMORY_OVERWRITTEN, { 0x1002, 0x1004 }, .dma = { 1, 0 } },
		  "..FFF..." },
		{ { EFI_MEMORY_OVERWRITTEN, { 0, 0x1000 }, .dma = { 1, 0 } },
		  "F......." },
		{ { EFI_MEMORY_OVERWRITTEN, { 0x1007, UINT64_MAX }, .dma = { 1, 0 } },
		  ".......F" },
		{ { EFI_MEMORY_OVERWRITTEN, { 0x1008, 0x2000 }, .dma = { 1, 0 } },
		  "........" },
		{ { EFI_MEMORY_OVERWRITTEN, { 1, 0 }, .dma = { 1, 0 } },
		  "........" },
		/* four bytes in a second, for a second; for none; for ever */
		{ { .dma = { 0x1001, 0x1007 }, .dma_rate = 4,
		    .device_reset = NS_PER_S }, ".DDDD..." },
		{ { .dma = { 0x1001, 0x1007 }, .dma_rate = 4 }, "........" },
		{ { .dma = { 0x1001, 0x1007 }, .dma_rate = UINT64_MAX,
		    .device_reset = DURATION_MAX }, ".DDDDDDD" },
		/* all but one byte */
		{ { .dma = { 0x1001, 0x1007 }, .dma_rate = 6,
		    .device_reset = NS_PER_S }, ".DDDDDD." },
		/* firmware comes after it */
		{ { EFI_MEMORY_OVERWRITTEN, { 0x1002, 0x1003 },
		    .dma = { 0x1000, 0x1007 }, .dma_rate = 4,
		    .device_reset = NS_PER_S }, "DDFF...." },
	};
	uint8_t bytes[8];
	char got[9];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		memset(bytes, '.', sizeof(bytes));
		efi_reset_memory(&rows[i].fw, 0x1000, bytes, sizeof(bytes));
		for (size_t n = 0; n < 8; n++)
			got[n] = bytes[n] == EFI_CLEARED_BYTE ? '0' :
				 bytes[n] == EFI_FIRMWARE_BYTE ? 'F' :
				 bytes[n] == EFI_DMA_BYTE ? 'D' : bytes[n];
		got[8] = '\0';
		if (strcmp(rows[i].after, got))
			fail_msg("row %zu: %s and not %s", i, got, rows[i].after);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decisions),
		cmocka_unit_test(test_variable_torn),
		cmocka_unit_test(test_update_torn),
		cmocka_unit_test(test_mark_torn),
		cmocka_unit_test(test_overwritten),
		cmocka_unit_test(test_sweep),
		cmocka_unit_test(test_store),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_area_room),
		cmocka_unit_test(test_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
