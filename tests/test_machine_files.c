// SPDX-License-Identifier: GPL-2.0-only
/*
 * What user space sees of the machine in files: attributes as in sysfs; and
 * what it hands to it: handler modules.
 */
#include <errno.h>
#include <inttypes.h>
#include <libfdt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bed.h"

#include "helpers.h"
#include "handler_module.h"

#define SMALL .memory = "0+80000000", .cores = "0"

static const struct bed roomy = {
	.memory = "0+80000000",
	.cores = "0 4",
	.threads = 4,
	.max_cores = 5,
};

/* --- attribute files ------------------------------------------------------------------- */

static const char *attribute(struct machine *m, const char *path)
{
	const struct sysfs_file *files;
	size_t i, nr = machine_sysfs(m, &files);

	for (i = 0; i < nr; i++)
		if (!strcmp(files[i].path, path))
			return files[i].value;
	return "(none)";
}

static void attributes_read_as_a_kernels(void **state __always_unused)
{
	static const struct {
		const char *events;
		const char *path;
		const char *value;
	} rows[] = {
		{ "", "devices/system/cpu/crash_hotplug", "0\n" },
		{ "load", "devices/system/cpu/crash_hotplug", "1\n" },
		{ "load", "devices/system/memory/crash_hotplug", "1\n" },
		{ "load-exec 0", "devices/system/memory/crash_hotplug", "0\n" },
		{ "load-exec 8", "devices/system/memory/crash_hotplug", "1\n" },
		{ "load; unload", "devices/system/cpu/crash_hotplug", "0\n" },
		{ "", "kernel/crash_elfcorehdr_size", "459992\n" },
		{ "", "kernel/kexec_crash_loaded", "0\n" },
		{ "load", "kernel/kexec_crash_loaded", "1\n" },
		{ "", "kernel/kexec_crash_size", "536870912\n" },
		{ "", "devices/system/memory/block_size_bytes", "10000000\n" },
		{ "", "devices/system/cpu/possible", "0-19\n" },
		{ "", "devices/system/cpu/present", "0-7\n" },
		{ "off 3; off 5", "devices/system/cpu/online", "0-2,4,6-7\n" },
		{ "core+ 8", "devices/system/cpu/present", "0-11\n" },
		{ "", "devices/system/cpu/cpu19/crash_notes_size", "536\n" },
		{ "", "devices/system/cpu/cpu3/crash_notes", "40000c00\n" },
		{ "", "kernel/vmcoreinfo", "0x0000000040010000 10024\n" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct machine *m = bed_boot(&roomy);

		bed_apply(m, rows[i].events);
		assert_text(rows[i].path, rows[i].value,
			    attribute(m, rows[i].path));
		machine_destroy(m);
	}
}

static void lmbs_of_16_mib(void *fdt)
{
	int node = fdt_path_offset(fdt, "/ibm,dynamic-reconfiguration-memory");

	fdt_setprop_u64(fdt, node, "ibm,lmb-size", 16 << 20);
}

static void a_memory_block_is_an_lmb(void **state __always_unused)
{
	static const struct bed bed = { SMALL, .lmbs = 4,
					.lmb_base = 0x80000000,
					.edit = lmbs_of_16_mib };
	struct machine *m = bed_boot(&bed);

	assert_text("16 MiB", "1000000\n",
		    attribute(m, "devices/system/memory/block_size_bytes"));
	machine_destroy(m);
}

/* one number between others each time: longer than any fixed buffer */
static void long_lists_of_cpus_are_whole(void **state __always_unused)
{
	static const struct bed bed = { SMALL, .max_cores = 300,
					.threads = 2 };
	struct machine *m = bed_boot(&bed);
	char line[32];
	const char *list;
	unsigned int i;

	for (i = 1; i < 100; i++) {
		snprintf(line, sizeof(line), "core+ %x; on %u", 2 * i, 2 * i);
		bed_apply(m, line);
	}
	list = attribute(m, "devices/system/cpu/online");
	assert_says("begin", "0-2,4,6,8,", list);
	assert_says("end", ",196,198\n", list);
	machine_destroy(m);
}

static void attributes_are_written_below_a_directory(void **state
						     __always_unused)
{
	char dir[] = "/tmp/test-machine-XXXXXX", path[256], line[64] = "";
	struct machine *m = bed_boot(&roomy);
	struct error err = { "" };
	FILE *f;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/new/sys", dir);
	if (machine_write_sysfs(m, path, &err))
		fail_msg("%s", err.text);
	snprintf(path, sizeof(path), "%s/new/sys/devices/system/cpu/possible",
		 dir);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	assert_string_equal(line, "0-19\n");
	fclose(f);

	/* a file where a directory has to be */
	assert_int_equal(machine_write_sysfs(m, path, &err), -1);
	assert_says("file in the way", path, err.text);
	assert_says("file in the way", "Not a directory", err.text);
	assert_int_equal(machine_write_sysfs(m, "/dev/full", &err), -1);

	/* a directory where a file has to be: nothing is left behind */
	snprintf(path, sizeof(path), "cd %s; rm -r new; mkdir -p new/devices/system/cpu/crash_hotplug",
		 dir);
	assert_int_equal(system(path), 0);
	snprintf(path, sizeof(path), "%s/new", dir);
	assert_int_equal(machine_write_sysfs(m, path, &err), -1);
	assert_says("directory in the way", "cpu/crash_hotplug: Is a directory",
		    err.text);
	snprintf(path, sizeof(path), "test -z \"$(find %s -type f)\"", dir);
	assert_int_equal(system(path), 0);
	snprintf(path, sizeof(path), "rm -r %s", dir);
	assert_int_equal(system(path), 0);
	machine_destroy(m);
}

/* --- handler modules -------------------------------------------------------------------- */

static void modules_are_opened_or_refused(void **state __always_unused)
{
	const char *dir = getenv("CRASH_HP_MODULES");
	const struct handler_module *h;
	struct error err = { "" };
	char path[512];

	assert_null(handlers_open("/nonexistent.so", &err));
	assert_says("no file", "/nonexistent.so", err.text);
	assert_null(handlers_open("libm.so.6", &err));
	assert_says("not in the library path", "./libm.so.6", err.text);

	h = handlers_builtin(ARCH_POWERPC, "core");
	assert_non_null(h);
	assert_string_equal(h->name, "core-powerpc");
	assert_ptr_equal(h, handlers_builtin(ARCH_POWERPC, NULL));
	assert_ptr_equal(h, handlers_builtin(ARCH_POWERPC, "core-powerpc"));
	assert_null(handlers_builtin(ARCH_POWERPC, "cor"));
	assert_null(handlers_builtin(ARCH_POWERPC, "upstream"));
	assert_null(handlers_builtin(ARCH_POWERPC, "mine"));

	if (!dir)
		return;
	snprintf(path, sizeof(path), "%s/core-powerpc.so", dir);
	h = handlers_open(path, &err);
	if (!h)
		fail_msg("%s", err.text);
	assert_string_equal(h->name, "core-powerpc");
	assert_ptr_not_equal(h, handlers_builtin(ARCH_POWERPC, "core"));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(attributes_read_as_a_kernels),
	cmocka_unit_test(a_memory_block_is_an_lmb),
	cmocka_unit_test(long_lists_of_cpus_are_whole),
	cmocka_unit_test(attributes_are_written_below_a_directory),
	cmocka_unit_test(modules_are_opened_or_refused),
};

TEST_MAIN(tests)
