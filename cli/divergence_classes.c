// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of explained divergences. Defects are recognised, by invariant and
 * shape, in known_defects.c. The rows here are about what is harmless, as
 * conform_explain() found, or follows from what happened before.
 */
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "divergence_classes.h"

static bool always(const struct divergence *d, const struct reason *r)
{
	(void)d;
	(void)r;
	return true;
}

/* --- nodes ----------------------------------------------------------------------- */

/* an id of the node that @path names, by number; false: it has no more */
static bool thread_id(const struct divergence *d, const char *path, int at,
		      uint32_t *id)
{
	const void *tree = d->truth->tree;
	const fdt32_t *ids;
	int length = 0;

	ids = fdt_getprop(tree, fdt_path_offset(tree, path),
			  "ibm,ppc-interrupt-server#s", &length);
	if (!ids || at >= length / (int)sizeof(*ids))
		return false;
	*id = fdt32_ld(&ids[at]);
	return true;
}

static bool lost_id(const struct divergence *d, uint32_t id)
{
	const struct past *past = d->past;

	for (size_t i = 0; i < past->nr_lost_cpus; i++)
		for (size_t cpu = 0; cpu < d->truth->nr_cpus; cpu++)
			if (d->truth->cpus[cpu].cpu == past->lost_cpus[i] &&
			    d->truth->cpus[cpu].has_hwid &&
			    d->truth->cpus[cpu].hwid == id)
				return true;
	return false;
}

/* the node is of a core one of whose CPUs came unnoticed; A has it again */
static bool lost_node(const struct divergence *d, const struct reason *r)
{
	uint32_t id;

	if (d->a.word > d->b.word || !r->path[0])
		return false;
	for (int i = 0; thread_id(d, r->path, i, &id); i++)
		if (lost_id(d, id))
			return true;
	return false;
}

/* the judge names no node, but CPUs: only those that came unnoticed */
static bool lost_cpu(const struct divergence *d, const struct reason *r)
{
	(void)r;
	return d->past->nr_lost_cpus && d->a.word <= d->b.word;
}

/* the node that @r is about; what the judge says has it in its text */
static bool reason_path(const struct reason *r, char *path, size_t size)
{
	const char *at = r->path[0] ? r->path : strstr(r->text, "/cpus/");

	if (!at)
		return false;
	snprintf(path, size, "%.*s", (int)strcspn(at, " "), at);
	return true;
}

/*
 * The same id as that of a core that went, but another node. Until an event
 * tells of it, both have the old one.
 */
static bool core_again(const struct divergence *d, const struct reason *r)
{
	char path[sizeof(r->path)];
	uint32_t id;

	if (d->a.word > d->b.word || !reason_path(r, path, sizeof(path)) ||
	    !thread_id(d, path, 0, &id))
		return false;
	for (size_t i = 0; i < d->past->nr_gone_cores; i++)
		if (d->past->gone_cores[i] == id)
			return true;
	return false;
}

/* --- memory ---------------------------------------------------------------------- */

static bool is_offline(const struct divergence *d, const struct reason *r)
{
	return r->about.has_range &&
	       !view_ranges_intersects(&d->truth->online, r->about.start,
				       r->about.end);
}

/* A has not been told of what happened to it last */
static bool lost_memory(const struct divergence *d, const struct reason *r)
{
	return r->about.has_range &&
	       view_ranges_contains(&d->past->lost_memory, r->about.start,
				    r->about.end);
}

/* B has it in its header since it was offline */
static bool lost_online(const struct divergence *d, const struct reason *r)
{
	return lost_memory(d, r) && !is_offline(d, r);
}

/* A lists it until the next event; B, if it had missed that it came, never did */
static bool lost_offline(const struct divergence *d, const struct reason *r)
{
	return lost_memory(d, r) && is_offline(d, r);
}

/* --- allocations ----------------------------------------------------------------- */

/* whichever it failed in has an older image: A all of it, B a segment */
static bool no_memory(const struct divergence *d, const struct reason *r)
{
	const struct past *past = d->past;

	return past->a_failed ||
	       (r->path[0] ? past->b_fdt_failed : past->b_header_failed);
}

/*
 * A's image is an old one, and A says so: what it lacks, a reload brings. It may
 * still be accurate: then nothing of B's that is wrong is explained by that, but
 * that A goes on listing memory that is offline.
 */
static bool gave_up(const struct divergence *d, const struct reason *r)
{
	if (!d->a_gave_up)
		return false;
	if (d->a.word != VERDICT_ACCURATE || d->b.word == VERDICT_ACCURATE)
		return true;
	return is_offline(d, r);
}

/* what user space left out of the old tree, B's rewrite has put in */
static bool kept_old_nodes(const struct divergence *d, const struct reason *r)
{
	return d->a_gave_up && strstr(r->text, "/cpus/");
}

/* --- loads that B refuses --------------------------------------------------------- */

/* and A does not: it can be done */
static bool a_loads(const struct divergence *d, const struct reason *r)
{
	(void)r;
	return d->a.word == VERDICT_ACCURATE;
}

/*
 * What the kernel said tells what it was writing. Only the chosen node comes before
 * the usable memory, so this is what the estimate of LMBs has left out; the CPUs
 * come behind all else, and lack what anything before them took too much.
 */
