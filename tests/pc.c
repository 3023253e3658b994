// SPDX-License-Identifier: GPL-2.0-only
/* A small x86_64 machine: its kernel, its image, and what changes it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pc.h"

#define PAGE_SIZE_4K 4096UL

static const struct handler_module *const core = &handler_module_core_x86_64;

/* --- booting -------------------------------------------------------------------------- */

static void *map(void *ctx, u64 phys, u64 size)
{
	struct pc *pc = ctx;
	const u64 start = pc->config.crashk_start;

	if (phys < start || size > PC_BACKED ||
	    phys - start > PC_BACKED - size)
		return NULL;
	return pc->crashk + (phys - start);
}

static void fill_in_defaults(struct pc_config *c)
{
	c->ram = c->ram ?: "1000-9fbff 100000-3ffdefff";
	c->crashk_size = c->crashk_size ?: 0x10000000;
	c->crashk_start = c->crashk_start ?: 0x2f000000;
	c->possible_cpus = c->possible_cpus ?: 8;
	c->nr_cpus_default = c->nr_cpus_default ?: 8192;
	c->max_memory_ranges = c->max_memory_ranges ?: 8192;
	c->selector = c->selector ?: "entry64_regs";
	c->selector_at = c->selector_at ?: 0x220;
	c->cmdline = c->cmdline ?: "maxcpus=1";
}

static void boot_memory(struct pc *pc)
{
	struct crash_mem *ram = ranges_parse(pc->config.ram, 0);
	unsigned int i;

	for (i = 0; i < ram->nr_ranges; i++) {
		const struct range *r = &ram->ranges[i];

		assert_errno("boot memory", 0,
			     kernel_boot_memory(pc->kernel, r->start,
						r->end - r->start + 1, 0));
		assert_errno("System RAM", 0,
			     kernel_insert_system_ram(pc->kernel, r->start,
						      r->end));
	}
	kvfree(ram);
}

static void boot_cpus(struct pc *pc)
{
	unsigned int cpu;

	for (cpu = 0; cpu < pc->config.possible_cpus; cpu++)
		assert_errno("possible CPU", 0,
			     kernel_set_cpu_possible(pc->kernel, cpu, PC_NOTES +
						     cpu * PC_NOTES_STRIDE));
	for (cpu = 0; cpu < min(2U, pc->config.possible_cpus); cpu++)
		assert_errno("present CPU", 0,
			     kernel_set_cpu_present(pc->kernel, cpu, true));
	assert_errno("boot CPU", 0, kernel_boot_cpu(pc->kernel, 0));
}

struct pc *pc_boot(const struct pc_config *config)
{
	struct pc *pc = calloc(1, sizeof(*pc));
	const struct pc_config *c = &pc->config;
	struct kernel_config kc = {
		.page_shift = 12, .section_shift = 27, .block_size = PC_BLOCK,
		.nr_cpus = 8192, .smt = 1, .map = map, .ctx = pc,
	};

	pc->config = *config;
	fill_in_defaults(&pc->config);
	pc->backing = calloc(1, PC_BACKED + PAGE_SIZE_4K);
	pc->crashk = (u8 *)ALIGN((unsigned long)pc->backing, PAGE_SIZE_4K);
	kc.nr_cpus_default = c->nr_cpus_default;
	kc.max_memory_ranges = c->max_memory_ranges;
	kc.page_offset = c->page_offset;
	pc->kernel = kernel_create(&kc, core);
	assert_non_null(pc->kernel);
	kernel_switch(pc->kernel);

	boot_memory(pc);
	boot_cpus(pc);
	kernel_set_vmcoreinfo(pc->kernel, PC_VMCOREINFO);
	kernel_set_text(pc->kernel, PC_TEXT_PHYS, PC_TEXT_VIRT, PC_TEXT_SIZE);
	kernel_set_crashk(pc->kernel, c->crashk_start,
			  c->crashk_start + c->crashk_size - 1);
	if (c->crashk_low_size)
		kernel_set_crashk_low(pc->kernel, c->crashk_low_start,
				      c->crashk_low_start +
				      c->crashk_low_size - 1);
	return pc;
}

/* --- the image -------------------------------------------------------------------------- */

static int place(void *ctx, struct kexec_buf *kbuf)
{
	struct pc *pc = ctx;

	if (kbuf->memsz > PC_BACKED - pc->next ||
	    (pc->config.largest && kbuf->memsz > pc->config.largest) ||
	    pc->fail_place == pc->image->nr_segments + 1)
		return -EADDRNOTAVAIL;
	kbuf->mem = pc->config.crashk_start + pc->next;
	pc->next += kbuf->memsz;
	return 0;
}

