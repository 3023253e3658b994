/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a crash would give in every state that the image goes through while an
 * event changes it.
 */
#ifndef CLI_EXPLORE_STATES_H
#define CLI_EXPLORE_STATES_H

#include "judge.h"
#include "machine.h"
#include "store_log.h"

/* who crashes */
enum crasher {
	CRASH_BOOT,		/* the first CPU that is online */
	CRASH_OTHER,		/* the last one */
	CRASH_NEW,		/* the one that the event brings */
	NR_CRASHERS,
};

/* what a crash asks before it enters the image */
enum crash_path {
	/* the kexec lock, and an image (kernel/crash_core.c:__crash_kexec(),
	 * 6.12): nobody waits, so an update that holds the lock is a crash
	 * without a dump
	 */
	PATH_LINUX,
	/* a crash goes past an update: only an image (docs/crash-consistency.md) */
	PATH_PAST_UPDATE,
	NR_PATHS,
};

/*
 * States, and how long they lasted, by what a crash in them would give. Between
 * two changes of the lock or of kexec_crash_image, whose times are measured, all
 * states are taken to last equally long.
 */
struct tally {
	unsigned long nr[VERDICT_LOST + 1];
	uint64_t ns[VERDICT_LOST + 1];
};

#define STATE_PLACE 256

/**
 * struct bad_state - one that is not accurate
 * @word: what a crash gives
 * @step: where it was, counted from 1
 * @store: how many stores of the step had been made; @stores: up to the end of
 *	the event
 * @cpu: who crashes
 * @has_change, @last: the store that led to it
 * @place: where that was: "fdt +0x1a40: /cpus/PowerPC,POWER9@8, reg"
 * @why: the judge's first finding
 */
struct bad_state {
	enum verdict_word word;
	unsigned int step;
	unsigned long store;
	unsigned long stores;
	unsigned int cpu;
	bool has_change;
	struct store last;
	char place[STATE_PLACE];
	char why[224];
};

/**
 * struct explored - all states of one event, or of many
 * @events: hotplug events that took the kexec lock
 * @stores: that they made to segments, kexec_crash_image and the kexec lock
 * @states: by what a crash asks, and who crashes
 * @worst: the same, whoever crashes
 * @worse: states in which somebody's crash that goes past an update gives less than
 *	one before the update that they are part of, and than one after it
 * @first: the first state of each word but accurate, where a crash goes past an
 *	update; its word is VERDICT_ACCURATE where there was none
 */
struct explored {
	unsigned long events;
	unsigned long stores;
	struct tally states[NR_PATHS][NR_CRASHERS];
	struct tally worst[NR_PATHS];
	unsigned long worse[VERDICT_LOST + 1];
	struct bad_state first[VERDICT_LOST + 1];
};

/* add what is in @one */
void explored_add(struct explored *sum, const struct explored *one);

struct explorer;

/**
 * explorer_attach() - see every store to @machine's image from here on
 * @machine: it has no image yet, and outlives the explorer
 *
 * Return: NULL with @err set on failure.
 */
struct explorer *explorer_attach(struct machine *machine, struct error *err);
/* @timed is a machine like it, to which the same will happen; 0, or -1 */
int explorer_time(struct explorer *x, struct machine *timed, struct error *err);
void explorer_free(struct explorer *x);

/* the next step begins: stores are counted from there */
void explorer_step(struct explorer *x);
/* so does the next event of it, or of the same step: between two, anybody may have
 * written to the image
 */
void explorer_event(struct explorer *x);

/**
 * explorer_play() - let an event happen, and judge every state on the way
 * @x: the explorer, with a timed machine
 * @event: it
 * @explored: what came of it
 * @err: set on failure
 *
 * A state is as good as it is for the machine as it is after the hotplug event, or
 * as it was before: an image that is still the old one is no worse than it was.
 * When the event is over, there is one more state, for the machine as it is then;
 * in it a CPU that the event brought may crash as well.
 *
 * Return: 0, or -1.
 */
int explorer_play(struct explorer *x, const struct event *event,
		  struct explored *explored, struct error *err);

/* was all of the step seen? 0, or -1 with @err set */
int explorer_check(const struct explorer *x, struct error *err);

/* how many the step made */
unsigned long explorer_stores(const struct explorer *x);

/**
 * explorer_crash() - what a crash in the middle of the step gives
 * @x: events have happened to its machine since explorer_step()
 * @crash: after which store, on which CPU; not after more than
 *	explorer_stores()
 * @verdict: zeroed; filled in
 *
 * It can be asked once.
 */
void explorer_crash(struct explorer *x, const struct event *crash,
		   struct verdict *verdict);

#endif /* CLI_EXPLORE_STATES_H */
