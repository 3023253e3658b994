/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files that read captures share: a step while it is read, and what
 * is kept of it besides struct capture_step.
 */
#ifndef SCENARIO_CAPTURE_READER_H
#define SCENARIO_CAPTURE_READER_H

#include "blob.h"
#include "capture.h"
#include "core_map.h"
#include "json_place.h"

/* what the kernel's log says of one event */
struct outcome {
	bool lost;		/* the kexec lock was busy */
	unsigned int action;	/* hp_action; meaningful unless lost */
	unsigned int cpu;
};

/**
 * struct capture_facts - a step's storage
 * @pool: owns all that the step points to
 * @poked: somebody wrote into the image by hand
 * @has_last_block, @last_block: the memory that went last began here
 * @removed, @offlined: blocks, by their start, that were away or offline for a
 *	while, whatever the state at the end
 * @outcomes: what became of this step's events, in the log's order
 * @cores: CPU numbers of the cores, as the kernel gave them
 */
struct capture_facts {
	struct pool pool;
	bool poked;
	bool has_last_block;
	uint64_t last_block;
	uint64_t *removed;
	size_t nr_removed;
	uint64_t *offlined;
	size_t nr_offlined;
	struct outcome *outcomes;
	size_t nr_outcomes;
	const struct core *cores;
	size_t nr_cores;
};

static inline struct capture_facts *facts_of(const struct capture_step *step)
{
	return step->storage;
}

/**
 * struct step_reader - a step while it is read
 * @dir: its folder
 * @top: its manifest
 * @before: the step before it, NULL for the first
 */
struct step_reader {
	const char *dir;
	struct place top;
	struct pool *pool;
	struct error *err;
	struct capture_step *step;
	const struct capture_step *before;
};

/* a file of the step; not there is no error unless @required. 0 or -1 */
int step_file(struct step_reader *r, const char *name, bool required,
	      struct blob *blob);
int step_no_memory(const struct step_reader *r);

/* capture_machine.c: the machine's state; does nothing where there is none */
int read_state(struct step_reader *r);
/* capture_kernel.c: where an x86 kernel lies, if the manifest says so */
void read_kernel(struct step_reader *r);
/* capture_load.c: the image, and whether it is new */
int read_image(struct step_reader *r);
/* capture_slots.c: where @load has both segments twice, the step's are slot 0's
 * afterwards, with what is read; 0 or -1
 */
int read_slots(struct step_reader *r, const struct load_spec *load);
/* capture_detail.c: what happened, as the manifest and the kernel's log say */
int read_detail(struct step_reader *r);

/*
 * What only all steps together tell. capture_cores.c: the numbers of cores, and
 * the live trees in their order. capture_order.c: the order of properties there.
 * capture_notes.c: the crash notes of CPUs. capture_kernel.c: where the kernel
 * lies.
 */
int number_cores(struct capture *c, struct error *err);
int order_properties(struct capture *c, struct error *err);
void complete_notes(struct capture *c);
void complete_kernel(struct capture *c);

#endif /* SCENARIO_CAPTURE_READER_H */
