// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading: where segments find their place, what a digest covers, what is left
 * when a load fails. Places, and kexec-tools' header and device tree, are held
 * against captures of real kernels.
 */
#include <errno.h>
#include <inttypes.h>
#include <libfdt.h>
#include <nettle/sha2.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bed.h"

#include "helpers.h"
#include "handler_module.h"

#define SMALL .memory = "0+80000000", .cores = "0"

static const struct bed two_cores = {
	.memory = "0+80000000",
	.cores = "0 1",
	.max_cores = 8,
};

static void load_or_fail(const char *what, struct machine *m,
			 const struct event *e)
{
	struct error err = { "" };

	if (machine_apply(m, e, NULL, &err))
		fail_msg("%s: %s", what, err.text);
}

/* "kernel 20000000, backup 21730000": kind and place, in the image's order */
static const char *places_of(struct machine *m)
{
	const struct image_view *image = machine_image(m);
	static char text[512];
	size_t i, len = 0;

	*text = '\0';
	for (i = 0; i < image->nr_segments; i++)
		len += sprintf(text + len, "%s%s %" PRIx64, i ? ", " : "",
			       segment_kind_name(image->segment[i].kind),
			       image->segment[i].mem);
	return text;
}

/* --- kexec_file_load(2): places --------------------------------------------------- */

static void htab_at_bottom(void *fdt)
{
	int chosen = fdt_path_offset(fdt, "/chosen");

	fdt_setprop_u64(fdt, chosen, "linux,htab-base", 0x20000000);
	fdt_setprop_u64(fdt, chosen, "linux,htab-size", 0x1000000);
}

static void reserved_and_tce(void *fdt)
{
	const fdt64_t reserved[] = { cpu_to_fdt64(0x20100000),
				     cpu_to_fdt64(0x100000) };
	int pci;

	fdt_setprop(fdt, 0, "reserved-ranges", reserved, sizeof(reserved));
	pci = fdt_add_subnode(fdt, 0, "pci@1");
	fdt_setprop_string(fdt, pci, "device_type", "pci");
	fdt_setprop_u64(fdt, pci, "linux,tce-base", 0x3ff00000);
	fdt_setprop_u32(fdt, pci, "linux,tce-size", 0x100000);
}

static void old_initrd_in_the_way(void *fdt)
{
	int chosen = fdt_path_offset(fdt, "/chosen");

	fdt_setprop_u64(fdt, chosen, "linux,initrd-start", 0x20000000);
	fdt_setprop_u64(fdt, chosen, "linux,initrd-end", 0x20800000);
}

static void radix(void *fdt)
{
	uint8_t vec5[26] = { [24] = 0x40 };

	fdt_setprop(fdt, fdt_path_offset(fdt, "/chosen"),
		    "ibm,architecture-vec-5", vec5, sizeof(vec5));
}

#define CAPTURED SMALL, .rtas = 0x2fff0000, .rtas_size = 0x89c
#define CAPTURED_4K SMALL, .rtas = 0x2ffff000, .rtas_size = 0x89c, \
		    .spec.page_size = 4096

static const struct {
	const char *what;
	struct bed bed;
	size_t kernel;
	size_t initrd;
	size_t elfcorehdr;
	size_t fdt;
	const char *places;
} file_rows[] = {
	/* captures of 6.12.117: sizes and places from their manifests */
	{ "A-cpu-hotadd", { CAPTURED }, 0x1730000, 0x1874d7, 0x20000, 0x326cb,
	  "kernel 20000000, purgatory 3fff0000, backup 21730000, elfcorehdr 21740000, initrd 21760000, fdt 3ffb0000" },
	{ "B-dimm-hotadd-remove", { CAPTURED }, 0x1730000, 0x1874d7, 0x20000,
	  0x31273,
	  "kernel 20000000, purgatory 3fff0000, backup 21730000, elfcorehdr 21740000, initrd 21760000, fdt 3ffb0000" },
	{ "A-cpu-hotadd-4kpages", { CAPTURED_4K }, 0x16a5000, 0x187519,
	  0x1d000, 0x86cb,
	  "kernel 20000000, purgatory 3ffff000, backup 216b0000, elfcorehdr 216c0000, initrd 216dd000, fdt 3fff6000" },

	/* RTAS at the region's end, where purgatory would be */
	{ "RTAS at the top", { SMALL, .rtas = 0x3ffe0000, .rtas_size = 0x100 },
	  0x100000, 0x10000, 0x10000, 0x10000,
	  "kernel 20000000, purgatory 3fff0000, backup 20100000, elfcorehdr 20110000, initrd 20120000, fdt 3ffd0000" },
	{ "OPAL in the middle",
	  { SMALL, .opal = 0x20110000, .opal_size = 0x20000 },
	  0x100000, 0x10000, 0x20000, 0x10000,
	  "kernel 20000000, purgatory 3fff0000, backup 20100000, elfcorehdr 20130000, initrd 20150000, fdt 3ffe0000" },
	{ "hash table", { SMALL, .edit = htab_at_bottom },
	  0x100000, 0x10000, 0x10000, 0x10000,
	  "kernel 21000000, purgatory 3fff0000, backup 21100000, elfcorehdr 21110000, initrd 21120000, fdt 3ffe0000" },
	{ "reserved-ranges, TCE", { SMALL, .edit = reserved_and_tce },
	  0x100000, 0x10000, 0x10000, 0x10000,
	  "kernel 20000000, purgatory 3fef0000, backup 20200000, elfcorehdr 20210000, initrd 20220000, fdt 3fee0000" },
	{ "old initrd, not kept", { SMALL, .edit = old_initrd_in_the_way },
	  0x100000, 0x10000, 0x10000, 0x10000,
	  "kernel 20000000, purgatory 3fff0000, backup 20100000, elfcorehdr 20110000, initrd 20120000, fdt 3ffe0000" },
	{ "old initrd, kept", { SMALL, .edit = old_initrd_in_the_way,
				.spec.cmdline = "quiet retain_initrd" },
	  0x100000, 0x10000, 0x10000, 0x10000,
	  "kernel 20800000, purgatory 3fff0000, backup 20900000, elfcorehdr 20910000, initrd 20920000, fdt 3ffe0000" },
	/* with the hash MMU the first memory node is what works without it */
	{ "RMA ends inside", { .memory = "0+28000000 28000000+58000000",
			       .cores = "0" },
	  0x100000, 0x10000, 0x10000, 0x10000,
	  "kernel 20000000, purgatory 27ff0000, backup 20100000, elfcorehdr 20110000, initrd 20120000, fdt 27fe0000" },
	{ "radix needs no RMA", { .memory = "0+28000000 28000000+58000000",
				  .cores = "0", .edit = radix },
	  0x100000, 0x10000, 0x10000, 0x10000,
	  "kernel 20000000, purgatory 3fff0000, backup 20100000, elfcorehdr 20110000, initrd 20120000, fdt 3ffe0000" },
	/* with 4 KiB pages what the handlers add is aligned as the kernel is */
	{ "alignment", { SMALL, .spec.page_size = 4096 },
	  0x101000, 0x1234, 0x1000, 0x10000,
	  "kernel 20000000, purgatory 3ffff000, backup 20110000, elfcorehdr 20120000, initrd 20101000, fdt 3ffef000" },
};

