// SPDX-License-Identifier: GPL-2.0-only
/*
 * Updates of two slots on x86_64: what a capture kernel gets after each event, held
 * against a machine to which the same happens without slots; and what is left when
 * something fails.
 */
#include <stdlib.h>
#include <string.h>
#include <valgrind/valgrind.h>

#include "pc.h"
#include "store_trap.h"

#define DIMMS 12
#define DIMM(n) (0x100000000ULL + 2 * (n) * PC_BLOCK)

static struct pc *boot(struct pc_config config, bool slots)
{
	struct pc *pc;

	config.slots = slots;
	pc = pc_boot(&config);
	assert_errno("load", 0, pc_load(pc));
	kernel_clear_report(pc->kernel);
	return pc;
}

/* --- one event after the other ------------------------------------------------- */

static void a_dimm_comes(struct pc *pc)
{
	pc_add_dimm(pc, DIMM(0), 2 * PC_BLOCK);
	pc_online(pc, DIMM(0), PC_BLOCK);
}

static void more_of_it(struct pc *pc)
{
	pc_online(pc, DIMM(0) + PC_BLOCK, PC_BLOCK);
}

static void another_comes(struct pc *pc)
{
	pc_add_dimm(pc, DIMM(1), PC_BLOCK);
	pc_online(pc, DIMM(1), PC_BLOCK);
}

static void a_cpu_comes(struct pc *pc)
{
	assert_errno("CPU 1", 0, kernel_cpu_up(pc->kernel, 1, false));
}

static void the_first_goes(struct pc *pc)
{
	pc_offline(pc, DIMM(0), 2 * PC_BLOCK);
	pc_remove_dimm(pc, DIMM(0), 2 * PC_BLOCK);
}

/* nobody hears of it at once */
static void one_is_lost(struct pc *pc)
{
	assert_true(kernel_kexec_trylock(pc->kernel));
	pc_offline(pc, DIMM(1), PC_BLOCK);
	kernel_kexec_unlock(pc->kernel);
}

static void nothing_changes(struct pc *pc)
{
	assert_errno("CPU 1", 0, kernel_cpu_down(pc->kernel, 1));
}

/* @active: the slot that is read then */
static const struct {
	const char *what;
	void (*event)(struct pc *pc);
	unsigned int active;
	const char *loads;
} events[] = {
	{ "a DIMM", a_dimm_comes, 1, PC_TEXT PC_RAM " 100000000-107ffffff" },
	{ "one word", more_of_it, 0, PC_TEXT PC_RAM " 100000000-10fffffff" },
	{ "another", another_comes, 1,
	  PC_TEXT PC_RAM " 100000000-10fffffff 110000000-117ffffff" },
	{ "a CPU", a_cpu_comes, 1,
	  PC_TEXT PC_RAM " 100000000-10fffffff 110000000-117ffffff" },
	{ "two blocks go", the_first_goes, 1,
	  PC_TEXT PC_RAM " 110000000-117ffffff" },
	{ "a lost event", one_is_lost, 1, PC_TEXT PC_RAM " 110000000-117ffffff" },
	{ "the next one", nothing_changes, 0, PC_TEXT PC_RAM },
};

static void an_update_changes_the_slot(void **state __always_unused)
{
	struct pc *pc = boot((struct pc_config){ }, true);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(events); i++) {
		events[i].event(pc);
		assert_header(events[i].what, events[i].loads, pc);
		assert_u64(events[i].what, events[i].active, pc_active(pc));
		assert_equal_headers(events[i].what, pc);
		assert_hotplug(events[i].what, 1, pc);
	}
	assert_u64("hidden", 0, kernel_report(pc->kernel)->hidden);
	pc_shutdown(pc);
}

/* --- at each store ---------------------------------------------------------------- */

/**
 * struct watch - an event, while its stores are made
 * @old, @new: the header, before the word changes and when it does
 * @selected, @others: stores to the word, and to anything else
 */
struct watch {
	struct pc *pc;
	void *old;
	void *new;
	size_t size;
	unsigned int selected;
	unsigned int others;
	const char *problem;
};

/* in a signal handler: what is wrong is told later */
static void stored(void *ctx, const uint8_t *word,
		   const uint8_t *old __always_unused)
{
	struct watch *w = ctx;
	const void *header = pc_find_header(w->pc);

	if (!header) {
		w->problem = "no header is found";
		return;
	}
	if ((const void *)word != pc_selector(w->pc)) {
		w->others++;
	} else {
		w->selected++;
		memcpy(w->new, header, w->size);
	}
	if (memcmp(header, w->selected ? w->new : w->old, w->size))
		w->problem = w->selected ? "the new header is half there" :
					   "the old header is not whole";
}

