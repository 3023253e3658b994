/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small pSeries for the tests of core/: one emulated kernel, a device tree
 * made on the spot, the crash kernel's memory, and an image loaded there. Only
 * shim/ is below it, so a test sees core/ and nothing else at work.
 *
 * Whatever cannot go wrong in a test that is right fails the test by itself.
 */
#ifndef TESTS_PSERIES_H
#define TESTS_PSERIES_H

#include "helpers.h"
#include "kernel.h"

#define MiB (1024ULL * 1024)
#define GiB (1024 * MiB)

#define PSERIES_BLOCK (256 * MiB)
#define PSERIES_CRASHK_START (512 * MiB)
#define PSERIES_CRASHK_SIZE (256 * MiB)
#define PSERIES_CRASHK_END (PSERIES_CRASHK_START + PSERIES_CRASHK_SIZE - 1)
/* as much of it is really there, for all segments */
#define PSERIES_BACKED (32 * MiB)
/* RTAS lies inside the crash kernel's memory, as SLOF and PowerVM put it */
#define PSERIES_RTAS_START 0x2fff0000ULL
#define PSERIES_RTAS_SIZE 0x800
#define PSERIES_VMCOREINFO 0x4700000ULL
/* what the running kernel was booted with */
#define PSERIES_OLD_INITRD_START 0x3000000ULL
#define PSERIES_OLD_INITRD_SIZE 0x12345

/**
 * struct pseries_config - what differs from test to test
 * @page_shift: 0: 16
 * @max_memory_ranges: 0: 2048, as in the captured kernels
 * @block_size: of memory; 0: 256 MiB
 * @memory: ranges as in ranges_parse(), each a region of memblock's and a NUMA
 *	node of its own, all online; NULL: "0-7fffffff"
 * @crashk_start: of the crash kernel's region; 0: 512 MiB
 * @smt: threads of a core; 0: 1
 * @possible_cores: 0: 8
 * @boot_cores: 0: 1
 * @caches: each core has an L2 node under /cpus
 * @put_in_cpu: writes more properties into a CPU node, one after the other
 * @no_rtas: the tree has no /rtas
 * @nr_lmbs: LMBs from address 0 on, in /ibm,dynamic-reconfiguration-memory; 0:
 *	no such node
 * @lmb_size: 0: 256 MiB
 * @lmbs_v1: one entry for each LMB, not one for all
 * @initrd_size: of the capture kernel's; 0: it has none
 * @cmdline: what user space gives the capture kernel
 * @no_cmdline: nothing
 * @edit_tree: changes the boot FDT, which has 64 KiB of free space
 * @one_cell: addresses and sizes of the root's children take one cell each, not
 *	two
 * @chosen_last: /chosen is behind /cpus, not before it
 * @slots: what changes is loaded into two slots
 * @selector: how purgatory calls the word that chooses one; NULL: dt_offset
 * @selector_at: where in purgatory it is; 0: 0x250
 */
struct pseries_config {
	unsigned int page_shift;
	unsigned int max_memory_ranges;
	u64 block_size;
	const char *memory;
	u64 crashk_start;
	unsigned int smt;
	unsigned int possible_cores;
	unsigned int boot_cores;
	bool caches;
	void (*put_in_cpu)(void *fdt);
	bool no_rtas;
	unsigned int nr_lmbs;
	u64 lmb_size;
	bool lmbs_v1;
	size_t initrd_size;
	const char *cmdline;
	bool no_cmdline;
	void (*edit_tree)(void *fdt);
	bool one_cell;
	bool chosen_last;
	bool slots;
	const char *selector;
	unsigned int selector_at;
};

/**
 * struct pseries - the machine
 * @config: with all defaults filled in
 * @kernel: current as long as the machine lives
 * @image: loaded, NULL when none is
 * @elfcorehdr, @fdt: their segments in @image
 * @purgatory: likewise
 * @symbol: purgatory's only one
 * @crashk: host memory behind the crash kernel's region, in whole pages
 * @backing: what was malloc()ed for it
 * @next: first free byte there, as an offset
 * @top: behind the last free byte
 * @fail_place: the nth segment of the next load finds no place; 0: none
 * @fail_purgatory: the next load fails when all segments have their places
 * @during_load: called when all segments are made, and the image is not yet
 *	published; the kexec lock is held
 */
