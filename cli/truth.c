// SPDX-License-Identifier: GPL-2.0-only
/* The truth about a machine as a person can copy it from a running kernel. */
#include <errno.h>
#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "fdt_sound.h"
#include "file.h"
#include "truth.h"

/* NR_CPUS is 8192 at most (6.12 arch/{powerpc,x86}/Kconfig) */
#define MAX_CPU 8191

static int no_memory(struct error *err)
{
	return fail(err, "out of memory");
}

/* --- text, line by line ------------------------------------------------------- */

typedef int (*line_fn)(struct truth *t, const char *line, struct error *err);

/* calls @parse for each line that is not blank; names file and line in @err */
static int for_each_line(struct truth *t, const char *file, line_fn parse,
			 struct error *err)
{
	size_t size, number = 1;
	char *text = file_read(file, &size, err), *line, *end;
	struct error why;
	int failed = 0;

	if (!text)
		return -1;
	if (strlen(text) != size) {
		free(text);
		return fail(err, "%s: not a text file", file);
	}
	for (line = text; line && !failed; line = end, number++) {
		end = strchr(line, '\n');
		if (end)
			*end++ = '\0';
		if (line[strspn(line, " \t\r")] &&
		    parse(t, line, &why))
			failed = fail(err, "%s:%zu: %.300s", file, number,
				      why.text);
	}
	free(text);
	return failed;
}

/* a hexadecimal number, 0x or not, up to a character of @until */
static int parse_hex(const char **text, const char *until, uint64_t *value)
{
	char *end;

	if (!strspn(*text, "0123456789abcdefABCDEF"))
		return -1;
	errno = 0;
	*value = strtoull(*text, &end, 16);
	if (errno || (*end && !strchr(until, *end)))
		return -1;
	*text = end;
	return 0;
}

int truth_parse_range(struct view_ranges *set, const char *text,
		      const char *what, struct error *err)
{
	const char *p = text;
	uint64_t start, end;

	if (parse_hex(&p, "-", &start) || *p++ != '-' ||
	    parse_hex(&p, "", &end))
		return fail(err, "%s: '%s' is not START-END in hexadecimal",
			    what, text);
	if (end < start)
		return fail(err, "%s: 0x%" PRIx64 " ends before it starts, at 0x%"
			    PRIx64, what, start, end);
	return view_ranges_add(set, start, end) ? no_memory(err) : 0;
}

/* --- /proc/iomem ---------------------------------------------------------------- */

static int parse_iomem_line(struct truth *t, const char *line,
			    struct error *err)
{
	const char *p = line + strspn(line, " \t");
	struct view_ranges *set = NULL;
	uint64_t start, end;

	if (parse_hex(&p, "-", &start) || *p++ != '-' ||
	    parse_hex(&p, " ", &end) || strncmp(p, " : ", 3))
		return fail(err, "'%s' is not a line of /proc/iomem", line);
	p += 3;
	if (end < start)
		return fail(err, "0x%" PRIx64 "-0x%" PRIx64
			    " ends before it starts", start, end);
	/* "System RAM (kmem)" too */
	if (!strncmp(p, "System RAM", strlen("System RAM")))
		set = &t->view.ram;
	else if (!strncmp(p, "Crash kernel", strlen("Crash kernel")))
		set = &t->view.crashk;
	return set && view_ranges_add(set, start, end) ? no_memory(err) : 0;
}

int truth_read_iomem(struct truth *t, const char *file, struct error *err)
{
	const struct view_ranges *ram = &t->view.ram;

	if (for_each_line(t, file, parse_iomem_line, err))
		return -1;
	if (!ram->nr)
		return fail(err, "%s: no System RAM", file);
	/* what the kernel shows to all but root */
	if (ram->nr == 1 && !ram->r[0].end)
		return fail(err, "%s: all addresses are 0, read it as root",
			    file);
	t->view.knows_ram = true;
	return 0;
}

/* --- CPUs ------------------------------------------------------------------------- */

static int compare_cpus(const void *a, const void *b)
{
	const struct view_cpu *x = a, *y = b;

	return x->cpu < y->cpu ? -1 : x->cpu > y->cpu;
}

