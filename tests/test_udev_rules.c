// SPDX-License-Identifier: GPL-2.0-only
/*
 * udev rules: what is read out of a file, what each key compares with, where GOTO
 * leads, what is substituted, and the line that a person gets for a broken file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kdump_command.h"
#include "throttler.h"
#include "udev_rules.h"

#include "duration.h"
#include "helpers.h"

/* --- a device and what it can be asked ------------------------------------------------ */

static const struct {
	const char *path;
	const char *value;
} files[] = {
	{ "/devices/system/memory/memory8/state", "online" },
	{ "/devices/system/memory/memory8/valid zones", "Normal Movable" },
	{ "/devices/system/memory/crash_hotplug", "1" },
	{ "/devices/system/memory/block_size_bytes", "8000000" },
	{ "/devices/system/other", "x" },
};

static const char *attr(void *arg, const char *path)
{
	(void)arg;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (!strcmp(files[i].path, path))
			return files[i].value;
	return NULL;
}

static bool exists(void *arg, const char *path)
{
	return !strcmp(path, "/etc/kdump.conf") ||
	       (!strncmp(path, "/sys/", 5) && attr(arg, path + 4));
}

static bool run(void *arg, const char *command, char *output)
{
	(void)arg;
	if (strncmp(command, "good", 4))
		return false;
	snprintf(output, 256, "A=1\nWORDS=%s", command);
	if (!strcmp(command, "good words"))
		strcpy(output, "one two three");
	return true;
}

static const struct udev_device block = {
	.action = "online",
	.devpath = "/devices/system/memory/memory8",
	.subsystem = "memory",
	.attr = attr,
	.exists = exists,
	.run = run,
};

/* commands of RUN, '|' between them; or the complaint */
static const char *apply(const char *text)
{
	static struct udev_result result;
	static struct error err;
	static char got[2048];
	struct udev_rules *rules = udev_rules_parse("x", text, &err);
	int failed;

	if (!rules)
		return err.text;
	failed = udev_rules_apply(rules, &block, &result, &err);
	udev_rules_free(rules);
	if (failed)
		return err.text;
	got[0] = '\0';
	for (size_t i = 0; i < result.nr; i++) {
		strcat(got, i ? "|" : "");
		strcat(got, result.run[i]);
	}
	return got;
}

/* --- what matches ------------------------------------------------------------------------ */

/* each is followed by RUN+="yes" */
static const struct {
	const char *keys;
	bool matches;
} matches[] = {
	{ "ACTION==\"online\"", true },
	{ "ACTION==\"offline\"", false },
	{ "ACTION!=\"offline\"", true },
	{ "ACTION!=\"online\"", false },
	{ "ACTION==\"add|on*\"", true },
	{ "ACTION==\"add|remove\"", false },
	{ "ACTION!=\"add|online\"", false },
	{ "SUBSYSTEM==\"memory\", KERNEL==\"memory[0-9]*\"", true },
	{ "SUBSYSTEM==\"memory\", KERNEL==\"cpu*\"", false },
	{ "SUBSYSTEM==\"mem?ry\"", true },
	{ "DEVPATH==\"*/memory/memory8\"", true },
	{ "DRIVER==\"\"", true },
	{ "DRIVER==\"x\"", false },
	{ "NAME==\"\", TAG!=\"systemd\"", true },
	/* the device's own attributes, and those of its ancestors */
	{ "ATTR{state}==\"online\"", true },
	{ "ATTR{state}==\"off*\"", false },
	{ "ATTR{crash_hotplug}==\"1\"", false },
	{ "ATTRS{crash_hotplug}==\"1\"", true },
	{ "ATTRS{crash_hotplug}==\"0\"", false },
	{ "ATTRS{state}==\"online\"", true },
	/* what is not there matches nothing */
	{ "ATTR{nothing}==\"\"", false },
	{ "ATTR{nothing}!=\"1\"", false },
	{ "ATTRS{nothing}!=\"1\"", false },
	{ "ENV{NOTHING}==\"\"", true },
	{ "ENV{NOTHING}!=\"1\"", true },
	{ "ENV{ACTION}==\"online\"", true },
	{ "ENV{SUBSYSTEM}==\"memory\"", true },
	/* one ancestor for all of them */
	{ "ATTRS{crash_hotplug}==\"1\", ATTRS{block_size_bytes}==\"8000000\"", true },
	{ "ATTRS{crash_hotplug}==\"1\", ATTRS{state}==\"online\"", false },
	{ "KERNELS==\"memory\", ATTRS{crash_hotplug}==\"1\"", true },
	{ "KERNELS==\"memory8\", ATTRS{crash_hotplug}==\"1\"", false },
	{ "SUBSYSTEMS==\"memory\"", true },
	{ "TEST==\"/etc/kdump.conf\"", true },
	{ "TEST==\"/etc/other\"", false },
	{ "TEST!=\"/etc/other\"", true },
	{ "TEST{0444}==\"state\"", true },
	{ "TEST==\"/sys/devices/system/memory/crash_hotplug\"", true },
	{ "PROGRAM==\"good\"", true },
	{ "PROGRAM=\"good\"", true },
	{ "PROGRAM==\"bad\"", false },
	{ "PROGRAM!=\"bad\"", true },
	{ "PROGRAM==\"good words\", RESULT==\"one two*\"", true },
	{ "RESULT==\"two\", PROGRAM==\"good words\"", false },
	{ "IMPORT{program}==\"good\"", true },
	{ "IMPORT{program}=\"bad\"", false },
	{ "IMPORT{db}==\"ID_MODEL\"", false },
	{ "IMPORT{db}!=\"ID_MODEL\"", true },
};

