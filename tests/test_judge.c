// SPDX-License-Identifier: GPL-2.0-only
/*
 * The judge. Each row spoils an accurate image, or the machine under it, in one
 * way and names every finding that must come of it, and no other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "judge_case.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(*(a)))

/* one way to spoil a case, and the findings as assert_findings() takes them */
struct row {
	const char *name;
	void (*spoil)(struct judge_case *c);
	const char *expected;
};

static void run_rows(enum arch arch, const struct row *rows, size_t nr)
{
	struct judge_case *c;
	size_t i;

	for (i = 0; i < nr; i++) {
		c = case_new(arch);
		rows[i].spoil(c);
		assert_findings(rows[i].name, c, rows[i].expected);
		case_free(c);
	}
}

static void accurate_image_has_no_finding(void **state)
{
	struct judge_case *c = case_new(ARCH_POWERPC);

	(void)state;
	assert_findings("powerpc", c, "");
	case_free(c);
	c = case_new(ARCH_X86_64);
	assert_findings("x86_64", c, "");
	case_free(c);
}

/* --- PT_LOADs and memory -------------------------------------------------- */

/* what memory there is, what is listed; NULL: as on the whole machine */
struct memory_row {
	const char *name;
	const char *ram;
	const char *online;
	const char *loads;
	const char *expected;
};

/*
 * Columns of the pictures are not to scale:
 *
 *	memory	|b|-------|	|----------|	b: 64 KiB that are backed up
 *	crash		  |=====|
 *	RTAS		     r
 */
static const struct memory_row powerpc_memory[] = {
	/* |b|-------|  r  |----------|
	 * |b|-------|  r  |---|  |---|   one block offline, not listed
	 */
	{ "offline and not listed", NULL, "0-5fffffff 70000000-7fffffff",
	  "0-ffff 10000-1fffffff 2fff0000-2fff083b 40000000-5fffffff 70000000-7fffffff",
	  "" },
	{ "offline and listed", NULL, "0-5fffffff 70000000-7fffffff", CASE_LOADS,
	  "remark I-GONE PT_LOAD 3 covers 0x60000000-0x6fffffff, which is offline\n" },
	/* the block is gone altogether */
	{ "gone and listed", "0-5fffffff 70000000-7fffffff",
	  "0-5fffffff 70000000-7fffffff", CASE_LOADS,
	  "incomplete I-GONE PT_LOAD 3 covers 0x60000000-0x6fffffff, which is not memory\n" },
	/* KB-02: |---| removed |---|x  one byte too long */
	{ "one byte behind the end of memory", NULL, NULL,
	  "0-ffff 10000-1fffffff 2fff0000-2fff083b 40000000-80000000",
	  "incomplete I-GONE PT_LOAD 3 covers 0x80000000-0x80000000, which is not memory\n" },
	/* KB-02: one byte of the next entry */
	{ "one byte of the next PT_LOAD", NULL, NULL,
	  "0-ffff 10000-1fffffff 2fff0000-2fff083b 40000000-60000000 60000000-7fffffff",
	  "incomplete I-DISJ PT_LOAD 3 and PT_LOAD 4 both cover 0x60000000-0x60000000\n" },
	{ "one PT_LOAD inside of another", NULL, NULL,
	  "0-ffff 10000-1fffffff 2fff0000-2fff083b 40000000-7fffffff 50000000-5fffffff 68000000-68ffffff",
	  "incomplete I-DISJ PT_LOAD 3 and PT_LOAD 4 both cover 0x50000000-0x5fffffff\n"
	  "incomplete I-DISJ PT_LOAD 3 and PT_LOAD 5 both cover 0x68000000-0x68ffffff\n" },
	{ "the same PT_LOAD twice", NULL, NULL,
	  "0-ffff 10000-1fffffff 2fff0000-2fff083b 40000000-7fffffff 40000000-7fffffff",
	  "incomplete I-DISJ PT_LOAD 3 and PT_LOAD 4 both cover 0x40000000-0x7fffffff\n" },
	/* KB-03 */
	{ "right half at the end", NULL, NULL,
	  "0-ffff 10000-1fffffff 2fff0000-2fff083b 60000000-7fffffff 40000000-5fffffff",
	  "incomplete I-SORT PT_LOAD 4 at 0x40000000 comes after PT_LOAD 3 at 0x60000000\n" },
	{ "a hole", NULL, NULL,
	  "0-ffff 10000-1fffffff 2fff0000-2fff083b 40000000-5fffffff 60001000-7fffffff",
	  "incomplete I-COVER no PT_LOAD covers 0x60000000-0x60000fff, which is online\n" },
	{ "a missing PT_LOAD", NULL, NULL, "0-ffff 10000-1fffffff 2fff0000-2fff083b",
	  "incomplete I-COVER no PT_LOAD covers 0x40000000-0x7fffffff, which is online\n" },
	{ "RTAS is missing", NULL, NULL, "0-ffff 10000-1fffffff 40000000-7fffffff",
	  "incomplete I-COVER no PT_LOAD covers 0x2fff0000-0x2fff083b, which firmware keeps\n" },
	/* kexec-tools rounds it to pages and puts it last; legitimate */
	{ "RTAS rounded and last", NULL, NULL,
	  "0-ffff 10000-1fffffff 40000000-7fffffff 2fff0000-2fffffff", "" },
	{ "into the crash kernel's memory", NULL, NULL,
	  "0-ffff 10000-200fffff 2fff0000-2fff083b 40000000-7fffffff",
	  "incomplete I-CRASHK PT_LOAD 1 covers 0x20000000-0x200fffff, which is the capture kernel's\n" },
	{ "all of memory in one", NULL, NULL, "0-ffff 10000-7fffffff",
	  "incomplete I-CRASHK PT_LOAD 1 covers 0x20000000-0x2ffeffff, which is the capture kernel's\n"
	  "incomplete I-CRASHK PT_LOAD 1 covers 0x30000000-0x3fffffff, which is the capture kernel's\n" },
	{ "cut before the last byte", NULL, NULL,
	  "0-ffff 10000-1fffffff 2fff0000-2fff083b 40000000-7ffffffe 7fffffff-7fffffff",
	  "" },
	{ "no memory at 0", "10000-7fffffff", "10000-7fffffff",
	  "10000-1fffffff 2fff0000-2fff083b 40000000-7fffffff", "" },
	{ "no backup entry", NULL, NULL,
	  "10000-1fffffff 2fff0000-2fff083b 40000000-7fffffff",
	  "incomplete I-BACKUP no PT_LOAD at 0x0 leads to the backup region\n"
	  "incomplete I-COVER no PT_LOAD covers 0x0-0xffff, which is online\n" },
	{ "backup entry merged with what follows", NULL, NULL,
	  "0-1fffffff 2fff0000-2fff083b 40000000-7fffffff",
	  "incomplete I-BACKUP PT_LOAD 0 at 0x0 has 0x20000000 bytes, the backup region 0x10000\n" },
};

static const struct memory_row x86_memory[] = {
	/* the low 1 MiB is the capture kernel's as well */
	{ "low memory listed", NULL, NULL,
	  "2000-8ffff 100000-1fffffff 40000000-7fffffff",
	  "incomplete I-CRASHK PT_LOAD 1 covers 0x2000-0x8ffff, which is the capture kernel's\n" },
	/* memory that ends within a page: |----------|--  | */
	{ "odd bytes listed", "100000-7ffff3ff", "100000-7ffff3ff",
	  "100000-1fffffff 40000000-7ffff3ff",
	  "remark I-GONE PT_LOAD 2 is read as 0x40000000-0x7fffffff, in whole pages, and not all of that is memory\n" },
	{ "odd bytes not listed", "100000-7ffff3ff", "100000-7ffff3ff",
	  "100000-1fffffff 40000000-7fffefff", "" },
	{ "odd bytes and a page not listed", "100000-7ffff3ff",
	  "100000-7ffff3ff", "100000-1fffffff 40000000-7fffdfff",
	  "incomplete I-COVER no PT_LOAD covers 0x7fffe000-0x7fffefff, which is online\n" },
	/* KB-20: the DIMM at 4 GiB was removed */
	{ "removed DIMM", NULL, NULL,
	  "100000-1fffffff 40000000-7fffffff 100000000-10fffffff",
	  "incomplete I-GONE PT_LOAD 3 covers 0x100000000-0x10fffffff, which is not memory\n" },
};

static void run_memory_rows(enum arch arch, const struct memory_row *rows,
			    size_t nr)
{
	struct judge_case *c;
	size_t i;

	for (i = 0; i < nr; i++) {
		c = case_new(arch);
		if (rows[i].ram)
			case_set(&c->machine.ram, rows[i].ram);
		if (rows[i].online)
			case_set(&c->machine.online, rows[i].online);
		case_loads(c, rows[i].loads);
		assert_findings(rows[i].name, c, rows[i].expected);
		case_free(c);
	}
}

static void loads_are_held_against_memory(void **state)
{
	(void)state;
	run_memory_rows(ARCH_POWERPC, powerpc_memory,
			ARRAY_SIZE(powerpc_memory));
	run_memory_rows(ARCH_X86_64, x86_memory, ARRAY_SIZE(x86_memory));
}

/* --- fields of the elfcorehdr --------------------------------------------- */

static Elf64_Ehdr *ehdr(struct judge_case *c)
{
	return (Elf64_Ehdr *)c->elfcorehdr;
}

static Elf64_Phdr *load(struct judge_case *c, unsigned int nr)
{
	return elf_find(c->elfcorehdr, PT_LOAD, nr);
}

static Elf64_Phdr *note(struct judge_case *c, unsigned int nr)
{
	return elf_find(c->elfcorehdr, PT_NOTE, nr);
}

static void no_magic(struct judge_case *c)
{
	ehdr(c)->e_ident[EI_MAG2] = 0;
}

static void no_room_for_header(struct judge_case *c)
{
	case_segment(c, SEGMENT_ELFCOREHDR)->memsz = 63;
}