/* the one that has this number, new if need be; NULL without memory */
static struct view_cpu *get_cpu(struct truth *t, unsigned int cpu)
{
	struct view_cpu *more;

	for (size_t i = 0; i < t->nr_cpus; i++)
		if (t->cpus[i].cpu == cpu)
			return &t->cpus[i];
	more = realloc(t->cpus, (t->nr_cpus + 1) * sizeof(*more));
	if (!more)
		return NULL;
	t->cpus = more;
	more += t->nr_cpus++;
	*more = (struct view_cpu){
		.cpu = cpu,
		.hwid = cpu,
		.has_hwid = t->view.arch == ARCH_POWERPC,
	};
	return more;
}

static int set_online(struct truth *t, unsigned int first, unsigned int last,
		      uint32_t hwid, struct error *err)
{
	struct view_cpu *cpu;

	for (unsigned int i = first; i <= last; i++) {
		cpu = get_cpu(t, i);
		if (!cpu)
			return no_memory(err);
		cpu->present = true;
		cpu->online = true;
		cpu->hwid = hwid + (i - first);
	}
	return 0;
}

/* a number, and the text moves on behind it */
static int take_number(const char **text, unsigned long max,
		       unsigned long *number)
{
	char *end;

	if (**text < '0' || **text > '9')
		return -1;
	*number = strtoul(*text, &end, 10);
	*text = end;
	return *number > max ? -1 : 0;
}

int truth_parse_online(struct truth *t, const char *list, struct error *err)
{
	unsigned long first, last, hwid;
	const char *p = list;

	do {
		if (take_number(&p, MAX_CPU, &first))
			goto bad;
		last = first;
		if (*p == '-' && (p++, take_number(&p, MAX_CPU, &last)))
			goto bad;
		hwid = first;
		if (*p == '=' && (p++, take_number(&p, UINT32_MAX, &hwid)))
			goto bad;
		if (last < first || (*p && *p != ','))
			goto bad;
		if (set_online(t, first, last, hwid, err))
			return -1;
	} while (*p++ == ',');
	t->view.knows_cpus = true;
	return 0;
bad:
	return fail(err, "--online: '%s' is not a list of CPUs like 0-3,8 (at '%s')",
		    list, p);
}

static int parse_notes_line(struct truth *t, const char *line,
			    struct error *err)
{
	unsigned long number;
	uint64_t address, size;
	struct view_cpu *cpu;
	int end = 0;

	if (sscanf(line, " vmcoreinfo %" SCNx64 " %" SCNx64 " %n", &address,
		   &size, &end) == 2 && end && !line[end]) {
		t->view.vmcoreinfo = address;
		t->view.vmcoreinfo_size = size;
		return 0;
	}
	end = 0;
	if (sscanf(line, " %lu %" SCNx64 " %" SCNu64 " %n", &number, &address,
		   &size, &end) != 3 || !end || line[end] || number > MAX_CPU)
		return fail(err, "'%s' is not 'CPU ADDRESS SIZE' or 'vmcoreinfo ADDRESS SIZE'",
			    line);
	if (t->view.notes_size && t->view.notes_size != size)
		return fail(err, "notes of %" PRIu64 " bytes, other CPUs have %"
			    PRIu64, size, t->view.notes_size);
	cpu = get_cpu(t, number);
	if (!cpu)
		return no_memory(err);
	cpu->notes = address;
	t->view.notes_size = size;
	return 0;
}

int truth_read_notes(struct truth *t, const char *file, struct error *err)
{
	if (for_each_line(t, file, parse_notes_line, err))
		return -1;
	t->view.knows_cpus = true;
	return 0;
}

/* --- the tree ---------------------------------------------------------------------- */

/* a property of one or two cells as a number; 0 when it is not there */
static uint64_t get_number(const void *fdt, const char *path, const char *name)
{
	int length;
	const void *p = fdt_getprop(fdt, fdt_path_offset(fdt, path), name,
				    &length);

	if (p && length == sizeof(fdt32_t))
		return fdt32_ld(p);
	return p && length == sizeof(fdt64_t) ? fdt64_ld(p) : 0;
}

