// SPDX-License-Identifier: GPL-2.0-only
/* The cases, and the events that they are made of. */
#include "cases.h"

/* cases of memory and storms have so many cores, whatever their size */
#define CORES 64
/* POWER10 has 8; with 4 the largest machine has the 8192 CPUs of NR_CPUS */
#define THREADS 4
#define SMT_THREADS 8
/* small: nobody looks into them, and they are made anew at each load */
#define KERNEL_SIZE (1 << 20)
#define INITRD_SIZE (1 << 16)

/* --- events ---------------------------------------------------------------- */

static int happen(struct stage *s, const struct event *event, struct error *err)
{
	struct event_report report;
	size_t i;

	if (machine_apply(s->machine, event, s->watch ? &report : NULL, err))
		return -1;
	if (!s->watch)
		return 0;
	s->events += report.kernel_events;
	s->hidden += report.hidden;
	for (i = 0; i < VIEW_SEGMENT_MAX; i++)
		s->bytes += report.bytes_written[i];
	return 0;
}

static int load(struct stage *s, struct error *err)
{
	const struct event event = {
		.type = EVENT_LOAD,
		.u.load = {
			.call = LOAD_KEXEC_FILE_LOAD,
			.kernel_size = KERNEL_SIZE,
			.initrd_size = INITRD_SIZE,
			.cmdline = "console=hvc0 nr_cpus=16",
		},
	};

	return happen(s, &event, err);
}

static int cpu(struct stage *s, enum event_type type, unsigned int cpu,
	       struct error *err)
{
	const struct event event = { .type = type, .u.cpu.cpu = cpu };

	return happen(s, &event, err);
}

static int core(struct stage *s, enum event_type type, unsigned int core,
		struct error *err)
{
	const struct event event = {
		.type = type,
		.u.core.core = shape_core(&s->shape, core),
	};

	return happen(s, &event, err);
}

static int memory(struct stage *s, enum event_type type, unsigned int block,
		  unsigned int nr, struct error *err)
{
	const struct event event = {
		.type = type,
		.u.memory = {
			.start = shape_block(&s->shape, block),
			.size = nr * BLOCK_SIZE,
		},
	};

	return happen(s, &event, err);
}

/* --- a core that is new, a thread that is known ----------------------------- */

static struct shape one_core_to_come(unsigned int size)
{
	return (struct shape){
		.cores = size - 1,
		.possible = size,
		.threads = THREADS,
	};
}

static struct shape all_cores(unsigned int size)
{
	return (struct shape){
		.cores = size,
		.possible = size,
		.threads = THREADS,
	};
}

/* the last thread of the core in the middle */
static unsigned int known_thread(const struct stage *s)
{
	return s->shape.cores / 2 * s->shape.threads + s->shape.threads - 1;
}

static int come_online(struct stage *s, struct error *err)
{
	return cpu(s, EVENT_CPU_ONLINE, known_thread(s), err);
}

static int go_offline(struct stage *s, struct error *err)
{
	return cpu(s, EVENT_CPU_OFFLINE, known_thread(s), err);
}

static unsigned int first_new_cpu(const struct stage *s)
{
	return s->shape.cores * s->shape.threads;
}

static int add_core(struct stage *s, struct error *err)
{
	return core(s, EVENT_CPU_ADD, s->shape.cores, err) ||
	       cpu(s, EVENT_CPU_ONLINE, first_new_cpu(s), err) ? -1 : 0;
}

/* its node leaves the FDT at the next event that the handlers act upon */
static int remove_core(struct stage *s, struct error *err)
{
	if (!s->acted)
		return 0;
	return cpu(s, EVENT_CPU_OFFLINE, first_new_cpu(s), err) ||
	       core(s, EVENT_CPU_REMOVE, s->shape.cores, err) ||
	       go_offline(s, err) || come_online(s, err) ? -1 : 0;
}

/* --- one block of memory ----------------------------------------------------- */

/* low memory is one of the ranges */
static struct shape ranges_apart(unsigned int size)
{
	return (struct shape){
		.cores = CORES,
		.possible = CORES,
		.threads = THREADS,
		.blocks = size - 1,
		.apart = true,
	};
}

static struct shape blocks_in_one(unsigned int size)
{
	return (struct shape){
		.cores = CORES,
		.possible = CORES,
		.threads = THREADS,
		.blocks = size,
	};
}

/* one in the middle where they lie apart, else the last: nothing is split */
static unsigned int some_block(const struct stage *s)
{
	return s->shape.apart ? s->shape.blocks / 2 : s->shape.blocks - 1;
}

static int block_online(struct stage *s, struct error *err)
{
	return memory(s, EVENT_MEMORY_ONLINE, some_block(s), 1, err);
}

static int block_offline(struct stage *s, struct error *err)
{
	return memory(s, EVENT_MEMORY_OFFLINE, some_block(s), 1, err);
}

static int block_back_online(struct stage *s, struct error *err)
{
	return s->acted ? block_online(s, err) : 0;
}

/* --- storms --------------------------------------------------------------------- */

static struct shape no_blocks(unsigned int size __attribute__((__unused__)))
{
	return (struct shape){
		.cores = CORES,
		.possible = CORES,
		.threads = THREADS,
	};
}

static struct shape no_blocks_apart(unsigned int size)
{
	struct shape shape = no_blocks(size);

	shape.apart = true;
	return shape;
}

/* a DIMM: all of it arrives, and then goes online block by block */
static int storm_dimm(struct stage *s, struct error *err)
{
	return memory(s, EVENT_MEMORY_ADD, 0, s->size, err) ||
	       memory(s, EVENT_MEMORY_ONLINE, 0, s->size, err) ? -1 : 0;
}

