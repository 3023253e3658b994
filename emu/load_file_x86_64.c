// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_file_load(2) on x86_64: which segments there are, in which order they
 * find their place: the elfcorehdr from below, all others from above
 * (bzImage64_load(), arch/x86/kernel/kexec-bzimage64.c, 6.12).
 */
#include "arch_x86_64.h"
#include "load.h"

/* as in 6.12: MIN_PURGATORY_ADDR and so on */
#define MIN_PURGATORY 0x3000
#define MIN_BOOT_PARAM 0x3000
#define MIN_KERNEL 0x1000000
#define MIN_INITRD 0x1000000

/* what a 6.12 kernel has and asks for */
#define PURGATORY_BUFSZ 0x4000
#define PURGATORY_MEMSZ 0x5000
#define BOOT_PARAM_SIZE 0x1120
#define KERNEL_ALIGN 0x200000

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

	return load_add_buffer(l, &kbuf, kind, bufsz, memsz, err);
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

int x86_64_load_file(struct load *l, struct error *err)
{
	size_t size = l->spec->kernel_size ? l->spec->kernel_size : KERNEL_SIZE;
	size_t initrd_size = load_initrd_size(l);
	uint64_t page = l->m->page_size;

	if (add_handlers_segments(l, err) ||
	    add(l, SEGMENT_PURGATORY, MIN_PURGATORY, page, PURGATORY_BUFSZ,
		PURGATORY_MEMSZ, err) ||
	    add(l, SEGMENT_BOOT_PARAM, MIN_BOOT_PARAM, 16, BOOT_PARAM_SIZE,
		BOOT_PARAM_SIZE, err) ||
	    add(l, SEGMENT_KERNEL, MIN_KERNEL, KERNEL_ALIGN, size, size, err) ||
	    add(l, SEGMENT_INITRD, MIN_INITRD, page, initrd_size, initrd_size,
		err))
		return -1;
	/* what the memory map in the boot parameters leaves out
	 * (crash_setup_memmap_entries(), arch/x86/kernel/crash.c, 6.12)
	 */
	l->info.reserved = l->image->elf_headers_sz;
	return setup_memmap(l, err);
}
