// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPU masks, hotplug of CPUs, and where the notes of a crash go.
 */
#include <errno.h>

#include "kernel_private.h"

static struct cpu *cpu_of(const struct kernel *k, unsigned int cpu)
{
	return cpu < k->config.nr_cpus ? &k->cpus[cpu] : NULL;
}

/* --- what core asks ---------------------------------------------------------- */

unsigned int num_possible_cpus(void)
{
	return kernel_current()->nr_possible;
}

unsigned int shim_next_possible_cpu(int prev)
{
	const struct kernel *k = kernel_current();
	unsigned int cpu = prev + 1;

	while (cpu < k->config.nr_cpus && !k->cpus[cpu].possible)
		cpu++;
	return cpu;
}

phys_addr_t shim_crash_notes_phys(unsigned int cpu)
{
	struct kernel *k = kernel_current();

	if (!kernel_cpu_possible(k, cpu)) {
		kernel_add_violation(k, "crash notes of CPU %u, which is not possible",
				     cpu);
		return 0;
	}
	return k->cpus[cpu].notes;
}

phys_addr_t paddr_vmcoreinfo_note(void)
{
	return kernel_current()->vmcoreinfo;
}

/* --- what the machine does ----------------------------------------------- */

int kernel_set_cpu_possible(struct kernel *k, unsigned int cpu, u64 notes_phys)
{
	struct cpu *c = cpu_of(k, cpu);

	if (!c)
		return -EINVAL;
	if (!c->possible)
		k->nr_possible++;
	c->possible = true;
	c->notes = notes_phys;
	return 0;
}

int kernel_set_cpu_present(struct kernel *k, unsigned int cpu, bool present)
{
	struct cpu *c = cpu_of(k, cpu);

	if (!c || !c->possible)
		return -EINVAL;
	if (!present && c->online)
		return -EBUSY;
	c->present = present;
	return 0;
}

static void set_online(struct kernel *k, struct cpu *c, bool online)
{
	c->online = online;
	k->nr_online += online ? 1 : -1;
}

int kernel_boot_cpu(struct kernel *k, unsigned int cpu)
{
	struct cpu *c = cpu_of(k, cpu);

	if (!c || !c->present || c->online)
		return -EINVAL;
	set_online(k, c, true);
	return 0;
}

/*
 * The crash hotplug state is one of those that the controlling CPU runs
 * through before the new one starts (CPUHP_BP_PREPARE_DYN).
 */
int kernel_cpu_up(struct kernel *k, unsigned int cpu, bool fail)
{
	struct cpu *c = cpu_of(k, cpu);

	if (!c || !c->present || c->online)
		return -EINVAL;

	cpus_write_lock(k);
	crash_hotplug_event(k, KEXEC_CRASH_HP_ADD_CPU, cpu, NULL);
	if (fail)
		crash_hotplug_event(k, KEXEC_CRASH_HP_REMOVE_CPU, cpu, NULL);
	else
		set_online(k, c, true);
	cpus_write_unlock(k);
	return 0;
}

int kernel_cpu_down(struct kernel *k, unsigned int cpu)
{
	struct cpu *c = cpu_of(k, cpu);

	if (!c || !c->online)
		return -EINVAL;
	if (k->nr_online == 1)
		return -EBUSY;

	cpus_write_lock(k);
	set_online(k, c, false);
	crash_hotplug_event(k, KEXEC_CRASH_HP_REMOVE_CPU, cpu, NULL);
	cpus_write_unlock(k);
	return 0;
}

bool kernel_cpu_possible(const struct kernel *k, unsigned int cpu)
{
	const struct cpu *c = cpu_of(k, cpu);

	return c && c->possible;
}

bool kernel_cpu_present(const struct kernel *k, unsigned int cpu)
{
	const struct cpu *c = cpu_of(k, cpu);

	return c && c->present;
}

bool kernel_cpu_online(const struct kernel *k, unsigned int cpu)
{
	const struct cpu *c = cpu_of(k, cpu);

	return c && c->online;
}

void kernel_set_vmcoreinfo(struct kernel *k, u64 phys)
{
	k->vmcoreinfo = phys;
}
