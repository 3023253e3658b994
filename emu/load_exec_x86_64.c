// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_load(2) on x86_64: the segments as kexec-tools 2.0.29 makes them, with
 * its own purgatory, which verifies the digest, as the kernel's does.
 */
#include "arch_x86_64.h"
#include "load_exec.h"

#define PURGATORY_SIZE 0x7000
#define BOOT_PARAM_SIZE 0x5000
#define KERNEL_SIZE 0xb82000

/* a smaller elfcorehdr takes so much all the same (crashdump-x86.c) */
#define MIN_ELFCOREHDR 0x4000
/* where no memory below this ends: BACKUP_SRC_START, BACKUP_SRC_END */
#define LOW_MEMORY_END 0xa0000

struct view_range x86_64_low_memory(const struct machine *m)
{
	const struct view_range *r = m->ram.r;

	if (m->ram.nr && r->end <= LOW_MEMORY_END)
		return *r;
	return (struct view_range){ 0, LOW_MEMORY_END - 1 };
}

/*
 * For an image that the kernel shall update the tool takes what sysfs says, and
 * the header's size where that is more: with less it would not load at all.
 */
static int add_elfcorehdr(struct exec *x, struct error *err)
{
	struct machine *m = x->l->m;
	size_t size, memsz;
	void *header;

	header = x86_64_exec_elfcorehdr(m, &x->plan, &size);
	if (!header)
		return fail(err, "out of memory");
	memsz = max(size, (size_t)MIN_ELFCOREHDR);
	if (x->l->spec->flags & m->ops->hotplug_flags)
		memsz = max(memsz, (size_t)kernel_elfcorehdr_size_attr(m->kernel));
	return exec_add_elfcorehdr(x, header, size, memsz, true, err);
}

static int place_all(struct exec *x, struct error *err)
{
	struct view_range low = x86_64_low_memory(x->l->m);
	size_t size = x->l->spec->kernel_size, backup = low.end - low.start + 1;
	struct exec_segment *e;

	if (exec_place_other(x, err))
		return -1;
	e = exec_place(x, SEGMENT_BACKUP, backup, backup, true, err);
	if (!e)
		return -1;
	x->plan.backup = e->s.mem;
	if (add_elfcorehdr(x, err))
		return -1;
	e = exec_place_file(x, SEGMENT_PURGATORY, PURGATORY_SIZE,
			    PURGATORY_SIZE, true, err);
	if (!e || !exec_place_file(x, SEGMENT_BOOT_PARAM, BOOT_PARAM_SIZE,
				   BOOT_PARAM_SIZE, true, err))
		return -1;
	x->l->image->start = e->s.mem;

	size = size ? size : KERNEL_SIZE;
	if (!exec_place_file(x, SEGMENT_KERNEL, size, size, true, err))
		return -1;
	size = load_initrd_size(x->l);
	return exec_place_file(x, SEGMENT_INITRD, size, size, true, err) ? 0 :
									   -1;
}

int x86_64_load_exec(struct load *l, struct error *err)
{
	struct exec x = {
		.l = l,
		.max = l->m->crashk_main.end,
		.plan.configured = exec_configured_cpus(l),
	};
	int ret = place_all(&x, err);

	exec_add_segments(&x);
	return ret;
}
