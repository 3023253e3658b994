// SPDX-License-Identifier: GPL-2.0-only
/*
 * x86: the segment that follows the machine, and the kernel's entry points.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "crash_hp.h"
#include "crash_watch.h"
#include "elfcorehdr.h"
#include "slots.h"
#include "x86.h"

/**
 * x86_max_program_headers() - for how many the elfcorehdr segment has room
 *
 * Return: one for the notes of each CPU that the kernel is configured for, one
 * for vmcoreinfo, one for the kernel's image and one for each memory range.
 * PN_XNUM or more are more than an ELF header can count.
 */
size_t x86_max_program_headers(void)
{
	size_t nr = 2 + (size_t)CONFIG_NR_CPUS_DEFAULT;

	if (IS_ENABLED(CONFIG_MEMORY_HOTPLUG))
		nr += CONFIG_CRASH_MAX_MEMORY_RANGES;
	return nr;
}

static size_t max_size(void)
{
	return sizeof(struct elf64_hdr) +
	       x86_max_program_headers() * sizeof(struct elf64_phdr);
}

/**
 * elfcorehdr_segment_size() - bytes to reserve for all that may come
 * @nr_ranges: number of memory ranges at load time
 *
 * Return: bytes, with room for what the kernel is configured for, or for the
 * header as it is where that is more already; not rounded to pages.
 */
size_t elfcorehdr_segment_size(unsigned int nr_ranges)
{
	size_t size = elfcorehdr_bytes(nr_ranges);

	if (x86_max_program_headers() >= PN_XNUM)
		return size;
	return max(size, max_size());
}

/**
 * arch_crash_watch_start() - learn what an update needs to know of the image
 * @image: the image
 *
 * Return: 0; there is only the elfcorehdr, which the watch over memory follows.
 */
int arch_crash_watch_start(struct kimage *image)
{
	crash_slots_start(image);
	return 0;
}

/**
 * arch_crash_watch_stop() - give back what loading made for events
 * @image: the image; it need not be watched
 */
void arch_crash_watch_stop(struct kimage *image)
{
	crash_slots_free(image);
}

/**
 * arch_crash_prepare_segments() - make new content for the segments that are
 *	older than the machine's last change
 * @image: the image; only read
 * @segments: filled in; bufs are the caller's to free, also after an error
 *
 * Return: how many segments, 0 when all show the present state, or a negative
 * errno.
 */
int arch_crash_prepare_segments(struct kimage *image,
				struct crash_hp_segment *segments)
{
	struct crash_watch *watch = image->arch.crash_watch;
	int ret;

	if (!crash_hp_segment_stale(&segments[0], &watch->memory))
		return 0;
	ret = elfcorehdr_prepare(image, IS_ENABLED(CONFIG_X86_64),
				 &segments[0]);
	return ret ? ret : 1;
}

/**
 * arch_crash_slot_finish() - make what was copied into a slot that slot's own
 * @slots: of the image
 * @part: which segment
 * @bytes: its new content
 * @slot: the slot
 *
 * An elfcorehdr says nothing about itself.
 */
void arch_crash_slot_finish(const struct crash_slots *slots,
			    enum crash_hp_part part, void *bytes,
			    unsigned int slot)
{
}

/**
 * arch_crash_hotplug_support() - may the kernel update this image?
 * @image: the image
 * @kexec_flags: kexec_load(2)'s flags
 *
 * Return: 1 when the elfcorehdr has room for updates and is left out of
 * purgatory's digest, which purgatory checks; else 0. crash_load_segments() says
 * so by the index, user space by either of two flags: the elfcorehdr had one of
 * its own before other segments followed hotplug too.
 */
int arch_crash_hotplug_support(struct kimage *image, unsigned long kexec_flags)
{
	if (image->file_mode)
		return image->elfcorehdr_index >= 0;
	return !!(kexec_flags & (KEXEC_UPDATE_ELFCOREHDR |
				 KEXEC_CRASH_HOTPLUG_SUPPORT));
}

/**
 * arch_crash_get_elfcorehdr_size() - what user space should reserve
 *
 * Return: bytes for all that the kernel is configured for, the ELF header
 * included.
 */
unsigned int arch_crash_get_elfcorehdr_size(void)
{
	return max_size();
}

/**
 * machine_kexec_post_load() - the image is complete, and about to be published
 * @image: the image
 *
 * Return: 0. Where the image cannot be brought up to date it is whole, as it was
 * loaded, and hotplug_support is cleared.
 */
int machine_kexec_post_load(struct kimage *image)
{
	if (image->type == KEXEC_TYPE_CRASH)
		crash_hp_post_load(image);
	return 0;
}
