// SPDX-License-Identifier: GPL-2.0-only
/* The schemes that there are, and the parameters that all of them have. */
#include <string.h>

#include "scheme.h"

const struct scheme *const schemes[] = {
	&scheme_none,
	&scheme_udev_reload,
	&scheme_udev_ubuntu,
	&scheme_udev_throttled,
	&scheme_fdt_hole,
	&scheme_fdt_hole_exec,
	&scheme_in_kernel,
	&scheme_in_kernel_exec,
	&scheme_in_kernel_no_flag,
	&scheme_in_kernel_upstream,
	&scheme_efi,
	&scheme_fadump_early,
	&scheme_fadump,
	NULL,
};

static const struct param_spec common[] = {
	{
		.name = "pace", .kind = PARAM_DURATION,
		.value = 22400 * NS_PER_US,
		.what = "from one hotplug event to the next",
		.source = "86 s for 3840 memory blocks, E. DeVolder, kexec list, 2020-12-14",
	}, {
		.name = "handler", .kind = PARAM_DURATION,
		.value = PARAM_MEASURED, .measurable = true,
		.what = "no dump, or an old one, because of one event that the kernel handles",
		.source = "measured: our handlers on this computer",
	}, {
		.name = "unload", .kind = PARAM_DURATION, .value = 50 * NS_PER_MS,
		.what = "from the unload to the start of a load: checks of the initrd",
		.source = "assumed",
	}, {
		.name = "load", .kind = PARAM_DURATION, .value = 700 * NS_PER_MS,
		.what = "the tool reads kernel and initrd, and the system call",
		.source = "with unload 0.75 s: a reload takes 0.5 to 1 s, kexec-tools of Fedora, commit 227c185, 2018-10",
	},
};

const struct scheme *scheme_find(const char *name)
{
	for (size_t i = 0; schemes[i]; i++)
		if (!strcmp(schemes[i]->name, name))
			return schemes[i];
	return NULL;
}

void scheme_params(const struct scheme *scheme, struct params *params)
{
	memset(params, 0, sizeof(*params));
	params->scheme = scheme->name;
	params_add(params, common, sizeof(common) / sizeof(common[0]));
	if (scheme->user_space)
		params_add(params, user_space_params, user_space_nr_params);
	params_add(params, scheme->params, scheme->nr_params);
}
