// SPDX-License-Identifier: GPL-2.0-only
/*
 * The stores of an event are made once more, on a copy of the image, and the
 * judge looks at it after each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore_states.h"
#include "image_copy.h"
#include "report.h"
#include "store_place.h"
#include "truth_copy.h"

/* from one change of the lock or of kexec_crash_image to the next */
struct stretches {
	uint64_t *ns;
	size_t nr;
	size_t max;
};

/**
 * struct update - a hotplug event, as it was told
 * @stores: @nr of them
 * @first: of an event of the machine: @image is there
 * @image: at first before this update, then between any two stores of this one and
 *	those that follow in the same event
 * @before: the truth when it was told; the one that the event leads to is there
 *	only when it is over
 */
struct update {
	struct store *stores;
	size_t nr;
	bool first;
	struct image_copy image;
	struct truth_copy before;
};

/**
 * struct explorer - see explore_states.h
 * @machine: shows its stores
 * @timed: the same happens to it, undisturbed; NULL: nobody asks how long
 * @stretches: of the event that happens, in @timed; @next: the next one's
 * @updates: of the step
 * @begins: the next one is the first of its event
 * @image: of the update that is looked at
 * @judged: of them
 * @nth: stores of those
 * @step: what happens is part of it
 * @explored: filled in by the updates of an event
 * @failed: memory ran out
 */
struct explorer {
	struct machine *machine;
	struct machine *timed;
	struct judge_cache *cache;
	struct stretches stretches;
	size_t next;
	struct update *updates;
	size_t nr;
	size_t max;
	size_t judged;
	bool begins;
	struct image_copy *image;
	unsigned long nth;
	unsigned int step;
	struct explored *explored;
	bool failed;
};

/**
 * struct state - the image between two stores
 * @words: by who crashes, as far as the image's bytes go
 * @why: of the worst
 */
struct state {
	enum verdict_word words[NR_CRASHERS];
	unsigned int cpus[NR_CRASHERS];
	bool crashes[NR_CRASHERS];
	char why[224];
};

/* --- one state ---------------------------------------------------------------- */

/**
 * struct truths - what an image in the middle of an update may be true of
 * @then: the machine before; NULL: the update is over
 * @now: and after
 */
struct truths {
	const struct machine_view *then;
	const struct machine_view *now;
};

/* the better of two verdicts */
static void judge_cpu(struct explorer *x, const struct truths *truths,
		      const struct image_view *image, uint32_t cpu,
		      struct verdict *verdict)
{
	struct verdict old = { 0 };

	if (judge_with_cache(x->cache, truths->now, image, cpu, verdict))
		x->failed = true;
	if (!verdict->word || !truths->then)
		return;
	if (judge_with_cache(x->cache, truths->then, image, cpu, &old))
		x->failed = true;
	if (old.word < verdict->word) {
		verdict_free(verdict);
		*verdict = old;
		return;
	}
	verdict_free(&old);
}

static enum verdict_word word_for(struct explorer *x,
				  const struct truths *truths,
				  const struct image_view *image, uint32_t cpu,
				  char why[224])
{
	struct verdict verdict = { 0 };
	enum verdict_word word;

	judge_cpu(x, truths, image, cpu, &verdict);
	word = verdict.word;
	for (size_t i = 0; i < verdict.nr; i++) {
		if (word && verdict.findings[i].word == word) {
			snprintf(why, 224, "%s", verdict.findings[i].text);
			break;
		}
	}
	verdict_free(&verdict);
	return word;
}

static void find_crashers(const struct machine_view *now, struct state *s)
{
	for (size_t i = 0; i < now->nr_cpus; i++) {
		if (!now->cpus[i].online)
			continue;
		if (!s->crashes[CRASH_BOOT])
			s->cpus[CRASH_BOOT] = now->cpus[i].cpu;
		else
			s->cpus[CRASH_OTHER] = now->cpus[i].cpu;
		s->crashes[CRASH_OTHER] = s->crashes[CRASH_BOOT];
		s->crashes[CRASH_BOOT] = true;
	}
}

/* most states are right for everybody: one look says so */
static void judge_state(struct explorer *x, const struct truths *truths,
			const struct image_view *image, struct state *s)
{
	enum verdict_word all = word_for(x, truths, image, JUDGE_ANY_CPU,
					 s->why);

	for (int c = 0; c < NR_CRASHERS; c++)
		if (s->crashes[c])
			s->words[c] = !all ? VERDICT_ACCURATE :
				      word_for(x, truths, image, s->cpus[c],
					       s->why);
}

