// SPDX-License-Identifier: GPL-2.0-only
/* Loading an image on a small pSeries, by either system call. */
#include <stdlib.h>
#include <string.h>

#include "crash_fdt_watch.h"
#include "pseries.h"

/* --- the image ----------------------------------------------------------- */

/* trees lie as high as possible, all else as low */
static bool belongs_at_the_top(const struct pseries *p)
{
	const int segment = p->image->nr_segments;

	return segment == p->fdt || (p->fdt >= 0 && segment == p->fdt + 2);
}

static int place(void *ctx, struct kexec_buf *kbuf)
{
	struct pseries *p = ctx;
	const unsigned long segment = p->image->nr_segments;

	if (segment + 1 == p->fail_place || kbuf->memsz > p->top - p->next)
		return -EADDRNOTAVAIL;
	if (kbuf->mem != KEXEC_BUF_MEM_UNKNOWN)
		fail_msg("segment %lu wants to lie at %#lx", segment, kbuf->mem);
	if (kbuf->top_down != belongs_at_the_top(p))
		fail_msg("segment %lu wants the %s place", segment,
			 kbuf->top_down ? "highest" : "lowest");
	if (kbuf->top_down) {
		p->top -= kbuf->memsz;
		kbuf->mem = p->config.crashk_start + p->top;
	} else {
		kbuf->mem = p->config.crashk_start + p->next;
		p->next += kbuf->memsz;
	}
	return 0;
}

void *pseries_bytes(struct pseries *p, int segment)
{
	return p->crashk + (p->image->segment[segment].mem -
			    p->config.crashk_start);
}

size_t pseries_memsz(const struct pseries *p, int segment)
{
	return p->image->segment[segment].memsz;
}

void *pseries_copy(struct pseries *p, int segment)
{
	void *copy = malloc(pseries_memsz(p, segment));

	memcpy(copy, pseries_bytes(p, segment), pseries_memsz(p, segment));
	return copy;
}

/* begin anew with nothing loaded; the kexec lock is held */
static void image_new(struct pseries *p, bool file_mode)
{
	pseries_unload(p);
	assert_true(kernel_kexec_trylock(p->kernel));
	kernel_set_placer(p->kernel, place, p);
	p->next = 0;
	p->top = PSERIES_BACKED;
	p->image = calloc(1, sizeof(*p->image));
	p->image->type = KEXEC_TYPE_CRASH;
	p->image->file_mode = file_mode;
	p->image->elfcorehdr_index = -1;
}

static void image_forget(struct pseries *p)
{
	free(p->image);
	p->image = NULL;
	p->elfcorehdr = -1;
	p->fdt = -1;
}

static void image_free(struct pseries *p)
{
	/* kernel/kexec_core.c:kimage_free() cleans up once more */
	handler_module_core_powerpc.cleanup(p->image);
	if (p->image->file_mode)
		handler_module_core_powerpc.post_load_cleanup(p->image);
	image_forget(p);
}

/* kernel/kexec_core.c:kimage_load_segment() */
static void copy_segments(struct pseries *p)
{
	unsigned long i;

	for (i = 0; i < p->image->nr_segments; i++) {
		const struct kexec_segment *s = &p->image->segment[i];
		u8 *bytes = pseries_bytes(p, i);

		memcpy(bytes, s->kbuf, s->bufsz);
		memset(bytes + s->bufsz, 0, s->memsz - s->bufsz);
	}
}

static void image_publish(struct pseries *p)
{
	kernel_publish_image(p->kernel, p->image);
	kernel_kexec_unlock(p->kernel);
}

static int add_buffer(struct kexec_buf *kbuf, void *bytes, size_t size)
{
	kbuf->buffer = bytes;
	kbuf->bufsz = size;
	kbuf->memsz = size;
	kbuf->mem = KEXEC_BUF_MEM_UNKNOWN;
	return kexec_add_buffer(kbuf);
}

