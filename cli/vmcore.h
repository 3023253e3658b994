/* SPDX-License-Identifier: GPL-2.0-only */
/* run --vmcore: the dump that a crash under a scheme results in, as a file. */
#ifndef CLI_VMCORE_H
#define CLI_VMCORE_H

#include "scheme_run.h"

/**
 * vmcore_write() - write the dump
 * @run: stays as it is
 * @crash: that scheme_run_crash() has just filled in; there is a dump
 * @path: the file, whole or not at all
 *
 * Return: 0, or STATUS_FAILED after a message.
 */
int vmcore_write(struct scheme_run *run, const struct scheme_crash *crash,
		 const char *path);

#endif /* CLI_VMCORE_H */