/* --- counting ---------------------------------------------------------------------- */

static void count(struct tally *t, enum verdict_word word, uint64_t ns)
{
	t->nr[word]++;
	t->ns[word] += ns;
}

static enum verdict_word worst_of(const struct state *s, enum crasher *who)
{
	enum verdict_word worst = VERDICT_ACCURATE;

	*who = CRASH_BOOT;
	for (int c = 0; c < NR_CRASHERS; c++) {
		if (s->crashes[c] && s->words[c] > worst) {
			worst = s->words[c];
			*who = c;
		}
	}
	return worst;
}

/* @last: the store that led to this @image; NULL: the event is over */
static void keep_first(struct explorer *x, const struct state *s,
		       const struct image_view *image, const struct store *last)
{
	enum crasher who;
	enum verdict_word word = worst_of(s, &who);
	struct bad_state *bad = &x->explored->first[word];

	if (!word || bad->word)
		return;
	*bad = (struct bad_state){
		.word = word,
		.step = x->step,
		.store = x->nth,
		.cpu = s->cpus[who],
	};
	if (last) {
		bad->has_change = true;
		bad->last = *last;
		store_place(image, last, bad->place,
			    sizeof(bad->place));
	}
	snprintf(bad->why, sizeof(bad->why), "%s", s->why);
}

/* @locked: the kexec lock is held in this state */
static void count_state(struct explorer *x, const struct state *s, bool locked,
			uint64_t ns)
{
	struct explored *e = x->explored;
	enum crasher who;
	enum verdict_word worst = worst_of(s, &who);

	for (int c = 0; c < NR_CRASHERS; c++) {
		if (!s->crashes[c])
			continue;
		count(&e->states[PATH_LINUX][c],
		      locked ? VERDICT_LOST : s->words[c], ns);
		count(&e->states[PATH_PAST_UPDATE][c], s->words[c], ns);
	}
	count(&e->worst[PATH_LINUX], locked ? VERDICT_LOST : worst, ns);
	count(&e->worst[PATH_PAST_UPDATE], worst, ns);
}

/* --- all states of a hotplug event ----------------------------------------------- */

static void hide(struct state *s)
{
	for (int c = 0; c < NR_CRASHERS; c++)
		s->words[c] = VERDICT_LOST;
	snprintf(s->why, sizeof(s->why), "no image: it is hidden");
}

/* does @store change nothing but the lock or kexec_crash_image? */
static bool begins_stretch(const struct store *store)
{
	return !store->changes;
}

/* how long each state lasts in the stretch that begins at stores[i] */
static uint64_t state_time(struct explorer *x, const struct update *u, size_t i)
{
	size_t states = 1;

	/* the last one gives the lock back: what comes then is no part of it */
	if (i + 1 == u->nr)
		return 0;
	while (i + states < u->nr && !begins_stretch(&u->stores[i + states]))
		states++;
	if (x->next == x->stretches.nr)
		return 0;
	return x->stretches.ns[x->next++] / states;
}

/* the image at the beginning of @u; those before it have been gone through */
static struct image_copy *enter_update(struct explorer *x, struct update *u)
{
	if (u->first)
		x->image = &u->image;
	return x->image;
}

/* @nr: the words of all states of an update, @from in its first and @to in its last */
static void count_worse(struct explored *e, const unsigned long *nr,
			enum verdict_word from, enum verdict_word to)
{
	for (int w = (from > to ? from : to) + 1; w <= VERDICT_LOST; w++)
		e->worse[w] += nr[w];
}

static void judge_update(struct explorer *x, struct update *u,
			 const struct machine_view *now)
{
	const struct truths truths = { .then = &u->before.view, .now = now };
	unsigned long nr[VERDICT_LOST + 1] = { 0 };
	enum verdict_word word, from = VERDICT_ACCURATE;
	struct image_copy *image = enter_update(x, u);
	const struct store *stores = u->stores;
	struct state s = { 0 };
	enum crasher who;
	uint64_t ns = 0;

	find_crashers(now, &s);
	for (size_t i = 0; i < u->nr; i++) {
		x->nth++;
		image_copy_step(image, &stores[i]);
		if (begins_stretch(&stores[i]))
			ns = state_time(x, u, i);
		if (stores[i].visible)
			judge_state(x, &truths, &image->view, &s);
		else
			hide(&s);
		keep_first(x, &s, &image->view, &stores[i]);
		count_state(x, &s, stores[i].locked, ns);
		word = worst_of(&s, &who);
		from = i ? from : word;
		nr[word]++;
	}
	if (u->nr)
		count_worse(x->explored, nr, from, word);
	x->explored->events++;
	x->explored->stores += u->nr;
}

