// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of known defects. A row says which invariant the real kernel's image
 * breaks and what the trace looks like; docs/conform.md says what is behind it.
 */
#include <elf.h>
#include <endian.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "fdt_sound.h"
#include "known_defects.h"
#include "segment.h"

#define INV(inv) (1U << (inv))

/* sizeof(struct page) of every 64-bit configuration (6.12 mm_types.h) */
#define STRUCT_PAGE_SIZE 64
/* entries in powerpc's range list per 2 KiB (6.12 arch/powerpc/kexec/ranges.c) */
#define LIST_FIRST_CHUNK 127
#define LIST_CHUNK 128

static bool is_finding(const struct symptom *s, enum invariant inv)
{
	return s->kind == SYMPTOM_FINDING && s->finding->inv == inv;
}

static bool ranges_touch(const struct symptom *s, uint64_t start, uint64_t end,
			 uint64_t slack)
{
	uint64_t from = start > slack ? start - slack : 0;
	uint64_t to = end < UINT64_MAX - slack ? end + slack : UINT64_MAX;

	return s->has_range && s->start <= to && s->end >= from;
}

static bool is_x86(const struct comparison *c)
{
	return c->truth->arch == ARCH_X86_64;
}

static const struct view_segment *
their_segment(const struct comparison *c, enum segment_kind kind)
{
	const struct view_segment *s = image_view_segment(c->theirs, kind);

	return s && s->bytes ? s : NULL;
}

/* a tree that can be walked, or NULL */
static const void *their_fdt(const struct comparison *c)
{
	const struct view_segment *s = their_segment(c, SEGMENT_FDT);

	return s && !fdt_check_sound(s->bytes, s->memsz) ? s->bytes : NULL;
}

/* --- memory that is listed and should not be ---------------------------------- */

/* just one byte, with which a PT_LOAD ends behind a page */
static bool one_byte_too_long(const struct comparison *c,
			      const struct symptom *s)
{
	const struct view_segment *header;
	struct view_range *loads;
	bool found = false;
	size_t nr;

	header = their_segment(c, SEGMENT_ELFCOREHDR);
	if (!header || !s->has_range || s->start != s->end)
		return false;
	nr = elfcorehdr_loads(header->bytes, header->memsz, &loads);
	for (size_t i = 0; i < nr && !found; i++)
		found = (loads[i].end - loads[i].start) % c->truth->page_size ==
			0 && loads[i].end > loads[i].start &&
			loads[i].end == s->end;
	free(loads);
	return found;
}

/* memory that was unplugged while offline, so that no event told of it */
static bool left_while_offline(const struct comparison *c,
			       const struct symptom *s)
{
	return s->has_range &&
	       view_ranges_contains(&c->history->left_offline, s->start, s->end);
}

static bool left(const struct comparison *c, const struct symptom *s)
{
	return s->has_range &&
	       view_ranges_contains(&c->history->left_online, s->start, s->end);
}

/* the head of a block, as large as the block's own struct pages */
static bool head_of_block(const struct comparison *c, const struct symptom *s)
{
	uint64_t head;

	if (!c->block_size || !left(c, s))
		return false;
	head = c->block_size / c->truth->page_size * STRUCT_PAGE_SIZE;
	return s->start % c->block_size == 0 && s->end == s->start + head - 1;
}

/* several PT_LOADs before held parts of the block that went, and none all of it */
static bool block_in_two_entries(const struct comparison *c,
				 const struct symptom *s)
{
	struct view_range *loads;
	uint64_t start, end;
	unsigned int parts = 0;
	bool whole = false;
	size_t nr;

	if (is_x86(c) || !left(c, s) || !c->before || !c->block_size)
		return false;
	start = s->start - s->start % c->block_size;
	end = start + c->block_size - 1;
	nr = elfcorehdr_loads(c->before->elfcorehdr.bytes,
			      c->before->elfcorehdr.size, &loads);
	for (size_t i = 0; i < nr && !whole; i++) {
		whole = loads[i].start <= start && loads[i].end >= end;
		parts += loads[i].start <= end && loads[i].end >= start;
	}
	free(loads);
	return parts > 1 && !whole;
}

/* it was offline, came back into the header with other memory's event, and went */
static bool relisted_and_left(const struct comparison *c,
			      const struct symptom *s)
{
	return !is_x86(c) && left(c, s) &&
	       view_ranges_contains(&c->history->relisted, s->start, s->end);
}

