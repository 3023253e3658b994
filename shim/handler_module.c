// SPDX-License-Identifier: GPL-2.0-only
/*
 * The descriptor of a handler module. This file is compiled into each of them,
 * as kernel code; whoever brings a set of handlers defines what is declared
 * here.
 */
#include "handler_module.h"

#ifndef HANDLER_MODULE_SYMBOL
#define HANDLER_MODULE_SYMBOL handler_module
#endif

#ifndef HANDLER_MODULE_VERSION
#define HANDLER_MODULE_VERSION NULL
#endif

/* the crash path of the series; a kernel tree brings its own */
#ifndef HANDLER_MODULE_CRASH_PAST_UPDATE
#define HANDLER_MODULE_CRASH_PAST_UPDATE true
#endif

int arch_crash_hotplug_support(struct kimage *image, unsigned long kexec_flags);
void arch_crash_handle_hotplug_event(struct kimage *image, void *arg);
unsigned int arch_crash_get_elfcorehdr_size(void);
int machine_kexec_post_load(struct kimage *image);

/* not every set of handlers has them; hidden, or another set's would be found */
#define OPTIONAL __attribute__((__weak__, __visibility__("hidden")))
int OPTIONAL add_mem_range(struct crash_mem **mem_ranges, u64 base, u64 size);
int OPTIONAL remove_mem_range(struct crash_mem **mem_ranges, u64 base,
			      u64 size);
int OPTIONAL crash_exclude_mem_range(struct crash_mem *mem,
				     unsigned long long mstart,
				     unsigned long long mend);
void OPTIONAL coalesce_mem_ranges(struct crash_mem *mem);
int OPTIONAL arch_kimage_file_post_load_cleanup(struct kimage *image);
void OPTIONAL machine_kexec_cleanup(struct kimage *image);
/* core's part of these two, which a kernel's own call */
void OPTIONAL crash_hp_load_cleanup(struct kimage *image);
void OPTIONAL crash_hp_cleanup(struct kimage *image);

static int post_load_cleanup(struct kimage *image)
{
	if (crash_hp_load_cleanup)
		crash_hp_load_cleanup(image);
	if (arch_kimage_file_post_load_cleanup)
		return arch_kimage_file_post_load_cleanup(image);
	return 0;
}

static void cleanup(struct kimage *image)
{
	if (crash_hp_cleanup)
		crash_hp_cleanup(image);
	if (machine_kexec_cleanup)
		machine_kexec_cleanup(image);
}

void OPTIONAL crash_hp_load_slots(struct kimage *image, struct kexec_buf *kbuf,
				  const void *names);

#ifdef CRASH_HP_ARCH_POWERPC
int load_crashdump_segments_ppc64(struct kimage *image, struct kexec_buf *kbuf);
void *crash_fdt_load(struct kimage *image, unsigned long initrd_load_addr,
		     unsigned long initrd_len, const char *cmdline);
#endif

#ifdef CRASH_HP_ARCH_X86_64
int crash_load_segments(struct kimage *image);
int OPTIONAL crash_setup_memmap(struct kimage *image);

static int load_segments(struct kimage *image,
			 struct kexec_buf *kbuf __always_unused)
{
	return crash_load_segments(image);
}
#endif

extern const struct handler_module HANDLER_MODULE_SYMBOL;

const struct handler_module __attribute__((__visibility__("default")))
HANDLER_MODULE_SYMBOL = {
	.abi = HANDLER_MODULE_ABI,
	.kimage_size = sizeof(struct kimage),
	.name = HANDLER_MODULE_NAME,
	.version = HANDLER_MODULE_VERSION,
	.crash_past_update = HANDLER_MODULE_CRASH_PAST_UPDATE,
	.hotplug_support = arch_crash_hotplug_support,
	.handle_event = arch_crash_handle_hotplug_event,
	.elfcorehdr_size = arch_crash_get_elfcorehdr_size,
	.post_load = machine_kexec_post_load,
	.load_slots = crash_hp_load_slots,
	.post_load_cleanup = post_load_cleanup,
	.cleanup = cleanup,
	.add_range = add_mem_range,
	.remove_range = remove_mem_range,
	.exclude_range = crash_exclude_mem_range,
	.merge_ranges = coalesce_mem_ranges,
#ifdef CRASH_HP_ARCH_POWERPC
	.arch = "powerpc",
	.load_segments = load_crashdump_segments_ppc64,
	.load_fdt = crash_fdt_load,
#endif
#ifdef CRASH_HP_ARCH_X86_64
	.arch = "x86_64",
	.load_segments = load_segments,
	.setup_memmap = crash_setup_memmap,
#endif
};
