// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every allocation that core/ makes fails once, at loads and at events of each
 * kind. The image is then the old one or the new one, whole; nothing is leaked
 * or held; and crash_hotplug reads 0 unless the image is up to date.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bed.h"
#include "image_straight.h"

#include "helpers.h"
#include "handler_module.h"

/* --- what there is to see ------------------------------------------------ */

/**
 * struct outcome - a machine after an event
 * @refused: the event was impossible
 * @loaded: there is an image
 * @attr: crash_hotplug
 * @allocs: that the event asked for
 * @live: of them, what is still there besides the image
 * @size: bytes of all segments of the image, @bytes one after the other, as they
 *	are read: a second slot may be there or not
 */
struct outcome {
	bool refused;
	bool loaded;
	bool attr;
	unsigned long allocs;
	unsigned long live;
	size_t size;
	u8 *bytes;
};

static bool read_attr(struct machine *m)
{
	const struct sysfs_file *files;
	size_t i, nr = machine_sysfs(m, &files);

	for (i = 0; i < nr; i++)
		if (!strcmp(files[i].path, "devices/system/cpu/crash_hotplug"))
			return files[i].value[0] == '1';
	fail_msg("no attribute crash_hotplug");
	return false;
}

static void look(struct machine *m, struct outcome *o)
{
	struct straight_image image;
	size_t i;

	assert_int_equal(image_straighten(&image, machine_image(m)), 0);
	o->loaded = image.view.loaded;
	o->size = 0;
	o->bytes = NULL;
	for (i = 0; o->loaded && i < image.view.nr_segments; i++) {
		const struct view_segment *s = &image.view.segment[i];

		o->bytes = realloc(o->bytes, o->size + s->memsz);
		memcpy(o->bytes + o->size, s->bytes, s->memsz);
		o->size += s->memsz;
	}
	image_straight_free(&image);
	o->attr = read_attr(m);
	o->live = machine_lost_allocs(m);
}

static bool same_image(const struct outcome *a, const struct outcome *b)
{
	return a->loaded == b->loaded && a->size == b->size &&
	       (!a->size || !memcmp(a->bytes, b->bytes, a->size));
}

/* --- the events that are tried ------------------------------------------- */

static const struct bed qemu = {
	.memory = "0+80000000",
	.cores = "0 1",
	.max_cores = 8,
	.rtas = 0x2fff0000,
	.rtas_size = 0x800,
};

static const struct bed lmbs_v1 = {
	.memory = "0+40000000",
	.cores = "0 1",
	.max_cores = 8,
	.caches = true,
	.lmbs = 200,
	.lmb_base = 0x40000000,
	.lmbs_assigned = 4,
	.lmb_v1 = true,
	.rtas = 0x2fff0000,
	.rtas_size = 0x800,
};

static const struct bed lmbs_v2 = {
	.memory = "0+40000000",
	.cores = "0 1",
	.max_cores = 8,
	.lmbs = 200,
	.lmb_base = 0x40000000,
	.lmbs_assigned = 4,
	.rtas = 0x2fff0000,
	.rtas_size = 0x800,
};

/* each a border that stays: the list of what is online grows twice at a load */
static void many_regions(void *fdt)
{
	char name[32];
	u8 reg[16];
	int i, node;

	for (i = 0; i < 300; i++) {
		const u64 start = 0x1000000000 + i * 0x20000000ULL;

		snprintf(name, sizeof(name), "memory@%llx", start);
		node = fdt_add_subnode(fdt, 0, name);
		assert_true(node > 0);
		put_unaligned_be64(start, reg);
		put_unaligned_be64(0x10000000, reg + 8);
		assert_int_equal(fdt_setprop(fdt, node, "reg", reg, 16), 0);
		assert_int_equal(fdt_setprop_string(fdt, node, "device_type",
						    "memory"), 0);
	}
}

static const struct bed fragments = {
	.memory = "0+80000000",
	.cores = "0 1",
	.max_cores = 8,
	.edit = many_regions,
};

/*
 * @during: an event while the load runs, which the kernel loses
 * @crowd: how many allocations there must be at least, or the case says little
 */
static const struct {
	const char *what;
	const struct bed *bed;
	const char *before, *event, *during;
	unsigned int crowd;
} cases[] = {
	{ "first load", &qemu, NULL, "load", NULL, 10 },
	{ "load again", &qemu, "load", "load", NULL, 10 },
	{ "load, LMBs of version 1", &lmbs_v1, NULL, "load", NULL, 12 },
	{ "load, LMBs of version 2", &lmbs_v2, NULL, "load", NULL, 12 },
	{ "load, many regions", &fragments, NULL, "load", NULL, 14 },
	{ "load, memory goes meanwhile", &qemu, NULL, "load",
	  "mem-off 60000000 10000000", 10 },
	{ "load, a CPU comes meanwhile", &qemu, "core+ 2", "load", "on 2", 10 },
	{ "kexec_load", &qemu, NULL, "load-exec 8", NULL, 4 },
	{ "kexec_load, memory goes meanwhile", &qemu, NULL, "load-exec 8",
	  "mem-off 60000000 10000000", 4 },
	{ "memory offline", &qemu, "load", "mem-off 60000000 10000000", NULL, 2 },
	{ "memory online", &qemu, "mem-off 60000000 10000000; load",
	  "mem-on 60000000 10000000", NULL, 2 },
	{ "memory offline, many regions", &fragments, "load",
	  "mem-off 1000000000 10000000", NULL, 2 },
	{ "CPU online", &qemu, "load; core+ 2", "on 2", NULL, 1 },
	{ "CPU online, caches", &lmbs_v1, "load; core+ 2", "on 2", NULL, 1 },
	{ "CPU offline", &qemu, "load; core+ 2; busy on 2", "off 1", NULL, 1 },
	{ "bring-up fails", &qemu, "load; core+ 2", "up-fails 2", NULL, 1 },
	{ "both segments", &qemu,
	  "load; busy mem-off 60000000 10000000; core+ 2", "on 2", NULL, 3 },
};

