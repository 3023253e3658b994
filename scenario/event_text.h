/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SCENARIO_EVENT_TEXT_H
#define SCENARIO_EVENT_TEXT_H

#include "machine.h"

/* what event_describe() says at the end: ", kexec lock busy"; or nothing */
void event_describe_modifiers(const struct event *event, char *buf,
			      size_t size);

#endif /* SCENARIO_EVENT_TEXT_H */
