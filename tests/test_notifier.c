// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shim's notifier chains: who is told, when, and under which rules; and what
 * a handler may keep in an image for them.
 */
#include <string.h>

#include "shim_check.h"

/* --- callbacks that write down that they were called ----------------------- */

static char trace[256];

/**
 * struct listener - a callback with a name of one letter
 * @inside: called from inside of it, may be NULL
 */
struct listener {
	struct notifier_block nb;
	char name;
	int ret;
	void (*inside)(struct listener *l);
};

static void note(char name, unsigned long action)
{
	static const struct {
		unsigned long action;
		const char *text;
	} texts[] = {
		{ MEM_ONLINE, "on " }, { MEM_GOING_ONLINE, "going-on " },
		{ MEM_OFFLINE, "off " }, { MEM_GOING_OFFLINE, "going-off " },
	};
	size_t i, used = strlen(trace);

	trace[used++] = name;
	trace[used++] = ':';
	for (i = 0; i < ARRAY_SIZE(texts); i++)
		if (texts[i].action == action)
			strcpy(trace + used, texts[i].text);
}

static int listen(struct notifier_block *nb, unsigned long action,
		  void *arg __always_unused)
{
	struct listener *l = container_of(nb, struct listener, nb);

	note(l->name, action);
	if (l->inside)
		l->inside(l);
	return l->ret;
}

static void handled(struct kimage *image, void *arg __always_unused)
{
	note('H', image->hp_action == KEXEC_CRASH_HP_ADD_MEMORY ? MEM_ONLINE :
								  MEM_OFFLINE);
}

static struct listener listener(char name, int priority)
{
	return (struct listener){
		.nb = { .notifier_call = listen, .priority = priority },
		.name = name, .ret = NOTIFY_OK,
	};
}

/* a kernel with an image and a block that is offline, and its events traced */
static void set_up(struct kernel *k, struct kimage *image)
{
	*image = (struct kimage){ .hotplug_support = 1 };
	check(kernel_kexec_trylock(k));
	kernel_publish_image(k, image);
	kernel_kexec_unlock(k);
	check_ret(0, kernel_add_memory(k, 4 * GIB, 256 * MIB, 0));
	trace[0] = '\0';
	on_event = handled;
}

/* --- order ------------------------------------------------------------------- */

static void callers_come_by_priority(void **state)
{
	struct kernel *k = *state;
	struct listener a = listener('a', 1), b = listener('b', -1);
	struct listener c = listener('c', 1), d = listener('d', 10);
	struct kimage image;

	set_up(k, &image);
	check_ret(0, register_memory_notifier(&a.nb));
	check_ret(0, register_memory_notifier(&b.nb));
	check_ret(0, register_memory_notifier(&c.nb));
	check_ret(0, register_memory_notifier(&d.nb));
	check_ret(0, kernel_online_block(k, 4 * GIB, 0));
	check_str("d:going-on a:going-on c:going-on b:going-on "
		  "d:on a:on c:on H:on b:on ", trace);

	trace[0] = '\0';
	unregister_memory_notifier(&a.nb);
	unregister_memory_notifier(&d.nb);
	unregister_memory_notifier(&b.nb);
	check_ret(0, kernel_offline_block(k, 4 * GIB, 0));
	check_str("c:going-off c:off H:off ", trace);
	unregister_memory_notifier(&c.nb);
}

static void a_caller_may_end_the_chain(void **state)
{
	struct kernel *k = *state;
	struct listener a = listener('a', 1);
	struct kimage image;

	set_up(k, &image);
	a.ret = NOTIFY_STOP_MASK | NOTIFY_OK;
	check_ret(0, register_memory_notifier(&a.nb));
	check_ret(0, kernel_online_block(k, 4 * GIB, 0));
	check_str("a:going-on a:on ", trace);
	unregister_memory_notifier(&a.nb);
}

/* the crash layer loses the event, and nobody else does */
static void a_busy_lock_concerns_one_alone(void **state)
{
	struct kernel *k = *state;
	struct listener a = listener('a', 1);
	struct kimage image;

	set_up(k, &image);
	check_ret(0, register_memory_notifier(&a.nb));
	check(kernel_kexec_trylock(k));
	check_ret(0, kernel_online_block(k, 4 * GIB, 0));
	kernel_kexec_unlock(k);
	check_str("a:going-on a:on ", trace);
	check_num(1, kernel_report(k)->lost);
	unregister_memory_notifier(&a.nb);
}

/* --- rules ------------------------------------------------------------------- */

static void register_another(struct listener *l __always_unused)
{
	static struct listener other;

	other = listener('o', 0);
	register_memory_notifier(&other.nb);
	unregister_memory_notifier(&other.nb);
}

static void keep_a_mapping(struct listener *l __always_unused)
{
	(void)!memremap(RAM_BASE, 1, MEMREMAP_WB);
}

static void take_the_lock(struct listener *l __always_unused)
{
	get_online_mems();
}

static const struct {
	void (*inside)(struct listener *l);
	const char *violation;
} bad[] = {
	{ register_another, "from inside its own chain: deadlock" },
	{ keep_a_mapping, "memory notifier() keeps 1 mapping(s)" },
	{ take_the_lock, "get_online_mems() deadlocks" },
};

