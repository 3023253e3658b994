// SPDX-License-Identifier: GPL-2.0-only
/*
 * core/hp_handler.c and powerpc.c: what an event does to a loaded image, and
 * what it must not do, above all where something goes wrong.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crash_fdt.h"
#include "crash_hp.h"
#include "elfcorehdr.h"
#include "pseries.h"

static unsigned int elfcorehdr_bit(const struct pseries *p)
{
	return 1 << p->elfcorehdr;
}

static unsigned int fdt_bit(const struct pseries *p)
{
	return 1 << p->fdt;
}

/* --- an event changes what it must, and hides the image for that alone --- */

static void memory_events_write_the_header(void **state __always_unused)
{
	const struct pseries_config config = { .no_rtas = true };
	struct pseries *p = pseries_boot_and_load(&config);
	struct snapshot *s = snapshot_take(p);

	pseries_offline(p, 0x40000000);
	assert_changed("offline", s, p, elfcorehdr_bit(p));
	assert_u64("hidden", 1, kernel_report(p->kernel)->hidden);
	assert_loads("offline", "0-ffff 10000-1fffffff 30000000-3fffffff "
		     "50000000-7fffffff", pseries_bytes(p, p->elfcorehdr));

	kernel_clear_report(p->kernel);
	s = snapshot_take(p);
	pseries_add_memory(p, 0x80000000, PSERIES_BLOCK);
	assert_changed("DIMM", s, p, elfcorehdr_bit(p));
	assert_u64("hidden", 1, kernel_report(p->kernel)->hidden);
	assert_loads("DIMM", "0-ffff 10000-1fffffff 30000000-3fffffff "
		     "50000000-8fffffff", pseries_bytes(p, p->elfcorehdr));
	assert_support("after all", p, 1);
	pseries_shutdown(p);
}

static void cpu_events_write_the_tree(void **state __always_unused)
{
	const struct pseries_config config = { .smt = 4 };
	struct pseries *p = pseries_boot_and_load(&config);
	struct snapshot *s = snapshot_take(p);

	pseries_add_core(p, 1);
	assert_changed("core", s, p, fdt_bit(p));
	/* four threads, one change */
	assert_u64("events", 4, kernel_report(p->kernel)->events);
	assert_u64("hidden", 1, kernel_report(p->kernel)->hidden);
	assert_support("after all", p, 1);
	pseries_shutdown(p);
}

/* both segments are old or both are new: one window, not two */
static void two_changes_are_published_together(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot_and_load(&config);
	struct snapshot *s = snapshot_take(p);

	pseries_offline_lost(p, 0x40000000);
	assert_u64("lost", 1, kernel_report(p->kernel)->lost);
	pseries_add_core(p, 1);
	assert_changed("both", s, p, elfcorehdr_bit(p) | fdt_bit(p));
	assert_u64("hidden", 1, kernel_report(p->kernel)->hidden);
	pseries_shutdown(p);
}

/* a block is online again before anybody hears of it: prepared, and equal */
static void what_went_and_came_is_not_written(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot_and_load(&config);
	struct snapshot *s = snapshot_take(p);

	pseries_offline_lost(p, 0x40000000);
	pseries_online_lost(p, 0x40000000);
	pseries_quiet_event(p);
	assert_changed("off and on", s, p, 0);
	assert_u64("hidden", 0, kernel_report(p->kernel)->hidden);
	pseries_shutdown(p);
}

/* an update that failed is still to be made, whoever comes next */
static void a_failure_stays_marked(void **state __always_unused)
{
	const struct pseries_config config = { .no_rtas = true };
	struct pseries *p = pseries_boot_and_load(&config);
	unsigned int nth, failed = 0;

	for (nth = 1; nth <= 12; nth++) {
		kernel_fail_map(p->kernel, nth);
		pseries_offline(p, 0x40000000);
		kernel_fail_map(p->kernel, 0);
		failed += !p->image->hotplug_support;
		p->image->hotplug_support = 1;
		pseries_quiet_event(p);
		assert_loads("after all", "0-ffff 10000-1fffffff "
			     "30000000-3fffffff 50000000-7fffffff",
			     pseries_bytes(p, p->elfcorehdr));
		pseries_online(p, 0x40000000);
	}
	assert_true(failed > 0);
	pseries_shutdown(p);
}

static void nothing_new_hides_nothing(void **state __always_unused)
{
	const struct pseries_config config = { .boot_cores = 2, .smt = 2 };
	struct pseries *p = pseries_boot_and_load(&config);
	struct snapshot *s = snapshot_take(p);

	assert_errno("down", 0, kernel_cpu_down(p->kernel, 3));
	assert_errno("up", 0, kernel_cpu_up(p->kernel, 3, false));
	pseries_poke(p);
	assert_changed("thread down and up", s, p, 0);
	assert_u64("events", 2, kernel_report(p->kernel)->events);
	assert_u64("hidden", 0, kernel_report(p->kernel)->hidden);
	pseries_shutdown(p);
}