static void wrong_class(struct judge_case *c)
{
	ehdr(c)->e_ident[EI_CLASS] = ELFCLASS32;
}

static void wrong_ident_version(struct judge_case *c)
{
	ehdr(c)->e_ident[EI_VERSION] = 0;
}

static void wrong_type(struct judge_case *c)
{
	ehdr(c)->e_type = ET_EXEC;
}

static void wrong_machine(struct judge_case *c)
{
	ehdr(c)->e_machine = EM_X86_64;
}

static void wrong_version(struct judge_case *c)
{
	ehdr(c)->e_version = 2;
}

static void wrong_ehsize(struct judge_case *c)
{
	ehdr(c)->e_ehsize = 52;
}

static void wrong_phentsize(struct judge_case *c)
{
	ehdr(c)->e_phentsize = 32;
}

static void no_phdrs(struct judge_case *c)
{
	ehdr(c)->e_phnum = 0;
}

static void header_only(struct judge_case *c)
{
	ehdr(c)->e_phnum = 0;
	case_segment(c, SEGMENT_ELFCOREHDR)->memsz = 64;
}

static void table_leaves_segment(struct judge_case *c)
{
	ehdr(c)->e_phnum = 0xffff;
}

static void table_just_fits(struct judge_case *c)
{
	case_segment(c, SEGMENT_ELFCOREHDR)->memsz = 64 + 11 * 56;
}

static void table_just_fits_not(struct judge_case *c)
{
	case_segment(c, SEGMENT_ELFCOREHDR)->memsz = 64 + 11 * 56 - 1;
}

static void big_endian_ident(struct judge_case *c)
{
	ehdr(c)->e_ident[EI_DATA] = ELFDATA2MSB;
}

static void wrong_phoff(struct judge_case *c)
{
	ehdr(c)->e_phoff = 120;
}

/* that place has the size of an impossible section 0 */
static void sections(struct judge_case *c)
{
	ehdr(c)->e_shoff = 3;
}

/* one entry too many: what lies behind the table is zero */
static void phnum_too_large(struct judge_case *c)
{
	ehdr(c)->e_phnum++;
}

static void phnum_too_small(struct judge_case *c)
{
	ehdr(c)->e_phnum--;
}

/* KB-68: what an older, longer table left behind */
static void stale_bytes(struct judge_case *c)
{
	elf_loads(c->elfcorehdr, "80000000-ffffffff 0-ffffffff");
	ehdr(c)->e_phnum -= 2;
}

static const struct row header_rows[] = {
	{ "no magic", no_magic,
	  "lost I-SANE the elfcorehdr segment holds no ELF header\n" },
	{ "no room for an ELF header", no_room_for_header,
	  "lost I-SANE the elfcorehdr segment holds no ELF header\n" },
	{ "class", wrong_class,
	  "lost I-SANE EI_CLASS is 1 and not 2: the capture kernel refuses the header\n" },
	{ "version of the ident", wrong_ident_version,
	  "lost I-SANE EI_VERSION is 0 and not 1: the capture kernel refuses the header\n" },
	{ "type", wrong_type,
	  "lost I-SANE e_type is 2 and not 4: the capture kernel refuses the header\n" },
	{ "machine", wrong_machine,
	  "lost I-SANE e_machine is 62 and not 21: the capture kernel refuses the header\n" },
	{ "version", wrong_version,
	  "lost I-SANE e_version is 2 and not 1: the capture kernel refuses the header\n" },
	{ "size of the ELF header", wrong_ehsize,
	  "lost I-SANE e_ehsize is 52 and not 64: the capture kernel refuses the header\n" },
	{ "size of a program header", wrong_phentsize,
	  "lost I-SANE e_phentsize is 32 and not 56: the capture kernel refuses the header\n" },
	{ "no program headers", no_phdrs,
	  "lost I-PHNUM e_phnum is 0: the capture kernel refuses the header\n" },
	{ "room for an ELF header only", header_only,
	  "lost I-PHNUM e_phnum is 0: the capture kernel refuses the header\n" },
	{ "more program headers than there is room", table_leaves_segment,
	  "lost I-PHNUM e_phnum is 65535, which takes 3670024 bytes, the segment has 131072\n"
	  "incomplete I-RESV 131072 bytes are reserved for the elfcorehdr, which has 3670024: the capture kernel overwrites its end\n" },
	{ "just enough room", table_just_fits, "" },
	{ "one byte too few", table_just_fits_not,
	  "lost I-PHNUM e_phnum is 11, which takes 680 bytes, the segment has 679\n"
	  "incomplete I-RESV 679 bytes are reserved for the elfcorehdr, which has 680: the capture kernel overwrites its end\n" },
	{ "KB-47: says that it is big endian", big_endian_ident,
	  "incomplete I-SANE ELF readers see other program headers than the kernel: EI_DATA is 2, e_phoff 64\n" },
	{ "program headers elsewhere", wrong_phoff,
	  "incomplete I-SANE ELF readers see other program headers than the kernel: EI_DATA is 1, e_phoff 120\n" },
	{ "sections", sections,
	  "incomplete I-SANE libelf does not accept the header: invalid ELF file data\n" },
	{ "one entry too many", phnum_too_large,
	  "stale I-PHNUM program header 11 is of type 0, neither PT_NOTE nor PT_LOAD\n" },
	{ "one entry too few", phnum_too_small,
	  "incomplete I-COVER no PT_LOAD covers 0x40000000-0x7fffffff, which is online\n" },
	{ "KB-68: old entries behind the table", stale_bytes, "" },
};

static void elf_header_is_as_vmcore_wants_it(void **state)
{
	(void)state;
	run_rows(ARCH_POWERPC, header_rows, ARRAY_SIZE(header_rows));
}

static void empty_load(struct judge_case *c)
{
	load(c, 3)->p_memsz = load(c, 3)->p_filesz = 0;
}

/* KB-01: p_memsz is -1 GiB */
static void wrapping_load(struct judge_case *c)
{
	load(c, 3)->p_memsz = load(c, 3)->p_filesz = 0xffffffffc0000000;
}

static void wrapping_offset(struct judge_case *c)
{
	load(c, 3)->p_offset = 0xffffffffc0000001;
}

static void unlike_filesz(struct judge_case *c)
{
	load(c, 3)->p_filesz--;
}

static void wrong_offset(struct judge_case *c)
{
	load(c, 3)->p_offset = 0x50000000;
}

/* KB-15, KB-16 */
static void lost_backup(struct judge_case *c)
{
	load(c, 0)->p_offset = 0;
}

static void wrong_backup(struct judge_case *c)
{
	load(c, 0)->p_offset += 0x10000;
}

static void lost_backup_not_known(struct judge_case *c)
{
	c->image.backup = 0;
	load(c, 0)->p_offset = 0;
}

static void backup_known_by_segment(struct judge_case *c)
{
	c->image.backup = 0;
	c->image.segment[c->image.nr_segments++] = (struct view_segment){
		.kind = SEGMENT_BACKUP, .mem = 0x21000000, .memsz = 0x10000,
	};
}

static void backup_not_known(struct judge_case *c)
{
	c->image.backup = 0;
}

static void two_backups(struct judge_case *c)
{
	case_loads(c, "0-ffff 0-ffff 10000-1fffffff 2fff0000-2fff083b 40000000-7fffffff");
	load(c, 1)->p_offset = CASE_BACKUP;
}

static const struct row load_rows[] = {
	{ "empty", empty_load,
	  "incomplete I-SANE PT_LOAD 3 at 0x40000000 is empty\n"
	  "incomplete I-COVER no PT_LOAD covers 0x40000000-0x7fffffff, which is online\n" },
	{ "KB-01: size wraps around", wrapping_load,
	  "incomplete I-SANE PT_LOAD 3 at 0x40000000 has p_memsz 0xffffffffc0000000, which wraps around\n"
	  "incomplete I-COVER no PT_LOAD covers 0x40000000-0x7fffffff, which is online\n" },
	{ "offset wraps around", wrapping_offset,
	  "incomplete I-SANE PT_LOAD 3 at 0x40000000 has p_memsz 0x40000000, which wraps around\n"
	  "incomplete I-COVER no PT_LOAD covers 0x40000000-0x7fffffff, which is online\n" },
	{ "p_filesz", unlike_filesz,
	  "incomplete I-SANE PT_LOAD 3 has p_filesz 0x3fffffff and p_memsz 0x40000000\n" },
	{ "p_offset", wrong_offset,
	  "incomplete I-SANE PT_LOAD 3 has p_offset 0x50000000 and p_paddr 0x40000000: the dump reads the wrong memory\n" },
	{ "KB-16: backup offset lost", lost_backup,
	  "incomplete I-BACKUP PT_LOAD 0 at 0x0 has p_offset 0x0, the backup is at 0x21730000\n" },
	{ "backup elsewhere", wrong_backup,
	  "incomplete I-BACKUP PT_LOAD 0 at 0x0 has p_offset 0x21740000, the backup is at 0x21730000\n" },
	{ "backup offset lost, nobody knows the backup", lost_backup_not_known,
	  "incomplete I-BACKUP PT_LOAD 0 at 0x0 has p_offset 0x0, the backup is elsewhere\n" },
	{ "nobody knows the backup", backup_not_known, "" },
	{ "backup known by its segment only", backup_known_by_segment,
	  "incomplete I-BACKUP PT_LOAD 0 at 0x0 has p_offset 0x21730000, the backup is at 0x21000000\n" },
	{ "two backup entries", two_backups,
	  "incomplete I-BACKUP PT_LOAD 1 is one more at 0x0, the backup region's\n"
	  "incomplete I-DISJ PT_LOAD 0 and PT_LOAD 1 both cover 0x0-0xffff\n" },
};

static void loads_are_sound(void **state)
{
	(void)state;
	run_rows(ARCH_POWERPC, load_rows, ARRAY_SIZE(load_rows));
}

