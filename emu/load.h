/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One load of a crash image, from finding room to publishing it.
 */
#ifndef EMU_LOAD_H
#define EMU_LOAD_H

#include "machine_private.h"
#include "place.h"

/**
 * struct load - an image that is being made
 * @m: the machine
 * @spec: what was asked for
 * @image: the kernel's image; it belongs to @m->image when all is done
 * @made: all its segments are there
 * @info: what else will be known of the image
 * @content, @content_size: bytes to copy to each segment's start; the rest of
 *	it is zeros. NULL: all of it is
 * @owned: contents to free() at the end
 * @free: where segments may still go
 * @kind: of the segment that is placed next; SEGMENT_OTHER: by its content
 * @wanted: bytes of the last segment that found no place, 0 none
 * @between_failed, @between_error: an event between two walks was impossible
 */
struct load {
	struct machine *m;
	const struct load_spec *spec;
	struct kimage *image;
	bool made;
	struct loaded_image info;
	const void *content[VIEW_SEGMENT_MAX];
	size_t content_size[VIEW_SEGMENT_MAX];
	void *owned[VIEW_SEGMENT_MAX];
	struct view_ranges free;
	enum segment_kind kind;
	size_t wanted;
	bool between_failed;
	struct error between_error;
};

/* usual sizes: what a stripped 6.12 kernel for ppc64le and a small initrd take */
#define LOAD_KERNEL_SIZE 0x1730000
#define LOAD_INITRD_SIZE 0x190000

/* the hint for segments of this name, or NULL */
const struct segment_spec *load_hint(const struct load *l, const char *name);
size_t load_kernel_size(const struct load *l);
size_t load_initrd_size(const struct load *l);

/**
 * load_add() - add a segment to the image, at a place that is known
 * @l: the load
 * @kind: what it is
 * @name: at most 31 characters; NULL: the kind's own name
 * @segment: its place and sizes, content besides
 * @err: set on failure
 *
 * Return: its index, or -1.
 */
int load_add(struct load *l, enum segment_kind kind, const char *name,
	     const struct kexec_segment *segment, struct error *err);
/* the segment's bytes from its start; @owned is freed at the load's end */
void load_set_content(struct load *l, int index, const void *content,
		      size_t size, void *owned);

/**
 * load_add_buffer() - add a segment of kexec_file_load(2) that no handler makes
 * @l: the load
 * @kbuf: limits and alignment for its place, from its image; mem is set
 * @kind: what it is; a hint for it may give place, sizes and content
 * @bufsz, @memsz: its sizes without a hint
 * @err: set on failure
 *
 * Without content from a hint it holds zeros.
 *
 * Return: 0 or -1.
 */
int load_add_buffer(struct load *l, struct kexec_buf *kbuf,
		    enum segment_kind kind, size_t bufsz, size_t memsz,
		    struct error *err);

/* bytes from rsi to rip, among the registers that x86's purgatory hands over
 * (struct kexec_entry64_regs, arch/x86/include/asm/kexec.h, 6.12)
 */
#define LOAD_RSI_TO_RIP 80

/*
 * purgatory's word dt_offset is the one with the address of the image's FDT in it
 * (setup_purgatory(), arch/powerpc/kexec/file_load.c, 6.12), and rsi the one with
 * the boot parameters', where rip leads to the kernel (bzImage64_load(),
 * arch/x86/kernel/kexec-bzimage64.c); a purgatory whose bytes are not known has
 * none
 */
void load_find_selector(struct load *l);

/**
 * load_add_slots() - let the handlers make room for a second slot
 * @l: a load of which all segments have their places
 * @kbuf: limits and alignment for places
 * @symbol, @address: of purgatory; known where the selector is
 * @names: the bytes that say where the elfcorehdr is: FDT or boot parameters
 */
void load_add_slots(struct load *l, struct kexec_buf *kbuf, const char *symbol,
		    uint64_t address, const void *names);

/* start with what of the crash kernel's region is memory and not reserved */
int load_find_free(struct load *l, struct error *err);

#endif /* EMU_LOAD_H */
