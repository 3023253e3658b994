// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a test wants to know of a header or a tree, read without any code of
 * core's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pseries.h"

u64 header_backup(const void *header)
{
	const Elf64_Ehdr *ehdr = header;
	const Elf64_Phdr *phdr = header + sizeof(*ehdr);
	unsigned int i;

	for (i = 0; i < ehdr->e_phnum; i++)
		if (phdr[i].p_type == PT_LOAD && !phdr[i].p_paddr)
			return phdr[i].p_offset;
	fail_msg("no PT_LOAD at 0");
	return 0;
}

static bool has_type(const void *fdt, int node, const char *type)
{
	const char *value = fdt_getprop(fdt, node, "device_type", NULL);

	return value && !strcmp(value, type);
}

/* what an update makes anew */
static bool is_core(const void *fdt, int node)
{
	return has_type(fdt, node, "cpu") || has_type(fdt, node, "cache");
}

void assert_cpus(const char *what, const char *expected, const void *fdt)
{
	const int cpus = fdt_path_offset(fdt, "/cpus");
	char text[RANGES_TEXT] = "";
	size_t len = 0;
	int node;

	if (cpus < 0)
		fail_msg("%s: no /cpus", what);
	fdt_for_each_subnode(node, fdt, cpus)
		len += snprintf(text + len, sizeof(text) - len, "%s%s",
				len ? " " : "",
				fdt_get_name(fdt, node, NULL));
	if (strcmp(text, expected))
		fail_msg("%s: children of /cpus:\n\texpected %s\n\tgot      %s",
			 what, expected, text);
}

/* --- two trees ----------------------------------------------------------- */

/* the next property, from @prop on, that is not the "name" of a cache */
static int skip_name(const void *fdt, int node, int prop)
{
	const char *name;

	while (prop >= 0) {
		fdt_getprop_by_offset(fdt, prop, &name, NULL);
		if (strcmp(name, "name") || !has_type(fdt, node, "cache"))
			break;
		prop = fdt_next_property_offset(fdt, prop);
	}
	return prop;
}

static void assert_node(const char *what, const void *live, int node,
			const void *fdt, int copy)
{
	const char *unit = fdt_get_name(live, node, NULL);
	int a = skip_name(live, node, fdt_first_property_offset(live, node));
	int b = fdt_first_property_offset(fdt, copy);
	const char *name_a, *name_b;
	const void *value_a, *value_b;
	int len_a, len_b;

	while (a >= 0 && b >= 0) {
		value_a = fdt_getprop_by_offset(live, a, &name_a, &len_a);
		value_b = fdt_getprop_by_offset(fdt, b, &name_b, &len_b);
		if (strcmp(name_a, name_b))
			fail_msg("%s: %s: expected property %s, got %s", what,
				 unit, name_a, name_b);
		if (len_a != len_b || memcmp(value_a, value_b, len_a))
			fail_msg("%s: %s: property %s differs from the live tree's",
				 what, unit, name_a);
		a = skip_name(live, node, fdt_next_property_offset(live, a));
		b = fdt_next_property_offset(fdt, b);
	}
	if (a >= 0 || b >= 0)
		fail_msg("%s: %s has properties too %s", what, unit,
			 a >= 0 ? "few" : "many");
}

struct child {
	const char *unit;
	int node;
};

static int compare_children(const void *a, const void *b)
{
	return strcmp(((const struct child *)a)->unit,
		      ((const struct child *)b)->unit);
}

/* CPU and cache nodes of /cpus, by their names; the array is malloc()ed */
static struct child *cores(const char *what, const void *fdt, size_t *nr)
{
	const int cpus = fdt_path_offset(fdt, "/cpus");
	/* no node takes less than three tags */
	struct child *child = calloc(fdt_totalsize(fdt) / 12, sizeof(*child));
	int node;

	if (cpus < 0)
		fail_msg("%s: no /cpus", what);
	*nr = 0;
	fdt_for_each_subnode(node, fdt, cpus)
		if (is_core(fdt, node))
			child[(*nr)++] = (struct child){
				fdt_get_name(fdt, node, NULL), node
			};
	qsort(child, *nr, sizeof(*child), compare_children);
	return child;
}

void assert_live_cpus(const char *what, struct pseries *p, const void *fdt)
{
	struct child *expected, *got;
	size_t size, i, nr, nr_got;
	void *live;

	assert_errno("flatten the live tree", 0,
		     kernel_flatten_tree(p->kernel, &live, &size));
	expected = cores("the live tree", live, &nr);
	got = cores(what, fdt, &nr_got);
	for (i = 0; i < nr && i < nr_got; i++) {
		if (strcmp(expected[i].unit, got[i].unit))
			fail_msg("%s: expected %s, got %s", what,
				 expected[i].unit, got[i].unit);
		assert_node(what, live, expected[i].node, fdt, got[i].node);
	}
	if (nr != nr_got)
		fail_msg("%s: expected %zu CPU and cache nodes, got %zu", what,
			 nr, nr_got);
	free(expected);
	free(got);
	free(live);
}

