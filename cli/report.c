// SPDX-License-Identifier: GPL-2.0-only
/* Verdicts, findings and segments as text and as JSON. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "report.h"

void written_add(struct written *written, const struct image_view *image,
		 const struct event_report *report)
{
	const struct view_segment *names =
		image_view_segment(image, image_view_names(image));

	for (size_t i = 0; i < image->nr_segments; i++) {
		const struct view_segment *s = &image->segment[i];
		bool spare = s->kind == SEGMENT_SPARE;

		written->bytes[spare ? s->loaded_as : s->kind] +=
			report->bytes_written[i];
		written->slots |= spare;
	}
	if (names)
		written->slot = image_view_slot(image, names);
}

void written_sum(struct written *sum, const struct written *one)
{
	for (int kind = 0; kind < NR_SEGMENT_KINDS; kind++)
		sum->bytes[kind] += one->bytes[kind];
	sum->slots |= one->slots;
	if (one->slots)
		sum->slot = one->slot;
}

/* what changed of purgatory is the word that says which slot is read */
static bool names_slot(const struct written *written)
{
	return written->slots && written->bytes[SEGMENT_PURGATORY];
}

void written_text(const struct written *written, char *buf, size_t size)
{
	size_t used = 0;

	snprintf(buf, size, "-");
	for (int kind = 0; kind < NR_SEGMENT_KINDS && used < size; kind++) {
		if (!written->bytes[kind] ||
		    (kind == SEGMENT_PURGATORY && names_slot(written)))
			continue;
		used += snprintf(buf + used, size - used, "%s%s %zu",
				 used ? ", " : "", segment_kind_name(kind),
				 written->bytes[kind]);
	}
	if (names_slot(written) && used < size)
		snprintf(buf + used, size - used, "%sslot %zu",
			 used ? ", " : "", written->slot);
}

struct windows windows_of(const struct event_report *report)
{
	return (struct windows){
		.hidden = report->hidden,
		.hidden_ns = report->hidden_ns,
		.locked_ns = report->locked_ns,
		.no_dump_ns = report->no_dump_ns,
		.longest_ns = report->longest_ns,
	};
}

void windows_add(struct windows *sum, const struct windows *one)
{
	sum->hidden += one->hidden;
	sum->hidden_ns += one->hidden_ns;
	sum->locked_ns += one->locked_ns;
	sum->no_dump_ns += one->no_dump_ns;
	if (sum->longest_ns < one->longest_ns)
		sum->longest_ns = one->longest_ns;
}

/* microseconds, as many digits as say something */
static int digits(uint64_t ns)
{
	return ns < 1000 ? 2 : ns < 10000;
}

void windows_text(const struct windows *w, char *buf, size_t size)
{
	int used = 0;

	*buf = '\0';
	if (w->hidden)
		used = snprintf(buf, size, ", hidden %.*f",
				digits(w->hidden_ns), w->hidden_ns / 1e3);
	if (w->locked_ns)
		snprintf(buf + used, size - used, ", locked %.*f us",
			 digits(w->locked_ns), w->locked_ns / 1e3);
}

void duration_text(uint64_t ns, char *buf, size_t size)
{
	snprintf(buf, size, "%.*f us", digits(ns), ns / 1e3);
}

/* by the words that the emulated kernel has for them (shim/generic.c) */
static int add_violation(struct verdict *verdict, const char *text)
{
	/* a leak spoils no dump yet: the mildest word that is not good */
	if (strstr(text, "() keeps "))
		return verdict_add(verdict, I_LEAK, VERDICT_STALE, false, "%s",
				   text);
	if (strstr(text, "left kexec_crash_image") ||
	    strstr(text, "the image was hidden"))
		return verdict_add(verdict, I_LIVE, VERDICT_LOST, false, "%s",
				   text);
	return verdict_add(verdict, I_MEM, VERDICT_LOST, false, "%s", text);
}

