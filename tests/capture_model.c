// SPDX-License-Identifier: GPL-2.0-only
/* A model of a machine for the events of captures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "capture_model.h"
#include "scenario.h"

/* last: it makes fail() a macro */
#include <cmocka.h>

#define MAX_CPUS 256
#define MAX_PIECES 8192

/* --- a model of a machine ------------------------------------------------- */

/* @block: state by number of the block, '\0' where there is none */
struct model {
	const char *where;
	uint64_t block_size;
	bool powerpc;
	unsigned int nr_cpus;
	bool present[MAX_CPUS];
	bool online[MAX_CPUS];
	struct model_core cores[MAX_CPUS];
	size_t nr_cores;
	struct memory_spec memory[MAX_PIECES];
	size_t nr_memory;
	char block[MAX_PIECES];
};

int model_next_cpu(const void *fdt, int node, struct model_core *core)
{
	const fdt32_t *reg;
	int len;

	node = fdt_node_offset_by_prop_value(fdt, node, "device_type", "cpu", 4);
	if (node < 0)
		return node;
	reg = fdt_getprop(fdt, node, "reg", &len);
	assert_non_null(reg);
	core->id = fdt32_ld(reg);
	fdt_getprop(fdt, node, "ibm,ppc-interrupt-server#s", &len);
	core->threads = (unsigned int)len / 4;
	return node;
}

/* cores in the tree's order have the present CPUs, ascending */
static void model_cores(struct model *m, const struct blob *tree)
{
	unsigned int cpu = 0;
	struct model_core core;
	int node = -1;

	while ((node = model_next_cpu(tree->bytes, node, &core)) >= 0) {
		while (cpu < MAX_CPUS && !m->present[cpu])
			cpu++;
		core.first = cpu;
		cpu += core.threads;
		m->cores[m->nr_cores++] = core;
	}
}

static void model_from(struct model *m, const struct capture_step *step)
{
	const struct machine_spec *spec = &step->machine;
	size_t i;

	memset(m, 0, sizeof(*m));
	m->block_size = spec->block_size;
	m->powerpc = spec->arch == ARCH_POWERPC;
	m->nr_cpus = (unsigned int)spec->nr_cpu_specs;
	for (i = 0; i < spec->nr_cpu_specs; i++) {
		m->present[spec->cpus[i].cpu] = spec->cpus[i].present;
		m->online[spec->cpus[i].cpu] = spec->cpus[i].online;
	}
	if (m->powerpc)
		model_cores(m, &step->tree);
	for (i = 0; i < spec->nr_memory; i++)
		m->memory[m->nr_memory++] = spec->memory[i];
	for (i = 0; i < spec->nr_blocks; i++)
		m->block[spec->blocks[i].start / m->block_size] =
			spec->blocks[i].online ? 'o' : '-';
}

static void impossible(const struct model *m, const struct event *event,
		       const char *why)
{
	char text[160];

	event_describe(event, text, sizeof(text));
	fail_msg("%s: impossible event \"%s\": %s", m->where, text, why);
}

static struct model_core *model_core(struct model *m, uint32_t id)
{
	size_t i;

	for (i = 0; i < m->nr_cores; i++)
		if (m->cores[i].id == id)
			return &m->cores[i];
	return NULL;
}

/* the kernel's rule: the lowest free run that is aligned */
static void core_arrives(struct model *m, const struct event *event)
{
	unsigned int threads = event->u.core.threads, first, i;

	if (!m->powerpc) {
		if (m->present[event->u.core.core])
			impossible(m, event, "the CPU is present");
		m->present[event->u.core.core] = true;
		return;
	}
	if (model_core(m, event->u.core.core))
		impossible(m, event, "the core is there");
	for (first = 0; first + threads <= m->nr_cpus; first += threads) {
		for (i = 0; i < threads && !m->present[first + i]; i++)
			;
		if (i == threads)
			break;
	}
	if (first + threads > m->nr_cpus)
		impossible(m, event, "no CPU numbers are free");
	m->cores[m->nr_cores++] = (struct model_core){
		event->u.core.core, first, threads,
	};
	for (i = 0; i < threads; i++)
		m->present[first + i] = true;
}