/* a bring-up that fails later: ADD, then REMOVE; the core is there all along */
static void a_failed_bringup_leaves_a_whole_image(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot_and_load(&config);

	pseries_attach_core(p, 1);
	assert_errno("up", 0, kernel_cpu_up(p->kernel, 1, true));
	assert_live_cpus("bring-up failed", p, pseries_bytes(p, p->fdt));
	assert_u64("events", 2, kernel_report(p->kernel)->events);
	assert_support("bring-up failed", p, 1);
	pseries_shutdown(p);
}

/* a header that shrinks over many pages: what was there is gone */
static void a_shorter_header_leaves_no_rest(void **state __always_unused)
{
	const struct pseries_config config = {
		.page_shift = 12, .block_size = 16 * MiB,
	};
	struct pseries *p = pseries_boot_and_load(&config);
	void *start = pseries_copy(p, p->elfcorehdr);
	unsigned int i;

	for (i = 0; i < 40; i++)
		pseries_offline(p, 0x30000000 + i * 32 * MiB);
	assert_u64("program headers", 8 + 1 + 3 + 40,
		   ((Elf64_Ehdr *)pseries_bytes(p, p->elfcorehdr))->e_phnum);
	/* at once: only the last of these events is heard */
	assert_true(kernel_kexec_trylock(p->kernel));
	for (i = 0; i < 39; i++)
		pseries_online(p, 0x30000000 + i * 32 * MiB);
	kernel_kexec_unlock(p->kernel);
	pseries_online(p, 0x30000000 + i * 32 * MiB);
	assert_bytes("as at the start", start, pseries_bytes(p, p->elfcorehdr),
		     pseries_memsz(p, p->elfcorehdr));
	free(start);
	pseries_shutdown(p);
}

/* bytes behind the tree's end are the segment's, not the tree's */
static void the_page_behind_the_tree_is_left_alone(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot_and_load(&config);
	const size_t size = fdt_totalsize(pseries_bytes(p, p->fdt));
	u8 *bytes = pseries_bytes(p, p->fdt);
	size_t i;

	assert_true(size < pseries_memsz(p, p->fdt));
	memset(bytes + size, 0x77, pseries_memsz(p, p->fdt) - size);
	pseries_add_core(p, 1);
	assert_live_cpus("one more", p, bytes);
	assert_u64("totalsize", size, fdt_totalsize(bytes));
	for (i = size; i < pseries_memsz(p, p->fdt); i++)
		assert_u64("behind the tree", 0x77, bytes[i]);
	pseries_shutdown(p);
}

/* --- what goes wrong ----------------------------------------------------- */

/* the image is as it was, and user space is told to reload */
static void assert_gave_up(const char *what, struct pseries *p,
			   struct snapshot *before)
{
	assert_changed(what, before, p, 0);
	assert_support(what, p, 0);
	assert_u64(what, 0, kernel_report(p->kernel)->hidden);
	assert_logged(p, "the crash image was not updated");
	if (kernel_crash_kexec(p->kernel))
		fail_msg("%s: a crash finds no image", what);
}

static void a_tree_without_space_stays(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot_and_load(&config);
	void *fdt = pseries_bytes(p, p->fdt);
	struct snapshot *s;
	char text[64];

	/* the free space is gone, as in the capture N-fdt-no-space */
	fdt_set_totalsize(fdt, fdt_off_dt_strings(fdt) +
			       fdt_size_dt_strings(fdt) + 16);
	s = snapshot_take(p);
	pseries_add_core(p, 1);
	assert_gave_up("no space", p, s);
	snprintf(text, sizeof(text), "bytes, segment holds %u",
		 fdt_totalsize(fdt));
	assert_logged(p, text);

	/* nothing more is tried on this image */
	kernel_clear_report(p->kernel);
	pseries_offline(p, 0x40000000);
	assert_u64("ignored", 1, kernel_report(p->kernel)->ignored);
	pseries_shutdown(p);
}

