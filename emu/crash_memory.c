// SPDX-License-Identifier: GPL-2.0-only
/*
 * Crash notes and vmcoreinfo, as crash_save_cpu() and vmcoreinfo_append_str()
 * write them (kernel/crash_core.c, kernel/vmcore_info.c, 6.12).
 */
#include <endian.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "crash_memory.h"
#include "handler_module.h"
#include "machine_private.h"

#define NT_PRSTATUS_TYPE 1
#define NOTE_HEADER 12
/* "CORE", padded */
#define NOTE_NAME 8

/*
 * struct elf_prstatus (include/linux/elfcore.h): siginfo, signals and times take
 * 112 bytes, the pid is at 32; then the registers, and a word at the end.
 */
#define PRSTATUS_PID 32
#define PRSTATUS_REGS 112

struct note_layout {
	size_t registers;	/* bytes of elf_gregset_t */
	size_t pc;		/* of them, where it is */
	uint64_t no_text;	/* where the kernel is if nobody said */
};

static const struct note_layout layouts[] = {
	/* elf_gregset_t: 48 words, nip behind 32 of them
	 * (arch/powerpc/include/uapi/asm/ptrace.h)
	 */
	[ARCH_POWERPC] = { 48 * 8, 32 * 8, 0xc000000000000000 },
	/* 27 words, ip behind 16 of them (struct user_regs_struct) */
	[ARCH_X86_64] = { 27 * 8, 16 * 8, 0xffffffff81000000 },
};

static size_t prstatus_size(enum arch arch)
{
	return PRSTATUS_REGS + layouts[arch].registers + 8;
}

size_t crash_note_size(enum arch arch)
{
	return NOTE_HEADER + NOTE_NAME + prstatus_size(arch);
}

static void put32(uint8_t *at, uint32_t value)
{
	value = htole32(value);
	memcpy(at, &value, sizeof(value));
}

static void put64(uint8_t *at, uint64_t value)
{
	value = htole64(value);
	memcpy(at, &value, sizeof(value));
}

static void put_note_header(uint8_t *at, uint32_t name, uint32_t size,
			    uint32_t type)
{
	put32(at, name);
	put32(at + 4, size);
	put32(at + 8, type);
}

void crash_note_write(enum arch arch, uint8_t *at,
		      const struct crash_registers *regs)
{
	uint8_t *status = at + NOTE_HEADER + NOTE_NAME;

	memset(at, 0, crash_note_size(arch));
	put_note_header(at, sizeof("CORE"), prstatus_size(arch),
			NT_PRSTATUS_TYPE);
	memcpy(at + NOTE_HEADER, "CORE", sizeof("CORE"));
	put32(status + PRSTATUS_PID, regs->pid);
	put64(status + PRSTATUS_REGS + layouts[arch].pc, regs->pc);
}

struct crash_registers crash_registers(const struct machine_view *view,
				       bool crashes)
{
	return (struct crash_registers){
		.pid = crashes,
		.pc = view->text.size ? view->text.virt :
					layouts[view->arch].no_text,
	};
}

/* --- memory ------------------------------------------------------------------------ */

static uint8_t *back(struct physmem *memory, uint64_t start, size_t size,
		     struct error *err)
{
	if (!physmem_add(memory, start, size))
		return physmem_map(memory, start, size);
	fail(err, "out of memory, or notes at 0x%" PRIx64 " overlap others",
	     start);
	return NULL;
}

static int save_cpus(const struct machine_view *view, uint32_t cpu,
		     struct physmem *memory, struct error *err)
{
	bool any = cpu == UINT32_MAX;
	uint8_t *bytes;

	for (size_t i = 0; i < view->nr_cpus; i++) {
		const struct view_cpu *c = &view->cpus[i];
		struct crash_registers regs;

		bytes = back(memory, c->notes, view->notes_size, err);
		if (!bytes)
			return -1;
		if (!c->online)
			continue;
		regs = crash_registers(view, any || c->cpu == cpu);
		any = false;
		crash_note_write(view->arch, bytes, &regs);
	}
	return 0;
}

/* appends a line, if it has room */
static void __attribute__((__format__(printf, 3, 4)))
add_line(char *text, size_t room, const char *fmt, ...)
{
	size_t used = strlen(text);
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(text + used, room - used, fmt, ap);
	va_end(ap);
	if (len < 0 || (size_t)len >= room - used)
		text[used] = '\0';
}

static void describe_kernel(const struct machine_view *view, const char *release,
			    char *text, size_t room)
{
	*text = '\0';
	add_line(text, room, "OSRELEASE=%s\n", release ? release : "6.12.117");
	add_line(text, room, "PAGESIZE=%" PRIu64 "\n", view->page_size);
	add_line(text, room, "SYMBOL(_stext)=%" PRIx64 "\n",
		 crash_registers(view, false).pc);
	if (view->arch != ARCH_X86_64 || !view->text.size)
		return;
	/* how far the image lies from where it was linked to */
	add_line(text, room, "NUMBER(phys_base)=%" PRId64 "\n",
		 (int64_t)(view->text.phys -
			   (view->text.virt - 0xffffffff80000000)));
	add_line(text, room, "KERNELOFFSET=%" PRIx64 "\n",
		 view->text.virt - layouts[ARCH_X86_64].no_text);
}

static int save_vmcoreinfo(const struct machine_view *view, const char *release,
			   struct physmem *memory, struct error *err)
{
	static const char name[] = "VMCOREINFO";
	const size_t name_room = 12;
	uint8_t *bytes;
	char *text;

	bytes = back(memory, view->vmcoreinfo, view->vmcoreinfo_size, err);
	if (!bytes)
		return -1;
	text = (char *)bytes + NOTE_HEADER + name_room;
	describe_kernel(view, release, text,
			view->vmcoreinfo_size - 2 * NOTE_HEADER - name_room);
	put_note_header(bytes, sizeof(name), strlen(text), 0);
	memcpy(bytes + NOTE_HEADER, name, sizeof(name));
	return 0;
}

int crash_memory(struct machine *m, uint32_t cpu, struct physmem *memory,
		 struct error *err)
{
	const struct machine_view *view = machine_view(m);

	return save_cpus(view, cpu, memory, err) ||
	       save_vmcoreinfo(view, m->handlers->version, memory, err) ? -1 : 0;
}
