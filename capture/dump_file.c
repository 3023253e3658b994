// SPDX-License-Identifier: GPL-2.0-only
/* /proc/vmcore as a sparse file; libelf writes its headers. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dump_file.h"
#include "elfcore.h"

/* no notes of any machine come near this */
#define NOTES_MAX (64u << 20)

/**
 * struct dump - a dump on its way into a file
 * @core: the elfcorehdr
 * @notes, @notes_size: all of them, one behind the other
 * @phdrs, @nr: of the file: the notes, then memory
 * @size: of the file
 */
struct dump {
	const struct dump_source *src;
	struct elfcore core;
	uint8_t *notes;
	size_t notes_size;
	Elf64_Phdr *phdrs;
	size_t nr;
	uint64_t size;
};

static uint64_t round_down(const struct dump *d, uint64_t value)
{
	return value & ~(d->src->page_size - 1);
}

static uint64_t round_up(const struct dump *d, uint64_t value)
{
	return round_down(d, value + d->src->page_size - 1);
}

/* --- notes ---------------------------------------------------------------------------- */

/* the bytes of [start, start + size), zeros where nobody knows any */
static void read_memory(const struct physmem *memory, uint64_t start,
			uint8_t *bytes, size_t size)
{
	memset(bytes, 0, size);
	for (size_t i = 0; i < memory->nr; i++) {
		const struct extent *e = &memory->e[i];
		uint64_t from = e->start > start ? e->start : start;
		uint64_t end = e->start + e->size < start + size ?
			       e->start + e->size : start + size;

		if (from < end)
			memcpy(bytes + (from - start),
			       e->bytes + (from - e->start), end - from);
	}
}

static size_t padded(uint32_t size)
{
	return ((size_t)size + 3) & ~(size_t)3;
}

/* bytes of the notes, up to one without a name, or one that does not fit */
static size_t real_size(const uint8_t *bytes, size_t size)
{
	size_t used = 0, note;
	Elf64_Nhdr n;

	while (size - used >= sizeof(n)) {
		memcpy(&n, bytes + used, sizeof(n));
		note = sizeof(n) + padded(n.n_namesz) + padded(n.n_descsz);
		if (!n.n_namesz || note > size - used)
			break;
		used += note;
	}
	return used;
}

static int add_notes(struct dump *d, const Elf64_Phdr *p, struct error *err)
{
	uint8_t *more;

	if (p->p_memsz > NOTES_MAX - d->notes_size ||
	    p->p_offset > UINT64_MAX - p->p_memsz)
		return fail(err, "notes of 0x%" PRIx64 " bytes at 0x%" PRIx64 " are more than any machine has",
			    p->p_memsz, p->p_offset);
	more = realloc(d->notes, d->notes_size + p->p_memsz + 1);
	if (!more)
		return fail(err, "out of memory");
	d->notes = more;
	read_memory(d->src->memory, p->p_offset, more + d->notes_size,
		    p->p_memsz);
	d->notes_size += real_size(more + d->notes_size, p->p_memsz);
	return 0;
}

/* --- program headers ------------------------------------------------------------------ */

static int add_load(struct dump *d, const Elf64_Phdr *p, struct error *err)
{
	uint64_t start = round_down(d, p->p_offset), pages;
	Elf64_Phdr *out = &d->phdrs[d->nr++];

	if (p->p_memsz > INT64_MAX || p->p_offset > INT64_MAX)
		return fail(err, "memory of 0x%" PRIx64 " bytes at 0x%" PRIx64 " has no room in a file",
			    p->p_memsz, p->p_offset);
	pages = round_up(d, p->p_offset + p->p_memsz) - start;
	if (pages > INT64_MAX - d->size)
		return fail(err, "the dump would have more than 0x%" PRIx64 " bytes",
			    (uint64_t)INT64_MAX);
	*out = *p;
	out->p_offset = d->size + (p->p_offset - start);
	d->size += pages;
	return 0;
}

