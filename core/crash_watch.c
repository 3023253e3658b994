// SPDX-License-Identifier: GPL-2.0-only
/*
 * A watch over the machine for each image that follows hotplug: it is told of
 * every change, also of those that the crash hotplug code loses to a busy kexec
 * lock, and remembers that the image has to be brought up to date.
 *
 * Locking. The list of online memory and its mark are protected by the memory
 * hotplug lock: the memory notifier runs with it held for writing, and whoever
 * refreshes an image holds the memory layout still (inside a memory event by
 * the same lock, inside a CPU event by the CPU hotplug lock, which memory
 * hotplug takes as well, at the end of loading by both, for reading). No two
 * refresh at a time: they hold the kexec lock. So there is no lock of its own
 * here, and the callbacks take none.
 *
 * The order of locks is CPU hotplug, memory hotplug, notifier chain, and inside
 * a callback of the crash hotplug code its mutex and the kexec lock. Loading
 * holds the kexec lock and takes the chain's to register, and so does freeing
 * an image that another load replaces, to unregister. That is the other way
 * round, and no deadlock, because hotplug only tries to take the kexec lock. An
 * image may also be freed without the kexec lock, at the end of
 * kexec_file_load(2); nobody can find it any more then. Registering inside an
 * event would be a deadlock: the caller holds the chain.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "crash_watch.h"
#include "online_mem.h"

/* before the crash hotplug code's own notifier, which has priority 0 */
#define CRASH_WATCH_PRIORITY 1

/* of the span that is told, memmap_on_memory leaves out the head of a block */
static void update_blocks(struct crash_watch *watch,
			  const struct memory_notify *span)
{
	const u64 block = memory_block_size_bytes();
	u64 start = PFN_PHYS(span->start_pfn);
	u64 end = PFN_PHYS(span->start_pfn + span->nr_pages) - 1;

	if (!watch->online)
		return;
	if (update_online_memory(&watch->online, ALIGN_DOWN(start, block),
				 end | (block - 1))) {
		kvfree(watch->online);
		watch->online = NULL;
	}
}

static int memory_changed(struct notifier_block *nb, unsigned long action,
			  void *arg)
{
	struct crash_watch *watch = container_of(nb, struct crash_watch,
						 memory_nb);

	if (action == MEM_ONLINE || action == MEM_OFFLINE) {
		update_blocks(watch, arg);
		watch->memory.changes++;
	}
	return NOTIFY_OK;
}

/**
 * crash_watch_start() - watch the machine on behalf of an image
 * @image: the image, at the end of being loaded
 *
 * Everything counts as changed until the first refresh.
 *
 * Context: neither the CPU nor the memory hotplug lock is held; may sleep.
 * Return: 0 or a negative errno.
 */
int crash_watch_start(struct kimage *image)
{
	struct crash_watch *watch = kzalloc(sizeof(*watch), GFP_KERNEL);
	int ret;

	if (!watch)
		return -ENOMEM;
	watch->memory.changes = 1;
	watch->memory_nb.notifier_call = memory_changed;
	watch->memory_nb.priority = CRASH_WATCH_PRIORITY;
	ret = register_memory_notifier(&watch->memory_nb);
	if (ret) {
		kfree(watch);
		return ret;
	}
	image->arch.crash_watch = watch;
	return 0;
}

/**
 * crash_watch_stop() - give back what crash_watch_start() made
 * @image: the image, which is being freed; it need not have a watch
 *
 * Context: as for crash_watch_start().
 */
void crash_watch_stop(struct kimage *image)
{
	struct crash_watch *watch = image->arch.crash_watch;

	if (!watch)
		return;
	image->arch.crash_watch = NULL;
	unregister_memory_notifier(&watch->memory_nb);
	kvfree(watch->online);
	kfree(watch);
}
