// SPDX-License-Identifier: GPL-2.0-only
/* Values out of YAML nodes: mappings, numbers, sizes, ranges, CPU lists. */
#include <ctype.h>
#include <string.h>

#include "builtin_tree.h"
#include "values.h"
#include "yaml_reader.h"

static const char *kind_name(const yaml_node_t *node)
{
	switch (node->type) {
	case YAML_MAPPING_NODE:
		return "a mapping";
	case YAML_SEQUENCE_NODE:
		return "a list";
	default:
		return "one value";
	}
}

int yaml_text(struct yaml_reader *r, const yaml_node_t *node, const char *what,
	      const char **text)
{
	const char *value = (const char *)node->data.scalar.value;

	if (node->type != YAML_SCALAR_NODE)
		return yaml_wrong(r, node, "%s is %s; one value is wanted",
				  what, kind_name(node));
	if (!node->data.scalar.length)
		return yaml_wrong(r, node, "%s has no value", what);
	if (strlen(value) != node->data.scalar.length)
		return yaml_wrong(r, node, "%s \"%s\" goes on behind a zero byte",
				  what, value);
	*text = value;
	return 0;
}

/* which field the key names; NULL with @r->err set when it is none */
static struct yaml_field *field_of(struct yaml_reader *r,
				   const yaml_node_t *key, const char *what,
				   struct yaml_field *fields, size_t nr)
{
	const char *name;
	size_t i;

	if (yaml_text(r, key, "key", &name))
		return NULL;
	for (i = 0; i < nr; i++)
		if (!strcmp(fields[i].key, name))
			return &fields[i];
	yaml_wrong(r, key, "unknown key \"%.60s\" in %s", name, what);
	return NULL;
}

int yaml_fields(struct yaml_reader *r, yaml_node_t *map, const char *what,
		struct yaml_field *fields, size_t nr)
{
	yaml_node_pair_t *pair;
	size_t i;

	if (map->type != YAML_MAPPING_NODE)
		return yaml_wrong(r, map, "%s is %s; a mapping is wanted",
				  what, kind_name(map));

	for (pair = map->data.mapping.pairs.start;
	     pair < map->data.mapping.pairs.top; pair++) {
		yaml_node_t *key = yaml_node(r, pair->key);
		struct yaml_field *field = field_of(r, key, what, fields, nr);

		if (!field)
			return -1;
		if (field->value)
			return yaml_wrong(r, key, "\"%s\" stands in %s twice",
					  field->key, what);
		field->value = yaml_node(r, pair->value);
	}

	for (i = 0; i < nr; i++)
		if (fields[i].required && !fields[i].value)
			return yaml_wrong(r, map, "%s has no \"%s\"", what,
					  fields[i].key);
	return 0;
}

int yaml_number(struct yaml_reader *r, const yaml_node_t *node,
		const char *what, uint64_t min, uint64_t max, uint64_t *value)
{
	const char *text;

	if (yaml_text(r, node, what, &text))
		return -1;
	if (!parse_number(text, 0, value) || *value < min || *value > max)
		return yaml_wrong(r, node, "%s \"%.40s\" is no number from %llu to %llu",
				  what, text, (unsigned long long)min,
				  (unsigned long long)max);
	return 0;
}

int yaml_size(struct yaml_reader *r, const yaml_node_t *node, const char *what,
	      uint64_t *size)
{
	const char *text;

	if (yaml_text(r, node, what, &text))
		return -1;
	if (!parse_size(text, size))
		return yaml_wrong(r, node, "%s \"%.40s\" is no size such as 0x1000, 4096, 64K or 16G",
				  what, text);
	return 0;
}

int yaml_bool(struct yaml_reader *r, const yaml_node_t *node, const char *what,
	      bool *value)
{
	static const char *const words[] = { "false", "true", NULL };
	size_t choice;

	if (yaml_choice(r, node, what, words, &choice))
		return -1;
	*value = choice;
	return 0;
}

