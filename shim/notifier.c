// SPDX-License-Identifier: GPL-2.0-only
/*
 * Blocking notifier chains (kernel/notifier.c): who is told of a change, by
 * priority, equals in the order in which they came. Whoever calls a chain holds
 * its lock for reading all the while, so a callback that registers or
 * unregisters would wait for itself.
 */
#include <errno.h>

#include "kernel_private.h"

static void check_unlocked(struct kernel *k, const struct notifier_chain *chain)
{
	if (chain->callers)
		kernel_add_violation(k, "notifier (un)registered from inside its own chain: deadlock");
}

int chain_register(struct kernel *k, struct notifier_chain *chain,
		   struct notifier_block *nb)
{
	struct notifier_block **at;

	check_unlocked(k, chain);
	for (at = &chain->first; *at; at = &(*at)->next) {
		if (*at == nb) {
			kernel_add_violation(k, "notifier registered twice");
			return -EEXIST;
		}
		if (nb->priority > (*at)->priority)
			break;
	}
	nb->next = *at;
	*at = nb;
	return 0;
}

int chain_unregister(struct kernel *k, struct notifier_chain *chain,
		     struct notifier_block *nb)
{
	struct notifier_block **at;

	check_unlocked(k, chain);
	for (at = &chain->first; *at; at = &(*at)->next) {
		if (*at == nb) {
			*at = nb->next;
			return 0;
		}
	}
	kernel_add_violation(k, "notifier unregistered that is not registered");
	return -ENOENT;
}

void chain_call(struct kernel *k, struct notifier_chain *chain,
		const char *name, unsigned long action, void *data)
{
	struct kernel *previous = kernel_switch(k);
	struct notifier_block *nb;
	int ret = NOTIFY_DONE;

	chain->callers++;
	for (nb = chain->first; nb && !(ret & NOTIFY_STOP_MASK); nb = nb->next) {
		/* the crash layer's own calls the handler, and not always */
		if (nb == &k->crash_memory_nb) {
			ret = nb->notifier_call(nb, action, data);
			continue;
		}
		kernel_enter_handler(k, name);
		ret = nb->notifier_call(nb, action, data);
		kernel_leave_handler(k);
	}
	chain->callers--;
	kernel_switch(previous);
}

int register_memory_notifier(struct notifier_block *nb)
{
	struct kernel *k = kernel_current();

	return chain_register(k, &k->memory_chain, nb);
}

void unregister_memory_notifier(struct notifier_block *nb)
{
	struct kernel *k = kernel_current();

	chain_unregister(k, &k->memory_chain, nb);
}