static void test_matches(void **state)
{
	char text[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(matches); i++) {
		snprintf(text, sizeof(text), "%s, RUN+=\"yes\"\n",
			 matches[i].keys);
		if (strcmp(apply(text), matches[i].matches ? "yes" : ""))
			fail_msg("%s: '%s'", matches[i].keys, apply(text));
	}
}

/* --- whole files -------------------------------------------------------------------------- */

static const struct {
	const char *text;
	const char *run;
} whole[] = {
	{ "", "" },
	{ "# nothing\n\n", "" },
	{ "  # a comment with RUN+=\"x\"\nRUN+=\"a\"\nRUN+=\"b\"", "a|b" },
	{ "ACTION==\"online\", \\\n  RUN+=\"a\"\n", "a" },
	{ "ACTION==\"add\", \\\n  RUN+=\"a\"\nRUN+=\"b\"\n", "b" },
	{ "ACTION==\"online\", \\\n# between\n  RUN+=\"a\"\n", "a" },
	{ "RUN+=\"a \\\nb\"\n", "a b" },
	{ "RUN+=\"say \\\"a, b\\\" \\n\"", "say \"a, b\" \\n" },
	{ "ACTION == \"online\" , RUN += \"a\"", "a" },
	{ "ACTION==\"online\" RUN+=\"a\"", "a" },
	{ "RUN+=\"a\"\nRUN=\"b\"\n", "b" },
	{ "RUN+=\"a\"\nRUN=\"\"\n", "" },
	{ "RUN:=\"a\"\nRUN+=\"b\"\n", "a" },
	{ "RUN{builtin}+=\"kmod load x\", RUN{program}+=\"a\"", "a" },
	/* GOTO leads forward, to the first label of the name behind it */
	{ "GOTO=\"end\"\nRUN+=\"a\"\nLABEL=\"end\"\nRUN+=\"b\"", "b" },
	{ "ACTION==\"add\", GOTO=\"end\"\nRUN+=\"a\"\nLABEL=\"end\"\n", "a" },
	{ "GOTO=\"e\"\nRUN+=\"a\"\nLABEL=\"e\", RUN+=\"b\"\n", "b" },
	{ "GOTO=\"e\"\nLABEL=\"e\"\nRUN+=\"a\"\nGOTO=\"e\"\nRUN+=\"b\"\nLABEL=\"e\"", "a" },
	/* properties */
	{ "ENV{x}=\"1\"\nENV{x}==\"1\", RUN+=\"a\"", "a" },
	{ "ENV{x}=\"1\"\nENV{x}+=\"2\"\nRUN+=\"$env{x}\"", "1 2" },
	{ "IMPORT{program}=\"good\"\nRUN+=\"%E{A}\"", "1" },
	{ "ACTION==\"add\", ENV{x}=\"1\"\nRUN+=\"[$env{x}]\"", "[]" },
	/* substitutions */
	{ "RUN+=\"$kernel %k $number %n $devpath\"",
	  "memory8 memory8 8 8 /devices/system/memory/memory8" },
	{ "RUN+=\"%p $sys $attr{state} %s{state}\"",
	  "/devices/system/memory/memory8 /sys online online" },
	{ "ATTRS{crash_hotplug}==\"1\", RUN+=\"$attr{crash_hotplug} $id\"",
	  "1 memory" },
	{ "PROGRAM==\"good words\", RUN+=\"%c %c{2} %c{2+}\"",
	  "one two three two two three" },
	{ "RUN+=\"100%% $$HOME $nothing %Z\"", "100% $HOME $nothing %Z" },
	{ "RUN+=\"[$major:$minor]$env{ACTION}$attr{none}\"", "[:]online" },
	{ "PROGRAM==\"good $kernel\"\nIMPORT{program}=\"good %k\"\nRUN+=\"$env{WORDS}\"",
	  "good memory8" },
	/* what has no place here changes nothing */
	{ "MODE=\"0600\", OWNER=\"root\", SYMLINK+=\"a\", OPTIONS+=\"x\", "
	  "SECLABEL{selinux}=\"y\", TAG+=\"systemd\", ATTR{state}=\"online\", RUN+=\"a\"",
	  "a" },
};

