// SPDX-License-Identifier: GPL-2.0-only
/*
 * The image at one step: where its segments are, what elfcorehdr and FDT hold,
 * and whether it has been loaded since the step before.
 */
#include <elf.h>
#include <endian.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "capture_reader.h"
#include "fdt_sound.h"
#include "values.h"

/* include/uapi/linux/kexec.h, 6.12 */
#define KEXEC_ON_CRASH			0x1
#define KEXEC_UPDATE_ELFCOREHDR		0x4
#define KEXEC_CRASH_HOTPLUG_SUPPORT	0x8
#define KEXEC_SEGMENT_MAX		16

static int read_segment(const struct place *at, struct step_reader *r,
			struct segment_spec *seg)
{
	struct place mem = place_member(at, "mem");
	struct place memsz = place_member(at, "memsz");
	struct place bufsz = place_member(at, "bufsz");
	struct place name = place_member(at, "name");
	struct place content = place_member(at, "content");
	const char *begins = place_text_or_null(&content);
	uint64_t size, used;

	if (place_number(&mem, 16, UINT64_MAX, &seg->mem) ||
	    place_number(&memsz, 16, UINT64_MAX - seg->mem, &size) ||
	    place_number(&bufsz, 16, size, &used))
		return -1;
	seg->memsz = size;
	seg->bufsz = used;
	/* not captured, but what it begins with: kernels look for the elfcorehdr so */
	if (begins && !strcmp(begins, "elf") && used >= SELFMAG) {
		seg->bytes = ELFMAG;
		seg->nr_bytes = SELFMAG;
	}
	seg->name = place_text_or_null(&name);
	if (seg->name) {
		seg->name = pool_printf(r->pool, "%s", seg->name);
		if (!seg->name)
			return step_no_memory(r);
	}
	return 0;
}

static struct segment_spec *find_segment(const struct load_spec *load,
					 const char *name)
{
	struct segment_spec *seg = (struct segment_spec *)load->segments;
	size_t i;

	for (i = 0; i < load->nr_segments; i++)
		if (seg[i].name && !strcmp(seg[i].name, name))
			return &seg[i];
	return NULL;
}

/* name the segment that @addr lies in, if it has none and @name is free */
static void name_segment(const struct load_spec *load, uint64_t addr,
			 const char *name)
{
	struct segment_spec *seg = (struct segment_spec *)load->segments;
	size_t i;

	if (find_segment(load, name))
		return;
	for (i = 0; i < load->nr_segments; i++)
		if (addr >= seg[i].mem && addr - seg[i].mem < seg[i].memsz &&
		    !seg[i].name)
			seg[i].name = name;
}

/* --- what segments are that kexec-tools loaded, who gives them no names --- */

/* the core header maps the first 64 KiB to their backup (kexec-tools, ppc64) */
static void name_backup(const struct load_spec *load, const struct blob *header)
{
	const Elf64_Ehdr *ehdr = header->bytes;
	const Elf64_Phdr *phdr = (const Elf64_Phdr *)(ehdr + 1);
	size_t i, nr;

	if (header->size < sizeof(*ehdr))
		return;
	nr = (header->size - sizeof(*ehdr)) / sizeof(*phdr);
	for (i = 0; i < nr && i < le16toh(ehdr->e_phnum); i++)
		if (le32toh(phdr[i].p_type) == PT_LOAD && !phdr[i].p_paddr)
			name_segment(load, le64toh(phdr[i].p_offset), "backup");
}

static void name_initrd(const struct load_spec *load, const struct blob *fdt)
{
	const void *prop = NULL;
	int chosen, len;

	if (fdt->size < sizeof(struct fdt_header) ||
	    fdt_check_sound(fdt->bytes, fdt->size))
		return;
	chosen = fdt_path_offset(fdt->bytes, "/chosen");
	if (chosen >= 0)
		prop = fdt_getprop(fdt->bytes, chosen, "linux,initrd-start",
				   &len);
	if (prop && len == sizeof(fdt64_t))
		name_segment(load, fdt64_ld(prop), "initrd");
	else if (prop && len == sizeof(fdt32_t))
		name_segment(load, fdt32_ld(prop), "initrd");
}