static void a_header_without_space_stays(void **state __always_unused)
{
	/* one page: 61 notes leave room for 11 ranges */
	const struct pseries_config config = {
		.page_shift = 12, .max_memory_ranges = 2, .possible_cores = 60,
		.block_size = 16 * MiB, .no_rtas = true,
	};
	struct pseries *p = pseries_boot_and_load(&config);
	struct snapshot *s = NULL;
	unsigned int i;

	assert_u64("one page", 4096, pseries_memsz(p, p->elfcorehdr));
	/* every other block goes: one range more each time, from 3 on */
	for (i = 0; i < 40 && kernel_crash_hotplug_attr(p->kernel); i++) {
		if (s)
			snapshot_free(s);
		s = snapshot_take(p);
		kernel_clear_report(p->kernel);
		pseries_offline(p, 0x31000000 + i * 32 * MiB);
	}
	assert_u64("ranges that fit", 11, 3 + i - 1);
	assert_gave_up("no space", p, s);
	assert_logged(p, "bytes, segment holds 4096");
	pseries_shutdown(p);
}

static void a_live_tree_without_cpus_changes_nothing(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot_and_load(&config);
	struct snapshot *s = snapshot_take(p);

	assert_errno("detach", 0, kernel_detach_node(p->kernel, "/cpus"));
	pseries_offline(p, 0x40000000);
	assert_gave_up("no live /cpus", p, s);
	assert_logged(p, "the live tree has no /cpus");
	pseries_shutdown(p);
}

static void a_broken_tree_is_left_alone(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot_and_load(&config);
	struct snapshot *s;

	fdt_set_totalsize(pseries_bytes(p, p->fdt), 0x7fffffff);
	s = snapshot_take(p);
	pseries_add_core(p, 1);
	assert_gave_up("a tree larger than its segment", p, s);
	pseries_shutdown(p);
}

/* whichever mapping fails: all or nothing */
static void a_mapping_that_fails_changes_nothing(void **state __always_unused)
{
	const struct pseries_config config = { };
	unsigned int nth, refusals = 0, to_publish = 0;

	for (nth = 1; ; nth++) {
		struct pseries *p = pseries_boot_and_load(&config);
		struct snapshot *s = snapshot_take(p);
		char what[32];

		snprintf(what, sizeof(what), "mapping %u fails", nth);
		pseries_attach_core(p, 1);
		kernel_fail_map(p->kernel, nth);
		pseries_offline(p, 0x40000000);
		kernel_fail_map(p->kernel, 0);
		if (!snapshot_differs(s, p, p->fdt)) {
			assert_gave_up(what, p, s);
			/* or it was not seen that it is the FDT's */
			to_publish += was_logged(p, "of the crash image at");
			if (!was_logged(p, "no segment holds a device tree"))
				assert_logged(p, "not updated (error -12)");
			refusals++;
			pseries_shutdown(p);
			continue;
		}
		/* a segment that is not ours may fail to be looked at */
		assert_changed(what, s, p, elfcorehdr_bit(p) | fdt_bit(p));
		assert_support(what, p, 1);
		pseries_shutdown(p);
		if (nth > 32)
			break;
	}
	assert_true(refusals >= 4 && to_publish > 0);
}

/* nor does one before it keep the header from being found */
static void a_header_is_found_behind_what_cannot_be_mapped(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot_and_load(&config);
	int i, found;

	assert_true(p->elfcorehdr >= 2);
	for (i = 0; i <= p->elfcorehdr + 1; i++) {
		p->image->elfcorehdr_index = -1;
		kernel_fail_map(p->kernel, i);
		kernel_enter_handler(p->kernel, "crash_hp_find_elfcorehdr");
		found = crash_hp_find_elfcorehdr(p->image);
		kernel_leave_handler(p->kernel);
		kernel_fail_map(p->kernel, 0);
		assert_int_equal(found, i == p->elfcorehdr + 1 ? -ENOMEM :
							p->elfcorehdr);
	}
	p->image->elfcorehdr_index = p->elfcorehdr;
	pseries_shutdown(p);
}

/* --- any events in any order --------------------------------------------- */

#define NR_BLOCKS 16

/* blocks 8 to 15 are a DIMM each; the crash kernel's memory is in the first 4 */
struct random_machine {
	struct pseries *p;
	unsigned int seed;
	bool there[NR_BLOCKS];
	bool online[NR_BLOCKS];
	bool core[8];
};

static void change_memory(struct random_machine *m)
{
	unsigned int i = 4 + random_below(&m->seed, NR_BLOCKS - 4);
	const u64 start = i * PSERIES_BLOCK;

	if (!m->there[i]) {
		kernel_add_memory(m->p->kernel, start, PSERIES_BLOCK, 0);
		m->there[i] = true;
	} else if (m->online[i]) {
		pseries_offline(m->p, start);
		m->online[i] = false;
	} else if (i >= 8 && random_below(&m->seed, 2)) {
		kernel_remove_memory(m->p->kernel, start, PSERIES_BLOCK);
		m->there[i] = false;
	} else {
		pseries_online(m->p, start);
		m->online[i] = true;
	}
}

