/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * udev, and the reloads that its rules start: the operations of the schemes in
 * scheme_udev.c, for others that have user space beside something of their own.
 */
#ifndef EMU_USER_SPACE_H
#define EMU_USER_SPACE_H

#include "scheme_run.h"

/* as in struct scheme_ops; they use @run->user_space */
int user_space_start(struct scheme_run *run, struct error *err);
void user_space_stop(struct scheme_run *run);
int user_space_event(struct scheme_run *run, const struct event *event,
		     struct error *err);
uint64_t user_space_next(struct scheme_run *run);
int user_space_work(struct scheme_run *run, struct error *err);

#endif /* EMU_USER_SPACE_H */
