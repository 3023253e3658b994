// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allocation: one malloc() for each, so that ASan and Valgrind know the
 * bounds, and a book of all that is live. Memory has to go back by the
 * function that fits how it came (mm/slub.c, mm/util.c).
 */
#define _GNU_SOURCE
#include <limits.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kernel_private.h"

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#else
#define VALGRIND_DISABLE_ERROR_REPORTING do { } while (0)
#define VALGRIND_ENABLE_ERROR_REPORTING do { } while (0)
#endif

/*
 * mm/slab_common.c: kmalloc() ends at the largest order of pages. That is
 * 4 MiB on x86_64 and 16 MiB on powerpc; the smaller one holds everywhere.
 */
#define KMALLOC_MAX_SIZE ((size_t)4 << 20)

enum alloc_kind {
	ALLOC_KMALLOC,
	ALLOC_KVMALLOC,
	ALLOC_VMALLOC,
};

static const char *const alloc_names[] = { "kmalloc", "kvmalloc", "vmalloc" };

/* @pages: with a guard page as the last; NULL: from malloc() */
struct alloc {
	void *p;
	size_t size;
	enum alloc_kind kind;
	unsigned long scan;	/* the last that came here */
	char *pages;
	size_t pages_size;
};

/* --- guarded memory: pages of its own, gone when it is freed -------------------- */

/* all that the kernel aligns to; the end has to be next to the guard page */
#define GUARD_ALIGN 8

static bool guard_map(struct alloc *a)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t used = ALIGN(a->size, GUARD_ALIGN);
	size_t size = ALIGN(used, page) + page;
	char *pages;

	pages = mmap(NULL, size, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (pages == MAP_FAILED)
		return false;
	mprotect(pages + size - page, page, PROT_NONE);
	a->pages = pages;
	a->pages_size = size;
	a->p = pages + size - page - used;
	return true;
}

