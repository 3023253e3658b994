// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replaying a capture: our machine goes through the same states, and after each
 * of them both kernels' images are compared.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conform_explain.h"
#include "conform_replay.h"
#include "handler_module.h"
#include "image_straight.h"

/* --- comparing ---------------------------------------------------------------- */

static bool same_bytes(const struct blob *a, const struct blob *b)
{
	return a->size == b->size &&
	       (!a->size || !memcmp(a->bytes, b->bytes, a->size));
}

/* both verdicts and the facts around them; cpu as for judge() */
static int judge_both(const struct replay *r, struct machine *machine,
		      const struct real_image *real, uint32_t cpu,
		      struct comparison *c)
{
	c->truth = machine_view(machine);
	c->ours = machine_image(machine);
	c->theirs = &real->view;
	c->crash_hotplug = machine_crash_hotplug(machine);
	c->loaded = r->at == r->load;
	c->user_header = r->load->load.call == LOAD_KEXEC_LOAD &&
			 !r->wrote_header;
	c->user_fdt = r->load->load.call == LOAD_KEXEC_LOAD && !r->wrote_fdt;
	c->missed = c->user_header && r->updates;
	c->exact = r->exact;
	c->elfcorehdr_size = machine_elfcorehdr_size(machine);
	c->their_size = r->at->elfcorehdr_size;
	c->their_hotplug = r->at->attr_crash_hotplug;
	c->block_size = r->at->machine.block_size;
	c->history = &r->history;
	return judge(c->truth, c->ours, cpu, &c->our_verdict) ||
	       judge(c->truth, c->theirs, cpu, &c->their_verdict);
}

/* our own load leaves as much room for what may come as the real kernel's */
static int compare_room(const struct replay *r, struct comparison *c)
{
	const struct segment_spec *theirs =
		load_segment(&r->load->load, SEGMENT_ELFCOREHDR);
	const struct view_segment *ours =
		image_view_segment(c->ours, SEGMENT_ELFCOREHDR);

	if (!c->own_load || !c->loaded || !ours || !theirs ||
	    ours->memsz == theirs->memsz)
		return 0;
	return reasons_add(&c->reasons, RESULT_DIFFERENT, NULL,
			   "the elfcorehdr segment has %zu bytes, the kernel's %zu",
			   ours->memsz, theirs->memsz);
}

/* the boot parameters of our own load leave the same memory alone (x86) */
static int compare_reserved(struct comparison *c)
{
	char what[128];
	const struct symptom s = { .kind = SYMPTOM_RESERVE, .what = what };
	uint64_t ours = c->ours->reserved, theirs = c->theirs->reserved;

	if (!c->own_load || !c->loaded || !ours || !theirs || ours == theirs)
		return 0;
	snprintf(what, sizeof(what),
		 "%" PRIu64 " bytes are reserved for the elfcorehdr, by the kernel %" PRIu64,
		 ours, theirs);
	return explain_symptom(c, &s);
}

/* it depends on the configuration alone, so once is enough */
static int compare_size(struct comparison *c)
{
	unsigned int ours = c->elfcorehdr_size, theirs = c->their_size;
	char what[96];
	const struct symptom s = {
		.kind = SYMPTOM_SIZE, .what = what, .start = theirs, .end = ours,
	};

	if (!theirs || ours == theirs)
		return 0;
	snprintf(what, sizeof(what),
		 "crash_elfcorehdr_size reads %u, the kernel's %u", ours,
		 theirs);
	return explain_symptom(c, &s);
}

static void comparison_free(struct comparison *c)
{
	verdict_free(&c->our_verdict);
	verdict_free(&c->their_verdict);
	reasons_free(&c->reasons);
}

/* at the first step, and not once more for our own load of it */
static bool is_first(const struct replay *r, const struct machine *machine,
		     const struct comparison *c)
{
	return !c->before && machine == r->machine;
}

static int compare_images(const struct replay *r, struct machine *machine,
			  struct comparison *c, struct error *err)
{
	if (compare_room(r, c))
		return fail(err, "out of memory");
	if (c->exact)
		return conform_exact(c) ? fail(err, "out of memory") : 0;
	if (compare_reserved(c))
		return fail(err, "out of memory");
	if (conform_explain(c, err))
		return -1;
	return is_first(r, machine, c) && compare_size(c) ?
	       fail(err, "out of memory") : 0;
}

/* @machine's image with the real one at @r->at; @c is to be freed */
static int compare(const struct replay *r, struct machine *machine,
		   struct comparison *c, struct error *err)
{
	struct straight_image ours = { 0 };
	struct real_image real = { 0 };
	int failed;

