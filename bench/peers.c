// SPDX-License-Identifier: GPL-2.0-only
/* The handlers that are built in, and those that somebody brings. */
#include <string.h>

#include "cases.h"
#include "handler_module.h"
#include "peers.h"
#include "rebuild.h"

/* cmake/Upstream.cmake makes it, when it is given a kernel tree */
extern const struct handler_module handler_module_upstream_powerpc
	__attribute__((__weak__));

/* an image of kexec_file_load(2) has no second slot with these */
static const struct handler_module *without_slots(const struct handler_module *core)
{
	static struct handler_module module;

	module = *core;
	module.load_slots = NULL;
	return &module;
}

static void add(struct peers *peers, struct peer peer)
{
	peers->peer[peers->nr++] = peer;
}

int peers_builtin(struct peers *peers, struct error *err)
{
	const struct handler_module *core =
		handlers_builtin(ARCH_POWERPC, "core");
	const struct handler_module *upstream =
		&handler_module_upstream_powerpc;

	peers->nr = 0;
	if (!core)
		return fail(err, "core is not built in");
	add(peers, (struct peer){ .name = "core", .handlers = core });
	add(peers, (struct peer){ .name = "one-slot",
				  .handlers = without_slots(core) });
	add(peers, (struct peer){ .name = "memcpy", .handlers = core,
				  .copies = true });
	add(peers, (struct peer){ .name = "rebuild",
				  .handlers = rebuild_module(core),
				  .cpus_only = true });
	if (upstream)
		add(peers, (struct peer){ .name = "upstream",
					  .handlers = upstream });
	return 0;
}

int peers_open(struct peers *peers, const char *file, struct error *err)
{
	const struct handler_module *h;

	if (peers->nr == MAX_PEERS)
		return fail(err, "%s: no more than %d modules side by side",
			    file, MAX_PEERS);
	h = handlers_open(file, err);
	if (!h)
		return -1;
	if (strcmp(h->arch, "powerpc"))
		return fail(err, "%s: handlers for %s, all cases are powerpc's",
			    file, h->arch);
	if (peers_find(peers, h->name) >= 0)
		return fail(err, "%s: %s is measured already", file, h->name);
	add(peers, (struct peer){ .name = h->name, .handlers = h });
	return 0;
}

int peers_find(const struct peers *peers, const char *name)
{
	unsigned int i;

	for (i = 0; i < peers->nr; i++)
		if (!strcmp(peers->peer[i].name, name))
			return i;
	return -1;
}

bool peer_takes(const struct peer *peer, const struct bench_case *c)
{
	return !peer->cpus_only || c->cpus;
}
