// SPDX-License-Identifier: GPL-2.0-only
/* Handlers that can be watched; events and states as text. */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bed.h"
#include "handler_module.h"

#include <cmocka.h>

/* --- handlers ---------------------------------------------------------------------- */

struct fake fake;

static int fake_hotplug_support(struct kimage *image, unsigned long flags)
{
	return image->file_mode || (flags & KEXEC_CRASH_HOTPLUG_SUPPORT);
}

static void fake_handle_event(struct kimage *image, void *arg)
{
	const struct kexec_segment *s = &image->segment[fake.write_segment];
	const struct memory_notify *mn = arg;
	size_t i;
	u8 *p;

	fake.events++;
	if (mn) {
		fake.start_pfn = mn->start_pfn;
		fake.nr_pages = mn->nr_pages;
	}
	if (fake.look)
		fake.look(image);
	xchg(&kexec_crash_image, NULL);
	p = memremap(s->mem, s->memsz, MEMREMAP_WB);
	for (i = 0; p && i < fake.write; i++)
		p[2 * i]++;
	memunmap(p);
	if (!fake.leave_hidden)
		xchg(&kexec_crash_image, image);
}

static unsigned int fake_elfcorehdr_size(void)
{
	return 64 + (num_possible_cpus() + 1 + 8192) * 56;
}

static int fake_post_load(struct kimage *image)
{
	fake.seen.crashk_start = crashk_res.start;
	fake.seen.crashk_end = crashk_res.end;
	fake.seen.notes_1 = per_cpu_ptr_to_phys(per_cpu_ptr(crash_notes, 1));
	fake.seen.vmcoreinfo = paddr_vmcoreinfo_note();
	fake.seen.backup_start = image->arch.backup_start;
	fake.seen.threads = threads_per_core;
	fake.seen.max_ranges = CONFIG_CRASH_MAX_MEMORY_RANGES;
	fake.seen.block_size = memory_block_size_bytes();
	/* kept until the image goes, whatever becomes of it */
	image->arch.crash_watch = kzalloc(8, GFP_KERNEL);
	return image->arch.crash_watch ? fake.post_load_ret : -ENOMEM;
}

static int fake_load_segments(struct kimage *image, struct kexec_buf *kbuf)
{
	int ret;

	if (fake.load_ret)
		return fake.load_ret;
	image->arch.backup_buf = vzalloc(BACKUP_SRC_SIZE);
	if (!image->arch.backup_buf)
		return -ENOMEM;
	kbuf->buffer = image->arch.backup_buf;
	kbuf->bufsz = BACKUP_SRC_SIZE;
	kbuf->memsz = BACKUP_SRC_SIZE;
	ret = kexec_add_buffer(kbuf);
	if (ret)
		return ret;
	image->arch.backup_start = kbuf->mem;

	image->elf_headers = kvzalloc(4096, GFP_KERNEL);
	if (!image->elf_headers)
		return -ENOMEM;
	memcpy(image->elf_headers, ELFMAG, SELFMAG);
	kbuf->buffer = image->elf_headers;
	kbuf->bufsz = 4096;
	kbuf->memsz = fake.elfcorehdr_size ? fake.elfcorehdr_size : 4096;
	return kexec_add_buffer(kbuf);
}

static void *fake_load_fdt(struct kimage *image,
			   unsigned long initrd __always_unused,
			   unsigned long initrd_len __always_unused,
			   const char *cmdline __always_unused)
{
	size_t size = fdt_totalsize(initial_boot_params);
	void *fdt;

	if (fake.fdt_size > size)
		size = fake.fdt_size;
	fdt = kvzalloc(size, GFP_KERNEL);
	if (!fdt)
		return ERR_PTR(-ENOMEM);
	fdt_open_into(initial_boot_params, fdt, size);
	image->arch.fdt = fdt;
	return fdt;
}

static int fake_post_load_cleanup(struct kimage *image)
{
	vfree(image->arch.backup_buf);
	image->arch.backup_buf = NULL;
	kvfree(image->elf_headers);
	image->elf_headers = NULL;
	kvfree(image->arch.fdt);
	image->arch.fdt = NULL;
	return 0;
}

static void fake_cleanup(struct kimage *image)
{
	fake.cleanups++;
	kfree(image->arch.crash_watch);
}

const struct handler_module fake_handlers = {
	.abi = HANDLER_MODULE_ABI,
	.kimage_size = sizeof(struct kimage),
	.name = "fake",
	.arch = "powerpc",
	.hotplug_support = fake_hotplug_support,
	.handle_event = fake_handle_event,
	.elfcorehdr_size = fake_elfcorehdr_size,
	.post_load = fake_post_load,
	.load_segments = fake_load_segments,
	.load_fdt = fake_load_fdt,
	.post_load_cleanup = fake_post_load_cleanup,
	.cleanup = fake_cleanup,
};

/* --- events ------------------------------------------------------------------------ */

