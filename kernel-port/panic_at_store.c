// SPDX-License-Identifier: GPL-2.0-only
/*
 * Panic in the middle of an update of the crash kernel: to see that there is a
 * dump all the same.
 *
 *	/sys/module/crash_hp/parameters/panic_at_store
 *		after which store, counted from when this is written; 0: none
 *	/sys/module/crash_hp/parameters/panic_on_cpu
 *		who panics, while the CPU that updates stands still; -1: that one
 *	/sys/module/crash_hp/parameters/stores
 *		how many there were since then
 */
#include <linux/moduleparam.h>
#include <linux/panic.h>
#include <linux/smp.h>

#include "kernel_compat.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "crash_hp."

/* who makes stores holds the kexec lock */
static unsigned int stores;
static unsigned int panic_at_store;
static int panic_on_cpu = -1;

module_param(stores, uint, 0444);

static int begin_to_count(const char *value, const struct kernel_param *param)
{
	WRITE_ONCE(stores, 0);
	return param_set_uint(value, param);
}

static const struct kernel_param_ops panic_at_store_ops = {
	.set = begin_to_count,
	.get = param_get_uint,
};

module_param_cb(panic_at_store, &panic_at_store_ops, &panic_at_store, 0644);
module_param(panic_on_cpu, int, 0644);

static void panic_here(void *unused)
{
	panic("crash hp: after store %u, image %s\n", READ_ONCE(stores),
	      kexec_crash_image ? "in sight" : "hidden");
}

/* until the other CPU stops this one */
static void panic_there(int cpu)
{
	if (smp_call_function_single(cpu, panic_here, NULL, 0))
		return;
	for (;;)
		cpu_relax();
}

/**
 * crash_hp_stored() - a word of the crash kernel's image has changed
 */
void crash_hp_stored(void)
{
	unsigned int nr = READ_ONCE(stores) + 1;

	WRITE_ONCE(stores, nr);
	if (nr != READ_ONCE(panic_at_store))
		return;
	if (panic_on_cpu >= 0)
		panic_there(panic_on_cpu);
	panic_here(NULL);
}
