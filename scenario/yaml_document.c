// SPDX-License-Identifier: GPL-2.0-only
/* A YAML file as a document of nodes that know their line. */
#include <stdarg.h>
#include <stdio.h>

#include "yaml_reader.h"

/* people write these by hand */
#define SCENARIO_MAX (16u << 20)

int yaml_wrong(const struct yaml_reader *r, const yaml_node_t *at,
	       const char *fmt, ...)
{
	char text[384];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	one_line(text);
	return fail(r->err, "%s:%zu: %s", r->file, at->start_mark.line + 1,
		    text);
}

int yaml_no_memory(const struct yaml_reader *r)
{
	return fail(r->err, "%s: out of memory", r->file);
}

yaml_node_t *yaml_node(struct yaml_reader *r, int index)
{
	return yaml_document_get_node(&r->doc, index);
}

static int parser_failed(const struct yaml_reader *r, yaml_parser_t *parser)
{
	const char *context = parser->context;

	if (parser->error == YAML_MEMORY_ERROR)
		return yaml_no_memory(r);
	if (parser->error == YAML_READER_ERROR)
		return fail(r->err, "%s: byte %zu: %s", r->file,
			    parser->problem_offset, parser->problem);
	return fail(r->err, "%s:%zu: %s%s%s", r->file,
		    parser->problem_mark.line + 1, context ? context : "",
		    context ? ": " : "", parser->problem);
}

/* the first document into @r->doc, and nothing after it */
static int load_only_document(struct yaml_reader *r, yaml_parser_t *parser)
{
	yaml_document_t second;
	yaml_node_t *root;
	int rc = 0;

	if (!yaml_parser_load(parser, &r->doc))
		return parser_failed(r, parser);
	if (!yaml_document_get_root_node(&r->doc)) {
		yaml_document_delete(&r->doc);
		return fail(r->err, "%s:1: empty: a scenario has name, machine and events",
			    r->file);
	}

	if (!yaml_parser_load(parser, &second)) {
		rc = parser_failed(r, parser);
	} else {
		root = yaml_document_get_root_node(&second);
		if (root)
			rc = yaml_wrong(r, root, "a second document begins; a scenario is one");
		yaml_document_delete(&second);
	}
	if (rc)
		yaml_document_delete(&r->doc);
	return rc;
}

int yaml_open(struct yaml_reader *r)
{
	struct pool text = { 0 };
	yaml_parser_t parser;
	struct blob blob;
	int rc;

	if (blob_read(r->file, SCENARIO_MAX, &text, &blob, r->err)) {
		pool_free(&text);
		return -1;
	}
	if (yaml_parser_initialize(&parser)) {
		yaml_parser_set_input_string(&parser, blob.bytes, blob.size);
		rc = load_only_document(r, &parser);
		yaml_parser_delete(&parser);
	} else {
		rc = yaml_no_memory(r);
	}
	pool_free(&text);
	return rc;
}

void yaml_close(struct yaml_reader *r)
{
	yaml_document_delete(&r->doc);
}
