// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec_load(2) and kexec_file_load(2) for a crash kernel: what both have in
 * common (kernel/kexec.c, kernel/kexec_file.c, 6.12). The old image is gone
 * before the new one is made, as both want the same memory; so a load that
 * fails leaves none.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "load.h"

/* include/uapi/linux/kexec.h */
#define KEXEC_FILE_ON_CRASH 0x00000002

static const char *call_name(const struct load *l)
{
	return l->spec->call == LOAD_KEXEC_FILE_LOAD ? "kexec_file_load" :
						       "kexec_load";
}

/* --- for the loaders ---------------------------------------------------------------- */

const struct segment_spec *load_hint(const struct load *l, const char *name)
{
	size_t i;

	for (i = 0; i < l->spec->nr_segments; i++)
		if (l->spec->segments[i].name &&
		    !strcmp(l->spec->segments[i].name, name))
			return &l->spec->segments[i];
	if (l->m->crash_fdt.memsz && !strcmp(name, l->m->crash_fdt.name))
		return &l->m->crash_fdt;
	return NULL;
}

size_t load_kernel_size(const struct load *l)
{
	return l->spec->kernel_size ? l->spec->kernel_size : LOAD_KERNEL_SIZE;
}

size_t load_initrd_size(const struct load *l)
{
	return l->spec->initrd_size ? l->spec->initrd_size : LOAD_INITRD_SIZE;
}

/* "fdt"; the next of the same kind is "fdt-1" */
static void name_segment(const struct load *l, enum segment_kind kind,
			 char name[SEGMENT_NAME])
{
	size_t slot = 0;

	for (size_t i = 0; i < l->image->nr_segments; i++)
		slot += l->info.kind[i] == kind;
	if (slot)
		snprintf(name, SEGMENT_NAME, "%s-%zu", segment_kind_name(kind),
			 slot);
	else
		snprintf(name, SEGMENT_NAME, "%s", segment_kind_name(kind));
}

static void note_segment(struct load *l, size_t index, enum segment_kind kind,
			 const char *name)
{
	l->info.kind[index] = kind;
	snprintf(l->info.name[index], SEGMENT_NAME, "%s", name);
}

int load_add(struct load *l, enum segment_kind kind, const char *name,
	     const struct kexec_segment *segment, struct error *err)
{
	size_t index = l->image->nr_segments;

	if (index == KEXEC_SEGMENT_MAX)
		return fail(err, "%s: more than %d segments", call_name(l),
			    KEXEC_SEGMENT_MAX);
	note_segment(l, index, kind, name ? name : segment_kind_name(kind));
	l->image->segment[index] = *segment;
	l->image->nr_segments++;
	return index;
}

void load_set_content(struct load *l, int index, const void *content,
		      size_t size, void *owned)
{
	l->content[index] = content;
	l->content_size[index] = size;
	l->owned[index] = owned;
}

/* the one that @address is in, or NULL */
static const struct kexec_segment *
segment_around(const struct load *l, enum segment_kind kind, uint64_t address)
{
	for (size_t i = 0; i < l->image->nr_segments; i++) {
		const struct kexec_segment *s = &l->image->segment[i];

		if (l->info.kind[i] == kind && address >= s->mem &&
		    address - s->mem < s->memsz)
			return s;
	}
	return NULL;
}

static bool begins_at(const struct load *l, enum segment_kind kind,
		      uint64_t address)
{
	const struct kexec_segment *s = segment_around(l, kind, address);

	return s && s->mem == address;
}

/* of a purgatory's content, which need not be there; it has no 0 of meaning */
static uint64_t word_at(const struct load *l, size_t segment, size_t at)
{
	uint64_t word = 0;

	if (at <= l->content_size[segment] &&
	    l->content_size[segment] - at >= sizeof(word))
		memcpy(&word, (const uint8_t *)l->content[segment] + at,
		       sizeof(word));
	return word;
}

/* x86's purgatory has the address once more, in its list of what it verifies */
static bool is_selector(const struct load *l, size_t segment, size_t at)
{
	uint64_t word = word_at(l, segment, at);

	if (begins_at(l, SEGMENT_FDT, word))
		return true;
	return begins_at(l, SEGMENT_BOOT_PARAM, word) &&
	       segment_around(l, SEGMENT_KERNEL,
			      word_at(l, segment, at + LOAD_RSI_TO_RIP));
}

