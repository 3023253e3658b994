// SPDX-License-Identifier: GPL-2.0-only
/* Attributes of CPUs, memory blocks and their parents, one at a time. */
#include <stdio.h>
#include <string.h>

#include "sysfs_attr.h"

/* "/devices/system/memory/memory8/state" */
static const char *block_state(struct sysfs_attrs *s, const char *path)
{
	uint64_t start, size = machine_block_size(s->machine);
	unsigned long long number;
	int used = 0;

	if (sscanf(path, "/devices/system/memory/memory%llu/state%n", &number,
		   &used) != 1 || !used || path[used])
		return NULL;
	start = number * size;
	return view_ranges_contains(&machine_view(s->machine)->online, start,
				    start + size - 1) ?
	       "online" : "offline";
}

static const char *cpu_online(struct sysfs_attrs *s, const char *path)
{
	const struct machine_view *view = machine_view(s->machine);
	unsigned int number;
	int used = 0;

	if (sscanf(path, "/devices/system/cpu/cpu%u/online%n", &number,
		   &used) != 1 || !used || path[used])
		return NULL;
	for (size_t i = 0; i < view->nr_cpus; i++)
		if (view->cpus[i].cpu == number)
			return view->cpus[i].online ? "1" : "0";
	return NULL;
}

/* anything else, without its newline */
static const char *sysfs_value(struct sysfs_attrs *s, const char *path)
{
	const struct sysfs_file *files;
	size_t nr = machine_sysfs(s->machine, &files);

	for (size_t i = 0; i < nr; i++) {
		if (strcmp(files[i].path, path + 1))
			continue;
		snprintf(s->value, sizeof(s->value), "%.*s",
			 (int)strcspn(files[i].value, "\n"), files[i].value);
		return s->value;
	}
	return NULL;
}

const char *sysfs_attr(struct sysfs_attrs *s, const char *path)
{
	static const char name[] = "/crash_hotplug";
	const char *value;

	/* asked for at every event: not by way of all files */
	if (!strcmp(path, "/devices/system/cpu/crash_hotplug") ||
	    !strcmp(path, "/devices/system/memory/crash_hotplug"))
		return s->no_crash_hotplug ? NULL :
		       machine_crash_hotplug(s->machine) ? "1" : "0";
	if (strlen(path) > sizeof(name) &&
	    !strcmp(path + strlen(path) - sizeof(name) + 1, name))
		return NULL;
	value = block_state(s, path);
	if (!value)
		value = cpu_online(s, path);
	return value ? value : sysfs_value(s, path);
}
