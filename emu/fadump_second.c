// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firmware-assisted dump: the crash, and the kernel that boots after it. That is
 * the ordinary one, in boot memory, all else being left alone; what was in boot
 * memory is where firmware has copied it to.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "crash_memory.h"
#include "fadump.h"
#include "fadump_private.h"

/* --- the crash ----------------------------------------------------------------------- */

/* crash_fadump(): the header in the reserved area tells who it was */
static int write_info(const struct fadump *f, const struct machine *m,
		      uint32_t cpu, struct physmem *memory)
{
	struct {
		uint64_t magic;
		uint32_t version;
		uint32_t cpu;
		uint64_t vmcoreinfo;
		uint64_t vmcoreinfo_size;
		uint32_t regs_size;
		uint32_t mask_size;
	} info = {
		.magic = FADUMP_MAGIC,
		.version = FADUMP_VERSION,
		.cpu = cpu,
		.vmcoreinfo = fadump_relocate(f, m->vmcoreinfo),
		.vmcoreinfo_size = 2 * 12 + 12 + m->page_size,
		.regs_size = 384,
		.mask_size = 256,
	};
	const struct {
		uint64_t magic;
		uint64_t elfcorehdr;
		uint32_t cpu;
	} old = { FADUMP_MAGIC_OLD, f->header, cpu };

	if (physmem_add(memory, f->info, f->info_size))
		return -1;
	if (f->hotplug_ready)
		memcpy(physmem_map(memory, f->info, sizeof(info)), &info,
		       sizeof(info));
	else
		memcpy(physmem_map(memory, f->info, sizeof(old)), &old,
		       sizeof(old));
	return 0;
}

/* this is not how such a kernel saves registers */
static void forget_notes(const struct machine *m, struct physmem *memory)
{
	for (size_t i = 0; i < m->nr_cpus; i++) {
		void *bytes = physmem_map(memory, m->cpus[i].notes,
					  m->ops->notes_size);

		if (bytes)
			memset(bytes, 0, m->ops->notes_size);
	}
}

static int save_by_firmware(struct fadump *f, struct machine *m,
			    struct physmem *memory)
{
	struct rtas_cpu_state *cpus = calloc(m->nr_cpus, sizeof(*cpus));
	struct crash_registers regs = crash_registers(machine_view(m), false);
	size_t nr = 0;
	int ret;

	if (!cpus)
		return -1;
	for (size_t i = 0; i < m->nr_cpus; i++)
		if (m->cpus[i].online)
			cpus[nr++] = (struct rtas_cpu_state){
				.hwid = m->cpus[i].hwid,
				.nip = regs.pc,
			};
	ret = rtas_dump_crash(&f->fw, memory, cpus, nr);
	free(cpus);
	return ret;
}

static uint32_t crashing_cpu(const struct machine *m, uint32_t cpu)
{
	for (size_t i = 0; cpu == UINT32_MAX && i < m->nr_cpus; i++)
		if (m->cpus[i].online)
			cpu = m->cpus[i].cpu;
	return cpu;
}

/* --- is there a dump? ---------------------------------------------------------------- */

static int check_sections(const struct rtas_dump *dump, struct error *why)
{
	if (dump->status & RTAS_DUMP_STATUS_ERROR)
		return fail(why, "firmware says that the dump went wrong, status 0x%04x",
			    dump->status);
	for (size_t i = 0; i < dump->nr; i++) {
		const struct rtas_dump_section *s = &dump->section[i];

		if (s->type == RTAS_DUMP_PARAMETERS)
			continue;
		if (s->error)
			return fail(why, "section %zu, type 0x%04x, has error flags 0x%x",
				    i, s->type, s->error);
		if (s->dumped != s->length)
			return fail(why, "section %zu, type 0x%04x, has 0x%" PRIx64 " of 0x%" PRIx64 " bytes",
				    i, s->type, s->dumped, s->length);
	}
	return 0;
}

static int check_info(const struct fadump *f, const struct physmem *memory,
		      struct error *why)
{
	uint64_t want = f->hotplug_ready ? FADUMP_MAGIC : FADUMP_MAGIC_OLD, magic;
	const void *info = physmem_map(memory, f->info, sizeof(magic));

	memcpy(&magic, info, sizeof(magic));
	return magic == want ? 0 :
	       fail(why, "the crash info header has magic 0x%016" PRIx64, magic);
}

/* the structure as the device tree shows it: rtas/ibm,kernel-dump */
static int check_dump(const struct fadump *f, const struct physmem *memory,
		      struct error *why)
{
	uint8_t property[RTAS_DUMP_SIZE];
	struct rtas_dump dump;

	if (!f->fw.active)
		return fail(why, "no dump was registered");
	rtas_dump_write(&f->fw.dump, property);
	if (rtas_dump_read(&dump, property, sizeof(property), why) ||
	    check_sections(&dump, why))
		return -1;
	return check_info(f, memory, why);
}

/* --- the second kernel --------------------------------------------------------------- */

/* it uses boot memory: what was there is gone, but for the copy */
static void use_boot_memory(const struct fadump *f, struct physmem *memory)
{
	for (size_t i = 0; i < memory->nr; i++)
		for (size_t b = 0; b < f->nr_boot; b++)
			if (memory->e[i].start >= f->boot[b].start &&
			    memory->e[i].start <= f->boot[b].end)
				memset(memory->e[i].bytes, 0,
				       memory->e[i].size);
}