void load_find_selector(struct load *l)
{
	for (size_t i = 0; i < l->image->nr_segments; i++) {
		if (l->info.kind[i] != SEGMENT_PURGATORY || !l->content[i])
			continue;
		for (size_t at = 0; at < l->content_size[i];
		     at += sizeof(uint64_t)) {
			if (!is_selector(l, i, at))
				continue;
			l->info.selector = l->image->segment[i].mem + at;
			return;
		}
	}
}

void load_add_slots(struct load *l, struct kexec_buf *kbuf, const char *symbol,
		    uint64_t address, const void *names)
{
	const struct purgatory_symbol known = { symbol, address };
	const struct handler_module *h = l->m->handlers;

	/* the FDT in a hole has its own way of being kept true */
	if (!h->load_slots || l->m->crash_fdt.memsz)
		return;
	kernel_set_purgatory(l->m->kernel, &known, l->info.selector ? 1 : 0);
	kernel_enter_handler(l->m->kernel, "crash_hp_load_slots");
	h->load_slots(l->image, kbuf, names);
	kernel_leave_handler(l->m->kernel);
	kernel_set_purgatory(l->m->kernel, NULL, 0);
	/* what found no place is done without */
	l->kind = SEGMENT_OTHER;
	l->wanted = 0;
}

int load_find_free(struct load *l, struct error *err)
{
	const struct machine *m = l->m;
	const struct view_range *crashk = &m->crashk_main;
	size_t i;
	int ret;

	/* boot has seen to it that all of it is memory */
	ret = view_ranges_add(&l->free, crashk->start, crashk->end);
	for (i = 0; !ret && i < m->reserved.nr; i++)
		ret = view_ranges_remove(&l->free, m->reserved.r[i].start,
					 m->reserved.r[i].end);
	return ret ? fail(err, "out of memory") : 0;
}

/* --- placement for kexec_add_buffer() --------------------------------------- */

static bool has_kind(const struct load *l, enum segment_kind kind)
{
	for (size_t i = 0; i < l->image->nr_segments; i++)
		if (l->info.kind[i] == kind)
			return true;
	return false;
}

/* what handlers add themselves: elfcorehdrs, the backup region, a second FDT or
 * second boot parameters
 */
static enum segment_kind kind_of(const struct load *l,
				 const struct kexec_buf *kbuf)
{
	if (l->kind != SEGMENT_OTHER)
		return l->kind;
	if (kbuf->buffer && kbuf->bufsz >= SELFMAG &&
	    !memcmp(kbuf->buffer, ELFMAG, SELFMAG))
		return SEGMENT_ELFCOREHDR;
	if (kbuf->buffer && kbuf->bufsz >= sizeof(struct fdt_header) &&
	    fdt_magic(kbuf->buffer) == FDT_MAGIC)
		return SEGMENT_FDT;
	if (has_kind(l, SEGMENT_BOOT_PARAM))
		return SEGMENT_BOOT_PARAM;
	return has_kind(l, SEGMENT_BACKUP) ? SEGMENT_OTHER : SEGMENT_BACKUP;
}

static int place_segment(void *ctx, struct kexec_buf *kbuf)
{
	struct load *l = ctx;
	enum segment_kind kind = kind_of(l, kbuf);
	const struct segment_spec *hint;
	struct place_request req = {
		.size = kbuf->memsz,
		.align = kbuf->buf_align,
		.min = kbuf->buf_min,
		.max = kbuf->buf_max,
	};
	size_t index = kbuf->image->nr_segments;
	char name[SEGMENT_NAME];
	uint64_t at;
	bool found;

	name_segment(l, kind, name);
	hint = load_hint(l, name);
	if (hint) {
		at = hint->mem;
		found = true;
	} else if (!kbuf->memsz) {
		found = false;
	} else if (kbuf->top_down) {
		found = place_top_down(&l->free, &req, &at);
	} else {
		found = place_bottom_up(&l->free, &req, &at);
	}
	if (!found) {
		l->wanted = kbuf->memsz;
		l->kind = kind;
		return -EADDRNOTAVAIL;
	}
	if (kbuf->memsz &&
	    view_ranges_remove(&l->free, at, at + (kbuf->memsz - 1)))
		return -ENOMEM;

	kbuf->mem = at;
	note_segment(l, index, kind, name);
	load_set_content(l, index, kbuf->buffer, kbuf->bufsz, NULL);
	return 0;
}

