// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events: what surrounds each of them, the ones that only touch the image, and
 * who does the others.
 */
#include <inttypes.h>
#include <libfdt.h>
#include <string.h>

#include "fdt_sound.h"
#include "machine_private.h"
#include "slack.h"

static int event_core_add(struct machine *m, const struct event *event,
			  struct error *err)
{
	return m->ops->core_add(m, event, err);
}

static int event_core_remove(struct machine *m, const struct event *event,
			     struct error *err)
{
	return m->ops->core_remove(m, event, err);
}

/* the judge says what a dump would be; the machine stays as it is */
static int event_crash(struct machine *m, const struct event *event,
		       struct error *err)
{
	const struct view_cpu *c = machine_cpu(m, event->u.crash.cpu);

	if (!c || !c->online)
		return fail(err, "CPU %u cannot crash: it is not online",
			    event->u.crash.cpu);
	return 0;
}

static int segment_named(const struct machine *m, const char *name)
{
	size_t i;

	for (i = 0; i < m->image.nr; i++)
		if (!strcmp(m->image.name[i], name))
			return i;
	return -1;
}

/* of two that are "fdt", the one that is read; the second is "fdt-1" besides */
static int find_segment(struct machine *m, const char *name)
{
	const struct image_view *v = machine_image(m);
	int i = segment_named(m, name);
	const struct view_segment *s;

	if (i < 0 || v->segment[i].kind != SEGMENT_SPARE ||
	    strcmp(name, segment_kind_name(v->segment[i].loaded_as)))
		return i;
	s = image_view_segment(v, v->segment[i].loaded_as);
	return s ? s - v->segment : i;
}

/* the node of that path, or else the property of its last name */
static int delete_path(void *fdt, const char *path)
{
	const char *last = strrchr(path, '/');
	int node = fdt_path_offset(fdt, path);

	if (node > 0)
		return fdt_del_node(fdt, node);
	if (!last || !last[1])
		return -FDT_ERR_BADPATH;
	node = fdt_path_offset_namelen(fdt, path,
				       last == path ? 1 : last - path);
	return node < 0 ? node : fdt_delprop(fdt, node, last + 1);
}

static int poke_tree(void *fdt, size_t size, const struct event *event,
		     struct error *err)
{
	const char *name = event->u.poke.segment;
	int ret = fdt_check_sound(fdt, size);

	if (ret)
		return fail(err, "segment %s is no device tree: %s", name,
			    fdt_strerror(ret));
	ret = delete_path(fdt, event->u.poke.path);
	return ret ? fail(err, "segment %s: cannot delete %s: %s", name,
			  event->u.poke.path, fdt_strerror(ret)) : 0;
}

static int event_poke(struct machine *m, const struct event *event,
		      struct error *err)
{
	const char *name = event->u.poke.segment;
	size_t offset = event->u.poke.offset, nr = event->u.poke.nr_bytes;
	const struct kexec_segment *s;
	uint8_t *bytes;
	int i;

	i = find_segment(m, name);
	if (i < 0)
		return fail(err, "no segment %s is loaded", name);
	s = &m->image.segment[i];
	if (offset > s->memsz || nr > s->memsz - offset)
		return fail(err, "segment %s has 0x%zx bytes, none for %zu at 0x%zx",
			    name, s->memsz, nr, offset);
	bytes = physmem_map(&m->phys, s->mem, s->memsz);
	if (event->u.poke.path)
		return poke_tree(bytes, s->memsz, event, err);
	if (nr)
		memcpy(bytes + offset, event->u.poke.bytes, nr);
	return 0;
}

int event_apply(struct machine *m, const struct event *event, struct error *err)
{
	static int (*const apply[])(struct machine *m,
				    const struct event *event,
				    struct error *err) = {
		[EVENT_LOAD] = event_load,
		[EVENT_UNLOAD] = event_unload,
		[EVENT_CPU_ADD] = event_core_add,
		[EVENT_CPU_REMOVE] = event_core_remove,
		[EVENT_CPU_ONLINE] = event_cpu_online,
		[EVENT_CPU_OFFLINE] = event_cpu_offline,
		[EVENT_MEMORY_ADD] = event_memory_add,
		[EVENT_MEMORY_REMOVE] = event_memory_remove,
		[EVENT_MEMORY_ONLINE] = event_memory_online,
		[EVENT_MEMORY_OFFLINE] = event_memory_offline,
		[EVENT_CRASH] = event_crash,
		[EVENT_POKE] = event_poke,
		[EVENT_RANGES] = event_ranges,
	};

	if ((unsigned int)event->type >= ARRAY_SIZE(apply))
		return fail(err, "event type %d is not known", event->type);
	return apply[event->type](m, event, err);
}

static void check_visible(struct machine *m, const struct event *event)
{
	if (event->stays_visible && kernel_report(m->kernel)->hidden)
		kernel_add_violation(m->kernel, "the image was hidden, though nothing of it has to change: a crash meanwhile finds none");
}

static void fill_report(struct machine *m, struct event_report *report)
{
	const struct kernel_report *k = kernel_report(m->kernel);

	memset(report, 0, sizeof(*report));
	report->kernel_events = k->events;
	report->lost = k->lost;
	report->ignored = k->ignored;
	report->hidden = k->hidden;
	report->hidden_ns = k->hidden_ns;
	report->locked_ns = k->locked_ns;
	report->no_dump_ns = k->no_dump_ns;
	report->longest_ns = k->longest_ns;
	report->violations = k->violations;
	if (!m->skip_bytes)
		shadow_count(m, report->bytes_written);
}

int machine_apply(struct machine *m, const struct event *event,
		  struct event_report *report, struct error *err)
{
	struct kernel *previous = kernel_switch(m->kernel);
	bool locked;
	int ret;

	/* without a reader of the count nobody pays for it */
	if (report && !m->skip_bytes)
		shadow_refresh(m);
	kernel_clear_report(m->kernel);
	locked = event->lock_busy && kernel_kexec_trylock(m->kernel);
	kernel_fail_alloc(m->kernel, event->fail_alloc);
	kernel_fail_map(m->kernel, event->fail_map);

	store_log_begin(m, event);
	slack_hide_image(m);
	ret = event_apply(m, event, err);
	slack_show_image(m);
	store_log_end(m);
	check_visible(m, event);

	m->alloc_count = kernel_alloc_count(m->kernel);
	kernel_fail_alloc(m->kernel, 0);
	kernel_fail_map(m->kernel, 0);
	if (locked)
		kernel_kexec_unlock(m->kernel);
	if (report)
		fill_report(m, report);
	else
		m->shadow.stale = true;
	kernel_switch(previous);
	return ret;
}