static void core_goes(struct model *m, const struct event *event)
{
	struct model_core one = { event->u.core.core, event->u.core.core, 1 };
	struct model_core *core = m->powerpc ? model_core(m, one.id) : &one;
	unsigned int i;

	if (!core)
		impossible(m, event, "there is no such core");
	for (i = 0; i < core->threads; i++) {
		if (m->online[core->first + i])
			impossible(m, event, "a thread is online");
		m->present[core->first + i] = false;
	}
	if (m->powerpc)
		*core = m->cores[--m->nr_cores];
}

static void cpu_switches(struct model *m, const struct event *event, bool online)
{
	unsigned int cpu = event->u.cpu.cpu;

	if (cpu >= MAX_CPUS || !m->present[cpu])
		impossible(m, event, "the CPU is not present");
	if (m->online[cpu] == online)
		impossible(m, event, "it is so already");
	m->online[cpu] = online;
}

static void memory_arrives(struct model *m, const struct event *event)
{
	const struct memory_spec new = {
		event->u.memory.start, event->u.memory.size, event->u.memory.nid,
	};
	uint64_t block = new.start / m->block_size;
	size_t i;

	for (i = 0; i < m->nr_memory; i++)
		if (new.start < m->memory[i].start + m->memory[i].size &&
		    m->memory[i].start < new.start + new.size)
			impossible(m, event, "there is memory");
	m->memory[m->nr_memory++] = new;
	for (; block * m->block_size < new.start + new.size; block++)
		m->block[block] = '-';
}

static void memory_goes(struct model *m, const struct event *event)
{
	uint64_t start = event->u.memory.start, size = event->u.memory.size;
	uint64_t end = start + size, block;
	size_t i;

	for (block = start / m->block_size; block * m->block_size < end; block++) {
		if (m->block[block] != '-')
			impossible(m, event, "a block is online, or there is none");
		m->block[block] = '\0';
	}
	/* a removal may span regions that touch */
	while (start < end) {
		struct memory_spec tail;

		for (i = 0; i < m->nr_memory; i++)
			if (start >= m->memory[i].start &&
			    start - m->memory[i].start < m->memory[i].size)
				break;
		if (i == m->nr_memory)
			impossible(m, event, "there is no memory");
		tail = m->memory[i];
		m->memory[i].size = start - tail.start;
		tail.size -= start - tail.start;
		size = end - start < tail.size ? end - start : tail.size;
		tail.start = start + size;
		tail.size -= size;
		m->memory[m->nr_memory++] = tail;
		start += size;
	}
}

static void blocks_switch(struct model *m, const struct event *event, char state)
{
	uint64_t block = event->u.memory.start / m->block_size;
	uint64_t end = event->u.memory.start + event->u.memory.size;

	for (; block * m->block_size < end; block++) {
		if (!m->block[block])
			impossible(m, event, "there is no such block");
		if (m->block[block] == state)
			impossible(m, event, "it is so already");
		m->block[block] = state;
	}
}

static void model_apply(struct model *m, const struct event *event)
{
	switch (event->type) {
	case EVENT_CPU_ADD:
		core_arrives(m, event);
		break;
	case EVENT_CPU_REMOVE:
		core_goes(m, event);
		break;
	case EVENT_CPU_ONLINE:
	case EVENT_CPU_OFFLINE:
		cpu_switches(m, event, event->type == EVENT_CPU_ONLINE);
		break;
	case EVENT_MEMORY_ADD:
		memory_arrives(m, event);
		break;
	case EVENT_MEMORY_REMOVE:
		memory_goes(m, event);
		break;
	case EVENT_MEMORY_ONLINE:
		blocks_switch(m, event, 'o');
		break;
	case EVENT_MEMORY_OFFLINE:
		blocks_switch(m, event, '-');
		break;
	default:
		break;
	}
}