int load_add_buffer(struct load *l, struct kexec_buf *kbuf,
		    enum segment_kind kind, size_t bufsz, size_t memsz,
		    struct error *err)
{
	const char *name = segment_kind_name(kind);
	const struct segment_spec *hint = load_hint(l, name);
	int ret;

	if (hint && hint->memsz)
		memsz = hint->memsz;
	if (hint && hint->bufsz)
		bufsz = hint->bufsz;
	kbuf->buffer = NULL;
	kbuf->bufsz = bufsz;
	kbuf->memsz = memsz;
	kbuf->mem = KEXEC_BUF_MEM_UNKNOWN;

	l->kind = kind;
	ret = kexec_add_buffer(kbuf);
	if (ret)
		return fail(err, "kexec_file_load: segment %s: %s", name,
			    machine_strerror(ret));
	l->kind = SEGMENT_OTHER;
	if (hint && hint->bytes)
		load_set_content(l, l->image->nr_segments - 1, hint->bytes,
				 hint->nr_bytes, NULL);
	return 0;
}

/* --- checks -------------------------------------------------------------------------- */

static int check_segment(const struct load *l, size_t i, struct error *err)
{
	const struct kexec_segment *s = &l->image->segment[i];
	const struct view_range *crashk = &l->m->crashk_main;
	const char *name = l->info.name[i];
	size_t j;

	if (!s->memsz || (s->mem | s->memsz) & (l->m->page_size - 1))
		return fail(err, "%s: segment %s at 0x%lx+0x%zx is not made of whole pages",
			    call_name(l), name, s->mem, s->memsz);
	if (s->bufsz > s->memsz || l->content_size[i] > s->memsz)
		return fail(err, "%s: segment %s has 0x%zx bytes of content but 0x%zx of memory",
			    call_name(l), name,
			    s->bufsz > s->memsz ? s->bufsz : l->content_size[i],
			    s->memsz);
	if (s->mem < crashk->start || s->mem > crashk->end ||
	    s->memsz - 1 > crashk->end - s->mem)
		return fail(err, "%s: segment %s at 0x%lx+0x%zx is not inside the crash kernel's region 0x%" PRIx64 "-0x%" PRIx64,
			    call_name(l), name, s->mem, s->memsz, crashk->start,
			    crashk->end);
	for (j = 0; j < i; j++) {
		const struct kexec_segment *o = &l->image->segment[j];

		if (s->mem < o->mem + o->memsz && o->mem < s->mem + s->memsz)
			return fail(err, "%s: segments %s at 0x%lx+0x%zx and %s at 0x%lx+0x%zx overlap",
				    call_name(l), l->info.name[j], o->mem,
				    o->memsz, name, s->mem, s->memsz);
	}
	return 0;
}

/* sanity_check_segment_list(), kernel/kexec_core.c, 6.12 */
static int check_segments(const struct load *l, struct error *err)
{
	uint64_t ram = 0, total = 0;
	size_t i;

	for (i = 0; i < l->image->nr_segments; i++) {
		if (check_segment(l, i, err))
			return -1;
		total += l->image->segment[i].memsz;
	}
	for (i = 0; i < l->m->ram.nr; i++)
		ram += l->m->ram.r[i].end - l->m->ram.r[i].start + 1;
	if (total > ram / 2)
		return fail(err, "%s: segments of 0x%" PRIx64 " bytes need more than half of all memory, 0x%" PRIx64,
			    call_name(l), total, ram);
	return 0;
}

