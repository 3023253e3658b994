// SPDX-License-Identifier: GPL-2.0-only
/* "load", "reload": by which system call, with what, and what happens meanwhile. */
#include <stdlib.h>
#include <string.h>

#include "yaml_reader.h"

/* include/uapi/linux/kexec.h, 6.12 */
#define KEXEC_ON_CRASH			0x1
#define KEXEC_UPDATE_ELFCOREHDR		0x4
#define KEXEC_CRASH_HOTPLUG_SUPPORT	0x8

/* a crash kernel's region is far smaller; keeps sizes from wrapping */
#define LOAD_SIZE_MAX (UINT64_C(1) << 40)

static const char *const calls[] = {
	[LOAD_KEXEC_FILE_LOAD] = "kexec_file_load",
	[LOAD_KEXEC_LOAD] = "kexec_load",
	NULL,
};

static int read_flag(struct yaml_reader *r, const yaml_node_t *node,
		     unsigned long *flags)
{
	const char *text;
	uint64_t number;

	if (yaml_text(r, node, "flags", &text))
		return -1;
	if (!strcmp(text, "hotplug"))
		*flags |= KEXEC_CRASH_HOTPLUG_SUPPORT;
	else if (!strcmp(text, "update-elfcorehdr"))
		*flags |= KEXEC_UPDATE_ELFCOREHDR;
	else if (parse_number(text, 0, &number) && number <= UINT32_MAX)
		*flags |= number & ~(unsigned long)KEXEC_ON_CRASH;
	else if (strcmp(text, "none"))
		return yaml_wrong(r, node, "flags \"%.40s\" is not hotplug, update-elfcorehdr, none or a number",
				  text);
	return 0;
}

static int read_flags(struct yaml_reader *r, yaml_node_t *node,
		      unsigned long *flags)
{
	yaml_node_item_t *i;

	if (node->type != YAML_SEQUENCE_NODE)
		return read_flag(r, node, flags);
	for (i = node->data.sequence.items.start;
	     i < node->data.sequence.items.top; i++)
		if (read_flag(r, yaml_node(r, *i), flags))
			return -1;
	return 0;
}

static int read_load_size(struct yaml_reader *r, const yaml_node_t *node,
			  const char *what, size_t *size)
{
	uint64_t value;

	if (yaml_size(r, node, what, &value))
		return -1;
	if (!value || value > LOAD_SIZE_MAX)
		return yaml_wrong(r, node, "%s 0x%llx is not a size up to 1T",
				  what, (unsigned long long)value);
	*size = value;
	return 0;
}

/* one segment more than the tool makes, for kexec_load(2) */
static int read_extra(struct yaml_reader *r, yaml_node_t *node,
		      struct load_spec *load)
{
	struct yaml_field f[] = {
		{ .key = "start", .required = true },
		{ .key = "size", .required = true },
		{ .key = "bytes", .required = true },
	};
	struct segment_spec extra = { .name = "other" };
	struct blob bytes;

	if (yaml_fields(r, node, "extra-segment", f, 3) ||
	    yaml_size(r, f[0].value, "start", &extra.mem) ||
	    read_load_size(r, f[1].value, "size", &extra.memsz) ||
	    yaml_bytes(r, f[2].value, "bytes", &bytes))
		return -1;
	if (bytes.size > extra.memsz)
		return yaml_wrong(r, f[2].value, "bytes: %zu of them, the segment has 0x%zx",
				  bytes.size, extra.memsz);
	extra.bytes = bytes.bytes;
	extra.nr_bytes = bytes.size;
	extra.bufsz = bytes.size;
	load->segments = pool_copy(r->pool, &extra, sizeof(extra));
	load->nr_segments = 1;
	return load->segments ? 0 : yaml_no_memory(r);
}

/* the first place of kexec_file_load(2) may be taken */
static int read_elfcorehdr_at(struct yaml_reader *r, const yaml_node_t *node,
			      struct load_spec *load)
{
	struct segment_spec elfcorehdr = { .name = "elfcorehdr" };

	if (yaml_size(r, node, "elfcorehdr-at", &elfcorehdr.mem))
		return -1;
	load->segments = pool_copy(r->pool, &elfcorehdr, sizeof(elfcorehdr));
	load->nr_segments = 1;
	return load->segments ? 0 : yaml_no_memory(r);
}

/* memory comes without any lock that a load holds */
static bool fits_between(enum event_type type)
{
	return type == EVENT_MEMORY_ADD;
}

/* a load needs the lock that another load holds, so none of these can be one */
static bool fits_during(enum event_type type)
{
	return type != EVENT_LOAD && type != EVENT_UNLOAD &&
	       type != EVENT_CRASH && type != EVENT_POKE &&
	       type != EVENT_RANGES;
}

static int read_inner(struct yaml_reader *r, const struct yaml_field *f,
		      bool (*fits)(enum event_type type), const char *fitting,
		      const struct event **events, size_t *nr)
{
	struct event_list list = { 0 };
	int rc = yaml_inner_events(r, f->value, f->key, &list);
	size_t i;

	for (i = 0; !rc && i < list.nr; i++)
		if (!fits(list.events[i].type))
			rc = yaml_wrong(r, f->value, "%s: only %s",
					f->key, fitting);
	if (!rc) {
		*nr = list.nr;
		*events = pool_copy(r->pool, list.events,
				    list.nr * sizeof(*list.events));
		if (!*events)
			rc = yaml_no_memory(r);
	}
	free(list.events);
	return rc;
}

