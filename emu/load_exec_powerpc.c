// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_load(2) on powerpc: the segments as kexec-tools 2.0.29 makes them, with
 * its own purgatory, which verifies the digest. For an image that the kernel
 * shall update the whole elfcorehdr segment is reserved in the FDT, as by
 * kexec-tools 600c2f9: with less no grown header would survive.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch_powerpc.h"
#include "load_exec.h"

#define PURGATORY_SIZE 0x39c0
/* the tool uses no memory above 768 MiB: kexec-ppc64.c, rmo_top */
#define RMO_TOP 0x30000000ULL

static int add_elfcorehdr(struct exec *x, struct error *err)
{
	struct machine *m = x->l->m;
	size_t size, memsz;
	void *header;

	header = powerpc_exec_elfcorehdr(m, &x->plan, &size);
	if (!header)
		return fail(err, "out of memory");
	memsz = size;
	if (x->plan.hotplug)
		memsz = max(memsz, (size_t)kernel_elfcorehdr_size_attr(m->kernel));
	if (exec_add_elfcorehdr(x, header, size, memsz, false, err))
		return -1;
	if (!x->plan.hotplug)
		x->plan.elfcorehdr_size = size;
	return 0;
}

static int make_cmdline(struct exec *x, struct error *err)
{
	const char *cmdline = x->l->spec->cmdline;

	if (asprintf(&x->plan.cmdline, "%s elfcorehdr=%" PRIu64 "K",
		     cmdline ? cmdline : "", x->plan.elfcorehdr / 1024) < 0) {
		x->plan.cmdline = NULL;
		return fail(err, "out of memory");
	}
	return 0;
}

static int add_fdt(struct exec *x, struct error *err)
{
	void *fdt = exec_fdt(x->l->m, &x->plan, err);
	struct exec_segment *e;
	size_t size;
	int ret;

	if (!fdt)
		return -1;
	size = fdt_totalsize(fdt);
	if (x->l->m->crash_fdt.memsz && size > x->l->m->crash_fdt.memsz) {
		free(fdt);
		return fail(err, "kexec_load: the FDT takes 0x%zx bytes, the hole for it has 0x%zx",
			    size, x->l->m->crash_fdt.memsz);
	}
	e = exec_place(x, SEGMENT_FDT, size, max(size, x->l->m->crash_fdt.memsz),
		       true, err);
	if (!e) {
		free(fdt);
		return -1;
	}
	e->content = fdt;
	e->content_size = size;
	e->owned = fdt;
	/* only now is it known where it lies */
	ret = fdt_add_mem_rsv(fdt, e->s.mem, size);
	return ret ? fail(err, "kexec_load: FDT: %s", fdt_strerror(ret)) : 0;
}

static int place_all(struct exec *x, struct error *err)
{
	size_t size = load_kernel_size(x->l);
	struct exec_segment *e;

	if (exec_place_other(x, err) ||
	    !exec_place_file(x, SEGMENT_KERNEL, size, size, false, err))
		return -1;
	e = exec_place(x, SEGMENT_BACKUP, BACKUP_SRC_SIZE, BACKUP_SRC_SIZE,
		       false, err);
	if (!e)
		return -1;
	x->plan.backup = e->s.mem;
	if (add_elfcorehdr(x, err) || make_cmdline(x, err))
		return -1;

	e = exec_place_file(x, SEGMENT_PURGATORY, PURGATORY_SIZE,
			    PURGATORY_SIZE, false, err);
	if (!e)
		return -1;
	x->l->image->start = e->s.mem;
	size = load_initrd_size(x->l);
	e = exec_place_file(x, SEGMENT_INITRD, size, size, false, err);
	if (!e)
		return -1;
	x->plan.initrd = e->s.mem;
	x->plan.initrd_size = e->s.bufsz;
	return add_fdt(x, err);
}

int powerpc_load_exec(struct load *l, struct error *err)
{
	struct exec x = {
		.l = l,
		.max = min(l->m->rma_size, RMO_TOP) - 1,
		.plan.configured = exec_configured_cpus(l),
		.plan.hotplug = l->spec->flags & KEXEC_CRASH_HOTPLUG_SUPPORT,
	};
	int ret = place_all(&x, err);

	exec_add_segments(&x);
	free(x.plan.cmdline);
	return ret;
}
