// SPDX-License-Identifier: GPL-2.0-only
/* kexec_load(2): places for the segments that kexec-tools makes. */
#include <inttypes.h>
#include <stdlib.h>

#include "load_exec.h"

size_t exec_configured_cpus(const struct load *l)
{
	return l->spec->configured_cpus ? l->spec->configured_cpus :
					  l->m->nr_cpus;
}

struct exec_segment *exec_place(struct exec *x, enum segment_kind kind,
				size_t bufsz, size_t memsz, bool top_down,
				struct error *err)
{
	const char *name = segment_kind_name(kind);
	const struct segment_spec *hint = load_hint(x->l, name);
	struct machine *m = x->l->m;
	struct place_request req = {
		.size = ALIGN(memsz, m->page_size),
		.align = m->page_size,
		.min = m->crashk_main.start,
		.max = min(m->crashk_main.end, x->max),
	};
	struct exec_segment *e = &x->segment[x->nr];
	uint64_t at;
	bool found;

	if (hint) {
		at = hint->mem;
		found = true;
	} else if (top_down) {
		found = place_top_down(&x->l->free, &req, &at);
	} else {
		found = place_bottom_up(&x->l->free, &req, &at);
	}
	if (!found) {
		fail(err, "kexec_load: no place for segment %s of 0x%zx bytes in 0x%" PRIx64 "-0x%" PRIx64,
		     name, memsz, req.min, req.max);
		return NULL;
	}
	if (view_ranges_remove(&x->l->free, at, at + (req.size - 1))) {
		fail(err, "out of memory");
		return NULL;
	}
	x->nr++;
	e->kind = kind;
	e->s.bufsz = bufsz;
	e->s.mem = at;
	e->s.memsz = req.size;
	return e;
}

struct exec_segment *exec_place_file(struct exec *x, enum segment_kind kind,
				     size_t bufsz, size_t memsz, bool top_down,
				     struct error *err)
{
	const struct segment_spec *hint = load_hint(x->l,
						    segment_kind_name(kind));
	struct exec_segment *e;

	if (hint && hint->bufsz)
		bufsz = hint->bufsz;
	if (hint && hint->memsz)
		memsz = hint->memsz;
	e = exec_place(x, kind, bufsz, memsz, top_down, err);
	if (e && hint && hint->bytes) {
		e->content = hint->bytes;
		e->content_size = hint->nr_bytes;
	}
	return e;
}

int exec_place_other(struct exec *x, struct error *err)
{
	if (!load_hint(x->l, segment_kind_name(SEGMENT_OTHER)))
		return 0;
	return exec_place_file(x, SEGMENT_OTHER, 0, 0, false, err) ? 0 : -1;
}

int exec_add_elfcorehdr(struct exec *x, void *header, size_t size,
			size_t memsz, bool top_down, struct error *err)
{
	struct exec_segment *e;

	e = exec_place(x, SEGMENT_ELFCOREHDR, size, memsz, top_down, err);
	if (!e) {
		free(header);
		return -1;
	}
	e->content = header;
	e->content_size = size;
	e->owned = header;
	x->plan.elfcorehdr = e->s.mem;
	x->plan.elfcorehdr_size = e->s.memsz;
	return 0;
}

static int compare_segments(const void *a, const void *b)
{
	const struct exec_segment *x = a, *y = b;

	return x->s.mem < y->s.mem ? -1 : x->s.mem > y->s.mem;
}

void exec_add_segments(struct exec *x)
{
	size_t i;
	int index;

	qsort(x->segment, x->nr, sizeof(*x->segment), compare_segments);
	for (i = 0; i < x->nr; i++) {
		struct exec_segment *e = &x->segment[i];

		/* an image has room for more than these */
		index = load_add(x->l, e->kind, NULL, &e->s, NULL);
		load_set_content(x->l, index, e->content, e->content_size,
				 e->owned);
	}
}
