// SPDX-License-Identifier: GPL-2.0-only
/* Substitutions in the values of rules (udev(7)). */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "udev_subst.h"

enum subst {
	S_KERNEL, S_NUMBER, S_DEVPATH, S_ID, S_DRIVER, S_ATTR, S_ENV, S_RESULT,
	S_SYS, S_ROOT, S_EMPTY,
};

static const struct {
	const char *name;
	char letter;
	enum subst what;
} substitutions[] = {
	{ "kernel", 'k', S_KERNEL }, { "number", 'n', S_NUMBER },
	{ "devpath", 'p', S_DEVPATH }, { "id", 'b', S_ID },
	{ "driver", 'd', S_DRIVER }, { "attr", 's', S_ATTR },
	{ "sysfs", 's', S_ATTR }, { "env", 'E', S_ENV },
	{ "result", 'c', S_RESULT }, { "sys", 'S', S_SYS },
	{ "root", 'r', S_ROOT },
	/* CPUs and memory blocks have no node: no number, no name, no links */
	{ "major", 'M', S_EMPTY }, { "minor", 'm', S_EMPTY },
	{ "parent", 'P', S_EMPTY }, { "devnode", 'N', S_EMPTY },
	{ "name", 'D', S_EMPTY }, { "links", 'L', S_EMPTY },
};

const char *udev_property(const struct udev_eval *e, const char *key)
{
	for (size_t i = 0; i < e->nr_properties; i++)
		if (!strcmp(e->properties[i].key, key))
			return e->properties[i].value;
	return "";
}

const char *udev_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

const char *udev_attr(const struct udev_eval *e, const char *path,
		      const char *name)
{
	char full[512];

	snprintf(full, sizeof(full), "%s/%s", path, name);
	return e->device->attr(e->device->arg, full);
}

/* digits at the end of the kernel's name */
static const char *number(const char *kernel)
{
	const char *at = kernel + strlen(kernel);

	while (at > kernel && isdigit((unsigned char)at[-1]))
		at--;
	return at;
}

/* {2}: the second word; {2+}: from there on */
static void result_part(const char *output, const char *arg, char *out,
			size_t size)
{
	char *end;
	long n = strtol(arg, &end, 10);

	for (; n > 1 && *output; n--) {
		output += strcspn(output, " ");
		output += strspn(output, " ");
	}
	if (end == arg || *end == '+')
		snprintf(out, size, "%s", output);
	else
		snprintf(out, size, "%.*s", (int)strcspn(output, " "), output);
}

static void put(const struct udev_eval *e, enum subst what, const char *arg,
		char *out, size_t size)
{
	const struct udev_device *d = e->device;
	const char *text = "";

	switch (what) {
	case S_KERNEL:
		text = udev_base(d->devpath);
		break;
	case S_NUMBER:
		text = number(udev_base(d->devpath));
		break;
	case S_DEVPATH:
		text = d->devpath;
		break;
	case S_ID:
		text = udev_base(e->parent);
		break;
	case S_DRIVER:
		text = d->driver ? d->driver : "";
		break;
	case S_ATTR:
		text = udev_attr(e, d->devpath, arg);
		if (!text && e->parent[0])
			text = udev_attr(e, e->parent, arg);
		break;
	case S_ENV:
		text = udev_property(e, arg);
		break;
	case S_RESULT:
		result_part(e->output, arg, out, size);
		return;
	case S_SYS:
		text = "/sys";
		break;
	case S_ROOT:
		text = "/dev";
		break;
	case S_EMPTY:
		break;
	}
	snprintf(out, size, "%s", text ? text : "");
}

/* length of the name that begins behind the sign; 0: there is none */
static size_t find(const char *at, enum subst *what)
{
	bool dollar = *at++ == '$';

	for (size_t i = 0; i < sizeof(substitutions) / sizeof(substitutions[0]);
	     i++) {
		size_t len = dollar ? strlen(substitutions[i].name) : 1;

		*what = substitutions[i].what;
		if (dollar ? !strncmp(at, substitutions[i].name, len) :
			     *at == substitutions[i].letter)
			return len;
	}
	return 0;
}

void udev_subst(const struct udev_eval *e, const char *in, char *out,
		size_t size)
{
	char arg[128];
	enum subst what;
	size_t len, used = 0;

	while (*in && used + 1 < size) {
		len = *in == '$' || *in == '%' ? find(in, &what) : 0;
		if (!len) {
			/* two of them are one */
			if ((*in == '$' || *in == '%') && in[1] == *in)
				in++;
			out[used++] = *in++;
			continue;
		}
		in += 1 + len;
		arg[0] = '\0';
		if (*in == '{') {
			len = strcspn(in, "}");
			snprintf(arg, sizeof(arg), "%.*s", (int)len - 1, in + 1);
			in += len + (in[len] == '}');
		}
		put(e, what, arg, out + used, size - used);
		used += strlen(out + used);
	}
	out[used] = '\0';
}