struct pseries {
	struct pseries_config config;
	struct kernel *kernel;
	struct kimage *image;
	int elfcorehdr;
	int fdt;
	int purgatory;
	struct purgatory_symbol symbol;
	u8 *crashk;
	void *backing;
	size_t next;
	size_t top;
	unsigned int fail_place;
	bool fail_purgatory;
	void (*during_load)(struct pseries *p);
};

/* core/ as a handler module, linked in */
extern const struct handler_module handler_module_core_powerpc;

/* @handlers: NULL for core's */
struct pseries *pseries_boot(const struct pseries_config *config,
			     const struct handler_module *handlers);
/* fails the test when anything is broken, leaked or held */
void pseries_shutdown(struct pseries *p);
/* no violation so far, and nothing held; @what names the case */
void pseries_check(struct pseries *p, const char *what);

/* --- the image ----------------------------------------------------------- */

/*
 * kexec_file_load(2): kernel, purgatory, backup, elfcorehdr, initrd, FDT, and with
 * slots a second elfcorehdr and a second FDT. A negative errno where core gives up;
 * nothing is loaded then.
 */
int pseries_load(struct pseries *p);
/* a machine with core's handlers and an image that follows hotplug */
struct pseries *pseries_boot_and_load(const struct pseries_config *config);

/**
 * struct user_segment - a segment as kexec_load(2) takes it
 * @bytes: @bufsz of them; the rest up to @memsz is zero
 * @memsz: 0: @bufsz; rounded up to pages
 */
struct user_segment {
	const void *bytes;
	size_t bufsz;
	size_t memsz;
};

/* replaces what is loaded; segments are placed one after the other */
void pseries_load_user(struct pseries *p, const struct user_segment *segments,
		       unsigned int nr, unsigned long flags);
void pseries_unload(struct pseries *p);

/* the four segments of a struct user_image */
enum { USER_KERNEL, USER_BACKUP, USER_HEADER, USER_FDT };

/* where user space has put the backup of the first 64 KiB */
#define USER_BACKUP_START (PSERIES_CRASHK_START + 0x20000)

/**
 * struct user_image - what kexec-tools passes to kexec_load(2)
 * @header, @fdt: malloc()ed bytes of the last two
 */
struct user_image {
	struct user_segment segment[4];
	void *header;
	void *fdt;
};

/* out of what the kernel makes of the machine's present state */
void user_image_make(struct pseries *p, struct user_image *u);
void user_image_load(struct pseries *p, struct user_image *u,
		     unsigned long flags);
void user_image_free(struct user_image *u);

void *pseries_bytes(struct pseries *p, int segment);
size_t pseries_memsz(const struct pseries *p, int segment);
/* malloc()ed copy of all of a segment */
void *pseries_copy(struct pseries *p, int segment);

/* --- an image with slots --------------------------------------------------- */

#define PSERIES_SLOTS 2

/* as pseries_boot_and_load(); the image has slots, whatever @config says */
struct pseries *pseries_boot_with_slots(const struct pseries_config *config);
/* has the image that is loaded two slots? */
bool pseries_has_slots(const struct pseries *p);
/* which of them does purgatory's word lead to? */
unsigned int pseries_active(struct pseries *p);
/* its own bytes in purgatory */
unsigned long *pseries_selector(struct pseries *p);
/* segments of a slot */
int pseries_slot_header(const struct pseries *p, unsigned int slot);
int pseries_slot_fdt(const struct pseries *p, unsigned int slot);
/* what a capture kernel gets: the FDT that purgatory's word leads to, the header
 * that this FDT's command line names
 */
void *pseries_read_fdt(struct pseries *p);
void *pseries_read_header(struct pseries *p);

