// SPDX-License-Identifier: GPL-2.0-only
/* The "machine" of a scenario: what is there before anything happens. */
#include <libfdt.h>
#include <string.h>

#include "yaml_reader.h"

#define DEFAULT_NR_CPUS 2048
#define DEFAULT_LMB_SIZE (256u << 20)

enum {
	F_TREE, F_ARCH, F_PAGE_SIZE, F_CRASHKERNEL, F_NR_CPUS, F_MAX_RANGES,
	F_BLOCK_SIZE, F_MEMMAP, F_CMDLINE, F_ONLINE,
	/* what another architecture's tree would say */
	F_MEMORY, F_POSSIBLE, F_PRESENT, F_NR_CPUS_DEFAULT, F_CRASHKERNEL_LOW,
	NR_FIELDS,
};

static int read_tree(struct yaml_reader *r, yaml_node_t *node,
		     struct machine_spec *m)
{
	struct blob blob;

	if (yaml_tree(r, node, "tree", &blob))
		return -1;
	m->boot_fdt = blob.bytes;
	m->boot_fdt_size = blob.size;
	return 0;
}

/* the kernel's own syntax: SIZE@OFFSET */
static int read_region(struct yaml_reader *r, const struct yaml_field *f,
		       uint64_t *start, uint64_t *bytes)
{
	const char *text, *at;
	char size[32];

	if (!f->value)
		return 0;
	if (yaml_text(r, f->value, f->key, &text))
		return -1;
	at = strchr(text, '@');
	if (at && (size_t)(at - text) < sizeof(size)) {
		memcpy(size, text, (size_t)(at - text));
		size[at - text] = '\0';
		if (parse_size(size, bytes) && parse_size(at + 1, start) &&
		    *bytes && *bytes - 1 <= UINT64_MAX - *start)
			return 0;
	}
	return yaml_wrong(r, f->value, "%s \"%.60s\" is not SIZE@OFFSET, such as 512M@512M",
			  f->key, text);
}

static int read_page_size(struct yaml_reader *r, yaml_node_t *node,
			  struct machine_spec *m)
{
	const char *text;

	m->page_size = m->arch == ARCH_POWERPC ? 65536 : 4096;
	if (!node)
		return 0;
	if (yaml_text(r, node, "page-size", &text))
		return -1;
	if (!parse_size(text, &m->page_size) || (m->page_size != 4096 &&
	    (m->page_size != 65536 || m->arch != ARCH_POWERPC)))
		return yaml_wrong(r, node, "page-size \"%.40s\" is not 4K%s", text,
				  m->arch == ARCH_POWERPC ? " or 64K" : "");
	return 0;
}

static int read_block_size(struct yaml_reader *r, yaml_node_t *node,
			   struct machine_spec *m)
{
	uint64_t size;

	if (yaml_size(r, node, "block-size", &size))
		return -1;
	if (size < m->page_size || size & (size - 1))
		return yaml_wrong(r, node, "block-size 0x%llx is no power of two above the page size",
				  (unsigned long long)size);
	m->block_size = size;
	return 0;
}

static int read_limits(struct yaml_reader *r, const struct yaml_field *f,
		       struct machine_spec *m)
{
	uint64_t nr_cpus = DEFAULT_NR_CPUS, ranges = 0;

	/* PN_XNUM ends e_phnum, so more ranges have no place in a header */
	if ((f[F_NR_CPUS].value &&
	     yaml_number(r, f[F_NR_CPUS].value, "nr-cpus", 1, MAX_CPUS,
			 &nr_cpus)) ||
	    (f[F_MAX_RANGES].value &&
	     yaml_number(r, f[F_MAX_RANGES].value, "max-memory-ranges", 1,
			 65535, &ranges)) ||
	    (f[F_MEMMAP].value &&
	     yaml_bool(r, f[F_MEMMAP].value, "memmap-on-memory",
		       &m->memmap_on_memory)) ||
	    (f[F_CMDLINE].value &&
	     yaml_text(r, f[F_CMDLINE].value, "cmdline", &m->cmdline)))
		return -1;
	m->nr_cpus = (unsigned int)nr_cpus;
	m->max_memory_ranges = (unsigned int)ranges;
	if (m->cmdline) {
		m->cmdline = pool_printf(r->pool, "%s", m->cmdline);
		if (!m->cmdline)
			return yaml_no_memory(r);
	}
	return 0;
}

