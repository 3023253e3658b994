// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PT_LOADs against the machine's memory. What they should cover:
 *
 *	online		|--------------------|      |--------|
 *	crash kernel	      |=====|
 *	firmware	       |-|
 *	expected	|-----||-|   |-------|      |--------|
 *
 * What they may cover besides is memory that is present but offline; nothing
 * else. On x86 the first 1 MiB is the capture kernel's as well: the crashed
 * kernel kept out of it (reserve_real_mode(), arch/x86/realmode/init.c, 6.12).
 */
#include <inttypes.h>

#include "pieces.h"
#include "vmcore.h"

#define LOW_MEMORY_END	0xfffffULL

/*
 * struct memory - the machine's memory as a header should have it
 * @expected: must be covered
 * @present: may be covered
 * @offline: that part of it which is not online
 * @taken: the capture kernel's
 * @listed: what the PT_LOADs cover
 */
struct memory {
	struct view_ranges expected;
	struct view_ranges present;
	struct view_ranges offline;
	struct view_ranges taken;
	struct view_ranges listed;
};

/* --- what there is -------------------------------------------------------- */

/* firmware in whole pages: kexec-tools rounds, and /proc/vmcore does anyway */
static int for_firmware(const struct machine_view *m,
			int (*op)(struct view_ranges *set, uint64_t start,
				  uint64_t end), struct view_ranges *set)
{
	uint64_t mask = m->page_size - 1;
	size_t i;

	for (i = 0; i < m->firmware.nr; i++) {
		if (op(set, m->firmware.r[i].start & ~mask,
		       m->firmware.r[i].end | mask))
			return -1;
	}
	return 0;
}

static int find_taken(const struct machine_view *m, struct view_ranges *taken)
{
	if (view_ranges_copy(taken, &m->crashk))
		return -1;
	if (m->arch == ARCH_X86_64 &&
	    view_ranges_add(taken, 0, LOW_MEMORY_END))
		return -1;
	return for_firmware(m, view_ranges_remove, taken);
}

static int find_present(const struct machine_view *m,
			struct view_ranges *present)
{
	if (view_ranges_copy(present, &m->ram))
		return -1;
	return for_firmware(m, view_ranges_add, present);
}

/* the kernel uses whole pages only; odd bytes at the ends need not be dumped */
static int add_whole_pages(struct view_ranges *set, struct view_range r,
			   uint64_t mask)
{
	uint64_t start = (r.start + mask) & ~mask, end = r.end;

	if ((end & mask) != mask) {
		if (end < mask)
			return 0;
		end = (end & ~mask) - 1;
	}
	if (start < r.start || start > end)
		return 0;
	return view_ranges_add(set, start, end);
}

static int find_offline(const struct machine_view *m,
			struct view_ranges *offline)
{
	struct view_range piece;
	struct pieces walk;
	size_t i;

	for (i = 0; i < m->ram.nr; i++) {
		walk = pieces_of(m->ram.r[i].start, m->ram.r[i].end,
				 &m->online, false);
		while (next_piece(&walk, &piece)) {
			if (view_ranges_add(offline, piece.start, piece.end))
				return -1;
		}
	}
	return 0;
}

static int remove_all(struct view_ranges *set, const struct view_ranges *gone)
{
	size_t i;

	for (i = 0; i < gone->nr; i++) {
		if (view_ranges_remove(set, gone->r[i].start, gone->r[i].end))
			return -1;
	}
	return 0;
}

static int find_expected(const struct machine_view *m,
			 const struct view_ranges *taken,
			 struct view_ranges *expected)
{
	size_t i;

	for (i = 0; i < m->online.nr; i++) {
		if (add_whole_pages(expected, m->online.r[i],
				    m->page_size - 1))
			return -1;
	}
	/* of a page that firmware keeps inside the crash region, only its bytes */
	if (remove_all(expected, taken) || remove_all(expected, &m->crashk))
		return -1;
	for (i = 0; i < m->firmware.nr; i++) {
		if (view_ranges_add(expected, m->firmware.r[i].start,
				    m->firmware.r[i].end))
			return -1;
	}
	return 0;
}

static int find_listed(const struct entries *loads, struct view_ranges *listed)
{
	size_t i;

	for (i = 0; i < loads->nr; i++) {
		if (view_ranges_add(listed, loads->e[i].phdr->p_paddr,
				    phdr_end(loads->e[i].phdr)))
			return -1;
	}
	return 0;
}

