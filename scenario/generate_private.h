/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of the generator share: the machine, and what becomes of it. */
#ifndef SCENARIO_GENERATE_PRIVATE_H
#define SCENARIO_GENERATE_PRIVATE_H

#include <stdio.h>

#include "generate.h"

#define GEN_MAX_THREADS 8
#define KIB ((uint64_t)1 << 10)
#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)

/**
 * struct gen_block - a place for one memory block
 * @fixed: not removable: it is in the memory node of the tree
 * @pinned: it holds what cannot move, so it stays online
 */
struct gen_block {
	uint64_t start;
	int nid;
	bool there;
	bool online;
	bool fixed;
	bool pinned;
};

/**
 * struct gen_core - a run of CPU numbers, and the core that has it
 * @id: its hardware id while it is there
 * @threads: it may have fewer than there are numbers; 0 while it is not there
 */
struct gen_core {
	uint32_t id;
	unsigned int threads;
	bool there;
	bool online[GEN_MAX_THREADS];
};

/* what the next item has to be */
enum gen_duty {
	DUTY_NONE,
	DUTY_HOTPLUG,		/* the last event was lost: one that is not */
	DUTY_LOAD,		/* the image is given up: a new one */
};

/**
 * struct generator - a scenario in the making
 * @random: state of the random numbers
 * @opal: firmware is OPAL: no cores come or go
 * @lmbs: the tree has logical memory blocks
 * @lmbs_v1: an entry for each of them, as older firmware tells them
 * @low: memory from 0 to here is there at boot, in one piece
 * @blocks: ascending; the last ones may be places for memory to come
 * @cores: by CPU number; @threads numbers each, as many as most cores have
 * @boot_cores: there at boot, all online but for @boot_offline CPUs at the end
 * @smt: so many threads of each core may be online
 * @stale: the image is not kept up to date, by how it was loaded
 * @untold: a core arrived, maybe in the place of another one, and the handlers
 *	hear of it at the next event only
 */
struct generator {
	const struct generate_options *options;
	uint64_t random;
	FILE *yaml;
	FILE *dts;

	bool opal;
	bool lmbs;
	bool lmbs_v1;
	bool caches;
	bool memmap_on_memory;
	unsigned int page_size;
	uint64_t block_size;
	uint64_t low;
	uint64_t crashk_start;
	uint64_t crashk_size;
	uint64_t firmware_start;
	uint64_t firmware_size;
	unsigned int nr_nodes;
	struct gen_block *blocks;
	size_t nr_blocks;
	struct gen_core *cores;
	unsigned int nr_cores;
	unsigned int boot_cores;
	unsigned int boot_offline;
	unsigned int threads;
	unsigned int smt;

	bool loaded;
	bool stale;
	bool untold;
	enum gen_duty duty;
};

/* a number below @below, which is not 0; true once in @n times */
uint64_t gen_below(struct generator *g, uint64_t below);
bool gen_once_in(struct generator *g, unsigned int n);
/* between @low and @high, both inside, small ones more often */
uint64_t gen_between(struct generator *g, uint64_t low, uint64_t high);

static inline bool gen_powerpc(const struct generator *g)
{
	return g->options->arch == ARCH_POWERPC;
}

/* generate_machine.c: choose a machine; its section of the scenario; 0 or -1 */
int gen_choose_machine(struct generator *g);
void gen_write_machine(struct generator *g);

/* generate_tree.c: its device tree */
void gen_write_tree(struct generator *g);

/* generate_event.c: one item of the event list; is the image owed after it? */
bool gen_write_event(struct generator *g);

/*
 * Events that one line tells, behind @indent; false: there is none that could
 * happen. generate_cpu.c, generate_memory.c
 */
bool gen_cpu_event(struct generator *g, const char *indent);
bool gen_memory_event(struct generator *g, const char *indent);

/* the same, and surely one that the kernel's crash hotplug code is told of */
bool gen_cpu_toggle(struct generator *g, const char *indent);
bool gen_block_toggle(struct generator *g, const char *indent);

/* some CPU that is online */
unsigned int gen_online_cpu(struct generator *g);
unsigned int gen_nr_online(const struct generator *g);
unsigned int gen_nr_threads(const struct generator *g);

#endif /* SCENARIO_GENERATE_PRIVATE_H */
