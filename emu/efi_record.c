// SPDX-License-Identifier: GPL-2.0-only
/* The saved record: bytes out of numbers, numbers out of bytes. */
#include <endian.h>
#include <inttypes.h>
#include <nettle/sha2.h>
#include <string.h>

#include "efi_record.h"

#define RECORD_VERSION 1

/* as the bytes lie; each ends with the SHA-256 over all that is before it */
struct raw_record {
	char magic[8];
	uint32_t version;
	uint32_t size;
	uint8_t boot[EFI_BOOT_ID];
	uint64_t area;
	uint64_t area_size;
	uint32_t nr_ranges;
	uint32_t zero;
	struct {
		uint64_t start;
		uint64_t end;
	} range[EFI_RECORD_RANGES];
	uint8_t digest[EFI_DIGEST];
};

struct raw_mark {
	char magic[8];
	uint8_t boot[EFI_BOOT_ID];
	uint32_t mark;
	uint32_t cpu;
	uint8_t digest[EFI_DIGEST];
};

struct raw_slot {
	char magic[8];
	uint8_t boot[EFI_BOOT_ID];
	uint64_t sequence;
	uint64_t size;
	uint8_t payload[EFI_DIGEST];
	uint8_t digest[EFI_DIGEST];
};

_Static_assert(sizeof(struct raw_record) == EFI_RECORD_SIZE, "no padding");
_Static_assert(sizeof(struct raw_mark) == 64, "no padding");
_Static_assert(sizeof(struct raw_slot) == 104, "no padding");

static const char record_magic[8] = "KDUMPEFI";
static const char mark_magic[8] = "KDUMPMRK";
static const char slot_magic[8] = "KDUMPSLT";

static void make_digest(const void *bytes, size_t size,
			uint8_t digest[EFI_DIGEST])
{
	struct sha256_ctx sha;

	sha256_init(&sha);
	sha256_update(&sha, size, bytes);
	sha256_digest(&sha, EFI_DIGEST, digest);
}

static bool is_whole(const void *bytes, size_t size,
		     const uint8_t digest[EFI_DIGEST])
{
	uint8_t now[EFI_DIGEST];

	make_digest(bytes, size, now);
	return !memcmp(now, digest, EFI_DIGEST);
}

/* --- the variable ------------------------------------------------------------------ */

void efi_record_write(const struct efi_record *record,
		      uint8_t data[EFI_RECORD_SIZE])
{
	struct raw_record raw = {
		.version = htole32(RECORD_VERSION),
		.size = htole32(sizeof(raw)),
		.area = htole64(record->area),
		.area_size = htole64(record->area_size),
		.nr_ranges = htole32(record->nr_ranges),
	};

	memcpy(raw.magic, record_magic, sizeof(raw.magic));
	memcpy(raw.boot, record->boot, sizeof(raw.boot));
	for (size_t i = 0; i < record->nr_ranges; i++) {
		raw.range[i].start = htole64(record->ranges[i].start);
		raw.range[i].end = htole64(record->ranges[i].end);
	}
	make_digest(&raw, offsetof(struct raw_record, digest), raw.digest);
	memcpy(data, &raw, sizeof(raw));
}

static int check_raw(const struct raw_record *raw, size_t size,
		     struct error *err)
{
	if (size != sizeof(*raw))
		return fail(err, "the record has %zu bytes and not %zu", size,
			    sizeof(*raw));
	if (memcmp(raw->magic, record_magic, sizeof(raw->magic)))
		return fail(err, "the record does not begin with its magic");
	if (!is_whole(raw, offsetof(struct raw_record, digest), raw->digest))
		return fail(err, "the record's checksum is wrong");
	if (le32toh(raw->version) != RECORD_VERSION)
		return fail(err, "the record is of version %u, known is %u",
			    le32toh(raw->version), RECORD_VERSION);
	if (!raw->nr_ranges || le32toh(raw->nr_ranges) > EFI_RECORD_RANGES)
		return fail(err, "the record has %u ranges",
			    le32toh(raw->nr_ranges));
	return 0;
}

static bool is_odd(uint64_t start, uint64_t end)
{
	return start > end || start % EFI_PAGE || (end + 1) % EFI_PAGE;
}

/* a boot is confined to these: nothing is taken on trust, checksum or not */
static int check_ranges(const struct efi_record *r, struct error *err)
{
	uint64_t area_end = r->area + (r->area_size - 1);
	bool inside = false;

	for (size_t i = 0; i < r->nr_ranges; i++) {
		const struct view_range *v = &r->ranges[i];

		if (is_odd(v->start, v->end))
			return fail(err, "range 0x%" PRIx64 "-0x%" PRIx64 " is not made of whole pages",
				    v->start, v->end);
		if (i && v->start <= v[-1].end)
			return fail(err, "range 0x%" PRIx64 "-0x%" PRIx64 " is not behind the one before it",
				    v->start, v->end);
		inside |= v->start <= r->area && area_end <= v->end;
	}
	if (!r->area_size || is_odd(r->area, area_end) || !inside)
		return fail(err, "the area 0x%" PRIx64 "+0x%" PRIx64 " is not inside the crash ranges",
			    r->area, r->area_size);
	return 0;
}

int efi_record_read(struct efi_record *record, const uint8_t *data, size_t size,
		    struct error *err)
{
	struct raw_record raw;

