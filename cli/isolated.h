/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Work in a process of its own: what handlers keep in static variables, or
 * spoil when they crash, ends with it.
 */
#ifndef CLI_ISOLATED_H
#define CLI_ISOLATED_H

#include <jansson.h>
#include <sys/types.h>

/**
 * struct isolated - a process at work
 * @fd: its answer comes from here
 * @pid: its number
 */
struct isolated {
	int fd;
	pid_t pid;
};

/**
 * isolated_start() - let another process work
 * @job: filled in
 * @work: called there; what it returns is the answer, NULL for none. What it
 *	prints goes where this process prints
 * @arg: handed to @work
 *
 * Return: 0, or -1 when there cannot be another process; errno says why.
 */
int isolated_start(struct isolated *job, json_t *(*work)(void *arg), void *arg);

/**
 * isolated_end() - wait for the answer
 * @job: from isolated_start()
 * @status: set to the process's wait status
 *
 * Return: the answer, or NULL: it had none, or was killed (@status tells).
 */
json_t *isolated_end(struct isolated *job, int *status);

#endif /* CLI_ISOLATED_H */
