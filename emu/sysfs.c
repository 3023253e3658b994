// SPDX-License-Identifier: GPL-2.0-only
/*
 * The attribute files that tell user space about crash hotplug, as a kernel
 * prints them (6.12): drivers/base/cpu.c, drivers/base/memory.c,
 * kernel/ksysfs.c.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "machine_private.h"

#define CPU "devices/system/cpu/"

/* the files that there are once, and two of each possible CPU */
#define NR_SINGLE 15

/* --- values -------------------------------------------------------------------------- */

/* an entry of the array: @path and @value are from malloc(), or NULL */
static int put_file(struct machine *m, char *path, char *value)
{
	if (!path || !value) {
		free(path);
		free(value);
		return -1;
	}
	m->sysfs[m->nr_sysfs].path = path;
	m->sysfs[m->nr_sysfs].value = value;
	m->nr_sysfs++;
	return 0;
}

static int __attribute__((__format__(printf, 3, 4)))
put(struct machine *m, const char *path, const char *fmt, ...)
{
	char *value;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&value, fmt, ap);
	va_end(ap);
	return put_file(m, strdup(path), len < 0 ? NULL : value);
}

typedef bool (*cpu_is_fn)(const struct view_cpu *c);

static bool is_possible(const struct view_cpu *c __always_unused)
{
	return true;
}

static bool is_present(const struct view_cpu *c)
{
	return c->present;
}

static bool is_online(const struct view_cpu *c)
{
	return c->online;
}

/* "0-3,8\n": what printk's %*pbl makes of a CPU mask */
static int put_cpus(struct machine *m, const char *path, cpu_is_fn is)
{
	char *value = NULL;
	size_t size, i, last;
	FILE *f = open_memstream(&value, &size);

	if (!f)
		return -1;
	for (i = 0; i < m->nr_cpus; i = last + 1) {
		last = i;
		if (!is(&m->cpus[i]))
			continue;
		while (last + 1 < m->nr_cpus && is(&m->cpus[last + 1]) &&
		       m->cpus[last + 1].cpu == m->cpus[last].cpu + 1)
			last++;
		fprintf(f, "%s%u", ftell(f) ? "," : "", m->cpus[i].cpu);
		if (last > i)
			fprintf(f, "-%u", m->cpus[last].cpu);
	}
	fputc('\n', f);
	if (fclose(f)) {
		free(value);
		return -1;
	}
	return put_file(m, strdup(path), value);
}

static int put_notes(struct machine *m, const struct view_cpu *c)
{
	char path[64];

	snprintf(path, sizeof(path), CPU "cpu%u/crash_notes", c->cpu);
	if (put(m, path, "%" PRIx64 "\n", c->notes))
		return -1;
	snprintf(path, sizeof(path), CPU "cpu%u/crash_notes_size", c->cpu);
	return put(m, path, "%" PRIu64 "\n", m->ops->notes_size);
}

static int put_crash_hotplug(struct machine *m)
{
	int support;

	if (m->no_crash_hotplug)
		return 0;
	support = kernel_crash_hotplug_attr(m->kernel);
	return put(m, CPU "crash_hotplug", "%d\n", support) ||
	       put(m, "devices/system/memory/crash_hotplug", "%d\n", support) ||
	       put(m, "kernel/crash_elfcorehdr_size", "%u\n",
		   kernel_elfcorehdr_size_attr(m->kernel)) ? -1 : 0;
}

/* Documentation/ABI/testing/sysfs-kernel-fadump, 6.12 */
static int put_fadump(struct machine *m)
{
	if (!m->fadump.there)
		return 0;
	if (put(m, "kernel/fadump/enabled", "1\n") ||
	    put(m, "kernel/fadump/registered", "%d\n", m->fadump.registered))
		return -1;
	return m->fadump.hotplug_ready ?
	       put(m, "kernel/fadump/hotplug_ready", "1\n") : 0;
}

