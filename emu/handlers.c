// SPDX-License-Identifier: GPL-2.0-only
/* Handler modules: those linked into the program, and shared objects. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "handler_module.h"
#include "machine.h"

/*
 * cmake/HandlerModule.cmake gives a module that is linked in a symbol of its
 * own. Weak: a program that has not linked it works without.
 */
#define BUILTIN(id) extern const struct handler_module handler_module_##id \
	__attribute__((__weak__))

BUILTIN(core_powerpc);
BUILTIN(core_x86_64);

static const char *arch_name(enum arch arch)
{
	return arch == ARCH_POWERPC ? "powerpc" : "x86_64";
}

/* "core" and "core-powerpc" both name the module "core-powerpc" */
static bool is_called(const struct handler_module *h, const char *name)
{
	size_t len = strlen(name);

	if (strncmp(h->name, name, len))
		return false;
	return !h->name[len] ||
	       (h->name[len] == '-' && !strcmp(h->name + len + 1, h->arch));
}

const struct handler_module *handlers_builtin(enum arch arch, const char *name)
{
	const struct handler_module *const modules[] = {
		&handler_module_core_powerpc,
		&handler_module_core_x86_64,
	};
	size_t i;

	for (i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
		const struct handler_module *h = modules[i];

		if (h && !strcmp(h->arch, arch_name(arch)) &&
		    (!name || is_called(h, name)))
			return h;
	}
	return NULL;
}

static int check(const char *file, const struct handler_module *h,
		 struct error *err)
{
	if (!h)
		return fail(err, "%s: no handler module: it has no symbol handler_module",
			    file);
	if (h->abi != HANDLER_MODULE_ABI)
		return fail(err, "%s: handler module ABI %u, this program has %u",
			    file, h->abi, HANDLER_MODULE_ABI);
	if (h->kimage_size != sizeof(struct kimage))
		return fail(err, "%s: struct kimage has %zu bytes, in this program %zu",
			    file, h->kimage_size, sizeof(struct kimage));
	if (strcmp(h->arch, "powerpc") && strcmp(h->arch, "x86_64"))
		return fail(err, "%s: handlers for %s, which is not emulated",
			    file, h->arch);
	return 0;
}

const struct handler_module *handlers_open(const char *file, struct error *err)
{
	const struct handler_module *h;
	char path[4096];
	void *dl;

	/* without a slash dlopen() would search the system's library path */
	snprintf(path, sizeof(path), "%s%s", strchr(file, '/') ? "" : "./",
		 file);
	dl = dlopen(path, RTLD_LOCAL | RTLD_NOW);
	if (!dl) {
		fail(err, "%s", dlerror());
		return NULL;
	}
	h = dlsym(dl, "handler_module");
	if (check(file, h, err)) {
		dlclose(dl);
		return NULL;
	}
	return h;
}

const char *handlers_name(const struct handler_module *h)
{
	return h->name;
}

enum arch handlers_arch(const struct handler_module *h)
{
	return strcmp(h->arch, "powerpc") ? ARCH_X86_64 : ARCH_POWERPC;
}

const char *handlers_version(const struct handler_module *h)
{
	return h->version;
}
