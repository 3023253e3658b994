/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An image without its slots: what a crash reads of it, at the places where an
 * image that has one of each has it. So images can be compared whatever slots
 * they have, and whichever is read.
 */
#ifndef EMU_IMAGE_STRAIGHT_H
#define EMU_IMAGE_STRAIGHT_H

#include "machine_view.h"

/**
 * struct straight_image - see above
 * @view: valid as long as the image that it is made of
 * @fdt, @purgatory: memory behind the view, where something is changed
 */
struct straight_image {
	struct image_view view;
	void *fdt;
	void *purgatory;
};

/**
 * image_straighten() - leave out what is spare, and move the rest to slot 0
 * @s: filled in; image_straight_free() it
 * @image: resolved
 *
 * An FDT that is moved names slot 0's elfcorehdr instead of its own, and
 * purgatory's word its new place. A digest that covers what is left out does
 * not verify any more.
 *
 * Return: 0, or -1 without memory.
 */
int image_straighten(struct straight_image *s, const struct image_view *image);
void image_straight_free(struct straight_image *s);

#endif /* EMU_IMAGE_STRAIGHT_H */
