/* SPDX-License-Identifier: GPL-2.0-only */
/* The program in the initramfs: /init of the first kernel and of the capture kernel. */
#ifndef GUEST_H
#define GUEST_H

#include <stddef.h>
#include <stdint.h>

/* what the capture kernel boots from; only the first kernel's initramfs has it */
#define CRASH_KERNEL "/crash/kernel"
#define CRASH_INITRD "/crash/initrd"

/**
 * agent() - answer the host's commands until the machine crashes or goes off
 * @tty: name of the terminal in /dev
 *
 * It begins with "ready PAGESIZE". A command is a line. The answer is any number of lines, of which those that
 * begin with a dot get another one in front, and a last line with a dot and 0 or
 * an errno:
 *
 *	cat PATTERN	what the files hold, "PATH<tab>LINE"
 *	hex PATH	a tree of files: "PATH/" for a folder, "PATH HEX" for a file
 *	put PATH TEXT	write TEXT; answers how many ns that took
 *	load CMDLINE	kexec_file_load(2) of the crash kernel
 *	log		what the kernel printed since the last time
 *	symbols NAME...	their lines of /proc/kallsyms
 *	watch ADDRESS CPU	see watch_start()
 *	watched		see watch_stop()
 *	crash CPU	panic there; the answer comes before that
 *	off		power off
 */
void agent(const char *tty);

/* print on the console what /proc/vmcore lists, and what can be read of it */
void report_vmcore(void);

/**
 * watch_start() - have a CPU look at a pointer of the kernel's all the time
 * @phys: where it is
 * @cpu: who looks
 *
 * This is what a CPU that crashes at any moment would find there.
 *
 * Return: 0 or an errno.
 */
int watch_start(uint64_t phys, int cpu);

/**
 * struct watched - when the pointer was NULL
 * @looks: how often it was looked at
 * @ns: for how long
 * @nr: how many times it was NULL
 * @hidden: ns of each time, of which only the first are kept
 */
struct watched {
	volatile int stop;
	uint64_t looks;
	uint64_t ns;
	size_t nr;
	uint64_t hidden[256];
};

/* end it; NULL when nobody was looking. The next watch_start() reuses it. */
const struct watched *watch_stop(void);

uint64_t now_ns(void);
int run_on(int cpu);

#endif /* GUEST_H */
