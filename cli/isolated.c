// SPDX-License-Identifier: GPL-2.0-only
/* Work in a process of its own; the answer comes back as JSON. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "isolated.h"

static void answer(int fd, json_t *(*work)(void *arg), void *arg)
{
	json_t *json = work(arg);
	int failed = json ? json_dumpfd(json, fd, JSON_COMPACT) : 0;

	json_decref(json);
	close(fd);
	/* not _exit(): what was printed has to get out, and leaks to be found */
	exit(failed ? EXIT_FAILURE : EXIT_SUCCESS);
}

int isolated_start(struct isolated *job, json_t *(*work)(void *arg), void *arg)
{
	int ends[2];

	if (pipe(ends))
		return -1;
	/* what is in the buffer would be printed by both */
	fflush(stdout);
	job->pid = fork();
	if (!job->pid) {
		close(ends[0]);
		answer(ends[1], work, arg);
	}
	close(ends[1]);
	job->fd = ends[0];
	if (job->pid > 0)
		return 0;
	close(job->fd);
	return -1;
}

json_t *isolated_end(struct isolated *job, int *status)
{
	/* also closes it */
	FILE *in = fdopen(job->fd, "r");
	json_t *json = in ? json_loadf(in, JSON_DISABLE_EOF_CHECK, NULL) : NULL;

	if (in)
		fclose(in);
	while (waitpid(job->pid, status, 0) < 0 && errno == EINTR)
		;
	return json;
}