static void change_cores(struct random_machine *m)
{
	unsigned int i = 1 + random_below(&m->seed, 7);

	if (m->core[i])
		pseries_remove_core(m->p, i);
	else
		pseries_add_core(m->p, i);
	m->core[i] = !m->core[i];
}

/* some events are lost, in some memory is short; what the image says is looked at
 * after one that is not
 */
static void change_at_random(struct random_machine *m)
{
	struct kernel *k = m->p->kernel;
	bool busy = !random_below(&m->seed, 4);

	if (busy)
		assert_true(kernel_kexec_trylock(k));
	if (!random_below(&m->seed, 6))
		kernel_fail_alloc(k, 1 + random_below(&m->seed, 6));
	if (random_below(&m->seed, 3))
		change_memory(m);
	else
		change_cores(m);
	kernel_fail_alloc(k, 0);
	if (busy)
		kernel_kexec_unlock(k);
}

static struct crash_mem *expected_loads(const struct random_machine *m)
{
	struct crash_mem *mem = ranges_parse("0-ffff 10000-1fffffff", NR_BLOCKS);
	unsigned int i;

	for (i = 3; i < NR_BLOCKS; i++) {
		struct range *last = &mem->ranges[mem->nr_ranges - 1];
		const struct range r = { i * PSERIES_BLOCK,
					 (i + 1) * PSERIES_BLOCK - 1 };

		if (!m->online[i])
			continue;
		if (last->end + 1 == r.start)
			last->end = r.end;
		else
			mem->ranges[mem->nr_ranges++] = r;
	}
	return mem;
}

/* what grew event by event is what a load makes from nothing */
static void the_image_is_the_machines_state(void **state __always_unused)
{
	const struct pseries_config config = { .no_rtas = true, .caches = true };
	struct random_machine m = { .seed = 4, .core = { true } };
	char text[RANGES_TEXT];
	unsigned int turn, i, failed = 0;

	m.p = pseries_boot_and_load(&config);
	for (i = 0; i < 8; i++)
		m.there[i] = m.online[i] = true;

	for (turn = 0; turn < 1500; turn++) {
		struct crash_mem *mem;
		void *grown;

		change_at_random(&m);
		pseries_quiet_event(m.p);
		if (!kernel_crash_hotplug_attr(m.p->kernel)) {
			/* as user space does when it is told so */
			assert_errno("reload", 0, pseries_load(m.p));
			failed++;
		}
		mem = expected_loads(&m);
		assert_loads("grown", ranges_text(mem, text),
			     pseries_bytes(m.p, m.p->elfcorehdr));
		kvfree(mem);
		assert_live_cpus("grown", m.p, pseries_bytes(m.p, m.p->fdt));
		assert_fdt_ok("grown", pseries_bytes(m.p, m.p->fdt),
			      pseries_memsz(m.p, m.p->fdt));
		assert_support("grown", m.p, 1);
		if (turn % 50)
			continue;

		grown = pseries_copy(m.p, m.p->elfcorehdr);
		assert_errno("load", 0, pseries_load(m.p));
		assert_bytes("loaded anew", grown,
			     pseries_bytes(m.p, m.p->elfcorehdr),
			     pseries_memsz(m.p, m.p->elfcorehdr));
		free(grown);
		pseries_check(m.p, "so far");
	}
	assert_true(failed > 20);
	pseries_shutdown(m.p);
}

/* --- events that nobody heard -------------------------------------------- */

static void the_next_event_heals_a_lost_one(void **state __always_unused)
{
	const struct pseries_config config = { .no_rtas = true };
	struct pseries *p = pseries_boot_and_load(&config);
	struct snapshot *s = snapshot_take(p);

	assert_true(kernel_kexec_trylock(p->kernel));
	pseries_offline(p, 0x40000000);
	pseries_add_core(p, 1);
	kernel_kexec_unlock(p->kernel);
	assert_u64("lost", 2, kernel_report(p->kernel)->lost);
	assert_changed("while the lock was busy", s, p, 0);

	/* of any kind */
	pseries_add_core(p, 2);
	assert_loads("healed", "0-ffff 10000-1fffffff 30000000-3fffffff "
		     "50000000-7fffffff", pseries_bytes(p, p->elfcorehdr));
	assert_live_cpus("healed", p, pseries_bytes(p, p->fdt));
	pseries_shutdown(p);
}

static void change_much(struct pseries *p)
{
	pseries_offline(p, 0x40000000);
	pseries_add_core(p, 1);
}

