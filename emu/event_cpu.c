// SPDX-License-Identifier: GPL-2.0-only
/* CPUs, thread by thread, go online and offline. */
#include "machine_private.h"

int event_cpu_online(struct machine *m, const struct event *event,
		     struct error *err)
{
	unsigned int cpu = event->u.cpu.cpu;
	struct view_cpu *c = machine_cpu(m, cpu);
	int ret;

	if (!c || !c->present)
		return fail(err, "CPU %u cannot go online: it is not %s", cpu,
			    c ? "present" : "possible");
	if (c->online)
		return fail(err, "CPU %u is online already", cpu);

	ret = kernel_cpu_up(m->kernel, cpu, event->u.cpu.bringup_fails);
	if (ret)
		return fail(err, "CPU %u: %s", cpu, machine_strerror(ret));
	c->online = !event->u.cpu.bringup_fails;
	return 0;
}

int event_cpu_offline(struct machine *m, const struct event *event,
		      struct error *err)
{
	unsigned int cpu = event->u.cpu.cpu;
	struct view_cpu *c = machine_cpu(m, cpu);
	int ret;

	if (!c || !c->online)
		return fail(err, "CPU %u cannot go offline: it is not online",
			    cpu);
	ret = kernel_cpu_down(m->kernel, cpu);
	if (ret == -EBUSY)
		return fail(err, "CPU %u cannot go offline: it is the last one",
			    cpu);
	if (ret)
		return fail(err, "CPU %u: %s", cpu, machine_strerror(ret));
	c->online = false;
	return 0;
}
