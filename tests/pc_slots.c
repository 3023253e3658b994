// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is in the slots of an image on x86_64, and which of it a capture kernel
 * gets: followed from purgatory's registers on, without any code of core's.
 */
#include <stdlib.h>
#include <string.h>

#include "pc.h"

bool pc_has_slots(const struct pc *pc)
{
	return pc->image->arch.crash_slots;
}

unsigned long *pc_selector(struct pc *pc)
{
	return pc_bytes(pc, pc->purgatory) + pc->config.selector_at +
	       offsetof(struct kexec_entry64_regs, rsi);
}

/* the second ones come last */
int pc_slot_params(const struct pc *pc, unsigned int slot)
{
	return slot ? (int)pc->image->nr_segments - 1 : pc->params;
}

/* the slot; 2: neither */
static unsigned int selected(struct pc *pc)
{
	const unsigned long address = *pc_selector(pc);
	unsigned int slot = 0;

	while (slot < 2 &&
	       address != pc->image->segment[pc_slot_params(pc, slot)].mem)
		slot++;
	return slot;
}

unsigned int pc_active(struct pc *pc)
{
	unsigned int slot = selected(pc);

	if (slot == 2)
		fail_msg("rsi is %#lx: there are no boot parameters",
			 *pc_selector(pc));
	return slot;
}

/* NULL: not in its segment */
static const char *find_cmdline(struct pc *pc, unsigned int slot)
{
	const int segment = pc_slot_params(pc, slot);
	const struct boot_params *params = pc_bytes(pc, segment);
	const u64 mem = pc->image->segment[segment].mem;
	const u64 at = params->hdr.cmd_line_ptr +
		       ((u64)params->ext_cmd_line_ptr << 32);

	if (at < mem || at - mem >= pc->image->segment[segment].memsz)
		return NULL;
	return (const char *)params + (at - mem);
}

const char *pc_slot_cmdline(struct pc *pc, unsigned int slot)
{
	const char *cmdline = find_cmdline(pc, slot);

	if (!cmdline)
		fail_msg("the command line of slot %u is not in its segment",
			 slot);
	return cmdline;
}

size_t pc_header_size(const struct pc *pc)
{
	return pc->image->segment[pc->header].memsz / 2;
}

void *pc_slot_header(struct pc *pc, unsigned int slot)
{
	return pc_bytes(pc, pc->header) + slot * pc_header_size(pc);
}

void *pc_find_header(struct pc *pc)
{
	const u64 mem = pc->image->segment[pc->header].mem;
	unsigned int slot = selected(pc);
	const char *cmdline = slot < 2 ? find_cmdline(pc, slot) : NULL;
	char *end;
	u64 address;

	if (!cmdline || strncmp(cmdline, "elfcorehdr=0x", 13))
		return NULL;
	address = strtoull(cmdline + 13, &end, 16);
	for (slot = 0; slot < 2; slot++)
		if (*end == ' ' && address == mem + slot * pc_header_size(pc))
			return pc_slot_header(pc, slot);
	return NULL;
}

void *pc_read_header(struct pc *pc)
{
	void *header = pc_find_header(pc);

	if (!header)
		fail_msg("purgatory's rsi is %#lx, and leads to no header",
			 *pc_selector(pc));
	return header;
}

void assert_equal_headers(const char *what, struct pc *pc)
{
	assert_bytes(what, pc_slot_header(pc, 0), pc_slot_header(pc, 1),
		     pc_header_size(pc));
}