/* --- two models alike? ---------------------------------------------------- */

static int by_start(const void *a, const void *b)
{
	const struct memory_spec *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

static int by_id(const void *a, const void *b)
{
	const struct model_core *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

/* sorted, without empty pieces, pieces that touch on one node made one */
static void normalise(struct model *m)
{
	size_t i, nr = 0;

	qsort(m->cores, m->nr_cores, sizeof(m->cores[0]), by_id);
	qsort(m->memory, m->nr_memory, sizeof(m->memory[0]), by_start);
	for (i = 0; i < m->nr_memory; i++) {
		struct memory_spec piece = m->memory[i];
		struct memory_spec *last = nr ? &m->memory[nr - 1] : NULL;

		if (!piece.size)
			continue;
		if (last && last->nid == piece.nid &&
		    last->start + last->size == piece.start)
			last->size += piece.size;
		else
			m->memory[nr++] = piece;
	}
	m->nr_memory = nr;
}

static void compare_memory(const struct model *got, const struct model *want)
{
	size_t i;

	for (i = 0; i < got->nr_memory || i < want->nr_memory; i++) {
		struct memory_spec none = { 0 };
		struct memory_spec g = i < got->nr_memory ? got->memory[i] : none;
		struct memory_spec w = i < want->nr_memory ? want->memory[i] : none;

		if (g.start != w.start || g.size != w.size || g.nid != w.nid)
			fail_msg("%s: memory piece %zu: expected 0x%llx +0x%llx node %d, got 0x%llx +0x%llx node %d",
				 got->where, i, (unsigned long long)w.start,
				 (unsigned long long)w.size, w.nid,
				 (unsigned long long)g.start,
				 (unsigned long long)g.size, g.nid);
	}
	for (i = 0; i < MAX_PIECES; i++)
		if (got->block[i] != want->block[i])
			fail_msg("%s: memory block %zu: expected '%c', got '%c' (o online, - offline)",
				 got->where, i,
				 want->block[i] ? want->block[i] : ' ',
				 got->block[i] ? got->block[i] : ' ');
}

static const char *cpu_state(const struct model *m, unsigned int cpu)
{
	return m->online[cpu] ? "online" :
	       m->present[cpu] ? "present" : "not there";
}

static void compare(struct model *got, struct model *want)
{
	unsigned int cpu;
	size_t i;

	normalise(got);
	normalise(want);
	for (cpu = 0; cpu < MAX_CPUS; cpu++)
		if (got->present[cpu] != want->present[cpu] ||
		    got->online[cpu] != want->online[cpu])
			fail_msg("%s: CPU %u: expected %s, got %s", got->where,
				 cpu, cpu_state(want, cpu), cpu_state(got, cpu));
	if (got->nr_cores != want->nr_cores)
		fail_msg("%s: expected %zu cores, got %zu", got->where,
			 want->nr_cores, got->nr_cores);
	for (i = 0; i < got->nr_cores; i++)
		if (memcmp(&got->cores[i], &want->cores[i], sizeof(struct model_core)))
			fail_msg("%s: expected core %u (CPU %u on), got core %u (CPU %u on)",
				 got->where, want->cores[i].id,
				 want->cores[i].first, got->cores[i].id,
				 got->cores[i].first);
	compare_memory(got, want);
}

void model_check_pair(const char *name, const struct capture_step *from,
		      const struct capture_step *to)
{
	static struct model model, want;
	struct event *events;
	struct error err;
	char where[256];
	size_t i, nr;

	snprintf(where, sizeof(where), "%s/%s", name, to->name);
	if (capture_events(from, to, &events, &nr, &err))
		fail_msg("%s: %s", where, err.text);
	model_from(&model, from);
	model_from(&want, to);
	model.where = where;
	for (i = 0; i < nr; i++)
		model_apply(&model, &events[i]);
	capture_events_free(events, nr);
	compare(&model, &want);
}