/* headers, notes and memory each begin at a page */
static int lay_out(struct dump *d, struct error *err)
{
	uint64_t notes = round_up(d, elfcore_size(d->core.nr));
	size_t i;

	d->phdrs = calloc(d->core.nr + 1, sizeof(*d->phdrs));
	if (!d->phdrs)
		return fail(err, "out of memory");
	for (i = 0; i < d->core.nr; i++)
		if (d->core.phdrs[i].p_type == PT_NOTE &&
		    add_notes(d, &d->core.phdrs[i], err))
			return -1;
	d->phdrs[d->nr++] = (Elf64_Phdr){
		.p_type = PT_NOTE,
		.p_offset = notes,
		.p_filesz = d->notes_size,
		.p_memsz = d->notes_size,
	};
	d->size = notes + round_up(d, d->notes_size);
	for (i = 0; i < d->core.nr; i++)
		if (d->core.phdrs[i].p_type == PT_LOAD &&
		    add_load(d, &d->core.phdrs[i], err))
			return -1;
	return 0;
}

/* --- the file --------------------------------------------------------------------------- */

static int put_headers(const struct dump *d, Elf *elf)
{
	Elf64_Ehdr *ehdr = elf64_newehdr(elf);
	Elf64_Phdr *phdrs = elf64_newphdr(elf, d->nr);

	if (!ehdr || !phdrs)
		return -1;
	memcpy(ehdr->e_ident, d->core.ehdr.e_ident, EI_NIDENT);
	ehdr->e_type = ET_CORE;
	ehdr->e_machine = d->core.ehdr.e_machine;
	ehdr->e_version = EV_CURRENT;
	ehdr->e_flags = d->core.ehdr.e_flags;
	ehdr->e_phoff = sizeof(*ehdr);
	memcpy(phdrs, d->phdrs, d->nr * sizeof(*phdrs));
	elf_flagelf(elf, ELF_C_SET, ELF_F_LAYOUT | ELF_F_DIRTY);
	return elf_update(elf, ELF_C_WRITE) < 0 ? -1 : 0;
}

static int write_headers(const struct dump *d, int fd, struct error *err)
{
	Elf *elf;
	int ret;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_WRITE, NULL);
	ret = elf ? put_headers(d, elf) : -1;
	if (ret)
		fail(err, "the ELF headers: %s", elf_errmsg(-1));
	elf_end(elf);
	return ret;
}

static int write_at(int fd, const uint8_t *bytes, size_t size, uint64_t at,
		    struct error *err)
{
	ssize_t n;

	for (; size; bytes += n, size -= n, at += n) {
		n = pwrite(fd, bytes, size, at);
		if (n < 0 && errno == EINTR)
			n = 0;
		if (n < 0)
			return fail(err, "%s", strerror(errno));
	}
	return 0;
}

/* whole pages of old memory, of which @extent has some bytes */
static int write_extent(const struct dump *d, int fd, const Elf64_Phdr *in,
			const Elf64_Phdr *out, const struct extent *extent,
			struct error *err)
{
	uint64_t start = round_down(d, in->p_offset);
	uint64_t end = round_up(d, in->p_offset + in->p_memsz);
	uint64_t file = round_down(d, out->p_offset);
	uint64_t from = extent->start > start ? extent->start : start;
	uint64_t last = extent->start + extent->size;

	if (last > end)
		last = end;
	if (from >= last)
		return 0;
	return write_at(fd, extent->bytes + (from - extent->start), last - from,
			file + (from - start), err);
}

static int write_memory(const struct dump *d, int fd, struct error *err)
{
	const struct physmem *memory = d->src->memory;
	size_t out = 1;

	for (size_t i = 0; i < d->core.nr; i++) {
		const Elf64_Phdr *in = &d->core.phdrs[i];

		if (in->p_type != PT_LOAD)
			continue;
		for (size_t e = 0; e < memory->nr; e++)
			if (write_extent(d, fd, in, &d->phdrs[out],
					 &memory->e[e], err))
				return -1;
		out++;
	}
	return 0;
}

static int write_all(const struct dump *d, int fd, struct error *err)
{
	if (write_headers(d, fd, err) ||
	    write_at(fd, d->notes, d->notes_size, d->phdrs[0].p_offset, err))
		return -1;
	if (ftruncate(fd, d->size))
		return fail(err, "%" PRIu64 " bytes: %s", d->size,
			    strerror(errno));
	return write_memory(d, fd, err);
}

int dump_file_write(int fd, const struct dump_source *src, struct error *err)
{
	struct dump d = { .src = src };
	char why[ELFCORE_WHY];
	int ret;

	if (elfcore_read(src->header, src->header_size, &d.core, why))
		return fail(err, "there is no /proc/vmcore: %s", why);
	ret = lay_out(&d, err) || write_all(&d, fd, err) ? -1 : 0;
	free(d.core.phdrs);
	free(d.notes);
	free(d.phdrs);
	return ret;
}
