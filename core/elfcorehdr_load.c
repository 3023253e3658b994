// SPDX-License-Identifier: GPL-2.0-only
/*
 * The elfcorehdr segment of an image that kexec_file_load(2) is loading. What it
 * lists, and how much may come to be listed, is the architecture's to say.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "crash_hp.h"
#include "elfcorehdr.h"
#include "online_mem.h"

/**
 * elfcorehdr_make() - make the header of an image that is being loaded
 * @need_kernel_map: as for elfcorehdr_build()
 * @kbuf: its buffer, bufsz and memsz are set; the caller gives the buffer to
 *	elfcorehdr_add_segment(), or frees it with kvfree()
 *
 * Return: 0 or a negative errno.
 */
int elfcorehdr_make(bool need_kernel_map, struct kexec_buf *kbuf)
{
	struct crash_mem *online, *mem = NULL;
	int ret;

	cpus_read_lock();
	get_online_mems();
	ret = list_online_memory(&online);
	if (!ret)
		ret = get_crash_memory_ranges(online, &mem);
	put_online_mems();
	cpus_read_unlock();
	kvfree(online);
	if (ret)
		goto out;

	if (mem->nr_ranges > CONFIG_CRASH_MAX_MEMORY_RANGES)
		pr_warn("%u memory ranges, configured for %u: no room for more\n",
			mem->nr_ranges, CONFIG_CRASH_MAX_MEMORY_RANGES);

	kbuf->bufsz = elfcorehdr_bytes(mem->nr_ranges);
	kbuf->memsz = elfcorehdr_segment_size(mem->nr_ranges);
	kbuf->buffer = kvmalloc(kbuf->bufsz, GFP_KERNEL);
	if (!kbuf->buffer) {
		ret = -ENOMEM;
		goto out;
	}
	ret = elfcorehdr_build(mem, need_kernel_map, kbuf->buffer, kbuf->bufsz);
	if (ret)
		kvfree(kbuf->buffer);
out:
	kvfree(mem);
	return ret;
}

/**
 * elfcorehdr_add_segment() - add a header to an image that is being loaded
 * @image: the image; keeps the buffer for the cleanup
 * @kbuf: from elfcorehdr_make(), with limits and alignment for its place
 *
 * All of the segment is reserved, in whole pages, and not only what the header
 * takes now: an update may fill it, and the capture kernel must not use it.
 *
 * Return: 0 or a negative errno; on error the buffer is still the caller's.
 */
int elfcorehdr_add_segment(struct kimage *image, struct kexec_buf *kbuf)
{
	int ret;

	kbuf->mem = KEXEC_BUF_MEM_UNKNOWN;
	kbuf->top_down = false;
	ret = kexec_add_buffer(kbuf);
	if (ret)
		return ret;
	image->elf_headers = kbuf->buffer;
	image->elf_headers_sz = kbuf->memsz;
	image->elf_load_addr = kbuf->mem;
	return 0;
}
