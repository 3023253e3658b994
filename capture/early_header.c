// SPDX-License-Identifier: GPL-2.0-only
/*
 * Early boot of a powerpc capture kernel: the elfcorehdr. Its place is told
 * twice, by /chosen/linux,elfcorehdr and by elfcorehdr= on the command line,
 * which wins (kernel/elfcorehdr.c, drivers/of/fdt.c, 6.12). Whatever of it is
 * not reserved will be handed out as free memory before it is read.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "early_boot.h"
#include "pieces.h"

/* arch/powerpc/include/uapi/asm/setup.h, 6.12; the NUL is one of them */
#define COMMAND_LINE_SIZE	2048

/* where the capture kernel will look; size 0: not told */
struct header_place {
	bool known;
	uint64_t address;
	uint64_t size;
};

/* --- the command line ----------------------------------------------------- */

/* a number with an optional suffix, as memparse() in lib/cmdline.c reads it */
static uint64_t parse_size(const char *text, const char **end)
{
	static const char suffixes[] = "kmgtpe";
	const char *suffix;
	uint64_t value;

	*end = text;
	if (!isdigit((unsigned char)*text))
		return 0;
	value = strtoull(text, (char **)end, 0);
	suffix = strchr(suffixes, tolower((unsigned char)**end));
	if (**end && suffix) {
		(*end)++;
		value <<= 10 * (suffix - suffixes + 1);
	}
	return value;
}

/* elfcorehdr=[size@]address, the size may be told elsewhere */
static void parse_header_option(const char *value, struct header_place *place)
{
	const char *end;

	place->known = true;
	place->address = parse_size(value, &end);
	if (*end == '@') {
		place->size = place->address;
		place->address = parse_size(end + 1, &end);
	}
}

/* the end of the word that begins at @arg; spaces in double quotes belong to it */
static char *word_end(char *arg)
{
	bool quoted = false;

	for (; *arg && (quoted || !isspace((unsigned char)*arg)); arg++) {
		if (*arg == '"')
			quoted = !quoted;
	}
	return arg;
}

/* the last elfcorehdr= counts; what follows "--" is for init */
static void parse_bootargs(const struct fdt_prop *bootargs,
			   struct header_place *place)
{
	static const char option[] = "elfcorehdr=";
	char line[COMMAND_LINE_SIZE], *arg = line, *end;
	size_t len = bootargs->len;

	if (len > sizeof(line) - 1)
		len = sizeof(line) - 1;
	memcpy(line, bootargs->data, len);
	line[len] = '\0';
	for (;;) {
		while (isspace((unsigned char)*arg))
			arg++;
		if (!*arg)
			return;
		end = word_end(arg);
		if (*end)
			*end++ = '\0';
		if (!strcmp(arg, "--"))
			return;
		if (!strncmp(arg, option, strlen(option)))
			parse_header_option(arg + strlen(option), place);
		arg = end;
	}
}

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
		parse_bootargs(bootargs, &place);
	judge_address(j, &place, &chosen, segment);
	judge_reservation(j, tree, &place, segment);
}