static bool left_on_x86(const struct comparison *c, const struct symptom *s)
{
	return is_x86(c) && left(c, s);
}

static bool beside_firmware(const struct comparison *c, const struct symptom *s)
{
	const struct view_ranges *firmware = &c->truth->firmware;

	for (size_t i = 0; i < firmware->nr; i++)
		if (ranges_touch(s, firmware->r[i].start, firmware->r[i].end,
				 c->truth->page_size))
			return true;
	return false;
}

/* --- memory that is missing, and the header itself ------------------------------ */

static bool came_while_loading(const struct comparison *c,
			       const struct symptom *s)
{
	return s->has_range &&
	       view_ranges_contains(&c->history->came_in_load, s->start, s->end);
}

/* a PT_LOAD that ends before it starts, or goes on to the end of all addresses */
static bool size_wraps(const struct comparison *c, const struct symptom *s)
{
	const struct view_segment *h = their_segment(c, SEGMENT_ELFCOREHDR);
	struct view_range *loads;
	bool found = false;
	size_t nr;

	if (!is_finding(s, I_SANE) || !h)
		return false;
	nr = elfcorehdr_loads(h->bytes, h->memsz, &loads);
	for (size_t i = 0; i < nr && !found; i++)
		found = loads[i].end == UINT64_MAX;
	free(loads);
	return found;
}

static bool wrong_order(const struct comparison *c, const struct symptom *s)
{
	(void)c;
	return s->kind == SYMPTOM_ORDER || is_finding(s, I_SORT);
}

static bool about_backup(const struct symptom *s)
{
	return (s->kind == SYMPTOM_PHDR && s->has_range && !s->start) ||
	       is_finding(s, I_BACKUP);
}

static bool backup_at_load(const struct comparison *c, const struct symptom *s)
{
	return about_backup(s) && c->loaded && c->theirs->file_mode;
}

static bool backup_after_event(const struct comparison *c,
			       const struct symptom *s)
{
	return about_backup(s) && !c->loaded;
}

/*
 * More program headers than e_phnum can count: behind the first 65535 there is
 * another one, and readers see only what is left of the number.
 */
static bool count_wraps(const struct comparison *c, const struct symptom *s)
{
	const struct view_segment *h = their_segment(c, SEGMENT_ELFCOREHDR);
	const size_t last = sizeof(Elf64_Ehdr) + 0xffff * sizeof(Elf64_Phdr);
	Elf64_Phdr phdr;

	if (s->path || s->kind == SYMPTOM_RESERVE || s->kind == SYMPTOM_SIZE ||
	    s->kind == SYMPTOM_ATTRIBUTE || !h || h->memsz < last + sizeof(phdr))
		return false;
	memcpy(&phdr, h->bytes + last, sizeof(phdr));
	return phdr.p_type == PT_LOAD || phdr.p_type == PT_NOTE;
}

/* says little endian, while the machine's number is written big endian */
static bool mislabelled(const struct comparison *c, const struct symptom *s)
{
	const struct view_segment *h = their_segment(c, SEGMENT_ELFCOREHDR);

	return (s->kind == SYMPTOM_HEADER || is_finding(s, I_SANE)) && h &&
	       h->memsz > 19 && h->bytes[5] == 1 && !h->bytes[18] &&
	       h->bytes[19];
}

/* the reservation at @header, or what the FDT says of the header */
static bool about_reservation(const struct symptom *s,
			      const struct view_segment *header)
{
	if (s->path)
		return !strcmp(s->path, "/chosen") &&
		       strstr(s->what, "/linux,elfcorehdr");
	return (s->kind == SYMPTOM_RESERVE &&
		(!s->has_range || s->start == header->mem)) ||
	       is_finding(s, I_RESV);
}

/* the FDT knows where the header is, but not all that its segment has */
static bool reserved_bufsz(const struct comparison *c, const struct symptom *s)
{
	const struct view_segment *header;
	const void *fdt, *value;
	int length;

	header = their_segment(c, SEGMENT_ELFCOREHDR);
	fdt = their_fdt(c);
	if (!header || !fdt || !about_reservation(s, header))
		return false;
	value = fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"),
			    "linux,elfcorehdr", &length);
	return value && length == 2 * (int)sizeof(fdt64_t) &&
	       fdt64_ld(value) == header->mem &&
	       fdt64_ld((const fdt64_t *)value + 1) < header->memsz;
}

