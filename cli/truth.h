/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The truth about a machine as a person can copy it from a running kernel:
 * /proc/iomem, a device tree, lists of CPUs. What is not given is not known.
 */
#ifndef CLI_TRUTH_H
#define CLI_TRUTH_H

#include "error.h"
#include "machine_view.h"

/**
 * struct truth - a machine_view and what is behind it
 * @view: zeroed but for arch and page_size before the first call; complete
 *	after truth_settle()
 * @no_ram: why memory is not known well enough to be judged, or NULL
 */
struct truth {
	struct machine_view view;
	struct view_cpu *cpus;
	size_t nr_cpus;
	void *tree;
	struct view_ranges offline;
	const char *no_ram;
};

/**
 * truth_read_iomem() - memory, from text in the format of /proc/iomem
 * @file: "System RAM" is memory, "Crash kernel" the crash kernel's; all else is
 *	passed over
 */
int truth_read_iomem(struct truth *t, const char *file, struct error *err);

/*
 * A DTB: firmware's regions and, where nothing else says so, the crash kernel's
 * memory and the CPUs.
 */
int truth_read_tree(struct truth *t, const char *file, struct error *err);

/**
 * truth_read_notes() - where CPUs and vmcoreinfo keep their notes
 * @file: lines "CPU ADDRESS SIZE" or "vmcoreinfo ADDRESS SIZE"; addresses in
 *	hexadecimal as sysfs prints them, sizes of CPUs decimal, that of
 *	vmcoreinfo hexadecimal, also as there
 */
int truth_read_notes(struct truth *t, const char *file, struct error *err);

/**
 * truth_parse_online() - CPUs that are online
 * @list: "0-7,16-23=32": the kernel's numbers; "=" says the hardware id of the
 *	first where that is another number
 */
int truth_parse_online(struct truth *t, const char *list, struct error *err);

/**
 * truth_parse_range() - memory, from the command line
 * @text: "START-END" in hexadecimal, with or without 0x, the end inside
 * @set: where to add it
 */
int truth_parse_range(struct view_ranges *set, const char *text,
		      const char *what, struct error *err);

/* when all is read: put it in order */
int truth_settle(struct truth *t, struct error *err);
void truth_free(struct truth *t);

#endif /* CLI_TRUTH_H */
