/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ways of keeping a kdump image true while the machine changes: one file
 * scheme_*.c each, chosen by name. scheme_run.h plays a machine under one.
 *
 * A scheme is told of what happens, has work of its own that falls due, and says
 * what a crash would use at this moment. Time is the run's virtual clock.
 */
#ifndef EMU_SCHEME_H
#define EMU_SCHEME_H

#include "machine.h"
#include "param.h"
#include "timeline.h"

struct physmem;
struct scheme_run;

/**
 * struct scheme_crash - what a crash at this moment would use
 * @cpu: that crashes, or UINT32_MAX: any that is online
 * @state: DUMP_TORN, DUMP_NONE, or DUMP_ACCURATE: there is an image, and the
 *	judge is asked about it
 * @machine, @image: what the judge shall look at
 * @decided: the scheme knows the verdict, and the judge is not asked: there is no
 *	image of kexec's
 * @word: then
 * @why: in words, for who reads one crash
 * @header, @header_size: what /proc/vmcore is made from, if not the elfcorehdr of
 *	@image
 */
struct scheme_crash {
	uint32_t cpu;
	enum dump_state state;
	const struct machine_view *machine;
	const struct image_view *image;
	bool decided;
	enum verdict_word word;
	char why[256];
	const void *header;
	size_t header_size;
};

/**
 * struct scheme_ops - what a scheme does; each may be NULL
 * @start: when the machine has booted, before anything is loaded; @run->private
 *	is the scheme's
 * @stop: free @run->private, also after a failed start
 * @loaded: an image was loaded, by the service's start or by scheme_reload()
 * @event: an event has happened, and the kernel is through with it; what could
 *	not be told to the machine yet, because a load runs, too
 * @next: when there is work to do; TIME_NEVER: none
 * @work: do it; @run->now is that time, or later
 * @crash: fill in what a crash would use; @crash is as scheme_crash_image() left
 *	it: the kexec image, if there is one
 * @memory: change what the crashed kernel left in memory into what the capture
 *	kernel finds there; @crash is as crash() left it. NULL: it is the same
 *
 * Those that return int: 0, or -1 with @err set.
 */
struct scheme_ops {
	int (*start)(struct scheme_run *run, struct error *err);
	void (*stop)(struct scheme_run *run);
	int (*loaded)(struct scheme_run *run, struct error *err);
	int (*event)(struct scheme_run *run, const struct event *event,
		     struct error *err);
	uint64_t (*next)(struct scheme_run *run);
	int (*work)(struct scheme_run *run, struct error *err);
	int (*crash)(struct scheme_run *run, struct scheme_crash *crash,
		     struct error *err);
	int (*memory)(struct scheme_run *run, const struct scheme_crash *crash,
		      struct physmem *memory, struct error *err);
};

#define SCHEME_ON_POWERPC (1u << ARCH_POWERPC)
#define SCHEME_ON_X86_64 (1u << ARCH_X86_64)
#define SCHEME_ON_ALL (SCHEME_ON_POWERPC | SCHEME_ON_X86_64)

/**
 * struct scheme - one way
 * @name: "udev-reload", and a form of it "udev-reload:ubuntu"
 * @summary: one line
 * @archs: SCHEME_ON_*
 * @handlers: name of the handlers that load, and update if @kernel_updates
 * @kernel_updates: the kernel has CONFIG_CRASH_HOTPLUG
 * @registers: nothing is loaded with kexec; what a load would do is the scheme's,
 *	in loaded()
 * @sets_load: the image is loaded by @call with @flags, whatever the scenario says
 * @rules: udev rules that it comes with: fixtures/udev/NAME.ARCH.rules, or else
 *	NAME.rules; NULL: it has none
 * @user_space: it has udev (user_space.h), and those parameters
 * @params: its own parameters, besides those that every scheme has
 */
struct scheme {
	const char *name;
	const char *summary;
	unsigned int archs;
	const char *handlers;
	bool kernel_updates;
	bool registers;
	bool sets_load;
	enum load_call call;
	unsigned long flags;
	const char *rules;
	bool user_space;
	const struct param_spec *params;
	size_t nr_params;
	struct scheme_ops ops;
};

/* all of them, in the order in which a person compares them; NULL at the end */
extern const struct scheme *const schemes[];

/* NULL: there is none of that name */
const struct scheme *scheme_find(const char *name);

/* the parameters of @scheme with their defaults */
void scheme_params(const struct scheme *scheme, struct params *params);

/* of udev, and what its rules start */
extern const struct param_spec user_space_params[];
extern const size_t user_space_nr_params;

extern const struct scheme scheme_none;
extern const struct scheme scheme_udev_reload;
extern const struct scheme scheme_udev_ubuntu;
extern const struct scheme scheme_udev_throttled;
extern const struct scheme scheme_in_kernel;
extern const struct scheme scheme_in_kernel_exec;
extern const struct scheme scheme_in_kernel_no_flag;
extern const struct scheme scheme_in_kernel_upstream;
extern const struct scheme scheme_fdt_hole;
extern const struct scheme scheme_fdt_hole_exec;
extern const struct scheme scheme_efi;
extern const struct scheme scheme_fadump;
extern const struct scheme scheme_fadump_early;

#endif /* EMU_SCHEME_H */