enum {
	F_CALL, F_KERNEL, F_INITRD, F_CMDLINE, F_DURING,
	F_FLAGS, F_CONFIGURED, F_EXTRA,	/* of kexec_load(2) */
	F_ELFCOREHDR, F_BETWEEN,	/* of kexec_file_load(2) */
	NR_FIELDS
};

/* what belongs to one of the calls only */
static int check_call(struct yaml_reader *r, const struct yaml_field *f,
		      enum load_call call)
{
	int i;

	for (i = F_FLAGS; i <= F_BETWEEN; i++) {
		enum load_call owner = i <= F_EXTRA ? LOAD_KEXEC_LOAD :
						      LOAD_KEXEC_FILE_LOAD;

		if (f[i].value && call != owner)
			return yaml_wrong(r, f[i].value, "%s is for call: %s",
					  f[i].key, calls[owner]);
	}
	if (f[F_BETWEEN].value && r->scenario->machine.arch != ARCH_X86_64)
		return yaml_wrong(r, f[F_BETWEEN].value, "between-walks is for x86_64");
	return 0;
}

static int read_cmdline(struct yaml_reader *r, const yaml_node_t *node,
			const char **cmdline)
{
	const char *text;

	if (yaml_text(r, node, "cmdline", &text))
		return -1;
	*cmdline = pool_printf(r->pool, "%s", text);
	return *cmdline ? 0 : yaml_no_memory(r);
}

static int read_events(struct yaml_reader *r, const struct yaml_field *f,
		       struct load_spec *load)
{
	if (f[F_BETWEEN].value &&
	    read_inner(r, &f[F_BETWEEN], fits_between,
		       "memory-add can happen between two walks",
		       &load->between, &load->nr_between))
		return -1;
	return f[F_DURING].value ?
	       read_inner(r, &f[F_DURING], fits_during,
			  "CPU and memory events can happen during a load",
			  &load->during, &load->nr_during) : 0;
}

static int read_load(struct yaml_reader *r, const struct yaml_field *f,
		     struct load_spec *load)
{
	size_t call = LOAD_KEXEC_FILE_LOAD;
	uint64_t configured = 0;

	if (f[F_CALL].value &&
	    yaml_choice(r, f[F_CALL].value, "call", calls, &call))
		return -1;
	load->call = (enum load_call)call;
	if (check_call(r, f, load->call) ||
	    (f[F_FLAGS].value &&
	     read_flags(r, f[F_FLAGS].value, &load->flags)) ||
	    (f[F_KERNEL].value &&
	     read_load_size(r, f[F_KERNEL].value, "kernel-size",
			    &load->kernel_size)) ||
	    (f[F_INITRD].value &&
	     read_load_size(r, f[F_INITRD].value, "initrd-size",
			    &load->initrd_size)) ||
	    (f[F_CMDLINE].value &&
	     read_cmdline(r, f[F_CMDLINE].value, &load->cmdline)) ||
	    (f[F_CONFIGURED].value &&
	     yaml_number(r, f[F_CONFIGURED].value, "configured-cpus", 1,
			 MAX_CPUS, &configured)) ||
	    (f[F_EXTRA].value && read_extra(r, f[F_EXTRA].value, load)) ||
	    (f[F_ELFCOREHDR].value &&
	     read_elfcorehdr_at(r, f[F_ELFCOREHDR].value, load)))
		return -1;
	load->configured_cpus = configured;
	return read_events(r, f, load);
}

int yaml_load(struct yaml_reader *r, const struct event_kind *kind,
	      struct item *item, yaml_node_t *value)
{
	struct yaml_field f[NR_FIELDS] = {
		[F_CALL] = { .key = "call" },
		[F_FLAGS] = { .key = "flags" },
		[F_KERNEL] = { .key = "kernel-size" },
		[F_INITRD] = { .key = "initrd-size" },
		[F_CMDLINE] = { .key = "cmdline" },
		[F_CONFIGURED] = { .key = "configured-cpus" },
		[F_EXTRA] = { .key = "extra-segment" },
		[F_ELFCOREHDR] = { .key = "elfcorehdr-at" },
		[F_BETWEEN] = { .key = "between-walks" },
		[F_DURING] = { .key = "during" },
	};
	struct load_spec load = {
		.if_needed = !strcmp(kind->name, "reload"),
		.call = LOAD_KEXEC_FILE_LOAD,
	};
	struct event *event;

	if (value && value->type == YAML_MAPPING_NODE) {
		if (yaml_fields(r, value, kind->name, f, NR_FIELDS))
			return -1;
	} else {
		f[F_CALL].value = value;
	}
	if (read_load(r, f, &load))
		return -1;
	event = item_event(r, item, EVENT_LOAD);
	if (!event)
		return -1;
	event->u.load = load;
	return 0;
}
