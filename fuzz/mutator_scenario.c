// SPDX-License-Identifier: GPL-2.0-only
/*
 * AFL++'s custom mutator for programs (program.h): whole events are inserted,
 * removed, swapped, repeated and spliced, or one field of one of them changes;
 * trimming takes out events. What comes in is made a program of this version.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mutator.h"
#include "program.h"

/* a program whose events can be moved about */
struct draft {
	uint8_t header[PROGRAM_HEADER];
	uint8_t events[PROGRAM_MAX_EVENTS][PROGRAM_EVENT];
	size_t nr;
};

/**
 * struct mutator - one afl-fuzz's
 * @random: state of the random numbers
 * @out: what is handed out, valid until the next call
 * @did: what the last mutation was
 * @trimmed: the program as far as it is trimmed
 * @at, @chunk: the events to take out next; @chunk 0: there is no more to try
 */
struct mutator {
	uint64_t random;
	uint8_t out[PROGRAM_MAX_SIZE];
	const char *did;
	char description[64];
	struct draft trimmed;
	size_t at;
	size_t chunk;
};

/* splitmix64 */
static size_t below(struct mutator *m, size_t n)
{
	uint64_t z = m->random += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return (z ^ (z >> 31)) % n;
}

static void draft_read(struct draft *d, const uint8_t *bytes, size_t size)
{
	size_t head = size < PROGRAM_HEADER ? size : PROGRAM_HEADER;

	memset(d, 0, sizeof(*d));
	if (head)
		memcpy(d->header, bytes, head);
	d->header[0] = PROGRAM_VERSION;
	d->nr = (size - head) / PROGRAM_EVENT;
	if (d->nr > PROGRAM_MAX_EVENTS)
		d->nr = PROGRAM_MAX_EVENTS;
	if (d->nr)
		memcpy(d->events, bytes + head, d->nr * PROGRAM_EVENT);
}

static size_t draft_write(const struct draft *d, uint8_t *bytes)
{
	memcpy(bytes, d->header, PROGRAM_HEADER);
	memcpy(bytes + PROGRAM_HEADER, d->events, d->nr * PROGRAM_EVENT);
	return PROGRAM_HEADER + d->nr * PROGRAM_EVENT;
}

/* events @at and behind make room for one, or the last is lost */
static uint8_t *open_gap(struct draft *d, size_t at)
{
	if (d->nr < PROGRAM_MAX_EVENTS)
		d->nr++;
	memmove(d->events[at + 1], d->events[at],
		(d->nr - at - 1) * PROGRAM_EVENT);
	return d->events[at];
}

static void take_out(struct draft *d, size_t at, size_t nr)
{
	memmove(d->events[at], d->events[at + nr],
		(d->nr - at - nr) * PROGRAM_EVENT);
	d->nr -= nr;
}

/* --- random values, each of which says something -------------------------------- */

static uint8_t random_fault(struct mutator *m)
{
	unsigned int fault = PROGRAM_LOCK_BUSY + below(m, 4);

	/* the first allocations and mappings are those that there are */
	return below(m, 6) ? 0 : fault << 5 | below(m, below(m, 4) ? 8 : 32);
}

static void random_field(struct mutator *m, uint8_t *event, unsigned int field)
{
	switch (field) {
	case 0:
		event[0] = below(m, NR_PROGRAM_OPS);
		break;
	case 1:
		event[1] = below(m, 16);
		break;
	case 2:
		event[2] = below(m, 8);
		break;
	default:
		event[3] = random_fault(m);
		break;
	}
}

static void random_event(struct mutator *m, uint8_t *event)
{
	for (unsigned int field = 0; field < PROGRAM_EVENT; field++)
		random_field(m, event, field);
}

/* --- mutations: false: not of this program -------------------------------------- */

static bool insert(struct mutator *m, struct draft *d)
{
	size_t at = below(m, d->nr + 1);

	if (at == PROGRAM_MAX_EVENTS)
		return false;
	random_event(m, open_gap(d, at));
	return true;
}

static bool delete(struct mutator *m, struct draft *d)
{
	size_t at;

	if (!d->nr)
		return false;
	at = below(m, d->nr);
	take_out(d, at, 1 + below(m, d->nr - at > 4 ? 4 : d->nr - at));
	return true;
}

static bool swap(struct mutator *m, struct draft *d)
{
	uint8_t kept[PROGRAM_EVENT];
	size_t a, b;

	if (d->nr < 2)
		return false;
	a = below(m, d->nr);
	b = below(m, d->nr);
	memcpy(kept, d->events[a], PROGRAM_EVENT);
	memcpy(d->events[a], d->events[b], PROGRAM_EVENT);
	memcpy(d->events[b], kept, PROGRAM_EVENT);
	return a != b;
}

/* some things only show when much of the same has come */
static bool repeat(struct mutator *m, struct draft *d)
{
	size_t at, times = 1 + below(m, 4);
	uint8_t kept[PROGRAM_EVENT];

	if (!d->nr)
		return false;
	at = below(m, d->nr);
	memcpy(kept, d->events[at], PROGRAM_EVENT);
	while (times--)
		memcpy(open_gap(d, at), kept, PROGRAM_EVENT);
	return true;
}

