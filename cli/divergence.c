// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two machines, one event. What differs is explained as a capture's difference
 * is: conform_explain() takes the second one for the real kernel.
 */
#include <stdlib.h>
#include <string.h>

#include "divergence.h"
#include "image_straight.h"
#include "report.h"
#include "segment.h"

int twins_start(struct twins *t, const struct machine_spec *spec,
		const struct handler_module *a, const struct handler_module *b,
		struct error *err)
{
	memset(t, 0, sizeof(*t));
	return playback_start(&t->a, spec, a, err) ||
	       playback_start(&t->b, spec, b, err) ? -1 : 0;
}

static void drop_blob(struct blob *blob)
{
	free(blob->bytes);
	*blob = (struct blob){ 0 };
}

void twins_end(struct twins *t)
{
	playback_end(&t->a);
	playback_end(&t->b);
	history_free(&t->history);
	view_ranges_free(&t->online);
	drop_blob(&t->before.elfcorehdr);
	drop_blob(&t->before.fdt);
	drop_blob(&t->loaded_header);
	reasons_free(&t->told);
	past_forget(&t->past);
}

int twins_step(struct twins *t)
{
	return view_ranges_copy(&t->online, &machine_view(t->a.machine)->online);
}

void divergence_free(struct divergence *d)
{
	verdict_free(&d->a);
	verdict_free(&d->b);
	reasons_free(&d->new);
}

/* --- before and after ---------------------------------------------------------------- */

/* most events leave a segment as it is: then so is the copy */
static int copy_segment(struct blob *blob, const struct image_view *image,
			enum segment_kind kind)
{
	const struct view_segment *s = image->loaded ?
				       image_view_segment(image, kind) : NULL;
	size_t size = s && s->bytes ?
		      segment_used(kind, s->bytes, s->memsz) : 0;

	if (size && size == blob->size &&
	    !memcmp(blob->bytes, s->bytes, size))
		return 0;
	drop_blob(blob);
	if (!size)
		return 0;
	blob->bytes = malloc(size);
	if (!blob->bytes)
		return -1;
	blob->size = size;
	memcpy(blob->bytes, s->bytes, size);
	return 0;
}

static int remember_image(struct twins *t)
{
	struct straight_image s;
	int failed;

	failed = image_straighten(&s, machine_image(t->b.machine)) ||
		 copy_segment(&t->before.elfcorehdr, &s.view,
			      SEGMENT_ELFCOREHDR) ||
		 copy_segment(&t->before.fdt, &s.view, SEGMENT_FDT);
	image_straight_free(&s);
	return failed;
}

static int note_removed(struct twins *t, const struct event *event)
{
	uint64_t start = event->u.memory.start;
	uint64_t end = start + (event->u.memory.size - 1);
	bool online = view_ranges_intersects(&t->online, start, end);

	return view_ranges_add(online ? &t->history.left_online :
					&t->history.left_offline, start, end) ||
	       view_ranges_remove(&t->history.came_in_load, start, end);
}

static int note_added(struct twins *t, const struct event *event)
{
	uint64_t start = event->u.memory.start;
	uint64_t end = start + (event->u.memory.size - 1);

	return view_ranges_remove(&t->history.left_online, start, end) ||
	       view_ranges_remove(&t->history.left_offline, start, end);
}

static int note_memory(struct twins *t, const struct event *event)
{
	if (event->type == EVENT_MEMORY_REMOVE)
		return note_removed(t, event);
	return event->type == EVENT_MEMORY_ADD ? note_added(t, event) : 0;
}

/* memory that nobody was told of is missing */
static int note_lost(struct twins *t, const struct event *event)
{
	uint64_t start = event->u.memory.start;

	if (event->type != EVENT_MEMORY_ONLINE)
		return 0;
	return view_ranges_add(&t->history.came_in_load, start,
			       start + (event->u.memory.size - 1));
}

static int note_during(struct twins *t, const struct load_spec *load)
{
	int failed = 0;

	for (size_t i = 0; i < load->nr_during && !failed; i++)
		failed = note_memory(t, &load->during[i]) ||
			 note_lost(t, &load->during[i]) ||
			 past_lost(&t->past, &load->during[i]);
	return failed;
}

static int note_load(struct twins *t, const struct event *event)
{
	past_forget(&t->past);
	t->wrote_header = false;
	t->updates = 0;
	return note_during(t, &event->u.load) ||
	       copy_segment(&t->loaded_header, machine_image(t->b.machine),
			    SEGMENT_ELFCOREHDR);
}

/* an allocation that was to fail has been asked for */
static bool was_hit(const struct playback *p, const struct event *event)
{
	return event->fail_alloc &&
	       machine_alloc_count(p->machine) >= event->fail_alloc;
}