static int put_crash_fdt(struct machine *m)
{
	if (!m->crash_fdt.memsz)
		return 0;
	return put(m, "kernel/kexec_crash_fdt", "%" PRIx64 "\n",
		   m->crash_fdt.mem) ||
	       put(m, "kernel/kexec_crash_fdt_size", "%zu\n",
		   m->crash_fdt.memsz) ? -1 : 0;
}

static int put_all(struct machine *m)
{
	uint64_t crashk = 0;
	size_t i;

	for (i = 0; i < m->crashk.nr; i++)
		crashk += m->crashk.r[i].end - m->crashk.r[i].start + 1;

	if (put_crash_hotplug(m) || put_fadump(m) ||
	    put_crash_fdt(m) ||
	    put(m, "kernel/kexec_crash_loaded", "%d\n",
		!!kernel_crash_image(m->kernel)) ||
	    put(m, "kernel/kexec_crash_size", "%" PRIu64 "\n", crashk) ||
	    put(m, "kernel/vmcoreinfo", "0x%016" PRIx64 " %" PRIx64 "\n",
		m->vmcoreinfo, 2 * 12 + 12 + m->page_size) ||
	    put(m, "devices/system/memory/block_size_bytes", "%" PRIx64 "\n",
		m->block_size) ||
	    put_cpus(m, CPU "possible", is_possible) ||
	    put_cpus(m, CPU "present", is_present) ||
	    put_cpus(m, CPU "online", is_online))
		return -1;
	for (i = 0; i < m->nr_cpus; i++)
		if ((m->cpus[i].present || m->ops->notes_of_possible) &&
		    put_notes(m, &m->cpus[i]))
			return -1;
	return 0;
}

void sysfs_free(struct machine *m)
{
	size_t i;

	for (i = 0; i < m->nr_sysfs; i++) {
		free((char *)m->sysfs[i].path);
		free((char *)m->sysfs[i].value);
	}
	free(m->sysfs);
	m->sysfs = NULL;
	m->nr_sysfs = 0;
}

size_t machine_sysfs(struct machine *m, const struct sysfs_file **files)
{
	sysfs_free(m);
	m->sysfs = calloc(NR_SINGLE + 2 * m->nr_cpus, sizeof(*m->sysfs));
	if (m->sysfs && put_all(m))
		sysfs_free(m);
	*files = m->sysfs;
	return m->nr_sysfs;
}

/* --- files --------------------------------------------------------------------------- */

/* make the directories that @path goes through, like mkdir -p */
static int make_parents(char *path, struct error *err)
{
	char *slash;

	for (slash = strchr(path + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0777) && errno != EEXIST)
			return fail(err, "%s: %s", path, strerror(errno));
		*slash = '/';
	}
	return 0;
}

static int write_temp(const char *temp, const char *value)
{
	FILE *f = fopen(temp, "w");
	bool failed;

	if (!f)
		return -1;
	failed = fputs(value, f) == EOF;
	return fclose(f) || failed ? -1 : 0;
}

/* a reader sees the old file or the new one, never a part */
static int write_file(const char *dir, const struct sysfs_file *file,
		      struct error *err)
{
	char *path, *temp = NULL;
	int ret;

	if (asprintf(&path, "%s/%s", dir, file->path) < 0)
		return fail(err, "out of memory");
	if (asprintf(&temp, "%s.%d.tmp", path, (int)getpid()) < 0) {
		free(path);
		return fail(err, "out of memory");
	}
	ret = make_parents(path, err);
	if (!ret && (write_temp(temp, file->value) || rename(temp, path))) {
		ret = fail(err, "%s: %s", path, strerror(errno));
		unlink(temp);
	}
	free(temp);
	free(path);
	return ret;
}

int machine_write_sysfs(struct machine *m, const char *dir, struct error *err)
{
	const struct sysfs_file *files;
	size_t i, nr = machine_sysfs(m, &files);

	if (!nr)
		return fail(err, "out of memory");
	for (i = 0; i < nr; i++)
		if (write_file(dir, &files[i], err))
			return -1;
	return 0;
}
