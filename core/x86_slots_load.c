// SPDX-License-Identifier: GPL-2.0-only
/*
 * x86: a second slot for an image that kexec_file_load(2) is loading.
 *
 * Purgatory verifies a digest of the boot parameters and of the command line behind
 * them, which names the elfcorehdr. So these stay as they are, and are there twice:
 * both are in the digest, each names the header of its slot, and the register
 * that purgatory hands to the capture kernel chooses one of them. Purgatory and
 * elfcorehdr themselves are not in the digest:
 *
 *	rsi --> boot parameters, command line of slot 0 --> elfcorehdr of slot 0
 *	    `-> boot parameters, command line of slot 1 --> elfcorehdr of slot 1
 *
 * What else belongs to the boot parameters (setup_data, EFI's memory map) lies
 * behind those of slot 0, and both point to it. Purgatory of a kexec_load(2) image
 * is user space's own: it has one slot.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "crash_hp.h"
#include "slots.h"

/* the elfcorehdr segment was made for two, if there was room for two */
static int split_header(struct crash_slots *slots, const struct kimage *image)
{
	struct crash_slot_part *part = &slots->part[CRASH_HP_ELFCOREHDR];
	const struct kexec_segment *header =
		&image->segment[image->elfcorehdr_index];
	const size_t one = max_t(size_t, header->bufsz,
				 arch_crash_get_elfcorehdr_size());

	if (header->memsz < CRASH_NR_SLOTS * PAGE_ALIGN(one))
		return -ENOSPC;
	part->memsz = header->memsz / CRASH_NR_SLOTS;
	part->mem[0] = header->mem;
	part->mem[1] = header->mem + part->memsz;
	return 0;
}

static const struct kexec_segment *find_segment(const struct kimage *image,
						const void *buffer)
{
	unsigned long i;

	for (i = 0; i < image->nr_segments; i++)
		if (image->segment[i].kbuf == buffer)
			return &image->segment[i];
	return NULL;
}

static u64 cmdline_address(const struct boot_params *params)
{
	return (u64)params->ext_cmd_line_ptr << 32 | params->hdr.cmd_line_ptr;
}

static void set_cmdline_address(struct boot_params *params, u64 address)
{
	params->hdr.cmd_line_ptr = (u32)address;
	params->ext_cmd_line_ptr = address >> 32;
}

/* boot parameters and command line once more, with the header of slot 1 */
static int add_params(struct crash_slots *slots, struct kexec_buf *kbuf,
		      const struct kexec_segment *segment, size_t at)
{
	u8 digits[CRASH_NR_SLOTS][CRASH_SLOT_MAX_DIGITS];
	const char *cmdline = segment->kbuf + at;
	size_t size = segment->bufsz - at;
	struct boot_params *copy;
	int nr, ret;

	size = min(size, strnlen(cmdline, size) + 1);
	nr = crash_slots_digits(slots, cmdline, size, digits);
	if (nr < 0)
		return nr;
	size += at;
	copy = kvmalloc(size, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, segment->kbuf, size);
	memcpy((char *)copy + at + CRASH_SLOT_PARAM_LEN, digits[1], nr);
	slots->buffer = copy;

	kbuf->buffer = copy;
	kbuf->bufsz = size;
	kbuf->memsz = size;
	kbuf->mem = KEXEC_BUF_MEM_UNKNOWN;
	ret = kexec_add_buffer(kbuf);
	if (!ret)
		set_cmdline_address(copy, kbuf->mem + at);
	return ret;
}

static int add_spares(struct crash_slots *slots, struct kimage *image,
		      struct kexec_buf *kbuf, const struct boot_params *params)
{
	const struct kexec_segment *segment = find_segment(image, params);
	phys_addr_t mem[CRASH_NR_SLOTS];
	u64 at;
	int ret;

	if (!segment || segment->bufsz < sizeof(*params))
		return -ENOENT;
	/* wraps where the command line is before them: that is no place either */
	at = cmdline_address(params) - segment->mem;
	if (at < sizeof(*params) || at >= segment->bufsz)
		return -EINVAL;
	ret = split_header(slots, image);
	if (!ret)
		ret = add_params(slots, kbuf, segment, at);
	if (ret)
		return ret;
	mem[0] = segment->mem;
	mem[1] = kbuf->mem;
	return crash_slots_select(slots, image, "entry64_regs",
				  offsetof(struct kexec_entry64_regs, rsi),
				  mem);
}

/**
 * crash_hp_load_slots() - reserve a second slot for what changes
 * @image: the crash image being loaded; all its segments have their places
 * @kbuf: limits and alignment of boot parameters; its other fields are changed
 * @params: the boot parameters that are loaded, complete, the command line behind
 *	them
 *
 * Takes two pages besides the second half of the elfcorehdr segment. An image
 * without a second slot is as good as it always was: hidden while it is
 * updated. So nothing that goes wrong here fails the load.
 */
void crash_hp_load_slots(struct kimage *image, struct kexec_buf *kbuf,
			 const void *params)
{
	const unsigned long nr_segments = image->nr_segments;
	struct crash_slots *slots;
	int ret = -ENOMEM;

	/* an image that does not follow hotplug has one header, in the digest */
	if (image->elfcorehdr_index < 0)
		return;
	slots = kzalloc(sizeof(*slots), GFP_KERNEL);
	if (slots)
		ret = add_spares(slots, image, kbuf, params);
	if (ret)
		image->nr_segments = nr_segments;
	crash_slots_install(image, slots, ret);
}