static void what_a_callback_must_not_do(void **state)
{
	struct kernel *k = *state;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		struct listener a = listener('a', 1);

		kernel_add_memory(k, 4 * GIB, 256 * MIB, 0);
		a.inside = bad[i].inside;
		register_memory_notifier(&a.nb);
		kernel_online_block(k, 4 * GIB, 0);
		unregister_memory_notifier(&a.nb);
		kernel_offline_block(k, 4 * GIB, 0);
		check(kernel_violation(k, 0));
		check(strstr(kernel_violation(k, 0), bad[i].violation));
		kernel_clear_report(k);
		while (kernel_live_mappings(k))
			memunmap(ram);
		kernel_clear_report(k);
	}
}

static void each_comes_once_and_goes_once(void **state)
{
	struct kernel *k = *state;
	struct listener a = listener('a', 1);

	unregister_memory_notifier(&a.nb);
	check_violations(k, "unregistered that is not registered");
	check_ret(0, register_memory_notifier(&a.nb));
	check_ret(-EEXIST, register_memory_notifier(&a.nb));
	check_violations(k, "registered twice");
	unregister_memory_notifier(&a.nb);
	unregister_memory_notifier(&a.nb);
	check_violations(k, "unregistered that is not registered");
}

/* --- what an image may keep -------------------------------------------------- */

static void what_the_image_leads_to_is_not_lost(void **state)
{
	struct kernel *k = *state;
	struct kimage image = { .hotplug_support = 1 };
	void **first = kzalloc(64, GFP_KERNEL);
	void *second = kmalloc(100, GFP_KERNEL);

	check_num(2, kernel_lost_allocs(k, NULL));
	check_num(2, kernel_lost_allocs(k, &image));
	image.arch.crash_watch = (void *)first;
	check_num(1, kernel_lost_allocs(k, &image));
	first[7] = second;
	check_num(0, kernel_lost_allocs(k, &image));
	/* round and round */
	first[0] = first;
	check_num(0, kernel_lost_allocs(k, &image));
	/* the middle of something is not its beginning */
	first[7] = second + 8;
	check_num(1, kernel_lost_allocs(k, &image));
	kfree(second);
	kfree(first);

	/* an image that is in the slab itself */
	first = kzalloc(sizeof(image), GFP_KERNEL);
	check_num(0, kernel_lost_allocs(k, (struct kimage *)first));
	kfree(first);
}

/* --- windows ------------------------------------------------------------------ */

static void hide_for_a_while(struct kimage *image, void *arg __always_unused)
{
	volatile unsigned int i;

	xchg(&kexec_crash_image, NULL);
	for (i = 0; i < 10000; i++)
		;
	xchg(&kexec_crash_image, image);
}

static void windows_are_recorded(void **state)
{
	struct kernel *k = *state;
	const struct kernel_report *r = kernel_report(k);
	struct kimage image;

	set_up(k, &image);
	on_event = hide_for_a_while;
	check_ret(0, kernel_online_block(k, 4 * GIB, 0));
	check(r->hidden_ns > 0);
	check(r->hidden_ns <= r->locked_ns);
	check_num(r->locked_ns, r->no_dump_ns);
	check_num(r->no_dump_ns, r->longest_ns);
	check_ret(0, kernel_offline_block(k, 4 * GIB, 0));
	check(r->longest_ns < r->no_dump_ns);
	check_num(2, r->hidden);

	/* what is lost holds no lock */
	kernel_clear_report(k);
	check(kernel_kexec_trylock(k));
	check_ret(0, kernel_online_block(k, 4 * GIB, 0));
	kernel_kexec_unlock(k);
	check_num(0, r->locked_ns);
	check_num(0, r->hidden_ns);
}

static void past_an_update_only_hiding_costs_a_dump(void **state __always_unused)
{
	struct handler_module h = test_handlers;
	struct kernel *previous, *k;
	const struct kernel_report *r;
	struct kimage image;

	h.crash_past_update = true;
	k = kernel_create(&test_config, &h);
	previous = kernel_switch(k);
	r = kernel_report(k);
	set_up(k, &image);
	check_ret(0, kernel_online_block(k, 4 * GIB, 0));
	check(r->locked_ns > 0);
	check_num(0, r->no_dump_ns);
	on_event = hide_for_a_while;
	check_ret(0, kernel_offline_block(k, 4 * GIB, 0));
	check_num(r->hidden_ns, r->no_dump_ns);
	check_num(r->hidden_ns, r->longest_ns);
	kernel_switch(previous);
	kernel_destroy(k);
}

static const struct CMUnitTest tests[] = {
	test(callers_come_by_priority),
	test(a_caller_may_end_the_chain),
	test(a_busy_lock_concerns_one_alone),
	test(what_a_callback_must_not_do),
	test(each_comes_once_and_goes_once),
	test(what_the_image_leads_to_is_not_lost),
	test(windows_are_recorded),
	test(past_an_update_only_hiding_costs_a_dump),
};

TEST_MAIN(tests)