/* the CPUs with their state at boot, out of r->cores */
static int list_cpus(struct yaml_reader *r, struct machine_spec *m)
{
	struct cpu_spec *cpus;
	unsigned int i;

	cpus = pool_alloc(r->pool, r->cores.possible * sizeof(*cpus));
	if (!cpus)
		return yaml_no_memory(r);
	for (i = 0; i < r->cores.possible; i++)
		cpus[i] = (struct cpu_spec){
			.cpu = i,
			.present = r->cores.present[i],
			.online = r->cores.online[i],
		};
	m->cpus = cpus;
	m->nr_cpu_specs = r->cores.possible;
	return 0;
}

/* online are those CPUs of the list and no others; they have to be present */
static int read_online(struct yaml_reader *r, yaml_node_t *node)
{
	struct cpu_list list;
	size_t i;

	if (yaml_cpus(r, node, "online", &list))
		return -1;
	memset(r->cores.online, 0,
	       r->cores.possible * sizeof(*r->cores.online));
	for (i = 0; i < list.nr; i++) {
		if (list.cpus[i] >= r->cores.possible ||
		    !r->cores.present[list.cpus[i]])
			return yaml_wrong(r, node, "online: CPU %u is not present at boot",
					  list.cpus[i]);
		core_map_set_online(&r->cores, list.cpus[i], true);
	}
	return 0;
}

/* one item of the list: one range or many; @list may move */
static int add_memory(struct yaml_reader *r, yaml_node_t *node,
		      struct memory_spec **list, size_t *nr)
{
	struct memory_spec memory, *all;
	uint64_t times, step;

	if (yaml_memories(r, node, "memory", &memory, &times, &step))
		return -1;
	if (times > MAX_TIMES - *nr)
		return yaml_wrong(r, node, "memory: more than %u ranges",
				  MAX_TIMES);
	all = pool_alloc(r->pool, (*nr + times) * sizeof(*all));
	if (!all)
		return yaml_no_memory(r);
	if (*nr)
		memcpy(all, *list, *nr * sizeof(*all));
	*list = all;
	for (; times; times--, memory.start += step)
		all[(*nr)++] = memory;
	return 0;
}

static int read_memory(struct yaml_reader *r, yaml_node_t *node,
		       struct machine_spec *m)
{
	struct memory_spec *memory = NULL;
	yaml_node_item_t *i;
	size_t nr = 0;

	if (node->type != YAML_SEQUENCE_NODE)
		return yaml_wrong(r, node, "memory is not a list such as [ 0+1G, 4G+2G ]");
	for (i = node->data.sequence.items.start;
	     i < node->data.sequence.items.top; i++)
		if (add_memory(r, yaml_node(r, *i), &memory, &nr))
			return -1;
	m->memory = memory;
	m->nr_memory = nr;
	return 0;
}

static int read_powerpc(struct yaml_reader *r, yaml_node_t *node,
			const struct yaml_field *f, struct machine_spec *m)
{
	const fdt64_t *lmb;
	int i, len;

	if (!f[F_TREE].value)
		return yaml_wrong(r, node, "machine has no \"tree\"");
	for (i = F_MEMORY + 1; i < NR_FIELDS; i++)
		if (f[i].value)
			return yaml_wrong(r, f[i].value, "%s is for x86_64; the tree says it here",
					  f[i].key);
	if (read_tree(r, f[F_TREE].value, m) ||
	    (f[F_MEMORY].value && read_memory(r, f[F_MEMORY].value, m)))
		return -1;
	if (core_map_boot(&r->cores, m->boot_fdt, m->nr_cpus))
		return yaml_no_memory(r);
	if (f[F_ONLINE].value &&
	    (read_online(r, f[F_ONLINE].value) || list_cpus(r, m)))
		return -1;

	r->lmb_size = m->block_size ? m->block_size : DEFAULT_LMB_SIZE;
	i = fdt_path_offset(m->boot_fdt, "/ibm,dynamic-reconfiguration-memory");
	lmb = i < 0 ? NULL : fdt_getprop(m->boot_fdt, i, "ibm,lmb-size", &len);
	if (lmb && len == sizeof(*lmb) && fdt64_ld(lmb))
		r->lmb_size = fdt64_ld(lmb);
	return 0;
}