/* the truth that update @i led to */
static const struct machine_view *truth_after(struct explorer *x, size_t i)
{
	return i + 1 < x->nr ? &x->updates[i + 1].before.view :
			       machine_view(x->machine);
}

/* --- what is told ------------------------------------------------------------------- */

static void update_free(struct update *u)
{
	free(u->stores);
	image_copy_free(&u->image);
	truth_copy_free(&u->before);
}

/*
 * What nothing was stored to yet, an image has from the machine, which goes on. So
 * each takes a copy of what is stored to now, as it was before.
 */
static int keep_old_bytes(struct explorer *x, const struct store *stores,
			  size_t nr)
{
	const struct image_view *now = machine_image(x->machine);

	for (size_t i = x->judged; i < x->nr; i++)
		if (x->updates[i].first &&
		    image_copy_extend(&x->updates[i].image, now, stores, nr))
			return -1;
	return 0;
}

static int update_take(struct explorer *x, struct update *u,
		       const struct store *stores, size_t nr)
{
	memset(u, 0, sizeof(*u));
	u->nr = nr;
	u->stores = malloc(nr * sizeof(*stores));
	u->first = x->begins;
	if (!u->stores || keep_old_bytes(x, stores, nr) ||
	    (u->first && image_copy_rewind(&u->image, machine_image(x->machine),
					   stores, nr)) ||
	    truth_copy_take(&u->before, machine_view(x->machine))) {
		update_free(u);
		return -1;
	}
	memcpy(u->stores, stores, nr * sizeof(*stores));
	x->begins = false;
	return 0;
}

static void told(void *ctx, const struct store *stores, size_t nr)
{
	struct explorer *x = ctx;

	if (x->nr == x->max) {
		size_t max = 2 * x->max + 16;
		struct update *more = realloc(x->updates, max * sizeof(*more));

		if (!more) {
			x->failed = true;
			return;
		}
		x->updates = more;
		x->max = max;
	}
	if (update_take(x, &x->updates[x->nr], stores, nr))
		x->failed = true;
	else
		x->nr++;
}

/* the same event, in the other machine */
static void told_times(void *ctx, const struct store *stores, size_t nr)
{
	struct explorer *x = ctx;
	struct stretches *t = &x->stretches;

	if (t->nr + nr > t->max) {
		size_t max = 2 * (t->nr + nr);
		uint64_t *more = realloc(t->ns, max * sizeof(*more));

		if (!more) {
			x->failed = true;
			return;
		}
		t->ns = more;
		t->max = max;
	}
	for (size_t i = 0; i + 1 < nr; i++)
		t->ns[t->nr++] = stores[i + 1].ns - stores[i].ns;
}

/* --- an event --------------------------------------------------------------------- */

/* the CPU that @event brought, if it did */
static void find_new(const struct machine_view *now, const struct event *event,
		     struct state *s)
{
	if (event->type != EVENT_CPU_ONLINE)
		return;
	for (size_t i = 0; i < now->nr_cpus; i++) {
		if (now->cpus[i].cpu == event->u.cpu.cpu && now->cpus[i].online) {
			s->cpus[CRASH_NEW] = event->u.cpu.cpu;
			s->crashes[CRASH_NEW] = true;
		}
	}
}

/* what the event leaves behind */
static void judge_end(struct explorer *x, const struct event *event)
{
	const struct truths truths = { .now = machine_view(x->machine) };
	const struct image_view *image = machine_image(x->machine);
	struct state s = { 0 };

	if (!image->nr_segments)
		return;
	find_crashers(truths.now, &s);
	find_new(truths.now, event, &s);
	if (image->loaded)
		judge_state(x, &truths, image, &s);
	else
		hide(&s);
	keep_first(x, &s, image, NULL);
	count_state(x, &s, false, 0);
}

static void judge_event(struct explorer *x, const struct event *event,
			struct explored *explored)
{
	x->explored = explored;
	for (; x->judged < x->nr; x->judged++)
		judge_update(x, &x->updates[x->judged],
			     truth_after(x, x->judged));
	if (event->type != EVENT_LOAD && event->type != EVENT_UNLOAD &&
	    event->type != EVENT_CRASH && event->type != EVENT_POKE)
		judge_end(x, event);
	for (int w = 0; w <= VERDICT_LOST; w++)
		explored->first[w].stores = x->nth;
}

