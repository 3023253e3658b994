// SPDX-License-Identifier: GPL-2.0-only
/* Firmware-assisted dump: what the running kernel reserves and registers. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fadump.h"
#include "fadump_private.h"
#include "place.h"

/* bytes that firmware wants for HPTEs: it says so, here one page of 64 KiB */
#define HPTE_SIZE 0x10000

/* --- reserving ---------------------------------------------------------------------- */

/*
 * Before 6.10 room for headers was counted once: the ELF header, one for the
 * CPUs' notes, one for each memory region there was, and two more
 * (get_fadump_area_size()). The area is whole pages, so some more fit.
 */
static size_t header_room(const struct fadump *f, const struct machine *m)
{
	return f->hotplug_ready ? 0 : sizeof(Elf64_Ehdr) +
	       (1 + kernel_nr_memblock(m->kernel) + 2) * sizeof(Elf64_Phdr);
}

/* memory from 0 on, until there is enough; holes are left out */
static uint64_t find_boot_memory(struct fadump *f, const struct machine *m,
				 uint64_t size)
{
	uint64_t found = 0;

	for (size_t i = 0; i < m->ram.nr && found < size; i++) {
		struct view_range r = m->ram.r[i];

		if (f->nr_boot > RTAS_DUMP_BOOT_REGIONS)
			break;
		if (r.end - r.start >= size - found)
			r.end = r.start + (size - found) - 1;
		f->boot[f->nr_boot++] = r;
		found += r.end - r.start + 1;
		f->boot_top = r.end + 1;
	}
	return found;
}

static uint64_t default_size(const struct machine *m)
{
	uint64_t ram = 0, size;

	for (size_t i = 0; i < m->ram.nr; i++)
		ram += m->ram.r[i].end - m->ram.r[i].start + 1;
	size = ALIGN(ram / 20, m->page_size);
	return max(size, FADUMP_MIN_BOOT_MEMORY);
}

/* the lowest place behind boot memory that is memory, and nobody else's */
static int find_area(struct fadump *f, const struct machine *m, uint64_t size,
		     struct error *err)
{
	struct place_request req = {
		.size = size,
		.align = m->page_size,
		.min = f->boot_top,
		.max = UINT64_MAX,
	};
	struct view_ranges free = { 0 };
	bool found = false;
	int ret = view_ranges_copy(&free, &m->ram);

	for (size_t i = 0; !ret && i < m->reserved.nr; i++)
		ret = view_ranges_remove(&free, m->reserved.r[i].start,
					 m->reserved.r[i].end);
	for (size_t i = 0; !ret && i < m->notes.nr; i++)
		ret = view_ranges_remove(&free, m->notes.r[i].start,
					 m->notes.r[i].end);
	if (!ret)
		found = place_bottom_up(&free, &req, &f->area.start);
	view_ranges_free(&free);
	if (ret)
		return fail(err, "out of memory");
	f->area.end = f->area.start + (size - 1);
	f->reserved = (struct view_ranges){ 1, 1, &f->area };
	return found ? 0 : fail(err, "fadump: no place for 0x%" PRIx64 " bytes behind boot memory",
				size);
}

int fadump_reserve(struct fadump *f, const struct machine *m,
		   uint64_t boot_size, struct error *err)
{
	const uint64_t page = m->page_size;
	uint64_t boot, state, info;

	boot = find_boot_memory(f, m, boot_size ? ALIGN(boot_size, page) :
						  default_size(m));
	f->cpu_state_size = ALIGN(rtas_cpu_state_size(m->nr_cpus), 16);
	f->hpte_size = HPTE_SIZE;
	f->info_size = FADUMP_INFO_SIZE;
	state = ALIGN(f->cpu_state_size + f->hpte_size, page);
	info = ALIGN(f->info_size + header_room(f, m), page);
	if (find_area(f, m, state + boot + info, err))
		return -1;
	f->cpu_state = f->area.start;
	f->hpte = f->cpu_state + f->cpu_state_size;
	f->boot_copy = f->cpu_state + state;
	f->info = f->boot_copy + boot;
	f->header = f->info + f->info_size;
	f->capacity = f->area.end + 1 - f->header;
	return 0;
}

void fadump_free(struct fadump *f)
{
	free(f->elfcorehdr.bytes);
	f->elfcorehdr.bytes = NULL;
}

/* --- headers -------------------------------------------------------------------------- */

uint64_t fadump_relocate(const struct fadump *f, uint64_t paddr)
{
	uint64_t copy = f->boot_copy;

	for (size_t i = 0; i < f->nr_boot; i++) {
		const struct view_range *r = &f->boot[i];

		if (paddr >= r->start && paddr <= r->end)
			return copy + (paddr - r->start);
		copy += r->end - r->start + 1;
	}
	return paddr;
}