static void events_during_a_load_are_not_lost(void **state __always_unused)
{
	const struct pseries_config config = { .no_rtas = true };
	struct pseries *p = pseries_boot(&config, NULL);

	p->during_load = change_much;
	assert_errno("load", 0, pseries_load(p));
	assert_u64("lost", 2, kernel_report(p->kernel)->lost);
	/* nobody could see the image yet */
	assert_u64("hidden", 0, kernel_report(p->kernel)->hidden);
	assert_loads("loaded", "0-ffff 10000-1fffffff 30000000-3fffffff "
		     "50000000-7fffffff", pseries_bytes(p, p->elfcorehdr));
	assert_live_cpus("loaded", p, pseries_bytes(p, p->fdt));
	assert_support("loaded", p, 1);
	pseries_shutdown(p);
}

static void use_up_the_space(struct pseries *p)
{
	void *fdt = pseries_bytes(p, p->fdt);

	fdt_set_totalsize(fdt, fdt_off_dt_strings(fdt) +
			       fdt_size_dt_strings(fdt));
	pseries_add_core(p, 1);
}

static void *made[2];

static void keep_what_was_made(struct pseries *p)
{
	made[0] = pseries_copy(p, p->elfcorehdr);
	made[1] = pseries_copy(p, p->fdt);
}

/* the refresh at the end of a load has nothing to do unless an event was lost */
static void a_load_is_right_at_once(void **state __always_unused)
{
	const struct pseries_config config = { .caches = true };
	struct pseries *p = pseries_boot(&config, NULL);

	pseries_add_core(p, 3);
	pseries_offline(p, 0x40000000);
	p->during_load = keep_what_was_made;
	assert_errno("load", 0, pseries_load(p));
	assert_bytes("elfcorehdr", made[0], pseries_bytes(p, p->elfcorehdr),
		     pseries_memsz(p, p->elfcorehdr));
	assert_bytes("FDT", made[1], pseries_bytes(p, p->fdt),
		     pseries_memsz(p, p->fdt));
	free(made[0]);
	free(made[1]);
	pseries_shutdown(p);
}

/* the segments that core adds, and the tree */
static void a_load_without_a_place_leaves_nothing(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot(&config, NULL);

	for (p->fail_place = 3; p->fail_place <= 5; p->fail_place++) {
		assert_errno("load", -EADDRNOTAVAIL, pseries_load(p));
		pseries_check(p, "no place");
		assert_support("no place", p, 0);
	}
	assert_errno("load", 0, pseries_load(p));
	pseries_shutdown(p);
}

/* more ranges than ELF can count: no load, and nothing is left of the attempt */
static void a_load_with_too_many_ranges_leaves_nothing(void **state __always_unused)
{
	const struct pseries_config config = {
		.memory = "0-7fffffff 1000000000-1fffffffff",
		.block_size = 16 * MiB, .possible_cores = 2048,
		.page_shift = 12,
	};
	struct pseries *p = pseries_boot(&config, NULL);
	u64 block;

	/* every other block of it: 67584 ranges */
	assert_errno("add", 0, kernel_add_memory(p->kernel, 0x10000000000,
						 64 * GiB * 33, 0));
	for (block = 0; block < 64 * GiB * 33; block += 32 * MiB)
		pseries_online(p, 0x10000000000 + block);
	assert_errno("load", -E2BIG, pseries_load(p));
	assert_logged(p, "program headers, ELF holds 65534");
	pseries_check(p, "too many ranges");
	pseries_shutdown(p);
}

static void more_ranges_than_configured_are_told(void **state __always_unused)
{
	const struct pseries_config config = { .max_memory_ranges = 3 };
	struct pseries *p = pseries_boot(&config, NULL);

	/* 0-ffff, up to the crash kernel's, RTAS, the rest */
	assert_errno("load", 0, pseries_load(p));
	assert_logged(p, "4 memory ranges, configured for 3");
	pseries_shutdown(p);
}

/* an image that cannot be brought up to date is loaded, and says so */
static void a_load_that_cannot_follow_says_so(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot(&config, NULL);

	p->during_load = use_up_the_space;
	assert_errno("load", 0, pseries_load(p));
	assert_support("loaded", p, 0);
	assert_logged(p, "the loaded image cannot follow hotplug");
	assert_cpus("as it was loaded", "PowerPC,POWER9@0",
		    pseries_bytes(p, p->fdt));
	assert_errno("a crash", 0, kernel_crash_kexec(p->kernel));
	pseries_shutdown(p);
}

/* --- kexec_load(2) ------------------------------------------------------- */