/* the kernel's text is listed twice on x86, other memory is not */
#define NO_TEXT \
	"incomplete I-COVER no PT_LOAD maps the kernel's image, 0x1000000-0x3c2ffff, at 0xffffffff81000000\n"

static void text_twice_elsewhere(struct judge_case *c)
{
	load(c, 0)->p_vaddr = 0xffff888001000000;
}

static void text_shifted(struct judge_case *c)
{
	load(c, 0)->p_vaddr += 0x200000;
}

static void text_short(struct judge_case *c)
{
	load(c, 0)->p_filesz = --load(c, 0)->p_memsz;
}

static void text_begins_late(struct judge_case *c)
{
	load(c, 0)->p_vaddr += 0x1000;
	load(c, 0)->p_offset = load(c, 0)->p_paddr += 0x1000;
}

/* kexec-tools rounds */
static void text_long(struct judge_case *c)
{
	load(c, 0)->p_filesz = load(c, 0)->p_memsz += 0x1000;
}

static void text_missing(struct judge_case *c)
{
	elf_find(c->elfcorehdr, PT_LOAD, 0)->p_type = PT_NULL;
}

static void text_not_known(struct judge_case *c)
{
	text_shifted(c);
	c->machine.text.size = 0;
}

static void low_backup(struct judge_case *c)
{
	case_loads(c, "2000-8ffff 100000-1fffffff 40000000-7fffffff");
	load(c, 1)->p_offset = 0x30000000;
}

/* KB-69 is about the rest of a page; nothing is ever written there */
static void x86_reserved_enough(struct judge_case *c)
{
	c->machine.max_memory_ranges = 65;
	c->image.reserved = 64 + (6 + 1 + 1 + 65) * 56;
}

static void x86_reserved_too_little(struct judge_case *c)
{
	x86_reserved_enough(c);
	c->image.reserved--;
}

static void x86_reserved_less_than_used(struct judge_case *c)
{
	c->image.reserved = 64 + 10 * 56 - 1;
}

/* small pages: the whole header is shorter than one of 4 KiB */
static void x86_reserved_a_page_less(struct judge_case *c)
{
	c->machine.page_size = 512;
	c->image.reserved = 512;
}

static void x86_outside_of_crashk(struct judge_case *c)
{
	case_segment(c, SEGMENT_ELFCOREHDR)->mem = 0x3fff0000;
}

static const struct row x86_rows[] = {
	{ "the text's other entry has no other address", text_twice_elsewhere,
	  "incomplete I-SORT PT_LOAD 1 at 0x100000 comes after PT_LOAD 0 at 0x1000000\n"
	  "incomplete I-DISJ PT_LOAD 1 and PT_LOAD 0 both cover 0x1000000-0x3c2ffff\n"
	  NO_TEXT },
	{ "text elsewhere", text_shifted, NO_TEXT },
	{ "text too short", text_short, NO_TEXT },
	{ "text without its start", text_begins_late, NO_TEXT },
	{ "text too long", text_long, "" },
	{ "text missing", text_missing,
	  "stale I-PHNUM program header 7 is of type 0, neither PT_NOTE nor PT_LOAD\n"
	  NO_TEXT },
	{ "nobody knows the text", text_not_known, "" },
	{ "kexec-tools backs up low memory", low_backup, "" },
	{ "KB-69: largest header is reserved", x86_reserved_enough, "" },
	{ "largest header is not reserved", x86_reserved_too_little,
	  "remark I-RESV 4151 bytes are reserved for the elfcorehdr, which may grow to 4152\n" },
	{ "KB-69: header is not reserved to its end", x86_reserved_less_than_used,
	  "stale I-RESV 623 bytes are reserved for the elfcorehdr, which has 624: only whole pages being used saves its end\n" },
	{ "header is not reserved to its last page", x86_reserved_a_page_less,
	  "incomplete I-RESV 512 bytes are reserved for the elfcorehdr, which has 624: the capture kernel overwrites its end\n" },
	{ "elfcorehdr outside of the crash kernel's memory",
	  x86_outside_of_crashk,
	  "incomplete I-RESV the elfcorehdr at 0x3fff0000 is not inside the crash kernel's memory\n" },
};

static void x86_lists_what_is_special_to_it(void **state)
{
	(void)state;
	run_rows(ARCH_X86_64, x86_rows, ARRAY_SIZE(x86_rows));
}

/* --- notes ---------------------------------------------------------------- */

static void note_moved(struct judge_case *c)
{
	note(c, 2)->p_offset = note(c, 2)->p_paddr = 0x7fe00000;
}

static void note_of_absent_cpu_moved(struct judge_case *c)
{
	note(c, 5)->p_offset = note(c, 5)->p_paddr = 0x7fe00000;
}

static void notes_not_all_known(struct judge_case *c)
{
	note_moved(c);
	c->cpus[2].notes = 0;
}

/* kexec-tools may list the CPUs that are present only */
static void only_present_cpus(struct judge_case *c)
{
	c->image.file_mode = false;
	c->cpus[4].notes = 0x1000000;
	note(c, 4)->p_offset = note(c, 4)->p_paddr = CASE_NOTES(5);
	note(c, 5)->p_offset = note(c, 5)->p_paddr = CASE_VMCOREINFO;
	note(c, 5)->p_filesz = note(c, 5)->p_memsz = CASE_VMCOREINFO_SIZE;
	memmove(note(c, 6), note(c, 6) + 1, 4 * sizeof(Elf64_Phdr));
	ehdr(c)->e_phnum--;
}

static void note_twice(struct judge_case *c)
{
	note(c, 1)->p_offset = note(c, 1)->p_paddr = CASE_NOTES(0);
}

static void vmcoreinfo_moved(struct judge_case *c)
{
	note(c, 6)->p_offset = note(c, 6)->p_paddr = 0x4470000;
}

static void note_size(struct judge_case *c)
{
	note(c, 1)->p_filesz = note(c, 1)->p_memsz = 0x170;
}

static void vmcoreinfo_size(struct judge_case *c)
{
	note(c, 6)->p_filesz = note(c, 6)->p_memsz = 0x1024;
}

static void note_filesz(struct judge_case *c)
{
	note(c, 1)->p_filesz = 0;
}

static void note_paddr(struct judge_case *c)
{
	note(c, 1)->p_paddr = 0x1000;
}

static void note_empty(struct judge_case *c)
{
	c->machine.notes_size = 0;
	note(c, 1)->p_filesz = note(c, 1)->p_memsz = 0;
}

static void note_huge(struct judge_case *c)
{
	c->machine.notes_size = 0;
	note(c, 1)->p_filesz = note(c, 1)->p_memsz = (16 << 20) + 1;
}

static void no_notes(struct judge_case *c)
{
	elf_start(c->elfcorehdr, EM_PPC64);
	elf_loads(c->elfcorehdr, CASE_LOADS);
	load(c, 0)->p_offset = CASE_BACKUP;
	c->machine.knows_cpus = false;
}

/* KB-49: |note|...|load|note|load|... */
static void note_after_load(struct judge_case *c)
{
	Elf64_Phdr *last = note(c, 6), swapped = *last;

	last[0] = last[1];
	last[1] = swapped;
}

static const struct row note_rows[] = {
	{ "of a CPU that is online", note_moved,
	  "incomplete I-PHNUM CPU 2 is online, but no PT_NOTE is at its notes (0x7fe3b400)\n"
	  "incomplete I-PHNUM PT_NOTE 2 at 0x7fe00000 is no CPU's, or one too many for it\n" },
	{ "of a CPU that is possible", note_of_absent_cpu_moved,
	  "stale I-PHNUM no PT_NOTE is at the notes of CPU 5 (0x7fe9b400), which is offline\n"
	  "incomplete I-PHNUM PT_NOTE 5 at 0x7fe00000 is no CPU's, or one too many for it\n" },
	{ "somebody's whose notes are not known", notes_not_all_known, "" },
	{ "of present CPUs only, by kexec-tools", only_present_cpus,
	  "remark I-PHNUM no PT_NOTE is at the notes of CPU 4 (0x1000000), which is offline\n" },
	{ "of one CPU twice", note_twice,
	  "incomplete I-PHNUM CPU 1 is online, but no PT_NOTE is at its notes (0x7fe1b400)\n"
	  "incomplete I-PHNUM PT_NOTE 1 at 0x7fdfb400 is no CPU's, or one too many for it\n" },
	{ "of vmcoreinfo", vmcoreinfo_moved,
	  "incomplete I-PHNUM no PT_NOTE is at vmcoreinfo (0x4460000)\n"
	  "incomplete I-PHNUM PT_NOTE 6 at 0x4470000 is no CPU's, or one too many for it\n" },
	{ "size", note_size,
	  "incomplete I-SANE PT_NOTE 1 has 368 bytes, a CPU's notes have 536\n" },
	{ "size of vmcoreinfo", vmcoreinfo_size,
	  "incomplete I-SANE PT_NOTE 6 has 4132 bytes, those of vmcoreinfo have 65572\n" },
	{ "p_filesz", note_filesz,
	  "incomplete I-SANE PT_NOTE 1 has p_filesz 0x0 and p_memsz 0x218\n" },
	{ "p_paddr", note_paddr,
	  "incomplete I-SANE PT_NOTE 1 has p_offset 0x7fe1b400 and p_paddr 0x1000\n" },
	{ "empty", note_empty,
	  "hang I-SANE PT_NOTE 1 has 0 bytes, too few for a note: the capture kernel reads past its buffer\n" },
	{ "huge", note_huge,
	  "lost I-SANE PT_NOTE 1 has 16777217 bytes: the capture kernel cannot allocate them\n" },
	{ "none", no_notes,
	  "lost I-PHNUM there is no PT_NOTE: the capture kernel fails to merge the notes\n" },
	{ "KB-49: after a PT_LOAD", note_after_load,
	  "incomplete I-SANE PT_NOTE 6 comes after PT_LOAD 0: the capture kernel drops PT_LOADs for it\n" },
};

