// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is the elfcorehdr where the capture kernel leaves it alone? It lies in memory
 * of the crash kernel's, and what of it is not reserved there is overwritten
 * before it is read.
 */
#include <inttypes.h>

#include "elfcore.h"
#include "judging.h"

/* the most bytes that an update may need some day */
static uint64_t largest_header(const struct machine_view *m, size_t memsz)
{
	uint64_t largest, nr;

	if (!m->max_memory_ranges || !m->knows_cpus)
		return memsz;
	/* a note for each CPU, vmcoreinfo, the kernel's text, memory */
	nr = m->nr_cpus + 1 + (m->arch == ARCH_X86_64) + m->max_memory_ranges;
	largest = elfcore_size(nr);
	return largest < memsz ? largest : memsz;
}

/*
 * x86 adds memory to its map by the byte and then drops what is no whole page
 * (e820__memblock_setup(), arch/x86/kernel/e820.c, 6.12). powerpc does not: early
 * boot may allocate the rest of a page.
 */
static uint64_t left_alone(const struct machine_view *m, uint64_t reserved)
{
	uint64_t mask = m->page_size - 1;

	return m->arch == ARCH_X86_64 ? (reserved + mask) & ~mask : reserved;
}

void judge_header_reserved(struct judging *j,
			   const struct view_segment *segment,
			   uint64_t reserved)
{
	uint64_t largest = largest_header(j->machine, segment->memsz);
	uint64_t used = 0;

	if (segment->bytes)
		used = elfcore_used(segment->bytes, segment->memsz);
	if (used > reserved && used <= left_alone(j->machine, reserved))
		/* spoils no dump: the mildest word that is not good */
		found(j, ABOUT_RANGE(segment->mem + reserved,
				     segment->mem + used - 1), I_RESV,
		      VERDICT_STALE,
		      "%" PRIu64 " bytes are reserved for the elfcorehdr, which has %" PRIu64
		      ": only whole pages being used saves its end", reserved,
		      used);
	else if (used > reserved)
		found(j, ABOUT_RANGE(segment->mem + reserved,
				     segment->mem + used - 1), I_RESV,
		      VERDICT_INCOMPLETE,
		      "%" PRIu64 " bytes are reserved for the elfcorehdr, which has %" PRIu64
		      ": the capture kernel overwrites its end", reserved, used);
	else if (largest > reserved)
		found(j, NOWHERE, I_RESV, REMARK,
		      "%" PRIu64 " bytes are reserved for the elfcorehdr, which may grow to %" PRIu64,
		      reserved, largest);
}

void judge_header_inside(struct judging *j, const struct view_segment *segment)
{
	const struct view_ranges *crashk = &j->machine->crashk;

	if (crashk->nr && segment->memsz &&
	    !view_ranges_contains(crashk, segment->mem,
				  segment->mem + segment->memsz - 1))
		found(j, NOWHERE, I_RESV, VERDICT_INCOMPLETE,
		      "the elfcorehdr at 0x%" PRIx64 " is not inside the crash kernel's memory",
		      segment->mem);
}
