// SPDX-License-Identifier: GPL-2.0-only
/* elfcorehdr.c: the header's bytes are what the capture kernel reads. */
#include "crash_hp_kunit.h"
#include "vectors_elfcorehdr.h"

/* of the header as this machine has it: a note for each CPU, and vmcoreinfo's */
static size_t header_bytes(unsigned int nr_loads)
{
	return EHDR_BYTES + (num_possible_cpus() + 1 + nr_loads) * PHDR_BYTES;
}

static void describe_field(const struct header_field *f, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", f->name);
}

KUNIT_ARRAY_PARAM(fields, header_fields, describe_field);

static void the_elf_header_is_a_core_files(struct kunit *test)
{
	const struct header_field *f = test->param_value;
	struct crash_mem *mem = crash_hp_kunit_parse(test, "0-ffff", 0);
	const size_t size = header_bytes(1);
	void *buf = crash_hp_kunit_alloc(test, size);

	memset(buf, 0xff, size);
	KUNIT_EXPECT_EQ(test, 0, elfcorehdr_build(mem, false, buf, size));
	KUNIT_EXPECT_EQ(test, f->value, header_get(buf, f->offset, f->size));
	kvfree(mem);
}

/* --- program headers ----------------------------------------------------------- */

static void expect_phdr(struct kunit *test, const struct elf64_phdr *phdr,
			u32 type, u64 vaddr, u64 phys, u64 size)
{
	KUNIT_EXPECT_EQ(test, type, phdr->p_type);
	KUNIT_EXPECT_EQ(test, type == PT_LOAD ? 7 : 0, phdr->p_flags);
	KUNIT_EXPECT_EQ(test, phys, phdr->p_offset);
	KUNIT_EXPECT_EQ(test, vaddr, phdr->p_vaddr);
	KUNIT_EXPECT_EQ(test, phys, phdr->p_paddr);
	KUNIT_EXPECT_EQ(test, size, phdr->p_filesz);
	KUNIT_EXPECT_EQ(test, size, phdr->p_memsz);
	KUNIT_EXPECT_EQ(test, 0, phdr->p_align);
}

/* every possible CPU, ascending, then vmcoreinfo; returns what is behind them */
static const struct elf64_phdr *expect_notes(struct kunit *test, const void *buf)
{
	const struct elf64_phdr *phdr = buf + EHDR_BYTES;
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		expect_phdr(test, phdr++, PT_NOTE, 0,
			    per_cpu_ptr_to_phys(per_cpu_ptr(crash_notes, cpu)),
			    sizeof(note_buf_t));
	expect_phdr(test, phdr++, PT_NOTE, 0, paddr_vmcoreinfo_note(),
		    VMCOREINFO_NOTE_SIZE);
	return phdr;
}

/* the memory of @nr PT_LOADs in their order, as text */
static void expect_loads(struct kunit *test, const char *memory,
			 const struct elf64_phdr *phdr, unsigned int nr)
{
	struct crash_mem *mem = alloc_mem_ranges(nr);
	unsigned int i;
	const char *got;

	KUNIT_ASSERT_NOT_NULL(test, mem);
	for (i = 0; i < nr; i++)
		mem->ranges[i] = (struct range){
			phdr[i].p_paddr, phdr[i].p_paddr + phdr[i].p_memsz - 1
		};
	mem->nr_ranges = nr;
	got = crash_hp_kunit_text(test, mem);
	KUNIT_EXPECT_STREQ(test, memory, got);
	kvfree(mem);
}

static void describe_list(const struct header_list *h, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", h->what);
}

KUNIT_ARRAY_PARAM(lists, header_lists, describe_list);

static void the_header_is_what_vmcore_reads(struct kunit *test)
{
	const struct header_list *h = test->param_value;
	struct crash_mem *mem = crash_hp_kunit_parse(test, h->memory, 0);
	const size_t need = header_bytes(mem->nr_ranges + h->kernel_map);
	u8 *buf = crash_hp_kunit_alloc(test, need + HEADER_BYTES);
	const struct elf64_phdr *phdr;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, -ENOSPC,
			elfcorehdr_build(mem, h->kernel_map, buf, need - 1));
	memset(buf, 0xff, need + HEADER_BYTES);
	KUNIT_EXPECT_EQ(test, 0,
			elfcorehdr_build(mem, h->kernel_map, buf,
					 need + HEADER_BYTES));
	KUNIT_EXPECT_EQ(test, (need - EHDR_BYTES) / PHDR_BYTES,
			header_get(buf, 56, 2));

	phdr = expect_notes(test, buf);
	if (h->kernel_map)
		expect_phdr(test, phdr++, PT_LOAD, (unsigned long)_text,
			    __pa_symbol(_text), _end - _text);
	expect_loads(test, h->memory, phdr, mem->nr_ranges);
	for (i = 0; i < mem->nr_ranges; i++) {
		const struct range *r = &mem->ranges[i];

		expect_phdr(test, phdr++, PT_LOAD, (unsigned long)__va(r->start),
			    r->start, r->end - r->start + 1);
	}
	KUNIT_EXPECT_PTR_EQ(test, (u8 *)phdr, buf + need);
	KUNIT_EXPECT_NULL(test, memchr_inv(phdr, 0, HEADER_BYTES));
	kvfree(mem);
}

/* --- sizes ---------------------------------------------------------------------- */

