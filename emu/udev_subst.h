/* SPDX-License-Identifier: GPL-2.0-only */
/* One evaluation of all rules, and the substitutions in their values. */
#ifndef EMU_UDEV_SUBST_H
#define EMU_UDEV_SUBST_H

#include "udev_private.h"

#define UDEV_PROPERTIES_MAX 64

struct udev_property {
	char key[64];
	char value[UDEV_TEXT_MAX];
};

/**
 * struct udev_eval - one event on its way through the rules
 * @parent: path of the ancestor that ATTRS and its like matched last; "" none
 * @output: of the last PROGRAM
 * @line: of the rule that is looked at
 */
struct udev_eval {
	const struct udev_rules *rules;
	const struct udev_device *device;
	struct udev_result *result;
	struct error *err;
	int line;
	bool run_is_final;
	char parent[256];
	char output[256];
	struct udev_property properties[UDEV_PROPERTIES_MAX];
	size_t nr_properties;
};

/* "" where there is none */
const char *udev_property(const struct udev_eval *e, const char *key);
/* what is behind the last slash */
const char *udev_base(const char *path);
/* value of the attribute @name of the device at @path; NULL: it has none */
const char *udev_attr(const struct udev_eval *e, const char *path,
		      const char *name);

/* $kernel, %k and the others of udev(7); what is too long is cut off */
void udev_subst(const struct udev_eval *e, const char *in, char *out,
		size_t size);

#endif /* EMU_UDEV_SUBST_H */