	if (image_straighten(&ours, machine_image(machine)) ||
	    real_image_make(r, &ours.view, &real) ||
	    judge_both(r, machine, &real, JUDGE_ANY_CPU, c)) {
		failed = fail(err, "out of memory");
	} else {
		c->ours = &ours.view;
		failed = compare_images(r, machine, c, err);
	}
	real_image_free(&real);
	image_straight_free(&ours);
	return failed;
}

/* --- letting things happen ------------------------------------------------------ */

/*
 * A broken contract of our kernel counts like a difference. When it is a real
 * one, its bytes decide, and this is something to know.
 */
static int add_broken(const struct replay *r, const struct machine *machine,
		      unsigned int nr, unsigned long lost_allocs,
		      struct reasons *reasons)
{
	enum result result = r->handlers->version ? RESULT_REMARK :
						   RESULT_DIFFERENT;
	struct verdict broken = { 0 };
	int failed = add_violations(&broken, machine, nr, &lost_allocs);

	for (size_t i = 0; i < broken.nr && !failed; i++)
		failed = reasons_add(reasons, result, NULL,
				     "our kernel: %s: %s",
				     invariant_name(broken.findings[i].inv),
				     broken.findings[i].text);
	verdict_free(&broken);
	return failed;
}

static int apply(const struct replay *r, struct machine *machine,
		 const struct event *event, struct step_outcome *out,
		 struct error *err)
{
	unsigned long lost_allocs = machine_lost_allocs(machine);
	struct event_report report = { 0 };

	if (machine_apply(machine, event, &report, err))
		return -1;
	written_add(&out->written, machine_image(machine), &report);
	if (add_broken(r, machine, report.violations, lost_allocs,
		       &out->reasons))
		return fail(err, "out of memory");
	return 0;
}

/*
 * Load on @machine what @step loaded: adopt the captured segments, or let our
 * kernel build its own at the captured places. @b: what happens meanwhile.
 */
static int load_image(const struct replay *r, struct machine *machine,
		      const struct capture_step *step,
		      const struct between *b, bool adopt,
		      struct step_outcome *out, struct error *err)
{
	struct segment_spec places[VIEW_SEGMENT_MAX];
	struct event event = { .type = EVENT_LOAD, .u.load = step->load };
	struct load_spec *load = &event.u.load;

	if (load->nr_segments > VIEW_SEGMENT_MAX)
		return fail(err, "%zu segments", load->nr_segments);
	for (size_t i = 0; i < load->nr_segments; i++) {
		places[i] = load->segments[i];
		if (!adopt) {
			places[i].bytes = NULL;
			places[i].nr_bytes = 0;
		}
	}
	load->segments = places;
	load->adopt = adopt;
	if (b) {
		load->during = b->events + b->nr_before;
		load->nr_during = b->nr - b->nr_before;
	}
	return apply(r, machine, &event, out, err);
}

/*
 * Does the real kernel make the elfcorehdr anew for this? The first event of an
 * image of kexec_load(2) is meant, which may lack CPUs: x86 makes it for all
 * kinds, powerpc for memory.
 */
static bool is_update(const struct replay *r, const struct event *event)
{
	if (r->at->attr_crash_hotplug != 1 || event->lock_busy)
		return false;
	switch (event->type) {
	case EVENT_MEMORY_ONLINE:
	case EVENT_MEMORY_OFFLINE:
		return true;
	case EVENT_CPU_ONLINE:
	case EVENT_CPU_OFFLINE:
		return r->at->machine.arch == ARCH_X86_64;
	default:
		return false;
	}
}

static int apply_events(struct replay *r, const struct between *b,
			struct step_outcome *out, struct error *err)
{
	int failed = 0;

	for (size_t i = 0; i < b->nr_before && !failed; i++) {
		failed = apply(r, r->machine, &b->events[i], out, err);
		if (!failed && history_event(&r->history,
					     machine_view(r->machine),
					     &b->events[i],
					     r->at->machine.block_size))
			failed = fail(err, "out of memory");
		r->updates += is_update(r, &b->events[i]);
	}
	return failed;
}

/* --- the kinds of steps ----------------------------------------------------------- */

static bool is_file_load(const struct capture_step *step)
{
	return step->load.call == LOAD_KEXEC_FILE_LOAD;
}

/* compare, and hand over what came out; earlier reasons stay */
static int settle(struct replay *r, const struct capture_step *before,
		  struct step_outcome *out, struct error *err)
{
	struct comparison c = {
		.own_load = r->own_load, .before = before,
		.reasons = out->reasons,
	};
	bool loaded = machine_image(r->machine)->loaded;
	int failed;