static void notes_are_where_cpus_write_them(void **state)
{
	(void)state;
	run_rows(ARCH_POWERPC, note_rows, ARRAY_SIZE(note_rows));
}

/* --- early boot ----------------------------------------------------------- */

#define CORE_8 "/cpus/PowerPC,POWER9@8"
#define CACHE_8 "/cpus/l2-cache@2008"
#define LMBS "/ibm,dynamic-reconfiguration-memory"

#define HANGS(cpu, hwid) \
	"hang I-CPU no CPU node of the FDT has CPU " cpu " (hardware id " hwid \
	"): if it crashes, early boot fails to identify the boot CPU and hangs\n"
#define NOT_BOTH(path) \
	"stale I-FDTOK " path " is neither as it was loaded nor as in the live tree\n"

static void fdt_cut(struct judge_case *c)
{
	case_segment(c, SEGMENT_FDT)->memsz = fdt_totalsize(c->fdt) - 1;
}

static void fdt_magic_gone(struct judge_case *c)
{
	memset(c->fdt, 0, 4);
}

static void fdt_torn(struct judge_case *c)
{
	memset(c->fdt + fdt_off_dt_struct(c->fdt) + 8, 0xff, 4);
}

static void core_gone_from_fdt(struct judge_case *c)
{
	tree_delete(c->fdt, CORE_8, NULL);
}

static void core_gone_crash_on_it(struct judge_case *c)
{
	core_gone_from_fdt(c);
	c->crash_cpu = 3;
}

static void core_gone_crash_elsewhere(struct judge_case *c)
{
	core_gone_from_fdt(c);
	c->crash_cpu = 0;
}

static void core_gone_and_offline(struct judge_case *c)
{
	core_gone_from_fdt(c);
	c->cpus[2].online = c->cpus[3].online = false;
}

static void core_gone_and_not_present(struct judge_case *c)
{
	core_gone_and_offline(c);
	c->cpus[2].present = c->cpus[3].present = false;
}

/* `check` knows the live tree, but not the CPUs */
static void core_gone_cpus_unknown(struct judge_case *c)
{
	core_gone_from_fdt(c);
	c->machine.knows_cpus = false;
}

static void hwids_unknown(struct judge_case *c)
{
	unsigned int cpu;

	core_gone_from_fdt(c);
	for (cpu = 0; cpu < CASE_NR_CPUS; cpu++)
		c->cpus[cpu].has_hwid = false;
}

/* an older node has "reg" only, and is found by it */
static void core_with_reg_only(struct judge_case *c)
{
	tree_delete(c->fdt, CORE_8, "ibm,ppc-interrupt-server#s");
	tree_delete(c->live, CORE_8, "ibm,ppc-interrupt-server#s");
	c->cpus[3].present = c->cpus[3].online = false;
}

static void core_without_threads(struct judge_case *c)
{
	core_with_reg_only(c);
	tree_delete(c->fdt, CORE_8, "reg");
	tree_delete(c->live, CORE_8, "reg");
}

static void no_cores(struct judge_case *c)
{
	tree_delete(c->fdt, "/cpus", NULL);
	c->machine.knows_cpus = false;
	c->image.loaded_fdt = NULL;
	c->machine.tree = NULL;
}

static void core_twice(struct judge_case *c)
{
	tree_set_cells(c->fdt, CORE_8, "ibm,ppc-interrupt-server#s", 2, 8, 1);
	tree_set_cells(c->live, CORE_8, "ibm,ppc-interrupt-server#s", 2, 8, 1);
	c->cpus[3].present = c->cpus[3].online = false;
}

static void boot_id_gone(struct judge_case *c)
{
	fdt_set_boot_cpuid_phys(c->fdt, 24);
}

static const struct row boot_rows[] = {
	{ "FDT cut", fdt_cut,
	  "hang I-FDTOK the FDT does not parse: its totalsize is 65536 bytes, there is room for 65535\n" },
	{ "no magic", fdt_magic_gone,
	  "hang I-FDTOK the FDT does not parse: FDT_ERR_BADMAGIC\n" },
	{ "unknown tag", fdt_torn,
	  "hang I-FDTOK the FDT does not parse: FDT_ERR_BADSTRUCTURE\n" },
	{ "H: core missing", core_gone_from_fdt,
	  HANGS("2", "8") HANGS("3", "9") },
	{ "core missing, a thread of it crashes", core_gone_crash_on_it,
	  HANGS("3", "9")
	  "stale I-CPU no CPU node of the FDT has CPU 2 (hardware id 8), which is online\n" },
	{ "core missing, another crashes", core_gone_crash_elsewhere,
	  "stale I-CPU no CPU node of the FDT has CPU 2 (hardware id 8), which is online\n"
	  "stale I-CPU no CPU node of the FDT has CPU 3 (hardware id 9), which is online\n" },
	{ "core missing, but offline", core_gone_and_offline,
	  "remark I-CPU no CPU node of the FDT has CPU 2 (hardware id 8), which is present but offline\n"
	  "remark I-CPU no CPU node of the FDT has CPU 3 (hardware id 9), which is present but offline\n" },
	{ "core missing, CPUs not present", core_gone_and_not_present, "" },
	{ "core missing, CPUs not known", core_gone_cpus_unknown,
	  "stale I-CPU the FDT lacks " CORE_8 " of the live tree\n" },
	{ "core missing, hardware ids not known", hwids_unknown, "" },
	{ "core has reg only", core_with_reg_only, "" },
	{ "core has neither", core_without_threads,
	  "stale I-FDTOK " CORE_8 " is a CPU node without a thread\n"
	  HANGS("2", "8") },
	{ "no core at all", no_cores,
	  "hang I-CPU the FDT has no CPU node: early boot fails to identify the boot CPU and hangs\n" },
	{ "two nodes have one thread", core_twice,
	  "stale I-FDTOK hardware id 1 is listed twice in the CPU nodes of the FDT\n" },
	{ "boot_cpuid_phys of a core that is gone", boot_id_gone,
	  "remark I-CPU boot_cpuid_phys is 24, which no CPU node of the FDT has; purgatory overwrites it\n" },
};

static void boot_cpu_is_found(void **state)
{
	(void)state;
	run_rows(ARCH_POWERPC, boot_rows, ARRAY_SIZE(boot_rows));
}

/* --- trees that libfdt takes and Linux does not ---------------------------- */

static void put_core_0(void *fdt)
{
	fdt_begin_node(fdt, "PowerPC,POWER9@0");
	fdt_property_string(fdt, "device_type", "cpu");
	fdt_property_u32(fdt, "reg", 0);
	fdt_end_node(fdt);
}

static void put_nothing(void *fdt)
{
	(void)fdt;
}

static void put_one_root(void *fdt)
{
	fdt_begin_node(fdt, "");
	put_core_0(fdt);
	fdt_end_node(fdt);
}

static void put_two_roots(void *fdt)
{
	put_one_root(fdt);
	put_one_root(fdt);
}

static void put_late_property(void *fdt)
{
	fdt_begin_node(fdt, "");
	put_core_0(fdt);
	fdt_property_u32(fdt, "#size-cells", 2);
	fdt_end_node(fdt);
}

static void put_early_property(void *fdt)
{
	fdt_property_u32(fdt, "#size-cells", 2);
	put_one_root(fdt);
}

static void put_levels(void *fdt, int nr)
{
	int i;

	fdt_begin_node(fdt, "");
	put_core_0(fdt);
	for (i = 0; i < nr; i++)
		fdt_begin_node(fdt, "level");
	for (i = 0; i <= nr; i++)
		fdt_end_node(fdt);
}

static void put_many_levels(void *fdt)
{
	put_levels(fdt, 64);
}

static void put_too_many_levels(void *fdt)
{
	put_levels(fdt, 65);
}

#define NO_TREE(why) "hang I-FDTOK the FDT does not parse: " why "\n"

static const struct {
	const char *name;
	void (*put)(void *fdt);
	const char *expected;
} odd_trees[] = {
	{ "one root", put_one_root, "" },
	{ "nothing", put_nothing, NO_TREE("it has no root") },
	{ "two roots", put_two_roots, NO_TREE("FDT_ERR_BADSTRUCTURE") },
	{ "property after a subnode", put_late_property,
	  NO_TREE("a property is not at the start of a node") },
	{ "property before the root", put_early_property,
	  NO_TREE("a property is not at the start of a node") },
	{ "64 levels", put_many_levels, "" },
	{ "65 levels", put_too_many_levels, NO_TREE("it is too deep") },
};

static void odd_trees_are_refused(void **state)
{
	struct judge_case *c;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(odd_trees); i++) {
		c = case_new(ARCH_POWERPC);
		fdt_create(c->fdt, CASE_FDT_SIZE);
		fdt_finish_reservemap(c->fdt);
		odd_trees[i].put(c->fdt);
		assert_int_equal(fdt_finish(c->fdt), 0);
		/* the tree alone, with nothing to hold it against */
		c->machine.knows_cpus = false;
		case_set(&c->machine.crashk, "");
		case_loads(c, "0-ffff 10000-7fffffff");
		c->machine.tree = NULL;
		c->image.loaded_fdt = NULL;
		case_segment(c, SEGMENT_ELFCOREHDR)->bytes = NULL;
		case_segment(c, SEGMENT_ELFCOREHDR)->memsz = 0;
		assert_findings(odd_trees[i].name, c, odd_trees[i].expected);
		case_free(c);
	}
}

/* --- early boot: memory --------------------------------------------------- */

/* changes of the tree that were there at load are no finding of their own */
static void as_loaded(struct judge_case *c)
{
	memcpy(c->loaded_fdt, c->fdt, CASE_FDT_SIZE);
}

static void low_memory_not_reserved(struct judge_case *c)
{
	tree_unreserve(c->fdt, 0x10000);
	as_loaded(c);
}