static void file_segments_find_the_kernels_places(void **state __always_unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(file_rows); i++) {
		struct machine *m = bed_boot(&file_rows[i].bed);
		struct event e = { .type = EVENT_LOAD, .u.load = {
			.kernel_size = file_rows[i].kernel,
			.initrd_size = file_rows[i].initrd,
		} };

		fake = (struct fake){
			.elfcorehdr_size = file_rows[i].elfcorehdr,
			.fdt_size = file_rows[i].fdt,
		};
		load_or_fail(file_rows[i].what, m, &e);
		assert_text(file_rows[i].what, file_rows[i].places,
			    places_of(m));
		machine_destroy(m);
	}
	fake = (struct fake){ 0 };
}

static void given_places_win(void **state __always_unused)
{
	static const uint8_t bytes[] = { 1, 2, 3 };
	static const struct segment_spec hints[] = {
		{ .name = "elfcorehdr", .mem = 0x28000000 },
		{ .name = "initrd", .mem = 0x29000000, .memsz = 0x20000,
		  .bufsz = 0x1234, .bytes = bytes, .nr_bytes = 3 },
		{ .name = "fdt", .mem = 0x2a000000 },
		{ .name = "other", .mem = 0x2b000000 },
		{ .name = NULL },
	};
	struct event e = bed_event("load");
	struct machine *m = bed_boot(&two_cores);
	const struct view_segment *initrd;

	e.u.load.segments = hints;
	e.u.load.nr_segments = ARRAY_SIZE(hints);
	load_or_fail("hints", m, &e);
	assert_text("hints", "kernel 20000000, purgatory 3fff0000, backup 20100000, elfcorehdr 28000000, initrd 29000000, fdt 2a000000",
		    places_of(m));
	initrd = image_view_segment(machine_image(m), SEGMENT_INITRD);
	assert_u64("initrd's memory", 0x20000, initrd->memsz);
	assert_u64("initrd's file", 0x1234, initrd->bufsz);
	assert_bytes("initrd", "\1\2\3\0", initrd->bytes, 4);
	machine_destroy(m);
}

/* --- kexec_load(2): kexec-tools' segments --------------------------------------- */

/* H-crash-fdt-not-updated, step 0: kexec -c -p of kexec-tools */
static const struct cpu_spec h_cpus[] = {
	{ 0, true, true, 0x7fdfb400 },
	{ 1, false, false, 0x7fe1b400 },
	{ 2, false, false, 0x7fe3b400 },
	{ 3, false, false, 0x7fe5b400 },
};

#define H "H-crash-fdt-not-updated/step-00-kexec-load/"
#define H_CMDLINE "console=hvc0 maxcpus=1 reset_devices numa=off"

static struct machine *load_h(void)
{
	struct bed bed = { .spec = {
		.cpus = h_cpus,
		.nr_cpu_specs = ARRAY_SIZE(h_cpus),
		.vmcoreinfo = 0x4460000,
	} };
	struct event e = { .type = EVENT_LOAD, .u.load = {
		.call = LOAD_KEXEC_LOAD,
		.kernel_size = 0x1730000,
		.initrd_size = 0x1874d7,
		.cmdline = H_CMDLINE,
	} };
	struct machine *m;
	void *tree;

