// SPDX-License-Identifier: GPL-2.0-only
/* Whole files into memory, unpacked where they are compressed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "blob.h"

static bool ends_in(const char *path, const char *suffix)
{
	size_t len = strlen(path), suffix_len = strlen(suffix);

	return len >= suffix_len && !strcmp(path + len - suffix_len, suffix);
}

/* what can be read of @file, in a buffer that grows; zlib keeps its error */
static int read_all(gzFile file, const char *path, size_t max, char **bytes,
		    size_t *size, struct error *err)
{
	size_t room = 0;
	int got;

	*bytes = NULL;
	*size = 0;
	do {
		if (*size == room) {
			char *more = realloc(*bytes, room = room * 2 + 65536);

			if (!more)
				return fail(err, "%s: out of memory", path);
			*bytes = more;
		}
		got = gzread(file, *bytes + *size, (unsigned int)(room - *size));
		if (got > 0)
			*size += (size_t)got;
		if (*size > max)
			return fail(err, "%s: longer than %zu bytes", path, max);
	} while (got > 0);
	return 0;
}

static int check_read(gzFile file, const char *path, struct error *err)
{
	int zerr;
	const char *why = gzerror(file, &zerr);

	switch (zerr) {
	case Z_OK:
		return 0;
	case Z_ERRNO:
		return fail(err, "%s: %s", path, strerror(errno));
	case Z_BUF_ERROR:
		return fail(err, "%s: gzip data ends too early", path);
	default:
		return fail(err, "%s: bad gzip data: %s", path, why);
	}
}

int blob_read(const char *path, size_t max, struct pool *pool,
	      struct blob *blob, struct error *err)
{
	struct stat st;
	gzFile file;
	char *bytes;
	size_t size;
	int rc;

	if (stat(path, &st))
		return fail(err, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fail(err, "%s: not a file", path);
	file = gzopen(path, "rbe");
	if (!file)
		return fail(err, "%s: %s", path, strerror(errno));
	if (ends_in(path, ".gz") && gzdirect(file)) {
		gzclose(file);
		return fail(err, "%s: not a gzip file", path);
	}

	rc = read_all(file, path, max, &bytes, &size, err);
	if (!rc)
		rc = check_read(file, path, err);
	gzclose(file);
	if (!rc) {
		/* one more than there is: the zero that ends a string */
		blob->bytes = pool_alloc(pool, size + 1);
		blob->size = size;
		if (blob->bytes)
			memcpy(blob->bytes, bytes, size);
		else
			rc = fail(err, "%s: out of memory", path);
	}
	free(bytes);
	return rc;
}
