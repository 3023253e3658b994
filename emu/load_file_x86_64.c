// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_file_load(2) on x86_64: which segments there are, in which order they
 * find their place: the elfcorehdr from below, all others from above
 * (bzImage64_load(), arch/x86/kernel/kexec-bzimage64.c, 6.12).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch_x86_64.h"
#include "boot_params.h"
#include "load.h"

/* as in 6.12: MIN_PURGATORY_ADDR and so on */
#define MIN_PURGATORY 0x3000
#define MIN_BOOT_PARAM 0x3000
#define MIN_KERNEL 0x1000000
#define MIN_INITRD 0x1000000

/* what a 6.12 kernel has and asks for */
#define PURGATORY_BUFSZ 0x4000
#define PURGATORY_MEMSZ 0x5000
#define KERNEL_ALIGN 0x200000

/* struct kexec_entry64_regs in that purgatory, and two of its registers */
#define ENTRY64_REGS 0x1220
#define ENTRY64_RSI 0x30
#define ENTRY64_RIP (ENTRY64_RSI + LOAD_RSI_TO_RIP)
/* so much of it is made */
#define PURGATORY_KNOWN (ENTRY64_REGS + ENTRY64_RIP + sizeof(uint64_t))
/* where a kernel is entered: startup_64, arch/x86/boot/compressed/head_64.S */
#define KERNEL_ENTRY 0x200

/* room on the command line for "elfcorehdr=0x<64 bits> " */
#define ELFCOREHDR_ROOM 30
/* behind it, setup_data for EFI and for the seed */
#define SETUP_DATA_SIZE 160

/*
 * A compressed kernel. The memory that it asks for to unpack itself is not part
 * of it here, unless a hint says so: it would be most of what a digest is made
 * of, and nobody looks at it.
 */
#define KERNEL_SIZE 0xb82000

static int add_handlers_segments(struct load *l, struct error *err)
{
	const struct handler_module *h = l->m->handlers;
	/* the handlers have limits of their own */
	struct kexec_buf kbuf = { .image = l->image };
	int ret;

	if (!h->load_segments)
		return fail(err, "handler module %s does not do kexec_file_load",
			    h->name);
	kernel_enter_handler(l->m->kernel, "crash_load_segments");
	ret = h->load_segments(l->image, &kbuf);
	kernel_leave_handler(l->m->kernel);
	return ret ? fail(err, "kexec_file_load: elfcorehdr: %s",
			  machine_strerror(ret)) : 0;
}

/* Return: its index, or -1 */
static int add(struct load *l, enum segment_kind kind, uint64_t min_addr,
	       uint64_t align, size_t bufsz, size_t memsz, struct error *err)
{
	struct kexec_buf kbuf = {
		.image = l->image,
		.buf_min = min_addr,
		.buf_max = l->m->crashk_main.end,
		.buf_align = align,
		.top_down = true,
	};

	if (load_add_buffer(l, &kbuf, kind, bufsz, memsz, err))
		return -1;
	return l->image->nr_segments - 1;
}

static int setup_memmap(struct load *l, struct error *err)
{
	const struct handler_module *h = l->m->handlers;
	int ret;

	if (!h->setup_memmap)
		return 0;
	kernel_enter_handler(l->m->kernel, "crash_setup_memmap");
	ret = h->setup_memmap(l->image);
	kernel_leave_handler(l->m->kernel);
	return ret ? fail(err, "kexec_file_load: memory map: %s",
			  machine_strerror(ret)) : 0;
}

/* --- what purgatory hands over -------------------------------------------------- */

static const char *cmdline(const struct load *l)
{
	return l->spec->cmdline ? l->spec->cmdline : "";
}

static size_t params_size(const struct load *l)
{
	size_t size = strlen(cmdline(l)) + 1 + ELFCOREHDR_ROOM;

	return BOOT_PARAMS_SIZE + ((size + 15) & ~15UL) + SETUP_DATA_SIZE;
}

/* setup_cmdline(): the page says no more than where the command line is */
static int make_params(struct load *l, int index, struct error *err)
{
	uint64_t mem = l->image->segment[index].mem;
	size_t size = params_size(l);
	uint8_t *params;

	if (l->content[index])
		return 0;
	params = calloc(1, size);
	if (!params)
		return fail(err, "out of memory");
	snprintf((char *)params + BOOT_PARAMS_SIZE, size - BOOT_PARAMS_SIZE,
		 "elfcorehdr=0x%lx %s", l->image->elf_load_addr, cmdline(l));
	boot_params_set_cmdline(params, mem + BOOT_PARAMS_SIZE);
	load_set_content(l, index, params, size, params);
	return 0;
}

/* nothing of it runs here: but for two registers it is zeros */
static int make_purgatory(struct load *l, int index, uint64_t params,
			  uint64_t kernel, struct error *err)
{
	uint64_t entry = kernel + KERNEL_ENTRY;
	uint8_t *purgatory;

	if (l->content[index])
		return 0;
	purgatory = calloc(1, PURGATORY_KNOWN);
	if (!purgatory)
		return fail(err, "out of memory");
	memcpy(purgatory + ENTRY64_REGS + ENTRY64_RSI, &params, sizeof(params));
	memcpy(purgatory + ENTRY64_REGS + ENTRY64_RIP, &entry, sizeof(entry));
	load_set_content(l, index, purgatory, PURGATORY_KNOWN, purgatory);
	return 0;
}

static void add_slots(struct load *l, int params)
{
	struct kexec_buf kbuf = {
		.image = l->image,
		.buf_min = MIN_BOOT_PARAM,
		.buf_max = l->m->crashk_main.end,
		.buf_align = 16,
		.top_down = true,
	};

	l->image->segment[params].kbuf = (void *)l->content[params];
	load_find_selector(l);
	load_add_slots(l, &kbuf, "entry64_regs",
		       l->info.selector - ENTRY64_RSI, l->content[params]);
}

int x86_64_load_file(struct load *l, struct error *err)
{
	size_t size = l->spec->kernel_size ? l->spec->kernel_size : KERNEL_SIZE;
	size_t initrd_size = load_initrd_size(l), params_bytes = params_size(l);
	const struct kexec_segment *s = l->image->segment;
	uint64_t page = l->m->page_size;
	int purgatory, params, kernel;

	if (add_handlers_segments(l, err))
		return -1;
	purgatory = add(l, SEGMENT_PURGATORY, MIN_PURGATORY, page,
			PURGATORY_BUFSZ, PURGATORY_MEMSZ, err);
	if (purgatory < 0)
		return -1;
	params = add(l, SEGMENT_BOOT_PARAM, MIN_BOOT_PARAM, 16, params_bytes,
		     params_bytes, err);
	if (params < 0)
		return -1;
	kernel = add(l, SEGMENT_KERNEL, MIN_KERNEL, KERNEL_ALIGN, size, size,
		     err);
	if (kernel < 0 ||
	    add(l, SEGMENT_INITRD, MIN_INITRD, page, initrd_size, initrd_size,
		err) < 0)
		return -1;
	/* what the memory map in the boot parameters leaves out
	 * (crash_setup_memmap_entries(), arch/x86/kernel/crash.c, 6.12)
	 */
	l->info.reserved = l->image->elf_headers_sz;
	if (setup_memmap(l, err) || make_params(l, params, err) ||
	    make_purgatory(l, purgatory, s[params].mem, s[kernel].mem, err))
		return -1;
	add_slots(l, params);
	return 0;
}
