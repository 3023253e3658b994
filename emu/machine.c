// SPDX-License-Identifier: GPL-2.0-only
/* A machine's life, and what its other parts ask of it. */
#include <stdlib.h>
#include <string.h>

#include "machine_private.h"

static const struct arch_ops *find_arch(enum arch arch)
{
	switch (arch) {
	case ARCH_POWERPC:
		return &arch_powerpc;
	case ARCH_X86_64:
		return &arch_x86_64;
	default:
		return NULL;
	}
}

static int check_handlers(const struct machine *m,
			  const struct handler_module *h, struct error *err)
{
	if (!h)
		return fail(err, "no handler module for %s", m->ops->name);
	if (h->abi != HANDLER_MODULE_ABI)
		return fail(err, "handler module %s has ABI %u, expected %u",
			    h->name, h->abi, HANDLER_MODULE_ABI);
	if (h->kimage_size != sizeof(struct kimage))
		return fail(err, "handler module %s has a struct kimage of %zu bytes, expected %zu",
			    h->name, h->kimage_size, sizeof(struct kimage));
	if (strcmp(h->arch, m->ops->name))
		return fail(err, "handler module %s is for %s, the machine is %s",
			    h->name, h->arch, m->ops->name);
	return 0;
}

static int build(struct machine *m, const struct machine_spec *spec,
		 struct error *err)
{
	struct memory_spec *memory = NULL;
	size_t nr = 0;
	int ret;

	if (spec_take(m, spec, err))
		return -1;
	if (!spec->nr_memory && m->ops->memory(m, spec, &memory, &nr, err))
		return -1;
	ret = m->ops->number_cpus(m, spec, err);
	if (!ret)
		ret = machine_boot(m, spec, nr ? memory : spec->memory,
				   nr ? nr : spec->nr_memory, err);
	free(memory);
	return ret;
}

struct machine *machine_create(const struct machine_spec *spec,
			       const struct handler_module *handlers,
			       struct error *err)
{
	struct machine *m = calloc(1, sizeof(*m));

	if (!m) {
		fail(err, "out of memory");
		return NULL;
	}
	m->handlers = handlers;
	m->ops = find_arch(spec->arch);
	if (!m->ops) {
		fail(err, "machines of architecture %d are not emulated",
		     spec->arch);
		goto out_destroy;
	}
	if (check_handlers(m, handlers, err) || build(m, spec, err))
		goto out_destroy;
	return m;

out_destroy:
	machine_destroy(m);
	return NULL;
}

void machine_destroy(struct machine *m)
{
	if (!m)
		return;
	if (m->kernel) {
		struct kernel *previous = kernel_switch(m->kernel);

		image_free(m);
		kernel_switch(previous == m->kernel ? NULL : previous);
		kernel_destroy(m->kernel);
	}
	physmem_clear(&m->phys);
	view_ranges_free(&m->ram);
	view_ranges_free(&m->online);
	view_ranges_free(&m->self_hosted);
	view_ranges_free(&m->firmware);
	view_ranges_free(&m->reserved);
	view_ranges_free(&m->crashk);
	view_ranges_free(&m->notes);
	sysfs_free(m);
	store_log_free(m);
	free(m->ranges.list);
	free(m->cpus);
	free(m->tree);
	free(m->cmdline);
	free(m);
}

struct view_cpu *machine_cpu(struct machine *m, unsigned int cpu)
{
	size_t low = 0, high = m->nr_cpus;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (m->cpus[mid].cpu < cpu)
			low = mid + 1;
		else
			high = mid;
	}
	return low < m->nr_cpus && m->cpus[low].cpu == cpu ? &m->cpus[low] :
							      NULL;
}

const void *machine_tree(struct machine *m)
{
	unsigned long generation = kernel_tree_generation(m->kernel);

	if (m->tree && m->tree_generation == generation)
		return m->tree;
	free(m->tree);
	m->tree = NULL;
	m->tree_size = 0;
	if (!kernel_flatten_tree(m->kernel, &m->tree, &m->tree_size))
		m->tree_generation = generation;
	return m->tree;
}

uint64_t machine_vmemmap_size(const struct machine *m, uint64_t start)
{
	if (!view_ranges_contains(&m->self_hosted, start, start))
		return 0;
	return m->block_size / m->page_size * STRUCT_PAGE_SIZE;
}

const char *machine_strerror(int ret)
{
	return strerror(ret < 0 ? -ret : ret);
}

/* --- what the kernel has to say ------------------------------------------------ */

const char *machine_violation(const struct machine *m, unsigned int i)
{
	return kernel_violation(m->kernel, i);
}

unsigned int machine_nr_log(const struct machine *m)
{
	return kernel_nr_log(m->kernel);
}

const char *machine_log(const struct machine *m, unsigned int i)
{
	return kernel_log_line(m->kernel, i);
}

unsigned long machine_lost_allocs(const struct machine *m)
{
	return kernel_lost_allocs(m->kernel, m->image.kimage);
}

bool machine_guard_alloc(struct machine *m)
{
	return kernel_guard_alloc(m->kernel);
}

unsigned long machine_alloc_count(const struct machine *m)
{
	return m->alloc_count;
}

void machine_skip_bytes_written(struct machine *m)
{
	m->skip_bytes = true;
}

void machine_skip_times(struct machine *m)
{
	kernel_skip_times(m->kernel);
}

void machine_use_digests(struct machine *m, struct digest_cache *cache)
{
	m->digests = cache;
}

uint64_t machine_block_size(const struct machine *m)
{
	return m->block_size;
}

int machine_crash_hotplug(const struct machine *m)
{
	return kernel_crash_hotplug_attr(m->kernel);
}

bool machine_crash_past_update(const struct machine *m)
{
	return m->handlers && m->handlers->crash_past_update;
}