	memset(&raw, 0, sizeof(raw));
	memcpy(&raw, data, size < sizeof(raw) ? size : sizeof(raw));
	if (check_raw(&raw, size, err))
		return -1;
	*record = (struct efi_record){
		.area = le64toh(raw.area),
		.area_size = le64toh(raw.area_size),
		.nr_ranges = le32toh(raw.nr_ranges),
	};
	memcpy(record->boot, raw.boot, sizeof(record->boot));
	for (size_t i = 0; i < record->nr_ranges; i++)
		record->ranges[i] = (struct view_range){
			le64toh(raw.range[i].start), le64toh(raw.range[i].end),
		};
	return check_ranges(record, err);
}

/* --- writing the area ------------------------------------------------------------- */

static size_t slot_size(size_t area)
{
	return area < EFI_PAGE ? 0 :
	       (area - EFI_PAGE) / 2 / EFI_PAGE * EFI_PAGE;
}

static size_t slot_offset(size_t area, unsigned int index)
{
	return EFI_PAGE + index * slot_size(area);
}

size_t efi_area_room(size_t size)
{
	size_t slot = slot_size(size);

	return slot < sizeof(struct raw_slot) ? 0 :
						slot - sizeof(struct raw_slot);
}

size_t efi_area_size(size_t payload)
{
	size_t slot = sizeof(struct raw_slot) + payload;

	return EFI_PAGE + 2 * ((slot + EFI_PAGE - 1) / EFI_PAGE * EFI_PAGE);
}

static void store(struct efi_area *area, size_t offset, const void *bytes,
		  size_t size)
{
	if (size > area->budget)
		size = area->budget;
	area->budget -= size;
	memcpy(area->bytes + offset, bytes, size);
}

void efi_area_mark(struct efi_area *area, enum efi_mark mark, uint32_t cpu)
{
	struct raw_mark raw = { .mark = htole32(mark), .cpu = htole32(cpu) };

	memcpy(raw.magic, mark_magic, sizeof(raw.magic));
	memcpy(raw.boot, area->boot, sizeof(raw.boot));
	make_digest(&raw, offsetof(struct raw_mark, digest), raw.digest);
	store(area, 0, &raw, sizeof(raw));
}

int efi_area_update(struct efi_area *area, const void *payload, size_t size,
		    struct error *err)
{
	static const struct raw_slot none;
	uint64_t sequence = area->sequence + 1;
	size_t at = slot_offset(area->size, sequence & 1);
	struct raw_slot raw = {
		.sequence = htole64(sequence),
		.size = htole64(size),
	};

	if (size > efi_area_room(area->size))
		return fail(err, "the headers take %zu bytes, a slot has room for %zu",
			    size, efi_area_room(area->size));
	memcpy(raw.magic, slot_magic, sizeof(raw.magic));
	memcpy(raw.boot, area->boot, sizeof(raw.boot));
	make_digest(payload, size, raw.payload);
	make_digest(&raw, offsetof(struct raw_slot, digest), raw.digest);

	store(area, at, &none, sizeof(none));
	store(area, at + sizeof(raw), payload, size);
	store(area, at, &raw, sizeof(raw));
	area->sequence = sequence;
	return 0;
}

/* --- reading it --------------------------------------------------------------------- */

static bool is_blank(const uint8_t *bytes, size_t size)
{
	for (size_t i = 1; i < size; i++)
		if (bytes[i] != bytes[0])
			return false;
	return true;
}

int efi_mark_read(const uint8_t *area, const uint8_t boot[EFI_BOOT_ID],
		  enum efi_mark *mark, uint32_t *cpu, struct error *err)
{
	struct raw_mark raw;

	memcpy(&raw, area, sizeof(raw));
	if (is_blank(area, sizeof(raw)))
		return fail(err, "the memory was cleared (each byte of the mark is 0x%02x)",
			    *area);
	if (memcmp(raw.magic, mark_magic, sizeof(raw.magic)) ||
	    !is_whole(&raw, offsetof(struct raw_mark, digest), raw.digest))
		return fail(err, "the mark did not survive: its checksum is wrong");
	if (memcmp(raw.boot, boot, sizeof(raw.boot)))
		return fail(err, "the mark is of another boot than the record");
	*mark = le32toh(raw.mark);
	*cpu = le32toh(raw.cpu);
	return 0;
}

int efi_slot_read(const uint8_t *area, size_t area_size, unsigned int index,
		  const uint8_t boot[EFI_BOOT_ID], struct efi_slot *slot,
		  struct error *err)
{
	size_t at = slot_offset(area_size, index);
	const uint8_t *payload = area + at + sizeof(struct raw_slot);
	struct raw_slot raw;

	if (!efi_area_room(area_size))
		return fail(err, "the area has no room for slots");
	memcpy(&raw, area + at, sizeof(raw));
	if (memcmp(raw.magic, slot_magic, sizeof(raw.magic)) ||
	    !is_whole(&raw, offsetof(struct raw_slot, digest), raw.digest))
		return fail(err, "slot %u is empty or torn", index);
	if (memcmp(raw.boot, boot, sizeof(raw.boot)))
		return fail(err, "slot %u is of another boot", index);
	*slot = (struct efi_slot){
		.sequence = le64toh(raw.sequence),
		.offset = at + sizeof(raw),
		.size = le64toh(raw.size),
	};
	if (!slot->size || slot->size > efi_area_room(area_size))
		return fail(err, "slot %u says %" PRIu64 " bytes and has room for %zu",
			    index, slot->size, efi_area_room(area_size));
	if (!is_whole(payload, slot->size, raw.payload))
		return fail(err, "the headers in slot %u were overwritten: their checksum is wrong",
			    index);
	return 0;
}
