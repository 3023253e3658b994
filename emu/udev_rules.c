// SPDX-License-Identifier: GPL-2.0-only
/* udev rules read out of a file: lines, keys, operators, labels. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "udev_private.h"

/* longer lines than udev itself takes are mistakes (udev(7): 16 KiB) */
#define LINE_MAX_BYTES 16384

/* which operators a key can stand with: those that compare, those that assign; and
 * whether it can, or has to, stand as KEY{attr}
 */
#define COMPARES 1
#define ASSIGNS 2
#define MAY_HAVE_ATTR 4
#define HAS_ATTR 12

static const struct key {
	const char *name;
	int form;
} keys[NR_UDEV_KEYS] = {
	[KEY_ACTION] = { "ACTION", COMPARES },
	[KEY_DEVPATH] = { "DEVPATH", COMPARES },
	[KEY_KERNEL] = { "KERNEL", COMPARES },
	[KEY_SUBSYSTEM] = { "SUBSYSTEM", COMPARES },
	[KEY_DRIVER] = { "DRIVER", COMPARES },
	[KEY_KERNELS] = { "KERNELS", COMPARES },
	[KEY_SUBSYSTEMS] = { "SUBSYSTEMS", COMPARES },
	[KEY_DRIVERS] = { "DRIVERS", COMPARES },
	[KEY_ATTRS] = { "ATTRS", COMPARES | HAS_ATTR },
	[KEY_TAGS] = { "TAGS", COMPARES },
	[KEY_ATTR] = { "ATTR", COMPARES | ASSIGNS | HAS_ATTR },
	[KEY_ENV] = { "ENV", COMPARES | ASSIGNS | HAS_ATTR },
	[KEY_TEST] = { "TEST", COMPARES | MAY_HAVE_ATTR },
	/* an assignment is an old way to write the comparison */
	[KEY_PROGRAM] = { "PROGRAM", COMPARES | ASSIGNS },
	[KEY_RESULT] = { "RESULT", COMPARES },
	[KEY_IMPORT] = { "IMPORT", COMPARES | ASSIGNS | HAS_ATTR },
	[KEY_CONST] = { "CONST", COMPARES | HAS_ATTR },
	[KEY_SYSCTL] = { "SYSCTL", COMPARES | ASSIGNS | HAS_ATTR },
	[KEY_TAG] = { "TAG", COMPARES | ASSIGNS },
	[KEY_NAME] = { "NAME", COMPARES | ASSIGNS },
	[KEY_SYMLINK] = { "SYMLINK", COMPARES | ASSIGNS },
	[KEY_RUN] = { "RUN", ASSIGNS | MAY_HAVE_ATTR },
	[KEY_GOTO] = { "GOTO", ASSIGNS },
	[KEY_LABEL] = { "LABEL", ASSIGNS },
	[KEY_OPTIONS] = { "OPTIONS", ASSIGNS },
	[KEY_OWNER] = { "OWNER", ASSIGNS },
	[KEY_GROUP] = { "GROUP", ASSIGNS },
	[KEY_MODE] = { "MODE", ASSIGNS },
	[KEY_SECLABEL] = { "SECLABEL", ASSIGNS | HAS_ATTR },
};

/* the text that is being read, for messages */
struct reader {
	struct udev_rules *rules;
	int line;
	struct error *err;
};

static int wrong(const struct reader *r, const char *what, const char *about,
		 size_t len)
{
	return fail(r->err, "%s:%d: %s '%.*s'", r->rules->file, r->line, what,
		    len > 60 ? 60 : (int)len, about);
}

static int no_memory(const struct reader *r)
{
	return fail(r->err, "%s: out of memory", r->rules->file);
}

/* --- KEY{attr}OP"value" ---------------------------------------------------------------- */

static int read_key(const struct reader *r, const char **at,
		    struct udev_token *t)
{
	size_t len = strspn(*at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), attr;
	int key;