static int add_region(struct truth *t, struct view_ranges *set,
		      const char *path, const char *base, const char *size)
{
	uint64_t start = get_number(t->tree, path, base);
	uint64_t bytes = get_number(t->tree, path, size);

	return bytes && bytes - 1 <= UINT64_MAX - start &&
	       view_ranges_add(set, start, start + bytes - 1);
}

int truth_read_tree(struct truth *t, const char *file, struct error *err)
{
	int failed;

	t->tree = file_read(file, &t->view.tree_size, err);
	if (!t->tree)
		return -1;
	failed = fdt_check_sound(t->tree, t->view.tree_size);
	if (failed)
		return fail(err, "%s: not a device tree: %s", file,
			    fdt_strerror(failed));
	t->view.tree = t->tree;
	/* what firmware keeps: RTAS (pseries), OPAL (powernv) */
	return add_region(t, &t->view.firmware, "/rtas", "linux,rtas-base",
			  "rtas-size") ||
	       add_region(t, &t->view.firmware, "/ibm,opal",
			  "opal-base-address", "opal-runtime-size") ||
	       /* powerpc does not show it in /proc/iomem */
	       (!t->view.crashk.nr &&
		add_region(t, &t->view.crashk, "/chosen",
			   "linux,crashkernel-base",
			   "linux,crashkernel-size")) ? no_memory(err) : 0;
}

/* without a list, every thread of the tree is a CPU of that number, online */
static int online_by_tree(struct truth *t, struct error *err)
{
	const fdt32_t *ids;
	int node, length;
	const char *type;
	uint32_t id;

	fdt_for_each_subnode(node, t->tree, fdt_path_offset(t->tree, "/cpus")) {
		type = fdt_getprop(t->tree, node, "device_type", NULL);
		if (!type || strcmp(type, "cpu"))
			continue;
		ids = fdt_getprop(t->tree, node, "ibm,ppc-interrupt-server#s",
				  &length);
		if (!ids)
			ids = fdt_getprop(t->tree, node, "reg", &length);
		for (int i = 0; ids && i < length / (int)sizeof(*ids); i++) {
			id = fdt32_ld(&ids[i]);
			if (set_online(t, id, id, id, err))
				return -1;
		}
	}
	t->view.knows_cpus = true;
	return 0;
}

/* --- put together -------------------------------------------------------------------- */

static bool any_online(const struct truth *t)
{
	for (size_t i = 0; i < t->nr_cpus; i++)
		if (t->cpus[i].online)
			return true;
	return false;
}

/* with a part of it unknown, memory would be found wrong that is right */
static const char *missing_for_ram(const struct truth *t)
{
	if (!t->view.knows_ram)
		return "no --iomem";
	if (t->view.arch == ARCH_POWERPC && !t->tree)
		return "no --tree, where firmware's regions are";
	if (!t->view.crashk.nr)
		return "no --crashkernel";
	return NULL;
}

int truth_settle(struct truth *t, struct error *err)
{
	t->no_ram = missing_for_ram(t);
	t->view.knows_ram = !t->no_ram;
	if (t->tree && t->view.arch == ARCH_POWERPC && !any_online(t) &&
	    online_by_tree(t, err))
		return -1;
	if (t->nr_cpus)
		qsort(t->cpus, t->nr_cpus, sizeof(*t->cpus), compare_cpus);
	t->view.cpus = t->cpus;
	t->view.nr_cpus = t->nr_cpus;

	if (view_ranges_copy(&t->view.online, &t->view.ram))
		return no_memory(err);
	for (size_t i = 0; i < t->offline.nr; i++)
		if (view_ranges_remove(&t->view.online, t->offline.r[i].start,
				       t->offline.r[i].end))
			return no_memory(err);
	return 0;
}

void truth_free(struct truth *t)
{
	view_ranges_free(&t->view.ram);
	view_ranges_free(&t->view.online);
	view_ranges_free(&t->view.firmware);
	view_ranges_free(&t->view.crashk);
	view_ranges_free(&t->offline);
	free(t->cpus);
	free(t->tree);
}