static int add_boot_memory(const struct fadump *f, struct exec_phdrs *list)
{
	for (size_t i = 0; i < f->nr_boot; i++)
		if (exec_add_load(list, f->boot[i].start, f->boot[i].end,
				  fadump_relocate(f, f->boot[i].start)))
			return -1;
	return 0;
}

static int add_other_memory(const struct fadump *f, const struct machine *m,
			    struct exec_phdrs *list)
{
	for (size_t i = 0; i < m->ram.nr; i++) {
		struct view_range r = m->ram.r[i];

		if (r.start < f->boot_top)
			r.start = f->boot_top;
		if (r.start <= r.end &&
		    exec_add_memory(list, &f->reserved, r.start, r.end))
			return -1;
	}
	return 0;
}

int fadump_make_header(const struct fadump *f, const struct machine *m,
		       const struct view_range *notes,
		       struct dump_header *header)
{
	struct exec_phdrs list = { .linear_map = dump_linear_map(m) };

	if (exec_add_note(&list, notes->start, notes->end - notes->start + 1) ||
	    exec_add_note(&list, fadump_relocate(f, m->vmcoreinfo),
			  2 * 12 + 12 + m->page_size) ||
	    add_boot_memory(f, &list) || add_other_memory(f, m, &list)) {
		free(list.p);
		return -1;
	}
	return dump_header_make(m, &list, header);
}

/*
 * Nothing checked the room before 6.10. What is behind it belongs to somebody
 * else, who writes there as well: the headers that did not fit are lost.
 */
static int make_early_header(struct fadump *f, const struct machine *m)
{
	const struct view_range none = { 0, UINT64_MAX };

	if (fadump_make_header(f, m, &none, &f->elfcorehdr))
		return -1;
	if (f->elfcorehdr.size > f->capacity)
		memset((char *)f->elfcorehdr.bytes + f->capacity, 0,
		       f->elfcorehdr.size - f->capacity);
	return 0;
}

/* --- registering --------------------------------------------------------------------- */

static void add_section(struct rtas_dump *dump, enum rtas_dump_type type,
			uint64_t source, uint64_t length, uint64_t destination)
{
	dump->section[dump->nr++] = (struct rtas_dump_section){
		.request = RTAS_DUMP_REQUEST,
		.type = type,
		.source = source,
		.length = length,
		.destination = destination,
	};
}

void fadump_structure(const struct fadump *f, struct rtas_dump *dump)
{
	*dump = (struct rtas_dump){
		.version = RTAS_DUMP_VERSION,
		.offset_first = RTAS_DUMP_HEADER,
	};
	add_section(dump, RTAS_DUMP_CPU_STATE, 0, f->cpu_state_size,
		    f->cpu_state);
	add_section(dump, RTAS_DUMP_HPTE, 0, f->hpte_size, f->hpte);
	for (size_t i = 0; i < f->nr_boot; i++)
		add_section(dump, RTAS_DUMP_BOOT_MEMORY, f->boot[i].start,
			    f->boot[i].end - f->boot[i].start + 1,
			    fadump_relocate(f, f->boot[i].start));
}

static const char *return_name(int ret)
{
	switch (ret) {
	case RTAS_DUMP_HARDWARE_ERROR:
		return "hardware error";
	case RTAS_DUMP_PARAMETER_ERROR:
		return "parameter error";
	case RTAS_DUMP_ALREADY:
		return "registered already";
	default:
		return "unknown error";
	}
}

int fadump_register(struct fadump *f, const struct machine *m,
		    struct error *err)
{
	uint8_t bytes[RTAS_DUMP_SIZE];
	struct rtas_dump dump;
	int ret;

	if (f->nr_boot > RTAS_DUMP_BOOT_REGIONS)
		return fail(err, "fadump: boot memory has more than %d regions",
			    RTAS_DUMP_BOOT_REGIONS);
	if (!f->hotplug_ready && make_early_header(f, m))
		return fail(err, "out of memory");
	fadump_structure(f, &dump);
	rtas_dump_write(&dump, bytes);
	ret = rtas_configure_dump(&f->fw, RTAS_DUMP_REGISTER, bytes,
				  sizeof(bytes), &m->ram);
	if (ret)
		return fail(err, "fadump: firmware does not register it: %s (%d)",
			    return_name(ret), ret);
	f->registrations++;
	return 0;
}

void fadump_unregister(struct fadump *f, const struct machine *m)
{
	rtas_configure_dump(&f->fw, RTAS_DUMP_UNREGISTER, NULL, 0, &m->ram);
}