/* one line for each node, property and end, in document order */
struct outline {
	const void *fdt;
	int cpus;
	char *text;
	size_t len;
};

static void __printf(2, 3) put(struct outline *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	o->len += vsprintf(o->text + o->len, fmt, ap);
	va_end(ap);
}

static void outline_node(struct outline *o, int node)
{
	int prop, child, len, i;
	const char *name;
	const u8 *value;

	put(o, "%s {\n", fdt_get_name(o->fdt, node, NULL));
	fdt_for_each_property_offset(prop, o->fdt, node) {
		value = fdt_getprop_by_offset(o->fdt, prop, &name, &len);
		put(o, "%s =", name);
		for (i = 0; i < len; i++)
			put(o, " %02x", value[i]);
		put(o, "\n");
	}
	fdt_for_each_subnode(child, o->fdt, node)
		if (node != o->cpus || !is_core(o->fdt, child))
			outline_node(o, child);
	put(o, "}\n");
}

static char *outline(const void *fdt)
{
	struct outline o = {
		.fdt = fdt,
		.cpus = fdt_path_offset(fdt, "/cpus"),
		/* a byte takes three characters; names may be shared */
		.text = malloc(16 * fdt_totalsize(fdt)),
	};

	outline_node(&o, 0);
	return o.text;
}

void assert_rest_equal(const char *what, const void *expected, const void *got)
{
	char *a, *b;
	size_t i, line;

	assert_u64(what, fdt_off_mem_rsvmap(expected), fdt_off_mem_rsvmap(got));
	assert_u64(what, fdt_off_dt_struct(expected), fdt_off_dt_struct(got));
	assert_bytes("memory reservations",
		     expected + fdt_off_mem_rsvmap(expected),
		     got + fdt_off_mem_rsvmap(got),
		     fdt_off_dt_struct(got) - fdt_off_mem_rsvmap(got));
	assert_u64("version", fdt_version(expected), fdt_version(got));
	assert_u64("boot CPU", fdt_boot_cpuid_phys(expected),
		   fdt_boot_cpuid_phys(got));

	a = outline(expected);
	b = outline(got);
	for (i = 0, line = 0; a[i] && a[i] == b[i]; i++)
		if (a[i] == '\n')
			line = i + 1;
	if (a[i] != b[i])
		fail_msg("%s: expected '%.*s', got '%.*s'", what,
			 (int)strcspn(a + line, "\n"), a + line,
			 (int)strcspn(b + line, "\n"), b + line);
	free(a);
	free(b);
}

void assert_fdt_ok(const char *what, const void *fdt, size_t room)
{
	int err = fdt_check_full(fdt, room);

	if (err)
		fail_msg("%s: libfdt says %s", what, fdt_strerror(err));
}

/* --- before and after ---------------------------------------------------- */

struct snapshot *snapshot_take(struct pseries *p)
{
	struct snapshot *s = calloc(1, sizeof(*s));

	for (; s->nr < p->image->nr_segments; s->nr++) {
		s->size[s->nr] = pseries_memsz(p, s->nr);
		s->bytes[s->nr] = pseries_copy(p, s->nr);
	}
	return s;
}

bool snapshot_differs(const struct snapshot *s, struct pseries *p, int segment)
{
	return memcmp(s->bytes[segment], pseries_bytes(p, segment),
		      s->size[segment]);
}

void snapshot_free(struct snapshot *s)
{
	while (s->nr--)
		free(s->bytes[s->nr]);
	free(s);
}

void assert_changed(const char *what, struct snapshot *before,
			   struct pseries *p, unsigned int changed)
{
	unsigned long i;

	for (i = 0; i < before->nr; i++)
		if (snapshot_differs(before, p, i) != !!(changed & 1 << i))
			fail_msg("%s: segment %lu was %schanged", what, i,
				 changed & 1 << i ? "not " : "");
	snapshot_free(before);
}

/* --- what can be seen from outside --------------------------------------- */

void assert_support(const char *what, struct pseries *p, int expected)
{
	if (kernel_crash_hotplug_attr(p->kernel) != expected)
		fail_msg("%s: crash_hotplug reads %d", what, !expected);
}

bool was_logged(struct pseries *p, const char *text)
{
	unsigned int i;

	for (i = 0; i < kernel_nr_log(p->kernel); i++)
		if (strstr(kernel_log_line(p->kernel, i), text))
			return true;
	return false;
}

void assert_logged(struct pseries *p, const char *text)
{
	if (!was_logged(p, text))
		fail_msg("no message says '%s'", text);
}
