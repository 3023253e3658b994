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

/**
 * file_write() - put bytes into DIR/NAME
 *
 * What is there under that name is replaced in one go: somebody who looks at
 * any moment, or after a failure, sees the old file or the new one, whole.
 *
 * Return: 0, or -1 with @err set.
 */
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
