/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The bytes of an elfcorehdr: the tables of the KUnit suite, and of the tests in
 * user space. Numbers and not names, so that a wrong definition is noticed.
 */
#ifndef CRASH_HP_VECTORS_ELFCOREHDR_H
#define CRASH_HP_VECTORS_ELFCOREHDR_H

#include "elfcorehdr.h"

/* sizes of the ELF header and of a program header */
#define EHDR_BYTES 64
#define PHDR_BYTES 56
/* loaders reserve whole multiples of this */
#define HEADER_BYTES 4096

/* the ELF header; e_phnum, at 56, is the only field that differs */
static const struct header_field {
	const char *name;
	unsigned int offset, size;
	u64 value;
} header_fields[] = {
	{ "EI_MAG0", 0, 1, 0x7f },
	{ "EI_MAG1", 1, 1, 'E' },
	{ "EI_MAG2", 2, 1, 'L' },
	{ "EI_MAG3", 3, 1, 'F' },
	{ "EI_CLASS", 4, 1, 2 },
	{ "EI_DATA", 5, 1, __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 2 : 1 },
	{ "EI_VERSION", 6, 1, 1 },
	{ "EI_OSABI", 7, 1, 0 },
	{ "EI_PAD", 8, 8, 0 },
	{ "e_type", 16, 2, 4 },
	{ "e_machine", 18, 2, IS_ENABLED(CONFIG_X86_64) ? 62 : 21 },
	{ "e_version", 20, 4, 1 },
	{ "e_entry", 24, 8, 0 },
	{ "e_phoff", 32, 8, 64 },
	{ "e_shoff", 40, 8, 0 },
	{ "e_flags", 48, 4, 0 },
	{ "e_ehsize", 52, 2, 64 },
	{ "e_phentsize", 54, 2, 56 },
	{ "e_shentsize", 58, 2, 0 },
	{ "e_shnum", 60, 2, 0 },
	{ "e_shstrndx", 62, 2, 0 },
};

/* a field of @size bytes in the kernel's byte order */
static inline u64 header_get(const void *buf, unsigned int offset,
			     unsigned int size)
{
	u64 wide = 0;
	u32 word = 0;
	u16 half = 0;

	switch (size) {
	case 2:
		memcpy(&half, buf + offset, size);
		return half;
	case 4:
		memcpy(&word, buf + offset, size);
		return word;
	case 8:
		memcpy(&wide, buf + offset, size);
		return wide;
	}
	return *(const u8 *)(buf + offset);
}

static inline void header_set(void *buf, unsigned int offset, unsigned int size,
			      u64 value)
{
	const u32 word = value;
	const u16 half = value;

	switch (size) {
	case 2:
		memcpy(buf + offset, &half, size);
		return;
	case 4:
		memcpy(buf + offset, &word, size);
		return;
	case 8:
		memcpy(buf + offset, &value, size);
		return;
	}
	*(u8 *)(buf + offset) = value;
}

/* memory of which each range is one PT_LOAD, in this order */
static const struct header_list {
	const char *what, *memory;
	bool kernel_map;
} header_lists[] = {
	{ "the first 64 KiB apart, and far up",
	  "0-ffff 10000-1fffffff 100000000-4ffffffffffff", false },
	{ "ranges that touch stay two",
	  "0-7fffffff 80000000-ffffffff", false },
	{ "one byte", "1000-1000", false },
	{ "in the order of the list", "80000000-8fffffff 0-fffffff", false },
	{ "no memory", "", false },
	{ "the kernel's image apart", "100000-7fffffff", true },
	{ "the kernel's image alone", "", true },
};

/* e_phnum is 16 bits wide, and its last value means that it does not say */
static const struct header_limit {
	unsigned int phnum;
	int ret;
} header_limits[] = {
	{ 65533, 0 },
	{ 65534, 0 },
	{ 65535, -E2BIG },
	{ 65536, -E2BIG },
	{ 65537, -E2BIG },
	{ 65538, -E2BIG },
};

/* what a change at one place makes of this kernel's own header */
static const struct header_poke {
	const char *what;
	enum { IN_EHDR, IN_VMCOREINFO } where;
	unsigned int offset, size;
	u64 value;
	bool is_core, is_ours;
} header_pokes[] = {
	{ "nothing", IN_EHDR, 0, 1, 0x7f, true, true },
	{ "no magic", IN_EHDR, 0, 1, 0, false, false },
	{ "no magic, at its end", IN_EHDR, 3, 1, 'f', false, false },
	{ "ELF of 32 bits", IN_EHDR, 4, 1, 1, false, false },
	{ "a program", IN_EHDR, 16, 2, 2, false, false },
	{ "another machine's", IN_EHDR, 18, 2, 183, false, false },
	{ "program headers of 32 bits", IN_EHDR, 54, 2, 32, false, false },
	{ "a table that is cut off", IN_EHDR, 56, 2, 65535, false, false },
	{ "an empty table", IN_EHDR, 56, 2, 0, true, false },
	{ "another kernel's vmcoreinfo", IN_VMCOREINFO, 24, 8, 0x1230000, true, false },
	{ "vmcoreinfo as memory", IN_VMCOREINFO, 0, 4, 1, true, false },
	{ "vmcoreinfo with another length", IN_VMCOREINFO, 32, 8, 1, true, true },
};

#endif /* CRASH_HP_VECTORS_ELFCOREHDR_H */