int yaml_choice(struct yaml_reader *r, const yaml_node_t *node,
		const char *what, const char *const *names, size_t *choice)
{
	char known[160] = "";
	const char *text;
	size_t i;

	if (yaml_text(r, node, what, &text))
		return -1;
	for (i = 0; names[i]; i++) {
		if (!strcmp(names[i], text)) {
			*choice = i;
			return 0;
		}
		if (i)
			strcat(known, names[i + 1] ? ", " : " or ");
		strcat(known, names[i]);
	}
	return yaml_wrong(r, node, "%s \"%.40s\" is not %s", what, text, known);
}

int yaml_bytes(struct yaml_reader *r, const yaml_node_t *node, const char *what,
	       struct blob *bytes)
{
	const char *text, *at;
	uint8_t *out;

	if (yaml_text(r, node, what, &text))
		return -1;
	out = pool_alloc(r->pool, strlen(text) / 2 + 1);
	if (!out)
		return yaml_no_memory(r);

	bytes->bytes = out;
	bytes->size = 0;
	for (at = text; *at; at++) {
		uint64_t byte;
		char pair[3] = { at[0], at[1] };

		if (*at == ' ')
			continue;
		if (!at[1] || !isxdigit((unsigned char)at[1]) ||
		    !parse_number(pair, 16, &byte))
			return yaml_wrong(r, node, "%s \"%.40s\" are no bytes such as \"00 1f\"",
					  what, text);
		out[bytes->size++] = (uint8_t)byte;
		at++;
	}
	return 0;
}

static int take_memory(struct yaml_reader *r, const yaml_node_t *node,
		       const char *what, struct memory_spec *memory)
{
	if (!memory->size)
		return yaml_wrong(r, node, "%s at 0x%llx has size 0", what,
				  (unsigned long long)memory->start);
	if (r->shift > UINT64_MAX - memory->start)
		return yaml_wrong(r, node, "%s is repeated behind the last address",
				  what);
	memory->start += r->shift;
	if (memory->size - 1 > UINT64_MAX - memory->start)
		return yaml_wrong(r, node, "%s 0x%llx+0x%llx ends behind the last address",
				  what, (unsigned long long)memory->start,
				  (unsigned long long)memory->size);
	return 0;
}

static int short_memory(struct yaml_reader *r, const yaml_node_t *node,
			const char *what, struct memory_spec *memory)
{
	const char *text, *sign;
	char start[32];
	size_t len;

	if (yaml_text(r, node, what, &text))
		return -1;
	len = strcspn(text, "+-");
	sign = text + len;
	if (*sign && len < sizeof(start)) {
		memcpy(start, text, len);
		start[len] = '\0';
		if (parse_size(start, &memory->start) &&
		    parse_size(sign + 1, &memory->size) &&
		    (*sign == '+' || memory->size > memory->start)) {
			/* as in /proc/iomem, the last byte is inside */
			if (*sign == '-')
				memory->size -= memory->start - 1;
			return take_memory(r, node, what, memory);
		}
	}
	return yaml_wrong(r, node, "%s \"%.60s\" is not START+SIZE or START-END, such as 0x80000000+256M",
			  what, text);
}

/* @f: "times" and "step" */
static int read_times(struct yaml_reader *r, const yaml_node_t *node,
		      const char *what, const struct yaml_field *f,
		      const struct memory_spec *memory, uint64_t *times,
		      uint64_t *step)
{
	if ((f[0].value &&
	     yaml_number(r, f[0].value, "times", 1, MAX_TIMES, times)) ||
	    (f[1].value && yaml_size(r, f[1].value, "step", step)))
		return -1;
	if (*times > 1 &&
	    *step > (UINT64_MAX - memory->start - (memory->size - 1)) /
		    (*times - 1))
		return yaml_wrong(r, node, "%s: number %llu ends behind the last address",
				  what, (unsigned long long)*times);
	return 0;
}