void explorer_event(struct explorer *x)
{
	x->begins = true;
}

int explorer_play(struct explorer *x, const struct event *event,
		  struct explored *explored, struct error *err)
{
	memset(explored, 0, sizeof(*explored));
	x->stretches.nr = 0;
	x->next = 0;
	explorer_event(x);
	if (machine_apply(x->timed, event, NULL, err) ||
	    machine_apply(x->machine, event, NULL, err))
		return -1;
	judge_event(x, event, explored);
	return explorer_check(x, err);
}

int explorer_check(const struct explorer *x, struct error *err)
{
	if (x->failed)
		return fail(err, "out of memory");
	if (machine_log_failed(x->machine))
		return fail(err, "the event makes more stores than can be kept");
	return 0;
}

void explorer_step(struct explorer *x)
{
	for (size_t i = 0; i < x->nr; i++)
		update_free(&x->updates[i]);
	x->nr = 0;
	x->judged = 0;
	x->nth = 0;
	x->step++;
	x->begins = true;
	x->failed = false;
}

/* --- one crash -------------------------------------------------------------------------- */

/* is it before the end of update @i? @left: stores from its beginning */
static bool crash_in(struct explorer *x, size_t i, unsigned long *left,
		    const struct event *crash, struct verdict *verdict)
{
	const struct truths truths = { .then = &x->updates[i].before.view,
				       .now = truth_after(x, i) };
	struct update *u = &x->updates[i];
	struct image_copy *image = enter_update(x, u);
	const struct store *s = u->stores;
	size_t at;

	for (at = 0; at < *left && at < u->nr; at++)
		image_copy_step(image, &s[at]);
	if (*left > u->nr) {
		*left -= u->nr;
		return false;
	}
	if (at && s[at - 1].locked && !crash->u.crash.without_lock &&
	    !machine_crash_past_update(x->machine))
		x->failed |= verdict_lock_held(verdict) != 0;
	else
		judge_cpu(x, &truths, &image->view, crash->u.crash.cpu,
			  verdict);
	return true;
}

unsigned long explorer_stores(const struct explorer *x)
{
	unsigned long sum = 0;

	for (size_t i = 0; i < x->nr; i++)
		sum += x->updates[i].nr;
	return sum;
}

void explorer_crash(struct explorer *x, const struct event *crash,
		   struct verdict *verdict)
{
	unsigned long left = crash->u.crash.store;
	bool reached = false;

	for (size_t i = 0; i < x->nr && !reached; i++)
		reached = crash_in(x, i, &left, crash, verdict);
	/* the images have gone on: they cannot be asked again */
	explorer_step(x);
}

/* --- life ------------------------------------------------------------------------------- */

struct explorer *explorer_attach(struct machine *machine, struct error *err)
{
	struct explorer *x = calloc(1, sizeof(*x));

	if (!x) {
		fail(err, "out of memory");
		return NULL;
	}
	if (machine_log_stores(machine, LOG_STORES, told, x, err)) {
		free(x);
		return NULL;
	}
	x->machine = machine;
	/* without one it only takes longer */
	x->cache = judge_cache_new();
	return x;
}

int explorer_time(struct explorer *x, struct machine *timed, struct error *err)
{
	x->timed = timed;
	return machine_log_stores(timed, LOG_TIMES, told_times, x, err);
}

void explorer_free(struct explorer *x)
{
	if (!x)
		return;
	explorer_step(x);
	judge_cache_free(x->cache);
	free(x->updates);
	free(x->stretches.ns);
	free(x);
}

/* --- sums --------------------------------------------------------------------------- */

static void tally_add(struct tally *sum, const struct tally *one)
{
	for (int w = 0; w <= VERDICT_LOST; w++) {
		sum->nr[w] += one->nr[w];
		sum->ns[w] += one->ns[w];
	}
}

void explored_add(struct explored *sum, const struct explored *one)
{
	sum->events += one->events;
	sum->stores += one->stores;
	for (int p = 0; p < NR_PATHS; p++) {
		tally_add(&sum->worst[p], &one->worst[p]);
		for (int c = 0; c < NR_CRASHERS; c++)
			tally_add(&sum->states[p][c], &one->states[p][c]);
	}
	for (int w = 0; w <= VERDICT_LOST; w++)
		sum->worse[w] += one->worse[w];
	for (int w = 0; w <= VERDICT_LOST; w++)
		if (!sum->first[w].word)
			sum->first[w] = one->first[w];
}
