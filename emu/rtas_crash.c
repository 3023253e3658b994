// SPDX-License-Identifier: GPL-2.0-only
/*
 * What firmware does when a partition with a registered dump crashes: registers
 * into the register save area, boot memory to its destination. All other memory
 * stays as it is.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "rtas_dump.h"

/* --- the register save area ----------------------------------------------------- */

/* names of eight bytes, padded with zeros, read as big-endian numbers */
#define NAME(text) ((const char [9]){ text })

/* registers that are told of each CPU, besides its beginning and end */
#define NR_GPR 32
#define NR_REGISTERS (NR_GPR + 1)

struct save_area {
	char magic[8];
	uint32_t version;
	uint32_t num_cpu_offset;
};

struct save_entry {
	char id[8];
	uint64_t value;		/* big endian */
};

static const char area_magic[8] = "REGSAVE";

size_t rtas_cpu_state_size(size_t nr)
{
	return sizeof(struct save_area) + sizeof(uint32_t) +
	       nr * (NR_REGISTERS + 2) * sizeof(struct save_entry);
}

static uint8_t *put_entry(uint8_t *at, const char *id, uint64_t value)
{
	struct save_entry entry = { .value = htobe64(value) };

	memcpy(entry.id, id, sizeof(entry.id));
	memcpy(at, &entry, sizeof(entry));
	return at + sizeof(entry);
}

static uint8_t *put_cpu(uint8_t *at, const struct rtas_cpu_state *cpu)
{
	char gpr[9] = "GPR00";

	at = put_entry(at, NAME("CPUSTRT"), cpu->hwid);
	for (int i = 0; i < NR_GPR; i++) {
		gpr[3] = '0' + i / 10;
		gpr[4] = '0' + i % 10;
		at = put_entry(at, gpr, i == 1 ? cpu->gpr1 : 0);
	}
	at = put_entry(at, NAME("NIA"), cpu->nip);
	return put_entry(at, NAME("CPUEND"), cpu->hwid);
}

/* CPUs that have no room are not told of */
static size_t put_cpus(uint8_t *bytes, size_t size,
		       const struct rtas_cpu_state *cpus, size_t nr)
{
	struct save_area head = {
		.num_cpu_offset = htobe32(sizeof(head)),
	};
	uint8_t *at = bytes + sizeof(head) + sizeof(uint32_t);
	uint32_t count = 0;

	memcpy(head.magic, area_magic, sizeof(head.magic));
	while (count < nr && rtas_cpu_state_size(count + 1) <= size)
		at = put_cpu(at, &cpus[count++]);
	memcpy(bytes, &head, sizeof(head));
	count = htobe32(count);
	memcpy(bytes + sizeof(head), &count, sizeof(count));
	return at - bytes;
}

static bool next_entry(const uint8_t *bytes, size_t size, size_t *at,
		       struct save_entry *entry)
{
	if (*at > size || size - *at < sizeof(*entry))
		return false;
	memcpy(entry, bytes + *at, sizeof(*entry));
	entry->value = be64toh(entry->value);
	*at += sizeof(*entry);
	return true;
}

static bool is(const struct save_entry *entry, const char *id)
{
	return !memcmp(entry->id, id, sizeof(entry->id));
}

/* where the first CPU begins; 0: this is no save area */
static size_t first_cpu(const uint8_t *bytes, size_t size)
{
	struct save_area head;

	if (size < sizeof(head))
		return 0;
	memcpy(&head, bytes, sizeof(head));
	return memcmp(head.magic, area_magic, sizeof(head.magic)) ?
	       0 : be32toh(head.num_cpu_offset) + sizeof(uint32_t);
}

int rtas_next_cpu(const uint8_t *bytes, size_t size, size_t *at,
		  struct rtas_cpu_state *cpu)
{
	struct save_entry entry;

	if (!*at)
		*at = first_cpu(bytes, size);
	if (!*at)
		return -1;
	if (!next_entry(bytes, size, at, &entry) || !is(&entry, NAME("CPUSTRT")))
		return 0;
	*cpu = (struct rtas_cpu_state){ .hwid = entry.value };
	while (next_entry(bytes, size, at, &entry)) {
		if (is(&entry, NAME("CPUEND")))
			return 1;
		if (is(&entry, NAME("NIA")))
			cpu->nip = entry.value;
		else if (is(&entry, NAME("GPR01")))
			cpu->gpr1 = entry.value;
	}
	return -1;
}

/* --- a crash --------------------------------------------------------------------- */

static int save_cpus(struct rtas_firmware *fw, struct rtas_dump_section *s,
		     struct physmem *memory, const struct rtas_cpu_state *cpus,
		     size_t nr)
{
	uint8_t *bytes;

	if (physmem_add(memory, s->destination, s->length))
		return -1;
	bytes = physmem_map(memory, s->destination, s->length);
	put_cpus(bytes, s->length, cpus, nr);
	s->dumped = s->length;
	if (fw->fault == RTAS_FAULT_CPU_STATE)
		s->error = 1;
	return 0;
}

/* only what anybody has written to is worth copying; the rest is zeros */
static int copy_extent(const struct rtas_dump_section *s,
		       struct physmem *memory, struct extent from)
{
	uint64_t start = from.start, end = from.start + from.size;
	uint64_t last = s->source + s->dumped;
	uint64_t to;

	if (start < s->source)
		start = s->source;
	if (end > last)
		end = last;
	if (start >= end)
		return 0;
	to = s->destination + (start - s->source);
	if (physmem_add(memory, to, end - start))
		return -1;
	memcpy(physmem_map(memory, to, end - start),
	       from.bytes + (start - from.start), end - start);
	return 0;
}

static int copy_memory(struct rtas_firmware *fw, struct rtas_dump_section *s,
		       struct physmem *memory)
{
	size_t nr = memory->nr;
	struct extent *list = malloc((nr + 1) * sizeof(*list));
	int ret = 0;

	if (!list)
		return -1;
	memcpy(list, memory->e, nr * sizeof(*list));
	s->dumped = fw->fault == RTAS_FAULT_SHORT ? s->length / 2 : s->length;
	for (size_t i = 0; !ret && i < nr; i++)
		ret = copy_extent(s, memory, list[i]);
	free(list);
	return ret;
}

int rtas_dump_crash(struct rtas_firmware *fw, struct physmem *memory,
		    const struct rtas_cpu_state *cpus, size_t nr)
{
	int ret = 0;

	if (!fw->registered)
		return 0;
	for (size_t i = 0; !ret && i < fw->dump.nr; i++) {
		struct rtas_dump_section *s = &fw->dump.section[i];

		if (!(s->request & RTAS_DUMP_REQUEST))
			continue;
		if (s->type == RTAS_DUMP_CPU_STATE)
			ret = save_cpus(fw, s, memory, cpus, nr);
		else if (s->type == RTAS_DUMP_BOOT_MEMORY)
			ret = copy_memory(fw, s, memory);
		else
			s->dumped = s->length;
	}
	if (fw->fault == RTAS_FAULT_STATUS)
		fw->dump.status |= RTAS_DUMP_STATUS_ERROR;
	fw->registered = false;
	fw->active = true;
	return ret;
}