/* the boot parameters know where the header is, and end it inside a page */
static bool reserved_unrounded(const struct comparison *c,
			       const struct symptom *s)
{
	const struct view_segment *header =
		their_segment(c, SEGMENT_ELFCOREHDR);

	return is_x86(c) && header && about_reservation(s, header) &&
	       c->theirs->reserved % c->truth->page_size;
}

static bool size_without_ehdr(const struct comparison *c,
			      const struct symptom *s)
{
	return is_x86(c) && s->kind == SYMPTOM_SIZE &&
	       s->end == s->start + sizeof(Elf64_Ehdr);
}

/* --- headers that user space made -------------------------------------------------- */

/* has @segment bytes that begin with @magic? */
static bool begins_with(const struct view_segment *segment, const void *magic)
{
	return segment->bytes && segment->memsz >= 4 &&
	       !memcmp(segment->bytes, magic, 4);
}

/* the header would fit, but the last segment with its magic is another one */
static bool other_segment_taken(const struct comparison *c,
				const struct symptom *s)
{
	const struct image_view *image = c->theirs;
	size_t i = image->nr_segments;

	if (!c->missed || c->our_verdict.word != VERDICT_ACCURATE || s->path ||
	    s->kind == SYMPTOM_RESERVE || s->kind == SYMPTOM_SIZE)
		return false;
	while (i && !begins_with(&image->segment[i - 1], ELFMAG))
		i--;
	return i && image->segment[i - 1].kind != SEGMENT_ELFCOREHDR;
}

/* the header does not fit, and no CPU event tries again */
static bool failed_update_counts(const struct comparison *c,
				 const struct symptom *s)
{
	return is_x86(c) && s->kind == SYMPTOM_ATTRIBUTE;
}

/* --- the FDT --------------------------------------------------------------------- */

static bool about_cpus(const struct symptom *s)
{
	return s->kind == SYMPTOM_NODE_MISSING || s->kind == SYMPTOM_NODE_CUT ||
	       is_finding(s, I_CPU) || is_finding(s, I_FDTOK) ||
	       is_finding(s, I_FRESH);
}

/* the FDT is as user space made it, and the first one in the image is another */
static bool other_fdt_taken(const struct comparison *c, const struct symptom *s)
{
	const fdt32_t magic = cpu_to_fdt32(FDT_MAGIC);
	const struct image_view *image = c->theirs;
	size_t i = 0;

	if (!c->user_fdt || !about_cpus(s))
		return false;
	while (i < image->nr_segments && !begins_with(&image->segment[i], &magic))
		i++;
	return i < image->nr_segments && image->segment[i].kind != SEGMENT_FDT;
}

/* a tree that was without /cpus, and is without a root */
static bool root_deleted(const struct comparison *c, const struct symptom *s)
{
	const void *fdt = their_fdt(c), *old;

	if (!c->before || (fdt && fdt_next_node(fdt, -1, NULL) >= 0) ||
	    fdt_check_sound(c->before->fdt.bytes, c->before->fdt.size))
		return false;
	old = c->before->fdt.bytes;
	return fdt_path_offset(old, "/cpus") < 0 &&
	       (is_finding(s, I_FDTOK) || (s->path && !strcmp(s->path, "/")));
}

static int node_size(const void *fdt, int node)
{
	int offset = node, next, depth = 0;
	uint32_t tag;

	do {
		tag = fdt_next_tag(fdt, offset, &next);
		depth += (tag == FDT_BEGIN_NODE) - (tag == FDT_END_NODE);
		if (next < 0 || tag == FDT_END)
			return 0;
		offset = next;
	} while (depth);
	return offset - node;
}

/* bytes of the largest child of /cpus in the live tree */
static int largest_cpu_node(const struct machine_view *truth)
{
	const void *fdt = truth->tree;
	int node, largest = 0;

	fdt_for_each_subnode(node, fdt, fdt_path_offset(fdt, "/cpus"))
		if (node_size(fdt, node) > largest)
			largest = node_size(fdt, node);
	return largest;
}

static bool is_cache_node(const struct comparison *c, const struct symptom *s)
{
	const void *tree = c->truth->tree;
	const char *type;

	if (s->kind != SYMPTOM_NODE_MISSING || !s->path || !tree)
		return false;
	type = fdt_getprop(tree, fdt_path_offset(tree, s->path), "device_type",
			   NULL);
	return !type || strcmp(type, "cpu");
}

static bool no_space(const struct comparison *c, const struct symptom *s)
{
	const void *fdt = their_fdt(c);

	/* caches are nothing that it copies, room or not */
	return about_cpus(s) && !is_cache_node(c, s) && fdt &&
	       c->truth->tree && fdt_free_bytes(fdt) < (size_t)largest_cpu_node(c->truth);
}

