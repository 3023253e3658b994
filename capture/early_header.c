// SPDX-License-Identifier: GPL-2.0-only
/*
 * Early boot of a powerpc capture kernel: the elfcorehdr. Its place is told
 * twice, by /chosen/linux,elfcorehdr and by elfcorehdr= on the command line,
 * which wins (kernel/elfcorehdr.c, drivers/of/fdt.c, 6.12). Whatever of it is
 * not reserved will be handed out as free memory before it is read.
 */
#include <inttypes.h>

#include "bootargs.h"
#include "early_boot.h"
#include "pieces.h"

/* --- what is reserved ----------------------------------------------------- */

/* how many bytes from the beginning of @segment nobody else will use */
static uint64_t reserved_bytes(const struct view_ranges *reserved,
			       const struct view_segment *segment)
{
	uint64_t end = range_end(segment->mem, segment->memsz);
	struct pieces walk = pieces_of(segment->mem, end, reserved, false);
	struct view_range hole;

	return next_piece(&walk, &hole) ? hole.start - segment->mem :
					  segment->memsz;
}

static void judge_reservation(struct judging *j, const struct fdt_tree *tree,
			      const struct header_place *place,
			      const struct view_segment *segment)
{
	struct view_ranges reserved = { 0 };
	bool ok = add_reservations(&reserved, tree);

	if (ok && place->size)
		ok = !view_ranges_add(&reserved, place->address,
				      range_end(place->address, place->size));
	if (ok)
		judge_header_reserved(j, segment,
				      reserved_bytes(&reserved, segment));
	else
		j->no_memory = true;
	view_ranges_free(&reserved);
}

/* --- where it is ---------------------------------------------------------- */

static void judge_address(struct judging *j, const struct header_place *place,
			  const struct header_place *chosen,
			  const struct view_segment *segment)
{
	if (!place->known)
		found(j, NOWHERE, I_RESV, VERDICT_LOST,
		      "neither elfcorehdr= nor /chosen/linux,elfcorehdr says where the elfcorehdr is");
	else if (place->address != segment->mem)
		found(j, NOWHERE, I_RESV, VERDICT_LOST,
		      "the capture kernel looks for the elfcorehdr at 0x%" PRIx64
		      ", it is at 0x%" PRIx64, place->address, segment->mem);
	else if (chosen->known && chosen->address != segment->mem)
		found(j, NOWHERE, I_RESV, VERDICT_STALE,
		      "/chosen/linux,elfcorehdr says 0x%" PRIx64
		      ", the elfcorehdr is at 0x%" PRIx64, chosen->address,
		      segment->mem);
}

void judge_header_place(struct judging *j, const struct fdt_tree *tree,
			struct cell_sizes sizes)
{
	const struct view_segment *segment;
	struct header_place chosen = { 0 }, place;
	const struct fdt_prop *bootargs = NULL;
	struct cells cells = { 0 };
	int node;

	segment = image_view_segment(j->image, SEGMENT_ELFCOREHDR);
	if (!segment || !segment->memsz)
		return;
	node = fdt_tree_child(tree, 0, "chosen");
	if (node >= 0) {
		cells = cells_of(fdt_tree_prop(tree, node, "linux,elfcorehdr"));
		bootargs = fdt_tree_prop(tree, node, "bootargs");
	}
	if (cells.next)
		chosen.known = take_cells(&cells, sizes.address,
					  &chosen.address) &&
			       take_cells(&cells, sizes.size, &chosen.size);
	place = chosen;
	if (bootargs)
		bootargs_header(bootargs->data, bootargs->len, &place);
	judge_address(j, &place, &chosen, segment);
	judge_reservation(j, tree, &place, segment);
}