void *pc_bytes(struct pc *pc, int segment)
{
	return pc->crashk + (pc->image->segment[segment].mem -
			     pc->config.crashk_start);
}

static void image_free(struct pc *pc)
{
	core->cleanup(pc->image);
	free(pc->image);
	pc->image = NULL;
}

void pc_unload(struct pc *pc)
{
	if (!pc->image)
		return;
	assert_true(kernel_kexec_trylock(pc->kernel));
	if (kernel_publish_image(pc->kernel, NULL) != pc->image)
		fail_msg("the image that was loaded is not published any more");
	kernel_kexec_unlock(pc->kernel);
	image_free(pc);
}

/* begin anew; the kexec lock is held */
static void image_new(struct pc *pc, bool file_mode)
{
	pc_unload(pc);
	assert_true(kernel_kexec_trylock(pc->kernel));
	kernel_set_placer(pc->kernel, place, pc);
	pc->image = calloc(1, sizeof(*pc->image));
	pc->image->type = KEXEC_TYPE_CRASH;
	pc->image->file_mode = file_mode;
	pc->image->elfcorehdr_index = -1;
}

/* what the generic layer does when all segments are there */
static void image_finish(struct pc *pc, unsigned long flags)
{
	unsigned long i;

	pc->next = 0;
	pc->image->hotplug_support = core->hotplug_support(pc->image, flags);
	for (i = 0; i < pc->image->nr_segments; i++) {
		const struct kexec_segment *s = &pc->image->segment[i];
		u8 *bytes = pc_bytes(pc, i);

		memcpy(bytes, s->kbuf, s->bufsz);
		memset(bytes + s->bufsz, 0, s->memsz - s->bufsz);
	}
	if (pc->during_load)
		pc->during_load(pc);
	kernel_enter_handler(pc->kernel, "machine_kexec_post_load");
	assert_errno("post load", 0, core->post_load(pc->image));
	kernel_leave_handler(pc->kernel);
	core->post_load_cleanup(pc->image);
	kernel_publish_image(pc->kernel, pc->image);
	kernel_kexec_unlock(pc->kernel);
}

static int add_buffer(struct kexec_buf *kbuf, void *bytes, size_t size)
{
	kbuf->buffer = bytes;
	kbuf->bufsz = size;
	kbuf->memsz = size;
	kbuf->mem = KEXEC_BUF_MEM_UNKNOWN;
	assert_errno("place a segment", 0, kexec_add_buffer(kbuf));
	return kbuf->image->nr_segments - 1;
}

static void add_purgatory(struct pc *pc, struct kexec_buf *kbuf)
{
	static u8 bytes[0x400];

	memset(bytes, 0x70, sizeof(bytes));
	pc->purgatory = add_buffer(kbuf, bytes, sizeof(bytes));
	pc->symbol = (struct purgatory_symbol){
		pc->config.selector, kbuf->mem + pc->config.selector_at
	};
}

/* to the byte as large as it has to be; filled in when all has its place */
static void add_params(struct pc *pc, struct kexec_buf *kbuf)
{
	char cmdline[128];
	size_t size;

	size = snprintf(cmdline, sizeof(cmdline), "elfcorehdr=0x%lx %s",
			pc->image->elf_load_addr, pc->config.cmdline) + 1;
	size += sizeof(struct boot_params);
	pc->params = add_buffer(kbuf, calloc(1, size), size);
	memcpy(kbuf->buffer + sizeof(struct boot_params), cmdline,
	       size - sizeof(struct boot_params));
}

/* arch/x86/kernel/kexec-bzimage64.c:bzImage64_load(), from setup_cmdline() on */
static void finish_params(struct pc *pc, struct kexec_buf *kbuf)
{
	struct kexec_segment *segment = &pc->image->segment[pc->params];
	struct boot_params *params = segment->kbuf;
	const u64 cmdline = segment->mem + sizeof(*params);

	memset(params->e820_table, 0xe8, sizeof(params->e820_table));
	params->hdr.cmd_line_ptr = (u32)cmdline;
	params->ext_cmd_line_ptr = cmdline >> 32;
	memcpy(pc->image->segment[pc->purgatory].kbuf + pc->config.selector_at +
	       offsetof(struct kexec_entry64_regs, rsi),
	       &segment->mem, sizeof(segment->mem));
	if (pc->config.edit_params)
		pc->config.edit_params(segment);

	kernel_set_purgatory(pc->kernel, &pc->symbol, 1);
	kernel_enter_handler(pc->kernel, "crash_hp_load_slots");
	core->load_slots(pc->image, kbuf, params);
	kernel_leave_handler(pc->kernel);
	kernel_set_purgatory(pc->kernel, NULL, 0);
}