/**
 * struct pair - what a capture kernel gets, copied
 * @header, @fdt: malloc()ed, all bytes of their segments
 */
struct pair {
	u8 *header;
	u8 *fdt;
	size_t header_size;
	size_t fdt_size;
};

struct pair pair_copy(struct pseries *p);
/* an image without slots has what is in slot 0 */
struct pair pair_in_slot(struct pseries *p, unsigned int slot);
/* as it would be in slot 0: its FDT names the header there; what is read, or a
 * pair of slot 1
 */
struct pair pair_of_slot_0(struct pseries *p);
void pair_move_to_slot_0(struct pseries *p, struct pair *pair);
bool pair_equal(const struct pair *a, const struct pair *b);
void assert_pair(const char *what, const struct pair *expected,
		 const struct pair *got);
void pair_free(struct pair *pair);
/* but for the places where a tree names its slot's header */
void assert_equal_slots(const char *what, struct pseries *p);

/* a hotplug event that changes nothing, but may make good what was lost */
void pseries_quiet_event(struct pseries *p);
/* the same; no segment is taken for up to date */
void pseries_poke(struct pseries *p);

/* --- the machine changes ------------------------------------------------- */

/* cores are numbered from 0; the hardware id of a core's first thread, which is
 * also the kernel's number, is the core's number times the threads
 */
void pseries_attach_core(struct pseries *p, unsigned int core);
void pseries_detach_core(struct pseries *p, unsigned int core);
/* the device tree alone */
void pseries_attach_nodes(struct pseries *p, unsigned int core);
void pseries_detach_nodes(struct pseries *p, unsigned int core);
/* with events: attach and bring up, take down and detach */
void pseries_add_core(struct pseries *p, unsigned int core);
void pseries_remove_core(struct pseries *p, unsigned int core);
/* one block; memory comes with all of its blocks online */
void pseries_online(struct pseries *p, u64 block);
void pseries_offline(struct pseries *p, u64 block);
/* likewise, while somebody has the kexec lock: the event is lost */
void pseries_online_lost(struct pseries *p, u64 block);
void pseries_offline_lost(struct pseries *p, u64 block);
void pseries_add_memory(struct pseries *p, u64 start, u64 size);
void pseries_remove_memory(struct pseries *p, u64 start, u64 size);

/* --- what is in the image ------------------------------------------------ */

/* p_offset of the PT_LOAD of the first 64 KiB */
u64 header_backup(const void *header);
/* /cpus of an FDT in document order: "PowerPC,POWER9@0 l2-cache@2000" */
void assert_cpus(const char *what, const char *expected, const void *fdt);
/* CPU and cache nodes of /cpus are the live tree's, property for property */
void assert_live_cpus(const char *what, struct pseries *p, const void *fdt);
/* all but the CPU and cache nodes is the same in both, byte for byte */
void assert_rest_equal(const char *what, const void *expected, const void *got);
/* libfdt finds nothing wrong with it in @room bytes */
void assert_fdt_ok(const char *what, const void *fdt, size_t room);

/* --- before and after ---------------------------------------------------- */

struct snapshot {
	unsigned long nr;
	size_t size[KEXEC_SEGMENT_MAX];
	void *bytes[KEXEC_SEGMENT_MAX];
};

/* all bytes of the loaded image */
struct snapshot *snapshot_take(struct pseries *p);
bool snapshot_differs(const struct snapshot *s, struct pseries *p, int segment);
/* exactly the segments of @changed, as bits, have other bytes; @before is freed */
void assert_changed(const char *what, struct snapshot *before,
		    struct pseries *p, unsigned int changed);
void snapshot_free(struct snapshot *s);

/* --- what can be seen from outside --------------------------------------- */

/* what the attribute crash_hotplug reads */
void assert_support(const char *what, struct pseries *p, int expected);
/* a message has @text in it: has one? and: one must have */
bool was_logged(struct pseries *p, const char *text);
void assert_logged(struct pseries *p, const char *text);

#endif /* TESTS_PSERIES_H */
