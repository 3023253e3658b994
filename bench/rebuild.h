/* SPDX-License-Identifier: GPL-2.0-only */
/* The plain way to keep an FDT's CPUs true, to compare others with. */
#ifndef BENCH_REBUILD_H
#define BENCH_REBUILD_H

struct handler_module;

/**
 * rebuild_module() - handlers that rebuild /cpus with libfdt
 * @core: who loads the image
 *
 * At each event of a CPU that comes, all CPU nodes are deleted from a copy of
 * the FDT and added again out of the live tree; then the copy takes the FDT's
 * place. Other events change nothing.
 */
const struct handler_module *rebuild_module(const struct handler_module *core);

#endif /* BENCH_REBUILD_H */