static bool read_cpu(const char *word, const char *rest, struct event *e)
{
	static const struct {
		const char *word;
		enum event_type type;
	} words[] = {
		{ "on", EVENT_CPU_ONLINE },
		{ "up-fails", EVENT_CPU_ONLINE },
		{ "off", EVENT_CPU_OFFLINE },
		{ "crash", EVENT_CRASH },
	};
	unsigned int i, cpu;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(word, words[i].word))
			continue;
		if (sscanf(rest, "%u", &cpu) != 1)
			return false;
		e->type = words[i].type;
		if (e->type == EVENT_CRASH)
			e->u.crash.cpu = cpu;
		else
			e->u.cpu.cpu = cpu;
		if (!strcmp(word, "up-fails"))
			e->u.cpu.bringup_fails = true;
		return true;
	}
	return false;
}

static bool read_memory(const char *word, const char *rest, struct event *e)
{
	static const char *const words[] = { "mem+", "mem-", "mem-on",
					     "mem-off" };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(word, words[i]))
			continue;
		e->type = EVENT_MEMORY_ADD + i;
		return sscanf(rest, "%" SCNx64 " %" SCNx64 " %d",
			      &e->u.memory.start, &e->u.memory.size,
			      &e->u.memory.nid) >= 2;
	}
	return false;
}

static bool read_other(const char *word, const char *rest, struct event *e)
{
	if (!strcmp(word, "core+") || !strcmp(word, "core-")) {
		e->type = word[4] == '+' ? EVENT_CPU_ADD : EVENT_CPU_REMOVE;
		return sscanf(rest, "%x %x", &e->u.core.core,
			      &e->u.core.threads) >= 1;
	}
	if (!strcmp(word, "load-exec")) {
		e->type = EVENT_LOAD;
		e->u.load.call = LOAD_KEXEC_LOAD;
		return sscanf(rest, "%lx", &e->u.load.flags) == 1;
	}
	e->type = strcmp(word, "load") ? EVENT_UNLOAD : EVENT_LOAD;
	return !strcmp(word, "load") || !strcmp(word, "unload");
}

struct event bed_event(const char *text)
{
	struct event e = { 0 };
	const char *rest = text;
	char word[16];
	int used;

	rest += strspn(rest, " ");
	if (!strncmp(rest, "busy ", 5)) {
		e.lock_busy = true;
		rest += 5;
	}
	if (sscanf(rest, "%15s%n", word, &used) != 1)
		fail_msg("no event in '%s'", text);
	rest += used;
	if (!read_cpu(word, rest, &e) && !read_memory(word, rest, &e) &&
	    !read_other(word, rest, &e))
		fail_msg("'%s' is no event", text);
	/* small images, so that a load costs nothing */
	if (e.type == EVENT_LOAD) {
		e.u.load.kernel_size = 0x100000;
		e.u.load.initrd_size = 0x10000;
	}
	return e;
}

void bed_apply(struct machine *m, const char *events)
{
	char *copy = strdup(events), *save = NULL, *text;
	struct error err = { "" };
	struct event e;

	for (text = strtok_r(copy, ";", &save); text;
	     text = strtok_r(NULL, ";", &save)) {
		e = bed_event(text);
		if (machine_apply(m, &e, NULL, &err))
			fail_msg("event '%s': %s", text, err.text);
	}
	free(copy);
}

/* --- states ------------------------------------------------------------------------- */

static size_t put_ranges(char *text, size_t room, const struct view_ranges *set)
{
	size_t i, len = 0;

	*text = '\0';
	for (i = 0; i < set->nr && len < room; i++)
		len += snprintf(text + len, room - len,
				"%s%" PRIx64 "-%" PRIx64, i ? " " : "",
				set->r[i].start, set->r[i].end);
	return len;
}

const char *bed_ranges(const struct view_ranges *set)
{
	static char text[4096];

	put_ranges(text, sizeof(text), set);
	return text;
}

const char *bed_state(struct machine *m)
{
	const struct machine_view *v = machine_view(m);
	static char text[8192];
	size_t len, i;

	len = sprintf(text, "ram ");
	len += put_ranges(text + len, 2048, &v->ram);
	len += sprintf(text + len, "; online ");
	len += put_ranges(text + len, 2048, &v->online);
	len += sprintf(text + len, "; cpus");
	for (i = 0; i < v->nr_cpus && len < sizeof(text) - 64; i++) {
		const struct view_cpu *c = &v->cpus[i];

		len += sprintf(text + len, " %s%u",
			       c->online ? "" : c->present ? "-" : ".", c->cpu);
		if (c->has_hwid && c->hwid != c->cpu)
			len += sprintf(text + len, "=%x", c->hwid);
	}
	return text;
}

/* --- comparisons ------------------------------------------------------------------- */

void assert_says(const char *what, const char *expected, const char *got)
{
	if (!strstr(got, expected))
		fail_msg("%s:\n\texpected \"%s\"\n\tgot      \"%s\"", what,
			 expected, got);
}
