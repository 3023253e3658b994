// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/slots.c and powerpc_slots.c: an update of an image with two slots. What a
 * capture kernel would get is the old pair of header and FDT or the new one, at
 * every store, and the image is never hidden.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <valgrind/valgrind.h>

#include "pseries.h"
#include "store_trap.h"

/* --- what an event writes, and where ------------------------------------------ */

static void a_block_goes(struct pseries *p)
{
	pseries_offline(p, 0x40000000);
}

static void another_goes(struct pseries *p)
{
	pseries_offline(p, 0x60000000);
}

static void a_block_comes(struct pseries *p)
{
	pseries_online(p, 0x40000000);
}

static void core_1_comes(struct pseries *p)
{
	pseries_add_core(p, 1);
}

static void core_2_comes(struct pseries *p)
{
	pseries_add_core(p, 2);
}

/* its nodes go behind the event */
static void core_1_goes(struct pseries *p)
{
	pseries_remove_core(p, 1);
	pseries_quiet_event(p);
}

/* the first of the two is not heard */
static void both(struct pseries *p)
{
	pseries_offline_lost(p, 0x40000000);
	pseries_add_core(p, 3);
}

static void a_block_goes_and_comes(struct pseries *p)
{
	pseries_offline_lost(p, 0x70000000);
	pseries_online_lost(p, 0x70000000);
	pseries_quiet_event(p);
}

/* the tree is looked at, and nothing in it is another */
static void memory_and_a_child_that_is_no_cpu(struct pseries *p)
{
	u8 fdt[256] __attribute__((__aligned__(8)));
	int node;

	assert_int_equal(0, fdt_create_empty_tree(fdt, sizeof(fdt)));
	node = fdt_add_subnode(fdt, 0, "power-mgt");
	assert_true(node > 0);
	assert_int_equal(0, fdt_setprop_string(fdt, node, "device_type", "power"));
	assert_errno("attach", 0,
		     kernel_attach_node(p->kernel, "/cpus", fdt, node));
	pseries_online(p, 0x60000000);
}

enum { NOTHING, HEADER, TREE, BOTH };

/* events one after the other, and the content that is new after each */
static const struct {
	const char *what;
	void (*event)(struct pseries *p);
	unsigned int new;
} events[] = {
	{ "memory", a_block_goes, HEADER },
	{ "memory again", another_goes, HEADER },
	{ "a core", core_1_comes, TREE },
	{ "another core", core_2_comes, TREE },
	{ "memory after cores", a_block_comes, HEADER },
	{ "nothing new", pseries_quiet_event, NOTHING },
	{ "all looked at anew", pseries_poke, NOTHING },
	{ "both", both, BOTH },
	{ "there and back", a_block_goes_and_comes, NOTHING },
	{ "a core goes", core_1_goes, TREE },
	{ "memory after that", a_block_comes, HEADER },
	{ "and once more", a_block_goes, HEADER },
	{ "a child that is no CPU", memory_and_a_child_that_is_no_cpu, HEADER },
};

/**
 * struct witness - what a crash at each barrier of an event finds
 * @slot: that is read before the event
 * @nr: barriers so far
 * @read: what is read
 * @left: what is in @slot
 */
struct witness {
	struct pseries *p;
	unsigned int slot;
	unsigned int nr;
	struct pair read[2];
	struct pair left[2];
};

static void look(void *ctx)
{
	struct witness *w = ctx;

	assert_true(w->nr < ARRAY_SIZE(w->read));
	assert_ptr_equal(kernel_crash_image(w->p->kernel), w->p->image);
	w->read[w->nr] = pair_copy(w->p);
	w->left[w->nr++] = pair_in_slot(w->p, w->slot);
}

/* the word changes between two barriers; nothing is written to the slot that was
 * read before the second
 */
static void assert_witness(const char *what, struct witness *w, bool changed,
			   const struct pair *old, const struct pair *new)
{
	assert_u64(what, changed ? 2 : 0, w->nr);
	if (changed) {
		assert_pair(what, old, &w->read[0]);
		assert_pair(what, new, &w->read[1]);
		assert_pair(what, old, &w->left[0]);
		assert_pair(what, old, &w->left[1]);
	}
	while (w->nr--) {
		pair_free(&w->read[w->nr]);
		pair_free(&w->left[w->nr]);
	}
}

/* the segments that an event may write */
static unsigned int written(const struct pseries *p, unsigned int new)
{
	unsigned int slot, bits = 0;

	for (slot = 0; slot < PSERIES_SLOTS && new; slot++) {
		if (new & HEADER)
			bits |= 1U << pseries_slot_header(p, slot);
		if (new & TREE)
			bits |= 1U << pseries_slot_fdt(p, slot);
		bits |= 1U << p->purgatory;
	}
	return bits;
}

