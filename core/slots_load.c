// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the architectures have in common when they load an image with slots.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "slots.h"

static unsigned int put_hex(u8 *to, u64 value)
{
	static const char digits[] = "0123456789abcdef";
	unsigned int i, n = 1;

	while (n < CRASH_SLOT_MAX_DIGITS && value >> (4 * n))
		n++;
	for (i = 0; i < n; i++)
		to[i] = digits[(value >> (4 * (n - 1 - i))) & 0xf];
	return n;
}

/**
 * crash_slots_digits() - how a command line has to name the header of each slot
 * @slots: of an image that is being loaded; the header has its places
 * @cmdline: begins with CRASH_SLOT_PARAM and the address of slot 0's header
 * @size: bytes of it
 * @digits: filled in: the addresses, without a zero at the end
 *
 * Return: how many digits; -ENOENT when @cmdline begins otherwise, -ERANGE when
 * the addresses have not the same number of digits: one cannot be put in the
 * other's place.
 */
int crash_slots_digits(const struct crash_slots *slots, const char *cmdline,
		       size_t size,
		       u8 digits[CRASH_NR_SLOTS][CRASH_SLOT_MAX_DIGITS])
{
	const phys_addr_t *mem = slots->part[CRASH_HP_ELFCOREHDR].mem;
	const size_t at = CRASH_SLOT_PARAM_LEN;
	unsigned int nr = put_hex(digits[0], mem[0]);

	if (put_hex(digits[1], mem[1]) != nr)
		return -ERANGE;
	if (size <= at + nr || memcmp(cmdline, CRASH_SLOT_PARAM, at) ||
	    memcmp(cmdline + at, digits[0], nr))
		return -ENOENT;
	return nr;
}

/**
 * crash_slots_select() - find the word that chooses a slot
 * @slots: of an image that is being loaded
 * @image: the image
 * @symbol: of the kernel's own purgatory
 * @offset: of the word behind @symbol, in bytes
 * @mem: what the word holds for each slot: a physical address
 *
 * Return: 0; -EINVAL when there is no such symbol, or one that is not aligned: one
 * store could not change it.
 */
int crash_slots_select(struct crash_slots *slots, struct kimage *image,
		       const char *symbol, size_t offset,
		       const phys_addr_t *mem)
{
	void *address = kexec_purgatory_get_symbol_addr(image, symbol);
	int i;

	if (IS_ERR(address))
		return PTR_ERR(address);
	slots->selector = (unsigned long)address + offset;
	if (!IS_ALIGNED(slots->selector, sizeof(unsigned long)))
		return -EINVAL;
	for (i = 0; i < CRASH_NR_SLOTS; i++)
		slots->choice[i] = mem[i];
	return 0;
}

/**
 * crash_slots_install() - the end of loading a second slot
 * @image: the image; it has slots from now on, when there are any
 * @slots: what was made, NULL when there was no memory for it
 * @ret: 0, or a negative errno: @slots and its buffer are freed
 */
void crash_slots_install(struct kimage *image, struct crash_slots *slots,
			 int ret)
{
	image->arch.crash_slots = slots;
	if (!ret)
		return;
	pr_info("the crash image has no second slot (error %d): updates hide it\n",
		ret);
	crash_slots_free(image);
}
