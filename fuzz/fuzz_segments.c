// SPDX-License-Identifier: GPL-2.0-only
/*
 * An image whose segments are anything at all: which of them are found to be the
 * elfcorehdr and the FDT, and that no other is ever written, or read beyond its
 * end. Every segment is a block of its own, so that sanitizers see that.
 *
 *   byte 0          operations
 *   byte 1          segments: the lower 4 bits; the upper ones: the mapping that
 *                   fails while the image is loaded, 0: none
 *   operations      two bytes each
 *   segments        header of five bytes: flags, length (16 bit), zeros behind it
 *                   (16 bit); then length bytes
 */
#include <stdlib.h>
#include <string.h>

#include "crash_fdt.h"
#include "crash_hp.h"
#include "crash_watch.h"
#include "fdt_sound.h"
#include "slack.h"
#include "small.h"

#define SEGMENTS_START 0x20000000ULL
#define SEGMENT_STEP 0x1000000ULL
#define MAX_SEGMENTS 8
#define CPU_NOTES (SMALL_CORES + 1)

/* flag of a segment */
#define ALL_OF_IT 4	/* a tree's totalsize is the segment's */

/**
 * struct world - the image
 * @memory: behind each segment
 * @before: bytes of each before an event
 * @backup: where the loaded header says that the first 64 KiB are kept
 * @unseen: a segment could not be looked at when the image was loaded: of two
 *	headers that are as good, it may follow the second
 */
struct world {
	struct kernel *kernel;
	struct kimage image;
	struct small_memory memory[MAX_SEGMENTS];
	u8 *before[MAX_SEGMENTS];
	unsigned int nr;
	u64 backup;
	bool unseen;
};

/* --- which are which, in plain words ------------------------------------------ */

static bool has_bytes(const struct world *w, unsigned int i, size_t size)
{
	return w->memory[i].size >= size;
}

/* program headers of a core file of this machine, or -1 */
static int core_headers(const struct world *w, unsigned int i)
{
	const struct elf64_hdr *e = (void *)w->before[i];

	if (!has_bytes(w, i, sizeof(*e)) || memcmp(e, "\177ELF\2", 5) ||
	    e->e_type != ET_CORE || e->e_machine != EM_PPC64 ||
	    e->e_phentsize != sizeof(struct elf64_phdr))
		return -1;
	if (64 + 56 * (size_t)e->e_phnum > w->memory[i].size)
		return -1;
	return e->e_phnum;
}

static bool is_ours(const struct world *w, unsigned int i)
{
	const struct elf64_phdr *p = (void *)(w->before[i] + 64);
	int nr = core_headers(w, i);

	for (; nr > 0; nr--, p++)
		if (p->p_type == PT_NOTE && p->p_paddr == SMALL_VMCOREINFO)
			return true;
	return false;
}

/* the first that is ours, or the only core header; else what @index was */
static int expected_header(const struct world *w, int index)
{
	int core = -1, nr = 0;
	unsigned int i;

	for (i = 0; i < w->nr; i++) {
		if (is_ours(w, i))
			return i;
		if (core_headers(w, i) >= 0) {
			core = i;
			nr++;
		}
	}
	return nr == 1 ? core : index;
}

/* a header, or @unseen: it may not have been the first that could be looked at */
static bool may_be_header(const struct world *w, unsigned int i, int index,
			  bool unseen)
{
	return (int)i == expected_header(w, index) || (unseen && is_ours(w, i));
}

static bool is_tree(const struct world *w, unsigned int i)
{
	return has_bytes(w, i, sizeof(struct fdt_header)) &&
	       fdt_magic(w->before[i]) == FDT_MAGIC &&
	       fdt_totalsize(w->before[i]) <= w->memory[i].size &&
	       !fdt_check_header(w->before[i]) &&
	       fdt_path_offset(w->before[i], "/cpus") >= 0;
}