/* one program header more than the notes and the ranges, in whole 4096 bytes */
static void sizes_are_exact(struct kunit *test)
{
	unsigned int n;

	for (n = 0; n < 300; n++)
		KUNIT_EXPECT_EQ(test,
				DIV_ROUND_UP(header_bytes(n + 1), HEADER_BYTES) *
				HEADER_BYTES,
				elfcorehdr_bytes(n));
}

#define MANY_RANGES 65600

static void describe_limit(const struct header_limit *l, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u program headers", l->phnum);
}

KUNIT_ARRAY_PARAM(limits, header_limits, describe_limit);

static void e_phnum_must_hold_the_count(struct kunit *test)
{
	const struct header_limit *l = test->param_value;
	const size_t size = EHDR_BYTES + MANY_RANGES * PHDR_BYTES;
	struct crash_mem *mem = alloc_mem_ranges(MANY_RANGES);
	u8 *buf = crash_hp_kunit_alloc(test, size);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, mem);
	memset(buf, 0xa5, size);
	for (i = 0; i < MANY_RANGES; i++)
		mem->ranges[i] = (struct range){ i * 0x10000ULL, i * 0x10000ULL };
	mem->nr_ranges = l->phnum - num_possible_cpus() - 1;
	KUNIT_EXPECT_EQ(test, l->ret, elfcorehdr_build(mem, false, buf, size));
	if (l->ret)
		KUNIT_EXPECT_NULL(test, memchr_inv(buf, 0xa5, size));
	else
		KUNIT_EXPECT_EQ(test, l->phnum, header_get(buf, 56, 2));
	kvfree(mem);
}

static void a_small_buffer_is_left_alone(struct kunit *test)
{
	struct crash_mem *mem = crash_hp_kunit_parse(test, "0-ffff 10000-1fffffff", 0);
	const size_t need = header_bytes(2);
	const size_t sizes[] = { 0, EHDR_BYTES, need - PHDR_BYTES, need - 1 };
	u8 *buf = crash_hp_kunit_alloc(test, need + 1);
	unsigned int i;

	memset(buf, 0xa5, need + 1);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		KUNIT_EXPECT_EQ(test, -ENOSPC,
				elfcorehdr_build(mem, false, buf, sizes[i]));
		KUNIT_EXPECT_NULL(test, memchr_inv(buf, 0xa5, need + 1));
	}
	KUNIT_EXPECT_EQ(test, 0, elfcorehdr_build(mem, false, buf, need));
	KUNIT_EXPECT_EQ(test, 0xa5, buf[need]);
	kvfree(mem);
}

/* --- reading one ---------------------------------------------------------------- */

/* a header of this kernel with two PT_LOADs, and zeros behind it */
static void *own_header(struct kunit *test, size_t *size)
{
	struct crash_mem *mem = crash_hp_kunit_parse(test, "0-ffff 10000-1fffffff", 0);
	void *buf;

	*size = header_bytes(2) + HEADER_BYTES;
	buf = crash_hp_kunit_alloc(test, *size);
	KUNIT_EXPECT_EQ(test, 0, elfcorehdr_build(mem, false, buf, *size));
	kvfree(mem);
	return buf;
}

static void describe_poke(const struct header_poke *k, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", k->what);
}

KUNIT_ARRAY_PARAM(pokes, header_pokes, describe_poke);

static void only_this_kernels_header_is_ours(struct kunit *test)
{
	const struct header_poke *k = test->param_value;
	const size_t vmcoreinfo = header_bytes(0) - PHDR_BYTES;
	size_t size;
	void *buf = own_header(test, &size);

	header_set(buf, k->offset + (k->where == IN_VMCOREINFO ? vmcoreinfo : 0),
		   k->size, k->value);
	KUNIT_EXPECT_EQ(test, k->is_core, elfcorehdr_is_core(buf, size));
	KUNIT_EXPECT_EQ(test, k->is_ours, elfcorehdr_is_ours(buf, size));
	KUNIT_EXPECT_EQ(test, !k->is_core ? size :
			EHDR_BYTES + header_get(buf, 56, 2) * PHDR_BYTES,
			elfcorehdr_used(buf, size));
}

static void a_load_is_found_by_its_address(struct kunit *test)
{
	size_t size;
	void *buf = own_header(test, &size);
	struct elf64_phdr *load = buf + header_bytes(0), *note = load - 1;

	KUNIT_EXPECT_PTR_EQ(test, load, elfcorehdr_find_paddr(buf, size, 0));
	KUNIT_EXPECT_PTR_EQ(test, load + 1,
			    elfcorehdr_find_paddr(buf, size, 0x10000));
	KUNIT_EXPECT_NULL(test, elfcorehdr_find_paddr(buf, size, 1));
	/* a note's address is no memory */
	note->p_paddr = 0;
	KUNIT_EXPECT_PTR_EQ(test, load, elfcorehdr_find_paddr(buf, size, 0));
	KUNIT_EXPECT_NULL(test, elfcorehdr_find_paddr(buf, header_bytes(1), 0));
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(the_elf_header_is_a_core_files, fields_gen_params),
	KUNIT_CASE_PARAM(the_header_is_what_vmcore_reads, lists_gen_params),
	KUNIT_CASE(sizes_are_exact),
	KUNIT_CASE_PARAM(e_phnum_must_hold_the_count, limits_gen_params),
	KUNIT_CASE(a_small_buffer_is_left_alone),
	KUNIT_CASE_PARAM(only_this_kernels_header_is_ours, pokes_gen_params),
	KUNIT_CASE(a_load_is_found_by_its_address),
	{}
};

static struct kunit_suite suite = {
	.name = "crash_hp_elfcorehdr",
	.test_cases = cases,
};

kunit_test_suite(suite);
