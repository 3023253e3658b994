// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_file_load(2) on powerpc: which segments there are, in which order they
 * find their place, and from which end of the crash kernel's region
 * (arch/powerpc/kexec/elf_64.c, 6.12).
 */
#include <inttypes.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "arch_powerpc.h"
#include "load.h"

/* the kernel's own purgatory, and its dt_offset, as they are in 6.12 */
#define PURGATORY_SIZE 0x310
#define PURGATORY_DT_OFFSET 0x1d0
/* p_align of a ppc64 vmlinux; the handlers' segments inherit it */
#define KERNEL_ALIGN 0x10000

static int add_handlers_segments(struct load *l, struct kexec_buf *kbuf,
				 struct error *err)
{
	const struct handler_module *h = l->m->handlers;
	int ret;

	if (!h->load_segments || !h->load_fdt)
		return fail(err, "handler module %s does not do kexec_file_load",
			    h->name);
	kernel_enter_handler(l->m->kernel, "load_crashdump_segments_ppc64");
	ret = h->load_segments(l->image, kbuf);
	kernel_leave_handler(l->m->kernel);
	return ret ? fail(err, "kexec_file_load: backup and elfcorehdr: %s",
			  machine_strerror(ret)) : 0;
}

static int check_fdt(const void *fdt, struct error *err)
{
	int ret;

	if (!fdt || IS_ERR(fdt))
		return fail(err, "kexec_file_load: FDT: %s",
			    machine_strerror(fdt ? PTR_ERR(fdt) : -ENOMEM));
	ret = fdt_check_header(fdt);
	return ret ? fail(err, "kexec_file_load: FDT: %s", fdt_strerror(ret)) :
		     0;
}

/* nothing of it runs here: but for that one word it is zeros */
static int add_purgatory(struct load *l, struct kexec_buf *kbuf,
			 uint8_t **purgatory, struct error *err)
{
	int index = l->image->nr_segments;

	*purgatory = NULL;
	if (load_add_buffer(l, kbuf, SEGMENT_PURGATORY, PURGATORY_SIZE,
			    PURGATORY_SIZE, err))
		return -1;
	l->image->start = kbuf->mem;
	if (l->content[index])
		return 0;
	*purgatory = calloc(1, PURGATORY_SIZE);
	if (!*purgatory)
		return fail(err, "out of memory");
	load_set_content(l, index, *purgatory, PURGATORY_SIZE, *purgatory);
	return 0;
}

/* setup_purgatory(): which FDT purgatory hands over */
static void tell_purgatory(struct load *l, uint8_t *purgatory, uint64_t fdt)
{
	if (purgatory)
		memcpy(purgatory + PURGATORY_DT_OFFSET, &fdt, sizeof(fdt));
	load_find_selector(l);
}

static int add_fdt(struct load *l, struct kexec_buf *kbuf, uint64_t initrd,
		   size_t initrd_size, struct error *err)
{
	const struct handler_module *h = l->m->handlers;
	const char *cmdline = l->spec->cmdline ? l->spec->cmdline : "";
	void *fdt;
	int ret;

	kernel_enter_handler(l->m->kernel, "load_fdt");
	fdt = h->load_fdt(l->image, initrd, initrd_size, cmdline);
	kernel_leave_handler(l->m->kernel);
	if (check_fdt(fdt, err))
		return -1;

	if (l->m->crash_fdt.memsz && fdt_totalsize(fdt) > l->m->crash_fdt.memsz)
		return fail(err, "kexec_file_load: the FDT takes 0x%x bytes, the hole for it has 0x%zx",
			    fdt_totalsize(fdt), l->m->crash_fdt.memsz);
	kbuf->buffer = fdt;
	kbuf->bufsz = fdt_totalsize(fdt);
	kbuf->memsz = max_t(size_t, fdt_totalsize(fdt), l->m->crash_fdt.memsz);
	kbuf->mem = KEXEC_BUF_MEM_UNKNOWN;
	kbuf->top_down = true;
	l->kind = SEGMENT_FDT;
	ret = kexec_add_buffer(kbuf);
	if (ret)
		return fail(err, "kexec_file_load: segment fdt: %s",
			    machine_strerror(ret));
	l->kind = SEGMENT_OTHER;
	return 0;
}

static uint64_t last_usable(const struct machine *m)
{
	uint64_t end = m->crashk_main.end;

	return end < m->rma_size ? end : m->rma_size - 1;
}

int powerpc_load_file(struct load *l, struct error *err)
{
	struct machine *m = l->m;
	struct kexec_buf kbuf = {
		.image = l->image,
		.buf_align = KERNEL_ALIGN,
		.buf_min = m->crashk_main.start,
		.buf_max = last_usable(m),
	};
	struct kexec_buf pbuf = kbuf;
	uint8_t *purgatory;
	size_t size = load_kernel_size(l), initrd_size = load_initrd_size(l);
	uint64_t initrd;

	if (load_add_buffer(l, &kbuf, SEGMENT_KERNEL, size, size, err))
		return -1;

	pbuf.buf_align = m->page_size;
	pbuf.top_down = true;
	if (add_purgatory(l, &pbuf, &purgatory, err))
		return -1;

	if (add_handlers_segments(l, &kbuf, err))
		return -1;

	kbuf.buf_align = m->page_size;
	kbuf.top_down = false;
	if (load_add_buffer(l, &kbuf, SEGMENT_INITRD, initrd_size, initrd_size,
			    err))
		return -1;
	initrd = kbuf.mem;
	if (add_fdt(l, &kbuf, initrd, kbuf.bufsz, err))
		return -1;
	tell_purgatory(l, purgatory, kbuf.mem);
	load_add_slots(l, &kbuf, "dt_offset", l->info.selector, kbuf.buffer);
	return 0;
}
