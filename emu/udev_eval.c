// SPDX-License-Identifier: GPL-2.0-only
/*
 * udev rules evaluated for one event. Within a rule the comparisons come first,
 * whatever the order in which it is written, those that run a program last.
 */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "udev_subst.h"

/* the order in which the kinds of keys of a rule are looked at */
enum phase {
	PHASE_DEVICE,	/* the device itself */
	PHASE_PARENTS,	/* one of its ancestors, for all of them */
	PHASE_RUNS,	/* files and programs */
	PHASE_ASSIGN,
};

static enum phase phase_of(const struct udev_token *t)
{
	switch (t->key) {
	case KEY_KERNELS:
	case KEY_SUBSYSTEMS:
	case KEY_DRIVERS:
	case KEY_ATTRS:
	case KEY_TAGS:
		return PHASE_PARENTS;
	case KEY_TEST:
	case KEY_PROGRAM:
	case KEY_RESULT:
	case KEY_IMPORT:
		return PHASE_RUNS;
	default:
		return t->op == OP_MATCH || t->op == OP_NOMATCH ?
		       PHASE_DEVICE : PHASE_ASSIGN;
	}
}

/* --- comparisons -------------------------------------------------------------------------- */

bool udev_match(const char *patterns, const char *text)
{
	char one[UDEV_TEXT_MAX];

	for (;;) {
		size_t len = strcspn(patterns, "|");

		snprintf(one, sizeof(one), "%.*s", (int)len, patterns);
		if (!fnmatch(one, text, 0))
			return true;
		if (!patterns[len])
			return false;
		patterns += len + 1;
	}
}

static bool compare(const struct udev_token *t, const char *text)
{
	return udev_match(t->value, text ? text : "") == (t->op == OP_MATCH);
}

/* what is not there compares with nothing, neither for == nor for != */
static bool compare_attr(const struct udev_eval *e, const struct udev_token *t,
			 const char *path)
{
	const char *value = udev_attr(e, path, t->attr);

	return value && compare(t, value);
}

static bool device_matches(const struct udev_eval *e,
			   const struct udev_token *t)
{
	const struct udev_device *d = e->device;

	switch (t->key) {
	case KEY_ACTION:
		return compare(t, d->action);
	case KEY_DEVPATH:
		return compare(t, d->devpath);
	case KEY_KERNEL:
		return compare(t, udev_base(d->devpath));
	case KEY_SUBSYSTEM:
		return compare(t, d->subsystem);
	case KEY_DRIVER:
		return compare(t, d->driver);
	case KEY_ATTR:
		return compare_attr(e, t, d->devpath);
	case KEY_ENV:
		return compare(t, udev_property(e, t->attr));
	default:
		/* names, links, tags, constants: there are none */
		return compare(t, "");
	}
}

static bool parent_matches(const struct udev_eval *e,
			   const struct udev_token *t, const char *path)
{
	const struct udev_device *d = e->device;
	bool itself = !strcmp(path, d->devpath);

	switch (t->key) {
	case KEY_KERNELS:
		return compare(t, udev_base(path));
	case KEY_SUBSYSTEMS:
		return itself && d->subsystem && compare(t, d->subsystem);
	case KEY_DRIVERS:
		return itself && d->driver && compare(t, d->driver);
	case KEY_ATTRS:
		return compare_attr(e, t, path);
	default:
		return compare(t, "");
	}
}

/* the device or an ancestor, and the same one for all keys of this kind */
static bool parents_match(struct udev_eval *e, const struct udev_rule *rule)
{
	char path[sizeof(e->parent)];
	char *slash;
	bool any = false;
	size_t i;

	for (i = 0; i < rule->nr; i++)
		any |= phase_of(&rule->tokens[i]) == PHASE_PARENTS;
	if (!any)
		return true;
	snprintf(path, sizeof(path), "%s", e->device->devpath);
	for (;;) {
		for (i = 0; i < rule->nr; i++)
			if (phase_of(&rule->tokens[i]) == PHASE_PARENTS &&
			    !parent_matches(e, &rule->tokens[i], path))
				break;
		if (i == rule->nr) {
			strcpy(e->parent, path);
			return true;
		}
		slash = strrchr(path, '/');
		if (!slash || slash == path)
			return false;
		*slash = '\0';
	}
}

/* --- files, programs ------------------------------------------------------------------------ */

static int set_property(struct udev_eval *e, const char *key, size_t len,
			const char *value, bool append)
{
	struct udev_property *p = NULL;
	size_t used = 0;

	for (size_t i = 0; i < e->nr_properties && !p; i++)
		if (strlen(e->properties[i].key) == len &&
		    !strncmp(e->properties[i].key, key, len))
			p = &e->properties[i];
	if (!p) {
		if (e->nr_properties == UDEV_PROPERTIES_MAX)
			return fail(e->err, "%s:%d: more than %d properties",
				    e->rules->file, e->line,
				    UDEV_PROPERTIES_MAX);
		p = &e->properties[e->nr_properties++];
		snprintf(p->key, sizeof(p->key), "%.*s", (int)len, key);
		p->value[0] = '\0';
	}
	if (append && p->value[0]) {
		strncat(p->value, " ", sizeof(p->value) - strlen(p->value) - 1);
		used = strlen(p->value);
	}
	snprintf(p->value + used, sizeof(p->value) - used, "%s", value);
	return 0;
}