static int note_event(struct twins *t, const struct event *event)
{
	const bool hit[2] = { was_hit(&t->a, event), was_hit(&t->b, event) };

	if (history_event(&t->history, machine_view(t->a.machine), event,
			  machine_block_size(t->a.machine)) ||
	    past_event(&t->past, event, hit) ||
	    (event->lock_busy && note_lost(t, event)))
		return -1;
	return event->type == EVENT_LOAD ? note_load(t, event) :
					   note_memory(t, event);
}

/* should this event have changed an elfcorehdr that user space made? */
static bool is_update(struct twins *t, const struct event *event)
{
	bool memory = event->type == EVENT_MEMORY_ONLINE ||
		      event->type == EVENT_MEMORY_OFFLINE;
	bool cpu = event->type == EVENT_CPU_ONLINE ||
		   event->type == EVENT_CPU_OFFLINE;

	return machine_crash_hotplug(t->b.machine) == 1 && !event->lock_busy &&
	       (memory ||
		(cpu && machine_view(t->b.machine)->arch == ARCH_X86_64));
}

/* what user space made, and nobody has written to */
static bool is_user_header(struct twins *t)
{
	const struct image_view *image = machine_image(t->b.machine);
	const struct view_segment *s;
	size_t size;

	s = image_view_segment(image, SEGMENT_ELFCOREHDR);
	if (image->file_mode || !s || !s->bytes)
		return false;
	size = segment_used(s->kind, s->bytes, s->memsz);
	if (size != t->loaded_header.size ||
	    memcmp(s->bytes, t->loaded_header.bytes, size))
		t->wrote_header = true;
	return !t->wrote_header;
}

static bool is_user_fdt(const struct twins *t)
{
	const struct image_view *image = machine_image(t->b.machine);
	const struct view_segment *s = image_view_segment(image, SEGMENT_FDT);

	return !image->file_mode && s && s->bytes &&
	       s->memsz == image->loaded_fdt_size &&
	       !memcmp(s->bytes, image->loaded_fdt, s->memsz);
}

/* --- why they differ ------------------------------------------------------------------ */

/* the same, or about more of the same memory */
static bool covers_finding(const struct finding *wide, const struct finding *f)
{
	if (wide->inv != f->inv || wide->remark != f->remark)
		return false;
	return !strcmp(wide->text, f->text) ||
	       (wide->has_range && f->has_range && wide->start <= f->start &&
		wide->end >= f->end);
}

static bool has_finding(const struct verdict *v, const struct finding *f)
{
	for (size_t i = 0; i < v->nr; i++)
		if (covers_finding(&v->findings[i], f))
			return true;
	return false;
}

/* what @v says and @other does not: what both get wrong parts nobody */
static int verdict_less(struct verdict *less, const struct verdict *v,
			const struct verdict *other)
{
	*less = (struct verdict){ .word = VERDICT_ACCURATE };
	if (!v->nr)
		return 0;
	less->findings = calloc(v->nr, sizeof(*less->findings));
	if (!less->findings)
		return -1;
	less->max = v->nr;
	for (size_t i = 0; i < v->nr; i++) {
		const struct finding *f = &v->findings[i];

		if (has_finding(other, f))
			continue;
		less->findings[less->nr++] = *f;
		if (!f->remark && f->word > less->word)
			less->word = f->word;
	}
	return 0;
}

static int explain_images(struct twins *t, const struct event *event,
			  const struct divergence *d, struct reasons *reasons,
			  struct error *err)
{
	struct straight_image ours = { 0 }, theirs = { 0 };
	struct comparison c = {
		.truth = machine_view(t->a.machine),
		.ours = &ours.view,
		.theirs = &theirs.view,
		.crash_hotplug = machine_crash_hotplug(t->a.machine),
		.their_hotplug = machine_crash_hotplug(t->b.machine),
		.loaded = event->type == EVENT_LOAD,
		.user_header = is_user_header(t),
		.user_fdt = is_user_fdt(t),
		.before = event->type == EVENT_LOAD ? NULL : &t->before,
		.block_size = machine_block_size(t->a.machine),
		.history = &t->history,
	};
	int failed = -1;

	c.missed = c.user_header && t->updates;
	if (image_straighten(&ours, machine_image(t->a.machine)) ||
	    image_straighten(&theirs, machine_image(t->b.machine)) ||
	    verdict_less(&c.our_verdict, &d->a, &d->b) ||
	    verdict_less(&c.their_verdict, &d->b, &d->a))
		fail(err, "out of memory");
	else
		failed = conform_explain(&c, err);
	verdict_free(&c.our_verdict);
	verdict_free(&c.their_verdict);
	image_straight_free(&ours);
	image_straight_free(&theirs);
	*reasons = c.reasons;
	return failed;
}

static int explain(struct twins *t, const struct event *event,
		   const struct divergence *d, struct reasons *reasons,
		   struct error *err)
{
	bool a = machine_image(t->a.machine)->loaded;
	bool b = machine_image(t->b.machine)->loaded;