static void try_event(struct pseries *p, size_t i)
{
	const char *what = events[i].what;
	const bool changed = events[i].new;
	const unsigned int active = pseries_active(p);
	struct snapshot *s = snapshot_take(p);
	struct witness w = { .p = p, .slot = active };
	struct pair old = pair_copy(p), new;

	kernel_clear_report(p->kernel);
	kernel_at_barrier(p->kernel, look, &w);
	events[i].event(p);
	kernel_at_barrier(p->kernel, NULL, NULL);

	new = pair_copy(p);
	assert_changed(what, s, p, written(p, events[i].new));
	assert_u64(what, changed ? !active : active, pseries_active(p));
	assert_witness(what, &w, changed, &old, &new);
	assert_equal_slots(what, p);
	assert_live_cpus(what, p, new.fdt);
	assert_fdt_ok(what, new.fdt, new.fdt_size);
	assert_u64(what, 0, kernel_report(p->kernel)->hidden);
	assert_support(what, p, 1);
	pair_free(&old);
	pair_free(&new);
}

static void an_event_writes_where_nobody_reads(void **state __always_unused)
{
	const struct pseries_config config = { .caches = true };
	struct pseries *p = pseries_boot_with_slots(&config);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(events); i++)
		try_event(p, i);
	pseries_shutdown(p);
}

/* --- every store --------------------------------------------------------------- */

#define MAX_PROBLEM 128

/**
 * struct stores - those of one event
 * @old: what is read before it
 * @new: what is read since the word changed
 * @selected: how often it changed
 * @others: how often anything else did
 * @problem: the first
 *
 * It is told in a signal handler: no test may end there.
 */
struct stores {
	struct pseries *p;
	unsigned long word[PSERIES_SLOTS];
	struct pair old;
	struct pair new;
	unsigned int active;
	unsigned int selected;
	unsigned int others;
	char problem[MAX_PROBLEM];
};

static void *slot_bytes(struct stores *s, bool fdt, unsigned int slot)
{
	return pseries_bytes(s->p, fdt ? pseries_slot_fdt(s->p, slot) :
					 pseries_slot_header(s->p, slot));
}

static void whole(struct stores *s, const struct pair *pair, unsigned int slot)
{
	if (memcmp(pair->header, slot_bytes(s, false, slot), pair->header_size))
		snprintf(s->problem, MAX_PROBLEM, "store %u: the header that is read is torn",
			 s->selected + s->others);
	if (memcmp(pair->fdt, slot_bytes(s, true, slot), pair->fdt_size))
		snprintf(s->problem, MAX_PROBLEM, "store %u: the tree that is read is torn",
			 s->selected + s->others);
}

static void stored(void *ctx, const uint8_t *word, const uint8_t *old __always_unused)
{
	struct stores *s = ctx;
	const unsigned long *selector = pseries_selector(s->p);

	if (s->problem[0])
		return;
	if ((const void *)word != selector) {
		s->others++;
	} else if (*selector == s->word[!s->active]) {
		s->selected++;
		memcpy(s->new.header, slot_bytes(s, false, !s->active),
		       s->new.header_size);
		memcpy(s->new.fdt, slot_bytes(s, true, !s->active),
		       s->new.fdt_size);
	} else {
		snprintf(s->problem, MAX_PROBLEM, "the word is %#lx", *selector);
	}
	if (s->selected)
		whole(s, &s->new, !s->active);
	else
		whole(s, &s->old, s->active);
}

/* how many stores there were, besides the word's */
static unsigned int watch_event(struct pseries *p, const char *what,
				void (*event)(struct pseries *p), bool changed)
{
	const unsigned int active = pseries_active(p);
	const struct trap_region region = { p->crashk, PSERIES_BACKED };
	struct stores s = {
		.p = p, .active = active, .old = pair_copy(p), .new = pair_copy(p),
	};
	unsigned int slot;

	for (slot = 0; slot < PSERIES_SLOTS; slot++)
		s.word[slot] = p->image->segment[pseries_slot_fdt(p, slot)].mem;
	assert_int_equal(0, store_trap_arm(&region, 1, stored, &s));
	event(p);
	store_trap_disarm();

	if (s.problem[0])
		fail_msg("%s: %s", what, s.problem);
	assert_u64(what, changed, s.selected);
	if (!changed)
		assert_u64(what, 0, s.others);
	pair_free(&s.old);
	pair_free(&s.new);
	s.new = pair_copy(p);
	if (changed)
		whole(&s, &s.new, !active);
	if (s.problem[0])
		fail_msg("%s: the word leads to %s", what, s.problem);
	pair_free(&s.new);
	return s.others;
}