/* kexec-tools says where it relocates its purgatory: "... addr: 21750828" */
static void name_purgatory(struct step_reader *r, const struct load_spec *load)
{
	struct place extra = place_member(&r->top, "extra");
	struct place lines = place_member(&extra, "kexec_output");
	uint64_t addr;
	size_t i;

	for (i = 0; i < place_items(&lines); i++) {
		struct place line = place_item(&lines, i);
		const char *text = place_text_or_null(&line);

		text = text ? strstr(text, " addr: ") : NULL;
		if (text && parse_leading(text + 7, 16, &addr))
			name_segment(load, addr, "purgatory");
	}
}

static void name_segments(struct step_reader *r, struct load_spec *load)
{
	static const char *const names[] = {
		"kernel", "purgatory", "backup", "elfcorehdr", "initrd", "fdt",
	};
	struct segment_spec *seg = (struct segment_spec *)load->segments;
	struct place addresses = place_member(&r->top, "addresses");
	struct segment_spec *old;
	uint64_t addr;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct place at = place_member(&addresses, names[i]);
		const char *text = place_text_or_null(&at);

		if (text && parse_number(text, 16, &addr))
			name_segment(load, addr, names[i]);
	}
	name_backup(load, &r->step->elfcorehdr);
	name_initrd(load, &r->step->fdt);
	name_purgatory(r, load);
	/* both loaders put the kernel where the region begins */
	if (r->step->machine.arch == ARCH_POWERPC)
		name_segment(load, r->step->machine.crashk_start, "kernel");

	/* what only the step of the load could tell */
	for (i = 0; i < load->nr_segments; i++) {
		old = r->before && i < r->before->load.nr_segments ?
		      (struct segment_spec *)&r->before->load.segments[i] : NULL;
		if (!seg[i].name)
			seg[i].name = old && old->mem == seg[i].mem ?
				      old->name : "other";
	}
}

/* --- content -------------------------------------------------------------- */

static int read_content(struct step_reader *r, struct load_spec *load)
{
	struct segment_spec *header = find_segment(load, "elfcorehdr");
	struct segment_spec *fdt = find_segment(load, "fdt");
	struct capture_step *step = r->step;

	if (step_file(r, "elfcorehdr.bin.gz", header && step->has_state,
		      &step->elfcorehdr) ||
	    step_file(r, "fdt.dtb.gz", fdt && step->has_state, &step->fdt))
		return -1;
	if (header && step->elfcorehdr.size) {
		if (step->elfcorehdr.size != header->memsz)
			return fail(r->err, "%s/elfcorehdr.bin.gz: %zu bytes, the segment has %zu",
				    r->dir, step->elfcorehdr.size,
				    header->memsz);
		header->bytes = step->elfcorehdr.bytes;
		header->nr_bytes = step->elfcorehdr.size;
	}
	if (fdt && step->fdt.size) {
		if (step->fdt.size > fdt->memsz)
			return fail(r->err, "%s/fdt.dtb.gz: %zu bytes, the segment has %zu",
				    r->dir, step->fdt.size, fdt->memsz);
		fdt->bytes = step->fdt.bytes;
		fdt->nr_bytes = step->fdt.size;
	}
	return 0;
}

static int read_segments(struct step_reader *r, struct load_spec *load)
{
	struct place list = place_member(&r->top, "segments");
	struct place sysfs = place_member(&r->top, "sysfs");
	struct place loaded = place_member(&sysfs, "kexec_crash_loaded");
	const char *text = place_text_or_null(&loaded);
	struct segment_spec *segments;
	size_t i, nr = place_items(&list);

	if (!list.value || (text && !strcmp(text, "0")))
		return 0;
	if (place_array(&list))
		return -1;
	if (nr > KEXEC_SEGMENT_MAX)
		return place_wrong(&list, "%zu segments; an image has %u at most",
				   nr, KEXEC_SEGMENT_MAX);
	segments = pool_alloc(r->pool, nr * sizeof(*segments));
	if (!segments)
		return step_no_memory(r);
	for (i = 0; i < nr; i++) {
		struct place at = place_item(&list, i);

		if (read_segment(&at, r, &segments[i]))
			return -1;
	}
	load->segments = segments;
	load->nr_segments = nr;
	return 0;
}

/* --- how it was loaded ---------------------------------------------------- */

static bool same_places(const struct load_spec *a, const struct load_spec *b)
{
	size_t i;

	if (a->nr_segments != b->nr_segments)
		return false;
	for (i = 0; i < a->nr_segments; i++)
		if (a->segments[i].mem != b->segments[i].mem ||
		    a->segments[i].memsz != b->segments[i].memsz ||
		    a->segments[i].bufsz != b->segments[i].bufsz)
			return false;
	return true;
}

