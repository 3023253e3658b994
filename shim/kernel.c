// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kernel's life, which one is current, and the book of what was seen:
 * events, broken contracts.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_private.h"

/* one per thread, so that a campaign can run kernels side by side */
static _Thread_local struct kernel *current_kernel;

struct kernel *kernel_current(void)
{
	return current_kernel;
}

struct kernel *kernel_switch(struct kernel *k)
{
	struct kernel *previous = current_kernel;

	current_kernel = k;
	return previous;
}

static bool config_is_sane(const struct kernel_config *c)
{
	if (c->page_shift != 12 && c->page_shift != 16)
		return false;
	if (c->section_shift < c->page_shift || c->section_shift > 40)
		return false;
	if (!c->block_size || c->block_size & (c->block_size - 1) ||
	    c->block_size < 1ULL << c->section_shift)
		return false;
	return c->nr_cpus && c->smt && c->map;
}

struct kernel *kernel_create(const struct kernel_config *config,
			     const struct handler_module *handlers)
{
	struct kernel *k;

	if (!config_is_sane(config))
		return NULL;
	if (handlers && (handlers->abi != HANDLER_MODULE_ABI ||
			 handlers->kimage_size != sizeof(struct kimage)))
		return NULL;

	k = calloc(1, sizeof(*k));
	if (!k)
		return NULL;
	k->config = *config;
	k->handlers = handlers;
	k->cpus = calloc(config->nr_cpus, sizeof(*k->cpus));
	if (!k->cpus) {
		free(k);
		return NULL;
	}
	crash_hotplug_init(k);
	return k;
}

void kernel_destroy(struct kernel *k)
{
	if (!k)
		return;
	kernel_clear_report(k);
	tree_destroy(k);
	mappings_destroy(k);
	slab_destroy(k);
	free(k->memblock.r);
	free(k->online.r);
	free(k->system_ram.r);
	free(k->cpus);
	if (current_kernel == k)
		current_kernel = NULL;
	free(k);
}

/* --- configuration as core sees it --------------------------------------- */

unsigned int shim_page_shift(void)
{
	return current_kernel->config.page_shift;
}

unsigned int shim_max_memory_ranges(void)
{
	return current_kernel->config.max_memory_ranges;
}

unsigned int shim_nr_cpus(void)
{
	return current_kernel->config.nr_cpus;
}

unsigned int shim_nr_cpus_default(void)
{
	const struct kernel_config *c = &current_kernel->config;

	return c->nr_cpus_default ? c->nr_cpus_default : c->nr_cpus;
}

/* __PAGE_OFFSET_BASE_L4, arch/x86/include/asm/page_64_types.h, 6.12 */
#define PAGE_OFFSET_L4 0xffff888000000000UL

unsigned long shim_page_offset(void)
{
	u64 base = current_kernel->config.page_offset;

	return base ? base : PAGE_OFFSET_L4;
}

unsigned int shim_threads_per_core(void)
{
	return current_kernel->config.smt;
}

unsigned long memory_block_size_bytes(void)
{
	return current_kernel->config.block_size;
}

/* --- the report ------------------------------------------------------------ */

void kernel_clear_report(struct kernel *k)
{
	unsigned int i, nr = kernel_nr_log(k);

	for (i = 0; i < k->report.violations; i++)
		free(k->violations[i]);
	for (i = 0; i < nr; i++) {
		free(k->log[i]);
		k->log[i] = NULL;
	}
	k->nr_log = 0;
	memset(&k->report, 0, sizeof(k->report));
}

const struct kernel_report *kernel_report(const struct kernel *k)
{
	return &k->report;
}

const char *kernel_violation(const struct kernel *k, unsigned int i)
{
	return i < k->report.violations ? k->violations[i] : NULL;
}

/*
 * The same one twice in a row is one: a loop that breaks a contract at every
 * turn breaks it once for the reader.
 */
void kernel_add_violation(struct kernel *k, const char *fmt, ...)
{
	unsigned int nr = k->report.violations;
	char text[256];
	va_list ap;

	if (nr == KERNEL_MAX_VIOLATIONS)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (nr && !strcmp(text, k->violations[nr - 1]))
		return;
	k->violations[nr] = strdup(text);
	if (k->violations[nr])
		k->report.violations++;
}

bool shim_warn_on(bool cond, const char *what, const char *file, int line)
{
	const char *base = strrchr(file, '/');

	if (cond)
		kernel_add_violation(current_kernel, "WARN_ON(%s) at %s:%d",
				     what, base ? base + 1 : file, line);
	return cond;
}

/* --- barriers -------------------------------------------------------------- */

void shim_smp_wmb(void)
{
	struct kernel *k = current_kernel;

	barrier();
	if (k->at_barrier)
		k->at_barrier(k->at_barrier_ctx);
}

void kernel_at_barrier(struct kernel *k, void (*look)(void *ctx), void *ctx)
{
	k->at_barrier = look;
	k->at_barrier_ctx = ctx;
}

void kernel_watch_crash_path(struct kernel *k, void (*look)(void *ctx),
			     void *ctx)
{
	k->crash_path = look;
	k->crash_path_ctx = ctx;
}

void crash_path_changed(struct kernel *k)
{
	if (k->crash_path)
		k->crash_path(k->crash_path_ctx);
}

bool fault_hits(struct fault *fault)
{
	return ++fault->count == fault->nth;
}