static bool has_type(const void *fdt, const char *name)
{
	int cpus = fdt_path_offset(fdt, "/cpus");
	int node = fdt_subnode_offset(fdt, cpus, name);

	return node >= 0 && fdt_getprop(fdt, node, "device_type", NULL);
}

/* the judge need not name it: a CPU that it misses there is one */
static bool is_about_node(const struct symptom *s, const char *name)
{
	return !s->path || strstr(s->path, name);
}

/* a node that lost its type before, so that no rewrite will remove it */
static bool half_node_kept(const struct comparison *c, const struct symptom *s)
{
	const void *fdt = their_fdt(c), *old;
	const char *name;
	int node;

	if (!about_cpus(s) || !fdt || !c->before || !c->truth->tree ||
	    fdt_check_sound(c->before->fdt.bytes, c->before->fdt.size))
		return false;
	old = c->before->fdt.bytes;
	fdt_for_each_subnode(node, fdt, fdt_path_offset(fdt, "/cpus")) {
		name = fdt_get_name(fdt, node, NULL);
		if (name && is_about_node(s, name) && !has_type(fdt, name) &&
		    fdt_subnode_offset(old, fdt_path_offset(old, "/cpus"),
				       name) >= 0 &&
		    !has_type(old, name) && has_type(c->truth->tree, name))
			return true;
	}
	return false;
}

/* the node that @node says is its cache; of a tree that has been checked */
static int cache_of(const void *fdt, const void *named_in, int node)
{
	int len;
	const fdt32_t *link = fdt_getprop(named_in, node, "l2-cache", &len);

	if (!link)
		link = fdt_getprop(named_in, node, "next-level-cache", &len);
	return link && len == sizeof(*link) ?
	       fdt_node_offset_by_phandle(fdt, fdt32_ld(link)) : 0;
}

/* a node under /cpus whose cache is in the live tree and not in theirs */
static bool lacks_cache(const struct comparison *c)
{
	const void *fdt = their_fdt(c);
	int node;

	if (!fdt || !c->truth->tree)
		return false;
	fdt_for_each_subnode(node, fdt, fdt_path_offset(fdt, "/cpus"))
		if (cache_of(fdt, fdt, node) < 0 &&
		    cache_of(c->truth->tree, fdt, node) >= 0)
			return true;
	return false;
}

static bool about_caches(const struct comparison *c, const struct symptom *s)
{
	return is_cache_node(c, s) ||
	       (is_finding(s, I_FDTOK) && lacks_cache(c));
}

static bool caches_dropped(const struct comparison *c, const struct symptom *s)
{
	return c->loaded && about_caches(c, s);
}

static bool caches_not_copied(const struct comparison *c,
			      const struct symptom *s)
{
	return !c->loaded && about_caches(c, s);
}

static bool boot_cpus_only(const struct comparison *c, const struct symptom *s)
{
	return c->loaded && c->theirs->file_mode &&
	       (s->kind == SYMPTOM_NODE_MISSING || is_finding(s, I_CPU));
}

/* --- the table --------------------------------------------------------------------- */

