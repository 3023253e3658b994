// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lists of memory ranges and the header made of them, against a model that a
 * child understands: one flag for each of a few units of memory.
 *
 *   byte 0      size of a unit: 2^0 to 2^48 bytes
 *   byte 1      where unit 0 is; odd: the last unit ends with the address space
 *   byte 2, 3   bytes for the header, less than what it needs
 *   then        operations of four bytes: which one, and whether its first
 *               allocation fails; first unit; number of units; a fourth
 */
#include <stdlib.h>
#include <string.h>

#include "elf_reader.h"
#include "elfcorehdr.h"
#include "judge.h"
#include "mem_ranges.h"
#include "small.h"

#define UNITS 128
#define MAX_RANGES (UNITS + 16)
#define MAX_OPERATIONS 256
#define PPC_PAGE 65536
#define FAIL_ALLOC 0x80

/**
 * struct model - what the list has to be
 * @shift: log2 of a unit's bytes
 * @base: address of unit 0
 * @memory: the unit is in the list
 * @first: and it is the first of a range
 */
struct model {
	unsigned int shift;
	u64 base;
	bool memory[UNITS + 1];
	bool first[UNITS + 1];
};

static u64 unit_start(const struct model *m, unsigned int unit)
{
	return m->base + ((u64)unit << m->shift);
}

static u64 unit_end(const struct model *m, unsigned int unit)
{
	return unit_start(m, unit) + (((u64)1 << m->shift) - 1);
}

static unsigned int model_nr(const struct model *m)
{
	unsigned int unit, nr = 0;

	for (unit = 0; unit < UNITS; unit++)
		nr += m->first[unit];
	return nr;
}

/* unit of the last byte of the range that begins with @unit */
static unsigned int range_end(const struct model *m, unsigned int unit)
{
	while (m->memory[unit + 1] && !m->first[unit + 1])
		unit++;
	return unit;
}

static bool model_any(const struct model *m, unsigned int from, unsigned int to)
{
	while (from <= to)
		if (m->memory[from++])
			return true;
	return false;
}

static void model_insert(struct model *m, unsigned int from, unsigned int to)
{
	m->first[from] = true;
	while (from <= to)
		m->memory[from++] = true;
}

/* one range with all that it meets */
static void model_add(struct model *m, unsigned int from, unsigned int to)
{
	bool meets = from && m->memory[from - 1];
	unsigned int unit;

	for (unit = from; unit <= to; unit++) {
		m->memory[unit] = true;
		m->first[unit] = false;
	}
	m->first[to + 1] = false;
	m->first[from] = !meets;
}

static void model_remove(struct model *m, unsigned int from, unsigned int to)
{
	m->first[to + 1] = m->memory[to + 1];
	while (from <= to) {
		m->memory[from] = false;
		m->first[from++] = false;
	}
}

/* does a range have to be cut in two? */
static bool model_splits(const struct model *m, unsigned int from,
			 unsigned int to)
{
	unsigned int unit;

	if (!from)
		return false;
	for (unit = from - 1; unit <= to + 1; unit++)
		if (!m->memory[unit] || (unit >= from && m->first[unit]))
			return false;
	return true;
}

static void model_coalesce(struct model *m)
{
	unsigned int unit;

	for (unit = 1; unit < UNITS; unit++)
		if (m->memory[unit - 1])
			m->first[unit] = false;
}

static void check_list(const struct model *m, const struct crash_mem *mem,
		       const char *what)
{
	unsigned int unit, i = 0, nr = mem ? mem->nr_ranges : 0;

	fuzz_check(nr == model_nr(m), "%s: %u ranges, should be %u", what, nr,
		   model_nr(m));
	fuzz_check(!mem || nr <= mem->max_nr_ranges, "%s: more than fit", what);
	for (unit = 0; unit < UNITS; unit++) {
		if (!m->first[unit])
			continue;
		fuzz_check(mem->ranges[i].start == unit_start(m, unit) &&
			   mem->ranges[i].end == unit_end(m, range_end(m, unit)),
			   "%s: range %u is 0x%llx-0x%llx, should be 0x%llx-0x%llx",
			   what, i, (unsigned long long)mem->ranges[i].start,
			   (unsigned long long)mem->ranges[i].end,
			   (unsigned long long)unit_start(m, unit),
			   (unsigned long long)unit_end(m, range_end(m, unit)));
		i++;
	}
}

