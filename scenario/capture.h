/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Captures of real kernels: a folder with a step-NN-EVENT folder for each
 * moment at which the segments were read (fixtures/captures/README.md).
 */
#ifndef SCENARIO_CAPTURE_H
#define SCENARIO_CAPTURE_H

#include "machine.h"

struct blob {
	void *bytes;
	size_t size;
};

/**
 * struct capture_step - one moment of a real machine
 * @name: "step-06-mem-del-m3-a0000000"
 * @kind: detail.kind of the manifest ("load", "reload", "cpu-add", ...), or
 *	"crash" for a crash step
 * @has_state: false for steps that were taken after the guest had died
 * @machine: what the manifest says of the machine at this moment; boot_fdt is
 *	the live tree too (the boot FDT is not captured)
 * @loaded: this step is a load: the image is new; @load says how
 * @load: call, flags, command line, and every segment's place; elfcorehdr and
 *	FDT come with their content, as the kernel had them at this step
 * @elfcorehdr, @fdt: the segments' bytes; size 0 when not captured
 * @tree: the live tree; its CPU nodes in the order of their CPU numbers and
 *	their properties as the FDT shows it, which the order of the captured
 *	one (readdir's) is not
 * @crash_cpu: for a crash step, the kernel's CPU number
 * @capture_up: the capture kernel finished its work
 * @attr_crash_hotplug: what sysfs said, -1 unknown
 * @elfcorehdr_size: crash_elfcorehdr_size in sysfs, 0 unknown
 */
struct capture_step {
	char *name;
	char *kind;
	bool has_state;
	struct machine_spec machine;
	bool loaded;
	struct load_spec load;
	struct blob elfcorehdr;
	struct blob fdt;
	struct blob tree;
	bool crash;
	unsigned int crash_cpu;
	bool capture_up;
	int attr_crash_hotplug;
	unsigned int elfcorehdr_size;
	void *storage;
};

struct capture {
	char *dir;
	char *name;
	struct capture_step *steps;
	size_t nr_steps;
};

/* read a capture's folder; every fault is one line that names the file */
struct capture *capture_read(const char *dir, struct error *err);
void capture_free(struct capture *c);

/**
 * capture_events() - what must have happened between two steps
 * @from, @to: steps with has_state, neighbours in time
 * @events: set to an array to be freed with capture_events_free()
 * @nr: how many
 * @err: set when no events lead from @from to @to
 *
 * Derived from the two states, not from names: CPUs and blocks go offline,
 * memory and cores go, cores and memory arrive, blocks and CPUs come online.
 * After them a machine in state @from is in state @to. The handful of cases
 * where the kernel's order is known to differ (memory that went and came back)
 * follows the step's detail.
 */
int capture_events(const struct capture_step *from,
		   const struct capture_step *to, struct event **events,
		   size_t *nr, struct error *err);
void capture_events_free(struct event *events, size_t nr);

#endif /* SCENARIO_CAPTURE_H */
