// SPDX-License-Identifier: GPL-2.0-only
/*
 * The handlers of the user's kernel tree, replayed beside a capture of a real
 * kernel: the same code on the same machine has to leave the same bytes. Where
 * it does not, the emulator is wrong about the machine, or the tree is not that
 * of the captured kernel.
 *
 * usage: test_upstream_captures CAPTURE
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "diff.h"
#include "handler_module.h"
#include "helpers.h"
#include "upstream.h"

extern const struct handler_module handler_module_upstream_powerpc;
extern const struct handler_module handler_module_upstream_x86_64;

static const char *capture_dir;

/* --- comparing ------------------------------------------------------------------- */

static void print_diff(enum segment_kind kind, const struct blob *theirs,
		       const struct view_segment *ours)
{
	struct diff diff = { 0 };
	char why[160];
	int failed;
	size_t i;

	failed = (kind == SEGMENT_FDT ? diff_fdt : diff_elfcorehdr)
		(theirs->bytes, theirs->size, ours->bytes, ours->memsz, &diff,
		 why);
	if (failed)
		print_error("\t%s\n", why);
	for (i = 0; i < diff.nr; i++)
		print_error("\t%s\n", diff.items[i].text);
	diff_free(&diff);
}

/* @theirs may be a segment without the zeros at its end */
static void assert_segment(const struct capture_step *step, const char *what,
			   const struct image_view *image,
			   enum segment_kind kind, const struct blob *theirs)
{
	const struct view_segment *ours = image_view_segment(image, kind);
	const u8 *bytes = theirs->bytes;
	size_t i;

	if (!ours || ours->memsz < theirs->size)
		fail_msg("%s: %s: no segment, or one that is too small",
			 step->name, what);
	for (i = 0; i < theirs->size && ours->bytes[i] == bytes[i]; i++)
		;
	if (i == theirs->size)
		return;
	print_error("%s: %s, from the kernel's to ours:\n", step->name, what);
	print_diff(kind, theirs, ours);
	fail_msg("%s: %s: byte 0x%zx is %02x, the kernel's is %02x", step->name,
		 what, i, ours->bytes[i], bytes[i]);
}

/* --- the live tree -------------------------------------------------------------- */

static u8 *struct_at(const struct blob *fdt, int offset)
{
	return (u8 *)fdt->bytes + fdt_off_dt_struct(fdt->bytes) + offset;
}

/* move the property at @from in front of that at @to */
static void move_property(const struct blob *fdt, int from, int to)
{
	u8 property[4096];
	int next, size;

	fdt_next_tag(fdt->bytes, from, &next);
	size = next - from;
	assert_in_range(size, 1, sizeof(property));
	memcpy(property, struct_at(fdt, from), size);
	memmove(struct_at(fdt, to + size), struct_at(fdt, to), from - to);
	memcpy(struct_at(fdt, to), property, size);
}

static int find_property(const void *fdt, int node, const char *name)
{
	const char *found;
	int prop;

	fdt_for_each_property_offset(prop, fdt, node) {
		fdt_getprop_by_offset(fdt, prop, &found, NULL);
		if (!strcmp(found, name))
			return prop;
	}
	return -1;
}

/*
 * The captured live tree was read file by file, and the order of properties is
 * lost. In the FDT, wherever the real kernel has written the node, it can be
 * read backwards: libfdt puts each new property in front.
 */
static void restore_order(const struct capture_step *step)
{
	const void *tree = step->tree.bytes, *fdt = step->fdt.bytes;
	int node, copy, prop, from;
	const char *name;

	if (!step->fdt.size)
		return;
	fdt_for_each_subnode(node, tree, fdt_path_offset(tree, "/cpus")) {
		copy = fdt_subnode_offset(fdt, fdt_path_offset(fdt, "/cpus"),
					  fdt_get_name(tree, node, NULL));
		if (copy < 0)
			continue;
		fdt_for_each_property_offset(prop, fdt, copy) {
			fdt_getprop_by_offset(fdt, prop, &name, NULL);
			from = find_property(tree, node, name);
			if (from >= 0)
				move_property(&step->tree, from,
					      fdt_first_property_offset(tree,
									node));
		}
	}
}

/* --- the machine ------------------------------------------------------------------- */

static void apply(struct machine *m, const struct event *event,
		  const struct capture_step *step)
{
	struct event_report report;
	struct error err;

	if (machine_apply(m, event, &report, &err))
		fail_msg("%s: %s", step->name, err.text);
	if (report.violations)
		fail_msg("%s: %s", step->name, machine_violation(m, 0));
}