	for (key = 0; key < NR_UDEV_KEYS; key++)
		if (strlen(keys[key].name) == len &&
		    !strncmp(keys[key].name, *at, len))
			break;
	if (key == NR_UDEV_KEYS)
		return wrong(r, "no key", *at, len ? len : strcspn(*at, "=, \t"));
	t->key = key;
	*at += len;
	if (**at != '{') {
		if ((keys[key].form & HAS_ATTR) == HAS_ATTR)
			return wrong(r, "{...} is missing behind",
				     keys[key].name, len);
		t->attr = strdup("");
		return t->attr ? 0 : no_memory(r);
	}
	attr = strcspn(*at, "}");
	if (!(keys[key].form & MAY_HAVE_ATTR) || (*at)[attr] != '}')
		return wrong(r, keys[key].form & MAY_HAVE_ATTR ? "'}' is missing behind" :
			     "no {...} belongs behind", keys[key].name, len);
	t->attr = strndup(*at + 1, attr - 1);
	*at += attr + 1;
	return t->attr ? 0 : no_memory(r);
}

static int read_op(const struct reader *r, const char **at,
		   struct udev_token *t)
{
	static const struct {
		const char *text;
		enum udev_op op;
	} ops[] = {
		{ "==", OP_MATCH }, { "!=", OP_NOMATCH }, { "+=", OP_ADD },
		{ "-=", OP_REMOVE }, { ":=", OP_FINAL }, { "=", OP_ASSIGN },
	};
	const char *name = keys[t->key].name;
	int kind;

	*at += strspn(*at, " \t");
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		size_t len = strlen(ops[i].text);

		if (strncmp(*at, ops[i].text, len))
			continue;
		t->op = ops[i].op;
		kind = t->op == OP_MATCH || t->op == OP_NOMATCH ? COMPARES :
								  ASSIGNS;
		if (!(keys[t->key].form & kind))
			return wrong(r, kind == COMPARES ?
				     "nothing can be compared with" :
				     "nothing can be assigned to", name,
				     strlen(name));
		*at += len;
		*at += strspn(*at, " \t");
		return 0;
	}
	return wrong(r, "no operator behind", name, strlen(name));
}

/* \" is a quote; any other backslash stays */
static int read_value(const struct reader *r, const char **at,
		      struct udev_token *t)
{
	const char *name = keys[t->key].name;
	char *out;

	if (**at != '"')
		return wrong(r, "no quoted value behind", name, strlen(name));
	t->value = malloc(strlen(*at));
	if (!t->value)
		return no_memory(r);
	out = t->value;
	for (++*at; **at && **at != '"'; ++*at) {
		if (**at == '\\' && (*at)[1] == '"')
			++*at;
		*out++ = **at;
	}
	*out = '\0';
	if (!**at)
		return wrong(r, "the value has no end:", name, strlen(name));
	++*at;
	return 0;
}

static int add_token(const struct reader *r, struct udev_rule *rule,
		     const char **at)
{
	struct udev_token *more, *t;

	more = realloc(rule->tokens, (rule->nr + 1) * sizeof(*more));
	if (!more)
		return no_memory(r);
	rule->tokens = more;
	t = &more[rule->nr++];
	memset(t, 0, sizeof(*t));
	return read_key(r, at, t) || read_op(r, at, t) ||
	       read_value(r, at, t) ? -1 : 0;
}

/* --- lines ------------------------------------------------------------------------------ */

static int add_rule(const struct reader *r, const char *text)
{
	struct udev_rules *rules = r->rules;
	struct udev_rule *more;

	text += strspn(text, " \t,");
	if (!*text)
		return 0;
	more = realloc(rules->rules, (rules->nr + 1) * sizeof(*more));
	if (!more)
		return no_memory(r);
	rules->rules = more;
	more = &more[rules->nr++];
	*more = (struct udev_rule){ .line = r->line };
	for (; *text; text += strspn(text, " \t,"))
		if (add_token(r, more, &text))
			return -1;
	return 0;
}

/*
 * A line that ends in a backslash goes on in the next one; a comment in between
 * is passed over, and does not end it.
 */
