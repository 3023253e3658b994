// SPDX-License-Identifier: GPL-2.0-only
/* Files that a person names: read whole, written whole or not at all. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "file.h"

/* no segment is near this; it keeps a packed bomb from eating the machine */
#define FILE_MAX (256U << 20)

static char *read_all(gzFile in, const char *path, size_t *size,
		      struct error *err)
{
	size_t room = 1 << 16, used = 0;
	char *bytes = malloc(room + 1), *more;
	int n, code;

	while (bytes && (n = gzread(in, bytes + used, room - used)) > 0) {
		used += n;
		if (used < room)
			continue;
		if (room >= FILE_MAX) {
			fail(err, "%s: larger than %u MiB", path,
			     FILE_MAX >> 20);
			goto out_free;
		}
		room *= 2;
		more = realloc(bytes, room + 1);
		if (!more)
			free(bytes);
		bytes = more;
	}
	if (!bytes) {
		fail(err, "%s: %s", path, strerror(ENOMEM));
		return NULL;
	}
	if (n < 0) {
		const char *why = gzerror(in, &code);

		fail(err, "%s: %s", path,
		     code == Z_ERRNO ? strerror(errno) : why);
		goto out_free;
	}
	bytes[used] = '\0';
	*size = used;
	return bytes;

out_free:
	free(bytes);
	return NULL;
}

void *file_read(const char *path, size_t *size, struct error *err)
{
	gzFile in = gzopen(path, "rbe");
	char *bytes = NULL;

	/* reads what is not gzip as it is */
	if (!in) {
		fail(err, "%s: %s", path, strerror(errno ? errno : ENOMEM));
		return NULL;
	}
	bytes = read_all(in, path, size, err);
	/* the end of a gzip file can be missing without a read that fails */
	if (gzclose_r(in) == Z_BUF_ERROR && bytes) {
		fail(err, "%s: the gzip file ends too early", path);
		free(bytes);
		bytes = NULL;
	}
	return bytes;
}

int file_make_dir(const char *path, struct error *err)
{
	struct stat st;

	if (!mkdir(path, 0777))
		return 0;
	if (errno == EEXIST && !stat(path, &st) && S_ISDIR(st.st_mode))
		return 0;
	return fail(err, "%s: %s", path, strerror(errno));
}

/* a full disk may show only when all is written; 0 or an errno */
static int finish(int fd)
{
	mode_t mask = umask(0);

	umask(mask);
	return fchmod(fd, 0666 & ~mask) || fsync(fd) ? errno : 0;
}

int file_replace(const char *path, file_fill fill, void *arg, struct error *err)
{
	char temp[PATH_MAX + 8];
	struct error why;
	struct stat st;
	int fd, failed;

	if (!stat(path, &st) && !S_ISREG(st.st_mode))
		return fail(err, "%s: not a regular file", path);
	snprintf(temp, sizeof(temp), "%s.XXXXXX", path);
	fd = mkstemp(temp);
	if (fd < 0)
		return fail(err, "%s: %s", path, strerror(errno));
	failed = fill(fd, arg, &why);
	if (!failed && finish(fd))
		failed = fail(&why, "%s", strerror(errno));
	if (close(fd) && !failed)
		failed = fail(&why, "%s", strerror(errno));
	if (!failed && rename(temp, path))
		failed = fail(&why, "%s", strerror(errno));
	if (!failed)
		return 0;
	unlink(temp);
	return fail(err, "%s: %.400s", path, why.text);
}

struct bytes {
	const char *bytes;
	size_t size;
};

static int fill_bytes(int fd, void *arg, struct error *err)
{
	struct bytes b = *(const struct bytes *)arg;
	ssize_t n;

	for (; b.size; b.bytes += n, b.size -= n) {
		n = write(fd, b.bytes, b.size);
		if (n < 0 && errno == EINTR)
			n = 0;
		if (n < 0)
			return fail(err, "%s", strerror(errno));
	}
	return 0;
}

int file_write(const char *dir, const char *name, const void *bytes,
	       size_t size, struct error *err)
{
	struct bytes all = { bytes, size };
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", dir, name) >=
	    sizeof(path))
		return fail(err, "%s/%s: %s", dir, name,
			    strerror(ENAMETOOLONG));
	return file_replace(path, fill_bytes, &all, err);
}

int file_tree_beside(const char *path, char **dir, char **name)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	const char *dot = strrchr(base, '.');
	size_t length = dot && dot != base ? (size_t)(dot - base) :
					     strlen(base);

	*dir = slash ? strndup(path, slash == path ? 1 : slash - path) :
		       strdup(".");
	*name = malloc(length + sizeof(".dts"));
	if (!*dir || !*name)
		return -1;
	memcpy(*name, base, length);
	strcpy(*name + length, ".dts");
	return 0;
}
