// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine and its image as plain data, for the judge. The sets are kept up
 * to date by the events, so this only copies pointers; the tree is flattened
 * again when it changed.
 */
#include "machine_private.h"

const struct machine_view *machine_view(struct machine *m)
{
	struct machine_view *v = &m->view;

	v->arch = m->arch;
	v->page_size = m->page_size;
	v->ram = m->ram;
	v->online = m->online;
	v->firmware = m->firmware;
	v->crashk = m->crashk;
	v->text = m->text;
	v->nr_cpus = m->nr_cpus;
	v->cpus = m->cpus;
	v->notes_size = m->ops->notes_size;
	v->vmcoreinfo = m->vmcoreinfo;
	v->vmcoreinfo_size = 2 * 12 + 12 + m->page_size;
	v->tree = machine_tree(m);
	v->tree_size = m->tree_size;
	v->tree_generation = m->tree_generation;
	v->knows_cpus = true;
	v->knows_ram = true;
	v->max_memory_ranges = m->max_memory_ranges;
	return v;
}

static void fill_segment(struct machine *m, size_t i, struct view_segment *s)
{
	const struct kexec_segment *ks = &m->image.segment[i];

	s->kind = m->image.kind[i];
	s->loaded_as = m->image.kind[i];
	s->loaded = m->image.loaded[i];
	s->mem = ks->mem;
	s->memsz = ks->memsz;
	s->bufsz = ks->bufsz;
	s->bytes = physmem_map(&m->phys, ks->mem, ks->memsz);
	s->in_digest = m->image.in_digest[i];
}

const struct image_view *machine_image(struct machine *m)
{
	const struct loaded_image *image = &m->image;
	struct image_view *v = &m->image_view;
	size_t i;

	*v = (struct image_view){ 0 };
	if (!image->kimage)
		return v;

	v->loaded = kernel_crash_image(m->kernel) != NULL;
	v->file_mode = image->kimage->file_mode;
	v->verifies = image->verifies;
	memcpy(v->digest, image->digest, sizeof(v->digest));
	v->nr_segments = image->nr;
	for (i = 0; i < v->nr_segments; i++) {
		fill_segment(m, i, &v->segment[i]);
		/* told to purgatory by the loader, not by the header */
		if (v->segment[i].kind == SEGMENT_BACKUP)
			v->backup = v->segment[i].mem;
	}
	v->reserved = image->reserved;
	v->selector = image->selector;
	image_view_resolve(v);
	return v;
}
