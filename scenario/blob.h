/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whole files into memory: plain, compressed by gzip, or a device tree that
 * dtc has to compile first.
 */
#ifndef SCENARIO_BLOB_H
#define SCENARIO_BLOB_H

#include "capture.h"
#include "pool.h"

/**
 * blob_read() - read a file whole
 * @path: a name that ends in ".gz" must be a gzip file, any other is taken as
 *	it is
 * @max: not more bytes than this
 * @pool: owns the bytes; a zero follows them, so that text is a string
 * @blob: set on success
 * @err: "PATH: what is wrong"
 *
 * Return: 0 or -1.
 */
int blob_read(const char *path, size_t max, struct pool *pool,
	      struct blob *blob, struct error *err);

/* the same for a flattened device tree, checked: .dts (by dtc), .dtb, .dtb.gz */
int tree_file_read(const char *path, struct pool *pool, struct blob *blob,
	      struct error *err);

#endif /* SCENARIO_BLOB_H */