	tree = bed_captured(H "live-tree.dtb.gz", &bed.spec.boot_fdt_size);
	bed.spec.boot_fdt = tree;
	m = bed_boot(&bed);
	free(tree);
	load_or_fail("H", m, &e);
	return m;
}

static void exec_segments_are_as_captured(void **state __always_unused)
{
	struct machine *m = load_h();
	const struct view_segment *s;
	size_t size;
	void *real = bed_captured(H "elfcorehdr.bin.gz", &size);

	assert_text("H", "kernel 20000000, backup 21730000, elfcorehdr 21740000, purgatory 21750000, initrd 21760000, fdt 2ffe0000",
		    places_of(m));
	s = image_view_segment(machine_image(m), SEGMENT_ELFCOREHDR);
	assert_u64("elfcorehdr's bytes", 0x400, s->bufsz);
	assert_u64("elfcorehdr's segment", size, s->memsz);
	assert_bytes("elfcorehdr", real, s->bytes, size);
	assert_u64("backup", 0x21730000, machine_image(m)->backup);
	assert_false(machine_image(m)->file_mode);
	free(real);
	machine_destroy(m);
}

/* nodes, properties and their order; strings may lie elsewhere */
static void assert_same_structure(const void *expected, const void *got)
{
	int a = 0, b = 0, pa, pb, len_a, len_b;
	const char *name_a, *name_b;

	for (; a >= 0; a = fdt_next_node(expected, a, NULL),
	     b = fdt_next_node(got, b, NULL)) {
		const char *node = fdt_get_name(expected, a, NULL);

		if (b < 0)
			fail_msg("node %s is missing", node);
		assert_text("node", node, fdt_get_name(got, b, NULL));
		assert_u64(node, fdt_node_depth(expected, a),
			   fdt_node_depth(got, b));
		pb = fdt_first_property_offset(got, b);
		fdt_for_each_property_offset(pa, expected, a) {
			const void *va, *vb;

			va = fdt_getprop_by_offset(expected, pa, &name_a,
						   &len_a);
			if (pb < 0)
				fail_msg("%s has no %s", node, name_a);
			vb = fdt_getprop_by_offset(got, pb, &name_b, &len_b);
			assert_text(node, name_a, name_b);
			assert_u64(name_a, len_a, len_b);
			assert_bytes(name_a, va, vb, len_a);
			pb = fdt_next_property_offset(got, pb);
		}
		if (pb >= 0)
			fail_msg("%s has properties too many", node);
	}
	if (b >= 0)
		fail_msg("nodes too many");
}

static void the_exec_fdt_is_as_captured(void **state __always_unused)
{
	struct machine *m = load_h();
	const struct view_segment *s;
	size_t size;
	void *real = bed_captured(H "fdt.dtb.gz", &size);
	uint64_t a, b, size_a, size_b;
	int i, nr;

	s = image_view_segment(machine_image(m), SEGMENT_FDT);
	assert_int_equal(fdt_check_full(s->bytes, s->memsz), 0);
	assert_same_structure(real, s->bytes);

	nr = fdt_num_mem_rsv(real);
	assert_int_equal(fdt_num_mem_rsv(s->bytes), nr);
	for (i = 0; i < nr; i++) {
		assert_int_equal(fdt_get_mem_rsv(real, i, &a, &size_a), 0);
		assert_int_equal(fdt_get_mem_rsv(s->bytes, i, &b, &size_b), 0);
		assert_u64("reservation", a, b);
		/* the last is the tree itself, with some bytes of names less */
		assert_u64("reservation's size",
			   i == nr - 1 ? fdt_totalsize(s->bytes) : size_a,
			   size_b);
	}
	if (fdt_totalsize(real) - fdt_totalsize(s->bytes) > 32)
		fail_msg("the tree has 0x%x bytes, captured are 0x%x",
			 fdt_totalsize(s->bytes), fdt_totalsize(real));
	free(real);
	machine_destroy(m);
}

static void exec_segments_are_in_ascending_order(void **state __always_unused)
{
	static const struct segment_spec kernel = {
		.name = "kernel", .mem = 0x28000000,
	};
	struct machine *m = bed_boot(&two_cores);
	struct event e = bed_event("load-exec 0");

	e.u.load.segments = &kernel;
	e.u.load.nr_segments = 1;
	load_or_fail("hint", m, &e);
	assert_text("hint", "backup 20000000, elfcorehdr 20010000, purgatory 20020000, initrd 20030000, kernel 28000000, fdt 2fff0000",
		    places_of(m));
	machine_destroy(m);
}

/* by the unit address's length first, as the tool does it */
static void exec_nodes_are_sorted(void **state __always_unused)
{
	static const struct bed bed = {
		.memory = "10000000+70000000 8000000+8000000 0+8000000",
		.cores = "0", .edit = radix,
	};
	struct machine *m = bed_boot(&bed);
	const struct view_segment *s;
	char names[256] = "";
	int node;

	bed_apply(m, "load-exec 0");
	s = image_view_segment(machine_image(m), SEGMENT_FDT);
	fdt_for_each_subnode(node, s->bytes, 0) {
		strcat(names, fdt_get_name(s->bytes, node, NULL));
		strcat(names, " ");
	}
	assert_text("sorted", "chosen cpus memory@0 memory@8000000 memory@10000000 ",
		    names);
	machine_destroy(m);
}

