// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a crash to a file: what the crashed kernel left in memory, what the scheme
 * does to it, and what the capture kernel reads of that by its elfcorehdr.
 */
#include "cli.h"
#include "crash_memory.h"
#include "dump_file.h"
#include "file.h"
#include "vmcore.h"

static int fill(int fd, void *arg, struct error *err)
{
	return dump_file_write(fd, arg, err);
}

static bool find_header(const struct scheme_crash *crash,
			struct dump_source *src)
{
	const struct view_segment *s;

	src->header = crash->header;
	src->header_size = crash->header_size;
	if (src->header)
		return true;
	s = image_view_segment(crash->image, SEGMENT_ELFCOREHDR);
	if (!s)
		return false;
	src->header = s->bytes;
	src->header_size = s->memsz;
	return s->bytes;
}

int vmcore_write(struct scheme_run *run, const struct scheme_crash *crash,
		 const char *path)
{
	const struct scheme_ops *ops = &run->scheme->ops;
	struct physmem memory = { 0 };
	struct dump_source src = {
		.memory = &memory,
		.page_size = crash->machine->page_size,
	};
	struct error err;
	int ret = crash_memory(run->machine, crash->cpu, &memory, &err);

	if (!ret && ops->memory)
		ret = ops->memory(run, crash, &memory, &err);
	if (!ret && !find_header(crash, &src))
		ret = fail(&err, "%s: the image has no elfcorehdr", path);
	if (!ret)
		ret = file_replace(path, fill, &src, &err);
	physmem_clear(&memory);
	return ret ? cli_fail("%s", err.text) : STATUS_GOOD;
}