static bool is_started(const struct world *w, unsigned int i)
{
	int chosen = fdt_path_offset(w->before[i], "/chosen");

	return chosen >= 0 && fdt_getprop(w->before[i], chosen,
					  "linux,booted-from-kexec", NULL);
}

/* the first with /cpus that kexec starts, or the only one with /cpus */
static int expected_fdt(const struct world *w)
{
	int tree = -1, nr = 0;
	unsigned int i;

	for (i = 0; i < w->nr; i++) {
		if (!is_tree(w, i))
			continue;
		if (is_started(w, i))
			return i;
		tree = i;
		nr++;
	}
	return nr == 1 ? tree : -1;
}

/* the PT_LOAD of the first 64 KiB; NULL: there is none */
static const struct elf64_phdr *low_memory(const void *header)
{
	const struct elf64_hdr *e = header;
	const struct elf64_phdr *p = header + 64;
	unsigned int i;

	for (i = 0; i < e->e_phnum; i++)
		if (p[i].p_type == PT_LOAD && !p[i].p_paddr)
			return &p[i];
	return NULL;
}

/* --- an event --------------------------------------------------------------- */

static void remember(struct world *w)
{
	unsigned int i;

	for (i = 0; i < w->nr; i++)
		memcpy(w->before[i], w->memory[i].bytes, w->memory[i].size);
}

/* of two that are ours, the first may not have been looked at */
static bool knows_backup(const struct world *w)
{
	unsigned int i, nr = 0;

	for (i = 0; i < w->nr; i++)
		nr += is_ours(w, i);
	return !w->unseen || nr < 2;
}

static void check_header(const struct world *w, int index)
{
	const struct elf64_hdr *e = w->memory[index].bytes;
	const struct elf64_phdr *low;

	fuzz_check(!memcmp(e, "\177ELF\2", 5) && e->e_type == ET_CORE &&
		   e->e_phnum >= CPU_NOTES &&
		   64 + 56 * (size_t)e->e_phnum <= w->memory[index].size,
		   "segment %d: what was written is no elfcorehdr", index);
	low = low_memory(e);
	fuzz_check(!low || !knows_backup(w) || low->p_offset == w->backup,
		   "segment %d: the first 64 KiB are looked for at 0x%llx, and kept at 0x%llx",
		   index, low->p_offset, w->backup);
}

static void check_fdt(const struct world *w, int index)
{
	fuzz_check(!fdt_check_header(w->memory[index].bytes) &&
		   fdt_totalsize(w->memory[index].bytes) ==
		   fdt_totalsize(w->before[index]),
		   "segment %d: what was written is no FDT", index);
}

/* something is missing, or too small */
static bool may_fail(const struct world *w, int header, int fdt)
{
	size_t room;
	void *buf;
	int ret;

	if (header < 0 || fdt < 0 ||
	    w->memory[header].size < 64 + 56 * (CPU_NOTES + SMALL_BLOCKS))
		return true;
	room = fdt_totalsize(w->before[fdt]);
	buf = malloc(room);
	kernel_enter_handler(w->kernel, "crash_fdt_update_cpus");
	ret = crash_fdt_update_cpus(w->before[fdt], room, buf);
	kernel_leave_handler(w->kernel);
	free(buf);
	return ret;
}

/*
 * @index: elfcorehdr_index before; @unseen: a segment could not be looked at; @ok:
 * the update is complete
 */
static void check_segments(const struct world *w, int index, bool unseen, bool ok)
{
	unsigned int i;

	for (i = 0; i < w->nr; i++) {
		if (!memcmp(w->before[i], w->memory[i].bytes,
			    w->memory[i].size))
			continue;
		fuzz_check(ok, "an update that failed wrote to segment %u", i);
		if (may_be_header(w, i, index, unseen))
			check_header(w, i);
		else if ((int)i == expected_fdt(w))
			check_fdt(w, i);
		else
			fuzz_fail("segment %u was written, the header is %d, the FDT %d",
				  i, expected_header(w, index), expected_fdt(w));
	}
}

