// SPDX-License-Identifier: GPL-2.0-only
/*
 * The locks around hotplug and kexec. There is one context, so nobody ever
 * waits; what would hang in a kernel is written down, and goes on.
 */
#include "kernel_private.h"

static void down_read(struct kernel *k, struct rwsem *sem, const char *func)
{
	if (sem->writer)
		kernel_add_violation(k, "%s() deadlocks: this context holds it for writing",
				     func);
	else if (sem->readers)
		kernel_add_violation(k, "%s() taken twice: deadlocks when a writer waits in between",
				     func);
	sem->readers++;
}

static void up_read(struct kernel *k, struct rwsem *sem, const char *func)
{
	if (sem->readers)
		sem->readers--;
	else
		kernel_add_violation(k, "%s() of a lock that is not held", func);
}

static void down_write(struct kernel *k, struct rwsem *sem, const char *what)
{
	if (sem->writer || sem->readers)
		kernel_add_violation(k, "%s hotplug deadlocks: this context holds the lock",
				     what);
	sem->writer = true;
}

/*
 * Memory hotplug takes the CPU lock first (mm/memory_hotplug.c:
 * mem_hotplug_begin()), so this is the order for everybody.
 */
void cpus_read_lock(void)
{
	struct kernel *k = kernel_current();

	if (k->mem_hotplug.readers && !k->cpu_hotplug.readers &&
	    !k->cpu_hotplug.writer)
		kernel_add_violation(k, "cpus_read_lock() after get_online_mems(): wrong order");
	down_read(k, &k->cpu_hotplug, "cpus_read_lock");
}

void cpus_read_unlock(void)
{
	struct kernel *k = kernel_current();

	up_read(k, &k->cpu_hotplug, "cpus_read_unlock");
}

void get_online_mems(void)
{
	struct kernel *k = kernel_current();

	down_read(k, &k->mem_hotplug, "get_online_mems");
}

void put_online_mems(void)
{
	struct kernel *k = kernel_current();

	up_read(k, &k->mem_hotplug, "put_online_mems");
}

void cpus_write_lock(struct kernel *k)
{
	down_write(k, &k->cpu_hotplug, "CPU");
}

void cpus_write_unlock(struct kernel *k)
{
	k->cpu_hotplug.writer = false;
}

void mem_hotplug_begin(struct kernel *k)
{
	down_read(k, &k->cpu_hotplug, "mem_hotplug_begin");
	down_write(k, &k->mem_hotplug, "memory");
}

void mem_hotplug_done(struct kernel *k)
{
	k->mem_hotplug.writer = false;
	up_read(k, &k->cpu_hotplug, "mem_hotplug_done");
}

/*
 * Whoever holds the CPU lock for writing keeps memory hotplug out as well, as
 * that takes it for reading first.
 */
void check_layout_held_still(struct kernel *k, const char *what)
{
	if (!k->mem_hotplug.readers && !k->mem_hotplug.writer &&
	    !k->cpu_hotplug.writer)
		kernel_add_violation(k, "%s while the memory layout may change",
				     what);
}

void lockdep_assert_mem_hotplug_stable(void)
{
	check_layout_held_still(kernel_current(),
				"lockdep_assert_mem_hotplug_stable()");
}

/* --- spinlocks -------------------------------------------------------------- */

void spin_lock(spinlock_t *lock)
{
	struct kernel *k = kernel_current();

	if (!lock->ready)
		kernel_add_violation(k, "spin_lock() of a lock that was not initialised");
	if (lock->held)
		kernel_add_violation(k, "spin_lock() deadlocks: this context holds the lock");
	else
		k->spinlocks++;
	lock->held = true;
}

void spin_unlock(spinlock_t *lock)
{
	struct kernel *k = kernel_current();

	if (lock->held)
		k->spinlocks--;
	else
		kernel_add_violation(k, "spin_unlock() of a lock that is not held");
	lock->held = false;
}

/* @what may sleep */
void check_may_sleep(struct kernel *k, const char *what)
{
	if (k->spinlocks)
		kernel_add_violation(k, "%s() with a spinlock held", what);
}

/* --- the mutex of kernel/crash_core.c, the kexec lock -------------------- */

void crash_hotplug_lock(struct kernel *k)
{
	if (k->crash_mutex)
		kernel_add_violation(k, "crash hotplug mutex taken twice: deadlock");
	k->crash_mutex = true;
}

void crash_hotplug_unlock(struct kernel *k)
{
	k->crash_mutex = false;
}

static bool kexec_trylock(struct kernel *k, enum kexec_lock how)
{
	if (k->kexec_lock)
		return false;
	k->kexec_lock = how;
	crash_path_changed(k);
	return true;
}

bool kernel_kexec_trylock(struct kernel *k)
{
	return kexec_trylock(k, KEXEC_LOCKED);
}

/*
 * What the generic layer does with a loaded image, and who only looks at one.
 * Linux 6.12 makes no difference.
 */
bool kexec_trylock_update(struct kernel *k)
{
	return kexec_trylock(k, KEXEC_LOCKED_UPDATE);
}

void kernel_kexec_unlock(struct kernel *k)
{
	if (!k->kexec_lock)
		kernel_add_violation(k, "kexec_unlock() of a lock that is not held");
	k->kexec_lock = KEXEC_UNLOCKED;
	crash_path_changed(k);
}

bool kernel_kexec_locked(const struct kernel *k)
{
	return k->kexec_lock != KEXEC_UNLOCKED;
}

bool kexec_lock_stops_crash(const struct kernel *k)
{
	bool past_update = k->handlers && k->handlers->crash_past_update;

	return k->kexec_lock == KEXEC_LOCKED ||
	       (k->kexec_lock == KEXEC_LOCKED_UPDATE && !past_update);
}