static const char *bootargs_of(struct machine *m)
{
	const struct view_segment *s =
		image_view_segment(machine_image(m), SEGMENT_FDT);
	int chosen = fdt_path_offset(s->bytes, "/chosen");

	return fdt_getprop(s->bytes, chosen, "bootargs", NULL);
}

/* the bed's own command line has a root=, which is kept where none is given */
static void the_old_root_is_kept(void **state __always_unused)
{
	struct event e = bed_event("load-exec 0");
	struct machine *m = bed_boot(&two_cores);

	e.u.load.cmdline = "maxcpus=1";
	load_or_fail("no root=", m, &e);
	assert_text("no root=", "maxcpus=1 elfcorehdr=525376K root=/dev/sda2 ",
		    bootargs_of(m));
	e.u.load.cmdline = "root=/dev/vda";
	load_or_fail("root=", m, &e);
	assert_text("root=", "root=/dev/vda elfcorehdr=525376K ",
		    bootargs_of(m));
	machine_destroy(m);
}

/* what the tool adds when the kernel shall update the image */
static void room_for_hotplug_is_made_on_request(void **state __always_unused)
{
	struct event plain = bed_event("load-exec 0");
	struct event hotplug = bed_event("load-exec 8");
	struct machine *m = bed_boot(&two_cores);
	const struct view_segment *s;
	uint64_t at, size;
	size_t without;
	int i;

	load_or_fail("plain", m, &plain);
	s = image_view_segment(machine_image(m), SEGMENT_ELFCOREHDR);
	assert_u64("plain elfcorehdr", 0x10000, s->memsz);
	s = image_view_segment(machine_image(m), SEGMENT_FDT);
	without = fdt_totalsize(s->bytes);

	load_or_fail("hotplug", m, &hotplug);
	/* 64 + (8 + 1 + 8192) * 56 bytes, in pages */
	s = image_view_segment(machine_image(m), SEGMENT_ELFCOREHDR);
	assert_u64("hotplug elfcorehdr", 0x80000, s->memsz);
	assert_u64("its bytes", 1024, s->bufsz);

	/* six cores may come; each is counted with names and values only */
	s = image_view_segment(machine_image(m), SEGMENT_FDT);
	assert_u64("room in the FDT", without + 6 * (strlen(
		   "device_typeregstatusphandleibm,ppc-interrupt-server#s"
		   "ibm,ppc-interrupt-gserver#sibm,my-drc-indexname") +
		   4 + 4 + 5 + 4 + 4 + 8 + 4 + 15), fdt_totalsize(s->bytes));
	for (i = 0; !fdt_get_mem_rsv(s->bytes, i, &at, &size); i++)
		if (at == 0x20110000)
			break;
	assert_u64("reserved for the elfcorehdr", 0x80000, size);
	machine_destroy(m);
}

/* --- digest --------------------------------------------------------------------------- */

static void sha256_of(const struct image_view *image, uint8_t digest[32])
{
	struct sha256_ctx sha;
	size_t i;

	sha256_init(&sha);
	for (i = 0; i < image->nr_segments; i++)
		if (image->segment[i].in_digest)
			sha256_update(&sha, image->segment[i].memsz,
				      image->segment[i].bytes);
	sha256_digest(&sha, 32, digest);
}

static const char *in_digest(const struct image_view *image)
{
	static char text[256];
	size_t i, len = 0;

	*text = '\0';
	for (i = 0; i < image->nr_segments; i++)
		if (image->segment[i].in_digest)
			len += sprintf(text + len, "%s%s", len ? " " : "",
				       segment_kind_name(image->segment[i].kind));
	return text;
}

static void the_digest_covers_what_may_not_change(void **state __always_unused)
{
	static const struct {
		const char *load;
		bool verifies;
		const char *covered;
	} rows[] = {
		/* the kernel's own ppc64 purgatory has no code for it */
		{ "load", false, "" },
		{ "load-exec 0", true,
		  "kernel backup elfcorehdr initrd fdt" },
		{ "load-exec 8", true, "kernel backup initrd" },
	};
	uint8_t digest[32];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct machine *m = bed_boot(&two_cores);
		struct event poke = { .type = EVENT_POKE, .u.poke = {
			.segment = "initrd", .bytes = "x", .nr_bytes = 1,
		} };
		const struct image_view *image;

		bed_apply(m, rows[i].load);
		image = machine_image(m);
		assert_int_equal(image->verifies, rows[i].verifies);
		assert_text(rows[i].load, rows[i].covered, in_digest(image));
		if (rows[i].verifies) {
			sha256_of(image, digest);
			assert_bytes(rows[i].load, digest, image->digest, 32);
			load_or_fail("poke", m, &poke);
			image = machine_image(m);
			sha256_of(image, digest);
			assert_memory_not_equal(digest, image->digest, 32);
		}
		machine_destroy(m);
	}
}