static void user_images_follow_when_asked_to(void **state __always_unused)
{
	const struct pseries_config config = { .no_rtas = true };
	struct pseries *p = pseries_boot(&config, NULL);
	struct user_image u;

	user_image_make(p, &u);
	pseries_offline(p, 0x40000000);
	user_image_load(p, &u, KEXEC_CRASH_HOTPLUG_SUPPORT);
	assert_support("asked", p, 1);
	assert_int_equal(p->image->elfcorehdr_index, USER_HEADER);
	/* the header was older than the machine */
	assert_loads("at the load", "0-ffff 10000-1fffffff 30000000-3fffffff "
		     "50000000-7fffffff", pseries_bytes(p, p->elfcorehdr));
	assert_u64("backup", USER_BACKUP_START,
		   header_backup(pseries_bytes(p, p->elfcorehdr)));

	pseries_online(p, 0x40000000);
	pseries_add_core(p, 1);
	assert_loads("after events", "0-ffff 10000-1fffffff 30000000-7fffffff",
		     pseries_bytes(p, p->elfcorehdr));
	assert_u64("backup", USER_BACKUP_START,
		   header_backup(pseries_bytes(p, p->elfcorehdr)));
	assert_live_cpus("after events", p, pseries_bytes(p, p->fdt));
	user_image_free(&u);
	pseries_shutdown(p);
}

static void user_images_are_left_alone_otherwise(void **state __always_unused)
{
	static const unsigned long flags[] = {
		0, KEXEC_ON_CRASH, KEXEC_UPDATE_ELFCOREHDR,
	};
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot(&config, NULL);
	struct user_image u;
	size_t i;

	user_image_make(p, &u);
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		struct snapshot *s;

		user_image_load(p, &u, flags[i]);
		assert_support("not asked", p, 0);
		assert_bytes("the header as it came", u.header,
			     pseries_bytes(p, USER_HEADER),
			     pseries_memsz(p, USER_HEADER));
		s = snapshot_take(p);
		pseries_offline(p, 0x40000000);
		pseries_online(p, 0x40000000);
		assert_changed("not asked", s, p, 0);
	}
	user_image_free(&u);
	pseries_shutdown(p);
}

static void file_images_follow_always(void **state __always_unused)
{
	struct kimage image = { .file_mode = 1 };

	assert_int_equal(arch_crash_hotplug_support(&image, 0), 1);
	image.file_mode = 0;
	assert_int_equal(arch_crash_hotplug_support(&image, 0), 0);
	assert_int_equal(arch_crash_hotplug_support(&image, 4), 0);
	assert_int_equal(arch_crash_hotplug_support(&image, 8), 1);
}

/* --- which segment is which ---------------------------------------------- */

static void another_elf_file_is_not_the_header(void **state __always_unused)
{
	const struct pseries_config config = { .no_rtas = true };
	struct pseries *p = pseries_boot(&config, NULL);
	struct user_segment swapped;
	struct user_image u;
	u8 vmlinux[256] = ELFMAG;
	struct snapshot *s;
	int kernel;

	user_image_make(p, &u);
	u.segment[USER_KERNEL] = (struct user_segment){ vmlinux, 256, 0x20000 };

	/* before the header, then behind it, where the generic layer takes it */
	for (kernel = USER_KERNEL; kernel <= USER_FDT; kernel += USER_FDT) {
		pseries_load_user(p, u.segment, 4, KEXEC_CRASH_HOTPLUG_SUPPORT);
		p->elfcorehdr = USER_HEADER;
		p->fdt = USER_FDT - kernel;
		assert_support("two ELF files", p, 1);
		s = snapshot_take(p);
		pseries_offline(p, 0x40000000);
		assert_changed("offline", s, p, elfcorehdr_bit(p));
		pseries_online(p, 0x40000000);
		assert_loads("online", "0-ffff 10000-1fffffff 30000000-7fffffff",
			     pseries_bytes(p, p->elfcorehdr));

		swapped = u.segment[USER_KERNEL];
		u.segment[USER_KERNEL] = u.segment[USER_FDT];
		u.segment[USER_FDT] = swapped;
	}
	user_image_free(&u);
	pseries_shutdown(p);
}

/* a core header too, of a machine like this one, but of another kernel */
static void another_kernels_header_is_not_ours(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot(&config, NULL);
	struct user_image u;
	struct snapshot *s;
	u8 *other;
	int turn;

	user_image_make(p, &u);
	other = malloc(u.segment[USER_HEADER].bufsz);
	memcpy(other, u.header, u.segment[USER_HEADER].bufsz);
	/* its vmcoreinfo is elsewhere */
	((Elf64_Phdr *)(other + 64))[8].p_paddr += 0x10000;
	u.segment[USER_BACKUP] = u.segment[USER_HEADER];
	u.segment[USER_BACKUP].bytes = other;

	for (turn = 0; turn < 2; turn++) {
		struct user_segment swapped = u.segment[USER_HEADER];

		user_image_load(p, &u, KEXEC_CRASH_HOTPLUG_SUPPORT);
		s = snapshot_take(p);
		pseries_offline(p, 0x40000000);
		assert_changed("two headers", s, p,
			       1 << (turn ? USER_BACKUP : USER_HEADER));
		pseries_online(p, 0x40000000);
		u.segment[USER_HEADER] = u.segment[USER_BACKUP];
		u.segment[USER_BACKUP] = swapped;
	}
	free(other);
	user_image_free(&u);
	pseries_shutdown(p);
}