int pc_load(struct pc *pc)
{
	static u8 kernel_bytes[0x4000];
	struct kexec_buf kbuf = { 0 };
	void *params = NULL;
	int ret;

	image_new(pc, true);
	kernel_enter_handler(pc->kernel, "crash_load_segments");
	ret = core->load_segments(pc->image, &kbuf);
	kernel_leave_handler(pc->kernel);
	if (ret) {
		core->post_load_cleanup(pc->image);
		kernel_kexec_unlock(pc->kernel);
		image_free(pc);
		pc->next = 0;
		return ret;
	}
	pc->header = 0;
	kbuf = (struct kexec_buf){ .image = pc->image };
	if (pc->config.slots) {
		add_purgatory(pc, &kbuf);
		add_params(pc, &kbuf);
		params = kbuf.buffer;
	}
	add_buffer(&kbuf, kernel_bytes, sizeof(kernel_bytes));
	if (pc->config.slots)
		finish_params(pc, &kbuf);
	image_finish(pc, 0);
	free(params);
	return 0;
}

void pc_load_user(struct pc *pc, const struct pc_segment *segments,
		  unsigned int nr, int header, unsigned long flags)
{
	unsigned int i;

	image_new(pc, false);
	for (i = 0; i < nr; i++) {
		pc->image->segment[i] = (struct kexec_segment){
			.kbuf = (void *)segments[i].bytes,
			.bufsz = segments[i].bufsz,
			.mem = pc->config.crashk_start + pc->next,
			.memsz = segments[i].memsz,
		};
		pc->next += segments[i].memsz;
	}
	pc->image->nr_segments = nr;
	pc->header = header;
	assert_true(pc->next <= PC_BACKED);
	image_finish(pc, flags);
}

Elf64_Ehdr pc_empty_elf(unsigned int type)
{
	return (Elf64_Ehdr){
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB,
			     EV_CURRENT },
		.e_type = type,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_phoff = sizeof(Elf64_Ehdr),
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
	};
}

void pc_check(struct pc *pc, const char *what)
{
	if (kernel_report(pc->kernel)->violations)
		fail_msg("%s: %s", what, kernel_violation(pc->kernel, 0));
	assert_u64("mappings still held", 0, kernel_live_mappings(pc->kernel));
}

void pc_shutdown(struct pc *pc)
{
	struct kernel *k = pc->kernel;

	pc_unload(pc);
	pc_check(pc, "at shutdown");
	assert_u64("allocations never freed", 0, kernel_live_allocs(k));
	kernel_destroy(k);
	free(pc->backing);
	free(pc);
}

/* --- the machine changes ----------------------------------------------------------------- */

void pc_add_dimm(struct pc *pc, u64 start, u64 size)
{
	assert_errno("add memory", 0,
		     kernel_add_memory(pc->kernel, start, size, 0));
	assert_errno("System RAM", 0,
		     kernel_insert_system_ram(pc->kernel, start,
					      start + size - 1));
}

void pc_remove_dimm(struct pc *pc, u64 start, u64 size)
{
	assert_errno("remove memory", 0,
		     kernel_remove_memory(pc->kernel, start, size));
	assert_errno("System RAM", 0,
		     kernel_release_system_ram(pc->kernel, start,
					       start + size - 1));
}

void pc_online(struct pc *pc, u64 start, u64 size)
{
	u64 at;

	for (at = start; at < start + size; at += PC_BLOCK)
		assert_errno("online", 0,
			     kernel_online_block(pc->kernel, at, 0));
}

void pc_offline(struct pc *pc, u64 start, u64 size)
{
	u64 at;

	for (at = start; at < start + size; at += PC_BLOCK)
		assert_errno("offline", 0,
			     kernel_offline_block(pc->kernel, at, 0));
}

/* --- what is there ------------------------------------------------------------------------ */

void assert_header(const char *what, const char *expected, struct pc *pc)
{
	assert_loads(what, expected, pc->config.slots && pc->image->file_mode ?
				     pc_read_header(pc) :
				     pc_bytes(pc, pc->header));
}

bool pc_was_logged(struct pc *pc, const char *text)
{
	unsigned int i;

	for (i = 0; i < kernel_nr_log(pc->kernel); i++)
		if (strstr(kernel_log_line(pc->kernel, i), text))
			return true;
	return false;
}

void pc_assert_logged(struct pc *pc, const char *text)
{
	if (!pc_was_logged(pc, text))
		fail_msg("no message says '%s'", text);
}

void assert_hotplug(const char *what, int expected, struct pc *pc)
{
	int got = kernel_crash_hotplug_attr(pc->kernel);

	if (got != expected)
		fail_msg("%s: crash_hotplug reads %d, expected %d", what, got,
			 expected);
}