static const struct known_defect defects[] = {
	{ "KB-50", "the last ELF segment is taken for the elfcorehdr",
	  0, false, other_segment_taken },
	{ "KB-50", "the first FDT in the image is taken for the tree that is started",
	  INV(I_CPU) | INV(I_FDTOK) | INV(I_FRESH), false, other_fdt_taken },
	{ "KB-43", "an update that failed counts as done, and crash_hotplug reads 1",
	  0, false, failed_update_counts },
	{ "KB-48", "crash_elfcorehdr_size forgets the ELF header",
	  0, false, size_without_ehdr },
	{ "KB-18", "the number of program headers does not fit 16 bits",
	  INV(I_PHNUM), false, count_wraps },
	{ "KB-02", "the right half of a split range is one byte too long",
	  INV(I_GONE) | INV(I_DISJ), false, one_byte_too_long },
	{ "KB-03", "the right half of a split range is put at the end",
	  INV(I_SORT), false, wrong_order },
	{ "KB-66", "memory unplugged while offline stays listed: no event",
	  INV(I_GONE), false, left_while_offline },
	{ "KB-19", "the head of a removed block stays listed",
	  INV(I_GONE), false, head_of_block },
	{ "KB-21", "offline memory is listed again at the next event, and stays when it goes",
	  INV(I_GONE), false, relisted_and_left },
	{ "KB-04", "a removal across two entries is ignored",
	  INV(I_GONE), false, block_in_two_entries },
	{ "KB-20", "removed memory stays listed until the next memory event",
	  INV(I_GONE), false, left_on_x86 },
	{ "KB-07", "a firmware region across two entries is merged into one",
	  INV(I_DISJ) | INV(I_CRASHK), false, beside_firmware },
	{ "KB-41", "an event that finds the kexec lock taken is lost",
	  INV(I_COVER), false, came_while_loading },
	{ "KB-47", "the header says little endian on a big-endian machine",
	  INV(I_SANE), false, mislabelled },
	{ "KB-01", "the size of the right half of a split range wraps",
	  INV(I_SANE), false, size_wraps },
	{ "KB-15", "the load does not find the backup region's header",
	  INV(I_BACKUP), false, backup_at_load },
	{ "KB-16", "a rebuild loses the backup region's offset",
	  INV(I_BACKUP), false, backup_after_event },
	{ "KB-17", "less is reserved than the elfcorehdr may grow to",
	  INV(I_RESV), true, reserved_bufsz },
	{ "KB-69", "the reservation of the elfcorehdr is not rounded to pages",
	  0, true, reserved_unrounded },
	{ "KB-37", "without /cpus the root is looked for CPUs, and deleted",
	  INV(I_FDTOK), false, root_deleted },
	{ "KB-67", "a half node without a type is never removed",
	  INV(I_CPU) | INV(I_FDTOK) | INV(I_FRESH), false, half_node_kept },
	{ "KB-35", "out of space: a part of /cpus is published",
	  INV(I_CPU) | INV(I_FDTOK) | INV(I_FRESH), false, no_space },
	{ "KB-26", "the load drops cache nodes under /cpus",
	  INV(I_FDTOK), false, caches_dropped },
	{ "KB-36", "cache nodes of a new core are not copied",
	  INV(I_FDTOK), false, caches_not_copied },
	{ "KB-25", "the load takes the CPUs of boot time",
	  INV(I_CPU), false, boot_cpus_only },
};

static const struct known_defect use_after_free = {
	"KB-05", "removal goes on in a range list that was reallocated",
	INV(I_MEM), false, NULL
};

bool only_theirs(const struct comparison *c, const struct finding *f)
{
	const struct verdict *ours = &c->our_verdict;

	for (size_t i = 0; i < ours->nr; i++)
		if (ours->findings[i].inv == f->inv &&
		    ours->findings[i].remark == f->remark &&
		    !strcmp(ours->findings[i].text, f->text))
			return false;
	return true;
}

/* the real kernel's image breaks an invariant of @d here, and ours does not */
static bool breaks(const struct comparison *c, const struct known_defect *d,
		   const struct symptom *s)
{
	const struct verdict *theirs = &c->their_verdict;

	for (size_t i = 0; i < theirs->nr; i++) {
		const struct finding *f = &theirs->findings[i];

		if (!(d->invariants & INV(f->inv)) ||
		    (f->remark && !d->harmless) || !only_theirs(c, f))
			continue;
		if (s->kind == SYMPTOM_FINDING && f != s->finding)
			continue;
		if (s->kind == SYMPTOM_FINDING || !f->has_range ||
		    !s->has_range || ranges_touch(s, f->start, f->end, 1))
			return true;
	}
	return false;
}

const struct known_defect *known_defect_find(const struct comparison *c,
					     const struct symptom *s)
{
	for (size_t i = 0; i < sizeof(defects) / sizeof(defects[0]); i++)
		if (defects[i].shape(c, s) &&
		    (!defects[i].invariants || breaks(c, &defects[i], s)))
			return &defects[i];
	return NULL;
}

const struct known_defect *known_defect_of_death(const void *elfcorehdr,
						 size_t size)
{
	const Elf64_Ehdr *ehdr = elfcorehdr;
	struct view_range *loads;
	size_t nr = elfcorehdr_loads(elfcorehdr, size, &loads);

	free(loads);
	/* no other architecture has such a list */
	if (!nr || le16toh(ehdr->e_machine) != EM_PPC64)
		return NULL;
	/* full: to split one more entry, the list must be reallocated */
	return nr >= LIST_FIRST_CHUNK &&
	       (nr - LIST_FIRST_CHUNK) % LIST_CHUNK == 0 ? &use_after_free :
							   NULL;
}
