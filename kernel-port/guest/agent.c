// SPDX-License-Identifier: GPL-2.0-only
/* Answers the host's commands over a terminal; guest.h lists them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "guest.h"

/* include/uapi/linux/kexec.h, 6.12 */
#define FILE_ON_CRASH	0x2
#define FILE_DEBUG	0x8
/* syslog(2) */
#define LOG_READ	2
#define LOG_UNREAD	9

static FILE *out;

/* a line of the answer; @head may be "" */
static void answer(const char *head, const char *text)
{
	fprintf(out, "%s%s%s\n", *head == '.' || (!*head && *text == '.') ?
		"." : "", head, text);
}

/* --- files -------------------------------------------------------------------- */

static void cat_file(const char *path)
{
	FILE *f = fopen(path, "r");
	char *line = NULL, *head = NULL;
	size_t size = 0;
	ssize_t len;

	if (!f || asprintf(&head, "%s\t", path) < 0)
		goto out;
	while ((len = getline(&line, &size, f)) > 0) {
		line[len - (line[len - 1] == '\n')] = '\0';
		answer(head, line);
	}
out:
	free(head);
	free(line);
	if (f)
		fclose(f);
}

static int cat(const char *pattern)
{
	glob_t found;

	if (glob(pattern, 0, NULL, &found))
		return ENOENT;
	for (size_t i = 0; i < found.gl_pathc; i++)
		cat_file(found.gl_pathv[i]);
	globfree(&found);
	return 0;
}

static void hex_file(const char *path)
{
	FILE *f = fopen(path, "r");
	int c;

	fprintf(out, "%s ", path);
	while (f && (c = getc(f)) != EOF)
		fprintf(out, "%02x", c);
	putc('\n', out);
	if (f)
		fclose(f);
}

/* in readdir order, which is also the order of the answer */
static int hex(const char *path)
{
	char below[PATH_MAX];
	struct dirent *entry;
	struct stat st;
	DIR *dir;

	if (lstat(path, &st))
		return errno;
	if (S_ISREG(st.st_mode))
		hex_file(path);
	if (!S_ISDIR(st.st_mode))
		return 0;
	fprintf(out, "%s/\n", path);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		hex(below);
	}
	if (dir)
		closedir(dir);
	return 0;
}

static int put(char *path)
{
	char *text = strchr(path, ' ');
	uint64_t begin;
	ssize_t wrote;
	int fd, rc;

	if (!text)
		return EINVAL;
	*text++ = '\0';
	fd = open(path, O_WRONLY | O_CLOEXEC | O_APPEND);
	if (fd < 0)
		return errno;
	begin = now_ns();
	wrote = write(fd, text, strlen(text));
	rc = wrote < 0 ? errno : 0;
	fprintf(out, "%" PRIu64 "\n", now_ns() - begin);
	close(fd);
	return rc;
}

/* --- the kernel ----------------------------------------------------------------- */

static int load(const char *cmdline)
{
	int kernel = open(CRASH_KERNEL, O_RDONLY | O_CLOEXEC);
	int initrd = open(CRASH_INITRD, O_RDONLY | O_CLOEXEC);
	long rc = -1;

	if (kernel >= 0 && initrd >= 0)
		rc = syscall(SYS_kexec_file_load, kernel, initrd,
			     strlen(cmdline) + 1, cmdline,
			     (long)(FILE_ON_CRASH | FILE_DEBUG));
	rc = rc ? errno : 0;
	close(kernel);
	close(initrd);
	return (int)rc;
}

static int print_log(void)
{
	static char text[1 << 17];
	char *line, *rest;
	int got;

	while (klogctl(LOG_UNREAD, NULL, 0) > 0) {
		got = klogctl(LOG_READ, text, sizeof(text) - 1);
		if (got <= 0)
			return got ? errno : 0;
		text[got] = '\0';
		rest = text;
		while ((line = strsep(&rest, "\n")))
			if (*line)
				answer("", line);
	}
	return 0;
}

/* their lines of /proc/kallsyms; all of it would take the line a minute */
static int print_symbols(char *names)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	char line[1024], name[512];
	char *copy, *rest, *want;

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%*x %*c %511s", name) != 1)
			continue;
		copy = rest = strdup(names);
		while ((want = strsep(&rest, " ")))
			if (!strcmp(name, want)) {
				line[strcspn(line, "\n")] = '\0';
				answer("", line);
			}
		free(copy);
	}
	if (f)
		fclose(f);
	return f ? 0 : ENOENT;
}

static int print_watched(void)
{
	const struct watched *w = watch_stop();

	if (!w)
		return ESRCH;
	fprintf(out, "looks %" PRIu64 " ns %" PRIu64 " hidden %zu\n", w->looks,
		w->ns, w->nr);
	for (size_t i = 0; i < w->nr &&
	     i < sizeof(w->hidden) / sizeof(w->hidden[0]); i++)
		fprintf(out, "%" PRIu64 "\n", w->hidden[i]);
	return 0;
}

static int watch(const char *args)
{
	uint64_t phys;
	int cpu;

	if (sscanf(args, "%" SCNx64 " %d", &phys, &cpu) != 2)
		return EINVAL;
	return watch_start(phys, cpu);
}

static void end_answer(int rc)
{
	fprintf(out, ".%d\n", rc);
	fflush(out);
	tcdrain(fileno(out));
}

/* does not come back */
static int crash(const char *args)
{
	int rc = run_on(atoi(args));
	int fd = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);

	if (rc || fd < 0)
		return rc ? rc : errno;
	end_answer(0);
	sleep(1);
	write(fd, "c", 1);
	return EIO;
}

/* --- commands ------------------------------------------------------------------- */

static int obey(char *line)
{
	char *args = strchr(line, ' ');

	if (args)
		*args++ = '\0';
	else
		args = line + strlen(line);
	if (!strcmp(line, "cat"))
		return cat(args);
	if (!strcmp(line, "hex"))
		return hex(args);
	if (!strcmp(line, "put"))
		return put(args);
	if (!strcmp(line, "load"))
		return load(args);
	if (!strcmp(line, "log"))
		return print_log();
	if (!strcmp(line, "symbols"))
		return print_symbols(args);
	if (!strcmp(line, "watch"))
		return watch(args);
	if (!strcmp(line, "watched"))
		return print_watched();
	if (!strcmp(line, "crash"))
		return crash(args);
	return ENOSYS;
}

/* no echo, no line discipline: the host sees what is written here and no more */
static int open_tty(const char *name)
{
	struct termios raw;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || tcgetattr(fd, &raw))
		return -1;
	cfmakeraw(&raw);
	return tcsetattr(fd, TCSANOW, &raw) ? -1 : fd;
}

void agent(const char *tty)
{
	int fd = open_tty(tty);
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	FILE *in;

	in = fd < 0 ? NULL : fdopen(fd, "r");
	out = fd < 0 ? NULL : fdopen(dup(fd), "w");
	if (!in || !out) {
		printf("GUEST no terminal %s: %s\n", tty, strerror(errno));
		return;
	}
	fprintf(out, "ready %ld\n", sysconf(_SC_PAGESIZE));
	end_answer(0);
	while ((len = getline(&line, &size, in)) > 0) {
		line[strcspn(line, "\r\n")] = '\0';
		if (!strcmp(line, "off"))
			break;
		end_answer(obey(line));
	}
}