/* the addresses stay taken for a while, so that nothing else gets them */
static void guard_unmap(struct kernel *k, struct alloc *a)
{
	struct guarded *old = &k->guarded[k->nr_guarded++ % KERNEL_GUARDED];

	if (old->pages)
		munmap(old->pages, old->size);
	*old = (struct guarded){ a->pages, a->pages_size };
	/* also drops what was in them */
	mmap(a->pages, a->pages_size, PROT_NONE,
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
}

static bool get_memory(struct kernel *k, struct alloc *a, bool zero)
{
	if (k->guard_alloc)
		return guard_map(a);
	a->p = zero ? calloc(1, a->size) : malloc(a->size);
	return a->p;
}

static void put_memory(struct kernel *k, struct alloc *a)
{
	if (a->pages)
		guard_unmap(k, a);
	else
		free(a->p);
}

/* --- the book ------------------------------------------------------------------ */

static int compare_allocs(const void *a, const void *b)
{
	const char *x = ((const struct alloc *)a)->p;
	const char *y = ((const struct alloc *)b)->p;

	return x < y ? -1 : x > y;
}

static struct alloc *find_alloc(struct kernel *k, const void *p)
{
	struct alloc key = { .p = (void *)p };
	struct alloc **found = tfind(&key, &k->allocs, compare_allocs);

	return found ? *found : NULL;
}

static void *slab_alloc(size_t size, bool zero, enum alloc_kind kind)
{
	struct kernel *k = kernel_current();
	size_t limit = kind == ALLOC_KMALLOC ? KMALLOC_MAX_SIZE : INT_MAX;
	struct alloc *a;

	check_may_sleep(k, alloc_names[kind]);
	if (fault_hits(&k->alloc_fault))
		return NULL;
	if (size > limit) {
		kernel_add_violation(k, "%s() of %zu bytes, the limit is %zu",
				     alloc_names[kind], size, limit);
		return NULL;
	}

	a = malloc(sizeof(*a));
	if (!a)
		return NULL;
	*a = (struct alloc){ .size = size, .kind = kind };
	if (!get_memory(k, a, zero))
		goto out_free;
	if (!tsearch(a, &k->allocs, compare_allocs))
		goto out_put;
	if (!k->lowest_alloc || a->p < k->lowest_alloc)
		k->lowest_alloc = a->p;
	if (a->p > k->highest_alloc)
		k->highest_alloc = a->p;
	k->nr_allocs++;
	k->alloc_bytes += size;
	return a->p;

out_put:
	put_memory(k, a);
out_free:
	free(a);
	return NULL;
}

static void forget_alloc(struct kernel *k, struct alloc *a)
{
	k->nr_allocs--;
	k->alloc_bytes -= a->size;
	tdelete(a, &k->allocs, compare_allocs);
	put_memory(k, a);
	free(a);
}

/* @fits: the kinds, as bits, that @func takes */
static void slab_free(const void *p, const char *func, unsigned int fits)
{
	struct kernel *k = kernel_current();
	struct alloc *a;

	if (!p)
		return;
	a = find_alloc(k, p);
	if (!a) {
		kernel_add_violation(k, "%s() of what is not allocated", func);
		return;
	}
	if (!(fits & 1 << a->kind))
		kernel_add_violation(k, "%s() of memory from %s()", func,
				     alloc_names[a->kind]);
	forget_alloc(k, a);
}

void *kmalloc(size_t size, gfp_t flags __always_unused)
{
	return slab_alloc(size, false, ALLOC_KMALLOC);
}

void *kzalloc(size_t size, gfp_t flags __always_unused)
{
	return slab_alloc(size, true, ALLOC_KMALLOC);
}

void *kvmalloc(size_t size, gfp_t flags __always_unused)
{
	return slab_alloc(size, false, ALLOC_KVMALLOC);
}

void *kvzalloc(size_t size, gfp_t flags __always_unused)
{
	return slab_alloc(size, true, ALLOC_KVMALLOC);
}

void *kvmalloc_array(size_t n, size_t size, gfp_t flags)
{
	return kvmalloc(size_mul(n, size), flags);
}

void *kvcalloc(size_t n, size_t size, gfp_t flags)
{
	return kvzalloc(size_mul(n, size), flags);
}

void *vzalloc(unsigned long size)
{
	return slab_alloc(size, true, ALLOC_VMALLOC);
}

/*
 * The book has no such memory any more; but a kernel that goes on in it finds,
 * with luck, what was there. So it stays until the next one is moved away.
 * Guarded memory, and AddressSanitizer, are to see it gone.
 */
static void forget_moved(struct kernel *k, struct alloc *a)
{
#ifdef __SANITIZE_ADDRESS__
	const bool gone = true;
#else
	const bool gone = a->pages;
#endif

	if (gone) {
		forget_alloc(k, a);
		return;
	}
	k->nr_allocs--;
	k->alloc_bytes -= a->size;
	tdelete(a, &k->allocs, compare_allocs);
	free(k->moved);
	k->moved = a->p;
	free(a);
}

/* always moves, so that a pointer to the old place is found out */
void *krealloc(const void *p, size_t new_size, gfp_t flags)
{
	struct kernel *k = kernel_current();
	struct alloc *a = NULL;
	void *new;

	if (p) {
		a = find_alloc(k, p);
		if (!a) {
			kernel_add_violation(k, "krealloc() of what is not allocated");
			return NULL;
		}
		if (a->kind != ALLOC_KMALLOC)
			kernel_add_violation(k, "krealloc() of memory from %s()",
					     alloc_names[a->kind]);
	}
	new = kmalloc(new_size, flags);
	if (new && a) {
		memcpy(new, p, min(a->size, new_size));
		forget_moved(k, a);
	}
	return new;
}

void *kmemdup(const void *src, size_t len, gfp_t flags)
{
	void *p = kmalloc(len, flags);

	if (p)
		memcpy(p, src, len);
	return p;
}

char *kasprintf(gfp_t flags, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	p = kmalloc(len + 1, flags);
	if (!p)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(p, len + 1, fmt, ap);
	va_end(ap);
	return p;
}

void kfree(const void *p)
{
	slab_free(p, "kfree", 1 << ALLOC_KMALLOC);
}

void kvfree(const void *p)
{
	slab_free(p, "kvfree", 1 << ALLOC_KMALLOC | 1 << ALLOC_KVMALLOC |
			       1 << ALLOC_VMALLOC);
}

void vfree(const void *p)
{
	slab_free(p, "vfree", 1 << ALLOC_VMALLOC);
}

static void free_alloc(void *node)
{
	struct alloc *a = node;

	if (a->pages)
		munmap(a->pages, a->pages_size);
	else
		free(a->p);
	free(a);
}

void slab_destroy(struct kernel *k)
{
	tdestroy(k->allocs, free_alloc);
	for (size_t i = 0; i < KERNEL_GUARDED && k->guarded; i++)
		if (k->guarded[i].pages)
			munmap(k->guarded[i].pages, k->guarded[i].size);
	free(k->guarded);
	free(k->moved);
}

bool kernel_guard_alloc(struct kernel *k)
{
	if (!k->guarded)
		k->guarded = calloc(KERNEL_GUARDED, sizeof(*k->guarded));
	k->guard_alloc = k->guarded;
	return k->guard_alloc;
}

void kernel_fail_alloc(struct kernel *k, unsigned long nth)
{
	k->alloc_fault = (struct fault){ .nth = nth };
}

unsigned long kernel_alloc_count(const struct kernel *k)
{
	return k->alloc_fault.count;
}

unsigned long kernel_live_allocs(const struct kernel *k)
{
	return k->nr_allocs;
}

/* as mm/kmemleak.c: what has the value of an address is one */
static unsigned long scan(struct kernel *k, const void *memory, size_t size)
{
	void *const *word = memory;
	unsigned long found = 0;

	for (; size >= sizeof(*word); word++, size -= sizeof(*word)) {
		struct alloc *a;

		/* most words are no addresses at all */
		if (*word < k->lowest_alloc || *word > k->highest_alloc)
			continue;
		a = find_alloc(k, *word);
		if (!a || a->scan == k->nr_scans)
			continue;
		a->scan = k->nr_scans;
		found += 1 + scan(k, a->p, a->size);
	}
	return found;
}

unsigned long kernel_lost_allocs(struct kernel *k, const struct kimage *image)
{
	unsigned long found;

	k->nr_scans++;
	/* not every byte that is looked at has been written */
	VALGRIND_DISABLE_ERROR_REPORTING;
	found = scan(k, &image, sizeof(image));
	if (image && !found)
		found = scan(k, image, sizeof(*image));
	VALGRIND_ENABLE_ERROR_REPORTING;
	return k->nr_allocs - found;
}

size_t kernel_live_alloc_bytes(const struct kernel *k)
{
	return k->alloc_bytes;
}
