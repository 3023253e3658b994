// SPDX-License-Identifier: GPL-2.0-only
/* What of a segment belongs to nothing. */
#include <libfdt.h>
#include <string.h>

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#else
#define RUNNING_ON_VALGRIND 0
#define VALGRIND_MAKE_MEM_DEFINED(p, size) do { } while (0)
#define VALGRIND_MAKE_MEM_UNDEFINED(p, size) do { } while (0)
#endif

#include "machine_private.h"
#include "slack.h"

static void hide(const void *bytes, size_t from, size_t to)
{
	if (from < to)
		VALGRIND_MAKE_MEM_UNDEFINED((const char *)bytes + from, to - from);
}

static void hide_header(const void *bytes, size_t size)
{
	struct elf64_hdr e;
	size_t used;

	memcpy(&e, bytes, sizeof(e));
	used = sizeof(e) + e.e_phnum * sizeof(struct elf64_phdr);
	if (e.e_ident[EI_CLASS] == ELFCLASS64 && e.e_type == ET_CORE &&
	    e.e_phentsize == sizeof(struct elf64_phdr))
		hide(bytes, used, size);
}

/* header, reservations, structure, strings, in this order or left alone */
static void hide_tree(const void *fdt, size_t size)
{
	const size_t reserved = fdt_off_mem_rsvmap(fdt);
	const size_t tags = fdt_off_dt_struct(fdt);
	const size_t strings = fdt_off_dt_strings(fdt);
	size_t end;
	int nr;

	if (fdt_check_header(fdt) || fdt_totalsize(fdt) > size ||
	    fdt_version(fdt) < 17)
		return;
	nr = fdt_num_mem_rsv(fdt);
	if (nr < 0)
		return;
	end = reserved + (nr + 1UL) * sizeof(struct fdt_reserve_entry);
	if (end > tags || tags + fdt_size_dt_struct(fdt) > strings)
		return;
	hide(fdt, end, tags);
	hide(fdt, tags + fdt_size_dt_struct(fdt), strings);
	hide(fdt, strings + fdt_size_dt_strings(fdt), size);
}

void slack_hide(const void *bytes, size_t size)
{
	if (!RUNNING_ON_VALGRIND)
		return;
	if (size >= sizeof(struct elf64_hdr) && !memcmp(bytes, ELFMAG, SELFMAG))
		hide_header(bytes, size);
	else if (size >= sizeof(struct fdt_header) &&
		 fdt_magic(bytes) == FDT_MAGIC)
		hide_tree(bytes, size);
}

void slack_show(const void *bytes, size_t size)
{
	VALGRIND_MAKE_MEM_DEFINED(bytes, size);
	(void)bytes;
	(void)size;
}

static void each_segment(const struct machine *m,
			 void (*what)(const void *bytes, size_t size))
{
	const struct loaded_image *image = &m->image;
	size_t i;

	if (!RUNNING_ON_VALGRIND || !image->kimage)
		return;
	for (i = 0; i < image->nr; i++) {
		const struct kexec_segment *s = &image->segment[i];
		const void *bytes;

		/* nobody reads the others, and they are large */
		if (image->kind[i] != SEGMENT_ELFCOREHDR &&
		    image->kind[i] != SEGMENT_FDT)
			continue;
		bytes = physmem_map(&m->phys, s->mem, s->memsz);
		if (bytes)
			what(bytes, s->memsz);
	}
}

void slack_hide_image(const struct machine *m)
{
	each_segment(m, slack_hide);
}

void slack_show_image(const struct machine *m)
{
	each_segment(m, slack_show);
}