	if (!r->at->load.nr_segments && !loaded) {
		snprintf(out->note, sizeof(out->note), "no image is loaded");
		return 0;
	}
	if (r->at->load.nr_segments && loaded)
		failed = compare(r, r->machine, &c, err);
	else
		failed = reasons_add(&c.reasons, RESULT_DIFFERENT, NULL,
				     "only %s has an image",
				     loaded ? "ours" : "the kernel");
	if (!failed && loaded && !c.exact && conform_refused(&c))
		snprintf(out->note, sizeof(out->note),
			 "ours: %s, and says so: crash_hotplug reads 0",
			 verdict_name(c.our_verdict.word));
	out->ours = c.our_verdict;
	out->theirs = c.their_verdict;
	out->crash_hotplug = c.crash_hotplug;
	out->reasons = c.reasons;
	return failed;
}

/* let @machine do the load of @r->at itself: what is different goes to @out */
static int compare_own_load(const struct replay *r, struct machine *machine,
			    const struct between *b, struct step_outcome *out,
			    struct error *err)
{
	struct comparison c = { .own_load = true };
	struct step_outcome load = { 0 };
	int failed;

	failed = load_image(r, machine, r->at, b, false, &load, err);
	c.reasons = load.reasons;
	memset(&load.reasons, 0, sizeof(load.reasons));
	failed = failed || compare(r, machine, &c, err);
	for (size_t i = 0; i < c.reasons.nr && !failed; i++)
		failed = reasons_add(&out->reasons, c.reasons.reason[i].result,
				     c.reasons.reason[i].defect,
				     "our own load: %s",
				     c.reasons.reason[i].text);
	comparison_free(&c);
	step_outcome_free(&load);
	if (!failed && !out->reasons.nr)
		snprintf(out->note, sizeof(out->note), "our own load too");
	return failed;
}

/* a second machine, on which our kernel does the load of the first step itself */
static int first_own_load(const struct replay *r, struct step_outcome *out,
			  struct error *err)
{
	struct machine *machine;
	int failed;

	machine = machine_create(&r->at->machine, r->handlers, err);
	if (!machine)
		return -1;
	failed = compare_own_load(r, machine, NULL, out, err);
	machine_destroy(machine);
	return failed;
}

static int first_step(struct replay *r, const struct capture_step *step,
		      struct step_outcome *out, struct error *err)
{
	if (!step->has_state || !step->loaded)
		return fail(err, "the capture does not begin with a load");
	r->machine = machine_create(&step->machine, r->handlers, err);
	if (!r->machine)
		return -1;
	r->at = step;
	r->load = step;
	if (load_image(r, r->machine, step, NULL, true, out, err) ||
	    settle(r, NULL, out, err))
		return -1;
	return is_file_load(step) ? first_own_load(r, out, err) : 0;
}

/*
 * Our own load stays the image from then on: it has to be as good as the real
 * one. A real kernel's is compared, and then makes room for the captured one,
 * which came from a boot FDT that we do not have.
 */
static int reload(struct replay *r, const struct capture_step *step,
		  const struct between *b, struct step_outcome *out,
		  struct error *err)
{
	r->load = step;
	r->wrote_header = r->wrote_fdt = false;
	r->updates = 0;
	r->own_load = is_file_load(step) && !r->exact;
	if (!is_file_load(step) || r->own_load)
		return load_image(r, r->machine, step, b, !r->own_load, out,
				  err);
	return compare_own_load(r, r->machine, b, out, err) ||
	       load_image(r, r->machine, step, NULL, true, out, err) ? -1 : 0;
}

static int event_step(struct replay *r, const struct capture_step *step,
		      struct step_outcome *out, struct error *err)
{
	const struct capture_step *before = r->at;
	struct between b;
	int failed = 0;

	if (between_find(&b, before, step, err))
		return -1;
	if (apply_events(r, &b, out, err))
		failed = -1;
	else if (history_update(&r->history, before, step))
		failed = fail(err, "out of memory");
	r->at = step;
	r->wrote_header |= !same_bytes(&step->elfcorehdr, &r->load->elfcorehdr);
	r->wrote_fdt |= !same_bytes(&step->fdt, &r->load->fdt);
	if (!failed && step->loaded)
		failed = reload(r, step, &b, out, err);
	between_free(&b);
	return failed ? -1 : settle(r, before, out, err);
}

/* does what happened contradict the judge? */
static bool contradicts(enum verdict_word word, bool up)
{
	switch (word) {
	case VERDICT_ACCURATE:
	case VERDICT_STALE:
		return !up;
	case VERDICT_INCOMPLETE:
		/* memory that is not there may hang a dump, or read as ones */
		return false;
	default:
		return up;
	}
}

