// SPDX-License-Identifier: GPL-2.0-only
/*
 * The loaded image and its bytes: publishing it, mapping its segments, adding
 * a segment to one that is being loaded.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_private.h"

/* --- kexec_crash_image ------------------------------------------------------ */

struct kimage **shim_kexec_crash_image(void)
{
	return &kernel_current()->crash_image;
}

struct resource *shim_crashk_res(void)
{
	return &kernel_current()->crashk;
}

struct resource *shim_crashk_low_res(void)
{
	return &kernel_current()->crashk_low;
}

/* what it points to has a type of its own */
typedef unsigned long __attribute__((__may_alias__)) any_word;

unsigned long shim_xchg(unsigned long *ptr, unsigned long val)
{
	struct kernel *k = kernel_current();
	bool is_image = (void *)ptr == &k->crash_image;
	any_word *word = ptr;
	unsigned long old = *word;

	if (is_image) {
		if (!k->kexec_lock)
			kernel_add_violation(k, "kexec_crash_image exchanged without kexec lock");
		if (old && !val) {
			k->report.hidden++;
			k->hidden_since = kernel_clock(k);
		} else if (!old && val) {
			k->report.hidden_ns += kernel_clock(k) - k->hidden_since;
		}
	}
	*word = val;
	if (is_image && !old != !val)
		crash_path_changed(k);
	return old;
}

struct kimage *kernel_publish_image(struct kernel *k, struct kimage *image)
{
	struct kimage *old = k->crash_image;

	if (!k->kexec_lock)
		kernel_add_violation(k, "crash image published without the kexec lock");
	k->crash_image = image;
	return old;
}

struct kimage *kernel_crash_image(const struct kernel *k)
{
	return k->crash_image;
}

void kernel_set_crashk(struct kernel *k, u64 start, u64 end)
{
	k->crashk = (struct resource){ start, end };
}

void kernel_set_crashk_low(struct kernel *k, u64 start, u64 end)
{
	k->crashk_low = (struct resource){ start, end };
}

/* --- access to physical memory ---------------------------------------------- */

static bool remember_mapping(struct kernel *k, void *addr)
{
	if (k->nr_mappings == k->max_mappings) {
		unsigned long max = 2 * k->max_mappings + 8;
		void **m = realloc(k->mappings, max * sizeof(*m));

		if (!m)
			return false;
		k->mappings = m;
		k->max_mappings = max;
	}
	k->mappings[k->nr_mappings++] = addr;
	return true;
}

void *memremap(resource_size_t offset, size_t size, unsigned long flags)
{
	struct kernel *k = kernel_current();
	void *addr = NULL;

	if (fault_hits(&k->map_fault))
		return NULL;
	if (flags != MEMREMAP_WB)
		kernel_add_violation(k, "memremap() of memory with flags %#lx",
				     flags);
	if (size && offset + (size - 1) >= offset)
		addr = k->config.map(k->config.ctx, offset, size);
	if (!addr) {
		kernel_add_violation(k, "memremap() outside of memory: %zu bytes at %#llx",
				     size, offset);
		return NULL;
	}
	return remember_mapping(k, addr) ? addr : NULL;
}

void memunmap(void *addr)
{
	struct kernel *k = kernel_current();
	unsigned long i = k->nr_mappings;

	while (i--) {
		if (k->mappings[i] == addr) {
			k->mappings[i] = k->mappings[--k->nr_mappings];
			return;
		}
	}
	kernel_add_violation(k, "memunmap() of what is not mapped");
}

void *shim_phys_to_host(phys_addr_t phys)
{
	const struct kernel *k = kernel_current();

	return k->config.map(k->config.ctx, phys, 1);
}

void mappings_destroy(struct kernel *k)
{
	free(k->mappings);
}

unsigned long kernel_live_mappings(const struct kernel *k)
{
	return k->nr_mappings;
}

void kernel_fail_map(struct kernel *k, unsigned long nth)
{
	k->map_fault = (struct fault){ .nth = nth };
}

/* --- loading ------------------------------------------------------------------ */

void kernel_set_placer(struct kernel *k, kernel_place_fn place, void *ctx)
{
	k->place = place;
	k->place_ctx = ctx;
}

/* kernel/kexec_file.c:kexec_add_buffer() */
int kexec_add_buffer(struct kexec_buf *kbuf)
{
	struct kernel *k = kernel_current();
	struct kimage *image = kbuf->image;
	int ret;

	if (!image->file_mode || image->nr_segments >= KEXEC_SEGMENT_MAX)
		return -EINVAL;
	kbuf->memsz = ALIGN(kbuf->memsz, PAGE_SIZE);
	kbuf->buf_align = max(kbuf->buf_align, PAGE_SIZE);
	ret = k->place ? k->place(k->place_ctx, kbuf) : -EADDRNOTAVAIL;
	if (ret)
		return ret;

	image->segment[image->nr_segments++] = (struct kexec_segment){
		.kbuf = kbuf->buffer,
		.bufsz = kbuf->bufsz,
		.mem = kbuf->mem,
		.memsz = kbuf->memsz,
	};
	return 0;
}

void kernel_set_purgatory(struct kernel *k,
			  const struct purgatory_symbol *symbols, size_t nr)
{
	k->purgatory = symbols;
	k->nr_purgatory = nr;
}

/* kernel/kexec_file.c, 6.12 */
void *kexec_purgatory_get_symbol_addr(struct kimage *image, const char *name)
{
	const struct kernel *k = kernel_current();
	size_t i;

	for (i = 0; image->file_mode && i < k->nr_purgatory; i++)
		if (!strcmp(k->purgatory[i].name, name))
			return (void *)k->purgatory[i].phys;
	return ERR_PTR(-EINVAL);
}
