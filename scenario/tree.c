// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device trees from files. Sources go through dtc, the compiler that everybody
 * writes them for; what it says is passed on.
 */
#define _GNU_SOURCE		/* pipe2() */
#include <errno.h>
#include <fcntl.h>
#include <libfdt.h>
#include <poll.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "blob.h"
#include "fdt_sound.h"

/* far above any real tree: 2 MiB is where powerpc firmware ends */
#define TREE_MAX (64u << 20)

/* what one end of a pipe has said so far */
struct stream {
	int fd;
	char *bytes;
	size_t size;
	size_t max;
};

/* read what is there; past @max it is thrown away. false: the end */
static bool stream_read(struct stream *s)
{
	char buf[65536];
	ssize_t got = read(s->fd, buf, sizeof(buf));
	char *more;

	if (got < 0 && errno == EINTR)
		return true;
	if (got <= 0)
		return false;
	if (s->size + (size_t)got > s->max)
		return true;
	more = realloc(s->bytes, s->size + (size_t)got + 1);
	if (!more)
		return false;
	memcpy(more + s->size, buf, (size_t)got);
	s->size += (size_t)got;
	more[s->size] = '\0';
	s->bytes = more;
	return true;
}

/* both at once: dtc must not wait for a reader of one while we read the other */
static void read_both(struct stream streams[2])
{
	struct pollfd fds[2];
	int i, open = 2;

	for (i = 0; i < 2; i++)
		fds[i] = (struct pollfd){ .fd = streams[i].fd, .events = POLLIN };
	while (open) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return;
		for (i = 0; i < 2; i++) {
			if (fds[i].fd < 0 || !fds[i].revents)
				continue;
			if (!stream_read(&streams[i])) {
				fds[i].fd = -1;
				open--;
			}
		}
	}
}

/* returns an errno; the read ends of what dtc writes are left in the streams */
static int start_dtc(const char *path, struct stream streams[2], pid_t *pid)
{
	char *const argv[] = { "dtc", "-q", "-I", "dts", "-O", "dtb", "--",
			       (char *)path, NULL };
	posix_spawn_file_actions_t actions;
	int pipes[2][2], i, rc;

	if (pipe2(pipes[0], O_CLOEXEC))
		return errno;
	if (pipe2(pipes[1], O_CLOEXEC)) {
		rc = errno;
		close(pipes[0][0]);
		close(pipes[0][1]);
		return rc;
	}

	rc = posix_spawn_file_actions_init(&actions);
	for (i = 0; i < 2 && !rc; i++)
		rc = posix_spawn_file_actions_adddup2(&actions, pipes[i][1],
						      STDOUT_FILENO + i);
	if (!rc)
		rc = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);

	for (i = 0; i < 2; i++) {
		close(pipes[i][1]);
		if (rc)
			close(pipes[i][0]);
		streams[i].fd = pipes[i][0];
	}
	return rc;
}

static int wait_dtc(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int compile(const char *path, struct pool *pool, struct blob *blob,
		   struct error *err)
{
	struct stream out[2] = { { .max = TREE_MAX }, { .max = 4096 } };
	pid_t pid;
	int rc;

	rc = start_dtc(path, out, &pid);
	if (rc)
		return fail(err, "%s: cannot run dtc: %s", path, strerror(rc));
	read_both(out);
	close(out[0].fd);
	close(out[1].fd);

	if (wait_dtc(pid)) {
		/* its first line says it; what follows is about that line */
		if (out[1].bytes)
			out[1].bytes[strcspn(out[1].bytes, "\n")] = '\0';
		rc = fail(err, "%s: dtc: %s", path,
			  out[1].bytes ? out[1].bytes : "failed");
	} else {
		blob->bytes = pool_copy(pool, out[0].bytes, out[0].size);
		blob->size = out[0].size;
		rc = blob->bytes ? 0 : fail(err, "%s: out of memory", path);
	}
	free(out[0].bytes);
	free(out[1].bytes);
	return rc;
}

int tree_file_read(const char *path, struct pool *pool, struct blob *blob,
	      struct error *err)
{
	size_t len = strlen(path);
	struct stat st;
	int rc;

	if (stat(path, &st))
		return fail(err, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fail(err, "%s: not a file", path);
	if (len > 4 && !strcmp(path + len - 4, ".dts"))
		rc = compile(path, pool, blob, err);
	else
		rc = blob_read(path, TREE_MAX, pool, blob, err);
	if (rc)
		return rc;

	rc = fdt_check_sound(blob->bytes, blob->size);
	if (rc)
		return fail(err, "%s: not a flattened device tree: %s", path,
			    fdt_strerror(rc));
	return 0;
}