/* KEY=VALUE, one a line */
static int import(struct udev_eval *e, const char *output)
{
	char value[UDEV_TEXT_MAX];
	size_t len, key;

	for (; *output; output += len + (output[len] == '\n')) {
		len = strcspn(output, "\n");
		key = strcspn(output, "=");
		if (key >= len || !key)
			continue;
		snprintf(value, sizeof(value), "%.*s", (int)(len - key - 1),
			 output + key + 1);
		if (set_property(e, output, key, value, false))
			return -1;
	}
	return 0;
}

static bool test_file(const struct udev_eval *e, const char *name)
{
	char path[UDEV_TEXT_MAX + 256];

	if (name[0] == '/')
		return e->device->exists(e->device->arg, name);
	snprintf(path, sizeof(path), "/sys%s/%s", e->device->devpath, name);
	return e->device->exists(e->device->arg, path);
}

/* 1 it matches, 0 not, -1 with an error */
static int run_matches(struct udev_eval *e, const struct udev_token *t)
{
	const struct udev_device *d = e->device;
	char value[UDEV_TEXT_MAX], output[sizeof(e->output)] = "";
	bool good = false;

	if (t->key == KEY_RESULT)
		return compare(t, e->output);
	udev_subst(e, t->value, value, sizeof(value));
	switch (t->key) {
	case KEY_TEST:
		good = test_file(e, value);
		break;
	case KEY_PROGRAM:
		good = d->run(d->arg, value, e->output);
		break;
	default:
		/* files, databases and built-in helpers have nothing to import */
		if (strcmp(t->attr, "program"))
			break;
		good = d->run(d->arg, value, output);
		if (good && import(e, output))
			return -1;
	}
	return good == (t->op != OP_NOMATCH);
}

/* --- assignments ------------------------------------------------------------------------------ */

static int add_run(struct udev_eval *e, const struct udev_token *t)
{
	struct udev_result *r = e->result;

	/* {builtin} is udev's own: kmod, hwdb and the like */
	if (e->run_is_final || (t->attr[0] && strcmp(t->attr, "program")))
		return 0;
	if (t->op == OP_ASSIGN || t->op == OP_FINAL)
		r->nr = 0;
	e->run_is_final = t->op == OP_FINAL;
	/* an empty value only empties the list */
	if (!t->value[0] || t->op == OP_REMOVE)
		return 0;
	if (r->nr == UDEV_COMMANDS_MAX)
		return fail(e->err, "%s:%d: more than %d commands of RUN",
			    e->rules->file, e->line, UDEV_COMMANDS_MAX);
	r->line[r->nr] = e->line;
	/* substituted when all rules are through, as udev does */
	snprintf(r->run[r->nr++], UDEV_TEXT_MAX, "%s", t->value);
	return 0;
}

static int assign(struct udev_eval *e, const struct udev_token *t)
{
	char value[UDEV_TEXT_MAX];

	switch (t->key) {
	case KEY_RUN:
		return add_run(e, t);
	case KEY_ENV:
		udev_subst(e, t->value, value, sizeof(value));
		return set_property(e, t->attr, strlen(t->attr), value,
				    t->op == OP_ADD);
	default:
		return 0;
	}
}

/* --- rules ------------------------------------------------------------------------------------- */

static int rule_matches(struct udev_eval *e, const struct udev_rule *rule)
{
	size_t i;
	int ret;

	for (i = 0; i < rule->nr; i++)
		if (phase_of(&rule->tokens[i]) == PHASE_DEVICE &&
		    !device_matches(e, &rule->tokens[i]))
			return 0;
	if (!parents_match(e, rule))
		return 0;
	for (i = 0; i < rule->nr; i++) {
		if (phase_of(&rule->tokens[i]) != PHASE_RUNS)
			continue;
		ret = run_matches(e, &rule->tokens[i]);
		if (ret <= 0)
			return ret;
	}
	return 1;
}

static int start(struct udev_eval *e)
{
	const struct udev_device *d = e->device;
	const struct {
		const char *key;
		const char *value;
	} known[] = {
		{ "ACTION", d->action }, { "DEVPATH", d->devpath },
		{ "SUBSYSTEM", d->subsystem }, { "DRIVER", d->driver },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].value &&
		    set_property(e, known[i].key, strlen(known[i].key),
				 known[i].value, false))
			return -1;
	return 0;
}

int udev_rules_apply(const struct udev_rules *rules,
		     const struct udev_device *device,
		     struct udev_result *result, struct error *err)
{
	struct udev_eval e = {
		.rules = rules,
		.device = device,
		.result = result,
		.err = err,
	};
	char raw[UDEV_TEXT_MAX];
	size_t i, next;
	int matches;

	result->nr = 0;
	if (start(&e))
		return -1;
	for (i = 0; i < rules->nr; i = next) {
		const struct udev_rule *rule = &rules->rules[i];

		next = i + 1;
		e.line = rule->line;
		matches = rule_matches(&e, rule);
		if (matches < 0)
			return -1;
		if (!matches)
			continue;
		for (size_t t = 0; t < rule->nr; t++)
			if (phase_of(&rule->tokens[t]) == PHASE_ASSIGN &&
			    assign(&e, &rule->tokens[t]))
				return -1;
		if (rule->goto_rule)
			next = rule->goto_rule;
	}
	for (i = 0; i < result->nr; i++) {
		strcpy(raw, result->run[i]);
		udev_subst(&e, raw, result->run[i], UDEV_TEXT_MAX);
	}
	return 0;
}
