// SPDX-License-Identifier: GPL-2.0-only
/* Looking at kexec_crash_image through /dev/mem, from a CPU of its own. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"

static struct watched *watched;
static pid_t watcher;

uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

int run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? errno : 0;
}

static void look(const volatile uint64_t *pointer, struct watched *w)
{
	const uint64_t begin = now_ns();
	uint64_t since;

	while (!w->stop) {
		w->looks++;
		if (*pointer)
			continue;
		since = now_ns();
		while (!*pointer && !w->stop)
			;
		if (w->nr < sizeof(w->hidden) / sizeof(w->hidden[0]))
			w->hidden[w->nr] = now_ns() - since;
		w->nr++;
	}
	w->ns = now_ns() - begin;
}

int watch_start(uint64_t phys, int cpu)
{
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	int fd = open("/dev/mem", O_RDONLY | O_CLOEXEC);
	char *map;
	int rc;

	if (fd < 0)
		return errno;
	map = mmap(NULL, page, PROT_READ, MAP_SHARED, fd,
		   (off_t)(phys - phys % page));
	rc = map == MAP_FAILED ? errno : 0;
	close(fd);
	if (rc)
		return rc;
	if (!watched)
		watched = mmap(NULL, sizeof(*watched), PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (watched == MAP_FAILED || watcher)
		return EBUSY;
	memset(watched, 0, sizeof(*watched));

	watcher = fork();
	if (!watcher) {
		if (!run_on(cpu))
			look((uint64_t *)(map + phys % page), watched);
		_exit(0);
	}
	munmap(map, page);
	return watcher < 0 ? errno : 0;
}

const struct watched *watch_stop(void)
{
	if (!watcher)
		return NULL;
	watched->stop = 1;
	waitpid(watcher, NULL, 0);
	watcher = 0;
	return watched;
}
