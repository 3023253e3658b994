// SPDX-License-Identifier: GPL-2.0-only
/*
 * User space keeps the image true: a udev rule answers an event, and everything is
 * unloaded and loaded again, at once (RHEL 7, Ubuntu) or throttled (RHEL 8). With
 * a kernel that updates the image itself, the rules ask crash_hotplug first.
 *
 * All of these are one scheme with different rules: what a matching rule asks for
 * decides, and the kernel.
 */
#include "user_space.h"

#define USER_SPACE \
	.user_space = true, \
	.ops = { \
		.start = user_space_start, \
		.stop = user_space_stop, \
		.event = user_space_event, \
		.next = user_space_next, \
		.work = user_space_work, \
	}

/* these kernels cannot update an image, and their tools load by kexec_load(2) */
#define TOOL_LOADS \
	.archs = SCHEME_ON_ALL, \
	.handlers = "core", \
	.sets_load = true, \
	.call = LOAD_KEXEC_LOAD

const struct scheme scheme_udev_reload = {
	.name = "udev-reload",
	.summary = "RHEL 7: a udev rule reloads everything, for every event",
	TOOL_LOADS,
	.rules = "rhel7",
	USER_SPACE,
};

const struct scheme scheme_udev_ubuntu = {
	.name = "udev-reload:ubuntu",
	.summary = "Ubuntu: the same, other rules",
	TOOL_LOADS,
	.rules = "ubuntu",
	USER_SPACE,
};

const struct scheme scheme_udev_throttled = {
	.name = "udev-throttled",
	.summary = "RHEL 8: a throttler merges the events of 1 to 4 s",
	TOOL_LOADS,
	.rules = "rhel8",
	USER_SPACE,
};

#define KERNEL_UPDATES \
	.archs = SCHEME_ON_ALL, \
	.kernel_updates = true, \
	.rules = "crash-hotplug", \
	USER_SPACE

const struct scheme scheme_in_kernel = {
	.name = "in-kernel",
	.summary = "core's handlers rewrite two segments; rules reload where crash_hotplug reads 0",
	.handlers = "core",
	KERNEL_UPDATES,
};

const struct scheme scheme_in_kernel_exec = {
	.name = "in-kernel:kexec-load",
	.summary = "the same, loaded by kexec_load(2) with the flag for crash hotplug",
	.handlers = "core",
	.sets_load = true,
	.call = LOAD_KEXEC_LOAD,
	.flags = 0x8,
	KERNEL_UPDATES,
};

const struct scheme scheme_in_kernel_no_flag = {
	.name = "in-kernel:no-flag",
	.summary = "loaded by kexec_load(2) without the flag: the kernel leaves it alone",
	.handlers = "core",
	.sets_load = true,
	.call = LOAD_KEXEC_LOAD,
	KERNEL_UPDATES,
};

const struct scheme scheme_in_kernel_upstream = {
	.name = "in-kernel:upstream",
	.summary = "a kernel tree's handlers (./dev upstream builds them)",
	.handlers = "upstream",
	KERNEL_UPDATES,
};
