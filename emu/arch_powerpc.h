/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * powerpc (pseries): everything about the hardware stands in the device tree,
 * and hotplug changes it there.
 */
#ifndef EMU_ARCH_POWERPC_H
#define EMU_ARCH_POWERPC_H

#include "machine_private.h"

/* tree_powerpc.c: facts at boot */
int powerpc_read_tree(struct machine *m, const struct machine_spec *spec,
		      struct error *err);
int powerpc_memory(struct machine *m, const struct machine_spec *spec,
		   struct memory_spec **memory, size_t *nr, struct error *err);

/* cpu_powerpc.c: numbers at boot, cores that come and go */
int powerpc_number_cpus(struct machine *m, const struct machine_spec *spec,
			struct error *err);
int powerpc_core_add(struct machine *m, const struct event *event,
		     struct error *err);
int powerpc_core_remove(struct machine *m, const struct event *event,
			struct error *err);

/* load_file_powerpc.c, load_exec_powerpc.c */
int powerpc_load_file(struct load *l, struct error *err);
int powerpc_load_exec(struct load *l, struct error *err);

#endif /* EMU_ARCH_POWERPC_H */
