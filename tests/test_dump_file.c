// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/vmcore as a file: notes merged, memory in whole pages at the places that the
 * program headers say, and holes where nothing is.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dump_file.h"
#include "elfcore.h"

#include <cmocka.h>

#define PAGE 4096
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct core {
	Elf64_Ehdr ehdr;
	Elf64_Phdr phdrs[8];
};

static struct core make_core(void)
{
	struct core core = {
		.ehdr = {
			.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64,
				     ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_CORE,
			.e_machine = EM_X86_64,
			.e_version = EV_CURRENT,
			.e_phoff = sizeof(Elf64_Ehdr),
			.e_ehsize = sizeof(Elf64_Ehdr),
			.e_phentsize = sizeof(Elf64_Phdr),
		},
	};

	return core;
}

static void add(struct core *core, uint32_t type, uint64_t offset,
		uint64_t paddr, uint64_t size)
{
	core->phdrs[core->ehdr.e_phnum++] = (Elf64_Phdr){
		.p_type = type,
		.p_offset = offset,
		.p_paddr = paddr,
		.p_vaddr = type == PT_LOAD ? paddr + 0x1000000000 : 0,
		.p_filesz = size,
		.p_memsz = size,
	};
}

/* a note of four bytes */
static void put_note(struct physmem *memory, uint64_t at, size_t size,
		     const char *text)
{
	const Elf64_Nhdr n = { 3, 4, 7 };
	uint8_t *bytes;

	assert_int_equal(0, physmem_add(memory, at, size));
	bytes = physmem_map(memory, at, size);
	memcpy(bytes, &n, sizeof(n));
	memcpy(bytes + 12, "ME", 3);
	memcpy(bytes + 16, text, 4);
}

static int temp_file(void)
{
	char name[] = "/tmp/test_dump_file.XXXXXX";
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	unlink(name);
	return fd;
}

static int dump(int fd, const struct core *core, const struct physmem *memory,
		struct error *err)
{
	const struct dump_source src = { core, sizeof(*core), memory, PAGE };

	return dump_file_write(fd, &src, err);
}

static void assert_at(int fd, const char *what, uint64_t at, const char *text)
{
	char got[64] = "";

	if (pread(fd, got, strlen(text), at) != (ssize_t)strlen(text) ||
	    memcmp(got, text, strlen(text)))
		fail_msg("%s at 0x%" PRIx64 ": '%s' and not '%s'", what, at, got,
			 text);
}

static void test_dump(void **state)
{
	struct core core = make_core();
	struct physmem memory = { 0 };
	Elf64_Phdr phdrs[4];
	struct error err;
	struct stat st;
	int fd = temp_file();

	(void)state;
	add(&core, PT_NOTE, 0x10000, 0x10000, 64);	/* 20 bytes and an end */
	add(&core, PT_NOTE, 0x20000, 0x20000, 64);	/* nothing there */
	add(&core, PT_NOTE, 0x30000, 0x30000, 36);	/* one, and a half */
	/* 64 KiB, whose bytes are elsewhere; an odd piece; a large one */
	add(&core, PT_LOAD, 0x70000, 0, 0x10000);
	add(&core, PT_LOAD, 0x40100, 0x40100, 0x80);
	add(&core, PT_LOAD, 0x100000, 0x100000, 0x40000000);
	put_note(&memory, 0x10000, 64, "one!");
	put_note(&memory, 0x30000, 64, "two!");
	memcpy((char *)physmem_map(&memory, 0x30000, 64) + 20, "\1\0\0\0\4\0\0\0", 8);
	assert_int_equal(0, physmem_add(&memory, 0x7fff0, 0x20));
	strcpy(physmem_map(&memory, 0x7fff0, 0x20), "backup");
	assert_int_equal(0, physmem_add(&memory, 0x40000, 0x200));
	strcpy((char *)physmem_map(&memory, 0x40000, 0x200) + 0x1f0, "page's end");
	assert_int_equal(0, physmem_add(&memory, 0x40000000, 0x10));
	strcpy(physmem_map(&memory, 0x40000000, 0x10), "far");

	if (dump(fd, &core, &memory, &err))
		fail_msg("%s", err.text);
	assert_int_equal(sizeof(phdrs), pread(fd, phdrs, sizeof(phdrs), 64));
	assert_int_equal(PT_NOTE, phdrs[0].p_type);
	assert_int_equal(PAGE, phdrs[0].p_offset);
	assert_int_equal(40, phdrs[0].p_filesz);
	assert_at(fd, "first note", PAGE + 16, "one!");
	assert_at(fd, "second note", PAGE + 36, "two!");

	assert_int_equal(2 * PAGE, phdrs[1].p_offset);
	assert_int_equal(0, phdrs[1].p_paddr);
	assert_at(fd, "backup", 2 * PAGE + 0xfff0, "backup");
	/* whole pages, and the header says where in them */
	assert_int_equal(18 * PAGE + 0x100, phdrs[2].p_offset);
	assert_int_equal(0x80, phdrs[2].p_filesz);
	assert_at(fd, "odd piece", 18 * PAGE + 0x1f0, "page's end");
	assert_int_equal(19 * PAGE, phdrs[3].p_offset);
	assert_int_equal(0x1000000000 + 0x100000, phdrs[3].p_vaddr);
	assert_at(fd, "large", 19 * PAGE + 0x3ff00000, "far");

	assert_int_equal(0, fstat(fd, &st));
	assert_int_equal(19 * PAGE + 0x40000000, st.st_size);
	/* bytes on disk, not in the file */
	assert_true(st.st_blocks * 512 < 1 << 20);
	close(fd);
	physmem_clear(&memory);
}

static void test_refused(void **state)
{
	static const struct {
		const char *name;
		uint32_t type;
		uint64_t offset, size;
		const char *says;
	} rows[] = {
		{ "endless note", PT_NOTE, 0x1000, UINT64_MAX,
		  "more than any machine has" },
		{ "note that wraps", PT_NOTE, UINT64_MAX - 8, 64,
		  "more than any machine has" },
		{ "endless memory", PT_LOAD, 0x1000, 0xffffffffc0000000,
		  "has no room in a file" },
		{ "memory far up", PT_LOAD, 1ULL << 63, PAGE,
		  "has no room in a file" },
		{ "memory that does not fit", PT_LOAD, 0, INT64_MAX,
		  "would have more than 0x7fffffffffffffff bytes" },
	};
	struct physmem memory = { 0 };
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct core core = make_core();
		int fd = temp_file();

		add(&core, rows[i].type, rows[i].offset, rows[i].offset,
		    rows[i].size);
		if (!dump(fd, &core, &memory, &err) ||
		    !strstr(err.text, rows[i].says))
			fail_msg("%s: '%s'", rows[i].name, err.text);
		close(fd);
	}
}

static void test_no_header(void **state)
{
	struct core core = make_core();
	struct physmem memory = { 0 };
	struct error err;
	int fd = temp_file();

	(void)state;
	core.ehdr.e_ident[0] = 0;
	assert_int_equal(-1, dump(fd, &core, &memory, &err));
	assert_non_null(strstr(err.text, "there is no /proc/vmcore: "));
	close(fd);
}

/* what cannot be written to is said */
static void test_unwritable(void **state)
{
	struct core core = make_core();
	struct physmem memory = { 0 };
	struct error err = { "" };
	int fd = open("/dev/full", O_RDWR);

	(void)state;
	add(&core, PT_LOAD, 0, 0, PAGE);
	assert_int_equal(-1, dump(fd, &core, &memory, &err));
	assert_true(err.text[0]);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dump),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_header),
		cmocka_unit_test(test_unwritable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