static void each_segment(const struct world *w,
			 void (*what)(const void *bytes, size_t size))
{
	unsigned int i;

	for (i = 0; i < w->nr; i++)
		what(w->memory[i].bytes, w->memory[i].size);
}

static void handle_event(struct world *w, unsigned int fail_alloc,
			 unsigned int fail_map)
{
	remember(w);
	cpus_read_lock();
	get_online_mems();
	kernel_enter_handler(w->kernel, "arch_crash_handle_hotplug_event");
	kernel_fail_alloc(w->kernel, fail_alloc);
	kernel_fail_map(w->kernel, fail_map);
	each_segment(w, slack_hide);
	arch_crash_handle_hotplug_event(&w->image, NULL);
	each_segment(w, slack_show);
	kernel_fail_alloc(w->kernel, 0);
	kernel_fail_map(w->kernel, 0);
	kernel_leave_handler(w->kernel);
	put_online_mems();
	cpus_read_unlock();
}

/* what an event has left undone, another one would do */
static void check_complete(struct world *w)
{
	unsigned int i;

	handle_event(w, 0, 0);
	for (i = 0; i < w->nr; i++)
		fuzz_check(!memcmp(w->before[i], w->memory[i].bytes,
				   w->memory[i].size),
			   "segment %u: there was more to update", i);
}

static void event(struct world *w, unsigned int fail_alloc,
		  unsigned int fail_map)
{
	int index = w->image.elfcorehdr_index;

	if (!w->image.hotplug_support || index < 0)
		return;
	handle_event(w, fail_alloc, fail_map);
	check_segments(w, index, w->unseen || fail_map, w->image.hotplug_support);
	fuzz_check(w->image.hotplug_support || fail_alloc || fail_map ||
		   may_fail(w, expected_header(w, index), expected_fdt(w)),
		   "an update failed without a reason");
	/* of two that are ours, another one may be the first next time */
	if (w->image.hotplug_support && !fail_map)
		check_complete(w);
}

/* --- the machine changes -------------------------------------------------------- */

enum {
	EVENT, BLOCK_ON, BLOCK_OFF, CORE_ADD, CORE_REMOVE, FAIL_ALLOC,
	FAIL_MAP, NR_OPERATIONS,
};

static void set_block(struct world *w, unsigned int block, bool online)
{
	const u64 start = block * SMALL_BLOCK;

	/* the first is never offline, so that there is always memory to list */
	if (!block || kernel_range_online(w->kernel, start, SMALL_BLOCK) == online)
		return;
	if (online)
		fuzz_check(!kernel_online_block(w->kernel, start, 0),
			   "block %u does not go online", block);
	else
		fuzz_check(!kernel_offline_block(w->kernel, start, 0),
			   "block %u does not go offline", block);
}

static void do_operation(struct world *w, u8 which, u8 arg)
{
	switch (which % NR_OPERATIONS) {
	case EVENT:
		event(w, 0, 0);
		break;
	case BLOCK_ON:
	case BLOCK_OFF:
		set_block(w, arg % (SMALL_BLOCKS / 2),
			  which % NR_OPERATIONS == BLOCK_ON);
		break;
	case CORE_ADD:
		small_attach_core(w->kernel, arg % SMALL_CORES, arg >> 3);
		break;
	case CORE_REMOVE:
		small_detach_core(w->kernel, arg % SMALL_CORES);
		break;
	case FAIL_ALLOC:
		event(w, 1 + arg % 8, 0);
		break;
	case FAIL_MAP:
		event(w, 0, 1 + arg % 16);
		break;
	}
}

static void reset_machine(struct world *w)
{
	unsigned int block;

	for (block = 0; block < SMALL_BLOCKS / 2; block++)
		set_block(w, block, true);
	small_reset_tree(w->kernel);
}

/* --- the image -------------------------------------------------------------------- */