static int judge_crash(const struct replay *r, const struct capture_step *step,
		       struct comparison *c, struct error *err)
{
	enum verdict_word ours = c->our_verdict.word;
	enum verdict_word theirs = c->their_verdict.word;
	int failed = 0;

	if (contradicts(theirs, step->capture_up))
		failed = reasons_add(&c->reasons, RESULT_DIFFERENT, NULL,
				     "the judge calls the kernel's image %s, but its capture kernel %s",
				     verdict_name(theirs), step->capture_up ?
				     "came up" : "did not come up");
	if (ours != VERDICT_ACCURATE && !c->exact && !conform_refused(c))
		failed |= reasons_add(&c->reasons, RESULT_DIFFERENT, NULL,
				      "our image is %s", verdict_name(ours));
	if (ours < theirs && !c->exact)
		for (size_t i = 0; i < r->settled.nr && !failed; i++)
			failed = reasons_add(&c->reasons,
					     r->settled.reason[i].result,
					     r->settled.reason[i].defect, "%s",
					     r->settled.reason[i].text);
	return failed ? fail(err, "out of memory") : 0;
}

static int crash_step(struct replay *r, const struct capture_step *step,
		      struct step_outcome *out, struct error *err)
{
	struct comparison c = { .own_load = r->own_load };
	struct straight_image ours = { 0 };
	struct real_image real = { 0 };
	int failed;

	failed = image_straighten(&ours, machine_image(r->machine)) ||
		 real_image_make(r, &ours.view, &real) ||
		 judge_both(r, r->machine, &real, step->crash_cpu, &c);
	failed = failed ? fail(err, "out of memory") :
			  judge_crash(r, step, &c, err);
	snprintf(out->note, sizeof(out->note),
		 "a crash on CPU %u: ours %s, the kernel's %s, and its capture kernel %s",
		 step->crash_cpu, verdict_name(c.our_verdict.word),
		 verdict_name(c.their_verdict.word),
		 step->capture_up ? "came up" : "did not come up");
	out->ours = c.our_verdict;
	out->theirs = c.their_verdict;
	out->crash_hotplug = c.crash_hotplug;
	out->reasons = c.reasons;
	real_image_free(&real);
	image_straight_free(&ours);
	return failed;
}

/* no state after it: nothing that our machine could be brought to */
static int died_step(struct replay *r, const struct capture_step *step,
		     struct step_outcome *out, struct error *err)
{
	const struct blob *header = step->elfcorehdr.size ?
				    &step->elfcorehdr : &r->at->elfcorehdr;
	const struct known_defect *defect =
		known_defect_of_death(header->bytes, header->size);
	int failed;

	snprintf(out->note, sizeof(out->note),
		 "the guest died in this event (%s), which is not replayed",
		 step->kind);
	if (defect)
		failed = reasons_add(&out->reasons, RESULT_DEFECT, defect->id,
				     "%s", defect->title);
	else if (r->exact)
		failed = reasons_add(&out->reasons, RESULT_REMARK, NULL,
				     "the kernel died");
	else
		failed = reasons_add(&out->reasons, RESULT_DIFFERENT, NULL,
				     "the kernel died, and no known defect explains it");
	return failed ? fail(err, "out of memory") : 0;
}

int replay_step(struct replay *r, const struct capture_step *step,
		struct step_outcome *out, struct error *err)
{
	int failed;

	memset(out, 0, sizeof(*out));
	out->crash_hotplug = -1;
	if (!r->machine)
		failed = first_step(r, step, out, err);
	else if (step->crash)
		failed = crash_step(r, step, out, err);
	else if (!step->has_state)
		failed = died_step(r, step, out, err);
	else
		failed = event_step(r, step, out, err);
	if (failed || step->crash || !step->has_state)
		return failed;

	reasons_free(&r->settled);
	for (size_t i = 0; i < out->reasons.nr && !failed; i++)
		failed = reasons_add(&r->settled, out->reasons.reason[i].result,
				     out->reasons.reason[i].defect, "%s",
				     out->reasons.reason[i].text);
	return failed ? fail(err, "out of memory") : 0;
}

void step_outcome_free(struct step_outcome *out)
{
	verdict_free(&out->ours);
	verdict_free(&out->theirs);
	reasons_free(&out->reasons);
}

void replay_free(struct replay *r)
{
	if (r->machine)
		machine_destroy(r->machine);
	history_free(&r->history);
	reasons_free(&r->settled);
}
