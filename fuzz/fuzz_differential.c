// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program (program.h) happens to two machines, one with core and one with a
 * kernel tree's handlers: their images part only for a reason that is known
 * (docs/divergences.md).
 */
#include "divergence.h"
#include "divergence_classes.h"
#include "fuzz.h"
#include "program.h"

/* what cli/ would begin its complaints with */
const char *const cli_program = "fuzz_differential";

/* linked in: cmake/HandlerModule.cmake names them */
extern const struct handler_module handler_module_upstream_powerpc;
extern const struct handler_module handler_module_upstream_x86_64;

static const struct handler_module *upstream(enum arch arch)
{
	return arch == ARCH_POWERPC ? &handler_module_upstream_powerpc :
				      &handler_module_upstream_x86_64;
}

/* not told before; @step: the event of the program */
static void check_explained(size_t step, const struct divergence *d)
{
	struct divergence_class class;

	for (size_t i = 0; i < d->new.nr; i++)
		fuzz_check(divergence_class_find(d, &d->new.reason[i], &class),
			   "event %zu: core is %s, the kernel tree's handlers are %s: %s",
			   step, verdict_name(d->a.word),
			   verdict_name(d->b.word), d->new.reason[i].text);
}

/*
 * core keeps an image that it cannot update, and says so in crash_hotplug. What
 * such an image is still good for is the scenario harness's business.
 */
static bool is_given_up(const struct twins *t, const struct divergence *d)
{
	return d->a_gave_up && machine_image(t->a.machine)->loaded;
}

static void play(const struct program *p, struct twins *t)
{
	struct divergence d;
	struct event event;
	struct error err;
	bool possible;

	for (size_t i = 0; i < p->nr; i++) {
		if (!program_event(p, i, machine_view(t->a.machine), &event))
			continue;
		/* the two map other segments, and in another order */
		event.fail_map = 0;
		fuzz_check(!twins_step(t), "no memory for a step");
		possible = !twins_event(t, &event, &d, &err);
		if (possible && !is_given_up(t, &d))
			check_explained(i, &d);
		divergence_free(&d);
	}
}

static void hurry(struct machine *m)
{
	static struct digest_cache *digests;

	if (!digests)
		digests = digest_cache_new();
	machine_skip_bytes_written(m);
	machine_skip_times(m);
	machine_use_digests(m, digests);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct program p;
	struct twins t;
	struct error err;

	program_read(&p, data, size);
	fuzz_check(!twins_start(&t, &p.spec,
				handlers_builtin(p.spec.arch, "core"),
				upstream(p.spec.arch), &err),
		   "no machines: %s", err.text);
	hurry(t.a.machine);
	hurry(t.b.machine);
	play(&p, &t);
	twins_end(&t);
	return 0;
}
