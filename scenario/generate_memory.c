// SPDX-License-Identifier: GPL-2.0-only
/* Random events of memory blocks. */
#include <inttypes.h>

#include "generate_private.h"

#define MAX_RUN 16

/* what an event needs of every block that it is about */
typedef bool (*fits)(const struct gen_block *b);

static bool may_come(const struct gen_block *b)
{
	return !b->there;
}

static bool may_go_offline(const struct gen_block *b)
{
	return b->there && b->online && !b->pinned;
}

static bool may_go_online(const struct gen_block *b)
{
	return b->there && !b->online;
}

static bool may_go(const struct gen_block *b)
{
	return b->there && !b->online && !b->fixed;
}

static bool may_be_unplugged(const struct gen_block *b)
{
	return b->there && !b->pinned && !b->fixed;
}

/**
 * struct run - neighbouring blocks
 * @nr: 0: there are none
 */
struct run {
	struct gen_block *first;
	size_t nr;
};

/* at most @most blocks for which @ok holds, the first one at random */
static struct run find_run(struct generator *g, fits ok, size_t most)
{
	size_t from = g->nr_blocks ? gen_below(g, g->nr_blocks) : 0, i, at;
	struct run run = { .nr = 0 };

	for (i = 0; i < g->nr_blocks && !run.nr; i++) {
		at = (from + i) % g->nr_blocks;
		run.first = &g->blocks[at];
		while (run.nr < most && at + run.nr < g->nr_blocks &&
		       ok(&run.first[run.nr]) &&
		       run.first[run.nr].start ==
		       run.first->start + run.nr * g->block_size)
			run.nr++;
	}
	return run;
}

static bool tell(struct generator *g, const char *indent, const char *what,
		 const struct run *run, int nid)
{
	uint64_t size = run->nr * g->block_size / MIB;

	if (nid)
		fprintf(g->yaml, "%s- %s: {start: 0x%" PRIx64 ", size: %" PRIu64 "M, nid: %d}\n",
			indent, what, run->first->start, size, nid);
	else
		fprintf(g->yaml, "%s- %s: 0x%" PRIx64 "+%" PRIu64 "M\n", indent,
			what, run->first->start, size);
	return true;
}

static bool toggle(struct generator *g, const char *indent, bool online,
		   size_t most)
{
	struct run run = find_run(g, online ? may_go_online : may_go_offline,
				  most);

	for (size_t i = 0; i < run.nr; i++)
		run.first[i].online = online;
	return run.nr && tell(g, indent, online ? "memory-online" :
						  "memory-offline", &run, 0);
}

bool gen_block_toggle(struct generator *g, const char *indent)
{
	bool online = gen_once_in(g, 2);

	return toggle(g, indent, online, 1) || toggle(g, indent, !online, 1);
}

static bool add(struct generator *g, const char *indent, bool online,
		size_t most)
{
	struct run run = find_run(g, may_come, most);
	int nid = gen_below(g, g->nr_nodes);
	const char *what = "memory-add";

	for (size_t i = 0; i < run.nr; i++) {
		run.first[i].there = true;
		run.first[i].online = online;
		run.first[i].nid = nid;
	}
	if (online)
		what = g->lmbs && gen_once_in(g, 2) ? "lmb-add" : "dimm-add";
	return run.nr && tell(g, indent, what, &run, nid);
}

static bool drop(struct generator *g, const char *indent, const char *what,
		 fits ok, size_t most)
{
	struct run run = find_run(g, ok, most);

	for (size_t i = 0; i < run.nr; i++)
		run.first[i].there = run.first[i].online = false;
	return run.nr && tell(g, indent, what, &run, 0);
}

bool gen_memory_event(struct generator *g, const char *indent)
{
	size_t most = 1 + gen_below(g, MAX_RUN);

	switch (gen_below(g, 8)) {
	case 0: case 1:
		return add(g, indent, true, most);
	case 2:
		return add(g, indent, false, most);
	case 3:
		return drop(g, indent, "memory-remove", may_go, most);
	case 4:
		return drop(g, indent, g->lmbs ? "lmb-remove" : "dimm-remove",
			    may_be_unplugged, most);
	default:
		return toggle(g, indent, gen_once_in(g, 2), most);
	}
}
