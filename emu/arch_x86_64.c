// SPDX-License-Identifier: GPL-2.0-only
/* x86_64: the table of what it does; facts at boot; CPUs that come and go. */
#include "arch_x86_64.h"

/* a stock 6.12 kernel without KASLR: CONFIG_PHYSICAL_START, __START_KERNEL */
#define TEXT_PHYS 0x1000000ULL
#define TEXT_VIRT 0xffffffff81000000ULL
#define TEXT_SIZE 0x2c30000ULL

/* kept for the real mode trampoline, and nobody else's since 5.14
 * (reserve_real_mode(), arch/x86/realmode/init.c, 6.12)
 */
#define LOW_MEMORY_END 0xfffffULL

static int x86_64_read_hardware(struct machine *m,
				const struct machine_spec *spec,
				struct error *err)
{
	if (spec->boot_fdt || spec->live_tree)
		return fail(err, "an x86_64 machine has no device tree");
	m->text = spec->text;
	if (!m->text.size)
		m->text = (struct view_text){ TEXT_PHYS, TEXT_VIRT, TEXT_SIZE };
	m->kernel_start = m->text.phys;
	m->kernel_end = m->text.phys + m->text.size;
	return view_ranges_add(&m->reserved, 0, LOW_MEMORY_END) ?
	       fail(err, "out of memory") : 0;
}

static int x86_64_memory(struct machine *m __always_unused,
			 const struct machine_spec *spec __always_unused,
			 struct memory_spec **memory __always_unused,
			 size_t *nr __always_unused, struct error *err)
{
	return fail(err, "the memory of an x86_64 machine is not given");
}

static int x86_64_number_cpus(struct machine *m,
			      const struct machine_spec *spec,
			      struct error *err)
{
	if (!spec->nr_cpu_specs)
		return fail(err, "the CPUs of an x86_64 machine are not given");
	return spec_take_cpus(m, spec, err);
}

/* --- CPUs that come and go ------------------------------------------------------- */

/* CPUs get their numbers at boot, by what ACPI says may come (topology.c, 6.12) */
static struct view_cpu *find_cpu(struct machine *m, uint32_t cpu, bool present,
				 struct error *err)
{
	struct view_cpu *c = machine_cpu(m, cpu);

	if (!c) {
		fail(err, "CPU %u is not possible", cpu);
		return NULL;
	}
	if (c->present != present) {
		fail(err, "CPU %u is %s", cpu,
		     present ? "not there" : "there already");
		return NULL;
	}
	return c;
}

static int x86_64_core_add(struct machine *m, const struct event *event,
			   struct error *err)
{
	uint32_t first = event->u.core.core;
	unsigned int i, threads = event->u.core.threads;
	struct view_cpu *c;

	if (event->u.core.node)
		return fail(err, "CPU %u cannot arrive with a device tree node",
			    first);
	threads = threads ? threads : 1;
	for (i = 0; i < threads; i++)
		if (!find_cpu(m, first + i, false, err))
			return -1;
	for (i = 0; i < threads; i++) {
		c = machine_cpu(m, first + i);
		kernel_set_cpu_present(m->kernel, c->cpu, true);
		c->present = true;
	}
	return 0;
}

static int x86_64_core_remove(struct machine *m, const struct event *event,
			      struct error *err)
{
	struct view_cpu *c = find_cpu(m, event->u.core.core, true, err);

	if (!c)
		return -1;
	if (c->online)
		return fail(err, "CPU %u cannot go: it is online", c->cpu);
	kernel_set_cpu_present(m->kernel, c->cpu, false);
	c->present = false;
	return 0;
}

const struct arch_ops arch_x86_64 = {
	.name = "x86_64",
	/* arch/x86/include/asm/sparsemem.h, 6.12: SECTION_SIZE_BITS 27,
	 * MAX_PHYSMEM_BITS 52 with five levels of page tables
	 */
	.section_size = 1ULL << 27,
	.block_size = 1ULL << 27,
	.max_phys = 1ULL << 52,
	.odd_memory = true,
	.notes_size = 368,
	.kexec_arch = KEXEC_ARCH_X86_64,
	.hotplug_flags = KEXEC_UPDATE_ELFCOREHDR | KEXEC_CRASH_HOTPLUG_SUPPORT,
	.file_verifies = true,
	.read_hardware = x86_64_read_hardware,
	.memory = x86_64_memory,
	.number_cpus = x86_64_number_cpus,
	.core_add = x86_64_core_add,
	.core_remove = x86_64_core_remove,
	.load_file = x86_64_load_file,
	.load_exec = x86_64_load_exec,
};
