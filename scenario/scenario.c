// SPDX-License-Identifier: GPL-2.0-only
/* A scenario's life: read from a file, used, freed. */
#include <stdlib.h>
#include <string.h>

#include "yaml_reader.h"

static int read_name(struct yaml_reader *r, const yaml_node_t *node)
{
	const char *slash = strrchr(r->file, '/');
	const char *name = slash ? slash + 1 : r->file;

	if (node && yaml_text(r, node, "name", &name))
		return -1;
	r->scenario->file = pool_printf(r->pool, "%s", r->file);
	r->scenario->name = pool_printf(r->pool, "%s", name);
	if (!r->scenario->file || !r->scenario->name)
		return yaml_no_memory(r);
	return 0;
}

/* names and values are the schemes', and they look at them */
static int read_timing(struct yaml_reader *r, const yaml_node_t *node)
{
	struct scenario *s = r->scenario;
	yaml_node_pair_t *pair;
	size_t max;

	if (!node)
		return 0;
	if (node->type != YAML_MAPPING_NODE)
		return yaml_wrong(r, node, "timing is no mapping");
	max = node->data.mapping.pairs.top - node->data.mapping.pairs.start;
	s->timing = pool_alloc(r->pool, (max + 1) * sizeof(*s->timing));
	s->timing_line = pool_alloc(r->pool, (max + 1) * sizeof(int));
	if (!s->timing || !s->timing_line)
		return yaml_no_memory(r);
	for (pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++) {
		const yaml_node_t *key = yaml_node(r, pair->key);
		const char *name, *value;

		if (yaml_text(r, key, "key", &name) ||
		    yaml_text(r, yaml_node(r, pair->value), name, &value))
			return -1;
		s->timing[s->nr_timing] = pool_printf(r->pool, "%s=%s", name,
						      value);
		if (!s->timing[s->nr_timing])
			return yaml_no_memory(r);
		s->timing_line[s->nr_timing++] = key->start_mark.line + 1;
	}
	return 0;
}

static int read_document(struct yaml_reader *r)
{
	struct yaml_field f[] = {
		{ .key = "name" },
		{ .key = "machine", .required = true },
		{ .key = "events", .required = true },
		{ .key = "timing" },
	};

	/* events after the machine, wherever they stand: they need its cores */
	if (yaml_fields(r, yaml_document_get_root_node(&r->doc), "scenario", f, 4) ||
	    read_name(r, f[0].value) ||
	    read_timing(r, f[3].value) ||
	    yaml_machine(r, f[1].value) ||
	    yaml_events(r, f[2].value))
		return -1;
	return 0;
}

struct scenario *scenario_read(const char *file, struct error *err)
{
	struct yaml_reader r = { .file = file, .err = err };
	struct scenario *s = calloc(1, sizeof(*s));
	int rc = -1;

	if (s)
		s->storage = calloc(1, sizeof(*r.pool));
	if (!s || !s->storage) {
		free(s);
		fail(err, "%s: out of memory", file);
		return NULL;
	}
	r.scenario = s;
	r.pool = s->storage;

	if (!yaml_open(&r)) {
		rc = read_document(&r);
		yaml_close(&r);
	}
	core_map_free(&r.cores);
	view_ranges_free(&r.offline);
	if (rc) {
		scenario_free(s);
		return NULL;
	}
	return s;
}

void scenario_free(struct scenario *s)
{
	size_t i;

	if (!s)
		return;
	for (i = 0; i < s->nr_steps; i++)
		free(s->steps[i].events);
	free(s->steps);
	pool_free(s->storage);
	free(s->storage);
	free(s);
}
