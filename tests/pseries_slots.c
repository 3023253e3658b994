// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is in the slots of an image, and which of it a capture kernel gets:
 * followed from purgatory's word on, without any code of core's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pseries.h"

struct pseries *pseries_boot_with_slots(const struct pseries_config *config)
{
	struct pseries_config c = *config;
	struct pseries *p;

	c.slots = true;
	p = pseries_boot_and_load(&c);
	assert_true(pseries_has_slots(p));
	return p;
}

/* --- where ----------------------------------------------------------------- */

bool pseries_has_slots(const struct pseries *p)
{
	return p->image->arch.crash_slots;
}

unsigned long *pseries_selector(struct pseries *p)
{
	return pseries_bytes(p, p->purgatory) + p->config.selector_at;
}

int pseries_slot_header(const struct pseries *p, unsigned int slot)
{
	return slot ? p->fdt + 1 : p->elfcorehdr;
}

int pseries_slot_fdt(const struct pseries *p, unsigned int slot)
{
	return p->fdt + 2 * slot;
}

unsigned int pseries_active(struct pseries *p)
{
	const unsigned long address = *pseries_selector(p);
	unsigned int slot;

	for (slot = 0; slot < PSERIES_SLOTS; slot++)
		if (address == p->image->segment[pseries_slot_fdt(p, slot)].mem)
			return slot;
	fail_msg("purgatory's word is %#lx: there is no FDT", address);
	return 0;
}

void *pseries_read_fdt(struct pseries *p)
{
	return pseries_bytes(p, pseries_slot_fdt(p, pseries_active(p)));
}

void *pseries_read_header(struct pseries *p)
{
	const void *fdt = pseries_read_fdt(p);
	const char *args = fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"),
				       "bootargs", NULL);
	const char *name = args ? strstr(args, "elfcorehdr=") : NULL;
	unsigned long address;
	unsigned int slot;
	char *end;

	if (!name)
		fail_msg("the FDT names no header");
	address = strtoul(strchr(name, '=') + 1, &end, 16);
	for (slot = 0; slot < PSERIES_SLOTS; slot++) {
		const int segment = pseries_slot_header(p, slot);

		if (*end == ' ' && address == p->image->segment[segment].mem)
			return pseries_bytes(p, segment);
	}
	fail_msg("the command line names %#lx: there is no header", address);
	return NULL;
}

/* --- what ------------------------------------------------------------------ */

struct pair pair_in_slot(struct pseries *p, unsigned int slot)
{
	const int header = pseries_slot_header(p, slot);
	const int fdt = pseries_slot_fdt(p, slot);

	return (struct pair){
		.header = pseries_copy(p, header),
		.fdt = pseries_copy(p, fdt),
		.header_size = pseries_memsz(p, header),
		.fdt_size = pseries_memsz(p, fdt),
	};
}

struct pair pair_copy(struct pseries *p)
{
	const unsigned int slot = pseries_active(p);

	if (pseries_read_header(p) !=
	    pseries_bytes(p, pseries_slot_header(p, slot)))
		fail_msg("the tree of slot %u names the other one's header", slot);
	return pair_in_slot(p, slot);
}

void pair_free(struct pair *pair)
{
	free(pair->header);
	free(pair->fdt);
}

/* the FDT names a header in three places: it is another one */
static void pair_rename(struct pair *pair, u64 from, u64 to)
{
	int chosen = fdt_path_offset(pair->fdt, "/chosen");
	char old[32], new[32], *place;
	uint64_t address, size;
	u8 *value;
	int i, len;

	snprintf(old, sizeof(old), "elfcorehdr=0x%llx ", from);
	snprintf(new, sizeof(new), "elfcorehdr=0x%llx ", to);
	value = fdt_getprop_w(pair->fdt, chosen, "bootargs", NULL);
	place = value ? strstr((char *)value, old) : NULL;
	if (!place || strlen(old) != strlen(new))
		fail_msg("the command line does not name %#llx", from);
	memcpy(place, new, strlen(new));

	value = fdt_getprop_w(pair->fdt, chosen, "linux,elfcorehdr", &len);
	assert_non_null(value);
	if (len == 8) {
		assert_u64("linux,elfcorehdr", from, get_unaligned_be32(value));
		put_unaligned_be32(to, value);
	} else {
		assert_u64("linux,elfcorehdr", from, get_unaligned_be64(value));
		put_unaligned_be64(to, value);
	}

	for (i = 0; !fdt_get_mem_rsv(pair->fdt, i, &address, &size); i++)
		if (address == from && size == pair->header_size)
			break;
	if (address != from)
		fail_msg("no reservation of the header at %#llx", from);
	put_unaligned_be64(to, pair->fdt + fdt_off_mem_rsvmap(pair->fdt) +
			       i * sizeof(struct fdt_reserve_entry));
}

void pair_move_to_slot_0(struct pseries *p, struct pair *pair)
{
	const struct kexec_segment *segment = p->image->segment;

	pair_rename(pair, segment[pseries_slot_header(p, 1)].mem,
		    segment[p->elfcorehdr].mem);
}

struct pair pair_of_slot_0(struct pseries *p)
{
	struct pair pair = pair_copy(p);

	if (pseries_active(p))
		pair_move_to_slot_0(p, &pair);
	return pair;
}

void assert_equal_slots(const char *what, struct pseries *p)
{
	struct pair first = pair_in_slot(p, 0), second = pair_in_slot(p, 1);

	pair_move_to_slot_0(p, &second);
	assert_pair(what, &first, &second);
	pair_free(&first);
	pair_free(&second);
}

bool pair_equal(const struct pair *a, const struct pair *b)
{
	return !memcmp(a->header, b->header, a->header_size) &&
	       !memcmp(a->fdt, b->fdt, a->fdt_size);
}

void assert_pair(const char *what, const struct pair *expected,
		 const struct pair *got)
{
	assert_u64(what, expected->header_size, got->header_size);
	assert_u64(what, expected->fdt_size, got->fdt_size);
	assert_bytes(what, expected->header, got->header, got->header_size);
	assert_bytes(what, expected->fdt, got->fdt, got->fdt_size);
}