/* --- operations --------------------------------------------------------------- */

/**
 * struct operation - what is done to the list
 * @from, @to: units, both inside
 * @fail: its first allocation fails
 */
struct operation {
	unsigned int which;
	unsigned int from;
	unsigned int to;
	unsigned int extra;
	bool fail;
};

enum {
	INSERT, ADD, REMOVE, EXCLUDE, EXCLUDE_FULL, COALESCE, CRASHK, WRAP,
	BACKWARDS, NOTHING, NR_OPERATIONS,
};

static struct operation next_operation(struct fuzz_bytes *in)
{
	u8 which = fuzz_u8(in), from = fuzz_u8(in), nr = fuzz_u8(in);
	struct operation o = {
		.which = (which & ~FAIL_ALLOC) % NR_OPERATIONS,
		.from = from % UNITS,
		.extra = fuzz_u8(in),
		.fail = which & FAIL_ALLOC,
	};

	/* two removals, of which the first may be done when the other fails */
	if (o.which == CRASHK)
		o.fail = false;
	o.to = min(o.from + nr % UNITS, UNITS - 1U);
	return o;
}

static int do_insert(struct crash_mem **mem, struct model *m,
		     const struct operation *o)
{
	bool taken = model_any(m, o->from, o->to);
	int ret = insert_mem_range(mem, unit_start(m, o->from),
				   unit_end(m, o->to));

	fuzz_check(taken == (ret == -EEXIST), "insert: %d", ret);
	if (!ret)
		model_insert(m, o->from, o->to);
	return taken ? 0 : ret;
}

static int do_exclude(struct crash_mem *mem, struct model *m,
		      const struct operation *o)
{
	bool full, splits = model_splits(m, o->from, o->to);
	int ret;

	if (!mem)
		return 0;
	if (o->which == EXCLUDE_FULL)
		mem->max_nr_ranges = mem->nr_ranges;
	full = mem->nr_ranges == mem->max_nr_ranges;
	ret = crash_exclude_mem_range(mem, unit_start(m, o->from),
				      unit_end(m, o->to));
	fuzz_check(ret == (full && splits ? -ENOMEM : 0), "exclude: %d", ret);
	if (!ret)
		model_remove(m, o->from, o->to);
	return 0;
}

/* pieces of what is there, twice and in another order, are what is there */
static void do_coalesce(struct crash_mem *mem, struct model *m,
			const struct operation *o)
{
	unsigned int i, nr = mem ? mem->nr_ranges : 0;
	unsigned int copies = mem ? mem->max_nr_ranges - nr : 0;

	if (!nr)
		return;
	for (i = 0; i < min(copies, o->extra & 7U); i++) {
		struct range *r = &mem->ranges[mem->nr_ranges++];
		u64 third;

		*r = mem->ranges[(o->from + i) % nr];
		third = (r->end - r->start) / 3;
		r->start += third;
		r->end -= o->extra & 8 ? third : 0;
		swap(mem->ranges[(o->to + i) % nr], *r);
	}
	coalesce_mem_ranges(mem);
	model_coalesce(m);
}

/* the two regions of the crash kernel; one that ends at 0 is none */
static int do_crashk(struct kernel *k, struct crash_mem **mem, struct model *m,
		     const struct operation *o)
{
	const unsigned int low = o->extra % UNITS;
	bool has_low = (o->extra & 0x80) && unit_end(m, low);
	bool has_high = unit_end(m, o->to);
	int ret;

	kernel_set_crashk(k, has_high ? unit_start(m, o->from) : 0,
			  has_high ? unit_end(m, o->to) : 0);
	kernel_set_crashk_low(k, has_low ? unit_start(m, low) : 0,
			      has_low ? unit_end(m, low) : 0);
	ret = exclude_crash_regions(mem);
	if (has_high)
		model_remove(m, o->from, o->to);
	if (has_low)
		model_remove(m, low, low);
	return ret;
}

/* a size so that the last byte is beyond the address space */
static void do_wrap(struct crash_mem **mem, const struct model *m,
		    const struct operation *o)
{
	const u64 base = unit_start(m, o->from), size = U64_MAX - o->extra;
	u64 end;

	if (!__builtin_add_overflow(base, size - 1, &end))
		return;
	fuzz_check(add_mem_range(mem, base, size) == -EINVAL,
		   "a range that wraps was added");
	fuzz_check(!*mem || remove_mem_range(mem, base, size) == -EINVAL,
		   "a range that wraps was removed");
}