static int read_lines(struct reader *r, const char *text)
{
	char joined[LINE_MAX_BYTES];
	size_t used = 0, len;
	int line = 0;
	bool more;

	for (; *text; text += len + (text[len] == '\n')) {
		const char *at = text + strspn(text, " \t");

		len = strcspn(text, "\n");
		line++;
		if (*at == '#')
			continue;
		if (!used)
			r->line = line;
		more = len && text[len - 1] == '\\';
		if (used + len >= sizeof(joined))
			return fail(r->err, "%s:%d: a line of more than %d bytes",
				    r->rules->file, r->line, LINE_MAX_BYTES);
		memcpy(joined + used, text, len - more);
		used += len - more;
		if (more)
			continue;
		joined[used] = '\0';
		used = 0;
		if (add_rule(r, joined))
			return -1;
	}
	if (!used)
		return 0;
	joined[used] = '\0';
	return add_rule(r, joined);
}

/* --- labels ------------------------------------------------------------------------------- */

static const char *value_of(const struct udev_rule *rule, enum udev_key key)
{
	for (size_t i = 0; i < rule->nr; i++)
		if (rule->tokens[i].key == key)
			return rule->tokens[i].value;
	return NULL;
}

/* GOTO only leads forward (udev(7)) */
static int find_labels(struct reader *r)
{
	struct udev_rules *rules = r->rules;

	for (size_t i = 0; i < rules->nr; i++) {
		const char *label = value_of(&rules->rules[i], KEY_GOTO);
		size_t to = i + 1;

		if (!label)
			continue;
		for (; to < rules->nr; to++) {
			const char *here = value_of(&rules->rules[to],
						    KEY_LABEL);

			if (here && !strcmp(here, label))
				break;
		}
		r->line = rules->rules[i].line;
		if (to == rules->nr)
			return wrong(r, "GOTO: no LABEL behind this line is",
				     label, strlen(label));
		rules->rules[i].goto_rule = to;
	}
	return 0;
}

/* --- files -------------------------------------------------------------------------------- */

struct udev_rules *udev_rules_parse(const char *name, const char *text,
				    struct error *err)
{
	struct reader r = { .err = err };

	r.rules = calloc(1, sizeof(*r.rules));
	if (r.rules)
		r.rules->file = strdup(name);
	if (!r.rules || !r.rules->file)
		fail(err, "%s: out of memory", name);
	else if (!read_lines(&r, text) && !find_labels(&r))
		return r.rules;
	udev_rules_free(r.rules);
	return NULL;
}

/* all of a file as text, or NULL with @err set */
static char *read_text(const char *file, struct error *err)
{
	FILE *f = fopen(file, "r");
	char *text = NULL;
	size_t size = 0;
	ssize_t n;

	if (!f) {
		fail(err, "%s: %s", file, strerror(errno));
		return NULL;
	}
	n = getdelim(&text, &size, '\0', f);
	if (n < 0 && feof(f)) {
		free(text);
		text = strdup("");
	} else if (n < 0 || !text[n - 1]) {
		fail(err, "%s: %s", file, n < 0 ? strerror(errno) :
		     "a zero byte is no text");
		free(text);
		text = NULL;
	}
	fclose(f);
	return text;
}

struct udev_rules *udev_rules_read(const char *file, struct error *err)
{
	struct udev_rules *rules = NULL;
	char *text = read_text(file, err);

	if (text)
		rules = udev_rules_parse(file, text, err);
	free(text);
	return rules;
}

void udev_rules_free(struct udev_rules *rules)
{
	if (!rules)
		return;
	for (size_t i = 0; i < rules->nr; i++) {
		for (size_t t = 0; t < rules->rules[i].nr; t++) {
			free(rules->rules[i].tokens[t].attr);
			free(rules->rules[i].tokens[t].value);
		}
		free(rules->rules[i].tokens);
	}
	free(rules->rules);
	free(rules->file);
	free(rules);
}