/* the kernel's debug output of kexec_file_load() begins with the kernel's size */
static bool log_shows_load(const struct place *lines)
{
	size_t i;

	for (i = 0; i < place_items(lines); i++) {
		struct place line = place_item(lines, i);
		const char *text = place_text_or_null(&line);

		if (text && strstr(text, " kernel_size: "))
			return true;
	}
	return false;
}

static bool is_new(struct step_reader *r, const struct load_spec *load)
{
	static const char *const kinds[] = { "load", "reload", "kexec_load" };
	struct place extra = place_member(&r->top, "extra");
	struct place log = place_member(&extra, "load_log");
	struct place dmesg = place_member(&r->top, "dmesg");
	size_t i;

	if (!load->nr_segments)
		return false;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(r->step->kind, kinds[i]))
			return true;
	return !r->before || !same_places(load, &r->before->load) ||
	       log_shows_load(&log) || log_shows_load(&dmesg);
}

/* the flags as a number, or as words: "ON_CRASH|CRASH_HOTPLUG_SUPPORT" */
static int read_flags(struct step_reader *r, struct load_spec *load)
{
	struct place flags = place_member(&r->top, "load_flags");
	struct place detail = place_member(&r->top, "detail");
	struct place words = place_member(&detail, "flags");
	const char *text = place_text_or_null(&words);
	uint64_t number = 0;

	if (flags.value || !strcmp(r->step->kind, "kexec_load"))
		load->call = LOAD_KEXEC_LOAD;
	if (flags.value && place_number(&flags, 16, UINT32_MAX, &number))
		return -1;
	if (!flags.value && text && strstr(text, "UPDATE_ELFCOREHDR"))
		number |= KEXEC_UPDATE_ELFCOREHDR;
	if (!flags.value && text && strstr(text, "CRASH_HOTPLUG_SUPPORT"))
		number |= KEXEC_CRASH_HOTPLUG_SUPPORT;
	load->flags = number & ~(uint64_t)KEXEC_ON_CRASH;
	return 0;
}

/* "kexec-bzImage64: 000000002f0e00b0-000000003effffff (1)": usable memory */
static bool usable_line(const char *text, uint64_t *start)
{
	uint64_t end;

	text = text ? strstr(text, "kexec-bzImage64: ") : NULL;
	text = text ? parse_leading(text + 17, 16, start) : NULL;
	if (!text || *text != '-')
		return false;
	text = parse_leading(text + 1, 16, &end);
	return text && !strcmp(text, " (1)");
}

/* the last load's memory map: where in the segment does usable memory begin? */
static void read_reserved(const struct place *lines, struct load_spec *load)
{
	const struct segment_spec *header = find_segment(load, "elfcorehdr");
	/* of two slots, both elfcorehdrs are left out, and one is captured */
	size_t slots = find_segment(load, "boot_param-1") ? 2 : 1;
	uint64_t start, limit = header ? slots * header->memsz : 0;
	size_t i;

	for (i = 0; header && i < place_items(lines); i++) {
		struct place line = place_item(lines, i);

		if (usable_line(place_text_or_null(&line), &start) &&
		    start > header->mem && start - header->mem <= limit)
			load->reserved = start - header->mem;
	}
	if (header && load->reserved > header->memsz)
		load->reserved = header->memsz;
}

int read_image(struct step_reader *r)
{
	struct load_spec *load = &r->step->load;
	const struct load_spec *old = r->before ? &r->before->load : NULL;
	struct place cmdline = place_member(&r->top, "kdump_cmdline");
	struct place extra = place_member(&r->top, "extra");
	struct place log = place_member(&extra, "load_log");
	struct place dmesg = place_member(&r->top, "dmesg");
	const char *text = place_text_or_null(&cmdline);

	if (read_segments(r, load) || read_content(r, load))
		return -1;
	name_segments(r, load);
	if (read_slots(r, load))
		return -1;
	r->step->loaded = r->step->has_state && is_new(r, load);
	if (!r->step->loaded) {
		if (old) {
			load->call = old->call;
			load->flags = old->flags;
			load->cmdline = old->cmdline;
		}
		return 0;
	}
	if (read_flags(r, load))
		return -1;
	read_reserved(&log, load);
	read_reserved(&dmesg, load);
	/* kexec-tools took its own; the manifest only says so */
	if (text && load->call == LOAD_KEXEC_FILE_LOAD) {
		load->cmdline = pool_printf(r->pool, "%s", text);
		if (!load->cmdline)
			return step_no_memory(r);
	}
	return 0;
}