static void every_store_leaves_the_old_or_the_new(void **state __always_unused)
{
	const struct pseries_config config = { .caches = true };
	struct pseries *p = pseries_boot_with_slots(&config);
	/* Valgrind does no single steps */
	const bool possible = store_trap_possible() && !RUNNING_ON_VALGRIND;
	unsigned int stores = 0;
	size_t i;

	for (i = 0; possible && i < ARRAY_SIZE(events); i++)
		stores += watch_event(p, events[i].what, events[i].event,
				      events[i].new);
	assert_true(stores > 100 || !possible);
	pseries_shutdown(p);
}

/* --- behind what is used ---------------------------------------------------------- */

static void assert_zeros(const char *what, const u8 *bytes, size_t from, size_t to)
{
	for (; from < to; from++)
		assert_u64(what, 0, bytes[from]);
}

static void assert_clean_slots(const char *what, struct pseries *p)
{
	unsigned int slot;

	for (slot = 0; slot < PSERIES_SLOTS; slot++) {
		const Elf64_Ehdr *header = pseries_bytes(p, pseries_slot_header(p, slot));
		const void *fdt = pseries_bytes(p, pseries_slot_fdt(p, slot));

		assert_zeros(what, (const u8 *)header, 64 + 56 * header->e_phnum,
			     pseries_memsz(p, p->elfcorehdr));
		assert_zeros(what, fdt, fdt_off_dt_strings(fdt) +
					fdt_size_dt_strings(fdt),
			     pseries_memsz(p, p->fdt));
	}
}

#define SMALL_BLOCK (16 * MiB)
#define NR_HOLES 40

/* only the last event is heard */
static void at_once(struct pseries *p,
		    void (*one)(struct pseries *p, unsigned int i), unsigned int nr)
{
	unsigned int i;

	assert_true(kernel_kexec_trylock(p->kernel));
	for (i = 0; i < nr - 1; i++)
		one(p, i);
	kernel_kexec_unlock(p->kernel);
	one(p, i);
}

static void make_hole(struct pseries *p, unsigned int i)
{
	pseries_offline(p, 0x30000000 + i * 2 * SMALL_BLOCK);
}

static void fill_hole(struct pseries *p, unsigned int i)
{
	pseries_online(p, 0x30000000 + i * 2 * SMALL_BLOCK);
}

static void add_core(struct pseries *p, unsigned int i)
{
	pseries_add_core(p, i + 1);
}

static void remove_core(struct pseries *p, unsigned int i)
{
	pseries_remove_core(p, i + 1);
}

static void grow(struct pseries *p)
{
	at_once(p, make_hole, NR_HOLES);
	assert_clean_slots("more memory ranges", p);
	at_once(p, add_core, 6);
	assert_clean_slots("more cores", p);
}

static void shrink(struct pseries *p)
{
	at_once(p, fill_hole, NR_HOLES);
	assert_clean_slots("fewer memory ranges", p);
	at_once(p, remove_core, 6);
	pseries_quiet_event(p);
	assert_clean_slots("fewer cores", p);
}

/* something else that is of much the same size */
static void change(struct pseries *p, unsigned int n)
{
	if (n % 2) {
		pseries_offline(p, 0x79000000);
		pseries_add_core(p, 7);
	} else {
		pseries_online(p, 0x79000000);
		pseries_remove_core(p, 7);
		pseries_quiet_event(p);
	}
	assert_clean_slots("about the same", p);
}

/* L, S: large and small, one after the other */
static const char *const sizes[] = { "LSLS", "LLSS", "LSSLLS", "LLLSLSS" };

static void nothing_is_left_behind(void **state __always_unused)
{
	/* a header of one page, and of two when there are holes */
	const struct pseries_config config = {
		.page_shift = 12, .block_size = SMALL_BLOCK, .possible_cores = 60,
	};
	unsigned int changes;
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct pseries *p = pseries_boot_with_slots(&config);
		bool large = false;

		for (n = changes = 0; n < strlen(sizes[i]); n++) {
			if (large == (sizes[i][n] == 'L'))
				change(p, ++changes);
			else if (large)
				shrink(p);
			else
				grow(p);
			large = sizes[i][n] == 'L';
		}
		assert_u64("hidden", 0, kernel_report(p->kernel)->hidden);
		pseries_shutdown(p);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(an_event_writes_where_nobody_reads),
	cmocka_unit_test(every_store_leaves_the_old_or_the_new),
	cmocka_unit_test(nothing_is_left_behind),
};

TEST_MAIN(tests)
