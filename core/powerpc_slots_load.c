// SPDX-License-Identifier: GPL-2.0-only
/*
 * powerpc: a second slot for an image that kexec_file_load(2) is loading.
 * Purgatory of a kexec_load(2) image is user space's own: it has one slot.
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "crash_fdt.h"
#include "powerpc_slots.h"

/* --- where an FDT names the header ---------------------------------------------- */

static int find_reservation(struct fdt_slots *fs, const void *fdt,
			    const phys_addr_t *mem)
{
	struct fdt_patch *patch = &fs->patch[FDT_PATCH_RESERVATION];
	u64 address, size;
	int i;

	for (i = 0; !fdt_get_mem_rsv(fdt, i, &address, &size); i++) {
		if (address != mem[0])
			continue;
		patch->at = fdt_off_mem_rsvmap(fdt) +
			    i * sizeof(struct fdt_reserve_entry);
		patch->len = sizeof(u64);
		put_unaligned_be64(mem[0], patch->bytes[0]);
		put_unaligned_be64(mem[1], patch->bytes[1]);
		return 0;
	}
	return -ENOENT;
}

/* @patch is at @ptr, in a node that is behind /cpus or before it */
static void set_place(struct fdt_patch *patch, const void *fdt, const void *ptr,
		      bool back)
{
	u32 at = ptr - fdt - fdt_off_dt_struct(fdt);

	patch->in_struct = true;
	patch->back = back;
	patch->at = back ? fdt_size_dt_struct(fdt) - at : at;
}

/* the kernel need not have set it: the command line counts more */
static void find_elfcorehdr(struct fdt_slots *fs, const void *fdt, int chosen,
			    bool back, const phys_addr_t *mem)
{
	struct fdt_patch *patch = &fs->patch[FDT_PATCH_ELFCOREHDR];
	const int cells = fdt_address_cells(fdt, 0);
	const void *prop;
	int i, len;

	prop = fdt_getprop(fdt, chosen, "linux,elfcorehdr", &len);
	if (!prop || cells < 1 || cells > 2)
		return;
	set_place(patch, fdt, prop, back);
	patch->len = cells * sizeof(u32);
	for (i = 0; i < CRASH_NR_SLOTS; i++) {
		if (cells == 2)
			put_unaligned_be64(mem[i], patch->bytes[i]);
		else
			put_unaligned_be32(mem[i], patch->bytes[i]);
	}
}

static int find_bootargs(struct fdt_slots *fs, const void *fdt, int chosen,
			 bool back)
{
	struct fdt_patch *patch = &fs->patch[FDT_PATCH_BOOTARGS];
	const char *args;
	int len;

	args = fdt_getprop(fdt, chosen, "bootargs", &len);
	if (!args)
		return -ENOENT;
	len = crash_slots_digits(&fs->slots, args, len, patch->bytes);
	if (len < 0)
		return len;
	patch->len = len;
	set_place(patch, fdt, args + CRASH_SLOT_PARAM_LEN, back);
	return 0;
}

static int find_patches(struct fdt_slots *fs, const void *fdt)
{
	const phys_addr_t *mem = fs->slots.part[CRASH_HP_ELFCOREHDR].mem;
	int chosen = fdt_path_offset(fdt, "/chosen");
	int cpus = fdt_path_offset(fdt, "/cpus");
	bool back = chosen > cpus;
	int ret;

	if (chosen < 0 || cpus < 0)
		return -ENOENT;
	ret = find_reservation(fs, fdt, mem);
	if (ret)
		return ret;
	find_elfcorehdr(fs, fdt, chosen, back, mem);
	return find_bootargs(fs, fdt, chosen, back);
}

/* --- loading ------------------------------------------------------------------- */

/* as large as @segment, which slot 0 has */
static int add_spare(struct crash_slot_part *part, struct kexec_buf *kbuf,
		     const struct kexec_segment *segment)
{
	int ret;

	/* crash_slots_start() fills in what is not the same */
	kbuf->buffer = segment->kbuf;
	kbuf->bufsz = segment->bufsz;
	kbuf->memsz = segment->memsz;
	kbuf->mem = KEXEC_BUF_MEM_UNKNOWN;
	ret = kexec_add_buffer(kbuf);
	if (ret)
		return ret;
	part->mem[0] = segment->mem;
	part->mem[1] = kbuf->mem;
	part->memsz = segment->memsz;
	return 0;
}

static int add_spares(struct fdt_slots *fs, struct kimage *image,
		      struct kexec_buf *kbuf)
{
	const struct kexec_segment *fdt = &image->segment[image->nr_segments - 1];
	struct crash_slot_part *part = fs->slots.part;
	int ret;

	if (image->elfcorehdr_index < 0)
		return -ENOENT;
	kbuf->top_down = false;
	ret = add_spare(&part[CRASH_HP_ELFCOREHDR], kbuf,
			&image->segment[image->elfcorehdr_index]);
	kbuf->top_down = true;
	return ret ? ret : add_spare(&part[CRASH_HP_FDT], kbuf, fdt);
}

/**
 * crash_hp_load_slots() - reserve a second slot for what changes
 * @image: the crash image being loaded; its FDT is the last segment
 * @kbuf: limits and alignment for places; its other fields are changed
 * @fdt: the FDT that is loaded
 *
 * Takes as much memory once more as elfcorehdr and FDT have. An image without a
 * second slot is as good as it always was: hidden while it is updated. So
 * nothing that goes wrong here fails the load.
 */
void crash_hp_load_slots(struct kimage *image, struct kexec_buf *kbuf,
			 const void *fdt)
{
	const unsigned long nr_segments = image->nr_segments;
	struct fdt_slots *fs = kzalloc(sizeof(*fs), GFP_KERNEL);
	int ret = -ENOMEM;

	if (fs)
		ret = add_spares(fs, image, kbuf);
	if (!ret)
		ret = find_patches(fs, fdt);
	if (!ret)
		ret = crash_slots_select(&fs->slots, image, "dt_offset", 0,
					 fs->slots.part[CRASH_HP_FDT].mem);
	if (ret)
		image->nr_segments = nr_segments;
	crash_slots_install(image, fs ? &fs->slots : NULL, ret);
}