static void test_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(whole); i++)
		if (strcmp(apply(whole[i].text), whole[i].run))
			fail_msg("%s\nexpected %s\ngot      %s", whole[i].text,
				 whole[i].run, apply(whole[i].text));
}

static const struct {
	const char *text;
	const char *complaint;
} broken[] = {
	{ "ACTIONS==\"x\"", "x:1: no key 'ACTIONS'" },
	{ "\n# \naction==\"x\"", "x:3: no key 'action'" },
	{ "ACTION=\"x\"", "x:1: nothing can be assigned to 'ACTION'" },
	{ "RUN==\"x\"", "x:1: nothing can be compared with 'RUN'" },
	{ "ACTION \"x\"", "x:1: no operator behind 'ACTION'" },
	{ "ACTION==x", "x:1: no quoted value behind 'ACTION'" },
	{ "ACTION==\"x", "x:1: the value has no end: 'ACTION'" },
	{ "ACTION==\"x\", \\\nKERNEL==\"y", "x:1: the value has no end: 'KERNEL'" },
	{ "ATTR==\"x\"", "x:1: {...} is missing behind 'ATTR'" },
	{ "ATTR{x==\"x\"", "x:1: '}' is missing behind 'ATTR'" },
	{ "ACTION{x}==\"x\"", "x:1: no {...} belongs behind 'ACTION'" },
	{ "\nGOTO=\"end\"", "x:2: GOTO: no LABEL behind this line is 'end'" },
	{ "LABEL=\"end\"\nGOTO=\"end\"", "x:2: GOTO: no LABEL behind this line is 'end'" },
};

static void test_broken(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(broken); i++)
		assert_string_equal(broken[i].complaint, apply(broken[i].text));
}

static void test_limits(void **state)
{
	static char text[40000];
	size_t used = 0;

	(void)state;
	for (int i = 0; i < UDEV_COMMANDS_MAX + 1; i++)
		used += sprintf(text + used, "RUN+=\"a\"\n");
	assert_string_equal("x:17: more than 16 commands of RUN", apply(text));

	memset(text, 'A', sizeof(text) - 1);
	assert_string_equal("x:1: a line of more than 16384 bytes", apply(text));
}

static void test_files(void **state)
{
	char path[] = "/tmp/test_udev.XXXXXX";
	struct udev_rules *rules;
	struct error err;
	int fd;

	(void)state;
	assert_null(udev_rules_read("/nonexistent", &err));
	assert_string_equal("/nonexistent: No such file or directory", err.text);
	assert_null(udev_rules_read("/", &err));
	assert_string_equal("/: Is a directory", err.text);

	fd = mkstemp(path);
	rules = udev_rules_read(path, &err);
	assert_non_null(rules);
	udev_rules_free(rules);
	assert_int_equal(3, write(fd, "a\0b", 3));
	assert_null(udev_rules_read(path, &err));
	assert_non_null(strstr(err.text, "a zero byte is no text"));
	close(fd);
	unlink(path);
}