static void usable_memory_missing(struct judge_case *c)
{
	tree_delete(c->fdt, "/memory@0", "linux,usable-memory");
	tree_set_cells(c->fdt, "/memory@0", "reg", 4, 0, 0, 0, 0x60000000);
	as_loaded(c);
}

static void memory_disabled(struct judge_case *c)
{
	usable_memory_missing(c);
	tree_set_string(c->fdt, "/memory@0", "status", "disabled");
	as_loaded(c);
}

static void memory_okay(struct judge_case *c)
{
	tree_set_string(c->fdt, "/memory@0", "status", "okay");
	as_loaded(c);
}

/* without usable memory of their own, LMBs are usable altogether */
static void lmbs_all_usable(struct judge_case *c)
{
	tree_delete(c->fdt, LMBS, "linux,drconf-usable-memory");
	as_loaded(c);
}

static void lmbs_not_ours(struct judge_case *c)
{
	tree_delete(c->fdt, LMBS, "linux,drconf-usable-memory");
	tree_set_cells(c->fdt, LMBS, "ibm,dynamic-memory-v2", 13, 2,
		       1, 0, 0x30000000, 0x80000003, 0, 0x00,
		       4, 0, 0x40000000, 0x80000004, 0, 0x88);
	as_loaded(c);
}

/* one entry for each LMB */
static void lmbs_v1(struct judge_case *c)
{
	tree_delete(c->fdt, LMBS, "ibm,dynamic-memory-v2");
	tree_set_cells(c->fdt, LMBS, "ibm,dynamic-memory", 13, 2,
		       0, 0x30000000, 0x80000003, 0, 0, 0x08,
		       0, 0x50000000, 0x80000005, 0, 0, 0x08);
	tree_set_cells(c->fdt, LMBS, "linux,drconf-usable-memory", 12,
		       0, 1, 0, 0x30000000, 0, 0x10000000,
		       0, 1, 0, 0x50000000, 0, 0x1000);
	as_loaded(c);
}

static void lmbs_cut(struct judge_case *c)
{
	tree_set_cells(c->fdt, LMBS, "ibm,dynamic-memory-v2", 1, 2);
	as_loaded(c);
}

static void usable_memory_cut(struct judge_case *c)
{
	tree_set_cells(c->fdt, LMBS, "linux,drconf-usable-memory", 8,
		       0, 1, 0, 0x30000000, 0, 0x10000000, 0, 0);
	as_loaded(c);
}

/* firmware keeps its pages by itself, even where they are usable */
static void firmware_usable(struct judge_case *c)
{
	lmbs_v1(c);
	case_set(&c->machine.firmware, "2fff0000-2fff083b 50000000-500007ff");
}

/* without #address-cells and #size-cells a number is one cell */
static void small_cells(struct judge_case *c)
{
	tree_delete(c->fdt, "/", "#address-cells");
	tree_delete(c->fdt, "/", "#size-cells");
	as_loaded(c);
}

static void large_cells(struct judge_case *c)
{
	tree_set_cells(c->fdt, "/", "#address-cells", 1, 5);
	tree_set_cells(c->fdt, "/", "#size-cells", 1, 0x40000000);
	as_loaded(c);
}

static void no_memory_left(struct judge_case *c)
{
	fdt_add_mem_rsv(c->fdt, CASE_CRASHK, 0x20000000);
	as_loaded(c);
}

static void crashk_not_known(struct judge_case *c)
{
	case_set(&c->machine.crashk, "");
	case_loads(c, "0-ffff 10000-7fffffff");
	low_memory_not_reserved(c);
}

#define SMALL_CELLS \
	"stale I-RESV /chosen/linux,elfcorehdr says 0x0, the elfcorehdr is at 0x21740000\n"

static const struct row memory_rows[] = {
	{ "memory of the crashed kernel not reserved", low_memory_not_reserved,
	  "incomplete I-RESV the capture kernel may use 0x10000-0x1fffffff, memory of the crashed kernel\n" },
	{ "all memory usable", usable_memory_missing,
	  "incomplete I-RESV the capture kernel may use 0x40000000-0x5fffffff, memory of the crashed kernel\n" },
	{ "all memory usable, but disabled", memory_disabled, "" },
	{ "memory is okay", memory_okay, "" },
	{ "LMBs usable", lmbs_all_usable,
	  "incomplete I-RESV the capture kernel may use 0x40000000-0x7fffffff, memory of the crashed kernel\n" },
	{ "LMBs reserved and not assigned", lmbs_not_ours, "" },
	{ "LMBs one by one", lmbs_v1,
	  "incomplete I-RESV the capture kernel may use 0x50000000-0x50000fff, memory of the crashed kernel\n" },
	{ "list of LMBs cut short", lmbs_cut,
	  "stale I-FDTOK ibm,dynamic-memory-v2 is shorter than the number of its entries\n" },
	{ "usable memory of LMBs cut short", usable_memory_cut,
	  "hang I-FDTOK linux,drconf-usable-memory ends before the memory block at 0x50000000\n" },
	{ "firmware usable", firmware_usable, "" },
	{ "one cell by default", small_cells, SMALL_CELLS },
	{ "more cells than a number can have", large_cells, SMALL_CELLS },
	{ "all memory reserved", no_memory_left,
	  "hang I-RESV the FDT leaves the capture kernel no memory to run in\n" },
	{ "nobody knows the crash kernel's memory", crashk_not_known, "" },
};

static void capture_kernel_keeps_to_its_memory(void **state)
{
	(void)state;
	run_rows(ARCH_POWERPC, memory_rows, ARRAY_SIZE(memory_rows));
}

/* --- early boot: the elfcorehdr's place ----------------------------------- */

/* command line, /chosen/linux,elfcorehdr (0: none) and what comes of it */
struct place_row {
	const char *bootargs;
	uint32_t chosen;
	const char *expected;
};

#define NOT_TOLD \
	"lost I-RESV neither elfcorehdr= nor /chosen/linux,elfcorehdr says where the elfcorehdr is\n"
#define ELSEWHERE(where) \
	"lost I-RESV the capture kernel looks for the elfcorehdr at " where \
	", it is at 0x21740000\n"

static const struct place_row place_rows[] = {
	{ "elfcorehdr=0x21740000", CASE_ELFCOREHDR, "" },
	{ "elfcorehdr=0x21740000", 0, "" },
	{ "maxcpus=1", CASE_ELFCOREHDR, "" },
	{ "maxcpus=1", 0, NOT_TOLD },
	{ "", 0, NOT_TOLD },
	{ "elfcorehdr=548096K", 0, "" },
	{ "elfcorehdr=548096k maxcpus=1", 0, "" },
	{ "elfcorehdr=0x217M", 0, ELSEWHERE("0x21700000") },
	{ "elfcorehdr=4G", 0, ELSEWHERE("0x100000000") },
	{ "elfcorehdr=128K@0x21740000", 0, "" },
	{ "elfcorehdr=0x20000@535M", 0, ELSEWHERE("0x21700000") },
	{ "elfcorehdr=", 0, ELSEWHERE("0x0") },
	{ "elfcorehdr=nonsense", 0, ELSEWHERE("0x0") },
	/* the last one counts */
	{ "elfcorehdr=0x1000 elfcorehdr=0x21740000", 0, "" },
	{ "elfcorehdr=0x21740000 elfcorehdr=0x1000", 0, ELSEWHERE("0x1000") },
	/* the command line counts more than the property */
	{ "elfcorehdr=0x1000", CASE_ELFCOREHDR, ELSEWHERE("0x1000") },
	{ "elfcorehdr=0x21740000", 0x1000,
	  "stale I-RESV /chosen/linux,elfcorehdr says 0x1000, the elfcorehdr is at 0x21740000\n" },
	/* not an option of the kernel's */
	{ "init=/sh -- elfcorehdr=0x21740000", 0, NOT_TOLD },
	{ "dyndbg=\"a elfcorehdr=0x21740000 b\"", 0, NOT_TOLD },
	{ "xelfcorehdr=0x21740000", 0, NOT_TOLD },
};

static void elfcorehdr_is_found(void **state)
{
	const struct place_row *row;
	struct judge_case *c;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(place_rows); i++) {
		row = &place_rows[i];
		c = case_new(ARCH_POWERPC);
		tree_set_string(c->fdt, "/chosen", "bootargs", row->bootargs);
		if (row->chosen)
			tree_set_cells(c->fdt, "/chosen", "linux,elfcorehdr", 4,
				       0, row->chosen, 0, CASE_ELFCOREHDR_SIZE);
		else
			tree_delete(c->fdt, "/chosen", "linux,elfcorehdr");
		as_loaded(c);
		assert_findings(row->bootargs, c, row->expected);
		case_free(c);
	}
}

/* the kernel keeps 2047 bytes; the last number is cut or lost */
static void put_long_bootargs(struct judge_case *c, size_t at)
{
	char line[4096];

	memset(line, 'x', sizeof(line));
	line[0] = ' ';
	strcpy(line + at, " elfcorehdr=0x21740000");
	tree_set_string(c->fdt, "/chosen", "bootargs", line);
	tree_delete(c->fdt, "/chosen", "linux,elfcorehdr");
	as_loaded(c);
}

static void long_bootargs(struct judge_case *c)
{
	put_long_bootargs(c, 2047 - strlen(" elfcorehdr=0x21740000"));
}

static void too_long_bootargs(struct judge_case *c)
{
	put_long_bootargs(c, 2048 - strlen(" elfcorehdr=0x21740000"));
}

static void no_chosen(struct judge_case *c)
{
	tree_delete(c->fdt, "/chosen", NULL);
	as_loaded(c);
}

static void reserve(struct judge_case *c, uint32_t size)
{
	tree_unreserve(c->fdt, CASE_ELFCOREHDR);
	fdt_add_mem_rsv(c->fdt, CASE_ELFCOREHDR, size);
	tree_delete(c->fdt, "/chosen", "linux,elfcorehdr");
	as_loaded(c);
}

