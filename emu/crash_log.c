// SPDX-License-Identifier: GPL-2.0-only
/*
 * init_uts_ns, and the log as kernel/printk/printk_ringbuffer.h has it (6.12): a
 * ring of descriptors, one of what is known of each line, one of text. vmcoreinfo
 * says where the members are, so that readers need no debug information.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "crash_kernel.h"

/* struct new_utsname: six texts */
#define UTS_TEXT 65
#define UTS_SIZE (6 * UTS_TEXT)

struct desc {
	uint64_t state;
	uint64_t begin;
	uint64_t next;
};

struct info {
	uint64_t seq;
	uint64_t ts_nsec;
	uint16_t text_len;
	uint8_t facility;
	uint8_t flags_level;
	uint32_t caller_id;
	uint8_t dev_info[64];
};

struct ring {
	uint32_t count_bits;
	uint64_t descs;
	uint64_t infos;
	uint64_t head_id;
	uint64_t tail_id;
	uint64_t last_seq;
	uint32_t size_bits;
	uint64_t data;
	uint64_t head_lpos;
	uint64_t tail_lpos;
	uint64_t fail;
};

/* committed, and nothing will change it: the upper two bits */
#define DESC_FINALIZED (2ULL << 62)

#define COUNT_BITS 6
#define SIZE_BITS 14

_Static_assert(1 << COUNT_BITS == CRASH_LOG_LINES, "a descriptor for each");

static void put_uts(struct crash_kernel *k, const char *release,
		    const char *machine)
{
	const char *const texts[] = { "Linux", "(none)", release, "#1 SMP",
				      machine, "(none)" };
	uint64_t virt;
	char *at = (char *)crash_kernel_room(k, UTS_SIZE, 8, &virt);

	if (!at)
		return;
	for (size_t i = 0; i < 6; i++)
		snprintf(at + i * UTS_TEXT, UTS_TEXT, "%s", texts[i]);
	crash_kernel_info(k, "SYMBOL(init_uts_ns)=%" PRIx64 "\n", virt);
	crash_kernel_info(k, "OFFSET(uts_namespace.name)=0\n");
}

#define MEMBER(structure, name, member, field) \
	crash_kernel_info(k, "OFFSET(%s.%s)=%zu\n", structure, name, \
			  offsetof(member, field))

static void describe_ring(struct crash_kernel *k, uint64_t prb)
{
	crash_kernel_info(k, "SYMBOL(prb)=%" PRIx64 "\n", prb);
	crash_kernel_info(k, "SIZE(printk_ringbuffer)=%zu\n", sizeof(struct ring));
	MEMBER("printk_ringbuffer", "desc_ring", struct ring, count_bits);
	MEMBER("printk_ringbuffer", "text_data_ring", struct ring, size_bits);
	MEMBER("printk_ringbuffer", "fail", struct ring, fail);
	crash_kernel_info(k, "SIZE(prb_desc_ring)=%zu\n",
			  offsetof(struct ring, size_bits));
	MEMBER("prb_desc_ring", "count_bits", struct ring, count_bits);
	MEMBER("prb_desc_ring", "descs", struct ring, descs);
	MEMBER("prb_desc_ring", "infos", struct ring, infos);
	MEMBER("prb_desc_ring", "head_id", struct ring, head_id);
	MEMBER("prb_desc_ring", "tail_id", struct ring, tail_id);
	crash_kernel_info(k, "SIZE(prb_desc)=%zu\n", sizeof(struct desc));
	MEMBER("prb_desc", "state_var", struct desc, state);
	MEMBER("prb_desc", "text_blk_lpos", struct desc, begin);
	crash_kernel_info(k, "SIZE(prb_data_blk_lpos)=16\n"
			     "OFFSET(prb_data_blk_lpos.begin)=0\n"
			     "OFFSET(prb_data_blk_lpos.next)=8\n");
	crash_kernel_info(k, "SIZE(printk_info)=%zu\n", sizeof(struct info));
	MEMBER("printk_info", "seq", struct info, seq);
	MEMBER("printk_info", "ts_nsec", struct info, ts_nsec);
	MEMBER("printk_info", "text_len", struct info, text_len);
	MEMBER("printk_info", "caller_id", struct info, caller_id);
	MEMBER("printk_info", "dev_info", struct info, dev_info);
	crash_kernel_info(k, "SIZE(prb_data_ring)=32\n"
			     "OFFSET(prb_data_ring.size_bits)=0\n"
			     "OFFSET(prb_data_ring.data)=8\n"
			     "OFFSET(prb_data_ring.head_lpos)=16\n"
			     "OFFSET(prb_data_ring.tail_lpos)=24\n"
			     "SIZE(atomic_long_t)=8\n"
			     "OFFSET(atomic_long_t.counter)=0\n");
}

/* "<4>text": the level, as the kernel keeps it apart */
static const char *split_level(const char *line, unsigned int *level)
{
	*level = 6;
	if (line[0] != '<' || line[1] < '0' || line[1] > '7' || line[2] != '>')
		return line;
	*level = line[1] - '0';
	return line + 3;
}

/* a block of text is the number of its descriptor, then the line */
static bool put_line(struct ring *ring, uint64_t id, const char *line,
		     struct desc *desc, struct info *info, uint8_t *data)
{
	const uint64_t begin = ring->head_lpos;
	unsigned int level;
	size_t len;

	line = split_level(line, &level);
	len = strlen(line);
	if (len > UINT16_MAX || begin + sizeof(id) + len + 8 > 1 << SIZE_BITS)
		return false;
	memcpy(data + begin, &id, sizeof(id));
	memcpy(data + begin + sizeof(id), line, len);
	ring->head_lpos = (begin + sizeof(id) + len + 7) & ~7ULL;
	*desc = (struct desc){ id | DESC_FINALIZED, begin, ring->head_lpos };
	*info = (struct info){
		.seq = id,
		.text_len = len,
		.flags_level = level << 5,
	};
	ring->head_id = id;
	return true;
}

void crash_kernel_log(struct crash_kernel *k, const char *release,
		      const char *machine, const char *const *lines, size_t nr)
{
	struct ring ring = { .count_bits = COUNT_BITS, .size_bits = SIZE_BITS };
	uint64_t virt, prb;
	struct desc *descs;
	struct info *infos;
	uint8_t *data, *at, *pointer;

	put_uts(k, release, machine);
	descs = (void *)crash_kernel_room(k, sizeof(*descs) << COUNT_BITS, 8,
					  &ring.descs);
	infos = (void *)crash_kernel_room(k, sizeof(*infos) << COUNT_BITS, 8,
					  &ring.infos);
	data = crash_kernel_room(k, 1 << SIZE_BITS, 8, &ring.data);
	at = crash_kernel_room(k, sizeof(ring), 8, &virt);
	pointer = crash_kernel_room(k, sizeof(virt), 8, &prb);
	if (!descs || !infos || !data || !at || !pointer)
		return;
	for (size_t i = 0; i < nr && i < CRASH_LOG_LINES; i++)
		if (!put_line(&ring, i, lines[i], &descs[i], &infos[i], data))
			break;
	memcpy(at, &ring, sizeof(ring));
	memcpy(pointer, &virt, sizeof(virt));
	describe_ring(k, prb);
}
