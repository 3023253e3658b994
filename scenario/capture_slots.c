// SPDX-License-Identifier: GPL-2.0-only
/*
 * powerpc: an image that has elfcorehdr and FDT twice. What is captured as its two
 * segments is what a crash would read; here that is found out once more, from
 * purgatory's word, and brought to where an image that has one of each has it: so
 * whoever reads the step need not know of slots. On x86_64 there is nothing to
 * bring: no update changes boot parameters, and the elfcorehdr is listed where the
 * first one is.
 */
#include <endian.h>
#include <inttypes.h>
#include <string.h>

#include "capture_reader.h"
#include "image_straight.h"

enum part {
	PURGATORY,
	HEADER,
	FDT,
	HEADER_1,
	FDT_1,
	NR_PARTS,
};

static const struct {
	const char *name;
	enum segment_kind kind;
} parts[NR_PARTS] = {
	[PURGATORY] = { "purgatory", SEGMENT_PURGATORY },
	[HEADER] = { "elfcorehdr", SEGMENT_ELFCOREHDR },
	[FDT] = { "fdt", SEGMENT_FDT },
	[HEADER_1] = { "elfcorehdr-1", SEGMENT_ELFCOREHDR },
	[FDT_1] = { "fdt-1", SEGMENT_FDT },
};

/**
 * struct slots - what a step has of them
 * @at: its dt_offset, for messages
 * @address, @value: the word, as the manifest has it
 * @segment: by part
 * @spare_header, @spare_fdt: what is not read
 */
struct slots {
	struct place at;
	uint64_t address;
	uint64_t value;
	struct segment_spec *segment[NR_PARTS];
	struct blob purgatory;
	struct blob spare_header;
	struct blob spare_fdt;
};

static int find_parts(const struct load_spec *load, struct slots *s)
{
	for (int p = 0; p < NR_PARTS; p++) {
		for (size_t i = 0; i < load->nr_segments; i++)
			if (!strcmp(load->segments[i].name, parts[p].name))
				s->segment[p] = (struct segment_spec *)
						&load->segments[i];
		if (!s->segment[p])
			return place_wrong(&s->at, "there is a second slot, and no segment \"%s\"",
					   parts[p].name);
	}
	return 0;
}

/* purgatory's own word, and not only what the manifest says of it */
static int check_word(const struct slots *s)
{
	uint64_t base = s->segment[PURGATORY]->mem, word;

	if (s->address < base || s->purgatory.size < sizeof(word) ||
	    s->address - base > s->purgatory.size - sizeof(word))
		return place_wrong(&s->at, "0x%" PRIx64 " is not in purgatory",
				   s->address);
	memcpy(&word, (const char *)s->purgatory.bytes + (s->address - base),
	       sizeof(word));
	if (le64toh(word) != s->value)
		return place_wrong(&s->at, "purgatory has 0x%" PRIx64 " there, not 0x%" PRIx64,
				   le64toh(word), s->value);
	if (s->value != s->segment[FDT]->mem &&
	    s->value != s->segment[FDT_1]->mem)
		return place_wrong(&s->at, "0x%" PRIx64 " is the address of neither FDT",
				   s->value);
	return 0;
}

static int read_files(struct step_reader *r, struct slots *s)
{
	return step_file(r, "purgatory.bin.gz", true, &s->purgatory) ||
	       step_file(r, "elfcorehdr-spare.bin.gz", true,
			 &s->spare_header) ||
	       step_file(r, "fdt-spare.dtb.gz", true, &s->spare_fdt) ? -1 : 0;
}

static void make_view(const struct step_reader *r, const struct slots *s,
		      struct image_view *v)
{
	bool first = s->value == s->segment[FDT]->mem;
	const struct blob *bytes[NR_PARTS] = {
		[PURGATORY] = &s->purgatory,
		[HEADER] = first ? &r->step->elfcorehdr : &s->spare_header,
		[FDT] = first ? &r->step->fdt : &s->spare_fdt,
		[HEADER_1] = first ? &s->spare_header : &r->step->elfcorehdr,
		[FDT_1] = first ? &s->spare_fdt : &r->step->fdt,
	};

	*v = (struct image_view){
		.loaded = true, .nr_segments = NR_PARTS, .selector = s->address,
	};
	for (int p = 0; p < NR_PARTS; p++)
		v->segment[p] = (struct view_segment){
			.kind = parts[p].kind, .loaded_as = parts[p].kind,
			.mem = s->segment[p]->mem, .memsz = bytes[p]->size,
			.bytes = bytes[p]->bytes,
		};
}

/* the step has the FDT at slot 0 from here on, and purgatory leads there */
static int straighten(struct step_reader *r, struct slots *s,
		      const struct image_view *v)
{
	const struct view_segment *fdt, *purgatory;
	struct straight_image straight;
	const void *copy;

	if (image_straighten(&straight, v))
		return step_no_memory(r);
	fdt = image_view_segment(&straight.view, SEGMENT_FDT);
	purgatory = image_view_segment(&straight.view, SEGMENT_PURGATORY);
	copy = pool_copy(r->pool, purgatory->bytes, s->purgatory.size);
	if (straight.fdt)
		memcpy(r->step->fdt.bytes, fdt->bytes, r->step->fdt.size);
	image_straight_free(&straight);
	if (!copy)
		return step_no_memory(r);
	s->segment[PURGATORY]->bytes = copy;
	s->segment[PURGATORY]->nr_bytes = s->purgatory.size;
	return 0;
}

int read_slots(struct step_reader *r, const struct load_spec *load)
{
	struct slots s = { .at = place_member(&r->top, "dt_offset") };
	struct place address = place_member(&s.at, "address");
	struct place value = place_member(&s.at, "value");
	struct image_view v;

	if (!s.at.value || !r->step->fdt.size || !r->step->elfcorehdr.size)
		return 0;
	if (place_number(&address, 16, UINT64_MAX, &s.address) ||
	    place_number(&value, 16, UINT64_MAX, &s.value) ||
	    find_parts(load, &s) || read_files(r, &s) || check_word(&s))
		return -1;
	make_view(r, &s, &v);
	image_view_resolve(&v);
	if (image_view_segment(&v, SEGMENT_ELFCOREHDR)->bytes !=
	    r->step->elfcorehdr.bytes)
		return place_wrong(&s.at, "the FDT at 0x%" PRIx64 " names the other elfcorehdr than the one that is captured as read",
				   s.value);
	return straighten(r, &s, &v);
}
