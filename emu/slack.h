/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What of a segment belongs to nothing: behind an elfcorehdr's program headers, and
 * between and behind an FDT's blocks. The kernel has zeros there, or what an older,
 * longer content has left. Under Valgrind these bytes can be undefined while
 * handlers are at work, so that a decision that depends on them shows; elsewhere
 * this does nothing.
 */
#ifndef EMU_SLACK_H
#define EMU_SLACK_H

#include <stddef.h>

struct machine;

/* @bytes: of a segment; what is neither an elfcorehdr nor an FDT stays defined */
void slack_hide(const void *bytes, size_t size);
/* all of them are defined again, whatever they are now */
void slack_show(const void *bytes, size_t size);

/* the same with both of these of the loaded image, if there is one */
void slack_hide_image(const struct machine *m);
void slack_show_image(const struct machine *m);

#endif /* EMU_SLACK_H */
