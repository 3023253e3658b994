// SPDX-License-Identifier: GPL-2.0-only
/* The trap is armed while a hotplug event holds the kexec lock. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "machine_private.h"
#include "store_log.h"
#include "store_trap.h"

/* address space, of which pages are used as the log grows */
#define LOG_MAX ((size_t)64 << 20)

/**
 * struct store_logging - behind machine_log_stores()
 * @on: the event that happens now is to be told
 * @armed: it holds the lock
 * @failed: since the event began
 */
struct store_logging {
	struct machine *m;
	enum log_what what;
	store_log_fn told;
	void *ctx;
	struct store *stores;
	size_t nr;
	bool on;
	bool armed;
	bool failed;
};

static struct store *next_store(struct store_logging *l)
{
	struct store *s = &l->stores[l->nr];

	if (l->nr == LOG_MAX) {
		l->failed = true;
		return NULL;
	}
	l->nr++;
	*s = (struct store){
		.visible = kernel_crash_image(l->m->kernel),
		.locked = kernel_kexec_locked(l->m->kernel),
	};
	return s;
}

/* the segment that @word is in; each is in one extent */
static bool find_word(struct machine *m, const uint8_t *word, struct store *s)
{
	const struct loaded_image *image = &m->image;

	for (size_t i = 0; i < image->nr; i++) {
		const uint8_t *bytes = physmem_map(&m->phys,
						   image->segment[i].mem,
						   image->segment[i].memsz);

		if (bytes && word >= bytes &&
		    word < bytes + image->segment[i].memsz) {
			s->segment = i;
			s->offset = word - bytes;
			return true;
		}
	}
	return false;
}

static void note_change(void *ctx, const uint8_t *word, const uint8_t *old)
{
	struct store_logging *l = ctx;
	struct store *s = next_store(l);

	if (!s)
		return;
	s->changes = find_word(l->m, word, s);
	memcpy(s->old, old, sizeof(s->old));
	memcpy(s->new, word, sizeof(s->new));
}

static bool arm_trap(struct store_logging *l)
{
	struct trap_region regions[STORE_TRAP_REGIONS];
	const struct physmem *phys = &l->m->phys;
	size_t nr = 0;

	for (size_t i = 0; i < phys->nr && nr < STORE_TRAP_REGIONS; i++)
		regions[nr++] = (struct trap_region){ phys->e[i].bytes,
						      phys->e[i].size };
	return !store_trap_arm(regions, nr, note_change, l);
}

static void begin(struct store_logging *l)
{
	l->nr = 0;
	l->armed = l->what == LOG_TIMES || arm_trap(l);
	l->failed |= !l->armed;
}

static void end(struct store_logging *l)
{
	if (l->what == LOG_STORES)
		store_trap_disarm();
	l->armed = false;
	l->told(l->ctx, l->stores, l->nr);
}

static void crash_path_changed(void *ctx)
{
	struct store_logging *l = ctx;
	bool locked = kernel_kexec_locked(l->m->kernel);
	struct store *s;

	if (!l->on || !l->m->image.kimage)
		return;
	if (!l->armed && locked)
		begin(l);
	if (!l->armed)
		return;
	s = next_store(l);
	if (s && l->what == LOG_TIMES)
		s->ns = kernel_clock(l->m->kernel);
	if (!locked)
		end(l);
}

int machine_log_stores(struct machine *m, enum log_what what, store_log_fn told,
		       void *ctx, struct error *err)
{
	struct store_logging *l;

	if (what == LOG_STORES && !store_trap_possible())
		return fail(err, "stores can be seen one by one on x86-64 Linux only");
	l = calloc(1, sizeof(*l));
	if (!l)
		return fail(err, "out of memory");
	l->stores = mmap(NULL, LOG_MAX * sizeof(*l->stores),
			 PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (l->stores == MAP_FAILED) {
		free(l);
		return fail(err, "out of memory: no address space for %zu stores",
			    LOG_MAX);
	}
	l->m = m;
	l->what = what;
	l->told = told;
	l->ctx = ctx;
	m->stores = l;
	m->phys.own_pages = what == LOG_STORES;
	kernel_watch_crash_path(m->kernel, crash_path_changed, l);
	return 0;
}

bool machine_log_failed(const struct machine *m)
{
	return m->stores && m->stores->failed;
}

void store_log_begin(struct machine *m, const struct event *event)
{
	if (!m->stores)
		return;
	m->stores->failed = false;
	/* a load takes the lock for itself, and builds an image under it */
	m->stores->on = event->type != EVENT_LOAD &&
			event->type != EVENT_UNLOAD && !event->lock_busy;
}

void store_log_end(struct machine *m)
{
	if (m->stores)
		m->stores->on = false;
}

void store_log_free(struct machine *m)
{
	if (!m->stores)
		return;
	munmap(m->stores->stores, LOG_MAX * sizeof(*m->stores->stores));
	free(m->stores);
}