/* KB-17: what is there fits, what is to come may not */
static void reserved_too_little(struct judge_case *c)
{
	reserve(c, 0x1000);
}

static void reserved_enough_for_all_updates(struct judge_case *c)
{
	reserve(c, 0x1000);
	c->machine.max_memory_ranges = 64;
}

static void reserved_not_enough_for_all_updates(struct judge_case *c)
{
	reserve(c, 0x1000);
	c->machine.max_memory_ranges = 66;
}

static void reserved_less_than_used(struct judge_case *c)
{
	reserve(c, 64 + 11 * 56 - 1);
}

static void reserved_by_property(struct judge_case *c)
{
	tree_unreserve(c->fdt, CASE_ELFCOREHDR);
	as_loaded(c);
}

static void outside_of_crashk(struct judge_case *c)
{
	case_segment(c, SEGMENT_ELFCOREHDR)->mem = 0x1fff0000;
	tree_set_string(c->fdt, "/chosen", "bootargs", "elfcorehdr=0x1fff0000");
	tree_set_cells(c->fdt, "/chosen", "linux,elfcorehdr", 4, 0, 0x1fff0000,
		       0, CASE_ELFCOREHDR_SIZE);
	as_loaded(c);
}

static const struct row reserve_rows[] = {
	{ "no /chosen", no_chosen, NOT_TOLD },
	{ "long command line", long_bootargs, "" },
	{ "command line one byte too long", too_long_bootargs,
	  ELSEWHERE("0x2174000") },
	{ "KB-17: file size reserved, not memory size", reserved_too_little,
	  "remark I-RESV 4096 bytes are reserved for the elfcorehdr, which may grow to 131072\n" },
	{ "largest header fits", reserved_enough_for_all_updates, "" },
	{ "largest header does not fit", reserved_not_enough_for_all_updates,
	  "remark I-RESV 4096 bytes are reserved for the elfcorehdr, which may grow to 4152\n" },
	{ "header does not fit", reserved_less_than_used,
	  "incomplete I-RESV 679 bytes are reserved for the elfcorehdr, which has 680: the capture kernel overwrites its end\n" },
	{ "reserved by the property alone", reserved_by_property, "" },
	{ "elfcorehdr outside of the crash kernel's memory", outside_of_crashk,
	  "incomplete I-RESV the elfcorehdr at 0x1fff0000 is not inside the crash kernel's memory\n" },
};

static void elfcorehdr_is_reserved(void **state)
{
	(void)state;
	run_rows(ARCH_POWERPC, reserve_rows, ARRAY_SIZE(reserve_rows));
}

/* --- nodes ---------------------------------------------------------------- */

static void cpu_property_changed(struct judge_case *c)
{
	tree_set_cells(c->live, CORE_8, "l2-cache", 1, 0x2000);
}

static void cpu_properties_differ(struct judge_case *c)
{
	tree_delete(c->fdt, CORE_8, "64-bit");
	tree_set_cells(c->fdt, CORE_8, "clock-frequency", 1, 1);
	tree_set_cells(c->live, CORE_8, "reg", 1, 9);
	tree_set_string(c->live, CORE_8, "status", "okay");
	tree_set_string(c->live, CORE_8, "zzz", "");
}

static void three_cpu_properties_differ(struct judge_case *c)
{
	tree_delete(c->fdt, CORE_8, "64-bit");
	tree_set_cells(c->fdt, CORE_8, "clock-frequency", 1, 1);
	tree_set_cells(c->live, CORE_8, "reg", 1, 9);
}

/* Linux makes up "name", with the unit address or without */
static void cpu_has_name(struct judge_case *c)
{
	tree_set_string(c->fdt, CORE_8, "name", "PowerPC,POWER9@8");
	tree_set_string(c->live, "/cpus/PowerPC,POWER9@0", "name",
			"PowerPC,POWER9");
}

static void cpu_has_other_name(struct judge_case *c)
{
	tree_set_string(c->fdt, CORE_8, "name", "POWER9@8");
}

static void cpu_names_differ(struct judge_case *c)
{
	tree_set_string(c->fdt, CORE_8, "name", "PowerPC,POWER9");
	tree_set_string(c->live, CORE_8, "name", "PowerPC,POWER9@8");
}

/* the order of nodes and properties is of no interest */
static void other_order(struct judge_case *c)
{
	static const char type[] = "cpu";
	fdt32_t reg = cpu_to_fdt32(8), link = cpu_to_fdt32(0x2008);
	fdt32_t threads[2] = { cpu_to_fdt32(8), cpu_to_fdt32(9) };
	int node;

	tree_delete(c->fdt, CORE_8, NULL);
	node = fdt_add_subnode(c->fdt, tree_node(c->fdt, "/cpus"),
			       "PowerPC,POWER9@8");
	fdt_setprop(c->fdt, node, "64-bit", NULL, 0);
	fdt_setprop(c->fdt, node, "device_type", type, sizeof(type));
	fdt_setprop(c->fdt, node, "reg", &reg, sizeof(reg));
	fdt_setprop(c->fdt, node, "l2-cache", &link, sizeof(link));
	fdt_setprop(c->fdt, node, "ibm,ppc-interrupt-server#s", threads,
		    sizeof(threads));
}

static void core_gone_from_machine(struct judge_case *c)
{
	tree_delete(c->live, CORE_8, NULL);
	tree_delete(c->live, CACHE_8, NULL);
	c->cpus[2].present = c->cpus[2].online = false;
	c->cpus[3].present = c->cpus[3].online = false;
}

/* with other threads than it had */
static void core_came_back(struct judge_case *c)
{
	cpu_property_changed(c);
	tree_set_cells(c->live, CORE_8, "ibm,ppc-interrupt-server#s", 2, 9, 10);
	c->cpus[2].hwid = 9;
	c->cpus[3].hwid = 10;
	c->cpus[2].online = c->cpus[3].online = false;
}

static void core_came_back_and_runs(struct judge_case *c)
{
	core_came_back(c);
	tree_set_cells(c->fdt, CORE_8, "ibm,ppc-interrupt-server#s", 3, 8, 9, 10);
	c->cpus[3].online = true;
}

static void core_came_back_cpus_unknown(struct judge_case *c)
{
	core_came_back(c);
	c->machine.knows_cpus = false;
}

static void core_and_cache_gone_from_both(struct judge_case *c)
{
	core_gone_from_machine(c);
	tree_delete(c->fdt, CORE_8, NULL);
	tree_delete(c->fdt, CACHE_8, NULL);
}

/* KB-26 */
static void cache_gone(struct judge_case *c)
{
	tree_delete(c->fdt, CACHE_8, NULL);
}

static void cache_gone_live_unknown(struct judge_case *c)
{
	cache_gone(c);
	c->machine.tree = NULL;
}

/* KB-36: core 8 was added after the load, and its cache was not */
static void new_core_without_cache(struct judge_case *c)
{
	tree_delete(c->loaded_fdt, CORE_8, NULL);
	tree_delete(c->loaded_fdt, CACHE_8, NULL);
	tree_delete(c->fdt, CACHE_8, NULL);
}

static void new_core_with_cache(struct judge_case *c)
{
	tree_delete(c->loaded_fdt, CORE_8, NULL);
	tree_delete(c->loaded_fdt, CACHE_8, NULL);
}

static void next_level_cache_missing(struct judge_case *c)
{
	tree_delete(c->fdt, CORE_8, "l2-cache");
	tree_delete(c->live, CORE_8, "l2-cache");
	tree_set_cells(c->fdt, CORE_8, "next-level-cache", 1, 0x99);
	tree_set_cells(c->live, CORE_8, "next-level-cache", 1, 0x99);
}

static void cache_changed(struct judge_case *c)
{
	tree_set_string(c->fdt, CACHE_8, "compatible", "nonsense");
}

/* came with a core that was added, and has a name that Linux made up */
static void new_cache_has_name(struct judge_case *c)
{
	new_core_with_cache(c);
	tree_set_string(c->live, CACHE_8, "name", "l2-cache");
}

/* the cache of a core that came back: not as at load, but as it is now */
static void cache_as_live(struct judge_case *c)
{
	cache_changed(c);
	tree_set_string(c->live, CACHE_8, "compatible", "nonsense");
}

/* KB-35, KB-67: what an FDT without room leaves behind */
static void half_core(struct judge_case *c)
{
	tree_delete(c->fdt, CORE_8, "device_type");
	tree_delete(c->fdt, CORE_8, "ibm,ppc-interrupt-server#s");
	tree_delete(c->fdt, CORE_8, "l2-cache");
}

static void half_core_gone_from_machine(struct judge_case *c)
{
	half_core(c);
	core_gone_from_machine(c);
}

static void cpus_property_changed(struct judge_case *c)
{
	tree_set_cells(c->fdt, "/cpus", "#size-cells", 1, 1);
}

static void other_property_changed(struct judge_case *c)
{
	tree_set_string(c->fdt, "/vdevice", "compatible", "IBM,xdevice");
}

static void other_properties_new_and_gone(struct judge_case *c)
{
	tree_delete(c->fdt, "/vdevice", "compatible");
	tree_set_string(c->fdt, "/", "model", "new");
}

static void other_node_gone(struct judge_case *c)
{
	tree_delete(c->fdt, "/vdevice", NULL);
}

static void other_node_new(struct judge_case *c)
{
	fdt_add_subnode(c->fdt, tree_node(c->fdt, "/vdevice"), "vty@1");
}

static void all_cpus_gone(struct judge_case *c)
{
	tree_delete(c->fdt, "/cpus", NULL);
	c->machine.knows_cpus = false;
}

/* a live tree that says nothing about CPUs explains nothing */
static void live_without_cpus(struct judge_case *c)
{
	tree_delete(c->live, "/cpus", NULL);
	cache_changed(c);
}

