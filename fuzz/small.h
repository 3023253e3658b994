/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small powerpc machine for harnesses of core/: one emulated kernel and a
 * device tree, made once, and put back to the start for each input. Only shim/
 * is below it.
 */
#ifndef FUZZ_SMALL_H
#define FUZZ_SMALL_H

#include "fuzz.h"
#include "kernel.h"

#define SMALL_CORES 8
#define SMALL_BOOT_CORES 2
#define SMALL_BLOCK (256ULL << 20)
#define SMALL_BLOCKS 8
#define SMALL_VMCOREINFO 0x4700000ULL
/* so many segments can have memory behind them */
#define SMALL_SEGMENTS KEXEC_SEGMENT_MAX

/**
 * struct small_memory - memory that segments lie in, each a block of its own
 * @phys: where it seems to be
 * @size: bytes of it
 * @bytes: they
 */
struct small_memory {
	u64 phys;
	u64 size;
	void *bytes;
};

/* made at the first call; current as long as no other one is switched to */
struct kernel *small_kernel(void);
/* the live tree that it booted with */
void small_reset_tree(struct kernel *k);
/* what memremap() finds from now on; @nr may be 0 */
void small_set_memory(const struct small_memory *memory, unsigned int nr);

/*
 * The tree alone. A core may come in several kinds, which differ in their
 * properties; its cache comes and goes apart. 0 or a negative errno: it is there
 * already, it is not there.
 */
int small_attach_core(struct kernel *k, unsigned int core, unsigned int kind);
int small_detach_core(struct kernel *k, unsigned int core);
int small_attach_cache(struct kernel *k, unsigned int core);
int small_detach_cache(struct kernel *k, unsigned int core);
/* @length bytes of a property that some kinds have, and some have not */
int small_set_property(struct kernel *k, unsigned int core, unsigned int which,
		       const void *value, int length);

/* no contract was broken, and nothing but @allocs is in use; what was said of that
 * is forgotten, so that the next input begins as the first one did
 */
void small_end(struct kernel *k, unsigned long allocs);

#endif /* FUZZ_SMALL_H */