static int read_x86_64(struct yaml_reader *r, yaml_node_t *node,
		       const struct yaml_field *f, struct machine_spec *m)
{
	uint64_t possible, nr_cpus_default = 0;

	if (f[F_TREE].value)
		return yaml_wrong(r, f[F_TREE].value, "tree is for powerpc; x86_64 has memory, possible-cpus and present");
	if (!f[F_MEMORY].value || !f[F_POSSIBLE].value)
		return yaml_wrong(r, node, "machine has no \"%s\"",
				  f[F_MEMORY].value ? "possible-cpus" : "memory");
	if (read_memory(r, f[F_MEMORY].value, m) ||
	    yaml_number(r, f[F_POSSIBLE].value, "possible-cpus", 1, m->nr_cpus,
			&possible) ||
	    (f[F_NR_CPUS_DEFAULT].value &&
	     yaml_number(r, f[F_NR_CPUS_DEFAULT].value, "nr-cpus-default", 1,
			 MAX_CPUS, &nr_cpus_default)) ||
	    read_region(r, &f[F_CRASHKERNEL_LOW], &m->crashk_low_start,
			&m->crashk_low_size))
		return -1;
	m->nr_cpus_default = (unsigned int)nr_cpus_default;
	if (core_map_flat(&r->cores, (unsigned int)possible))
		return yaml_no_memory(r);
	if (f[F_PRESENT].value) {
		if (read_online(r, f[F_PRESENT].value))
			return -1;
		memcpy(r->cores.present, r->cores.online,
		       r->cores.possible * sizeof(*r->cores.present));
	}
	if (f[F_ONLINE].value && read_online(r, f[F_ONLINE].value))
		return -1;
	return list_cpus(r, m);
}

int yaml_machine(struct yaml_reader *r, yaml_node_t *node)
{
	static const char *const arches[] = { "powerpc", "x86_64", NULL };
	struct yaml_field f[NR_FIELDS] = {
		[F_TREE] = { .key = "tree" },
		[F_ARCH] = { .key = "arch" },
		[F_PAGE_SIZE] = { .key = "page-size" },
		[F_CRASHKERNEL] = { .key = "crashkernel" },
		[F_NR_CPUS] = { .key = "nr-cpus" },
		[F_MAX_RANGES] = { .key = "max-memory-ranges" },
		[F_BLOCK_SIZE] = { .key = "block-size" },
		[F_MEMMAP] = { .key = "memmap-on-memory" },
		[F_CMDLINE] = { .key = "cmdline" },
		[F_ONLINE] = { .key = "online" },
		[F_MEMORY] = { .key = "memory" },
		[F_POSSIBLE] = { .key = "possible-cpus" },
		[F_PRESENT] = { .key = "present" },
		[F_NR_CPUS_DEFAULT] = { .key = "nr-cpus-default" },
		[F_CRASHKERNEL_LOW] = { .key = "crashkernel-low" },
	};
	struct machine_spec *m = &r->scenario->machine;
	size_t arch = 0;

	if (yaml_fields(r, node, "machine", f, NR_FIELDS) ||
	    (f[F_ARCH].value &&
	     yaml_choice(r, f[F_ARCH].value, "arch", arches, &arch)))
		return -1;
	m->arch = arch ? ARCH_X86_64 : ARCH_POWERPC;

	if (read_page_size(r, f[F_PAGE_SIZE].value, m) ||
	    read_limits(r, f, m) ||
	    read_region(r, &f[F_CRASHKERNEL], &m->crashk_start,
			&m->crashk_size) ||
	    (f[F_BLOCK_SIZE].value &&
	     read_block_size(r, f[F_BLOCK_SIZE].value, m)))
		return -1;
	return arch ? read_x86_64(r, node, f, m) : read_powerpc(r, node, f, m);
}