/* --- one case ------------------------------------------------------------ */

static struct machine *boot(unsigned int i)
{
	struct bed bed = *cases[i].bed;
	struct machine *m;

	bed.handlers = handlers_builtin(ARCH_POWERPC, "core");
	assert_non_null(bed.handlers);
	m = bed_boot(&bed);
	if (cases[i].before)
		bed_apply(m, cases[i].before);
	return m;
}

/* @nth: the allocation that fails; 0 none. @before may be NULL. */
static void try(unsigned int i, unsigned long nth, struct outcome *before,
		struct outcome *after)
{
	struct event event = bed_event(cases[i].event), during;
	struct machine *m = boot(i);
	struct event_report report;
	struct error err = { "" };

	if (cases[i].during) {
		during = bed_event(cases[i].during);
		event.u.load.during = &during;
		event.u.load.nr_during = 1;
	}
	if (before)
		look(m, before);

	event.fail_alloc = nth;
	after->refused = machine_apply(m, &event, &report, &err);
	after->allocs = machine_alloc_count(m);
	look(m, after);
	if (report.violations)
		fail_msg("%s, allocation %lu fails: %s", cases[i].what, nth,
			 machine_violation(m, 0));
	machine_destroy(m);
}

static void check(unsigned int i, unsigned long nth, const struct outcome *old,
		  const struct outcome *new, const struct outcome *got)
{
	const char *what = cases[i].what;
	bool is_old = same_image(got, old), is_new = same_image(got, new);

	if (got->live)
		fail_msg("%s, allocation %lu fails: %lu allocations are never freed",
			 what, nth, got->live);
	if (got->attr && !is_new)
		fail_msg("%s, allocation %lu fails: crash_hotplug reads 1, the image is not up to date",
			 what, nth);
	/* a load has freed the old image before it makes the new one */
	if (!got->loaded && bed_event(cases[i].event).type == EVENT_LOAD)
		return;
	if (!is_old && !is_new)
		fail_msg("%s, allocation %lu fails: the image is neither the old one nor the new one",
			 what, nth);
}

/*
 * The old image of an event is that before it; of a load, what it makes when no
 * event is lost meanwhile. What user space has made for kexec_load(2) can be
 * seen only where the refresh at the load's end fails: at its first allocation,
 * the one after the image's own.
 */
static void reference(unsigned int i, struct outcome *old, struct outcome *new)
{
	struct event event = bed_event(cases[i].event);
	struct machine *m;

	try(i, 0, old, new);
	if (new->refused || !new->loaded || !new->attr)
		fail_msg("%s: does not work even without a failure",
			 cases[i].what);
	if (event.type != EVENT_LOAD)
		return;
	free(old->bytes);
	if (event.u.load.call == LOAD_KEXEC_LOAD)
		event.fail_alloc = 2;
	m = boot(i);
	assert_int_equal(machine_apply(m, &event, NULL, NULL), 0);
	look(m, old);
	assert_true(old->loaded);
	machine_destroy(m);
}

static void every_allocation_may_fail(void **state __always_unused)
{
	struct outcome old, new, got;
	unsigned int i, failures;
	unsigned long nth;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		failures = 0;
		reference(i, &old, &new);
		for (nth = 1; nth <= new.allocs; nth++) {
			try(i, nth, NULL, &got);
			check(i, nth, &old, &new, &got);
			failures += !got.attr;
			free(got.bytes);
		}
		/* and one more than there are changes nothing */
		try(i, nth, NULL, &got);
		if (!got.attr || !same_image(&got, &new))
			fail_msg("%s: allocation %lu matters, of %lu",
				 cases[i].what, nth, new.allocs);
		free(got.bytes);
		if (new.allocs < cases[i].crowd || failures < cases[i].crowd)
			fail_msg("%s: only %lu allocations, %u that matter",
				 cases[i].what, new.allocs, failures);
		free(old.bytes);
		free(new.bytes);
	}
}

/* after any failure, the reload that user space is asked for makes it good */
static void a_reload_makes_it_good(void **state __always_unused)
{
	struct outcome expected, got;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct event event = bed_event(cases[i].event);
		struct machine *m;

		if (event.type == EVENT_LOAD)
			continue;
		m = boot(i);
		assert_int_equal(machine_apply(m, &event, NULL, NULL), 0);
		bed_apply(m, "load");
		look(m, &expected);
		machine_destroy(m);

		m = boot(i);
		event.fail_alloc = 1;
		assert_int_equal(machine_apply(m, &event, NULL, NULL), 0);
		look(m, &got);
		assert_false(got.attr);
		free(got.bytes);
		bed_apply(m, "load");
		look(m, &got);
		if (!got.attr || !same_image(&expected, &got))
			fail_msg("%s: a reload after the failure gives another image",
				 cases[i].what);
		machine_destroy(m);
		free(expected.bytes);
		free(got.bytes);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(every_allocation_may_fail),
	cmocka_unit_test(a_reload_makes_it_good),
};

TEST_MAIN(tests)
