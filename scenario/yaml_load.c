// SPDX-License-Identifier: GPL-2.0-only
/* "load": by which system call, with what, and what happens meanwhile. */
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

/* a load needs the lock that another load holds, so none of these can be one */
static int read_during(struct yaml_reader *r, yaml_node_t *node,
		       struct load_spec *load)
{
	struct event_list list = { NULL };
	int rc = yaml_inner_events(r, node, "during", &list);
	size_t i;

	for (i = 0; !rc && i < list.nr; i++) {
		switch (list.events[i].type) {
		case EVENT_LOAD:
		case EVENT_UNLOAD:
		case EVENT_CRASH:
		case EVENT_POKE:
			rc = yaml_wrong(r, node, "during: only CPU and memory events can happen during a load");
			break;
		default:
			break;
		}
	}
	if (!rc) {
		load->nr_during = list.nr;
		load->during = pool_copy(r->pool, list.events,
					 list.nr * sizeof(*list.events));
		if (!load->during)
			rc = yaml_no_memory(r);
	}
	free(list.events);
	return rc;
}

enum { F_CALL, F_FLAGS, F_KERNEL, F_INITRD, F_CMDLINE, F_DURING, NR_FIELDS };

static int read_load(struct yaml_reader *r, const struct yaml_field *f,
		     struct load_spec *load)
{
	size_t call = LOAD_KEXEC_FILE_LOAD;

	if (f[F_CALL].value &&
	    yaml_choice(r, f[F_CALL].value, "call", calls, &call))
		return -1;
	load->call = (enum load_call)call;
	if (f[F_FLAGS].value && load->call != LOAD_KEXEC_LOAD)
		return yaml_wrong(r, f[F_FLAGS].value, "flags belong to call: kexec_load");

	if ((f[F_FLAGS].value &&
	     read_flags(r, f[F_FLAGS].value, &load->flags)) ||
	    (f[F_KERNEL].value &&
	     read_load_size(r, f[F_KERNEL].value, "kernel-size",
			    &load->kernel_size)) ||
	    (f[F_INITRD].value &&
	     read_load_size(r, f[F_INITRD].value, "initrd-size",
			    &load->initrd_size)) ||
	    (f[F_CMDLINE].value &&
	     yaml_text(r, f[F_CMDLINE].value, "cmdline", &load->cmdline)))
		return -1;
	if (load->cmdline) {
		load->cmdline = pool_printf(r->pool, "%s", load->cmdline);
		if (!load->cmdline)
			return yaml_no_memory(r);
	}
	return f[F_DURING].value ?
	       read_during(r, f[F_DURING].value, load) : 0;
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
		[F_DURING] = { .key = "during" },
	};
	struct load_spec load = { .call = LOAD_KEXEC_FILE_LOAD };
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
