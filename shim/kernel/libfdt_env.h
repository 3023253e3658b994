/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What libfdt's headers need from their surroundings, under the same guard as
 * the library's own file, so that core/ sees no libc (the kernel does the
 * same in include/linux/libfdt_env.h). Byte order is a type of its own, for
 * sparse.
 */
#ifndef LIBFDT_ENV_H
#define LIBFDT_ENV_H

#include "dup.h"

typedef __be16 fdt16_t;
typedef __be32 fdt32_t;
typedef __be64 fdt64_t;

#define fdt32_to_cpu(x) be32_to_cpu(x)
#define cpu_to_fdt32(x) cpu_to_be32(x)
#define fdt64_to_cpu(x) be64_to_cpu(x)
#define cpu_to_fdt64(x) cpu_to_be64(x)

#endif /* LIBFDT_ENV_H */
