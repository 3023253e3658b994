/* SPDX-License-Identifier: GPL-2.0-only */
/* Who is measured beside whom. */
#ifndef BENCH_PEERS_H
#define BENCH_PEERS_H

#include <stdbool.h>

#include "error.h"

struct bench_case;
struct handler_module;

#define MAX_PEERS 8

/**
 * struct peer - one column of the comparison
 * @name: "core", "one-slot", "memcpy", "rebuild", "upstream", or a module's own
 * @handlers: what the kernel runs
 * @copies: not the handlers are measured, but a copy of what they made
 * @cpus_only: it does nothing but rebuild /cpus
 */
struct peer {
	const char *name;
	const struct handler_module *handlers;
	bool copies;
	bool cpus_only;
};

/* the first is core, and what the others are compared with */
struct peers {
	struct peer peer[MAX_PEERS];
	unsigned int nr;
};

/* core, core without a second slot, memcpy, rebuild, and upstream where it is built in; 0 or -1 */
int peers_builtin(struct peers *peers, struct error *err);
/* one more, out of a shared object; 0 or -1 */
int peers_open(struct peers *peers, const char *file, struct error *err);
/* its index, or -1 */
int peers_find(const struct peers *peers, const char *name);
/* has this case anything for it to do? */
bool peer_takes(const struct peer *peer, const struct bench_case *c);

#endif /* BENCH_PEERS_H */