static bool usable_memory_first(const struct divergence *d,
				const struct reason *r)
{
	const void *tree = d->truth->tree;

	return a_loads(d, r) && tree && strstr(r->text, "usable-memory") &&
	       fdt_path_offset(tree,
			       "/ibm,dynamic-reconfiguration-memory") >= 0;
}

static bool memory_without_reg(const struct divergence *d,
			       const struct reason *r)
{
	const void *tree = d->truth->tree;
	int node = -1, length;

	if (!tree || !a_loads(d, r))
		return false;
	do {
		node = fdt_node_offset_by_prop_value(tree, node, "device_type",
						     "memory",
						     sizeof("memory"));
		if (node < 0)
			return false;
	} while (fdt_getprop(tree, node, "reg", &length) && length);
	return true;
}

/* the segments behind the elfcorehdr are elsewhere, and both are right */
static bool moved(const struct divergence *d, const struct reason *r)
{
	(void)r;
	return d->rooms_differ && d->a.word == d->b.word;
}

static const struct {
	const char *id;
	const char *text;
	enum result result;
	const char *mark;	/* part of what the reason says */
	bool (*fits)(const struct divergence *d, const struct reason *r);
} classes[] = {
	{ "D-01", "memory that is there but offline is listed by one of them",
	  RESULT_REMARK, "offline memory listed", always },
	{ "D-02", "the node of a core that is gone stays longer in one of them",
	  RESULT_REMARK, "of a core that is gone", always },
	{ "D-03", "the same memory, cut into PT_LOADs elsewhere",
	  RESULT_REMARK, "the same memory cut elsewhere", always },
	{ "D-04", "B has not updated the elfcorehdr that user space made",
	  RESULT_REMARK, "the header is still the one that user space made", always },
	{ "D-05", "out of room: A keeps the old tree, whole, and asks for a reload",
	  RESULT_REMARK, "has no room", always },
	{ "D-09", "B has not updated the FDT that user space made",
	  RESULT_REMARK, "the FDT is still the one that user space made", always },
	{ "D-10", "a core arrived: A has its node at the next event, B when a CPU goes online",
	  RESULT_REMARK, "of which no CPU is online", always },
	{ "D-11", "the same usable memory, in other pieces",
	  RESULT_REMARK, "the same usable memory", always },
	{ "KB-54", "a memory node without reg ends the load",
	  RESULT_DIFFERENT, "B cannot load: kexec_file_load: FDT: Invalid argument",
	  memory_without_reg },
	/* -FDT_ERR_NOSPACE, passed on as an errno */
	{ "KB-32", "too little room was estimated for the usable LMBs",
	  RESULT_DIFFERENT, "B cannot load: kexec_file_load: FDT: No such process",
	  usable_memory_first },
	{ "D-13", "B has estimated too little room for the FDT: KB-32, KB-33 or KB-34",
	  RESULT_DIFFERENT, "B cannot load: kexec_file_load: FDT: No such process",
	  a_loads },
	{ "D-15", "the header needs more room than the kernel is configured for",
	  RESULT_DIFFERENT, "B cannot load: kexec_file_load: segment elfcorehdr has",
	  a_loads },
	{ "D-14", "the elfcorehdr segment is a page larger in one of them",
	  RESULT_DIFFERENT, "memory reservation", moved },
	{ "D-14", "the elfcorehdr segment is a page larger in one of them",
	  RESULT_DIFFERENT, "/chosen/linux,elfcorehdr:", moved },
	{ "D-14", "the elfcorehdr segment is a page larger in one of them",
	  RESULT_DIFFERENT, "/chosen/linux,initrd-", moved },
	{ "D-12", "memory came online unnoticed: B had listed it while it was offline",
	  RESULT_DIFFERENT, "", lost_online },
	{ "D-01", "memory went offline unnoticed, and A goes on listing it",
	  RESULT_DIFFERENT, "the kernel does not list", lost_offline },
	{ "D-06", "a CPU's event was lost: A makes good for it, B does not",
	  RESULT_DIFFERENT, "/cpus/", lost_node },
	{ "D-06", "a CPU's event was lost: A makes good for it, B does not",
	  RESULT_DIFFERENT, "I-CPU", lost_cpu },
	{ "D-08", "a core came back: A has its new node at the next event, B when a CPU goes online",
	  RESULT_DIFFERENT, "/cpus/", core_again },
	{ "D-07", "an allocation failed: one updates the image, the other gives up",
	  RESULT_DIFFERENT, "", no_memory },
	{ "D-05", "out of room: A keeps the old image and asks for a reload, B goes on",
	  RESULT_DIFFERENT, "", gave_up },
	{ "D-05", "out of room: A keeps the tree that user space made, B's has a name in each node",
	  RESULT_DIFFERENT, "/name = ", kept_old_nodes },
};

bool divergence_class_find(const struct divergence *d,
			   const struct reason *reason,
			   struct divergence_class *class)
{
	enum result result;

	if (reason->result == RESULT_DEFECT && !d->past->b_hit) {
		*class = (struct divergence_class){ reason->defect,
						    reason->text };
		return true;
	}
	result = reason->result == RESULT_DEFECT ? RESULT_DIFFERENT :
						   reason->result;
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if (result != classes[i].result ||
		    !strstr(reason->text, classes[i].mark) ||
		    !classes[i].fits(d, reason))
			continue;
		*class = (struct divergence_class){ classes[i].id,
						    classes[i].text };
		return true;
	}
	return false;
}
