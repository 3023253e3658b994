// SPDX-License-Identifier: GPL-2.0-only
/* ibm,configure-kernel-dump: the structure's bytes, and who may register what. */
#include <endian.h>
#include <inttypes.h>
#include <string.h>

#include "rtas_dump.h"

/* --- bytes ---------------------------------------------------------------------------- */

static void put(uint8_t **at, uint64_t value, size_t size)
{
	for (size_t i = size; i; i--, value >>= 8)
		(*at)[i - 1] = value;
	*at += size;
}

static uint64_t get(const uint8_t **at, size_t size)
{
	uint64_t value = 0;

	while (size--)
		value = value << 8 | *(*at)++;
	return value;
}

static void write_section(const struct rtas_dump_section *s, uint8_t *at)
{
	put(&at, s->request, 4);
	put(&at, s->type, 2);
	put(&at, s->error, 2);
	put(&at, s->source, 8);
	put(&at, s->length, 8);
	put(&at, s->dumped, 8);
	put(&at, s->destination, 8);
}

static void read_section(struct rtas_dump_section *s, const uint8_t *at)
{
	s->request = get(&at, 4);
	s->type = get(&at, 2);
	s->error = get(&at, 2);
	s->source = get(&at, 8);
	s->length = get(&at, 8);
	s->dumped = get(&at, 8);
	s->destination = get(&at, 8);
}

void rtas_dump_write(const struct rtas_dump *dump,
		     uint8_t bytes[RTAS_DUMP_SIZE])
{
	uint8_t *at = bytes;

	/* behind these: fields of dumps to disk, which nobody asks for */
	memset(bytes, 0, RTAS_DUMP_SIZE);
	put(&at, dump->version, 4);
	put(&at, dump->nr, 2);
	put(&at, dump->status, 2);
	put(&at, dump->offset_first, 4);
	for (size_t i = 0; i < dump->nr; i++)
		write_section(&dump->section[i], bytes + RTAS_DUMP_HEADER +
						 i * RTAS_DUMP_SECTION);
}

int rtas_dump_read(struct rtas_dump *dump, const uint8_t *bytes, size_t size,
		   struct error *err)
{
	const uint8_t *at = bytes;

	memset(dump, 0, sizeof(*dump));
	if (size < RTAS_DUMP_HEADER)
		return fail(err, "the dump structure has %zu bytes, its header %d",
			    size, RTAS_DUMP_HEADER);
	dump->version = get(&at, 4);
	dump->nr = get(&at, 2);
	dump->status = get(&at, 2);
	dump->offset_first = get(&at, 4);
	if (dump->version != RTAS_DUMP_VERSION)
		return fail(err, "the dump structure is of version %u, known is %d",
			    dump->version, RTAS_DUMP_VERSION);
	if (dump->nr > RTAS_DUMP_SECTIONS)
		return fail(err, "the dump structure has %u sections, at most %d are allowed",
			    dump->nr, RTAS_DUMP_SECTIONS);
	if (dump->offset_first < RTAS_DUMP_HEADER ||
	    dump->offset_first > size ||
	    size - dump->offset_first < (size_t)dump->nr * RTAS_DUMP_SECTION)
		return fail(err, "the dump structure has %zu bytes, too few for %u sections at %u",
			    size, dump->nr, dump->offset_first);
	for (size_t i = 0; i < dump->nr; i++)
		read_section(&dump->section[i], bytes + dump->offset_first +
						i * RTAS_DUMP_SECTION);
	return 0;
}

/* --- the call --------------------------------------------------------------------- */

static bool is_copied(const struct rtas_dump_section *s)
{
	return s->type == RTAS_DUMP_BOOT_MEMORY;
}

static bool check_section(const struct rtas_dump *dump, size_t i,
			  const struct view_ranges *ram)
{
	const struct rtas_dump_section *s = &dump->section[i];
	uint64_t end = s->destination + (s->length - 1);

	if (s->type == RTAS_DUMP_PARAMETERS)
		return true;
	if (!s->length || end < s->destination ||
	    !view_ranges_contains(ram, s->destination, end))
		return false;
	if (is_copied(s) && !view_ranges_contains(ram, s->source, s->source +
						  (s->length - 1)))
		return false;
	for (size_t j = 0; j < dump->nr; j++) {
		const struct rtas_dump_section *o = &dump->section[j];

		if (is_copied(o) && s->destination < o->source + o->length &&
		    o->source <= end)
			return false;
	}
	return true;
}

static int do_register(struct rtas_firmware *fw, const uint8_t *bytes,
		       size_t size, const struct view_ranges *ram)
{
	size_t boot_regions = 0;
	struct rtas_dump dump;

	if (fw->registered)
		return RTAS_DUMP_ALREADY;
	if (fw->fault == RTAS_FAULT_REGISTER)
		return RTAS_DUMP_HARDWARE_ERROR;
	if (rtas_dump_read(&dump, bytes, size, NULL) || !dump.nr)
		return RTAS_DUMP_PARAMETER_ERROR;
	for (size_t i = 0; i < dump.nr; i++) {
		if (!check_section(&dump, i, ram))
			return RTAS_DUMP_PARAMETER_ERROR;
		boot_regions += is_copied(&dump.section[i]);
	}
	if (boot_regions > RTAS_DUMP_BOOT_REGIONS)
		return RTAS_DUMP_PARAMETER_ERROR;
	fw->dump = dump;
	fw->registered = true;
	return RTAS_DUMP_OK;
}

int rtas_configure_dump(struct rtas_firmware *fw, enum rtas_dump_command command,
			const uint8_t *bytes, size_t size,
			const struct view_ranges *ram)
{
	switch (command) {
	case RTAS_DUMP_REGISTER:
		return do_register(fw, bytes, size, ram);
	case RTAS_DUMP_UNREGISTER:
		if (!fw->registered)
			return RTAS_DUMP_PARAMETER_ERROR;
		fw->registered = false;
		return RTAS_DUMP_OK;
	case RTAS_DUMP_INVALIDATE:
		if (!fw->active)
			return RTAS_DUMP_PARAMETER_ERROR;
		fw->active = false;
		return RTAS_DUMP_OK;
	default:
		return RTAS_DUMP_PARAMETER_ERROR;
	}
}
