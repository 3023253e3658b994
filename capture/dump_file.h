/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dump that a capture kernel would save: /proc/vmcore as a file. What is in
 * it is decided by the elfcorehdr and by the bytes of memory, as in
 * fs/proc/vmcore.c (6.12): notes merged, memory in whole pages.
 */
#ifndef CAPTURE_DUMP_FILE_H
#define CAPTURE_DUMP_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "physmem.h"

/**
 * struct dump_source - what a dump is made from
 * @header, @header_size: the elfcorehdr
 * @memory: as the capture kernel finds it; what is not backed reads as zeros
 * @page_size: of the capture kernel
 */
struct dump_source {
	const void *header;
	size_t header_size;
	const struct physmem *memory;
	uint64_t page_size;
};

/**
 * dump_file_write() - write the dump
 * @fd: an empty file, open for writing
 * @src: what it is made from
 * @err: set on failure: what the capture kernel, or the disk, has against it
 *
 * Memory that reads as zeros becomes a hole in the file.
 *
 * Return: 0 or -1.
 */
int dump_file_write(int fd, const struct dump_source *src, struct error *err);

#endif /* CAPTURE_DUMP_FILE_H */