/* user space may leave all of the header to the first update */
static void a_header_without_notes_is_taken(void **state __always_unused)
{
	const struct pseries_config config = { .no_rtas = true };
	struct pseries *p = pseries_boot(&config, NULL);
	struct user_image u;

	user_image_make(p, &u);
	((Elf64_Ehdr *)u.header)->e_phnum = 0;
	u.segment[USER_HEADER].bufsz = 64;
	u.segment[USER_HEADER].memsz = 0x20000;
	user_image_load(p, &u, KEXEC_CRASH_HOTPLUG_SUPPORT);
	assert_support("an empty header", p, 1);
	assert_loads("filled at the load", "0-ffff 10000-1fffffff "
		     "30000000-7fffffff", pseries_bytes(p, USER_HEADER));

	/* of two such headers, neither */
	u.segment[USER_BACKUP] = u.segment[USER_HEADER];
	user_image_load(p, &u, KEXEC_CRASH_HOTPLUG_SUPPORT);
	assert_support("two empty headers", p, 0);
	assert_bytes("as it came", u.header, pseries_bytes(p, USER_HEADER), 64);
	assert_bytes("as it came", u.header, pseries_bytes(p, USER_BACKUP), 64);
	user_image_free(&u);
	pseries_shutdown(p);
}

/* the only header that could be looked at need not be the only one */
static void a_header_that_is_not_seen_may_be_ours(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot(&config, NULL);
	struct user_image u;
	struct snapshot *s;
	u8 other[4096] = { };

	user_image_make(p, &u);
	memcpy(other, u.header, 64);
	((Elf64_Ehdr *)other)->e_phnum = 0;
	u.segment[USER_BACKUP] = (struct user_segment){ other, 4096, 4096 };
	user_image_load(p, &u, KEXEC_CRASH_HOTPLUG_SUPPORT);
	assert_support("loaded", p, 1);

	/* all are looked at when the one of the last time is not ours */
	s = snapshot_take(p);
	p->image->elfcorehdr_index = USER_BACKUP;
	kernel_fail_map(p->kernel, 1 + USER_HEADER + 1);
	pseries_offline(p, 0x40000000);
	kernel_fail_map(p->kernel, 0);
	assert_logged(p, "may hold the elfcorehdr cannot be mapped");
	assert_gave_up("ours is not seen", p, s);
	user_image_free(&u);
	pseries_shutdown(p);
}

/* only the header says where the backup is: without it no update is right */
static void a_load_that_cannot_see_the_header_gives_up(void **state __always_unused)
{
	const struct pseries_config config = { };
	unsigned int nth, refusals = 0;

	for (nth = 1; nth <= 16; nth++) {
		struct pseries *p = pseries_boot(&config, NULL);
		struct user_image u;

		user_image_make(p, &u);
		kernel_fail_map(p->kernel, nth);
		user_image_load(p, &u, KEXEC_CRASH_HOTPLUG_SUPPORT);
		kernel_fail_map(p->kernel, 0);
		refusals += !p->image->hotplug_support;
		pseries_offline(p, 0x40000000);
		assert_u64("backup", USER_BACKUP_START,
			   header_backup(pseries_bytes(p, p->elfcorehdr)));
		user_image_free(&u);
		pseries_shutdown(p);
	}
	assert_true(refusals >= 4 && refusals < 16);
}

/* the first segment is as good as any other */
static void either_segment_may_be_the_first(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot(&config, NULL);
	struct user_image u;
	int first;

	user_image_make(p, &u);
	for (first = USER_HEADER; first <= USER_FDT; first++) {
		const struct user_segment segments[] = {
			u.segment[first],
			u.segment[USER_HEADER + USER_FDT - first],
		};
		struct snapshot *s;

		pseries_load_user(p, segments, 2, KEXEC_CRASH_HOTPLUG_SUPPORT);
		assert_support("two segments", p, 1);
		s = snapshot_take(p);
		pseries_offline_lost(p, 0x40000000 + (first << 28));
		pseries_add_core(p, first);
		assert_changed("either order", s, p, 3);
		assert_u64("backup", USER_BACKUP_START,
			   header_backup(pseries_bytes(p, first - USER_HEADER)));
	}
	user_image_free(&u);
	pseries_shutdown(p);
}