static int check_flags(const struct load *l, struct error *err)
{
	unsigned long arch = l->spec->flags & KEXEC_ARCH_MASK;
	unsigned long known = KEXEC_ON_CRASH | KEXEC_UPDATE_ELFCOREHDR |
			      KEXEC_CRASH_HOTPLUG_SUPPORT | KEXEC_ARCH_MASK;

	if (l->spec->call != LOAD_KEXEC_LOAD)
		return 0;
	if (l->spec->flags & ~known)
		return fail(err, "kexec_load: flags 0x%lx are not known (EINVAL)",
			    l->spec->flags & ~known);
	if (arch && arch != l->m->ops->kexec_arch)
		return fail(err, "kexec_load: flags 0x%lx are for another architecture (EINVAL)",
			    l->spec->flags);
	return 0;
}

/* --- an image that somebody else loaded ------------------------------------- */

/* "fdt", and "fdt-1" */
static enum segment_kind kind_by_name(const char *name)
{
	enum segment_kind kind;

	for (kind = SEGMENT_KERNEL; name && kind <= SEGMENT_FDT; kind++) {
		const char *word = segment_kind_name(kind);
		size_t length = strlen(word);

		if (!strncmp(name, word, length) &&
		    (!name[length] || name[length] == '-'))
			return kind;
	}
	return SEGMENT_OTHER;
}

static int adopt_segment(struct load *l, const struct segment_spec *s,
			 struct error *err)
{
	enum segment_kind kind = kind_by_name(s->name);
	struct kexec_segment segment = {
		.bufsz = s->bufsz ? s->bufsz : s->nr_bytes,
		.mem = s->mem,
		.memsz = s->memsz,
	};
	int index = load_add(l, kind, s->name, &segment, err);

	if (index < 0)
		return -1;
	load_set_content(l, index, s->bytes, s->bytes ? s->nr_bytes : 0, NULL);
	if (kind == SEGMENT_BACKUP && l->image->file_mode)
		l->image->arch.backup_start = s->mem;
	if (kind == SEGMENT_ELFCOREHDR && l->image->file_mode) {
		l->image->elf_load_addr = s->mem;
		l->image->elf_headers_sz = s->memsz;
		if (l->m->ops->file_verifies)
			l->image->elfcorehdr_index = index;
	}
	return 0;
}

static int adopt(struct load *l, struct error *err)
{
	size_t i;

	if (!l->spec->nr_segments)
		return fail(err, "%s: no segments to adopt", call_name(l));
	for (i = 0; i < l->spec->nr_segments; i++)
		if (adopt_segment(l, &l->spec->segments[i], err))
			return -1;
	l->info.reserved = l->spec->reserved;
	load_find_selector(l);
	return 0;
}

/* what goes wrong is told by between_error when the handlers are through */
static void walk_ended(void *ctx)
{
	struct load *l = ctx;
	size_t i;

	for (i = 0; !l->between_failed && i < l->spec->nr_between; i++)
		l->between_failed = event_apply(l->m, &l->spec->between[i],
						&l->between_error);
}

static int load_file(struct load *l, struct error *err)
{
	int ret;

	if (l->spec->nr_between)
		kernel_after_walk(l->m->kernel, walk_ended, l);
	ret = l->m->ops->load_file(l, err);
	kernel_after_walk(l->m->kernel, NULL, NULL);
	if (l->between_failed) {
		*err = l->between_error;
		return -1;
	}
	return ret;
}

static int make_segments(struct load *l, struct error *err)
{
	int ret;

	if (l->spec->adopt)
		return adopt(l, err);
	if (load_find_free(l, err))
		return -1;

	kernel_set_placer(l->m->kernel, place_segment, l);
	if (l->spec->call == LOAD_KEXEC_FILE_LOAD)
		ret = load_file(l, err);
	else
		ret = l->m->ops->load_exec(l, err);
	kernel_set_placer(l->m->kernel, NULL, NULL);

	if (ret && l->wanted)
		fail(err, "%s: no place for segment %s of 0x%zx bytes in the crash kernel's region 0x%" PRIx64 "-0x%" PRIx64,
		     call_name(l), segment_kind_name(l->kind), l->wanted,
		     l->m->crashk_main.start, l->m->crashk_main.end);
	return ret;
}

/* --- memory, digest ------------------------------------------------------------------- */