static const struct view_cpu *cpu_of(const struct machine *m, uint32_t hwid)
{
	for (size_t i = 0; i < m->nr_cpus; i++)
		if (m->cpus[i].has_hwid && m->cpus[i].hwid == hwid)
			return &m->cpus[i];
	return NULL;
}

/* registers out of the save area become notes, one behind the other */
static int make_notes(const struct fadump *f, struct machine *m, uint32_t cpu,
		      struct physmem *memory, struct fadump_dump *dump,
		      struct view_range *notes)
{
	size_t note = crash_note_size(m->arch), at = 0;
	size_t size = m->nr_cpus * note + CRASH_NOTE_END;
	const uint8_t *area = physmem_map(memory, f->cpu_state,
					  f->cpu_state_size);
	struct rtas_cpu_state state;
	uint8_t *bytes;

	/* somewhere in its own memory */
	dump->notes = (f->boot_top - ALIGN(size, m->page_size)) &
		      ~(m->page_size - 1);
	if (!area || physmem_add(memory, dump->notes, size))
		return -1;
	bytes = physmem_map(memory, dump->notes, size);
	while (rtas_next_cpu(area, f->cpu_state_size, &at, &state) > 0) {
		const struct view_cpu *c = cpu_of(m, state.hwid);
		struct crash_registers regs = {
			.pid = c && c->cpu == cpu,
			.pc = state.nip,
		};

		if (dump->cpus < m->nr_cpus)
			crash_note_write(m->arch, bytes + note * dump->cpus++,
					 &regs);
	}
	*notes = (struct view_range){ dump->notes, dump->notes + size - 1 };
	return 0;
}

/* the header that was registered, with the notes that are there only now */
static int complete_early_header(const struct fadump *f,
				 const struct view_range *notes,
				 struct dump_header *header)
{
	Elf64_Phdr *first;

	header->bytes = malloc(f->elfcorehdr.size);
	if (!header->bytes)
		return -1;
	header->size = f->elfcorehdr.size;
	memcpy(header->bytes, f->elfcorehdr.bytes, header->size);
	first = (Elf64_Phdr *)((Elf64_Ehdr *)header->bytes + 1);
	first->p_offset = notes->start;
	first->p_paddr = notes->start;
	first->p_filesz = notes->end - notes->start + 1;
	first->p_memsz = first->p_filesz;
	return 0;
}

/* --- for the judge -------------------------------------------------------------------- */

/*
 * A PT_LOAD of boot memory that reads from the copy has right what kexec's have
 * right with the memory itself; one that reads boot memory itself, or something
 * else, has not. The first 64 KiB stay apart: their copy is the backup region.
 */
static int show_load(const struct fadump *f, Elf64_Phdr p,
		     struct exec_phdrs *list)
{
	uint64_t copy = fadump_relocate(f, p.p_paddr);
	uint64_t end = p.p_paddr + (p.p_memsz - 1);
	uint64_t offset = p.p_offset == copy ? p.p_paddr : copy;

	if (copy == p.p_paddr)
		offset = p.p_offset;
	if (!p.p_memsz)
		return 0;
	if (!p.p_paddr && end >= BACKUP_SRC_SIZE) {
		if (exec_add_load(list, 0, BACKUP_SRC_SIZE - 1, p.p_offset))
			return -1;
		return exec_add_load(list, BACKUP_SRC_SIZE, end,
				     offset + BACKUP_SRC_SIZE);
	}
	return exec_add_load(list, p.p_paddr, end, offset);
}

static int show_header(const struct fadump *f, const struct machine *m,
		       struct fadump_dump *dump)
{
	struct exec_phdrs list = { .linear_map = dump_linear_map(m) };
	const Elf64_Phdr *p;
	size_t nr = 0;
	int ret = dump_add_notes(m, &list);

	p = dump_header_phdrs(dump->header.bytes, dump->header.size, &nr);
	for (size_t i = 0; !ret && i < nr; i++)
		if (p[i].p_type == PT_LOAD)
			ret = show_load(f, p[i], &list);
	if (ret) {
		free(list.p);
		return -1;
	}
	return dump_header_make(m, &list, &dump->as_loaded);
}

/* --- all of it ------------------------------------------------------------------------- */

static int boot_second(struct fadump *f, struct machine *m, uint32_t cpu,
		       struct physmem *memory, struct fadump_dump *dump)
{
	struct view_range notes;
	int ret;

	use_boot_memory(f, memory);
	if (make_notes(f, m, cpu, memory, dump, &notes))
		return -1;
	if (f->hotplug_ready)
		ret = fadump_make_header(f, m, &notes, &dump->header);
	else
		ret = complete_early_header(f, &notes, &dump->header);
	return ret || show_header(f, m, dump) ? -1 : 0;
}

int fadump_crash(struct fadump *f, struct machine *m, uint32_t cpu,
		 struct physmem *memory, struct fadump_dump *dump,
		 struct error *why)
{
	cpu = crashing_cpu(m, cpu);
	forget_notes(m, memory);
	if (write_info(f, m, cpu, memory) || save_by_firmware(f, m, memory))
		return -1;
	if (check_dump(f, memory, why))
		return 1;
	return boot_second(f, m, cpu, memory, dump);
}

void fadump_dump_free(struct fadump_dump *dump)
{
	free(dump->header.bytes);
	free(dump->as_loaded.bytes);
	memset(dump, 0, sizeof(*dump));
}
