/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an EFI-assisted kdump saves for the boot after a crash: a record in an EFI
 * variable, written once, and an area of reserved memory that it points at. The
 * area has a mark, which says whether this kernel has crashed, and two slots for
 * the headers of /proc/vmcore, of which the newer whole one counts.
 *
 *	area + 0	mark
 *	area + PAGE	slot 0: its head, and behind it the payload
 *	...		slot 1
 *
 * All numbers are little endian, everything has a SHA-256, and mark and slots name
 * the boot that they are of: memory of another boot is never taken for this one's.
 */
#ifndef EMU_EFI_RECORD_H
#define EMU_EFI_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "machine_view.h"

#define EFI_RECORD_NAME "KdumpRecord"
#define EFI_PAGE 4096
#define EFI_RECORD_RANGES 4
#define EFI_BOOT_ID 16
#define EFI_DIGEST 32

/**
 * struct efi_record - the variable
 * @boot: random, another one at each load of the service
 * @area, @area_size: physical address and bytes of the reserved memory
 * @ranges: the crash kernel's memory, which a crashed boot is confined to; sorted,
 *	disjoint, whole pages; the area is inside one of them
 */
struct efi_record {
	uint8_t boot[EFI_BOOT_ID];
	uint64_t area;
	uint64_t area_size;
	uint32_t nr_ranges;
	struct view_range ranges[EFI_RECORD_RANGES];
};

/* the variable's bytes without attributes */
#define EFI_RECORD_SIZE 152

void efi_record_write(const struct efi_record *record,
		      uint8_t data[EFI_RECORD_SIZE]);
/* 0, or -1 with @err saying what is wrong with the bytes */
int efi_record_read(struct efi_record *record, const uint8_t *data, size_t size,
		    struct error *err);

/* --- the area ----------------------------------------------------------------- */

enum efi_mark {
	EFI_MARK_ARMED = 1,	/* loaded; a reset now is no crash */
	EFI_MARK_CRASHED,
	EFI_MARK_TAKEN,		/* a boot after the crash has seen it */
};

/**
 * struct efi_area - the reserved memory, as its writer sees it
 * @bytes, @size: from page 0 on; both slots are of the same size
 * @boot: of the record
 * @sequence: of the newest slot; 0: none is written yet
 * @budget: a machine that dies in the midst of a store: so many bytes reach
 *	memory, and none after them
 */
struct efi_area {
	uint8_t *bytes;
	size_t size;
	uint8_t boot[EFI_BOOT_ID];
	uint64_t sequence;
	uint64_t budget;
};

/* bytes of an area whose payloads have at most @payload bytes */
size_t efi_area_size(size_t payload);
/* of one payload in an area of @size bytes */
size_t efi_area_room(size_t size);

void efi_area_mark(struct efi_area *area, enum efi_mark mark, uint32_t cpu);

/**
 * efi_area_update() - save new headers beside the old ones
 *
 * The older slot's head is cleared, its payload written, and the head last: until
 * the head is whole the other slot counts.
 *
 * Return: 0, or -1 with @err set when the payload has no room; the old one stays.
 */
int efi_area_update(struct efi_area *area, const void *payload, size_t size,
		    struct error *err);

/**
 * efi_mark_read() - the mark, as a later boot finds it
 * @area: any bytes
 * @boot: of the record
 * @mark, @cpu: set
 *
 * Return: 0, or -1 with @err set.
 */
int efi_mark_read(const uint8_t *area, const uint8_t boot[EFI_BOOT_ID],
		  enum efi_mark *mark, uint32_t *cpu, struct error *err);

/**
 * struct efi_slot - what a slot holds
 * @offset, @size: of its payload, in the area
 */
struct efi_slot {
	uint64_t sequence;
	uint64_t offset;
	uint64_t size;
};

/* the slot number @index, if all of it is whole; else -1 with @err saying why not */
int efi_slot_read(const uint8_t *area, size_t area_size, unsigned int index,
		  const uint8_t boot[EFI_BOOT_ID], struct efi_slot *slot,
		  struct error *err);

#endif /* EMU_EFI_RECORD_H */