static int copy_segments(struct load *l, struct error *err)
{
	struct physmem *phys = &l->m->phys;
	size_t i;

	for (i = 0; i < l->image->nr_segments; i++) {
		const struct kexec_segment *s = &l->image->segment[i];

		if (physmem_add(phys, s->mem, s->memsz))
			return fail(err, "out of memory: segment %s has 0x%zx bytes",
				    l->info.name[i], s->memsz);
		if (l->content[i] && l->content_size[i])
			memcpy(physmem_map(phys, s->mem, s->memsz),
			       l->content[i], l->content_size[i]);
	}
	return 0;
}

/*
 * The kernel leaves out the segment at elfcorehdr_index, and the purgatory,
 * which the digest is written to. kexec-tools leaves out, besides, the
 * elfcorehdr and the FDT when the kernel shall update them.
 */
static bool in_digest(const struct load *l, size_t i)
{
	enum segment_kind kind = l->info.kind[i];

	if (kind == SEGMENT_PURGATORY)
		return false;
	if (l->spec->call == LOAD_KEXEC_FILE_LOAD)
		return (int)i != l->image->elfcorehdr_index;
	if (l->m->crash_fdt.memsz && kind == SEGMENT_FDT)
		return false;
	if (l->spec->flags & l->m->ops->hotplug_flags)
		return kind != SEGMENT_ELFCOREHDR && kind != SEGMENT_FDT;
	return true;
}

static void make_digest(struct load *l)
{
	struct digest_piece pieces[VIEW_SEGMENT_MAX];
	size_t i, nr = 0;

	l->info.verifies = l->spec->call == LOAD_KEXEC_LOAD ||
			   l->m->ops->file_verifies;
	if (!l->info.verifies)
		return;

	for (i = 0; i < l->image->nr_segments; i++) {
		const struct kexec_segment *s = &l->image->segment[i];

		l->info.in_digest[i] = in_digest(l, i);
		if (l->info.in_digest[i])
			pieces[nr++] = (struct digest_piece){
				physmem_map(&l->m->phys, s->mem, s->memsz),
				s->memsz,
			};
	}
	digest_make(l->m->digests, pieces, nr, l->info.digest);
}

static int keep_fdts(struct load *l, struct error *err)
{
	size_t i;

	for (i = 0; i < l->image->nr_segments; i++) {
		const struct kexec_segment *s = &l->image->segment[i];

		if (l->info.kind[i] != SEGMENT_FDT)
			continue;
		l->info.loaded[i] = malloc(s->memsz);
		if (!l->info.loaded[i])
			return fail(err, "out of memory");
		memcpy(l->info.loaded[i],
		       physmem_map(&l->m->phys, s->mem, s->memsz), s->memsz);
	}
	return 0;
}

/* --- the system call ----------------------------------------------------------------- */

static int make_kimage(struct load *l, struct error *err)
{
	l->image = kzalloc(sizeof(*l->image), GFP_KERNEL);
	if (!l->image)
		return fail(err, "%s: no memory for the image (ENOMEM)",
			    call_name(l));
	l->image->type = KEXEC_TYPE_CRASH;
	l->image->file_mode = l->spec->call == LOAD_KEXEC_FILE_LOAD;
	l->image->elfcorehdr_index = -1;
	return 0;
}

static void ask_hotplug_support(struct load *l)
{
	const struct handler_module *h = l->m->handlers;
	unsigned long flags = l->image->file_mode ? KEXEC_FILE_ON_CRASH :
			      l->spec->flags | KEXEC_ON_CRASH;

	kernel_enter_handler(l->m->kernel, "arch_crash_hotplug_support");
	l->image->hotplug_support = !l->m->no_crash_hotplug &&
				    h->hotplug_support(l->image, flags);
	kernel_leave_handler(l->m->kernel);
}

/* events while the load holds the lock: the kernel loses them */
static int meanwhile(struct load *l, struct error *err)
{
	size_t i;

	for (i = 0; i < l->spec->nr_during; i++)
		if (event_apply(l->m, &l->spec->during[i], err))
			return -1;
	return 0;
}