/* more images than are kept, each loaded twice: once made, once perhaps kept */
static void a_kept_digest_is_the_same(void **state __always_unused)
{
	struct digest_cache *cache = digest_cache_new();
	struct segment_spec initrd = { .name = "initrd", .nr_bytes = 1 };
	uint8_t byte, digest[32];
	unsigned int i;

	assert_non_null(cache);
	for (i = 0; i < 2 * 2 * 20; i++) {
		struct event e = bed_event(i % 2 ? "load-exec 8" : "load-exec 0");
		struct machine *m = bed_boot(&two_cores);
		const struct image_view *image;

		byte = i / 4;
		initrd.bytes = &byte;
		initrd.mem = 0x21800000 + i % 4 / 2 * 0x10000;
		e.u.load.segments = &initrd;
		e.u.load.nr_segments = 1;
		machine_use_digests(m, cache);
		load_or_fail("load", m, &e);
		image = machine_image(m);
		sha256_of(image, digest);
		assert_bytes("digest", digest, image->digest, 32);
		machine_destroy(m);
	}
	digest_cache_free(cache);
}

/* --- adopting ------------------------------------------------------------------------ */

#define AT(name_, mem_, memsz_) \
	{ .name = name_, .mem = mem_, .memsz = memsz_ }

static const struct {
	const char *what;
	struct segment_spec segments[17];
	size_t nr;
	const char *says;
} insane[] = {
	{ "none", { { 0 } }, 0, "no segments to adopt" },
	{ "not aligned", { AT("kernel", 0x20008000, 0x10000) }, 1,
	  "segment kernel at 0x20008000+0x10000 is not made of whole pages" },
	{ "part of a page", { AT("kernel", 0x20000000, 0x8000) }, 1,
	  "whole pages" },
	{ "empty", { AT("kernel", 0x20000000, 0) }, 1, "whole pages" },
	{ "below the region", { AT("fdt", 0x1fff0000, 0x20000) }, 1,
	  "segment fdt at 0x1fff0000+0x20000 is not inside the crash kernel's region 0x20000000-0x3fffffff" },
	{ "beyond the region", { AT("fdt", 0x3fff0000, 0x20000) }, 1,
	  "is not inside" },
	{ "wraps", { AT("fdt", 0x20000000, 0xfffffffffff00000) }, 1,
	  "is not inside" },
	{ "overlap", { AT("kernel", 0x20000000, 0x20000),
		       AT("fdt", 0x20010000, 0x20000) }, 2,
	  "segments kernel at 0x20000000+0x20000 and fdt at 0x20010000+0x20000 overlap" },
	{ "content does not fit",
	  { { .name = "fdt", .mem = 0x20000000, .memsz = 0x10000,
	      .bufsz = 0x10001 } }, 1,
	  "segment fdt has 0x10001 bytes of content but 0x10000 of memory" },
	{ "bytes do not fit",
	  { { .name = "fdt", .mem = 0x20000000, .memsz = 0x10000, .bufsz = 1,
	      .bytes = "", .nr_bytes = 0x20000 } }, 1,
	  "segment fdt has 0x20000 bytes" },
	{ "too many", { AT("a", 0x20000000, 0x10000), AT("b", 0x20010000, 0x10000),
			AT("c", 0x20020000, 0x10000), AT("d", 0x20030000, 0x10000),
			AT("e", 0x20040000, 0x10000), AT("f", 0x20050000, 0x10000),
			AT("g", 0x20060000, 0x10000), AT("h", 0x20070000, 0x10000),
			AT("i", 0x20080000, 0x10000), AT("j", 0x20090000, 0x10000),
			AT("k", 0x200a0000, 0x10000), AT("l", 0x200b0000, 0x10000),
			AT("m", 0x200c0000, 0x10000), AT("n", 0x200d0000, 0x10000),
			AT("o", 0x200e0000, 0x10000), AT("p", 0x200f0000, 0x10000),
			AT("q", 0x20100000, 0x10000) }, 17,
	  "more than 16 segments" },
};

static void insane_segments_are_refused(void **state __always_unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(insane); i++) {
		struct machine *m = bed_boot(&two_cores);
		struct event e = { .type = EVENT_LOAD, .u.load = {
			.adopt = true,
			.segments = insane[i].segments,
			.nr_segments = insane[i].nr,
		} };
		struct error err = { "" };

		if (!machine_apply(m, &e, NULL, &err))
			fail_msg("%s: loaded", insane[i].what);
		assert_says(insane[i].what, insane[i].says, err.text);
		assert_false(machine_image(m)->loaded);
		assert_u64(insane[i].what, 0, machine_lost_allocs(m));
		machine_destroy(m);
	}
}

static void half_of_memory_is_the_limit(void **state __always_unused)
{
	static const struct segment_spec big = AT("kernel", 0x10000000,
						  0x30000000);
	static const struct bed bed = {
		.memory = "0+50000000", .cores = "0",
		.spec.crashk_start = 0x10000000,
		.spec.crashk_size = 0x40000000,
	};
	struct event e = { .type = EVENT_LOAD, .u.load = {
		.adopt = true, .segments = &big, .nr_segments = 1 } };
	struct machine *m = bed_boot(&bed);
	struct error err;

	assert_int_equal(machine_apply(m, &e, NULL, &err), -1);
	assert_says("3/5", "segments of 0x30000000 bytes need more than half of all memory, 0x50000000",
		    err.text);
	machine_destroy(m);
}

