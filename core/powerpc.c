// SPDX-License-Identifier: GPL-2.0-only
/*
 * powerpc: the segments that follow the machine, and the kernel's entry points.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "crash_fdt.h"
#include "crash_fdt_watch.h"
#include "crash_hp.h"
#include "crash_watch.h"
#include "elfcorehdr.h"
#include "powerpc.h"
#include "slots.h"

/**
 * set_backup_offset() - tell a dump where the first 64 KiB really are
 * @image: knows where purgatory copies them to
 * @elfcorehdr: the header to complete
 * @size: bytes in it
 */
void set_backup_offset(struct kimage *image, void *elfcorehdr, size_t size)
{
	struct elf64_phdr *phdr;

	phdr = elfcorehdr_find_paddr(elfcorehdr, size, BACKUP_SRC_START);
	if (phdr && image->arch.backup_start)
		phdr->p_offset = image->arch.backup_start;
}

static int prepare_elfcorehdr(struct kimage *image,
			      struct crash_hp_segment *segment)
{
	int ret = elfcorehdr_prepare(image, false, segment);

	if (!ret)
		set_backup_offset(image, segment->buf, segment->size);
	return ret;
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
	struct crash_fdt_watch *fdt = image->arch.crash_fdt;
	int nr = 0, ret = 0;

	if (crash_hp_segment_stale(&segments[nr], &watch->memory))
		ret = prepare_elfcorehdr(image, &segments[nr++]);
	if (!ret && crash_hp_segment_stale(&segments[nr], &fdt->mark))
		ret = crash_fdt_prepare(image, &segments[nr++]);
	return ret ? ret : nr;
}

/* user space chose the place of the backup; only its header tells where */
static int learn_backup_start(struct kimage *image)
{
	const struct elf64_phdr *phdr;
	size_t size;
	void *ptr;
	int index;

	index = crash_hp_find_elfcorehdr(image);
	if (index < 0)
		return index;
	ptr = crash_hp_map_segment(image, index);
	if (!ptr)
		return -ENOMEM;
	size = image->segment[index].memsz;
	phdr = elfcorehdr_find_paddr(ptr, size, BACKUP_SRC_START);
	if (phdr)
		image->arch.backup_start = phdr->p_offset;
	memunmap(ptr);
	return 0;
}

/**
 * arch_crash_watch_start() - learn what an update needs to know of the image, and
 *	watch what the architecture's own segments follow
 * @image: the image
 *
 * Return: 0 or a negative errno.
 */
int arch_crash_watch_start(struct kimage *image)
{
	int ret = image->file_mode ? 0 : learn_backup_start(image);

	if (ret)
		return ret;
	crash_slots_start(image);
	return crash_fdt_watch_start(image);
}

/**
 * arch_crash_watch_stop() - give back what arch_crash_watch_start() made
 * @image: the image; it need not be watched
 */
void arch_crash_watch_stop(struct kimage *image)
{
	crash_fdt_watch_stop(image);
	crash_slots_free(image);
}

/**
 * arch_crash_hotplug_support() - may the kernel update this image?
 * @image: the image
 * @kexec_flags: kexec_load(2)'s flags
 *
 * Return: 1 when the kernel made the segments itself, or user space has left
 * room for updates and kept the segments out of purgatory's digest; else 0.
 */
int arch_crash_hotplug_support(struct kimage *image, unsigned long kexec_flags)
{
	return image->file_mode || (kexec_flags & KEXEC_CRASH_HOTPLUG_SUPPORT);
}

/**
 * elfcorehdr_segment_size() - bytes to reserve for all that may come
 * @nr_ranges: number of memory ranges at load time
 *
 * Return: bytes, with room for CONFIG_CRASH_MAX_MEMORY_RANGES ranges, or for
 * @nr_ranges where there are more already; not rounded to pages.
 */
size_t elfcorehdr_segment_size(unsigned int nr_ranges)
{
	const unsigned int max_ranges = CONFIG_CRASH_MAX_MEMORY_RANGES;
	size_t size = elfcorehdr_bytes(nr_ranges);

	if (nr_ranges < max_ranges)
		size += (size_t)(max_ranges - nr_ranges) * sizeof(struct elf64_phdr);
	return size;
}

/**
 * arch_crash_get_elfcorehdr_size() - what user space should reserve
 *
 * Return: bytes for the notes of all possible CPUs, vmcoreinfo and as many
 * ranges as the kernel is configured for.
 */
unsigned int arch_crash_get_elfcorehdr_size(void)
{
	unsigned int nr_phdr = num_possible_cpus() + 1;

	if (IS_ENABLED(CONFIG_MEMORY_HOTPLUG))
		nr_phdr += CONFIG_CRASH_MAX_MEMORY_RANGES;
	return sizeof(struct elf64_hdr) + nr_phdr * sizeof(struct elf64_phdr);
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
