/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files that a person names: read whole, written whole or not at all.
 */
#ifndef CLI_FILE_H
#define CLI_FILE_H

#include <stddef.h>

#include "error.h"

/**
 * file_read() - a whole file, unpacked if it is gzip
 * @path: the file
 * @size: set to the bytes in it
 * @err: "PATH: what"
 *
 * Return: memory for the caller to free(), with a NUL after the last byte
 * that does not count; or NULL.
 */
void *file_read(const char *path, size_t *size, struct error *err);

/**
 * file_make_dir() - make sure that a directory is there
 * @path: made if its parent is there
 *
 * Return: 0, or -1 with @err set.
 */
int file_make_dir(const char *path, struct error *err);

/* write all of a file into @fd, which is empty; 0, or -1 with @err saying what */
typedef int (*file_fill)(int fd, void *arg, struct error *err);

/**
 * file_replace() - write a file as @fill makes it
 * @path: what is there is replaced in one go: somebody who looks at any moment,
 *	or after a failure, sees the old file or the new one, whole
 * @err: "PATH: what"
 *
 * Return: 0 or -1.
 */
int file_replace(const char *path, file_fill fill, void *arg,
		 struct error *err);

/* put bytes into DIR/NAME, in the same way; 0, or -1 with @err set */
int file_write(const char *dir, const char *name, const void *bytes,
	       size_t size, struct error *err);

/**
 * file_tree_beside() - where the device tree of a scenario goes
 * @path: the scenario, "DIR/NAME.yaml"
 * @dir: set to its folder, to be freed, also after an error
 * @name: set to "NAME.dts", to be freed, also after an error
 *
 * Return: 0, or -1 without memory.
 */
int file_tree_beside(const char *path, char **dir, char **name);

#endif /* CLI_FILE_H */
