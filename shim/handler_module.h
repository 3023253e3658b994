/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A handler module: one compiled set of crash hotplug handlers, core's own,
 * the upstream ones or anybody's. It is opened as a shared object, where the
 * kernel's entry points are collected in the symbol "handler_module", or
 * linked in under a symbol of its own.
 */
#ifndef SHIM_HANDLER_MODULE_H
#define SHIM_HANDLER_MODULE_H

#include "kernel_compat.h"

#define HANDLER_MODULE_ABI 3

/**
 * struct handler_module - what a set of handlers offers the kernel
 * @abi: HANDLER_MODULE_ABI of the build; others are refused
 * @kimage_size: sizeof(struct kimage) of the build, to notice a mismatch
 * @name: "core-powerpc"
 * @version: release of the kernel tree that it is made of, or NULL
 * @arch: "powerpc" or "x86_64"
 * @crash_past_update: in the kernel that they are part of, a crash uses the image
 *	although an update of it holds the kexec lock (docs/crash-consistency.md)
 * @hotplug_support: arch_crash_hotplug_support()
 * @handle_event: arch_crash_handle_hotplug_event()
 * @elfcorehdr_size: arch_crash_get_elfcorehdr_size()
 * @post_load: machine_kexec_post_load(), or NULL
 * @load_segments: add the backup and elfcorehdr segments to an image that is
 *	being loaded by kexec_file_load(2); 0 or a negative errno
 * @load_fdt: the capture kernel's FDT, in memory of kvmalloc(), with the room
 *	that later events need inside its totalsize; or an ERR_PTR(). NULL where
 *	the architecture boots without one
 * @load_slots: room for a second elfcorehdr and a second FDT, or second boot
 *	parameters, as segments that follow all others; @names is the first, and
 *	has its place. Called for crash images only. Without room there is one of
 *	each. NULL: there always is
 * @setup_memmap: the capture kernel's memory map, made of the image when all
 *	segments have their places; 0 or a negative errno. NULL: the emulator's
 * @post_load_cleanup: free what the two above kept in the image
 * @cleanup: machine_kexec_cleanup(), or NULL: the image itself is being freed,
 *	loaded or given up
 *
 * What follows is for tests of the arithmetic on lists of ranges; each may be
 * NULL. Lists are of kmalloc(); 0 or a negative errno.
 *
 * @add_range: add [base, base + size) to a list, which may move
 * @remove_range: take it away; the list may move
 * @exclude_range: take [start, end], the end inside, away; the list stays where
 *	it is, and what it has room for is all there is
 * @merge_ranges: sort a list and merge its ranges
 */
struct handler_module {
	unsigned int abi;
	size_t kimage_size;
	const char *name;
	const char *version;
	const char *arch;
	bool crash_past_update;
	int (*hotplug_support)(struct kimage *image, unsigned long kexec_flags);
	void (*handle_event)(struct kimage *image, void *arg);
	unsigned int (*elfcorehdr_size)(void);
	int (*post_load)(struct kimage *image);
	int (*load_segments)(struct kimage *image, struct kexec_buf *kbuf);
	void *(*load_fdt)(struct kimage *image, unsigned long initrd_load_addr,
			  unsigned long initrd_len, const char *cmdline);
	void (*load_slots)(struct kimage *image, struct kexec_buf *kbuf,
			   const void *names);
	int (*setup_memmap)(struct kimage *image);
	int (*post_load_cleanup)(struct kimage *image);
	void (*cleanup)(struct kimage *image);

	int (*add_range)(struct crash_mem **mem, u64 base, u64 size);
	int (*remove_range)(struct crash_mem **mem, u64 base, u64 size);
	int (*exclude_range)(struct crash_mem *mem, unsigned long long start,
			     unsigned long long end);
	void (*merge_ranges)(struct crash_mem *mem);
};

#endif /* SHIM_HANDLER_MODULE_H */
