// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nobody refreshes anything: the image is loaded once, by a kernel without crash
 * hotplug, and describes the machine of that moment for ever.
 */
#include "scheme.h"

const struct scheme scheme_none = {
	.name = "none",
	.summary = "loaded once, never refreshed",
	.archs = SCHEME_ON_ALL,
	.handlers = "core",
};
