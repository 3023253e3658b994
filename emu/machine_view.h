/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The truth about a machine, and the bytes of a loaded image, as plain data.
 * The judge reads these and nothing else of the emulator; `crash-hp check`
 * fills them from files. Ranges are [start, end], the end inside.
 */
#ifndef EMU_MACHINE_VIEW_H
#define EMU_MACHINE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum arch {
	ARCH_POWERPC,
	ARCH_X86_64,
};

struct view_range {
	uint64_t start;
	uint64_t end;
};

/* sorted, disjoint, touching ranges merged */
struct view_ranges {
	size_t nr;
	size_t max;
	struct view_range *r;
};

struct view_cpu {
	unsigned int cpu;	/* the kernel's number */
	bool present;
	bool online;
	bool has_hwid;
	uint32_t hwid;		/* interrupt server number (powerpc) */
	uint64_t notes;		/* physical address of its crash notes */
};

/**
 * struct view_text - the running kernel's image, from _text to _end
 * @size: bytes; 0: not known, or no entry of the header's own
 */
struct view_text {
	uint64_t phys;
	uint64_t virt;
	uint64_t size;
};

/**
 * struct machine_view - the machine at this moment
 * @ram: all memory that is there, online or not
 * @online: the part of @ram that is online
 * @firmware: what firmware keeps and a dump shall have (RTAS, OPAL)
 * @crashk: the crash kernel's own regions
 * @text: where the header maps the kernel besides its memory (x86)
 * @cpus: one for each possible CPU, ascending
 * @tree: flattened live tree, NULL where there is none or it is not known
 * @tree_generation: changes whenever @tree does; 0 where @tree never changes
 * @knows_cpus, @knows_ram: `check` may be told only part of the truth
 */
struct machine_view {
	enum arch arch;
	uint64_t page_size;
	struct view_ranges ram;
	struct view_ranges online;
	struct view_ranges firmware;
	struct view_ranges crashk;
	struct view_text text;
	size_t nr_cpus;
	const struct view_cpu *cpus;
	uint64_t notes_size;
	uint64_t vmcoreinfo;
	uint64_t vmcoreinfo_size;
	const void *tree;
	size_t tree_size;
	unsigned long tree_generation;
	bool knows_cpus;
	bool knows_ram;
	unsigned int max_memory_ranges;	/* 0: not known */
};

enum segment_kind {
	SEGMENT_OTHER,
	SEGMENT_KERNEL,
	SEGMENT_PURGATORY,
	SEGMENT_BACKUP,
	SEGMENT_ELFCOREHDR,
	SEGMENT_INITRD,
	SEGMENT_BOOT_PARAM,	/* x86: boot parameters, command line */
	SEGMENT_FDT,
	SEGMENT_SPARE,		/* of a slot that nobody reads now */
	NR_SEGMENT_KINDS,
};

/**
 * struct view_segment - one segment
 * @kind: what it is for whoever reads the image now
 * @loaded_as: what its loader made it as: of an image that has two FDTs, and
 *	two elfcorehdrs, this says which the spare ones are; likewise boot
 *	parameters
 * @loaded: its @memsz bytes when it had been loaded; of an FDT only, NULL when
 *	not known
 */
struct view_segment {
	enum segment_kind kind;
	enum segment_kind loaded_as;
	uint64_t mem;		/* physical address */
	size_t memsz;
	size_t bufsz;
	const uint8_t *bytes;	/* memsz of them; NULL when not known */
	const void *loaded;
	bool in_digest;
};

#define VIEW_SEGMENT_MAX 16

/**
 * struct image_view - what a crash would find
 * @loaded: kexec_crash_image is not NULL
 * @file_mode: by kexec_file_load(2)
 * @verifies: this purgatory checks the digest and loops on a mismatch
 * @digest: SHA-256 over the segments with @in_digest, as they were loaded;
 *	only where @verifies, else no segment is in it
 * @backup: where purgatory copies the first 64 KiB to (powerpc), 0 unknown
 * @reserved: bytes from the first elfcorehdr's start on that the capture kernel's
 *	memory map leaves out (x86), 0 unknown
 * @loaded_fdt: the FDT segment as it was loaded: what an update must not
 *	touch is compared with it; NULL when not known
 * @selector: physical address of purgatory's word that says where the FDT, on
 *	x86 the boot parameters are; 0: none, or not known where
 * @selected: what the word says, where @selector is known
 */
struct image_view {
	bool loaded;
	bool file_mode;
	bool verifies;
	uint8_t digest[32];
	size_t nr_segments;
	struct view_segment segment[VIEW_SEGMENT_MAX];
	uint64_t backup;
	uint64_t reserved;
	const void *loaded_fdt;
	size_t loaded_fdt_size;
	uint64_t selector;
	uint64_t selected;
};

const struct view_segment *image_view_segment(const struct image_view *image,
					      enum segment_kind kind);
const char *segment_kind_name(enum segment_kind kind);

/**
 * image_view_resolve() - which of its segments does a crash read, as they are now?
 * @image: any of its bytes may have changed; its segments' kinds, @loaded_fdt and
 *	@selected are brought up to date
 *
 * purgatory's word says which FDT, and this FDT says which elfcorehdr
 * (emu/image_slots.c); on x86 they are boot parameters instead. The others of both
 * kinds are spare. A word that leads to no FDT leaves none; an FDT that leads to no
 * elfcorehdr leaves the one that was made with it. Without such a word the kinds
 * stay as they are.
 */
void image_view_resolve(struct image_view *image);

/* which kind purgatory's word leads to: an FDT, or boot parameters */
enum segment_kind image_view_names(const struct image_view *image);

/* how many segments of the kind its loader made before @segment: its slot */
size_t image_view_slot(const struct image_view *image,
		       const struct view_segment *segment);

/* --- small set arithmetic over ranges --------------------------------------- */

/* add or take away [start, end]; 0, or -1 when memory runs out */
int view_ranges_add(struct view_ranges *set, uint64_t start, uint64_t end);
int view_ranges_remove(struct view_ranges *set, uint64_t start, uint64_t end);
int view_ranges_copy(struct view_ranges *dst, const struct view_ranges *src);
bool view_ranges_contains(const struct view_ranges *set, uint64_t start,
			  uint64_t end);
bool view_ranges_intersects(const struct view_ranges *set, uint64_t start,
			    uint64_t end);
void view_ranges_free(struct view_ranges *set);

#endif /* EMU_MACHINE_VIEW_H */
