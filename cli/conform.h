/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A real kernel's segments beside ours: what differs, and why.
 * docs/conform.md says how to read the outcome.
 */
#ifndef CLI_CONFORM_H
#define CLI_CONFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture.h"
#include "judge.h"
#include "machine_view.h"

/* from good to bad; a step's result is that of the worst of its reasons */
enum result {
	RESULT_EQUAL,
	RESULT_REMARK,		/* a difference without consequence */
	RESULT_DEFECT,		/* known, and the real kernel's */
	RESULT_DIFFERENT,
};

/**
 * struct reason - why something differs
 * @result: what that makes of it
 * @defect: "KB-02" for RESULT_DEFECT, else NULL
 * @times: how many differences it explains
 */
struct reason {
	enum result result;
	const char *defect;
	unsigned int times;
	char text[256];
};

struct reasons {
	size_t nr;
	size_t max;
	struct reason *reason;
};

/* add one, or count it where the same was said before; 0, or -1 without memory */
int reasons_add(struct reasons *reasons, enum result result, const char *defect,
		const char *fmt, ...)
	__attribute__((__format__(printf, 4, 5)));
enum result reasons_result(const struct reasons *reasons);
void reasons_free(struct reasons *reasons);

/**
 * struct history - what earlier steps did, as far as it leaves traces
 * @left_online: memory that went, online until that step
 * @left_offline: memory that went while it was offline: no event told of it
 * @came_in_load: memory that came online in the step that loaded the image
 *
 * Memory that comes back is taken out again.
 */
struct history {
	struct view_ranges left_online;
	struct view_ranges left_offline;
	struct view_ranges came_in_load;
};

/* from one step with a state to the next; 0, or -1 without memory */
int history_update(struct history *h, const struct capture_step *from,
		   const struct capture_step *to);
void history_free(struct history *h);

/**
 * struct comparison - both kernels' image at one moment
 * @truth: the machine, the same for both
 * @ours, @theirs: the images
 * @our_verdict, @their_verdict: what a crash now would give
 * @crash_hotplug: what our kernel's attribute reads
 * @loaded: the images were loaded at this moment, nothing has happened to them
 * @own_load: our image is one that our kernel loaded, not the captured one; the
 *	FDT then lacks what came with the boot FDT, which is not captured
 * @user_header: the real kernel has not written to the elfcorehdr yet, it is
 *	the one that user space made
 * @missed: and that although it has handled events that should have
 * @their_hotplug: what the real kernel's attribute read, -1 not known
 * @before: the step before in the capture, NULL at the first
 * @block_size: bytes of a memory block
 */
struct comparison {
	const struct machine_view *truth;
	const struct image_view *ours;
	const struct image_view *theirs;
	struct verdict our_verdict;
	struct verdict their_verdict;
	int crash_hotplug;
	bool loaded;
	bool own_load;
	bool user_header;
	bool missed;
	int their_hotplug;
	const struct capture_step *before;
	uint64_t block_size;
	const struct history *history;
	struct reasons reasons;
};

/**
 * conform_explain() - find every difference and give a reason for it
 * @c: all but the reasons is filled in
 * @err: set on failure
 *
 * Return: 0, or -1 when the segments cannot be compared.
 */
int conform_explain(struct comparison *c, struct error *err);

/* our image is not accurate, and our kernel says so, and theirs is no better */
bool conform_refused(const struct comparison *c);

#endif /* CLI_CONFORM_H */