static bool change(struct mutator *m, struct draft *d)
{
	if (!d->nr)
		return false;
	random_field(m, d->events[below(m, d->nr)], below(m, PROGRAM_EVENT));
	return true;
}

static bool change_machine(struct mutator *m, struct draft *d)
{
	/* the last two take longer */
	static const uint8_t flags[] = {
		PROGRAM_MEMMAP_ON_MEMORY, PROGRAM_MEMMAP_ON_MEMORY,
		PROGRAM_MEMMAP_ON_MEMORY, PROGRAM_MEMMAP_ON_MEMORY,
		PROGRAM_MEMMAP_ON_MEMORY, PROGRAM_MEMMAP_ON_MEMORY,
		PROGRAM_LARGE_PAGES, PROGRAM_HUGE_CONFIG,
	};

	if (below(m, 2))
		d->header[1] = below(m, 8);
	else
		d->header[2] ^= flags[below(m, sizeof(flags))];
	return true;
}

/* the head of one program, the tail of another */
static bool splice(struct mutator *m, struct draft *d, const struct draft *other)
{
	size_t head, from, nr;

	if (!d->nr || !other->nr)
		return false;
	head = below(m, d->nr + 1);
	from = below(m, other->nr);
	nr = other->nr - from;
	if (nr > PROGRAM_MAX_EVENTS - head)
		nr = PROGRAM_MAX_EVENTS - head;
	memcpy(d->events[head], other->events[from], nr * PROGRAM_EVENT);
	d->nr = head + nr;
	return true;
}

static void mutate(struct mutator *m, struct draft *d, const struct draft *other)
{
	static const struct {
		const char *name;
		bool (*mutate)(struct mutator *m, struct draft *d);
	} table[] = {
		{ "insert", insert }, { "insert", insert },
		{ "delete", delete }, { "swap", swap }, { "repeat", repeat },
		{ "change", change }, { "change", change },
		{ "machine", change_machine },
	};
	size_t i = below(m, sizeof(table) / sizeof(table[0]) + 1);

	if (i == sizeof(table) / sizeof(table[0])) {
		m->did = "splice";
		if (splice(m, d, other))
			return;
		i = 0;
	}
	m->did = table[i].name;
	/* where there is nothing to change yet, something can be added */
	if (!table[i].mutate(m, d) && insert(m, d))
		m->did = "insert";
}

/* --- what afl-fuzz calls ----------------------------------------------------------- */

void *afl_custom_init(void *afl, unsigned int seed)
{
	struct mutator *m = calloc(1, sizeof(*m));

	(void)afl;
	if (m) {
		m->random = seed;
		m->did = "none";
	}
	return m;
}

void afl_custom_deinit(void *data)
{
	free(data);
}

/* how often before it is another program's turn; more where that finds something.
 * By default it is some ten thousand times, and most seeds wait for hours.
 */
uint32_t afl_custom_fuzz_count(void *data, const uint8_t *buf, size_t buf_size)
{
	(void)data;
	(void)buf;
	(void)buf_size;
	return 128;
}

size_t afl_custom_fuzz(void *data, uint8_t *buf, size_t buf_size,
		       uint8_t **out_buf, uint8_t *add_buf, size_t add_buf_size,
		       size_t max_size)
{
	struct mutator *m = data;
	struct draft d, other;
	size_t times = 1 + below(m, 4);

	draft_read(&d, buf, buf_size);
	draft_read(&other, add_buf, add_buf ? add_buf_size : 0);
	while (times--)
		mutate(m, &d, &other);
	while (d.nr && PROGRAM_HEADER + d.nr * PROGRAM_EVENT > max_size)
		d.nr--;
	*out_buf = m->out;
	return draft_write(&d, m->out);
}

const char *afl_custom_describe(void *data, size_t max_description_len)
{
	struct mutator *m = data;
	size_t size = sizeof(m->description);

	if (max_description_len < size)
		size = max_description_len;
	snprintf(m->description, size, "event-%s", m->did);
	return m->description;
}

/* half of the events at a time, then a quarter, ..., then one by one */
int32_t afl_custom_init_trim(void *data, uint8_t *buf, size_t buf_size)
{
	struct mutator *m = data;

	draft_read(&m->trimmed, buf, buf_size);
	m->at = 0;
	m->chunk = (m->trimmed.nr + 1) / 2;
	return m->chunk ? 1 : 0;
}

static size_t next_chunk(const struct mutator *m)
{
	size_t left = m->trimmed.nr - m->at;

	return m->chunk < left ? m->chunk : left;
}

size_t afl_custom_trim(void *data, uint8_t **out_buf)
{
	struct mutator *m = data;
	struct draft d = m->trimmed;

	take_out(&d, m->at, next_chunk(m));
	*out_buf = m->out;
	return draft_write(&d, m->out);
}

/* 0: go on; 1, which is as many as init_trim() said: finished */
int32_t afl_custom_post_trim(void *data, unsigned char success)
{
	struct mutator *m = data;

	if (success)
		take_out(&m->trimmed, m->at, next_chunk(m));
	else
		m->at += m->chunk;
	if (m->at >= m->trimmed.nr) {
		m->at = 0;
		m->chunk /= 2;
	}
	return !m->chunk || !m->trimmed.nr;
}
