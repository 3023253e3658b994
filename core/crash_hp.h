/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From an event to new bytes in the loaded image: hp_handler.c drives, one
 * file per architecture says which segments there are and what belongs in
 * them.
 */
#ifndef CRASH_HP_CRASH_HP_H
#define CRASH_HP_CRASH_HP_H

#include "kernel_compat.h"

struct crash_watch_mark;
struct kexec_buf;

/**
 * enum crash_hp_part - the segments that follow the machine
 * @CRASH_HP_ELFCOREHDR: memory and CPU notes
 * @CRASH_HP_FDT: device tree, where the capture kernel boots with one
 * @CRASH_HP_NR_PARTS: how many there are at most
 */
enum crash_hp_part {
	CRASH_HP_ELFCOREHDR,
	CRASH_HP_FDT,
	CRASH_HP_NR_PARTS
};

/**
 * struct crash_hp_place - bytes of an image
 * @mem: physical address of the first
 * @memsz: how many
 */
struct crash_hp_place {
	phys_addr_t mem;
	size_t memsz;
};

/**
 * struct crash_hp_segment - new content for one segment, prepared aside
 * @mark: tells whether the segment is up to date
 * @changes: of @mark, before the content was prepared: what comes later is not
 *	in it
 * @part: which segment
 * @place: where the content is that a crash finds now
 * @buf: from kvmalloc(); freed by crash_hp_refresh()
 * @size: bytes in @buf, not more than the segment's memsz; behind them the segment
 *	stays as it is
 * @old_spare: so many of the segment's @size bytes, at the end, nobody looks at who
 *	reads the old content
 * @new_spare: likewise of @buf
 */
struct crash_hp_segment {
	struct crash_watch_mark *mark;
	unsigned long changes;
	enum crash_hp_part part;
	struct crash_hp_place place;
	void *buf;
	size_t size;
	size_t old_spare;
	size_t new_spare;
};

int crash_hp_refresh(struct kimage *image);
void crash_hp_post_load(struct kimage *image);
bool crash_hp_segment_stale(struct crash_hp_segment *segment,
			    struct crash_watch_mark *mark);
int crash_hp_find_elfcorehdr(struct kimage *image);
void *crash_hp_map(const struct crash_hp_place *place);
void *crash_hp_map_segment(struct kimage *image, int index);
struct crash_hp_place crash_hp_place(struct kimage *image,
				     enum crash_hp_part part, int index);

/* elfcorehdr_segment.c */
int elfcorehdr_prepare(struct kimage *image, bool need_kernel_map,
		       struct crash_hp_segment *segment);

/* elfcorehdr_load.c */
int elfcorehdr_make(bool need_kernel_map, struct kexec_buf *kbuf);
int elfcorehdr_add_segment(struct kimage *image, struct kexec_buf *kbuf);

/* per architecture */
int arch_crash_watch_start(struct kimage *image);
void arch_crash_watch_stop(struct kimage *image);
int arch_crash_prepare_segments(struct kimage *image,
				struct crash_hp_segment *segments);

/* the kernel's own entry points */
int arch_crash_hotplug_support(struct kimage *image, unsigned long kexec_flags);
void arch_crash_handle_hotplug_event(struct kimage *image, void *arg);
unsigned int arch_crash_get_elfcorehdr_size(void);
int machine_kexec_post_load(struct kimage *image);

/* called by the kernel's own machine_kexec_cleanup() */
void crash_hp_cleanup(struct kimage *image);

/* loading; called by the kernel's own arch_kimage_file_post_load_cleanup() */
void crash_hp_load_cleanup(struct kimage *image);

/* loading; called when what names the elfcorehdr, FDT or boot parameters, is there */
void crash_hp_load_slots(struct kimage *image, struct kexec_buf *kbuf,
			 const void *names);

/* loading, powerpc */
int load_crashdump_segments_ppc64(struct kimage *image, struct kexec_buf *kbuf);
void *crash_fdt_load(struct kimage *image, unsigned long initrd_load_addr,
		     unsigned long initrd_len, const char *cmdline);

/* loading, x86 */
int crash_load_segments(struct kimage *image);

#endif /* CRASH_HP_CRASH_HP_H */