/* as high as there is place, and a second slot when it has its own */
static int add_fdt(struct pseries *p, struct kexec_buf *kbuf, void *fdt)
{
	const struct handler_module *core = &handler_module_core_powerpc;
	const struct kexec_segment *purgatory = &p->image->segment[p->purgatory];
	unsigned long address;
	int ret;

	p->fdt = p->image->nr_segments;
	kbuf->top_down = true;
	ret = add_buffer(kbuf, fdt, fdt_totalsize(fdt));
	if (ret || !p->config.slots)
		return ret;
	address = kbuf->mem;

	p->symbol = (struct purgatory_symbol){
		p->config.selector, purgatory->mem + p->config.selector_at
	};
	kernel_set_purgatory(p->kernel, &p->symbol, 1);
	kernel_enter_handler(p->kernel, "crash_hp_load_slots");
	core->load_slots(p->image, kbuf, fdt);
	kernel_leave_handler(p->kernel);
	kernel_set_purgatory(p->kernel, NULL, 0);

	/* arch/powerpc/kexec/file_load_64.c:setup_purgatory_ppc64() */
	memcpy(purgatory->kbuf + p->config.selector_at, &address,
	       sizeof(address));
	return p->fail_purgatory ? -EINVAL : 0;
}

/* arch/powerpc/kexec/elf_64.c:elf64_load() */
static int add_segments(struct pseries *p)
{
	static u8 kernel_bytes[0x4000], purgatory_bytes[0x300];
	static u8 initrd_bytes[0x20000];
	const size_t initrd_size = p->config.initrd_size;
	const struct handler_module *core = &handler_module_core_powerpc;
	struct kexec_buf kbuf = { .image = p->image };
	const char *cmdline = p->config.cmdline;
	unsigned long initrd_start = 0;
	void *fdt;
	int ret;

	if (!cmdline && !p->config.no_cmdline)
		cmdline = "maxcpus=1 irqpoll";
	memset(kernel_bytes, 0x60, sizeof(kernel_bytes));
	memset(purgatory_bytes, 0x70, sizeof(purgatory_bytes));
	assert_errno("place the kernel", 0,
		     add_buffer(&kbuf, kernel_bytes, sizeof(kernel_bytes)));
	p->purgatory = p->image->nr_segments;
	assert_errno("place purgatory", 0,
		     add_buffer(&kbuf, purgatory_bytes,
				sizeof(purgatory_bytes)));

	/* purgatory was there before, and left this */
	kbuf.top_down = true;
	kernel_enter_handler(p->kernel, "load_crashdump_segments_ppc64");
	ret = core->load_segments(p->image, &kbuf);
	kernel_leave_handler(p->kernel);
	if (ret)
		return ret;
	p->elfcorehdr = p->image->elfcorehdr_index;

	kbuf.top_down = false;
	if (initrd_size) {
		assert_errno("place the initrd", 0,
			     add_buffer(&kbuf, initrd_bytes, initrd_size));
		initrd_start = kbuf.mem;
	}
	kernel_enter_handler(p->kernel, "crash_fdt_load");
	fdt = core->load_fdt(p->image, initrd_start, initrd_size, cmdline);
	kernel_leave_handler(p->kernel);
	if (IS_ERR(fdt))
		return PTR_ERR(fdt);
	return add_fdt(p, &kbuf, fdt);
}

static int post_load(struct pseries *p)
{
	int ret;

	if (p->during_load)
		p->during_load(p);
	kernel_enter_handler(p->kernel, "machine_kexec_post_load");
	ret = handler_module_core_powerpc.post_load(p->image);
	kernel_leave_handler(p->kernel);
	return ret;
}

int pseries_load(struct pseries *p)
{
	const struct handler_module *core = &handler_module_core_powerpc;
	int ret;

	image_new(p, true);
	ret = add_segments(p);
	if (ret) {
		/* kernel/kexec_file.c:kimage_file_alloc_init() */
		core->post_load_cleanup(p->image);
		kernel_kexec_unlock(p->kernel);
		image_forget(p);
		return ret;
	}
	p->image->hotplug_support = core->hotplug_support(p->image, 0);
	copy_segments(p);
	assert_errno("machine_kexec_post_load()", 0, post_load(p));
	core->post_load_cleanup(p->image);
	image_publish(p);
	return 0;
}

