// SPDX-License-Identifier: GPL-2.0-only
/* A capture's folder: its steps in order, each read by its manifest. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture_reader.h"
#include "values.h"

/* a crash kernel's region is the limit of what can be loaded */
#define SEGMENT_MAX (1u << 30)

int step_no_memory(const struct step_reader *r)
{
	return fail(r->err, "%s: out of memory", r->dir);
}

int step_file(struct step_reader *r, const char *name, bool required,
	      struct blob *blob)
{
	const char *path = pool_printf(r->pool, "%s/%s", r->dir, name);

	if (!path)
		return step_no_memory(r);
	if (!required && access(path, F_OK) && errno == ENOENT)
		return 0;
	return blob_read(path, SEGMENT_MAX, r->pool, blob, r->err);
}

/* --- what a step is ------------------------------------------------------- */

/* "crash-cpu2": the kernel's number of the CPU that crashes */
static int read_crash(struct step_reader *r, const char *event)
{
	const char *cpu = strstr(event, "cpu");
	struct place at = place_member(&r->top, "event");
	uint64_t number;

	if (strncmp(event, "crash", 5))
		return 0;
	if (!cpu || !parse_leading(cpu + 3, 10, &number) || number >= MAX_CPUS)
		return place_wrong(&at, "\"%.40s\" names no CPU", event);
	r->step->crash = true;
	r->step->crash_cpu = (unsigned int)number;
	return 0;
}

static int read_kind(struct step_reader *r)
{
	struct place detail = place_member(&r->top, "detail");
	struct place kind = place_member(&detail, "kind");
	struct place event = place_member(&r->top, "event");
	struct place up = place_member(&r->top, "capture_up");
	const char *text, *name;

	if (place_text(&event, &text) || read_crash(r, text))
		return -1;
	name = "crash";
	if (!r->step->crash && place_text(&kind, &name))
		return -1;
	r->step->kind = pool_printf(r->pool, "%s", name);
	r->step->capture_up = json_is_true(up.value);
	return r->step->kind ? 0 : step_no_memory(r);
}

static int read_manifest(struct step_reader *r)
{
	const char *file = pool_printf(r->pool, "%s/manifest.json", r->dir);
	json_t *root;
	int rc = 0;

	if (!file)
		return step_no_memory(r);
	if (place_open(file, r->err, &root, &r->top))
		return -1;
	if (read_kind(r) || read_state(r))
		rc = -1;
	if (!rc && !r->step->has_state && r->before)
		r->step->machine.arch = r->before->machine.arch;
	if (!rc && (read_image(r) || read_detail(r)))
		rc = -1;
	json_decref(root);
	return rc;
}

static int read_step(struct capture_step *step, const struct capture_step *before,
		     const char *dir, const char *name, struct error *err)
{
	struct capture_facts *facts = calloc(1, sizeof(*facts));
	struct step_reader r = { .err = err, .step = step, .before = before };

	step->storage = facts;
	step->attr_crash_hotplug = -1;
	if (!facts)
		return fail(err, "%s: out of memory", dir);
	r.pool = &facts->pool;
	r.dir = pool_printf(r.pool, "%s/%s", dir, name);
	step->name = pool_printf(r.pool, "%s", name);
	if (!r.dir || !step->name)
		return fail(err, "%s: out of memory", dir);
	return read_manifest(&r);
}

/* --- the folder ----------------------------------------------------------- */

/* "step-04-crash-cpu2": its number; false for what is no step */
static bool step_number(const char *name, uint64_t *number)
{
	return !strncmp(name, "step-", 5) && parse_leading(name + 5, 10, number);
}

static int is_step(const struct dirent *entry)
{
	uint64_t number;

	return step_number(entry->d_name, &number);
}

/* by number: 100 comes after 99 */
static int by_number(const struct dirent **a, const struct dirent **b)
{
	uint64_t x = 0, y = 0;

	step_number((*a)->d_name, &x);
	step_number((*b)->d_name, &y);
	if (x != y)
		return x < y ? -1 : 1;
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int read_steps(struct capture *c, struct error *err)
{
	struct dirent **entries;
	int i, nr = scandir(c->dir, &entries, is_step, by_number);
	int rc = 0;

	if (nr < 0)
		return fail(err, "%s: %s", c->dir, strerror(errno));
	if (!nr)
		rc = fail(err, "%s: no step-NN-EVENT folder in it", c->dir);
	c->steps = calloc((size_t)nr + !nr, sizeof(*c->steps));
	if (!c->steps && !rc)
		rc = fail(err, "%s: out of memory", c->dir);

	for (i = 0; i < nr; i++) {
		if (!rc) {
			rc = read_step(&c->steps[i],
				       i ? &c->steps[i - 1] : NULL, c->dir,
				       entries[i]->d_name, err);
			c->nr_steps++;
		}
		free(entries[i]);
	}
	free(entries);
	return rc;
}

/* the folder's own name, without slashes behind it */
static int name_capture(struct capture *c, const char *dir)
{
	size_t len = strlen(dir);
	const char *slash;

	while (len > 1 && dir[len - 1] == '/')
		len--;
	c->dir = strndup(dir, len);
	if (!c->dir)
		return -1;
	slash = strrchr(c->dir, '/');
	c->name = strdup(slash && slash[1] ? slash + 1 : c->dir);
	return c->name ? 0 : -1;
}

struct capture *capture_read(const char *dir, struct error *err)
{
	struct capture *c = calloc(1, sizeof(*c));

	if (!c || name_capture(c, dir)) {
		capture_free(c);
		fail(err, "%s: out of memory", dir);
		return NULL;
	}
	if (read_steps(c, err) || number_cores(c, err) ||
	    order_properties(c, err)) {
		capture_free(c);
		return NULL;
	}
	complete_notes(c);
	complete_kernel(c);
	return c;
}

void capture_free(struct capture *c)
{
	size_t i;

	if (!c)
		return;
	for (i = 0; i < c->nr_steps; i++) {
		if (!c->steps[i].storage)
			continue;
		pool_free(&facts_of(&c->steps[i])->pool);
		free(c->steps[i].storage);
	}
	free(c->steps);
	free(c->name);
	free(c->dir);
	free(c);
}
