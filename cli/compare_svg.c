// SPDX-License-Identifier: GPL-2.0-only
/*
 * A comparison at a glance: one lane for each scheme, drawn by gnuplot. A lane is
 * cut into columns, and each column shows which share of its time was spent in
 * which state, worst at the top: what is too short to be seen is not left out, and
 * not made longer.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"
#include "compare.h"

#define COLUMNS 800
/* of the distance between two lanes */
#define LANE_HEIGHT 0.8

extern char **environ;

static const char *const colours[NR_DUMP_STATES] = {
	[DUMP_ACCURATE] = "#4c9f50",
	[DUMP_STALE] = "#e8b93c",
	[DUMP_TORN] = "#8a4fbf",
	[DUMP_NONE] = "#c93a3a",
};

/* --- the script ----------------------------------------------------------------------- */

/* inside of double quotes */
static void put_text(FILE *f, const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', f);
		/* in enhanced text an underscore lowers what is behind it */
		if (strchr("_^{}@&~", *text))
			fputs("\\\\", f);
		fputc(*text, f);
	}
}

static void put_head(FILE *f, const struct compare *c)
{
	unsigned int height = 130 + 46 * c->nr;

	fprintf(f, "set terminal svg size 1100,%u font 'sans-serif,13'\n", height);
	fputs("set title \"", f);
	put_text(f, c->scenario->name);
	fputs(": what a crash would find\"\n", f);
	fprintf(f, "set xlabel 'seconds since the first load (virtual clock)'\n"
		   "set xrange [0:%.9f]\nset yrange [0:%zu]\n",
		c->end ? c->end / 1e9 : 1, c->nr);
	fputs("set ytics (", f);
	for (size_t i = 0; i < c->nr; i++) {
		fprintf(f, "%s\"", i ? ", " : "");
		put_text(f, c->rows[i].scheme->name);
		fprintf(f, "\" %.1f", c->nr - i - 0.5);
	}
	fputs(") scale 0\nset border 1\nset xtics nomirror\n"
	      "set key outside below horizontal\nset style fill solid 1.0 noborder\n",
	      f);
}

static void put_legend(FILE *f)
{
	fputs("plot ", f);
	for (int i = 0; i < NR_DUMP_STATES; i++)
		fprintf(f, "%s$s%d using 1:2:1:3:2:4 with boxxyerror lc rgb '%s' title '%s'",
			i ? ", " : "", i, colours[i], dump_state_name(i));
	fputc('\n', f);
}

/* columns that look the same are one box */
static void put_state(FILE *f, const struct compare_row *row, double bottom,
		      uint64_t end, int state)
{
	const double width = (double)end / COLUMNS;
	double from = 0, low = -1, high = -1;

	for (int i = 0; i <= COLUMNS; i++) {
		uint64_t ns[NR_DUMP_STATES], all = 0, below = 0;
		double l = 0, h = 0;

		if (i < COLUMNS) {
			timeline_sum(&row->play.run.timeline, i * width,
				     (i + 1) * width, ns);
			for (int s = 0; s < NR_DUMP_STATES; s++) {
				all += ns[s];
				below += s < state ? ns[s] : 0;
			}
			l = all ? (double)below / all : 0;
			h = all ? l + (double)ns[state] / all : 0;
			if (l == low && h == high)
				continue;
		}
		if (high > low)
			fprintf(f, "%.9f %.5f %.9f %.5f\n", from / 1e9,
				bottom + LANE_HEIGHT * low, i * width / 1e9,
				bottom + LANE_HEIGHT * high);
		from = i * width;
		low = l;
		high = h;
	}
}

/* what is drawn of a state: left, bottom, right, top of boxes */
static void put_states(FILE *f, const struct compare *c)
{
	for (int state = 0; state < NR_DUMP_STATES; state++) {
		fprintf(f, "$s%d << END\n", state);
		/* no state may be without a box, or gnuplot refuses the plot */
		fputs("-1 -1 -1 -1\n", f);
		for (size_t i = 0; i < c->nr; i++)
			put_state(f, &c->rows[i], c->nr - i - 1 +
				  (1 - LANE_HEIGHT) / 2, c->end, state);
		fputs("END\n", f);
	}
}

/* --- gnuplot -------------------------------------------------------------------------------- */

/* its standard input into @in; 0 or an errno */
static int start_gnuplot(int out, int *in, pid_t *pid)
{
	char *const argv[] = { (char *)"gnuplot", (char *)"-", NULL };
	posix_spawn_file_actions_t actions;
	int ends[2], ret;

	if (pipe2(ends, O_CLOEXEC))
		return errno;
	ret = posix_spawn_file_actions_init(&actions);
	if (!ret) {
		posix_spawn_file_actions_adddup2(&actions, ends[0], 0);
		posix_spawn_file_actions_adddup2(&actions, out, 1);
		ret = posix_spawnp(pid, "gnuplot", &actions, NULL, argv,
				   environ);
		posix_spawn_file_actions_destroy(&actions);
	}
	close(ends[0]);
	if (ret)
		close(ends[1]);
	else
		*in = ends[1];
	return ret;
}

static int feed(const struct compare *c, int in)
{
	FILE *f = fdopen(in, "w");

	if (!f) {
		close(in);
		return -1;
	}
	put_head(f, c);
	put_states(f, c);
	put_legend(f);
	return fclose(f);
}

static int draw(const struct compare *c, int out)
{
	void (*pipes)(int) = signal(SIGPIPE, SIG_IGN);
	int in = -1, status, ret;
	pid_t pid;

	ret = start_gnuplot(out, &in, &pid);
	if (ret == ENOENT)
		return cli_fail("--svg needs gnuplot, which is not there (Debian: apt-get install gnuplot-nox)");
	if (ret)
		return cli_fail("gnuplot: %s", strerror(ret));
	ret = feed(c, in);
	if (waitpid(pid, &status, 0) < 0 || ret || !WIFEXITED(status) ||
	    WEXITSTATUS(status))
		ret = cli_fail("gnuplot could not draw it");
	signal(SIGPIPE, pipes);
	return ret ? STATUS_FAILED : STATUS_GOOD;
}

int compare_svg(const struct compare *c, const char *file)
{
	char *temp;
	int out, status;

	if (asprintf(&temp, "%s.%d.tmp", file, (int)getpid()) < 0)
		return cli_fail("out of memory");
	out = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (out < 0) {
		status = cli_fail("%s: %s", file, strerror(errno));
		free(temp);
		return status;
	}
	status = draw(c, out);
	if (close(out) || (!status && rename(temp, file)))
		status = cli_fail("%s: %s", file, strerror(errno));
	if (status)
		unlink(temp);
	free(temp);
	return status;
}
