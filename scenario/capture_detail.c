// SPDX-License-Identifier: GPL-2.0-only
/* What two states of a machine do not show: the manifest's and kernel's word. */
#include <string.h>

#include "capture_reader.h"
#include "values.h"

/* what the kernel prints of an event (kernel/crash_core.c, 6.12) */
static bool read_outcome(const char *line, struct outcome *outcome)
{
	const char *p = strstr(line, "crash hp: hp_action ");
	uint64_t action, cpu = 0;

	*outcome = (struct outcome){ 0 };
	if (strstr(line, "kexec_trylock() failed, kdump image may be inaccurate")) {
		outcome->lost = true;
		return true;
	}
	p = p ? parse_leading(p + 20, 10, &action) : NULL;
	if (!p)
		return false;
	if (!strncmp(p, ", cpu ", 6) && !parse_leading(p + 6, 10, &cpu))
		return false;
	outcome->action = (unsigned int)action;
	outcome->cpu = (unsigned int)cpu;
	return true;
}

static int read_log(struct step_reader *r)
{
	struct capture_facts *facts = facts_of(r->step);
	struct place log = place_member(&r->top, "dmesg");
	size_t i;

	facts->outcomes = pool_alloc(r->pool, place_items(&log) *
				     sizeof(*facts->outcomes));
	if (!facts->outcomes)
		return step_no_memory(r);
	for (i = 0; i < place_items(&log); i++) {
		struct place at = place_item(&log, i);
		const char *line = place_text_or_null(&at);

		if (line && read_outcome(line, &facts->outcomes[facts->nr_outcomes]))
			facts->nr_outcomes++;
	}
	return 0;
}

/* block numbers, as the blocks' first bytes */
static int read_blocks(struct step_reader *r, const struct place *list,
		       uint64_t **blocks, size_t *nr)
{
	uint64_t size = r->step->machine.block_size, number;
	size_t i;

	if (!list->value || !size)
		return 0;
	if (place_array(list))
		return -1;
	*blocks = pool_alloc(r->pool, place_items(list) * sizeof(**blocks));
	if (!*blocks)
		return step_no_memory(r);
	for (i = 0; i < place_items(list); i++) {
		struct place at = place_item(list, i);

		if (place_number(&at, 10, UINT64_MAX / size, &number))
			return -1;
		(*blocks)[(*nr)++] = number * size;
	}
	return 0;
}

int read_detail(struct step_reader *r)
{
	struct capture_facts *facts = facts_of(r->step);
	struct place detail = place_member(&r->top, "detail");
	struct place block = place_member(&detail, "block");
	struct place removed = place_member(&detail, "blocks_removed");
	struct place offlined = place_member(&detail, "blocks_offlined");
	uint64_t size = r->step->machine.block_size, number;

	facts->poked = !strcmp(r->step->kind, "poke");
	if (block.value && size) {
		if (place_number(&block, 10, UINT64_MAX / size, &number))
			return -1;
		facts->has_last_block = true;
		facts->last_block = number * size;
	}
	if (read_blocks(r, &removed, &facts->removed, &facts->nr_removed) ||
	    read_blocks(r, &offlined, &facts->offlined, &facts->nr_offlined))
		return -1;
	return read_log(r);
}