/* --- commands ------------------------------------------------------------------------------ */

static const struct {
	const char *command;
	enum kdump_command is;
} commands[] = {
	{ "", COMMAND_UNKNOWN },
	{ "/usr/sbin/kdump-config try-reload", COMMAND_RELOADS },
	{ "/usr/sbin/kdump-config show", COMMAND_UNKNOWN },
	{ "/bin/systemctl try-restart kdump.service", COMMAND_RELOADS },
	{ "/bin/systemctl try-restart sshd.service", COMMAND_UNKNOWN },
	{ "/bin/systemctl is-active kdump.service", COMMAND_ASKS },
	{ "/bin/sh -c '/usr/bin/systemctl is-active kdump.service || exit 0; "
	  "/usr/bin/systemd-run --no-block /usr/lib/udev/kdump-udev-throttler'",
	  COMMAND_THROTTLES },
	{ "/usr/bin/systemd-run --quiet \"/usr/bin/kdumpctl reload\"",
	  COMMAND_RELOADS },
	{ "/usr/bin/kdumpctl status", COMMAND_UNKNOWN },
	{ "/bin/echo kdump", COMMAND_UNKNOWN },
};

static void test_commands(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (kdump_command(commands[i].command) != commands[i].is)
			fail_msg("%s", commands[i].command);
}

/* --- the throttler -------------------------------------------------------------------------- */

/*
 * Requests at @requests, in tenths of a second, each followed by 0.2 s in udev's
 * queue; a reload takes @reload. Reloads begin at @starts.
 */
static const struct {
	const char *requests;
	int reload;
	bool broken;
	const char *starts;
} throttles[] = {
	/* the queue is empty long before the sleep is over */
	{ "0", 7, false, "10" },
	/* merged: the queue empties behind the last one */
	{ "0 5 9", 7, false, "11" },
	{ "0 9 10 11", 7, false, "13" },
	/* at most 4 s, whatever still comes; what comes then is for the next one */
	{ "0 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 41",
	  7, false, "40 51" },
	/* the lock is free while a reload runs: a new wait begins, not a new sleep */
	{ "0 12", 7, false, "10 22" },
	/* behind a reload that takes long, the next one tries every 5 s */
	{ "0 12", 30, false, "10 72" },
	{ "0 12", 65, false, "10 122" },
	/* two of them wait */
	{ "0 12 23", 30, false, "10 72 133" },
	/* no lock file: each at once, one after the other */
	{ "0 1 2", 7, true, "0 51 102" },
};

/* advances to @until, and notes what starts meanwhile */
static void advance(struct throttler *t, uint64_t until, uint64_t reload,
		    uint64_t *busy, char *starts)
{
	uint64_t next;
	bool start;

	for (next = throttler_next(t); next <= until && next != TIME_NEVER;
	     next = throttler_next(t)) {
		assert_int_equal(0, throttler_work(t, next, next < *busy, &start));
		if (!start)
			continue;
		*busy = next + reload;
		sprintf(starts + strlen(starts), "%s%d", *starts ? " " : "",
			(int)(next / (100 * NS_PER_MS)));
	}
}

static void test_throttler(void **state)
{
	const uint64_t tenth = 100 * NS_PER_MS;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(throttles); i++) {
		struct throttler t = {
			.sleep = 10 * tenth, .settle = 30 * tenth,
			.retry = 50 * tenth, .no_lock_file = throttles[i].broken,
		};
		const char *at = throttles[i].requests;
		uint64_t reload = throttles[i].reload * tenth, busy = 0;
		char starts[64] = "", *end;

		for (; *at; at = end + (*end == ' ')) {
			uint64_t time = strtoull(at, &end, 10) * tenth;

			advance(&t, time, reload, &busy, starts);
			t.queue_empty = time + 2 * tenth;
			assert_true(throttler_request(&t, time) >= 0);
		}
		advance(&t, TIME_NEVER - 1, reload, &busy, starts);
		if (strcmp(throttles[i].starts, starts))
			fail_msg("%s: expected %s, got %s",
				 throttles[i].requests, throttles[i].starts,
				 starts);
		throttler_free(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_throttler),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