static void watch_event(struct pc *pc, size_t event)
{
	const struct trap_region region = { pc->crashk, PC_BACKED };
	const unsigned int before = pc_active(pc);
	const size_t size = pc_header_size(pc);
	struct watch w = {
		.pc = pc, .size = size, .old = malloc(size),
		.new = malloc(size),
	};
	const char *what = events[event].what;

	memcpy(w.old, pc_read_header(pc), w.size);
	assert_int_equal(0, store_trap_arm(&region, 1, stored, &w));
	events[event].event(pc);
	store_trap_disarm();
	if (w.problem)
		fail_msg("%s: %s", what, w.problem);
	if (before != pc_active(pc))
		assert_bytes(what, w.new, pc_read_header(pc), w.size);
	assert_int_equal(!w.selected, !w.others);
	free(w.old);
	free(w.new);
}

/* one event makes more than one: what was new is the old then */
static bool is_one_event(size_t event)
{
	return events[event].event != the_first_goes;
}

static void every_store_leaves_either_header(void **state __always_unused)
{
	struct pc *pc;
	size_t i;

	/* Valgrind does no single steps */
	if (!store_trap_possible() || RUNNING_ON_VALGRIND)
		skip();
	pc = boot((struct pc_config){ .max_memory_ranges = 8,
				      .nr_cpus_default = 8 }, true);
	for (i = 0; i < ARRAY_SIZE(events); i++) {
		if (is_one_event(i))
			watch_event(pc, i);
		else
			events[i].event(pc);
	}
	pc_shutdown(pc);
}

/* one page is full, the other slot's is no room of its own */
static void a_slot_ends_where_the_other_begins(void **state __always_unused)
{
	struct pc *pc = boot((struct pc_config){
		.nr_cpus_default = 1, .max_memory_ranges = 1,
		.possible_cpus = 68 }, true);
	void *before = malloc(pc_header_size(pc));

	/* 64 bytes, and 56 for each CPU, vmcoreinfo, the kernel, two ranges */
	assert_u64("half", 0x1000, pc_header_size(pc));
	memcpy(before, pc_read_header(pc), pc_header_size(pc));
	assert_u64("headers", 72, ((Elf64_Ehdr *)before)->e_phnum);
	pc_add_dimm(pc, DIMM(0), PC_BLOCK);
	pc_online(pc, DIMM(0), PC_BLOCK);
	assert_hotplug("no room", 0, pc);
	pc_assert_logged(pc, "segment holds 4096");
	assert_u64("active", 0, pc_active(pc));
	assert_bytes("slot 0", before, pc_slot_header(pc, 0), 0x1000);
	assert_bytes("slot 1", before, pc_slot_header(pc, 1), 0x1000);
	free(before);
	pc_shutdown(pc);
}

/* --- the same without slots ---------------------------------------------------- */

/**
 * struct twins - the first has slots
 * @seed: of what happens
 * @there, @online: by DIMM
 */
struct twins {
	struct pc *pc[2];
	unsigned int seed;
	bool there[DIMMS];
	bool online[DIMMS];
};

struct step {
	enum { ADD, ONLINE, OFFLINE, REMOVE, LOAD } change;
	unsigned int n;
	bool lost;
};

static struct step choose(struct twins *t)
{
	struct step s = {
		.n = random_below(&t->seed, DIMMS), .lost = !random_below(&t->seed, 4),
	};

	if (!random_below(&t->seed, 40)) {
		s.change = LOAD;
		s.lost = false;
	} else if (!t->there[s.n]) {
		s.change = ADD;
		t->there[s.n] = true;
	} else if (t->online[s.n]) {
		s.change = OFFLINE;
		t->online[s.n] = false;
	} else if (random_below(&t->seed, 2)) {
		s.change = REMOVE;
		t->there[s.n] = false;
	} else {
		s.change = ONLINE;
		t->online[s.n] = true;
	}
	return s;
}

