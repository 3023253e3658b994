// SPDX-License-Identifier: GPL-2.0-only
/*
 * x86: the segment that describes the machine, at kexec_file_load(2).
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "crash_hp.h"
#include "slots.h"
#include "x86.h"

/* two slots, side by side, as the digest leaves out only one segment; or one */
static int add_for_slots(struct kimage *image, struct kexec_buf *kbuf)
{
	const size_t one = PAGE_ALIGN(kbuf->memsz);

	kbuf->memsz = CRASH_NR_SLOTS * one;
	if (!elfcorehdr_add_segment(image, kbuf))
		return 0;
	kbuf->memsz = one;
	return elfcorehdr_add_segment(image, kbuf);
}

/**
 * crash_load_segments() - add the elfcorehdr segment
 * @image: the image being loaded
 *
 * Where the kernel is configured for more program headers than an ELF header
 * can count, no room is reserved and the image does not follow hotplug: its
 * elfcorehdr is part of the digest then, as an update of it would be found by
 * purgatory, which stops.
 *
 * Return: 0 or a negative errno. What was added is freed by
 * crash_hp_load_cleanup().
 */
int crash_load_segments(struct kimage *image)
{
	struct kexec_buf kbuf = {
		.image = image,
		.buf_align = ELF_CORE_HEADER_ALIGN,
		.buf_max = ULONG_MAX,
	};
	const size_t max_headers = x86_max_program_headers();
	int ret;

	ret = elfcorehdr_make(true, &kbuf);
	if (ret)
		goto out;
	ret = max_headers < PN_XNUM ? add_for_slots(image, &kbuf) :
				      elfcorehdr_add_segment(image, &kbuf);
	if (ret) {
		kvfree(kbuf.buffer);
		goto out;
	}
	if (max_headers < PN_XNUM)
		image->elfcorehdr_index = image->nr_segments - 1;
	else
		pr_warn("configured for %zu program headers, ELF holds %u: the image does not follow hotplug\n",
			max_headers, PN_XNUM - 1);
out:
	if (ret)
		pr_err("cannot load the elfcorehdr segment (error %d)\n", ret);
	return ret;
}

/**
 * crash_hp_load_cleanup() - free what loading needed
 * @image: the image, of any kind, loaded or given up
 */
void crash_hp_load_cleanup(struct kimage *image)
{
	kvfree(image->elf_headers);
	image->elf_headers = NULL;
	crash_slots_loaded(image);
}