static void loaded_without_cpus(struct judge_case *c)
{
	tree_delete(c->loaded_fdt, "/cpus", NULL);
}

static void node_far_down(struct judge_case *c)
{
	int i, node = tree_node(c->fdt, "/vdevice");

	for (i = 0; i < 8; i++)
		node = fdt_add_subnode(c->fdt, node, "a-name-of-thirty-one-characters");
	memcpy(c->loaded_fdt, c->fdt, CASE_FDT_SIZE);
	fdt_add_subnode(c->fdt, node, "new");
}

static void reservation_gone_and_new(struct judge_case *c)
{
	tree_unreserve(c->fdt, CASE_BACKUP);
	fdt_add_mem_rsv(c->fdt, 0x30000000, 0x1000);
	fdt_add_mem_rsv(c->fdt, 0x10000, CASE_CRASHK - 0x10000);
}

static void loaded_not_known(struct judge_case *c)
{
	other_node_gone(c);
	reservation_gone_and_new(c);
	c->image.loaded_fdt = NULL;
}

/* `check` was given the FDT alone: nothing to hold it against */
static void neither_known(struct judge_case *c)
{
	half_core_gone_from_machine(c);
	c->image.loaded_fdt = NULL;
	c->machine.tree = NULL;
}

#define NO_CACHE_8 "stale I-FDTOK " CORE_8 "/l2-cache refers to phandle " \
	"0x2008, which no node has; in the live tree one has it\n"

static const struct row node_rows[] = {
	{ "property of a CPU", cpu_property_changed,
	  "stale I-FRESH " CORE_8 " is not as in the live tree: l2-cache different\n" },
	{ "many properties of a CPU", cpu_properties_differ,
	  "stale I-FRESH " CORE_8 " is not as in the live tree: 64-bit missing, "
	  "clock-frequency extra, reg different and 2 more\n" },
	{ "three properties of a CPU", three_cpu_properties_differ,
	  "stale I-FRESH " CORE_8 " is not as in the live tree: 64-bit missing, clock-frequency extra, reg different\n" },
	{ "made up name", cpu_has_name, "" },
	{ "name that nobody made up", cpu_has_other_name,
	  "stale I-FRESH " CORE_8 " is not as in the live tree: name extra\n" },
	{ "two names", cpu_names_differ,
	  "stale I-FRESH " CORE_8 " is not as in the live tree: name different\n" },
	{ "another order", other_order, "" },
	{ "KB-38: core is gone", core_gone_from_machine,
	  "remark I-FRESH " CORE_8 " is the node of a core that is gone\n" },
	{ "core came back, not online", core_came_back,
	  "remark I-CPU no CPU node of the FDT has CPU 3 (hardware id 10), which is present but offline\n"
	  "remark I-FRESH " CORE_8 " is not as in the live tree, and no thread of it is online: "
	  "ibm,ppc-interrupt-server#s different, l2-cache different\n" },
	{ "core came back, one thread online", core_came_back_and_runs,
	  "stale I-FRESH " CORE_8 " is not as in the live tree: "
	  "ibm,ppc-interrupt-server#s different, l2-cache different\n" },
	{ "core came back, CPUs not known", core_came_back_cpus_unknown,
	  "stale I-FRESH " CORE_8 " is not as in the live tree: "
	  "ibm,ppc-interrupt-server#s different, l2-cache different\n" },
	{ "core is gone from both", core_and_cache_gone_from_both, "" },
	{ "KB-26: cache is gone", cache_gone,
	  "stale I-FDTOK " CACHE_8 " is gone since the load\n"
	  NO_CACHE_8 },
	{ "cache is gone, live tree not known", cache_gone_live_unknown,
	  "stale I-FDTOK " CACHE_8 " is gone since the load\n"
	  "remark I-FDTOK " CORE_8 "/l2-cache refers to phandle 0x2008, which no node has\n" },
	{ "KB-36: new core, its cache missing", new_core_without_cache,
	  NO_CACHE_8 },
	{ "new core with its cache", new_core_with_cache, "" },
	{ "next level cache missing", next_level_cache_missing,
	  "remark I-FDTOK " CORE_8 "/next-level-cache refers to phandle 0x99, which no node has\n" },
	{ "cache changed", cache_changed, NOT_BOTH(CACHE_8) },
	{ "cache with a made up name", new_cache_has_name, "" },
	{ "cache as in the live tree", cache_as_live, "" },
	{ "KB-67: half a core", half_core,
	  HANGS("2", "8") HANGS("3", "9")
	  "stale I-FDTOK " CORE_8 " is half a CPU node: it has no device_type\n" },
	{ "half a core that is gone", half_core_gone_from_machine,
	  "stale I-FDTOK " CORE_8 " is half a CPU node: it has no device_type\n" },
	{ "property of /cpus", cpus_property_changed,
	  "stale I-FDTOK /cpus/#size-cells was changed since the load\n" },
	{ "property elsewhere", other_property_changed,
	  "stale I-FDTOK /vdevice/compatible was changed since the load\n" },
	{ "properties new and gone", other_properties_new_and_gone,
	  "stale I-FDTOK /vdevice/compatible is gone since the load\n"
	  "stale I-FDTOK /model is new since the load\n" },
	{ "node gone", other_node_gone,
	  "stale I-FDTOK /vdevice is gone since the load\n" },
	{ "node new", other_node_new,
	  "stale I-FDTOK /vdevice/vty@1 is new since the load\n" },
	{ "/cpus gone", all_cpus_gone,
	  "hang I-CPU the FDT has no CPU node: early boot fails to identify the boot CPU and hangs\n"
	  "stale I-FDTOK /cpus is gone since the load\n" },
	{ "live tree without /cpus", live_without_cpus, NOT_BOTH(CACHE_8) },
	{ "loaded FDT without /cpus", loaded_without_cpus,
	  "stale I-FDTOK /cpus is new since the load\n" },
	{ "node far down", node_far_down,
	  "stale I-FDTOK ...of-thirty-one-characters/a-name-of-thirty-one-characters/a-name-of-thirty-one-characters/"
	  "a-name-of-thirty-one-characters/a-name-of-thirty-one-characters/new is new since the load\n" },
	{ "reservations", reservation_gone_and_new,
	  "stale I-FDTOK the memory reservation 0x21730000-0x2173ffff is gone since the load\n"
	  "stale I-FDTOK the memory reservation 0x10000-0x1fffffff is new since the load\n"
	  "stale I-FDTOK the memory reservation 0x30000000-0x30000fff is new since the load\n" },
	{ "loaded FDT not known", loaded_not_known, "" },
	{ "nothing known", neither_known, "" },
};

static void nodes_are_as_they_should(void **state)
{
	(void)state;
	run_rows(ARCH_POWERPC, node_rows, ARRAY_SIZE(node_rows));
}

/* --- the image ------------------------------------------------------------ */

static void not_loaded(struct judge_case *c)
{
	c->image.loaded = false;
	no_magic(c);
}

/* cover the kernel, or kernel and more */
static void with_digest(struct judge_case *c, bool elfcorehdr, bool fdt)
{
	case_segment(c, SEGMENT_KERNEL)->in_digest = true;
	case_segment(c, SEGMENT_ELFCOREHDR)->in_digest = elfcorehdr;
	case_segment(c, SEGMENT_FDT)->in_digest = fdt;
	c->image.verifies = true;
	case_digest(c);
}

static void digest_of_kernel(struct judge_case *c)
{
	with_digest(c, false, false);
}

static void digest_of_too_much(struct judge_case *c)
{
	with_digest(c, true, true);
}

static void digest_of_too_little(struct judge_case *c)
{
	with_digest(c, false, false);
	case_segment(c, SEGMENT_KERNEL)->in_digest = false;
	case_digest(c);
}

static void kernel_overwritten(struct judge_case *c)
{
	with_digest(c, false, false);
	c->kernel[CASE_KERNEL_SIZE - 1] = 1;
}

/* KB-18c: an update of what the digest covers */
static void covered_and_updated(struct judge_case *c)
{
	with_digest(c, true, false);
	elf_loads(c->elfcorehdr, "80000000-80000fff");
	ehdr(c)->e_phnum--;
}

static void overwritten_but_not_verified(struct judge_case *c)
{
	kernel_overwritten(c);
	c->image.verifies = false;
}

static void kernel_not_known(struct judge_case *c)
{
	kernel_overwritten(c);
	case_segment(c, SEGMENT_KERNEL)->bytes = NULL;
}

static void no_fdt(struct judge_case *c)
{
	case_segment(c, SEGMENT_FDT)->kind = SEGMENT_OTHER;
}

static void no_elfcorehdr(struct judge_case *c)
{
	case_segment(c, SEGMENT_ELFCOREHDR)->kind = SEGMENT_OTHER;
}

/* segments that nobody gave to `check` are not missing */
static void elfcorehdr_alone(struct judge_case *c)
{
	no_fdt(c);
	case_segment(c, SEGMENT_KERNEL)->kind = SEGMENT_OTHER;
	load(c, 3)->p_filesz--;
}

static void bytes_not_known(struct judge_case *c)
{
	case_segment(c, SEGMENT_FDT)->bytes = NULL;
	case_segment(c, SEGMENT_ELFCOREHDR)->bytes = NULL;
}

static void memory_not_known(struct judge_case *c)
{
	c->machine.knows_ram = false;
	case_set(&c->machine.ram, "");
	case_set(&c->machine.online, "");
}

static const char first_digest[] =
	"remark I-DIG the digest covers the elfcorehdr: the first update of it makes purgatory stop\n";

