// SPDX-License-Identifier: GPL-2.0-only
/*
 * The difference between the PT_LOADs of two elfcorehdrs, as memory. Equal
 * entries drop out first, then those that differ in a field only; of what is
 * left, it counts which memory is in one and not in the other:
 *
 *	a	|------------------|		|-----|
 *	b	|------|   |-------|		|--|--|
 *		        ---
 *		      removed		       cut elsewhere
 */
#include <inttypes.h>
#include <stdlib.h>

#include "diff_elfcorehdr.h"
#include "pieces.h"
#include "text.h"

static bool is_ascending(const struct phdr_list *list)
{
	size_t i;

	for (i = 1; i < list->nr; i++) {
		if (list->p[i]->p_paddr < list->p[i - 1]->p_paddr)
			return false;
	}
	return true;
}

static void diff_load(struct elf_diff *e, enum diff_kind kind,
		      struct view_range range)
{
	char size[TEXT_SIZE];

	differ(&e->d, kind, DIFF_LOAD, range, NULL,
	       "PT_LOAD 0x%" PRIx64 "-0x%" PRIx64 " (%s)", range.start,
	       range.end, text_size(range.start, range.end, size));
}

/* --- the same memory, but something else differs -------------------------- */

static void diff_changed_load(struct elf_diff *e, const Elf64_Phdr *a,
			      const Elf64_Phdr *b)
{
	struct view_range range = phdr_range(b);
	char fields[PHDR_FIELDS];

	differ(&e->d, DIFF_CHANGED, DIFF_LOAD, range, NULL,
	       "PT_LOAD 0x%" PRIx64 "-0x%" PRIx64 ": %s", range.start,
	       range.end, phdr_fields(a, b, fields));
}

/* tell those that pair up, and drop them from the lists, which are sorted */
static void drop_changed(struct elf_diff *e)
{
	struct phdr_list *a = &e->list_a, *b = &e->list_b;
	size_t i = 0, k = 0, nr_a = 0, nr_b = 0;
	const Elf64_Phdr *x, *y;

	while (i < a->nr && k < b->nr) {
		x = a->p[i];
		y = b->p[k];
		if (x->p_paddr == y->p_paddr && x->p_memsz == y->p_memsz) {
			diff_changed_load(e, x, y);
			i++;
			k++;
		} else if (x->p_paddr < y->p_paddr ||
			   (x->p_paddr == y->p_paddr &&
			    x->p_memsz < y->p_memsz)) {
			a->p[nr_a++] = a->p[i++];
		} else {
			b->p[nr_b++] = b->p[k++];
		}
	}
	while (i < a->nr)
		a->p[nr_a++] = a->p[i++];
	while (k < b->nr)
		b->p[nr_b++] = b->p[k++];
	a->nr = nr_a;
	b->nr = nr_b;
}

/* --- other memory --------------------------------------------------------- */

/* an entry without memory belongs to no set */
static void drop_empty(struct elf_diff *e, struct phdr_list *list,
		       enum diff_kind kind)
{
	const Elf64_Phdr *load;
	size_t i, nr = 0;

	for (i = 0; i < list->nr; i++) {
		load = list->p[i];
		if (load->p_memsz)
			list->p[nr++] = load;
		else
			differ(&e->d, kind, DIFF_LOAD, phdr_range(load), NULL,
			       "empty PT_LOAD at 0x%" PRIx64, load->p_paddr);
	}
	list->nr = nr;
}

static void add_memory(struct elf_diff *e, struct view_ranges *set,
		       const struct phdr_list *list)
{
	size_t i;

	for (i = 0; i < list->nr; i++) {
		if (view_ranges_add(set, list->p[i]->p_paddr,
				    phdr_end(list->p[i])))
			e->d.no_memory = true;
	}
}

/* tell each piece of @range that @set does not hold */
static bool diff_pieces(struct elf_diff *e, struct view_range range,
			const struct view_ranges *set, enum diff_kind kind)
{
	struct pieces walk = pieces_of(range.start, range.end, set, false);
	struct view_range piece;
	bool any = false;

	while (next_piece(&walk, &piece)) {
		diff_load(e, kind, piece);
		any = true;
	}
	return any;
}

/* how many entries of a sorted list begin before @address */
static size_t count_before(const struct phdr_list *list, uint64_t address)
{
	size_t low = 0, high = list->nr, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (list->p[middle]->p_paddr < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* all that touches @range lies inside: it is the union of both lists */
static size_t count_inside(const struct phdr_list *list, struct view_range range)
{
	size_t end = range.end == UINT64_MAX ? list->nr :
					       count_before(list, range.end + 1);

	return end - count_before(list, range.start);
}

static void diff_cut(struct elf_diff *e, struct view_range range)
{
	char size[TEXT_SIZE];

	differ(&e->d, DIFF_CHANGED, DIFF_CUT, range, NULL,
	       "0x%" PRIx64 "-0x%" PRIx64 " (%s) is cut elsewhere: PT_LOADs %zu -> %zu",
	       range.start, range.end, text_size(range.start, range.end, size),
	       count_inside(&e->list_a, range),
	       count_inside(&e->list_b, range));
}

/*
 * Where an entry of a and one of b share memory, they should still lead to the
 * same place.
 */
static void diff_shifts(struct elf_diff *e)
{
	const struct phdr_list *a = &e->list_a, *b = &e->list_b;
	const Elf64_Phdr *x, *y;
	size_t i = 0, k = 0;

	while (i < a->nr && k < b->nr) {
		x = a->p[i];
		y = b->p[k];
		if (x->p_paddr <= phdr_end(y) && y->p_paddr <= phdr_end(x) &&
		    (x->p_offset - x->p_paddr != y->p_offset - y->p_paddr ||
		     x->p_vaddr - x->p_paddr != y->p_vaddr - y->p_paddr))
			diff_changed_load(e, x, y);
		if (phdr_end(x) < phdr_end(y))
			i++;
		else
			k++;
	}
}

static void diff_memory(struct elf_diff *e)
{
	struct view_ranges set_a = { 0 }, set_b = { 0 }, both = { 0 };
	bool removed, added;
	size_t i;

	add_memory(e, &set_a, &e->list_a);
	add_memory(e, &set_b, &e->list_b);
	add_memory(e, &both, &e->list_a);
	add_memory(e, &both, &e->list_b);
	for (i = 0; i < both.nr; i++) {
		removed = diff_pieces(e, both.r[i], &set_b, DIFF_REMOVED);
		added = diff_pieces(e, both.r[i], &set_a, DIFF_ADDED);
		if (!removed && !added)
			diff_cut(e, both.r[i]);
	}
	view_ranges_free(&set_a);
	view_ranges_free(&set_b);
	view_ranges_free(&both);
}

void diff_loads(struct elf_diff *e)
{
	bool was_ascending = is_ascending(&e->list_a);
	bool is_now = is_ascending(&e->list_b);

	if (!drop_equal(e) || was_ascending != is_now)
		differ(&e->d, DIFF_CHANGED, DIFF_ORDER, NO_RANGE, NULL,
		       "the PT_LOADs are in another order%s",
		       was_ascending == is_now ? "" :
		       is_now ? ", now ascending" : ", not ascending");
	drop_changed(e);
	drop_empty(e, &e->list_a, DIFF_REMOVED);
	drop_empty(e, &e->list_b, DIFF_ADDED);
	diff_shifts(e);
	diff_memory(e);
}
