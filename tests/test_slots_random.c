// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two machines to which the same happens, one with slots and one without: after
 * every event a capture kernel gets the same from both, byte for byte, but for the
 * places where a tree names its slot's header.
 */
#include <stdlib.h>
#include <string.h>

#include "pseries.h"

#define NR_BLOCKS 16
#define NR_CORES 8

/**
 * struct twins - blocks 8 to 15 are a DIMM each; the crash kernel's memory is in the
 *	first 4
 * @p: the first has slots
 * @seed: of what happens
 * @there, @online: by block
 * @core: by number
 */
struct twins {
	struct pseries *p[2];
	unsigned int seed;
	bool there[NR_BLOCKS];
	bool online[NR_BLOCKS];
	bool core[NR_CORES];
};

enum change {
	MEMORY_ADD, MEMORY_REMOVE, BLOCK_ONLINE, BLOCK_OFFLINE, CORE_ADD,
	CORE_REMOVE, LOAD
};

/**
 * struct step - what happens next
 * @n: block or core
 * @lost: nobody hears of it at once
 */
struct step {
	enum change change;
	unsigned int n;
	bool lost;
};

static struct step choose(struct twins *t)
{
	struct step s = { .lost = !random_below(&t->seed, 4) };
	const unsigned int kind = random_below(&t->seed, 40);

	if (!kind) {
		s.change = LOAD;
		s.lost = false;
	} else if (kind < 16) {
		s.n = 1 + random_below(&t->seed, NR_CORES - 1);
		s.change = t->core[s.n] ? CORE_REMOVE : CORE_ADD;
		t->core[s.n] = !t->core[s.n];
	} else {
		s.n = 4 + random_below(&t->seed, NR_BLOCKS - 4);
		if (!t->there[s.n]) {
			s.change = MEMORY_ADD;
			t->there[s.n] = true;
		} else if (t->online[s.n]) {
			s.change = BLOCK_OFFLINE;
			t->online[s.n] = false;
		} else if (s.n >= 8 && random_below(&t->seed, 2)) {
			s.change = MEMORY_REMOVE;
			t->there[s.n] = false;
		} else {
			s.change = BLOCK_ONLINE;
			t->online[s.n] = true;
		}
	}
	return s;
}

static void make(struct pseries *p, const struct step *s)
{
	const u64 start = s->n * PSERIES_BLOCK;

	switch (s->change) {
	case MEMORY_ADD:
		assert_errno("add", 0, kernel_add_memory(p->kernel, start,
							 PSERIES_BLOCK, 0));
		break;
	case MEMORY_REMOVE:
		assert_errno("remove", 0, kernel_remove_memory(p->kernel, start,
							       PSERIES_BLOCK));
		break;
	case BLOCK_ONLINE:
		pseries_online(p, start);
		break;
	case BLOCK_OFFLINE:
		pseries_offline(p, start);
		break;
	case CORE_ADD:
		pseries_add_core(p, s->n);
		break;
	case CORE_REMOVE:
		pseries_remove_core(p, s->n);
		break;
	case LOAD:
		assert_errno("load", 0, pseries_load(p));
		break;
	}
}

static void happen(struct pseries *p, const struct step *s)
{
	kernel_switch(p->kernel);
	if (s->lost)
		assert_true(kernel_kexec_trylock(p->kernel));
	make(p, s);
	if (s->lost)
		kernel_kexec_unlock(p->kernel);
	else
		pseries_quiet_event(p);
}

static void assert_twins(struct twins *t)
{
	struct pair a = pair_of_slot_0(t->p[0]), b = pair_in_slot(t->p[1], 0);

	assert_pair("with slots and without", &b, &a);
	assert_equal_slots("any event", t->p[0]);
	pair_free(&a);
	pair_free(&b);
	assert_u64("hidden", 0, kernel_report(t->p[0]->kernel)->hidden);
}

static void boot(struct twins *t, const struct pseries_config *config)
{
	struct pseries_config c = *config;
	unsigned int i;

	memset(t, 0, sizeof(*t));
	t->seed = 8;
	t->core[0] = true;
	for (i = 0; i < 8; i++)
		t->there[i] = t->online[i] = true;
	for (i = 0; i < ARRAY_SIZE(t->p); i++) {
		c.slots = !i;
		t->p[i] = pseries_boot(&c, NULL);
		assert_errno("load", 0, pseries_load(t->p[i]));
	}
	assert_twins(t);
}

static void shutdown(struct twins *t)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t->p); i++) {
		kernel_switch(t->p[i]->kernel);
		pseries_shutdown(t->p[i]);
	}
}

static const struct pseries_config machines[] = {
	{ .caches = true },
	{ .chosen_last = true, .one_cell = true },
	{ .page_shift = 12, .smt = 4, .crashk_start = 0x1ffc0000 },
};

static void slots_show_what_one_segment_shows(void **state __always_unused)
{
	unsigned int turn, active[PSERIES_SLOTS] = { };
	struct twins t;
	struct step s;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(machines); i++) {
		boot(&t, &machines[i]);
		for (turn = 0; turn < 200; turn++) {
			s = choose(&t);
			happen(t.p[0], &s);
			happen(t.p[1], &s);
			assert_twins(&t);
			active[pseries_active(t.p[0])]++;
		}
		shutdown(&t);
	}
	assert_true(active[0] > 100 && active[1] > 100);
}

static void make_good(struct twins *t)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t->p); i++) {
		kernel_switch(t->p[i]->kernel);
		pseries_quiet_event(t->p[i]);
	}
}

/* mappings and allocations fail on the machine with slots alone; there the old
 * pair stays or the new one comes, and the next event makes it good
 */
static void what_fails_leaves_the_old_or_the_new(void **state __always_unused)
{
	const struct pseries_config config = { .caches = true };
	unsigned int turn, failures = 0, olds = 0;
	struct pair old, got, new;
	struct twins t;
	struct step s;

	boot(&t, &config);
	for (turn = 0; turn < 400; turn++) {
		struct kernel *k = t.p[0]->kernel;
		bool is_old;

		do {
			s = choose(&t);
		} while (s.change == LOAD);
		old = pair_of_slot_0(t.p[0]);
		happen(t.p[1], &s);
		if (random_below(&t.seed, 2))
			kernel_fail_map(k, 1 + random_below(&t.seed, 9));
		else
			kernel_fail_alloc(k, 1 + random_below(&t.seed, 6));
		happen(t.p[0], &s);
		kernel_fail_map(k, 0);
		kernel_fail_alloc(k, 0);

		got = pair_of_slot_0(t.p[0]);
		new = pair_in_slot(t.p[1], 0);
		is_old = pair_equal(&old, &got);
		olds += is_old && !pair_equal(&got, &new);
		if (!is_old)
			assert_pair("neither old nor new", &new, &got);
		failures += !t.p[0]->image->hotplug_support;
		if (t.p[0]->image->hotplug_support)
			assert_pair("trusted", &new, &got);
		t.p[0]->image->hotplug_support = 1;
		make_good(&t);
		assert_twins(&t);
		pair_free(&old);
		pair_free(&got);
		pair_free(&new);
	}
	assert_true(failures > 50 && olds > 20);
	shutdown(&t);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(slots_show_what_one_segment_shows),
	cmocka_unit_test(what_fails_leaves_the_old_or_the_new),
};

TEST_MAIN(tests)