static void do_backwards(struct crash_mem **mem, const struct model *m,
			 const struct operation *o)
{
	const u64 start = unit_end(m, o->to), end = unit_start(m, o->from);

	if (start <= end)
		return;
	fuzz_check(insert_mem_range(mem, start, end) == -EINVAL,
		   "a range that ends before it starts was inserted");
	fuzz_check(!*mem ||
		   crash_exclude_mem_range(*mem, start, end) == -EINVAL,
		   "a range that ends before it starts was excluded");
}

static void do_nothing(struct crash_mem **mem, const struct model *m,
		       const struct operation *o)
{
	fuzz_check(!add_mem_range(mem, unit_start(m, o->from), 0) &&
		   !remove_mem_range(mem, unit_start(m, o->from), 0),
		   "no bytes are no memory");
}

static u64 size_of(const struct model *m, const struct operation *o)
{
	return unit_end(m, o->to) - unit_start(m, o->from) + 1;
}

static int do_operation(struct kernel *k, struct crash_mem **mem,
			struct model *m, const struct operation *o)
{
	int ret = 0;

	switch (o->which) {
	case INSERT:
		return do_insert(mem, m, o);
	case ADD:
		ret = add_mem_range(mem, unit_start(m, o->from), size_of(m, o));
		if (!ret)
			model_add(m, o->from, o->to);
		return ret;
	case REMOVE:
		ret = remove_mem_range(mem, unit_start(m, o->from),
				       size_of(m, o));
		if (!ret)
			model_remove(m, o->from, o->to);
		return ret;
	case EXCLUDE:
	case EXCLUDE_FULL:
		return do_exclude(*mem, m, o);
	case COALESCE:
		do_coalesce(*mem, m, o);
		return 0;
	case CRASHK:
		return do_crashk(k, mem, m, o);
	case WRAP:
		do_wrap(mem, m, o);
		return 0;
	case BACKWARDS:
		do_backwards(mem, m, o);
		return 0;
	default:
		do_nothing(mem, m, o);
		return 0;
	}
}

static void play(struct kernel *k, struct crash_mem **mem, struct model *m,
		 struct fuzz_bytes *in)
{
	static const char *const names[] = {
		"insert", "add", "remove", "exclude", "exclude, list full",
		"coalesce", "exclude the crash kernel", "wrap", "backwards",
		"nothing",
	};
	unsigned int i;

	for (i = 0; in->size && i < MAX_OPERATIONS; i++) {
		const struct operation o = next_operation(in);
		int ret;

		kernel_fail_alloc(k, o.fail);
		ret = do_operation(k, mem, m, &o);
		kernel_fail_alloc(k, 0);
		fuzz_check(!ret || (o.fail && ret == -ENOMEM), "%s: error %d",
			   names[o.which], ret);
		check_list(m, *mem, names[o.which]);
	}
}

/* --- the header --------------------------------------------------------------- */

static void check_libelf(const struct model *m, const void *buf, size_t size)
{
	static struct elf_phdr phdrs[MAX_RANGES];
	const int notes = SMALL_CORES + 1;
	unsigned int unit;
	int i, nr = elf_reader_read(buf, size, phdrs, MAX_RANGES);

	fuzz_check(nr == notes + (int)model_nr(m),
		   "libelf sees %d program headers", nr);
	for (i = 0; i < notes; i++)
		fuzz_check(phdrs[i].type == PT_NOTE &&
			   phdrs[i].filesz == phdrs[i].memsz,
			   "libelf: program header %d should be a note", i);
	fuzz_check(phdrs[notes - 1].paddr == SMALL_VMCOREINFO,
		   "libelf: the last note is not vmcoreinfo's");
	for (unit = 0; unit < UNITS; unit++) {
		u64 start = unit_start(m, unit), size;

		if (!m->first[unit])
			continue;
		size = unit_end(m, range_end(m, unit)) - start + 1;
		fuzz_check(phdrs[i].type == PT_LOAD && phdrs[i].paddr == start &&
			   phdrs[i].memsz == size && phdrs[i].filesz == size &&
			   phdrs[i].offset == start,
			   "libelf: program header %d is not 0x%llx+0x%llx", i,
			   (unsigned long long)start, (unsigned long long)size);
		i++;
	}
}