static void an_image_is_adopted_as_it_is(void **state __always_unused)
{
	static const struct segment_spec segments[] = {
		AT("kernel", 0x20000000, 0x200000),
		AT("backup", 0x21000000, 0x10000),
		{ .name = "elfcorehdr", .mem = 0x21010000, .memsz = 0x20000,
		  .bufsz = 0x1000, .bytes = "\177ELF1234", .nr_bytes = 8 },
		{ .name = "fdt", .mem = 0x21030000, .memsz = 0x10000,
		  .bytes = "tree", .nr_bytes = 4 },
		AT("odd", 0x21040000, 0x10000),
	};
	struct event e = { .type = EVENT_LOAD, .u.load = {
		.adopt = true, .segments = segments,
		.nr_segments = ARRAY_SIZE(segments) } };
	struct machine *m = bed_boot(&two_cores);
	const struct image_view *image;

	load_or_fail("adopt", m, &e);
	assert_text("adopt", "kernel 20000000, backup 21000000, elfcorehdr 21010000, fdt 21030000, other 21040000",
		    places_of(m));
	image = machine_image(m);
	assert_true(image->loaded && image->file_mode);
	assert_u64("backup", 0x21000000, image->backup);
	assert_u64("backup as handlers see it", 0x21000000,
		   fake.seen.backup_start);
	assert_u64("elfcorehdr's bytes", 0x1000, image->segment[2].bufsz);
	assert_bytes("elfcorehdr", "\177ELF1234\0", image->segment[2].bytes, 9);
	assert_u64("fdt's bytes", 4, image->segment[3].bufsz);
	assert_bytes("fdt", "tree", image->loaded_fdt, 4);
	assert_u64("loaded_fdt", 0x10000, image->loaded_fdt_size);
	machine_destroy(m);
}

static unsigned int elf_phnum(const struct view_segment *s)
{
	const struct elf64_hdr *header = (const void *)s->bytes;

	return header->e_phnum;
}

/* the image stays the same one, and with it the place of its kernel */
static void a_reload_is_one_where_crash_hotplug_is_0(void **state __always_unused)
{
	static const struct {
		const char *what;
		const char *load;
		uint64_t kernel;
	} rows[] = {
		{ "crash_hotplug 1", "load-exec 8", 0x20000000 },
		{ "crash_hotplug 0", "load-exec 0", 0x28000000 },
		{ "nothing loaded", "unload", 0x28000000 },
	};
	static const struct segment_spec elsewhere = {
		.name = "kernel", .mem = 0x28000000 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct machine *m = bed_boot(&two_cores);
		struct event e = bed_event("load-exec 8");

		bed_apply(m, rows[i].load);
		e.u.load.if_needed = true;
		e.u.load.segments = &elsewhere;
		e.u.load.nr_segments = 1;
		load_or_fail(rows[i].what, m, &e);
		assert_u64(rows[i].what, rows[i].kernel,
			   image_view_segment(machine_image(m),
					      SEGMENT_KERNEL)->mem);
		machine_destroy(m);
	}
}

/*
 * Of 8 possible CPUs 2 are there and online. Each that is configured gets a note
 * and, unless as many are online, room for its node.
 */
static void the_c_library_says_what_is_configured(void **state __always_unused)
{
	static const struct {
		size_t configured;
		size_t notes;
		size_t nodes;
	} rows[] = { { 0, 8, 6 }, { 8, 8, 6 }, { 5, 5, 3 }, { 3, 3, 1 },
		     { 2, 2, 0 }, { 1, 1, 0 } };
	size_t size[ARRAY_SIZE(rows)], phnum[ARRAY_SIZE(rows)], one, i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct machine *m = bed_boot(&two_cores);
		struct event e = bed_event("load-exec 8");
		const struct image_view *image;

		e.u.load.configured_cpus = rows[i].configured;
		load_or_fail("configured", m, &e);
		image = machine_image(m);
		size[i] = fdt_totalsize(image_view_segment(image,
							   SEGMENT_FDT)->bytes);
		phnum[i] = elf_phnum(image_view_segment(image,
							SEGMENT_ELFCOREHDR));
		machine_destroy(m);
	}
	one = size[3] - size[4];
	assert_in_range(one, 64, 1024);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(phnum[i] - phnum[5], rows[i].notes - 1);
		assert_int_equal(size[i] - size[5], rows[i].nodes * one);
	}
}

/* one that no tool makes, for identification to stumble over */
static void an_exec_image_takes_a_segment_more(void **state __always_unused)
{
	static const struct segment_spec other = {
		.name = "other", .mem = 0x20100000, .memsz = 0x20000,
		.bufsz = 4, .bytes = "\177ELF", .nr_bytes = 4 };
	struct machine *m = bed_boot(&two_cores);
	struct event e = bed_event("load-exec 8");
	const struct view_segment *s;

	e.u.load.segments = &other;
	e.u.load.nr_segments = 1;
	load_or_fail("other", m, &e);
	s = image_view_segment(machine_image(m), SEGMENT_OTHER);
	assert_u64("place", 0x20100000, s->mem);
	assert_u64("memory", 0x20000, s->memsz);
	assert_bytes("other", "\177ELF\0", s->bytes, 5);
	assert_true(s->in_digest);
	machine_destroy(m);
}

/* --- the system call ----------------------------------------------------------------- */