/*
 * __crash_kexec() (kernel/crash_core.c, 6.12) only tries the lock: where somebody
 * holds it, the panic goes on without a dump.
 */
int verdict_lock_held(struct verdict *verdict)
{
	return verdict_add(verdict, I_LIVE, VERDICT_LOST, false,
			   "the kexec lock is held: a crash now leaves the image alone");
}

int add_violations(struct verdict *verdict, const struct machine *machine,
		   unsigned int nr, unsigned long *lost_allocs)
{
	unsigned long live = machine_lost_allocs(machine);
	int failed = 0;

	for (unsigned int i = 0; i < nr && !failed; i++)
		failed = add_violation(verdict, machine_violation(machine, i));
	if (!failed && live > *lost_allocs)
		failed = verdict_add(verdict, I_LEAK, VERDICT_STALE, false,
				     "%lu allocations were not freed",
				     live - *lost_allocs);
	*lost_allocs = live;
	return failed;
}

void report_findings(const struct verdict *verdict, bool remarks, int indent)
{
	for (size_t i = 0; i < verdict->nr; i++) {
		const struct finding *f = &verdict->findings[i];

		if (f->remark && !remarks)
			continue;
		printf("%*s%s%s: %s\n", indent, "", f->remark ? "remark: " : "",
		       invariant_name(f->inv), f->text);
	}
}

json_t *json_log(const struct machine *machine)
{
	json_t *log = json_array();

	for (unsigned int i = 0; i < machine_nr_log(machine); i++)
		json_array_append_new(log, json_string(machine_log(machine, i)));
	return log;
}

void report_log(const json_t *log, char max_level, int indent)
{
	size_t nr = json_array_size(log), same;

	for (size_t i = 0; i < nr; i += same) {
		json_t *entry = json_array_get(log, i);
		const char *line = json_string_value(entry);

		for (same = 1; i + same < nr; same++)
			if (!json_equal(entry, json_array_get(log, i + same)))
				break;
		if (line[0] != '<' || !line[1] || line[1] > max_level)
			continue;
		printf("%*skernel: %s", indent, "", line + strlen("<3>"));
		if (same > 1)
			printf(" (%zu times)", same);
		putchar('\n');
	}
}

json_t *json_written(const struct written *written)
{
	json_t *object = json_object();

	for (int kind = 0; kind < NR_SEGMENT_KINDS; kind++)
		if (written->bytes[kind])
			json_object_set_new(object, segment_kind_name(kind),
					    json_integer(written->bytes[kind]));
	if (names_slot(written))
		json_object_set_new(object, "slot",
				    json_integer((json_int_t)written->slot));
	return object;
}

json_t *json_findings(const struct verdict *verdict)
{
	json_t *array = json_array();

	for (size_t i = 0; verdict && i < verdict->nr; i++) {
		const struct finding *f = &verdict->findings[i];

		json_array_append_new(array,
			json_pack("{s:s, s:b, s:s}",
				  "invariant", invariant_name(f->inv),
				  "remark", f->remark, "text", f->text));
	}
	return array;
}

int json_print(json_t *root)
{
	int failed = !root || json_dumpf(root, stdout, JSON_INDENT(2));

	json_decref(root);
	putchar('\n');
	/* main() speaks up when it is stdout that failed */
	return failed && !ferror(stdout) ?
	       cli_fail("out of memory while printing JSON") : STATUS_GOOD;
}

/* the value of a file below /sys, or NULL */
static const char *sysfs_value(struct machine *machine, const char *path)
{
	const struct sysfs_file *files;
	size_t nr = machine_sysfs(machine, &files);

	for (size_t i = 0; i < nr; i++)
		if (!strcmp(files[i].path, path))
			return files[i].value;
	return NULL;
}

unsigned int machine_elfcorehdr_size(struct machine *machine)
{
	const char *value = sysfs_value(machine,
					"kernel/crash_elfcorehdr_size");

	return value ? strtoul(value, NULL, 10) : 0;
}
