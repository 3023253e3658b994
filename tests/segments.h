/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests: segments made by hand, and segments of real kernels.
 */
#ifndef TESTS_SEGMENTS_H
#define TESTS_SEGMENTS_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "machine_view.h"

/* bytes in a heap block of just their size, so that sanitizers see overruns */
struct bytes {
	uint8_t *p;
	size_t size;
};

struct bytes bytes_copy(const void *from, size_t size);
void bytes_free(struct bytes *bytes);

/*
 * A gzipped file of fixtures/captures, e.g.
 * "B-dimm-hotadd-remove/step-00-loaded/fdt.dtb.gz". Fails the test if it
 * cannot be read.
 */
struct bytes read_captured(const char *file);

/* ranges from text, ends inside: "0-ffff 10000-1fffffff" */
struct view_ranges ranges_of(const char *text);

/* --- elfcorehdrs ---------------------------------------------------------- */

/* an ELF header without program headers; @machine is EM_PPC64 or EM_X86_64 */
void elf_start(void *buf, unsigned int machine);
/* append a PT_NOTE or a PT_LOAD */
Elf64_Phdr *elf_note(void *buf, uint64_t address, uint64_t size);
Elf64_Phdr *elf_load(void *buf, uint64_t start, uint64_t end);
/* append a PT_LOAD for each range of @text, see ranges_of(), in its order */
void elf_loads(void *buf, const char *text);
/* a PT_LOAD that is there, by its number among PT_LOADs; PT_NOTE likewise */
Elf64_Phdr *elf_find(void *buf, uint32_t type, unsigned int nr);

#endif /* TESTS_SEGMENTS_H */
