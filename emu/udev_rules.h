/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * udev rules: read from a file, and evaluated for one event of one device, as
 * systemd-udevd does it (udev(7)). What is done with a device node, a link or a
 * database has no place here, and is accepted without effect.
 */
#ifndef EMU_UDEV_RULES_H
#define EMU_UDEV_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

/* bytes of what a program prints, with a zero */
#define UDEV_OUTPUT 256

struct udev_rules;

/**
 * udev_rules_read() - read and check a file of rules
 * @file: its path
 * @err: set on failure: "FILE:LINE: what is wrong with it"
 *
 * Return: the rules, or NULL.
 */
struct udev_rules *udev_rules_read(const char *file, struct error *err);
/* the same from memory; @name stands for the file in messages */
struct udev_rules *udev_rules_parse(const char *name, const char *text,
				    struct error *err);
void udev_rules_free(struct udev_rules *rules);

/**
 * struct udev_device - the device that an event is about
 * @action: "add", "remove", "change", "online", "offline", ...
 * @devpath: below /sys: "/devices/system/cpu/cpu8"; its ancestors are found by
 *	taking away what is behind the last slash
 * @subsystem, @driver: NULL: none
 * @attr: value of a file below /sys, "/devices/system/cpu/crash_hotplug", without
 *	its newline; NULL: there is none. Valid until the next call
 * @exists: is there a file of this absolute path?
 * @run: a program is run for its exit status, and maybe its output; false: it
 *	failed, or nobody knows it. @output of UDEV_OUTPUT bytes is set to "" before
 * @arg: for these three
 */
struct udev_device {
	const char *action;
	const char *devpath;
	const char *subsystem;
	const char *driver;
	const char *(*attr)(void *arg, const char *path);
	bool (*exists)(void *arg, const char *path);
	bool (*run)(void *arg, const char *command, char *output);
	void *arg;
};

#define UDEV_COMMANDS_MAX 16
#define UDEV_TEXT_MAX 512

/**
 * struct udev_result - what the rules want
 * @run: commands of RUN, in their order, substitutions made
 * @line: of the rule that each is of
 */
struct udev_result {
	size_t nr;
	char run[UDEV_COMMANDS_MAX][UDEV_TEXT_MAX];
	int line[UDEV_COMMANDS_MAX];
};

/**
 * udev_rules_apply() - evaluate all rules for one event
 *
 * Return: 0, or -1 with @err set: a list that is full.
 */
int udev_rules_apply(const struct udev_rules *rules,
		     const struct udev_device *device,
		     struct udev_result *result, struct error *err);

#endif /* EMU_UDEV_RULES_H */
