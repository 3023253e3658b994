/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a command of a udev rule does about kdump. Commands are known by the
 * programs in them, also inside of "sh -c '...'"; nothing is executed.
 */
#ifndef EMU_KDUMP_COMMAND_H
#define EMU_KDUMP_COMMAND_H

enum kdump_command {
	COMMAND_UNKNOWN,
	COMMAND_ASKS,		/* systemctl is-active kdump */
	COMMAND_THROTTLES,	/* kdump-udev-throttler, Fedora's */
	COMMAND_RELOADS,	/* kdumpctl reload, kdump-config try-reload, systemctl try-restart kdump */
};

/* of several in one command, the last in this list */
enum kdump_command kdump_command(const char *command);

#endif /* EMU_KDUMP_COMMAND_H */