/* with the segments' captured bytes, or only at their places */
static void load(struct machine *m, const struct capture_step *step, bool adopt)
{
	struct event event = { .type = EVENT_LOAD, .u.load = step->load };
	struct segment_spec places[VIEW_SEGMENT_MAX];
	size_t i, nr = step->load.nr_segments;

	memcpy(places, step->load.segments, nr * sizeof(*places));
	for (i = 0; i < nr && !adopt; i++) {
		places[i].bytes = NULL;
		places[i].nr_bytes = 0;
	}
	event.u.load.segments = places;
	event.u.load.adopt = adopt;
	apply(m, &event, step);
}

static struct machine *boot(const struct capture_step *step)
{
	const bool powerpc = step->machine.arch == ARCH_POWERPC;
	struct error err;
	struct machine *m;

	m = machine_create(&step->machine, powerpc ?
			   &handler_module_upstream_powerpc :
			   &handler_module_upstream_x86_64, &err);
	if (!m)
		fail_msg("%s: %s", step->name, err.text);
	return m;
}

/*
 * kexec_file_load(2) in the state of @step. The FDT starts from the one of the
 * boot, which is not captured: only the header is compared.
 */
static void check_own_load(const struct capture_step *step)
{
	struct machine *m = boot(step);

	load(m, step, false);
	assert_segment(step, "elfcorehdr of our own load", machine_image(m),
		       SEGMENT_ELFCOREHDR, &step->elfcorehdr);
	machine_destroy(m);
}

/* from @from to @to, and what the events leave of the image */
static void go_on(struct machine *m, const struct capture_step *from,
		  const struct capture_step *to)
{
	struct event *events;
	struct error err;
	size_t i, nr;

	if (capture_events(from, to, &events, &nr, &err))
		fail_msg("%s: %s", to->name, err.text);
	for (i = 0; i < nr; i++)
		apply(m, &events[i], to);
	capture_events_free(events, nr);
}

static void assert_sysfs(const struct capture_step *step, struct machine *m,
			 const char *path, int expected)
{
	const struct sysfs_file *files;
	size_t i, nr = machine_sysfs(m, &files);

	for (i = 0; i < nr && strcmp(files[i].path, path); i++)
		;
	if (i == nr)
		fail_msg("%s: no %s in sysfs", step->name, path);
	if (atoi(files[i].value) != expected)
		fail_msg("%s: %s: expected %d, got %s", step->name, path,
			 expected, files[i].value);
}

static void compare(const struct capture_step *step, struct machine *m)
{
	const struct image_view *image = machine_image(m);

	assert_segment(step, "elfcorehdr", image, SEGMENT_ELFCOREHDR,
		       &step->elfcorehdr);
	if (step->fdt.size)
		assert_segment(step, "FDT", image, SEGMENT_FDT, &step->fdt);
	if (step->attr_crash_hotplug >= 0)
		assert_sysfs(step, m, "devices/system/cpu/crash_hotplug",
			     step->attr_crash_hotplug);
	if (step->elfcorehdr_size)
		assert_sysfs(step, m, "kernel/crash_elfcorehdr_size",
			     step->elfcorehdr_size);
	print_message("%s: the same bytes\n", step->name);
}

static void segments_are_the_real_kernels(void **state __always_unused)
{
	const struct capture_step *step, *from = NULL;
	struct machine *m = NULL;
	struct capture *c;
	struct error err;
	size_t i;

	c = capture_read(capture_dir, &err);
	if (!c)
		fail_msg("%s", err.text);
	for (i = 0; i < c->nr_steps; i++) {
		step = &c->steps[i];
		if (!step->has_state || step->crash)
			continue;
		restore_order(step);
		if (!m)
			m = boot(step);
		else
			go_on(m, from, step);
		if (step->loaded)
			load(m, step, true);
		if (step->loaded && step->load.call == LOAD_KEXEC_FILE_LOAD)
			check_own_load(step);
		compare(step, m);
		from = step;
	}
	machine_destroy(m);
	capture_free(c);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(segments_are_the_real_kernels),
	};

	if (argc != 2) {
		fprintf(stderr, "usage: %s CAPTURE\n", argv[0]);
		return 2;
	}
	capture_dir = argv[1];
	return upstream_status(cmocka_run_group_tests(tests, NULL, NULL));
}