static const struct row image_rows[] = {
	{ "no image", not_loaded,
	  "lost I-LIVE kexec_crash_image is NULL: a crash now finds no image\n" },
	{ "digest of the kernel", digest_of_kernel, "" },
	{ "digest of what may change", digest_of_too_much,
	  "remark I-DIG the digest covers the elfcorehdr: the first update of it makes purgatory stop\n"
	  "remark I-DIG the digest covers the fdt: the first update of it makes purgatory stop\n" },
	{ "digest of nothing", digest_of_too_little,
	  "remark I-DIG the digest leaves out the kernel, which never changes\n" },
	{ "kernel overwritten", kernel_overwritten,
	  "lost I-DIG SHA-256 over the segments is 408a9e14..., at load it was 5341e6b2...: purgatory stops\n" },
	{ "kernel overwritten, nobody looks", overwritten_but_not_verified,
	  "" },
	{ "kernel overwritten, its bytes not known", kernel_not_known, "" },
	{ "no FDT", no_fdt,
	  "hang I-FDTOK the image has no fdt: the capture kernel cannot boot\n" },
	{ "no elfcorehdr", no_elfcorehdr,
	  "lost I-SANE the image has no elfcorehdr: there will be no /proc/vmcore\n" },
	{ "elfcorehdr alone", elfcorehdr_alone,
	  "incomplete I-SANE PT_LOAD 3 has p_filesz 0x3fffffff and p_memsz 0x40000000\n" },
	{ "bytes not known", bytes_not_known, "" },
	{ "memory not known", memory_not_known, "" },
};

static void image_is_there_and_whole(void **state)
{
	struct judge_case *c = case_new(ARCH_POWERPC);
	struct verdict v;

	(void)state;
	run_rows(ARCH_POWERPC, image_rows, ARRAY_SIZE(image_rows));

	/* the digest itself depends on the whole header: look at the start */
	covered_and_updated(c);
	assert_int_equal(judge(&c->machine, &c->image, c->crash_cpu, &v), 0);
	if (v.word != VERDICT_LOST || v.nr != 2 ||
	    strncmp(v.findings[0].text, first_digest + strlen("remark I-DIG "),
		    40) || v.findings[1].inv != I_DIG)
		fail_msg("a covered elfcorehdr was updated: the verdict is %s",
			 verdict_name(v.word));
	verdict_free(&v);
	case_free(c);
}

/* --- the verdict ---------------------------------------------------------- */

static void names_are_those_of_the_documents(void **state)
{
	static const char *const words[] = {
		"accurate", "stale", "incomplete", "hang", "lost",
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(words); i++)
		assert_string_equal(verdict_name(i), words[i]);
	for (i = 0; i < NR_INVARIANTS; i++)
		assert_memory_equal(invariant_name(i), "I-", 2);
}

static void findings_from_outside_count(void **state)
{
	struct judge_case *c = case_new(ARCH_POWERPC);
	struct verdict v;

	(void)state;
	assert_int_equal(judge(&c->machine, &c->image, c->crash_cpu, &v), 0);
	assert_int_equal(verdict_add(&v, I_LEAK, VERDICT_LOST, true,
				     "%d blocks\nlive", 3), 0);
	if (v.word != VERDICT_ACCURATE)
		fail_msg("a remark made the verdict %s", verdict_name(v.word));
	assert_int_equal(verdict_add(&v, I_MEM, VERDICT_HANG, false, "oops"), 0);
	assert_int_equal(verdict_add(&v, I_MEM, VERDICT_STALE, false, "more"), 0);
	if (v.word != VERDICT_HANG)
		fail_msg("a hang made the verdict %s", verdict_name(v.word));
	assert_int_equal(v.nr, 3);
	assert_string_equal(v.findings[0].text, "3 blocks?live");
	assert_int_equal(v.findings[0].index, -1);
	verdict_free(&v);
	case_free(c);
}

/* a finding says where it is, too, for those that do not read text */
static void findings_know_their_place(void **state)
{
	struct judge_case *c = case_new(ARCH_POWERPC);
	const struct finding *f;
	struct verdict v;

	(void)state;
	case_loads(c, "0-ffff 10000-1fffffff 2fff0000-2fff083b 40000000-80000000");
	assert_int_equal(judge(&c->machine, &c->image, c->crash_cpu, &v), 0);
	assert_int_equal(v.nr, 1);
	f = &v.findings[0];
	if (!f->has_range || f->start != 0x80000000 || f->end != 0x80000000 ||
	    f->index != CASE_NR_CPUS + 1 + 3)
		fail_msg("the finding is about program header %d, 0x%lx-0x%lx",
			 f->index, f->start, f->end);
	verdict_free(&v);
	case_free(c);
}

static size_t count_findings(const struct verdict *v, enum invariant inv,
			     bool remark)
{
	size_t i, nr = 0;

	for (i = 0; i < v->nr; i++)
		nr += v->findings[i].inv == inv &&
		      v->findings[i].remark == remark;
	return nr;
}

/*
 * 100 blocks that are offline, then 100 that are gone, all of them listed:
 * each kind is told 64 times, and neither hides the other.
 */
static void floods_are_cut_short(void **state)
{
	struct judge_case *c = case_new(ARCH_POWERPC);
	struct verdict v;
	uint64_t start;
	int i;

	(void)state;
	for (i = 0; i < 200; i++) {
		start = 0x100000000 + i * 0x20000000ULL;
		elf_load(c->elfcorehdr, start, start + 0xfffffff);
		if (i < 100)
			view_ranges_add(&c->machine.ram, start,
					start + 0xfffffff);
	}
	assert_int_equal(judge(&c->machine, &c->image, c->crash_cpu, &v), 0);
	if (count_findings(&v, I_GONE, true) != 65 ||
	    count_findings(&v, I_GONE, false) != 65)
		fail_msg("%zu remarks and %zu findings, 64 and a line each expected",
			 count_findings(&v, I_GONE, true),
			 count_findings(&v, I_GONE, false));
	assert_string_equal(v.findings[v.nr - 2].text, "and 36 more");
	assert_string_equal(v.findings[v.nr - 1].text, "and 36 more");
	if (v.word != VERDICT_INCOMPLETE)
		fail_msg("the verdict is %s", verdict_name(v.word));
	verdict_free(&v);
	case_free(c);
}

/* --- hostile bytes -------------------------------------------------------- */

/* the same numbers in every run */
static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/*
 * Overwrite a few bytes, those of the structure mostly, and judge a copy that
 * ends where the segment ends: what is read beyond is an error for sanitizers
 * and Valgrind. There is nothing to expect but an answer.
 */
static void judge_damaged(struct judge_case *c, enum segment_kind kind,
			  uint32_t *seed)
{
	static const uint8_t values[] = { 0, 1, 3, 0x7f, 0x80, 0xff };
	struct view_segment *s = case_segment(c, kind), saved = *s;
	struct bytes copy = bytes_copy(s->bytes, s->memsz);
	uint32_t i, nr = 1 + next_random(seed) % 4;
	struct verdict v;

	for (i = 0; i < nr; i++)
		copy.p[next_random(seed) % copy.size] =
			values[next_random(seed) % sizeof(values)];
	s->bytes = copy.p;
	assert_int_equal(judge(&c->machine, &c->image, c->crash_cpu, &v), 0);
	verdict_free(&v);
	*s = saved;
	bytes_free(&copy);
}

static void damaged_bytes_are_judged(void **state)
{
	struct judge_case *c = case_new(ARCH_POWERPC);
	uint32_t seed = 1;
	int i;

	(void)state;
	/* a small blob, so that most of its bytes mean something */
	fdt_pack(c->fdt);
	case_segment(c, SEGMENT_FDT)->memsz = fdt_totalsize(c->fdt);
	case_segment(c, SEGMENT_ELFCOREHDR)->memsz = 0x700;
	for (i = 0; i < 2000; i++) {
		judge_damaged(c, SEGMENT_ELFCOREHDR, &seed);
		judge_damaged(c, SEGMENT_FDT, &seed);
	}
	case_free(c);
}

/* every length from nothing to all of it */
static void judge_cut(struct judge_case *c, enum segment_kind kind)
{
	struct view_segment *s = case_segment(c, kind), saved = *s;
	struct verdict v;
	struct bytes copy;
	size_t size;

	for (size = 0; size < saved.memsz; size++) {
		copy = bytes_copy(saved.bytes, size);
		s->bytes = copy.p;
		s->memsz = size;
		assert_int_equal(judge(&c->machine, &c->image, c->crash_cpu,
				       &v), 0);
		verdict_free(&v);
		bytes_free(&copy);
	}
	*s = saved;
}

static void cut_segments_are_judged(void **state)
{
	struct judge_case *c = case_new(ARCH_POWERPC);

	(void)state;
	fdt_pack(c->fdt);
	case_segment(c, SEGMENT_FDT)->memsz = fdt_totalsize(c->fdt);
	case_segment(c, SEGMENT_ELFCOREHDR)->memsz = 0x700;
	judge_cut(c, SEGMENT_ELFCOREHDR);
	judge_cut(c, SEGMENT_FDT);
	case_free(c);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accurate_image_has_no_finding),
		cmocka_unit_test(loads_are_held_against_memory),
		cmocka_unit_test(elf_header_is_as_vmcore_wants_it),
		cmocka_unit_test(loads_are_sound),
		cmocka_unit_test(x86_lists_what_is_special_to_it),
		cmocka_unit_test(notes_are_where_cpus_write_them),
		cmocka_unit_test(boot_cpu_is_found),
		cmocka_unit_test(odd_trees_are_refused),
		cmocka_unit_test(capture_kernel_keeps_to_its_memory),
		cmocka_unit_test(elfcorehdr_is_found),
		cmocka_unit_test(elfcorehdr_is_reserved),
		cmocka_unit_test(nodes_are_as_they_should),
		cmocka_unit_test(image_is_there_and_whole),
		cmocka_unit_test(names_are_those_of_the_documents),
		cmocka_unit_test(findings_from_outside_count),
		cmocka_unit_test(findings_know_their_place),
		cmocka_unit_test(floods_are_cut_short),
		cmocka_unit_test(damaged_bytes_are_judged),
		cmocka_unit_test(cut_segments_are_judged),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return !!cmocka_run_group_tests(tests, NULL, case_teardown);
}