	if (a && b)
		return explain_images(t, event, d, reasons, err);
	if (a != b && !t->refused && reasons_add(reasons, RESULT_DIFFERENT, NULL,
				  "only %s has an image", a ? "A" : "B"))
		return fail(err, "out of memory");
	return 0;
}

/* @reasons become what was told; what is new of them goes to @d */
static int tell_new(struct twins *t, struct reasons *reasons,
		    struct divergence *d)
{
	int failed = 0;

	for (size_t i = 0; i < reasons->nr && !failed; i++) {
		const struct reason *r = &reasons->reason[i];

		struct subject about = r->about;

		about.path = r->path[0] ? r->path : NULL;
		if (!reasons_find(&t->told, r))
			failed = reasons_add_about(&d->new, r->result,
						   r->defect, &about, "%s",
						   r->text);
	}
	reasons_free(&t->told);
	t->told = *reasons;
	*reasons = (struct reasons){ 0 };
	return failed;
}

/* --- one event ------------------------------------------------------------------------ */

static int judge_twin(struct playback *p, const struct event *event,
		      const struct event_report *report, struct verdict *verdict,
		      struct error *err)
{
	bool judged;

	return playback_judge(p, event, report->violations, verdict, &judged) ?
	       fail(err, "out of memory while judging") : 0;
}

static bool rooms_differ(const struct twins *t)
{
	const struct view_segment *a, *b;

	a = image_view_segment(machine_image(t->a.machine), SEGMENT_ELFCOREHDR);
	b = image_view_segment(machine_image(t->b.machine), SEGMENT_ELFCOREHDR);
	return a && b && a->memsz != b->memsz;
}

/* what the kernel said last, without its level */
static const char *last_words(const struct machine *m)
{
	unsigned int nr = machine_nr_log(m);

	return nr ? machine_log(m, nr - 1) + strlen("<3>") :
		    "without a message";
}

static int tell_refused(struct twins *t, bool is_a, const char *why,
			struct divergence *d)
{
	const struct machine *m = is_a ? t->a.machine : t->b.machine;

	return reasons_add(&d->new, RESULT_DIFFERENT, NULL,
			   "%s cannot load: %s: %s", is_a ? "A" : "B", why,
			   last_words(m));
}

/* a load may fail with one of them: then that one has no image */
static int apply(struct twins *t, const struct event *event,
		 struct event_report report[2], struct divergence *d,
		 struct error *err)
{
	struct error why[2];
	int failed[2];

	failed[0] = playback_apply(&t->a, event, &report[0], &why[0]);
	failed[1] = playback_apply(&t->b, event, &report[1], &why[1]);
	if (event->type == EVENT_LOAD || event->type == EVENT_UNLOAD)
		t->refused = false;
	if (!failed[0] && !failed[1])
		return 0;
	if (failed[0] && (failed[1] || event->type != EVENT_LOAD))
		return fail(err, "%s", why[0].text);
	if (event->type != EVENT_LOAD)
		return fail(err, "%s", why[1].text);
	t->refused = true;
	return tell_refused(t, failed[0], why[!failed[0]].text, d) ?
	       fail(err, "out of memory") : 0;
}

static int happens(struct twins *t, const struct event *event,
		   struct divergence *d, struct error *err)
{
	struct event_report report[2] = { 0 };
	struct reasons reasons = { 0 };
	int failed;

	if (remember_image(t))
		return fail(err, "out of memory");
	if (apply(t, event, report, d, err))
		return -1;
	if (note_event(t, event))
		return fail(err, "out of memory");
	t->updates += is_update(t, event) && !was_hit(&t->b, event);
	if (judge_twin(&t->a, event, &report[0], &d->a, err) ||
	    judge_twin(&t->b, event, &report[1], &d->b, err))
		return -1;
	d->truth = machine_view(t->a.machine);
	d->a_gave_up = machine_image(t->a.machine)->loaded &&
		       machine_crash_hotplug(t->a.machine) == 0;
	d->rooms_differ = rooms_differ(t);
	failed = explain(t, event, d, &reasons, err);
	if (!failed && tell_new(t, &reasons, d))
		failed = fail(err, "out of memory");
	reasons_free(&reasons);
	return failed;
}

/*
 * A reload is for both, or images of other ages would be compared: where one of
 * them needs it.
 */
int twins_event(struct twins *t, const struct event *event,
		struct divergence *d, struct error *err)
{
	struct event load = *event;

	memset(d, 0, sizeof(*d));
	d->past = &t->past;
	d->truth = machine_view(t->a.machine);
	if (event->type != EVENT_LOAD || !event->u.load.if_needed)
		return happens(t, event, d, err);
	if (machine_crash_hotplug(t->a.machine) &&
	    machine_crash_hotplug(t->b.machine))
		return 0;
	load.u.load.if_needed = false;
	return happens(t, &load, d, err);
}
