// SPDX-License-Identifier: GPL-2.0-only
/* Events in the words of a scenario. */
#include <stdarg.h>
#include <stdio.h>

#include "event_text.h"
#include "scenario.h"
#include "values.h"

static const char *const names[] = {
	[EVENT_LOAD] = "load",
	[EVENT_UNLOAD] = "unload",
	[EVENT_CPU_ADD] = "cpu-add",
	[EVENT_CPU_REMOVE] = "cpu-remove",
	[EVENT_CPU_ONLINE] = "cpu-online",
	[EVENT_CPU_OFFLINE] = "cpu-offline",
	[EVENT_MEMORY_ADD] = "memory-add",
	[EVENT_MEMORY_REMOVE] = "memory-remove",
	[EVENT_MEMORY_ONLINE] = "memory-online",
	[EVENT_MEMORY_OFFLINE] = "memory-offline",
	[EVENT_CRASH] = "crash",
	[EVENT_POKE] = "poke",
	[EVENT_RANGES] = "ranges",
};

struct line {
	char *buf;
	size_t size;
	size_t used;
};

static void __attribute__((__format__(printf, 2, 3)))
put(struct line *line, const char *fmt, ...)
{
	va_list ap;
	int len;

	if (line->used >= line->size)
		return;
	va_start(ap, fmt);
	len = vsnprintf(line->buf + line->used, line->size - line->used, fmt,
			ap);
	va_end(ap);
	if (len > 0)
		line->used += (size_t)len;
}

static void put_load(struct line *line, const struct load_spec *load)
{
	if (load->call == LOAD_KEXEC_FILE_LOAD) {
		put(line, " kexec_file_load");
	} else {
		put(line, " kexec_load");
		if (load->flags)
			put(line, " flags 0x%lx", load->flags);
	}
	if (load->nr_between)
		put(line, " (%zu between two walks)", load->nr_between);
	if (load->nr_during)
		put(line, " (%zu event%s meanwhile)", load->nr_during,
		    load->nr_during == 1 ? "" : "s");
}

static void put_memory(struct line *line, const struct event *event)
{
	char size[SIZE_TEXT_MAX];

	put(line, " 0x%llx +%s", (unsigned long long)event->u.memory.start,
	    size_text(event->u.memory.size, size));
	if (event->type == EVENT_MEMORY_ADD && event->u.memory.nid)
		put(line, " node %d", event->u.memory.nid);
}

static void put_poke(struct line *line, const struct event *event)
{
	const uint8_t *bytes = event->u.poke.bytes;
	size_t i;

	if (event->u.poke.path) {
		put(line, " %s: delete %s", event->u.poke.segment,
		    event->u.poke.path);
		return;
	}
	put(line, " %s +0x%zx:", event->u.poke.segment, event->u.poke.offset);
	for (i = 0; i < event->u.poke.nr_bytes && i < 8; i++)
		put(line, " %02x", bytes[i]);
	if (i < event->u.poke.nr_bytes)
		put(line, " ...");
}

static void put_ranges(struct line *line, const struct ranges_spec *spec)
{
	static const char *const does[] = {
		[RANGES_ADD] = "add to",
		[RANGES_REMOVE] = "remove from",
		[RANGES_EXCLUDE] = "exclude from",
		[RANGES_MERGE] = "merge",
	};
	size_t i;

	put(line, ": %s %zu", does[spec->op], spec->nr);
	for (i = 0; i < spec->nr_args; i++)
		put(line, "%s 0x%llx-0x%llx", i ? "," : ":",
		    (unsigned long long)spec->args[i].start,
		    (unsigned long long)spec->args[i].end);
}

static void put_subject(struct line *line, const struct event *event)
{
	switch (event->type) {
	case EVENT_LOAD:
		put_load(line, &event->u.load);
		break;
	case EVENT_UNLOAD:
		break;
	case EVENT_CPU_ADD:
	case EVENT_CPU_REMOVE:
		put(line, " core %u", event->u.core.core);
		break;
	case EVENT_CPU_ONLINE:
	case EVENT_CPU_OFFLINE:
		put(line, " %u", event->u.cpu.cpu);
		break;
	case EVENT_MEMORY_ADD:
	case EVENT_MEMORY_REMOVE:
	case EVENT_MEMORY_ONLINE:
	case EVENT_MEMORY_OFFLINE:
		put_memory(line, event);
		break;
	case EVENT_CRASH:
		put(line, " cpu %u", event->u.crash.cpu);
		if (event->u.crash.during)
			put(line, " after store %lu of the step before",
			    event->u.crash.store);
		if (event->u.crash.without_lock)
			put(line, ", whoever holds the kexec lock");
		break;
	case EVENT_POKE:
		put_poke(line, event);
		break;
	case EVENT_RANGES:
		put_ranges(line, &event->u.ranges);
		break;
	}
}

static void put_modifiers(struct line *line, const struct event *event)
{
	if (event->lock_busy)
		put(line, ", kexec lock busy");
	if (event->stays_visible)
		put(line, ", the image visible");
	if (event->fail_alloc)
		put(line, ", allocation %lu fails", event->fail_alloc);
	if (event->fail_map)
		put(line, ", mapping %lu fails", event->fail_map);
	if (event->type == EVENT_CPU_ONLINE && event->u.cpu.bringup_fails)
		put(line, ", bring-up fails");
}

void event_describe(const struct event *event, char *buf, size_t size)
{
	struct line line = { buf, size, 0 };

	if (!size)
		return;
	put(&line, "%s%s", event->type == EVENT_LOAD &&
			   event->u.load.if_needed ? "re" : "",
	    names[event->type]);
	put_subject(&line, event);
	put_modifiers(&line, event);
}

void event_describe_modifiers(const struct event *event, char *buf, size_t size)
{
	struct line line = { buf, size, 0 };

	buf[0] = '\0';
	put_modifiers(&line, event);
}
