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
 * struct subject - what a difference is about, as far as it is that
 * @start, @end: memory, if @has_range
 * @path: a node, or NULL
 */
struct subject {
	bool has_range;
	uint64_t start;
	uint64_t end;
	const char *path;
};

/**
 * struct reason - why something differs
 * @result: what that makes of it
 * @defect: "KB-02" for RESULT_DEFECT, else NULL
 * @times: how many differences it explains
 * @about: but for the path, which is @path; "": none
 */
struct reason {
	enum result result;
	const char *defect;
	unsigned int times;
	struct subject about;
	char path[96];
	char text[256];
};

struct reasons {
	size_t nr;
	size_t max;
	struct reason *reason;
};

/*
 * Add one, or count it where the same was said before; @about may be NULL.
 * 0, or -1 without memory.
 */
int reasons_add_about(struct reasons *reasons, enum result result,
		      const char *defect, const struct subject *about,
		      const char *fmt, ...)
	__attribute__((__format__(printf, 5, 6)));
#define reasons_add(reasons, result, defect, ...) \
	reasons_add_about(reasons, result, defect, NULL, __VA_ARGS__)
/* where is it in @reasons? NULL: it is not */
const struct reason *reasons_find(const struct reasons *reasons,
				  const struct reason *reason);
enum result reasons_result(const struct reasons *reasons);
void reasons_free(struct reasons *reasons);

/**
 * struct history - what earlier steps did, as far as it leaves traces
 * @left_online: memory that went, online until that step
 * @left_offline: memory that went while it was offline: no event told of it
 * @came_in_load: memory that came online in the step that loaded the image
 * @relisted: memory that was there and offline when the kernel was told of other
 *	memory, and put all that was there into the header again
 *
 * Memory that comes back is taken out again.
 */
struct history {
	struct view_ranges left_online;
	struct view_ranges left_offline;
	struct view_ranges came_in_load;
	struct view_ranges relisted;
};

/* what @event, which has just happened, leaves; 0, or -1 without memory */
int history_event(struct history *h, const struct machine_view *truth,
		  const struct event *event, uint64_t block_size);

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
 * @user_fdt: nor to the FDT
 * @missed: the header is still that, and events were handled that should have
 *	changed it
 * @exact: the real kernel has the same handlers: every byte has to be its
 * @elfcorehdr_size: what our kernel's crash_elfcorehdr_size reads
 * @their_size: what the real kernel's read, 0 not known
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
	bool user_fdt;
	bool missed;
	bool exact;
	unsigned int elfcorehdr_size;
	unsigned int their_size;
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

/**
 * conform_exact() - find every byte that differs, whatever the reason
 * @c: all but the reasons is filled in
 *
 * The header has to be the same byte for byte, the FDT in content; of a load of
 * our own, as far as the load decides it. What sysfs reads has to be the same.
 *
 * Return: 0, or -1 without memory.
 */
int conform_exact(struct comparison *c);

/* our image is not accurate, and our kernel says so, and theirs is no better */
bool conform_refused(const struct comparison *c);

#endif /* CLI_CONFORM_H */
