/* SPDX-License-Identifier: GPL-2.0-only */
/* What a udev rule can read of the emulated sysfs. */
#ifndef EMU_SYSFS_ATTR_H
#define EMU_SYSFS_ATTR_H

#include "machine.h"

/**
 * struct sysfs_attrs - the machine that is asked
 * @no_crash_hotplug: its kernel has no such file
 * @value: of the last answer
 */
struct sysfs_attrs {
	struct machine *machine;
	bool no_crash_hotplug;
	char value[64];
};

/**
 * sysfs_attr() - the value of a file, without its newline
 * @path: below /sys, "/devices/system/cpu/cpu8/online"
 *
 * Return: the value, valid until the next call; NULL: there is no such file.
 */
const char *sysfs_attr(struct sysfs_attrs *s, const char *path);

#endif /* EMU_SYSFS_ATTR_H */