int yaml_memories(struct yaml_reader *r, yaml_node_t *node, const char *what,
		  struct memory_spec *memory, uint64_t *times, uint64_t *step)
{
	struct yaml_field f[] = {
		{ .key = "start", .required = true },
		{ .key = "size", .required = true },
		{ .key = "nid" },
		{ .key = "times" },
		{ .key = "step" },
	};
	uint64_t nid = 0;

	*memory = (struct memory_spec){ 0 };
	*times = 1;
	*step = 0;
	if (node->type != YAML_MAPPING_NODE)
		return short_memory(r, node, what, memory);
	if (yaml_fields(r, node, what, f, 5) ||
	    yaml_size(r, f[0].value, "start", &memory->start) ||
	    yaml_size(r, f[1].value, "size", &memory->size) ||
	    (f[2].value && yaml_number(r, f[2].value, "nid", 0, 255, &nid)))
		return -1;
	memory->nid = (int)nid;
	return take_memory(r, node, what, memory) ||
	       read_times(r, node, what, &f[3], memory, times, step) ? -1 : 0;
}

int yaml_memory(struct yaml_reader *r, yaml_node_t *node, const char *what,
		struct memory_spec *memory)
{
	uint64_t times, step;

	if (yaml_memories(r, node, what, memory, &times, &step))
		return -1;
	return times == 1 ? 0 :
	       yaml_wrong(r, node, "%s: times is for lists of memory", what);
}

static int append_cpus(struct yaml_reader *r, const yaml_node_t *node,
		       const char *what, struct cpu_list *list)
{
	unsigned int cpu, last;
	const char *text, *at;
	int got;

	if (yaml_text(r, node, what, &text))
		return -1;
	for (at = text; (got = parse_cpus(&at, &cpu, &last)) > 0;) {
		if (last - cpu >= MAX_CPUS - list->nr)
			return yaml_wrong(r, node, "%s \"%.40s\" names more than %u CPUs",
					  what, text, MAX_CPUS);
		while (cpu <= last)
			list->cpus[list->nr++] = cpu++;
	}
	if (got < 0)
		return yaml_wrong(r, node, "%s \"%.40s\" is no CPU list such as 12 or 0-7,16; the last CPU is %u",
				  what, text, MAX_CPUS - 1);
	return 0;
}

int yaml_tree(struct yaml_reader *r, const yaml_node_t *node, const char *what,
	      struct blob *tree)
{
	const char *slash = strrchr(r->file, '/');
	const char *name, *path;
	struct error why;

	if (yaml_text(r, node, what, &name))
		return -1;
	if (!strncmp(name, BUILTIN_TREE, strlen(BUILTIN_TREE)))
		return builtin_tree(name + strlen(BUILTIN_TREE), tree) ? 0 :
		       yaml_wrong(r, node, "%s: \"%.40s\" is none of the built-in trees, which are "
				  BUILTIN_TREES, what, name);
	path = pool_printf(r->pool, "%.*s%s",
			   name[0] != '/' && slash ?
			   (int)(slash + 1 - r->file) : 0, r->file, name);
	if (!path)
		return yaml_no_memory(r);
	if (tree_file_read(path, r->pool, tree, &why))
		return yaml_wrong(r, node, "%s: %s", what, why.text);
	return 0;
}

int yaml_cpus(struct yaml_reader *r, yaml_node_t *node, const char *what,
	      struct cpu_list *list)
{
	yaml_node_item_t *item;

	list->nr = 0;
	if (node->type != YAML_SEQUENCE_NODE)
		return append_cpus(r, node, what, list);

	for (item = node->data.sequence.items.start;
	     item < node->data.sequence.items.top; item++)
		if (append_cpus(r, yaml_node(r, *item), what, list))
			return -1;
	if (!list->nr)
		return yaml_wrong(r, node, "%s names no CPU", what);
	return 0;
}
