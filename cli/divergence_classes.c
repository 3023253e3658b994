// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of explained divergences. Defects are recognised, by invariant and
 * shape, in known_defects.c. The rows here are about what is harmless, as
 * conform_explain() found, or follows from what happened before.
 */
#include <string.h>

#include "divergence_classes.h"

static bool always(const struct divergence *d)
{
	(void)d;
	return true;
}

/* A is whole, and only B suffers from the event that was lost */
static bool lost_cpu(const struct divergence *d)
{
	return d->past->lost_cpu && d->a.word <= d->b.word;
}

/* node and number of a core that went are used again */
static bool core_gone(const struct divergence *d)
{
	return d->past->core_gone && d->a.word <= d->b.word;
}

static bool no_memory(const struct divergence *d)
{
	return d->past->no_memory;
}

static const struct {
	const char *id;
	const char *text;
	enum result result;
	const char *mark;	/* part of what the reason says */
	bool (*fits)(const struct divergence *d);
} classes[] = {
	{ "D-01", "memory that is there but offline is listed by one of them",
	  RESULT_REMARK, "offline memory listed", always },
	{ "D-02", "the node of a core that is gone stays longer in one of them",
	  RESULT_REMARK, "of a core that is gone", always },
	{ "D-03", "the same memory, cut into PT_LOADs elsewhere",
	  RESULT_REMARK, "the same memory cut elsewhere", always },
	{ "D-04", "B has not updated the elfcorehdr that user space made",
	  RESULT_REMARK, "the one that user space made", always },
	{ "D-05", "out of room: A keeps the old tree, whole, and asks for a reload",
	  RESULT_REMARK, "has no room", always },
	{ "D-06", "a CPU's event was lost: A makes good for it, B does not",
	  RESULT_DIFFERENT, "/cpus/", lost_cpu },
	{ "D-06", "a CPU's event was lost: A makes good for it, B does not",
	  RESULT_DIFFERENT, "I-CPU", lost_cpu },
	{ "D-08", "a core came back: A has its new node at the next event, B when a CPU goes online",
	  RESULT_DIFFERENT, "/cpus/", core_gone },
	{ "D-07", "an allocation failed: one updates the image, the other gives up",
	  RESULT_DIFFERENT, "", no_memory },
};

bool divergence_class_find(const struct divergence *d,
			   const struct reason *reason,
			   struct divergence_class *class)
{
	if (reason->result == RESULT_DEFECT) {
		*class = (struct divergence_class){ reason->defect,
						    reason->text };
		return true;
	}
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if (reason->result != classes[i].result ||
		    !strstr(reason->text, classes[i].mark) ||
		    !classes[i].fits(d))
			continue;
		*class = (struct divergence_class){ classes[i].id,
						    classes[i].text };
		return true;
	}
	return false;
}
