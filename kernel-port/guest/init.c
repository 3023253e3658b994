// SPDX-License-Identifier: GPL-2.0-only
/*
 * Process 1 of a guest. The first kernel's has a crash kernel beside it and does
 * what the host says; without one it is the capture kernel's, says what it finds
 * and powers off.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"

static const struct {
	const char *type;
	const char *where;
} mounts[] = {
	{ "proc", "/proc" },
	{ "sysfs", "/sys" },
	{ "devtmpfs", "/dev" },
	{ "debugfs", "/sys/kernel/debug" },
	{ "tracefs", "/sys/kernel/tracing" },
};

int main(void)
{
	const char *tty = getenv("agent");

	/* what a kernel was built without is missing later, where it is wanted */
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i].where, 0755);
		mount(mounts[i].type, mounts[i].where, mounts[i].type, 0, NULL);
	}
	setvbuf(stdout, NULL, _IOLBF, 0);

	if (access(CRASH_KERNEL, F_OK))
		report_vmcore();
	else
		agent(tty ? tty : "hvc1");
	fflush(stdout);
	sync();
	/* the console may have more to print than it has printed */
	sleep(1);
	reboot(RB_POWER_OFF);
	return 1;
}
