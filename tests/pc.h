/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small x86_64 machine for the tests of core/, as pseries.h is for powerpc:
 * one emulated kernel, System RAM resources, the crash kernel's memory, and an
 * image loaded there. Only shim/ is below it.
 *
 * Whatever cannot go wrong in a test that is right fails the test by itself.
 */
#ifndef TESTS_PC_H
#define TESTS_PC_H

#include "helpers.h"
#include "kernel.h"

#define PC_BLOCK 0x8000000ULL
#define PC_NOTES 0x2dc3d800ULL
#define PC_NOTES_STRIDE 0x400
#define PC_VMCOREINFO 0x48ba000ULL
#define PC_TEXT_PHYS 0x1000000ULL
#define PC_TEXT_VIRT 0xffffffff81000000ULL
#define PC_TEXT_SIZE 0x2c30000ULL
/* so much of the crash kernel's region is really there */
#define PC_BACKED 0x2000000ULL

/* what every header of these machines lists first */
#define PC_TEXT "1000000-3c2ffff "
/* and what they list of the memory that they have unless told otherwise */
#define PC_RAM "100000-2effffff 3f000000-3ffdefff"

/**
 * struct pc_config - what differs from test to test; the rest is as in the
 *	captures of a stock kernel
 * @ram: System RAM as in ranges_parse(), each a resource of its own, all
 *	online; NULL: "1000-9fbff 100000-3ffdefff"
 * @crashk_start, @crashk_size: 0: 256 MiB at 0x2f000000
 * @crashk_low_start, @crashk_low_size: 0: none
 * @possible_cpus: 0: 8
 * @nr_cpus_default: 0: 8192
 * @max_memory_ranges: 0: 8192
 * @page_offset: 0: without KASLR
 * @slots: purgatory and boot parameters are loaded too, and what changes is in two
 *	slots
 * @largest: no segment finds a place that has more bytes; 0: all do
 * @selector: how purgatory calls the registers that it hands over; NULL:
 *	entry64_regs
 * @selector_at: where in purgatory they are; 0: 0x220
 * @cmdline: behind elfcorehdr=; NULL: "maxcpus=1"
 * @edit_params: changes the boot parameters when they are complete
 */
struct pc_config {
	const char *ram;
	u64 crashk_start;
	u64 crashk_size;
	u64 crashk_low_start;
	u64 crashk_low_size;
	unsigned int possible_cpus;
	unsigned int nr_cpus_default;
	unsigned int max_memory_ranges;
	u64 page_offset;
	bool slots;
	size_t largest;
	const char *selector;
	unsigned int selector_at;
	const char *cmdline;
	void (*edit_params)(struct kexec_segment *params);
};

/**
 * struct pc - the machine
 * @config: with all defaults filled in
 * @kernel: current as long as the machine lives
 * @image: loaded, NULL when none is
 * @header: its elfcorehdr segment
 * @purgatory, @params: likewise, with slots
 * @symbol: purgatory's only one
 * @fail_place: the nth segment of the next load finds no place; 0: none
 * @crashk: host memory behind the crash kernel's region, in whole pages
 * @backing: what was allocated for it
 * @next: first free byte there, as an offset; a test may leave a gap
 * @during_load: called when all segments are made, and the image is not yet
 *	published; the kexec lock is held
 */
struct pc {
	struct pc_config config;
	struct kernel *kernel;
	struct kimage *image;
	int header;
	int purgatory;
	int params;
	struct purgatory_symbol symbol;
	unsigned int fail_place;
	u8 *crashk;
	void *backing;
	size_t next;
	void (*during_load)(struct pc *pc);
};

/* core/ as a handler module, linked in */
extern const struct handler_module handler_module_core_x86_64;

struct pc *pc_boot(const struct pc_config *config);
/* fails the test when anything is broken, leaked or held */
void pc_shutdown(struct pc *pc);

/* --- the image ----------------------------------------------------------------- */

/*
 * kexec_file_load(2): elfcorehdr, kernel, and with slots purgatory and boot
 * parameters before the kernel; 0 or the errno of core, nothing loaded
 */
int pc_load(struct pc *pc);
void pc_unload(struct pc *pc);
/* no violation so far, and nothing held; @what names the case */
void pc_check(struct pc *pc, const char *what);

/* a segment as kexec_load(2) takes it: @bufsz bytes, zeros up to @memsz */
struct pc_segment {
	const void *bytes;
	size_t bufsz;
	size_t memsz;
};

/* what is loaded before is gone; @header says which one is the elfcorehdr */
void pc_load_user(struct pc *pc, const struct pc_segment *segments,
		  unsigned int nr, int header, unsigned long flags);
void *pc_bytes(struct pc *pc, int segment);

/* --- pc_slots.c: from purgatory's word on, without any code of core's ------------- */

bool pc_has_slots(const struct pc *pc);
/* rsi, among the registers */
unsigned long *pc_selector(struct pc *pc);
/* the slot whose boot parameters are read */
unsigned int pc_active(struct pc *pc);
/* the boot parameters' segment, by slot */
int pc_slot_params(const struct pc *pc, unsigned int slot);
const char *pc_slot_cmdline(struct pc *pc, unsigned int slot);
/* bytes of one elfcorehdr; @slot's */
size_t pc_header_size(const struct pc *pc);
void *pc_slot_header(struct pc *pc, unsigned int slot);
/* the one that the command line names that is read; NULL: there is none */
void *pc_find_header(struct pc *pc);
/* the same; fails the test when there is none */
void *pc_read_header(struct pc *pc);
void assert_equal_headers(const char *what, struct pc *pc);

/* an ELF header without program headers */
Elf64_Ehdr pc_empty_elf(unsigned int type);

/* --- the machine changes --------------------------------------------------------- */

/* a DIMM arrives, whole and offline; it goes, offline */
void pc_add_dimm(struct pc *pc, u64 start, u64 size);
void pc_remove_dimm(struct pc *pc, u64 start, u64 size);
/* all blocks of it, one event each */
void pc_online(struct pc *pc, u64 start, u64 size);
void pc_offline(struct pc *pc, u64 start, u64 size);

/* --- what is there ------------------------------------------------------------------ */

/* all PT_LOADs of the image's header, the kernel's image first */
void assert_header(const char *what, const char *expected, struct pc *pc);
bool pc_was_logged(struct pc *pc, const char *text);
void pc_assert_logged(struct pc *pc, const char *text);
/* what crash_hotplug reads */
void assert_hotplug(const char *what, int expected, struct pc *pc);

#endif /* TESTS_PC_H */