static void loads_need_a_region(void **state __always_unused)
{
	static const struct bed bed = { SMALL, .spec.crashk_size = UINT64_MAX };
	struct machine *m = bed_boot(&bed);
	struct event e = bed_event("load");
	struct error err;

	assert_int_equal(machine_apply(m, &e, NULL, &err), -1);
	assert_says("no region", "kexec_file_load: no memory is reserved for a crash kernel",
		    err.text);
	machine_destroy(m);
}

static const struct {
	const char *what;
	const char *load;
	struct fake fake;
	size_t kernel;
	const char *says;
} failures[] = {
	{ "kernel too large", "load", { 0 }, 0x20000000,
	  "kexec_file_load: no place for segment purgatory of 0x10000 bytes in the crash kernel's region 0x20000000-0x3fffffff" },
	{ "elfcorehdr too large", "load", { .elfcorehdr_size = 0x20000000 }, 0,
	  "no place for segment elfcorehdr of 0x20000000 bytes" },
	{ "FDT too large", "load", { .fdt_size = 0x20000000 }, 0,
	  "no place for segment fdt of 0x20000000 bytes" },
	{ "handlers fail", "load", { .load_ret = -EINVAL }, 0,
	  "kexec_file_load: backup and elfcorehdr: Invalid argument" },
	{ "post_load fails", "load", { .post_load_ret = -EIO }, 0,
	  "machine_kexec_post_load() failed: Input/output error" },
	{ "exec: kernel too large", "load-exec 0", { 0 }, 0x10000000,
	  "kexec_load: no place for segment backup of 0x10000 bytes in 0x20000000-0x2fffffff" },
};

/* the old image had to go first */
static void a_load_that_fails_leaves_none(void **state __always_unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(failures); i++) {
		struct machine *m = bed_boot(&two_cores);
		struct event e = bed_event(failures[i].load);
		struct error err = { "" };

		fake = (struct fake){ 0 };
		bed_apply(m, "load");
		assert_true(machine_image(m)->loaded);
		fake = failures[i].fake;
		if (failures[i].kernel)
			e.u.load.kernel_size = failures[i].kernel;
		if (!machine_apply(m, &e, NULL, &err))
			fail_msg("%s: loaded", failures[i].what);
		assert_says(failures[i].what, failures[i].says, err.text);
		assert_false(machine_image(m)->loaded);
		assert_u64(failures[i].what, 0, machine_image(m)->nr_segments);
		assert_u64(failures[i].what, 0, machine_lost_allocs(m));
		fake = (struct fake){ 0 };
		bed_apply(m, "load; off 1; unload; unload");
		assert_u64(failures[i].what, 0, machine_lost_allocs(m));
		machine_destroy(m);
	}
}

static const struct {
	const char *events;
	unsigned int before, at_end;
	bool fails;
} ends[] = {
	{ "load", 0, 1 },
	{ "load; off 1; on 1", 0, 1 },
	{ "load; unload", 1, 0 },
	{ "load; unload; unload", 1, 0 },
	{ "load; load", 1, 1 },
	{ "load; load-exec 8; load", 2, 1 },
	/* when post_load has kept something already */
	{ "load", 2, 0, true },
};

/* machine_kexec_cleanup() is called once for each image, at the latest when the
 * machine goes
 */
static void every_image_is_cleaned_up(void **state __always_unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		struct machine *m = bed_boot(&two_cores);
		struct event load = bed_event("load");
		struct error err;

		fake = (struct fake){ 0 };
		bed_apply(m, ends[i].events);
		if (ends[i].fails) {
			fake.post_load_ret = -EIO;
			assert_int_equal(machine_apply(m, &load, NULL, &err),
					 -1);
		}
		assert_u64(ends[i].events, ends[i].before, fake.cleanups);
		assert_u64(ends[i].events, 0, machine_lost_allocs(m));
		machine_destroy(m);
		assert_u64("at the machine's end",
			   ends[i].before + ends[i].at_end, fake.cleanups);
	}
	fake = (struct fake){ 0 };
}

/* a busy lock is found before anything is touched */
static void a_busy_lock_keeps_the_old_image(void **state __always_unused)
{
	struct machine *m = bed_boot(&two_cores);
	struct event load = bed_event("busy load");
	struct event unload = bed_event("busy unload");
	struct error err;

	bed_apply(m, "load");
	assert_int_equal(machine_apply(m, &load, NULL, &err), -1);
	assert_true(machine_image(m)->loaded);
	assert_int_equal(machine_apply(m, &unload, NULL, &err), -1);
	assert_true(machine_image(m)->loaded);
	bed_apply(m, "load");
	machine_destroy(m);
}

