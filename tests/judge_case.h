/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests of the judge: two small machines with an image that is accurate,
 * to be spoilt by a test, and the comparison of findings with expected lines.
 */
#ifndef TESTS_JUDGE_CASE_H
#define TESTS_JUDGE_CASE_H

#include "judge.h"
#include "segments.h"

/*
 * The powerpc machine:
 *
 *	0     64K      512M          1G        2G
 *	|------|---------|-----------|----------|	memory, all online
 *	| backup |	 |crash kernel|
 *			      RTAS: 0x2fff0000-0x2fff083b
 *
 * Two cores of two threads (hardware ids 0, 1 and 8, 9), all online; CPUs 4 and
 * 5 are possible and not present. Each core has its L2 cache's node. 64 KiB
 * pages. The x86_64 machine has the same memory, but for what is not RAM below
 * 1 MiB, no RTAS and no FDT; 4 KiB pages.
 */
#define CASE_CRASHK		0x20000000ULL
#define CASE_BACKUP		0x21730000ULL
#define CASE_ELFCOREHDR		0x21740000ULL
#define CASE_ELFCOREHDR_SIZE	0x20000
#define CASE_FDT		0x3ffb0000ULL
#define CASE_FDT_SIZE		0x10000
#define CASE_KERNEL_SIZE	0x100
#define CASE_NOTES(cpu)		(0x7fdfb400ULL + (cpu) * 0x20000ULL)
#define CASE_NOTES_SIZE		0x218
#define CASE_VMCOREINFO		0x4460000ULL
#define CASE_VMCOREINFO_SIZE	0x10024
#define CASE_NR_CPUS		6
#define CASE_MAX_CPUS		8

/* the PT_LOADs that the powerpc machine should have */
#define CASE_LOADS "0-ffff 10000-1fffffff 2fff0000-2fff083b 40000000-7fffffff"
/* and the x86_64 machine, behind the kernel's text */
#define CASE_X86_LOADS "100000-1fffffff 40000000-7fffffff"

/*
 * struct judge_case - a machine and an image
 * @elfcorehdr, @fdt, @kernel: the segments' bytes; @image points at them
 * @loaded_fdt, @live: of CASE_FDT_SIZE bytes
 */
struct judge_case {
	struct machine_view machine;
	struct image_view image;
	struct view_cpu cpus[CASE_MAX_CPUS];
	uint32_t crash_cpu;
	uint8_t *elfcorehdr;
	uint8_t *fdt;
	uint8_t *kernel;
	uint8_t *loaded_fdt;
	uint8_t *live;
};

struct judge_case *case_new(enum arch arch);
void case_free(struct judge_case *c);

struct view_segment *case_segment(struct judge_case *c, enum segment_kind kind);

/* replace a set of the machine, e.g. case_set(&c->machine.online, "0-fffff") */
void case_set(struct view_ranges *set, const char *text);

/* replace all PT_LOADs but the kernel's text, see elf_loads() */
void case_loads(struct judge_case *c, const char *text);

/* record the digest of the image as it is */
void case_digest(struct judge_case *c);

/*
 * A node of the image's FDT, of the live tree or of the loaded FDT, to be used
 * with libfdt; there is room for more. Fails the test if there is no such node.
 */
int tree_node(const void *fdt, const char *path);
/* set a property to cells, and to a string */
void tree_set_cells(void *fdt, const char *path, const char *name,
		    unsigned int nr, ...);
void tree_set_string(void *fdt, const char *path, const char *name,
		     const char *value);
void tree_delete(void *fdt, const char *path, const char *name);
/* delete all memory reservations that begin at @start */
void tree_unreserve(void *fdt, uint64_t start);

/*
 * Judge, and compare with @expected: a line for each finding, remarks too, as
 * in "incomplete I-GONE PT_LOAD 3 covers ...", or "remark I-GONE ...", in any
 * order, each ended by a newline. @what names the case in the message.
 *
 * All cases are judged once more with one cache, which must not tell.
 */
void assert_findings(const char *what, const struct judge_case *c,
		     const char *expected);

/* for CMocka: after the last test */
int case_teardown(void **state);

#endif /* TESTS_JUDGE_CASE_H */