static void check_judge(const struct model *m, const void *buf, size_t size)
{
	struct machine_view view = {
		.arch = ARCH_POWERPC, .page_size = PPC_PAGE, .knows_ram = true,
		.vmcoreinfo = SMALL_VMCOREINFO,
	};
	struct image_view image = {
		.loaded = true, .file_mode = true, .nr_segments = 1,
		.segment[0] = {
			.kind = SEGMENT_ELFCOREHDR, .mem = 0x10000,
			.memsz = size, .bufsz = size, .bytes = buf,
		},
	};
	struct verdict verdict;
	unsigned int unit;

	for (unit = 0; unit < UNITS; unit++)
		if (m->memory[unit])
			fuzz_check(!view_ranges_add(&view.ram,
						    unit_start(m, unit),
						    unit_end(m, unit)) &&
				   !view_ranges_add(&view.online,
						    unit_start(m, unit),
						    unit_end(m, unit)),
				   "no memory for the truth");
	fuzz_check(!judge(&view, &image, JUDGE_ANY_CPU, &verdict),
		   "no memory for the judge");
	fuzz_check(verdict.word == VERDICT_ACCURATE, "the judge: %s: %s",
		   verdict_name(verdict.word),
		   verdict.nr ? verdict.findings[0].text : "no finding");
	verdict_free(&verdict);
	view_ranges_free(&view.ram);
	view_ranges_free(&view.online);
}

/* each range by its address, and none by another */
static void check_find(const struct model *m, void *buf, size_t size)
{
	unsigned int unit;

	for (unit = 0; unit < UNITS; unit++) {
		const u64 start = unit_start(m, unit);
		const struct elf64_phdr *p;

		p = elfcorehdr_find_paddr(buf, size, start);
		fuzz_check(m->first[unit] ? p && p->p_paddr == start : !p,
			   "the program header of 0x%llx is %sfound",
			   (unsigned long long)start, p ? "" : "not ");
	}
}

/* too small a segment stays as it is */
static void check_no_space(const struct crash_mem *mem, size_t size)
{
	u8 *buf = malloc(size ? size : 1);
	size_t i;

	memset(buf, 0xa5, size);
	fuzz_check(elfcorehdr_build(mem, false, buf, size) == -ENOSPC,
		   "a header was written to %zu bytes", size);
	for (i = 0; i < size; i++)
		fuzz_check(buf[i] == 0xa5, "byte %zu was written all the same", i);
	free(buf);
}

static void check_header(struct model *m, const struct crash_mem *mem,
			 size_t less)
{
	const size_t used = 64 + (SMALL_CORES + 1 + mem->nr_ranges) * 56;
	size_t size = elfcorehdr_bytes(mem->nr_ranges);
	void *buf;

	fuzz_check(size >= used, "%zu bytes for a header of %zu", size, used);
	if (less)
		check_no_space(mem, used - min(less, used));
	buf = malloc(size);
	memset(buf, 0xa5, size);
	fuzz_check(!elfcorehdr_build(mem, false, buf, size), "no header");
	fuzz_check(elfcorehdr_used(buf, size) == used &&
		   elfcorehdr_is_ours(buf, size), "it is not known again");
	check_libelf(m, buf, size);
	check_find(m, buf, size);
	/* Memory is whole pages. The first 64 KiB have a backup that is not ours
	 * to make, and behind the last byte there is no address.
	 */
	if (m->shift >= 16 && m->base && unit_end(m, UNITS - 1) != U64_MAX)
		check_judge(m, buf, size);
	free(buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kernel *k = small_kernel();
	struct fuzz_bytes in = { data, size };
	unsigned long allocs = kernel_live_allocs(k);
	struct crash_mem *mem = NULL;
	struct model m = { .shift = fuzz_u8(&in) % 49 };
	u8 place = fuzz_u8(&in);
	size_t less = fuzz_u16(&in);

	m.base = place & 1 ? 0 - ((u64)UNITS << m.shift) : (u64)(place >> 1) << m.shift;
	play(k, &mem, &m, &in);
	if (mem)
		check_header(&m, mem, less);
	kvfree(mem);
	kernel_set_crashk(k, 0, 0);
	kernel_set_crashk_low(k, 0, 0);
	small_end(k, allocs);
	return 0;
}