static void add_segment(struct world *w, struct fuzz_bytes *in)
{
	struct kexec_segment *s = &w->image.segment[w->nr];
	struct small_memory *m = &w->memory[w->nr];
	u8 flags = fuzz_u8(in);
	size_t len = fuzz_u16(in), zeros = fuzz_u16(in);
	struct fuzz_bytes bytes = fuzz_take(in, len);

	m->phys = SEGMENTS_START + w->nr * SEGMENT_STEP;
	m->size = bytes.size + zeros;
	m->bytes = fuzz_copy(bytes, m->size);
	if ((flags & ALL_OF_IT) && m->size >= sizeof(struct fdt_header))
		fdt_set_totalsize(m->bytes, m->size);
	s->mem = m->phys;
	s->memsz = m->size;
	s->bufsz = bytes.size;
	w->before[w->nr] = malloc(m->size ? m->size : 1);
	w->nr++;
}

/* kernel/crash_core.c: the last that begins with the magic */
static int magic_index(const struct world *w)
{
	int i = w->nr;

	while (i-- > 0)
		if (w->memory[i].size >= 4 &&
		    !memcmp(w->memory[i].bytes, ELFMAG, SELFMAG))
			return i;
	return -1;
}

/* @fail_map: the mapping that fails; 0: none */
static void load(struct world *w, unsigned int fail_map)
{
	int header;

	w->image.nr_segments = w->nr;
	w->image.type = KEXEC_TYPE_CRASH;
	w->image.elfcorehdr_index = -1;
	w->image.hotplug_support = 1;
	w->unseen = fail_map;
	small_set_memory(w->memory, w->nr);
	remember(w);
	header = expected_header(w, -1);
	if (header >= 0 && low_memory(w->before[header]))
		w->backup = low_memory(w->before[header])->p_offset;
	kernel_enter_handler(w->kernel, "machine_kexec_post_load");
	kernel_fail_map(w->kernel, fail_map);
	each_segment(w, slack_hide);
	fuzz_check(!machine_kexec_post_load(&w->image), "the load failed");
	each_segment(w, slack_show);
	kernel_fail_map(w->kernel, 0);
	kernel_leave_handler(w->kernel);
	check_segments(w, -1, fail_map, w->image.hotplug_support);
	fuzz_check(w->image.hotplug_support || fail_map ||
		   may_fail(w, header, expected_fdt(w)),
		   "the load's update failed without a reason");
	/* as the generic layer does at an image's first event */
	if (w->image.elfcorehdr_index < 0)
		w->image.elfcorehdr_index = magic_index(w);
}

static void unload(struct world *w)
{
	unsigned int i;

	crash_hp_cleanup(&w->image);
	small_set_memory(NULL, 0);
	for (i = 0; i < w->nr; i++) {
		free(w->memory[i].bytes);
		free(w->before[i]);
	}
}

static bool any_wraps(const struct world *w)
{
	unsigned int i;

	for (i = 0; i < w->nr; i++)
		if (fdt_wraps(w->memory[i].bytes, w->memory[i].size))
			return true;
	return false;
}

static void play(struct world *w, struct fuzz_bytes program,
		 unsigned int fail_map)
{
	load(w, fail_map);
	while (program.size) {
		u8 which = fuzz_u8(&program);

		do_operation(w, which, fuzz_u8(&program));
	}
	event(w, 0, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world w = { .kernel = small_kernel() };
	struct fuzz_bytes in = { data, size }, program;
	unsigned long allocs = kernel_live_allocs(w.kernel);
	unsigned int i, nr = fuzz_u8(&in), segments = fuzz_u8(&in);

	program = fuzz_take(&in, 2 * nr);
	for (i = 0; i < (segments & 0xf) % (MAX_SEGMENTS + 1); i++)
		add_segment(&w, &in);

	if (!any_wraps(&w))
		play(&w, program, segments >> 4);
	unload(&w);
	reset_machine(&w);
	small_end(w.kernel, allocs);
	return 0;
}
