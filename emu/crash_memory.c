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

#include "crash_kernel.h"
#include "crash_memory.h"
#include "dump_header.h"
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

void crash_kernel_info(struct crash_kernel *k, const char *fmt, ...)
{
	size_t used = strlen(k->info);
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(k->info + used, k->info_size - used, fmt, ap);
	va_end(ap);
	if (len < 0 || (size_t)len >= k->info_size - used)
		k->info[used] = '\0';
}

uint8_t *crash_kernel_room(struct crash_kernel *k, size_t size, size_t align,
			   uint64_t *virt)
{
	size_t at = (k->used + align - 1) & ~(align - 1);

	if (at > k->size || size > k->size - at)
		return NULL;
	k->used = at + size;
	*virt = k->virt + at;
	return k->bytes + at;
}

static void describe_kernel(const struct machine_view *view, const char *release,
			    struct crash_kernel *k)
{
	crash_kernel_info(k, "OSRELEASE=%s\n", release);
	crash_kernel_info(k, "PAGESIZE=%" PRIu64 "\n", view->page_size);
	crash_kernel_info(k, "SYMBOL(_stext)=%" PRIx64 "\n",
			  crash_registers(view, false).pc);
	if (view->arch != ARCH_X86_64 || !view->text.size)
		return;
	/* how far the image lies from where it was linked to */
	crash_kernel_info(k, "NUMBER(phys_base)=%" PRId64 "\n",
			  (int64_t)(view->text.phys -
				    (view->text.virt - 0xffffffff80000000)));
	crash_kernel_info(k, "KERNELOFFSET=%" PRIx64 "\n",
			  view->text.virt - layouts[ARCH_X86_64].no_text);
}

/* the last MiB of the image, where it has so much */
static bool find_image_end(const struct machine *m, struct crash_kernel *k)
{
	const uint64_t size = 1 << 20;
	uint64_t start = m->kernel_start, end = m->kernel_end;
	uint64_t virt = dump_linear_map(m) + start;

	if (m->text.size) {
		start = m->text.phys;
		end = start + m->text.size;
		virt = m->text.virt;
	}
	if (end < start + size)
		return false;
	k->phys = (end - size) & ~(uint64_t)(4096 - 1);
	k->virt = virt + (k->phys - start);
	k->size = size;
	return true;
}

static void put_log(const struct machine *m, uint32_t cpu,
		    const char *release, struct crash_kernel *k)
{
	const char *lines[CRASH_LOG_LINES];
	char banner[96], panic[64];
	size_t nr = 1;

	snprintf(banner, sizeof(banner), "Linux version %s", release);
	if (cpu == UINT32_MAX)
		snprintf(panic, sizeof(panic), "<0>Kernel panic - not syncing");
	else
		snprintf(panic, sizeof(panic),
			 "<0>Kernel panic - not syncing: CPU %u", cpu);
	lines[0] = banner;
	for (unsigned int i = 0; i < machine_nr_log(m) &&
				 nr < CRASH_LOG_LINES - 1; i++)
		lines[nr++] = machine_log(m, i);
	lines[nr++] = panic;
	crash_kernel_log(k, release, m->arch == ARCH_X86_64 ? "x86_64" :
							      "ppc64le",
			 lines, nr);
}

static int save_kernel(struct machine *m, uint32_t cpu, const char *release,
		       struct crash_kernel *k, struct physmem *memory,
		       struct error *err)
{
	if (!find_image_end(m, k))
		return 0;
	k->bytes = back(memory, k->phys, k->size, err);
	if (!k->bytes)
		return -1;
	if (m->text.size)
		crash_kernel_paging(k, machine_view(m), dump_linear_map(m));
	put_log(m, cpu, release, k);
	return 0;
}

static int save_vmcoreinfo(struct machine *m, uint32_t cpu,
			   struct physmem *memory, struct error *err)
{
	static const char name[] = "VMCOREINFO";
	const size_t name_room = 12;
	const struct machine_view *view = machine_view(m);
	const char *release = m->handlers->version ? m->handlers->version :
						     "6.12.117";
	struct crash_kernel k = { 0 };
	uint8_t *bytes = back(memory, view->vmcoreinfo, view->vmcoreinfo_size,
			      err);

	if (!bytes)
		return -1;
	k.info = (char *)bytes + NOTE_HEADER + name_room;
	k.info_size = view->vmcoreinfo_size - 2 * NOTE_HEADER - name_room;
	describe_kernel(view, release, &k);
	if (save_kernel(m, cpu, release, &k, memory, err))
		return -1;
	put_note_header(bytes, sizeof(name), strlen(k.info), 0);
	memcpy(bytes + NOTE_HEADER, name, sizeof(name));
	return 0;
}

int crash_memory(struct machine *m, uint32_t cpu, struct physmem *memory,
		 struct error *err)
{
	return save_cpus(machine_view(m), cpu, memory, err) ||
	       save_vmcoreinfo(m, cpu, memory, err) ? -1 : 0;
}
