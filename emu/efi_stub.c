// SPDX-License-Identifier: GPL-2.0-only
/*
 * Warm or cold, crashed or not. UEFI has no call that tells a warm reset from a
 * cold one; that the mark in memory is whole and of the record's boot says that
 * memory was kept, and the mark itself says whether the kernel crashed.
 */
#include <inttypes.h>
#include <stdio.h>

#include "efi_stub.h"
#include "efi_variable.h"

static int read_variable(const struct efi_boot *boot, struct efi_record *record,
			 struct error *err)
{
	const uint8_t *data;
	uint32_t attributes;
	long size;

	if (!boot->file_size)
		return fail(err, "there is no record");
	size = efivarfs_read(boot->file, boot->file_size, &attributes, &data);
	if (size < 0)
		return fail(err, "the variable has %zu bytes, less than its attributes",
			    boot->file_size);
	if (attributes != EFI_VARIABLE_KEPT)
		return fail(err, "the variable's attributes are 0x%x and not 0x%x",
			    attributes, EFI_VARIABLE_KEPT);
	return efi_record_read(record, data, size, err);
}

/* firmware may have taken some of it since */
static int check_map(const struct efi_boot *boot, const struct efi_record *r,
		     struct error *err)
{
	for (size_t i = 0; i < r->nr_ranges; i++)
		if (!view_ranges_contains(boot->map, r->ranges[i].start,
					  r->ranges[i].end))
			return fail(err, "firmware does not give all of 0x%" PRIx64 "-0x%" PRIx64 " to this boot",
				    r->ranges[i].start, r->ranges[i].end);
	return 0;
}

static int check_mark(const uint8_t *area, struct efi_decision *d,
		      struct error *err)
{
	enum efi_mark mark;

	if (efi_mark_read(area, d->record.boot, &mark, &d->cpu, err))
		return -1;
	switch (mark) {
	case EFI_MARK_CRASHED:
		return 0;
	case EFI_MARK_ARMED:
		return fail(err, "warm, but the kernel before did not crash");
	case EFI_MARK_TAKEN:
		return fail(err, "this crash was looked at by a boot before");
	default:
		return fail(err, "the mark says %d, which is not known", mark);
	}
}

/* the newer of two that are whole */
static int choose_slot(const uint8_t *area, struct efi_decision *d,
		       struct error *err)
{
	struct efi_slot slot[2];
	struct error why[2];
	bool whole[2];

	for (unsigned int i = 0; i < 2; i++)
		whole[i] = !efi_slot_read(area, d->record.area_size, i,
					  d->record.boot, &slot[i], &why[i]);
	if (!whole[0] && !whole[1])
		return fail(err, "%.80s; %.80s", why[0].text, why[1].text);
	if (whole[0] && whole[1]) {
		d->slot = slot[slot[1].sequence > slot[0].sequence];
		return 0;
	}
	d->slot = slot[whole[1]];
	snprintf(d->why, sizeof(d->why), "crashed; %.80s: headers number %" PRIu64 " are used",
		 why[!whole[1]].text, d->slot.sequence);
	return 0;
}

static int decide(const struct efi_boot *boot, struct efi_decision *d,
		  struct error *err)
{
	const uint8_t *area;

	if (read_variable(boot, &d->record, err) ||
	    check_map(boot, &d->record, err))
		return -1;
	if (boot->says == EFI_RESET_COLD)
		return fail(err, "firmware calls this a cold boot");
	area = boot->read(boot->arg, d->record.area, d->record.area_size);
	if (!area)
		return fail(err, "nobody can read the area at 0x%" PRIx64,
			    d->record.area);
	return check_mark(area, d, err) || choose_slot(area, d, err) ? -1 : 0;
}

void efi_stub_decide(const struct efi_boot *boot, struct efi_decision *decision)
{
	struct error err;

	*decision = (struct efi_decision){ .confined = true };
	if (decide(boot, decision, &err)) {
		*decision = (struct efi_decision){ .confined = false };
		snprintf(decision->why, sizeof(decision->why), "%.180s",
			 err.text);
	} else if (!decision->why[0]) {
		snprintf(decision->why, sizeof(decision->why),
			 "crashed; headers number %" PRIu64 " are whole",
			 decision->slot.sequence);
	}
}
