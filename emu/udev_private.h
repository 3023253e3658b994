/* SPDX-License-Identifier: GPL-2.0-only */
/* Rules as their reader leaves them to their evaluation. */
#ifndef EMU_UDEV_PRIVATE_H
#define EMU_UDEV_PRIVATE_H

#include "udev_rules.h"

enum udev_key {
	KEY_ACTION, KEY_DEVPATH, KEY_KERNEL, KEY_SUBSYSTEM, KEY_DRIVER,
	KEY_KERNELS, KEY_SUBSYSTEMS, KEY_DRIVERS, KEY_ATTRS, KEY_TAGS,
	KEY_ATTR, KEY_ENV, KEY_TEST, KEY_PROGRAM, KEY_RESULT, KEY_IMPORT,
	KEY_CONST, KEY_SYSCTL, KEY_TAG, KEY_NAME, KEY_SYMLINK,
	KEY_RUN, KEY_GOTO, KEY_LABEL, KEY_OPTIONS, KEY_OWNER, KEY_GROUP,
	KEY_MODE, KEY_SECLABEL,
	NR_UDEV_KEYS
};

enum udev_op {
	OP_MATCH,	/* == */
	OP_NOMATCH,	/* != */
	OP_ASSIGN,	/* = */
	OP_ADD,		/* += */
	OP_REMOVE,	/* -= */
	OP_FINAL,	/* := */
};

/**
 * struct udev_token - KEY{attr}OP"value"
 * @attr: "" if there is none
 */
struct udev_token {
	enum udev_key key;
	enum udev_op op;
	char *attr;
	char *value;
};

/**
 * struct udev_rule - one line, with those that continue it
 * @line: in the file
 * @goto_rule: where GOTO leads: index of the rule; 0: it has none
 */
struct udev_rule {
	int line;
	size_t nr;
	struct udev_token *tokens;
	size_t goto_rule;
};

struct udev_rules {
	char *file;
	size_t nr;
	struct udev_rule *rules;
};

/* like fnmatch(3) without flags; @patterns are alternatives, '|' between them */
bool udev_match(const char *patterns, const char *text);

#endif /* EMU_UDEV_PRIVATE_H */
