// SPDX-License-Identifier: GPL-2.0-only
/* Reading defect.yaml. */
#include <stdlib.h>

#include "defect.h"
#include "yaml_reader.h"

static const char *const states[] = { "fixed", "present", NULL };

static int read_copy(struct yaml_reader *r, const yaml_node_t *node,
		     const char *what, char **copy)
{
	const char *text;

	if (yaml_text(r, node, what, &text))
		return -1;
	*copy = pool_printf(r->pool, "%s", text);
	return *copy ? 0 : yaml_no_memory(r);
}

static int read_invariants(struct yaml_reader *r, yaml_node_t *node,
			   struct defect *d)
{
	yaml_node_item_t *i;

	if (node->type != YAML_SEQUENCE_NODE) {
		d->nr_invariants = 1;
		return read_copy(r, node, "invariant", &d->invariants[0]);
	}
	for (i = node->data.sequence.items.start;
	     i < node->data.sequence.items.top; i++) {
		if (d->nr_invariants == DEFECT_MAX_INVARIANTS)
			return yaml_wrong(r, node, "invariant: more than %d of them",
					  DEFECT_MAX_INVARIANTS);
		if (read_copy(r, yaml_node(r, *i), "invariant",
			      &d->invariants[d->nr_invariants++]))
			return -1;
	}
	return d->nr_invariants ? 0 : yaml_wrong(r, node, "invariant is empty");
}

static int read_document(struct yaml_reader *r, struct defect *d)
{
	enum { F_ID, F_TITLE, F_INVARIANT, F_UPSTREAM, F_COMMIT, F_NOTE, NR };
	struct yaml_field f[NR] = {
		[F_ID] = { .key = "id", .required = true },
		[F_TITLE] = { .key = "title", .required = true },
		[F_INVARIANT] = { .key = "invariant", .required = true },
		[F_UPSTREAM] = { .key = "upstream", .required = true },
		[F_COMMIT] = { .key = "commit" },
		[F_NOTE] = { .key = "note" },
	};
	size_t present;

	if (yaml_fields(r, yaml_document_get_root_node(&r->doc), "defect", f,
			NR) ||
	    read_copy(r, f[F_ID].value, "id", &d->id) ||
	    read_copy(r, f[F_TITLE].value, "title", &d->title) ||
	    read_invariants(r, f[F_INVARIANT].value, d) ||
	    yaml_choice(r, f[F_UPSTREAM].value, "upstream", states, &present) ||
	    (f[F_COMMIT].value &&
	     read_copy(r, f[F_COMMIT].value, "commit", &d->commit)) ||
	    (f[F_NOTE].value && read_copy(r, f[F_NOTE].value, "note", &d->note)))
		return -1;
	d->present = present;
	return 0;
}

int defect_read(const char *file, struct defect *defect, struct error *err)
{
	struct yaml_reader r = { .file = file, .err = err };
	int rc;

	*defect = (struct defect){ .storage = calloc(1, sizeof(*r.pool)) };
	if (!defect->storage)
		return fail(err, "%s: out of memory", file);
	r.pool = defect->storage;
	rc = yaml_open(&r);
	if (!rc) {
		rc = read_document(&r, defect);
		yaml_close(&r);
	}
	if (rc)
		defect_free(defect);
	return rc;
}

void defect_free(struct defect *defect)
{
	if (defect->storage)
		pool_free(defect->storage);
	free(defect->storage);
	*defect = (struct defect){ 0 };
}
