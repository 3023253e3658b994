// SPDX-License-Identifier: GPL-2.0-only
/*
 * The handlers' own functions on lists of ranges, called by themselves: with a
 * kernel's sorted lists, events never reach what they do with others.
 */
#include <stdlib.h>
#include <string.h>

#include "machine_private.h"

static int call(const struct handler_module *h, enum ranges_op op,
		struct crash_mem **mem, const struct view_range *arg)
{
	switch (op) {
	case RANGES_ADD:
		return h->add_range(mem, arg->start, arg->end - arg->start + 1);
	case RANGES_REMOVE:
		return h->remove_range(mem, arg->start,
				       arg->end - arg->start + 1);
	case RANGES_EXCLUDE:
		return h->exclude_range(*mem, arg->start, arg->end);
	case RANGES_MERGE:
		h->merge_ranges(*mem);
		return 0;
	}
	return -EINVAL;
}

static int check_has(const struct handler_module *h, enum ranges_op op,
		     struct error *err)
{
	static const char *const does[] = {
		[RANGES_ADD] = "adds a range to a list",
		[RANGES_REMOVE] = "removes a range from a list",
		[RANGES_EXCLUDE] = "excludes a range from a list",
		[RANGES_MERGE] = "merges a list",
	};
	const bool has[] = {
		[RANGES_ADD] = h->add_range,
		[RANGES_REMOVE] = h->remove_range,
		[RANGES_EXCLUDE] = h->exclude_range,
		[RANGES_MERGE] = h->merge_ranges,
	};

	return has[op] ? 0 : fail(err, "handler module %s has no function that %s",
				  h->name, does[op]);
}

static struct crash_mem *make_list(const struct ranges_spec *spec)
{
	size_t head = sizeof(struct crash_mem), i;
	struct crash_mem *mem;

	mem = kmalloc(head + spec->capacity * sizeof(mem->ranges[0]),
		      GFP_KERNEL);
	if (!mem)
		return NULL;
	mem->max_nr_ranges = spec->capacity;
	mem->nr_ranges = spec->nr;
	for (i = 0; i < spec->nr; i++) {
		mem->ranges[i].start = spec->list[i].start;
		mem->ranges[i].end = spec->list[i].end;
	}
	return mem;
}

static int take_list(struct ranges_result *result, const struct crash_mem *mem,
		     struct error *err)
{
	size_t i;

	result->gone = !mem;
	if (!mem)
		return 0;
	result->list = calloc(mem->nr_ranges + 1, sizeof(result->list[0]));
	if (!result->list)
		return fail(err, "out of memory");
	result->nr = mem->nr_ranges;
	for (i = 0; i < result->nr; i++) {
		result->list[i].start = mem->ranges[i].start;
		result->list[i].end = mem->ranges[i].end;
	}
	return 0;
}

int event_ranges(struct machine *m, const struct event *event,
		 struct error *err)
{
	const struct ranges_spec *spec = &event->u.ranges;
	struct ranges_result *result = &m->ranges;
	size_t calls = spec->op == RANGES_MERGE ? 1 : spec->nr_args;
	struct crash_mem *mem;
	int ret;

	if (check_has(m->handlers, spec->op, err))
		return -1;
	free(result->list);
	memset(result, 0, sizeof(*result));

	/* the list is not the handlers' allocation */
	kernel_fail_alloc(m->kernel, 0);
	mem = make_list(spec);
	kernel_fail_alloc(m->kernel, event->fail_alloc);
	if (!mem)
		return fail(err, "no memory for a list of %zu ranges",
			    spec->capacity);

	while (!result->ret && mem && result->done < calls) {
		result->ret = call(m->handlers, spec->op, &mem,
				   spec->args + result->done);
		result->done += !result->ret;
	}
	ret = take_list(result, mem, err);
	kvfree(mem);
	return ret;
}

const struct ranges_result *machine_ranges(const struct machine *m)
{
	return &m->ranges;
}