static void events_during_a_load_are_lost(void **state __always_unused)
{
	const struct event during[] = {
		bed_event("off 1"), bed_event("core+ 2"), bed_event("on 2"),
	};
	const struct event wrong[] = { bed_event("on 7") };
	const struct event nested[] = { bed_event("load") };
	struct machine *m = bed_boot(&two_cores);
	struct event e = bed_event("load");
	struct event_report r;
	struct error err;

	e.u.load.during = during;
	e.u.load.nr_during = 3;
	assert_int_equal(machine_apply(m, &e, &r, &err), 0);
	assert_u64("told", 2, r.kernel_events);
	assert_u64("lost", 2, r.lost);
	assert_text("they did happen", "ram 0-7fffffff; online 0-7fffffff; cpus 0 -1 2 .3 .4 .5 .6 .7",
		    bed_state(m));
	assert_true(machine_image(m)->loaded);

	e.u.load.during = wrong;
	e.u.load.nr_during = 1;
	assert_int_equal(machine_apply(m, &e, &r, &err), -1);
	assert_says("impossible", "CPU 7 cannot go online", err.text);
	e.u.load.during = nested;
	assert_int_equal(machine_apply(m, &e, &r, &err), -1);
	assert_says("nested", "kexec lock is busy", err.text);
	assert_false(machine_image(m)->loaded);
	machine_destroy(m);
}

/* whichever allocation fails: no image, or a whole one; nothing leaks */
static void sweep_allocations(const char *what, struct machine *m,
			      struct event e)
{
	struct event_report r;
	struct error err;
	unsigned long nth, failed = 0;
	int ret = -1;

	for (nth = 1; ret && nth < 1000; nth++) {
		e.fail_alloc = nth;
		ret = machine_apply(m, &e, &r, &err);
		failed += !!ret;
		if (r.violations)
			fail_msg("%s, allocation %lu: %s", what, nth,
				 machine_violation(m, 0));
		assert_int_equal(machine_image(m)->loaded, !ret);
		assert_u64(what, 0, machine_lost_allocs(m));
		if (!ret && machine_alloc_count(m) >= nth)
			ret = -1;	/* done without what it asked for */
	}
	if (ret || failed < 3)
		fail_msg("%s: %lu of %lu allocations failed a load", what,
			 failed, nth);
	/* the next event is not meant any more */
	e.fail_alloc = 0;
	assert_int_equal(machine_apply(m, &e, &r, &err), 0);
}

static void any_allocation_may_fail(void **state __always_unused)
{
	struct bed bed = two_cores;
	struct machine *m = bed_boot(&bed);

	sweep_allocations("fake", m, bed_event("load"));
	machine_destroy(m);

	bed.handlers = handlers_builtin(ARCH_POWERPC, "core");
	m = bed_boot(&bed);
	sweep_allocations("core, kexec_file_load", m, bed_event("load"));
	machine_destroy(m);
}

/* with core/ on top: load, change the machine, load again, break nothing */
static void core_loads_and_follows(void **state __always_unused)
{
	static const char *const loads[] = { "load", "load-exec 8",
					     "load-exec 0" };
	static const char *const events[] = {
		"off 1", "core+ 2", "on 2", "mem+ 80000000 20000000",
		"mem-on 80000000 20000000", "mem-off 90000000 10000000",
		"busy off 2", "unload",
	};
	struct bed bed = { .memory = "0+80000000", .cores = "0 1",
			   .max_cores = 8, .lmbs = 16, .lmb_base = 0x80000000,
			   .rtas = 0x2fff0000, .rtas_size = 0x89c };
	struct event_report r;
	struct error err = { "" };
	unsigned int i, k;

	bed.handlers = handlers_builtin(ARCH_POWERPC, "core");
	for (i = 0; i < ARRAY_SIZE(loads); i++) {
		struct machine *m = bed_boot(&bed);

		bed_apply(m, loads[i]);
		for (k = 0; k < ARRAY_SIZE(events); k++) {
			struct event e = bed_event(events[k]);

			if (machine_apply(m, &e, &r, &err))
				fail_msg("%s: %s: %s", loads[i], events[k],
					 err.text);
			if (r.violations)
				fail_msg("%s: %s: %s", loads[i], events[k],
					 machine_violation(m, 0));
			assert_u64(events[k], 0, machine_lost_allocs(m));
		}
		machine_destroy(m);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(file_segments_find_the_kernels_places),
	cmocka_unit_test(given_places_win),
	cmocka_unit_test(exec_segments_are_as_captured),
	cmocka_unit_test(the_exec_fdt_is_as_captured),
	cmocka_unit_test(exec_segments_are_in_ascending_order),
	cmocka_unit_test(exec_nodes_are_sorted),
	cmocka_unit_test(a_reload_is_one_where_crash_hotplug_is_0),
	cmocka_unit_test(the_c_library_says_what_is_configured),
	cmocka_unit_test(an_exec_image_takes_a_segment_more),
	cmocka_unit_test(the_old_root_is_kept),
	cmocka_unit_test(room_for_hotplug_is_made_on_request),
	cmocka_unit_test(the_digest_covers_what_may_not_change),
	cmocka_unit_test(a_kept_digest_is_the_same),
	cmocka_unit_test(insane_segments_are_refused),
	cmocka_unit_test(half_of_memory_is_the_limit),
	cmocka_unit_test(an_image_is_adopted_as_it_is),
	cmocka_unit_test(loads_need_a_region),
	cmocka_unit_test(a_load_that_fails_leaves_none),
	cmocka_unit_test(every_image_is_cleaned_up),
	cmocka_unit_test(a_busy_lock_keeps_the_old_image),
	cmocka_unit_test(events_during_a_load_are_lost),
	cmocka_unit_test(any_allocation_may_fail),
	cmocka_unit_test(core_loads_and_follows),
};

TEST_MAIN(tests)