static int post_load(struct load *l, struct error *err)
{
	const struct handler_module *h = l->m->handlers;
	int ret;

	if (!h->post_load)
		return 0;
	kernel_enter_handler(l->m->kernel, "machine_kexec_post_load");
	ret = h->post_load(l->image);
	kernel_leave_handler(l->m->kernel);
	return ret ? fail(err, "%s: machine_kexec_post_load() failed: %s",
			  call_name(l), machine_strerror(ret)) : 0;
}

static void cleanup(struct machine *m, struct kimage *image)
{
	if (!m->handlers->cleanup)
		return;
	kernel_enter_handler(m->kernel, "machine_kexec_cleanup");
	m->handlers->cleanup(image);
	kernel_leave_handler(m->kernel);
}

static void post_load_cleanup(struct machine *m, struct kimage *image)
{
	if (!image->file_mode || !m->handlers->post_load_cleanup)
		return;
	kernel_enter_handler(m->kernel, "arch_kimage_file_post_load_cleanup");
	m->handlers->post_load_cleanup(image);
	kernel_leave_handler(m->kernel);
}

static int load_locked(struct load *l, struct error *err)
{
	if (make_kimage(l, err) || make_segments(l, err) ||
	    check_segments(l, err))
		return -1;
	l->made = true;
	ask_hotplug_support(l);
	if (copy_segments(l, err))
		return -1;
	make_digest(l);
	if (meanwhile(l, err) || post_load(l, err))
		return -1;
	return keep_fdts(l, err);
}

/* hand the image over, or undo what there is of it */
static int finish(struct load *l, int ret, struct error *err)
{
	struct machine *m = l->m;
	size_t i;

	if (l->image)
		post_load_cleanup(m, l->image);
	if (l->image && !l->made) {
		/* neither system call cleans up more: kimage_file_alloc_init(),
		 * kimage_alloc_init() (6.12)
		 */
		kfree(l->image);
		l->image = NULL;
	}
	for (i = 0; i < VIEW_SEGMENT_MAX; i++)
		free(l->owned[i]);
	view_ranges_free(&l->free);

	m->image = l->info;
	m->image.kimage = l->image;
	if (!ret) {
		image_list_segments(m);
		/* what the segments were made from is gone */
		for (i = 0; i < l->image->nr_segments; i++)
			l->image->segment[i].kbuf = NULL;
		if (!m->skip_bytes && shadow_start(m))
			ret = fail(err, "out of memory");
	}
	if (ret)
		image_free(m);
	else
		kernel_publish_image(m->kernel, l->image);
	return ret;
}

int event_load(struct machine *m, const struct event *event, struct error *err)
{
	struct load l = { .m = m, .spec = &event->u.load };
	int ret;

	if (l.spec->if_needed && kernel_crash_hotplug_attr(m->kernel))
		return 0;
	if (!m->crashk.nr)
		return fail(err, "%s: no memory is reserved for a crash kernel",
			    call_name(&l));
	if (check_flags(&l, err))
		return -1;
	if (!kernel_kexec_trylock(m->kernel))
		return fail(err, "%s: the kexec lock is busy (EBUSY)",
			    call_name(&l));

	kernel_publish_image(m->kernel, NULL);
	image_free(m);
	ret = load_locked(&l, err);
	ret = finish(&l, ret, err);
	kernel_kexec_unlock(m->kernel);
	return ret;
}

int event_unload(struct machine *m, const struct event *event __always_unused,
		 struct error *err)
{
	if (!kernel_kexec_trylock(m->kernel))
		return fail(err, "unload: the kexec lock is busy (EBUSY)");
	kernel_publish_image(m->kernel, NULL);
	image_free(m);
	kernel_kexec_unlock(m->kernel);
	return 0;
}

/* kimage_free(), kernel/kexec_core.c: also what an upstream cleanup kept */
void image_free(struct machine *m)
{
	struct kimage *image = m->image.kimage;

	shadow_drop(&m->shadow);
	if (image) {
		cleanup(m, image);
		post_load_cleanup(m, image);
		kfree(image);
	}
	for (size_t i = 0; i < VIEW_SEGMENT_MAX; i++)
		free(m->image.loaded[i]);
	memset(&m->image, 0, sizeof(m->image));
	physmem_clear(&m->phys);
}