/* an image without a header of ours cannot follow, and nothing is touched */
static void no_header_no_updates(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot(&config, NULL);
	u8 vmlinux[256] = ELFMAG;
	struct user_image u;
	struct snapshot *s;

	user_image_make(p, &u);
	u.segment[USER_KERNEL] = (struct user_segment){ vmlinux, 256, 0x20000 };
	u.segment[USER_HEADER] = (struct user_segment){ "no header", 10, 0x20000 };
	user_image_load(p, &u, KEXEC_CRASH_HOTPLUG_SUPPORT);
	assert_support("no header", p, 0);
	assert_logged(p, "no segment holds an elfcorehdr");
	s = snapshot_take(p);
	pseries_offline(p, 0x40000000);
	pseries_add_core(p, 1);
	assert_changed("no header", s, p, 0);
	user_image_free(&u);
	pseries_shutdown(p);
}

static void no_tree_no_updates(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot(&config, NULL);
	struct user_image u;
	struct snapshot *s;

	user_image_make(p, &u);
	u.segment[USER_FDT] = (struct user_segment){ "no tree", 8, 0x20000 };
	user_image_load(p, &u, KEXEC_CRASH_HOTPLUG_SUPPORT);
	assert_support("no tree", p, 0);
	assert_logged(p, "no segment holds a device tree with /cpus");
	s = snapshot_take(p);
	pseries_offline(p, 0x40000000);
	assert_changed("no tree", s, p, 0);
	user_image_free(&u);
	pseries_shutdown(p);
}

/* an image to kexec into, not for a crash, is none of our business */
static void other_images_are_left_alone(void **state __always_unused)
{
	const struct pseries_config config = { };
	struct pseries *p = pseries_boot_and_load(&config);
	struct kimage other = *p->image;
	struct snapshot *s = snapshot_take(p);

	pseries_attach_core(p, 1);
	other.type = KEXEC_TYPE_DEFAULT;
	assert_errno("post load", 0, machine_kexec_post_load(&other));
	assert_changed("not for a crash", s, p, 0);
	pseries_shutdown(p);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(memory_events_write_the_header),
	cmocka_unit_test(cpu_events_write_the_tree),
	cmocka_unit_test(two_changes_are_published_together),
	cmocka_unit_test(what_went_and_came_is_not_written),
	cmocka_unit_test(a_failure_stays_marked),
	cmocka_unit_test(nothing_new_hides_nothing),
	cmocka_unit_test(a_failed_bringup_leaves_a_whole_image),
	cmocka_unit_test(a_shorter_header_leaves_no_rest),
	cmocka_unit_test(the_page_behind_the_tree_is_left_alone),
	cmocka_unit_test(a_tree_without_space_stays),
	cmocka_unit_test(a_header_without_space_stays),
	cmocka_unit_test(a_live_tree_without_cpus_changes_nothing),
	cmocka_unit_test(a_broken_tree_is_left_alone),
	cmocka_unit_test(a_mapping_that_fails_changes_nothing),
	cmocka_unit_test(a_header_is_found_behind_what_cannot_be_mapped),
	cmocka_unit_test(the_image_is_the_machines_state),
	cmocka_unit_test(the_next_event_heals_a_lost_one),
	cmocka_unit_test(events_during_a_load_are_not_lost),
	cmocka_unit_test(a_load_is_right_at_once),
	cmocka_unit_test(a_load_without_a_place_leaves_nothing),
	cmocka_unit_test(a_load_with_too_many_ranges_leaves_nothing),
	cmocka_unit_test(more_ranges_than_configured_are_told),
	cmocka_unit_test(a_load_that_cannot_follow_says_so),
	cmocka_unit_test(user_images_follow_when_asked_to),
	cmocka_unit_test(user_images_are_left_alone_otherwise),
	cmocka_unit_test(file_images_follow_always),
	cmocka_unit_test(another_elf_file_is_not_the_header),
	cmocka_unit_test(another_kernels_header_is_not_ours),
	cmocka_unit_test(a_header_without_notes_is_taken),
	cmocka_unit_test(a_header_that_is_not_seen_may_be_ours),
	cmocka_unit_test(a_load_that_cannot_see_the_header_gives_up),
	cmocka_unit_test(either_segment_may_be_the_first),
	cmocka_unit_test(no_header_no_updates),
	cmocka_unit_test(no_tree_no_updates),
	cmocka_unit_test(other_images_are_left_alone),
};

TEST_MAIN(tests)