static int find_memory(const struct machine_view *m,
		       const struct entries *loads, struct memory *mem)
{
	if (find_taken(m, &mem->taken) || find_present(m, &mem->present) ||
	    find_offline(m, &mem->offline) ||
	    find_expected(m, &mem->taken, &mem->expected) ||
	    find_listed(loads, &mem->listed))
		return -1;
	return 0;
}

static void free_memory(struct memory *mem)
{
	view_ranges_free(&mem->expected);
	view_ranges_free(&mem->present);
	view_ranges_free(&mem->offline);
	view_ranges_free(&mem->taken);
	view_ranges_free(&mem->listed);
}

/* --- what the PT_LOADs say ------------------------------------------------ */

/* tell each piece of @load that @set holds (@held), or does not hold */
static bool tell_pieces(struct judging *j, const struct entry *load,
			const struct view_ranges *set, bool held,
			enum invariant inv, enum verdict_word word,
			const char *what)
{
	struct pieces walk = pieces_of(load->phdr->p_paddr,
				       phdr_end(load->phdr), set, held);
	struct view_range piece;
	bool any = false;

	while (next_piece(&walk, &piece)) {
		found(j, ABOUT_PHDR_RANGE(load->index, piece.start, piece.end),
		      inv, word,
		      "PT_LOAD %d covers 0x%" PRIx64 "-0x%" PRIx64 ", which is %s",
		      load->nr, piece.start, piece.end, what);
		any = true;
	}
	return any;
}

/*
 * Whole pages are read. Where memory itself ends within a page, as on x86 with
 * odd firmware tables, nobody can do better.
 */
static void judge_rounding(struct judging *j, const struct entry *load,
			   const struct view_ranges *present)
{
	uint64_t mask = j->machine->page_size - 1;
	uint64_t start = load->phdr->p_paddr & ~mask;
	uint64_t end = phdr_end(load->phdr) | mask;

	if (!view_ranges_contains(present, start, end))
		found(j, ABOUT_PHDR_RANGE(load->index, start, end), I_GONE,
		      REMARK,
		      "PT_LOAD %d is read as 0x%" PRIx64 "-0x%" PRIx64
		      ", in whole pages, and not all of that is memory",
		      load->nr, start, end);
}

static void judge_load(struct judging *j, const struct entry *load,
		       const struct memory *mem)
{
	if (!tell_pieces(j, load, &mem->present, false, I_GONE,
			 VERDICT_INCOMPLETE, "not memory"))
		judge_rounding(j, load, &mem->present);
	if (mem->offline.nr)
		tell_pieces(j, load, &mem->offline, true, I_GONE, REMARK,
			    "offline");
	if (j->machine->arch == ARCH_POWERPC || !is_backup(j, load->phdr))
		tell_pieces(j, load, &mem->taken, true, I_CRASHK,
			    VERDICT_INCOMPLETE, "the capture kernel's");
}

static void judge_cover(struct judging *j, const struct memory *mem)
{
	const struct view_ranges *firmware = &j->machine->firmware;
	struct view_range piece;
	struct pieces walk;
	size_t i;

	for (i = 0; i < mem->expected.nr; i++) {
		walk = pieces_of(mem->expected.r[i].start,
				 mem->expected.r[i].end, &mem->listed, false);
		while (next_piece(&walk, &piece))
			found(j, ABOUT_RANGE(piece.start, piece.end), I_COVER,
			      VERDICT_INCOMPLETE,
			      "no PT_LOAD covers 0x%" PRIx64 "-0x%" PRIx64 ", which %s",
			      piece.start, piece.end,
			      view_ranges_contains(firmware, piece.start,
						   piece.end) ?
			      "firmware keeps" : "is online");
	}
}

void judge_memory(struct judging *j, const struct entries *loads)
{
	struct memory mem = { 0 };
	size_t i;

	if (!j->machine->knows_ram)
		return;
	if (find_memory(j->machine, loads, &mem)) {
		j->no_memory = true;
	} else {
		for (i = 0; i < loads->nr; i++)
			judge_load(j, &loads->e[i], &mem);
		judge_cover(j, &mem);
	}
	free_memory(&mem);
}
