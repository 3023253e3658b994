/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One line for the person who reads it: what was wrong, in which file, at
 * which line or node, with the number.
 */
#ifndef EMU_ERROR_H
#define EMU_ERROR_H

struct error {
	char text[512];
};

/**
 * fail() - fill in an error
 * @err: where to; NULL is allowed
 * @fmt: printf format, without a newline at its end
 *
 * Return: -1, so that "return fail(err, ...)" reads well.
 */
int fail(struct error *err, const char *fmt, ...)
	__attribute__((__format__(printf, 2, 3)));

#endif /* EMU_ERROR_H */