/* logical blocks: one after the other arrives and goes online */
static int storm_blocks(struct stage *s, struct error *err)
{
	unsigned int i;

	for (i = 0; i < s->size; i++)
		if (memory(s, EVENT_MEMORY_ADD, i, 1, err) ||
		    memory(s, EVENT_MEMORY_ONLINE, i, 1, err))
			return -1;
	return 0;
}

/* --- SMT --------------------------------------------------------------------------- */

static struct shape smt_cores(unsigned int size)
{
	return (struct shape){
		.cores = size,
		.possible = size,
		.threads = SMT_THREADS,
	};
}

/* all threads but the first of each core */
static int switch_threads(struct stage *s, enum event_type type,
			  struct error *err)
{
	unsigned int i, nr = s->shape.cores * s->shape.threads;

	for (i = 0; i < nr; i++)
		if (i % s->shape.threads && cpu(s, type, i, err))
			return -1;
	return 0;
}

static int smt_down(struct stage *s, struct error *err)
{
	return switch_threads(s, EVENT_CPU_OFFLINE, err);
}

static int smt_up(struct stage *s, struct error *err)
{
	return switch_threads(s, EVENT_CPU_ONLINE, err);
}

/* --- loading -------------------------------------------------------------------------- */

static int nothing(struct stage *s __attribute__((__unused__)),
		   struct error *err __attribute__((__unused__)))
{
	return 0;
}

/* --- the table ------------------------------------------------------------------------ */

#define NODES { 8, 64, 256, 1024, 2048 }
#define RANGES { 16, 128, 512, 2048, 8192 }
#define MAX_NODES 8192
#define MAX_BLOCKS 8192

const struct bench_case bench_cases[] = {
	{
		.name = "cpu-add",
		.title = "a core arrives and its first thread goes online",
		.unit = "nodes", .sizes = NODES, .max_size = MAX_NODES,
		.segment = SEGMENT_FDT, .cpus = true,
		.shape = one_core_to_come,
		.prepare = remove_core, .act = add_core,
	}, {
		.name = "cpu-online",
		.title = "a thread of a core that is known goes online",
		.unit = "nodes", .sizes = NODES, .max_size = MAX_NODES,
		.segment = SEGMENT_FDT, .cpus = true,
		.shape = all_cores,
		.prepare = go_offline, .act = come_online,
	}, {
		.name = "mem-add-contiguous",
		.title = "the last of blocks in a row goes online",
		.unit = "blocks", .sizes = RANGES, .max_size = MAX_BLOCKS,
		.segment = SEGMENT_ELFCOREHDR,
		.shape = blocks_in_one,
		.prepare = block_offline, .act = block_online,
	}, {
		.name = "mem-remove-contiguous",
		.title = "the last of blocks in a row goes offline",
		.unit = "blocks", .sizes = RANGES, .max_size = MAX_BLOCKS,
		.segment = SEGMENT_ELFCOREHDR,
		.shape = blocks_in_one,
		.prepare = block_back_online, .act = block_offline,
	}, {
		.name = "mem-add-alternating",
		.title = "one of many ranges of one block each goes online",
		.unit = "ranges", .sizes = RANGES, .max_size = MAX_BLOCKS,
		.segment = SEGMENT_ELFCOREHDR,
		.shape = ranges_apart,
		.prepare = block_offline, .act = block_online,
	}, {
		.name = "mem-remove-alternating",
		.title = "one of many ranges of one block each goes offline",
		.unit = "ranges", .sizes = RANGES, .max_size = MAX_BLOCKS,
		.segment = SEGMENT_ELFCOREHDR,
		.shape = ranges_apart,
		.prepare = block_back_online, .act = block_offline,
	}, {
		.name = "storm-contiguous",
		.title = "a DIMM arrives: each of its blocks goes online",
		.unit = "blocks", .sizes = { 960, 3840 }, .max_size = MAX_BLOCKS,
		.segment = SEGMENT_ELFCOREHDR,
		.shape = no_blocks,
		.act = storm_dimm,
	}, {
		.name = "storm-alternating",
		.title = "logical blocks that do not touch arrive and go online",
		.unit = "blocks", .sizes = { 960, 3840 }, .max_size = MAX_BLOCKS,
		.segment = SEGMENT_ELFCOREHDR,
		.shape = no_blocks_apart,
		.act = storm_blocks,
	}, {
		.name = "smt-switch",
		.title = "from SMT1 to SMT8: seven threads of each core go online",
		.unit = "cores", .sizes = { 192 }, .max_size = 1024,
		.segment = SEGMENT_FDT, .cpus = true,
		.shape = smt_cores,
		.prepare = smt_down, .act = smt_up,
	}, {
		.name = "load",
		.title = "kexec_file_load: elfcorehdr, FDT, end of loading",
		.unit = "nodes", .sizes = NODES, .max_size = MAX_NODES,
		.segment = SEGMENT_FDT, .loads = true,
		.shape = all_cores,
		.prepare = nothing, .act = load,
	},
};

const unsigned int nr_bench_cases =
	sizeof(bench_cases) / sizeof(bench_cases[0]);

/* --- a machine for a case -------------------------------------------------------------- */

int stage_begin(struct stage *stage, const struct bench_case *c,
		unsigned int size, const struct handler_module *handlers,
		struct error *err)
{
	*stage = (struct stage){ .shape = c->shape(size), .size = size };
	stage->machine = shape_boot(&stage->shape, handlers, err);
	return stage->machine ? load(stage, err) : -1;
}

void stage_end(struct stage *stage)
{
	if (stage->machine)
		machine_destroy(stage->machine);
	stage->machine = NULL;
}