void pseries_load_user(struct pseries *p, const struct user_segment *segments,
		       unsigned int nr, unsigned long flags)
{
	const struct handler_module *core = &handler_module_core_powerpc;
	const u64 page = 1ULL << p->config.page_shift;
	unsigned int i;

	image_new(p, false);
	for (i = 0; i < nr; i++) {
		struct kexec_segment *s = &p->image->segment[i];

		s->kbuf = (void *)segments[i].bytes;
		s->bufsz = segments[i].bufsz;
		s->memsz = ALIGN(segments[i].memsz ?: s->bufsz, page);
		s->mem = p->config.crashk_start + p->next;
		p->next += s->memsz;
	}
	p->image->nr_segments = nr;
	assert_true(p->next <= PSERIES_BACKED);
	copy_segments(p);
	p->image->hotplug_support = core->hotplug_support(p->image, flags);
	assert_errno("machine_kexec_post_load()", 0, post_load(p));
	image_publish(p);
}

struct pseries *pseries_boot_and_load(const struct pseries_config *config)
{
	struct pseries *p = pseries_boot(config, NULL);

	assert_errno("load", 0, pseries_load(p));
	assert_support("loaded", p, 1);
	kernel_clear_report(p->kernel);
	return p;
}

void pseries_unload(struct pseries *p)
{
	if (!p->image)
		return;
	assert_true(kernel_kexec_trylock(p->kernel));
	if (kernel_publish_image(p->kernel, NULL) != p->image)
		fail_msg("the image that was loaded is not published any more");
	kernel_kexec_unlock(p->kernel);
	image_free(p);
}

/* --- events that the machine has no part in --------------------------------- */

void pseries_quiet_event(struct pseries *p)
{
	assert_true(kernel_kexec_trylock(p->kernel));
	cpus_read_lock();
	get_online_mems();
	kernel_enter_handler(p->kernel, "arch_crash_handle_hotplug_event");
	handler_module_core_powerpc.handle_event(p->image, NULL);
	kernel_leave_handler(p->kernel);
	put_online_mems();
	cpus_read_unlock();
	kernel_kexec_unlock(p->kernel);
}

void pseries_poke(struct pseries *p)
{
	struct crash_watch *watch = p->image->arch.crash_watch;
	struct crash_fdt_watch *fdt = p->image->arch.crash_fdt;

	watch->memory.changes++;
	fdt->all_changed = true;
	fdt->mark.changes++;
	pseries_quiet_event(p);
}

/* --- kexec_load(2) by kexec-tools ---------------------------------------- */

void user_image_make(struct pseries *p, struct user_image *u)
{
	memset(u, 0, sizeof(*u));
	assert_errno("load", 0, pseries_load(p));
	u->header = pseries_copy(p, p->elfcorehdr);
	u->fdt = pseries_copy(p, p->fdt);
	u->segment[USER_KERNEL] = (struct user_segment){ "a kernel", 9, 0x20000 };
	u->segment[USER_BACKUP] = (struct user_segment){ "", 1, 0x10000 };
	u->segment[USER_HEADER] = (struct user_segment){
		u->header, pseries_memsz(p, p->elfcorehdr), 0
	};
	u->segment[USER_FDT] = (struct user_segment){
		u->fdt, fdt_totalsize(u->fdt), 0
	};
	/* where the backup is, only the header says */
	((Elf64_Phdr *)(u->header + 64))[p->config.possible_cores *
					 p->config.smt + 1].p_offset = USER_BACKUP_START;
}

void user_image_load(struct pseries *p, struct user_image *u,
		     unsigned long flags)
{
	pseries_load_user(p, u->segment, 4, flags);
	p->elfcorehdr = USER_HEADER;
	p->fdt = USER_FDT;
}

void user_image_free(struct user_image *u)
{
	free(u->header);
	free(u->fdt);
}