static void make(struct pc *pc, const struct step *s)
{
	switch (s->change) {
	case ADD:
		pc_add_dimm(pc, DIMM(s->n), PC_BLOCK);
		break;
	case ONLINE:
		pc_online(pc, DIMM(s->n), PC_BLOCK);
		break;
	case OFFLINE:
		pc_offline(pc, DIMM(s->n), PC_BLOCK);
		break;
	case REMOVE:
		pc_remove_dimm(pc, DIMM(s->n), PC_BLOCK);
		break;
	case LOAD:
		assert_errno("load", 0, pc_load(pc));
		break;
	}
}

/* a CPU comes or goes: an event that changes nothing by itself */
static void quiet_event(struct pc *pc)
{
	kernel_switch(pc->kernel);
	assert_errno("CPU 1", 0, kernel_cpu_online(pc->kernel, 1) ?
				 kernel_cpu_down(pc->kernel, 1) :
				 kernel_cpu_up(pc->kernel, 1, false));
}

static void happen(struct pc *pc, const struct step *s)
{
	kernel_switch(pc->kernel);
	if (s->lost)
		assert_true(kernel_kexec_trylock(pc->kernel));
	make(pc, s);
	if (s->lost)
		kernel_kexec_unlock(pc->kernel);
	else
		quiet_event(pc);
}

static void assert_twins(struct twins *t)
{
	assert_bytes("with slots and without",
		     pc_bytes(t->pc[1], t->pc[1]->header),
		     pc_read_header(t->pc[0]), pc_header_size(t->pc[0]));
	assert_equal_headers("any event", t->pc[0]);
	assert_u64("hidden", 0, kernel_report(t->pc[0]->kernel)->hidden);
}

static void boot_twins(struct twins *t)
{
	const struct pc_config config = { .max_memory_ranges = 64,
					  .nr_cpus_default = 64 };

	memset(t, 0, sizeof(*t));
	t->seed = 8;
	t->pc[0] = boot(config, true);
	t->pc[1] = boot(config, false);
	assert_twins(t);
}

static void shutdown(struct twins *t)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(t->pc); i++) {
		kernel_switch(t->pc[i]->kernel);
		pc_shutdown(t->pc[i]);
	}
}

static void slots_show_what_one_header_shows(void **state __always_unused)
{
	unsigned int turn, active[2] = { };
	struct twins t;
	struct step s;

	boot_twins(&t);
	for (turn = 0; turn < 400; turn++) {
		s = choose(&t);
		happen(t.pc[0], &s);
		happen(t.pc[1], &s);
		assert_twins(&t);
		active[pc_active(t.pc[0])]++;
	}
	shutdown(&t);
	assert_true(active[0] > 100 && active[1] > 100);
}

/*
 * Mappings and allocations fail on the machine with slots alone: there the old
 * header stays or the new one comes, and the next event makes it good.
 */
static void what_fails_leaves_either_header(void **state __always_unused)
{
	unsigned int turn, failures = 0, olds = 0;
	struct twins t;
	struct step s;

	boot_twins(&t);
	for (turn = 0; turn < 400; turn++) {
		struct pc *pc = t.pc[0];
		const size_t size = pc_header_size(pc);
		void *old = malloc(size), *new;
		bool is_old;

		memcpy(old, pc_read_header(pc), size);
		do {
			s = choose(&t);
		} while (s.change == LOAD);
		happen(t.pc[1], &s);
		new = pc_bytes(t.pc[1], t.pc[1]->header);
		if (random_below(&t.seed, 2))
			kernel_fail_map(pc->kernel, 1 + random_below(&t.seed, 5));
		else
			kernel_fail_alloc(pc->kernel, 1 + random_below(&t.seed, 4));
		happen(pc, &s);
		kernel_fail_map(pc->kernel, 0);
		kernel_fail_alloc(pc->kernel, 0);

		is_old = !memcmp(old, pc_read_header(pc), size);
		olds += is_old && memcmp(old, new, size);
		failures += !pc->image->hotplug_support;
		if (!is_old || pc->image->hotplug_support)
			assert_bytes("neither old nor new", new,
				     pc_read_header(pc), size);
		pc->image->hotplug_support = 1;
		quiet_event(pc);
		quiet_event(t.pc[1]);
		assert_twins(&t);
		free(old);
	}
	shutdown(&t);
	assert_true(failures > 50 && olds > 20);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(an_update_changes_the_slot),
	cmocka_unit_test(every_store_leaves_either_header),
	cmocka_unit_test(a_slot_ends_where_the_other_begins),
	cmocka_unit_test(slots_show_what_one_header_shows),
	cmocka_unit_test(what_fails_leaves_either_header),
};

TEST_MAIN(tests)
