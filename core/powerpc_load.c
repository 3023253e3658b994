// SPDX-License-Identifier: GPL-2.0-only
/*
 * powerpc: the segments that describe the machine, at kexec_file_load(2).
 */
#define pr_fmt(fmt) "crash hp: " fmt

#include "crash_fdt.h"
#include "crash_hp.h"
#include "elfcorehdr.h"
#include "powerpc.h"
#include "slots.h"

/* place for the first 64 KiB; purgatory fills it at the crash */
static int load_backup_segment(struct kimage *image, struct kexec_buf *kbuf)
{
	void *buf = vzalloc(BACKUP_SRC_SIZE);
	int ret;

	if (!buf)
		return -ENOMEM;

	kbuf->buffer = buf;
	kbuf->bufsz = BACKUP_SRC_SIZE;
	kbuf->memsz = BACKUP_SRC_SIZE;
	kbuf->mem = KEXEC_BUF_MEM_UNKNOWN;
	kbuf->top_down = false;
	ret = kexec_add_buffer(kbuf);
	if (ret) {
		vfree(buf);
		return ret;
	}
	image->arch.backup_buf = buf;
	image->arch.backup_start = kbuf->mem;
	return 0;
}

static int load_elfcorehdr_segment(struct kimage *image, struct kexec_buf *kbuf)
{
	int ret;

	ret = elfcorehdr_make(false, kbuf);
	if (ret)
		return ret;
	set_backup_offset(image, kbuf->buffer, kbuf->bufsz);

	ret = elfcorehdr_add_segment(image, kbuf);
	if (ret) {
		kvfree(kbuf->buffer);
		return ret;
	}
	/* known from here on: left out of the digest, and never searched for */
	image->elfcorehdr_index = image->nr_segments - 1;
	return 0;
}

/**
 * load_crashdump_segments_ppc64() - add the backup and elfcorehdr segments
 * @image: the image being loaded
 * @kbuf: limits and alignment for placing them; its other fields are changed
 *
 * Return: 0 or a negative errno. What was added is freed by
 * crash_hp_load_cleanup().
 */
int load_crashdump_segments_ppc64(struct kimage *image, struct kexec_buf *kbuf)
{
	int ret;

	ret = load_backup_segment(image, kbuf);
	if (ret) {
		pr_err("cannot load the backup segment (error %d)\n", ret);
		return ret;
	}
	ret = load_elfcorehdr_segment(image, kbuf);
	if (ret)
		pr_err("cannot load the elfcorehdr segment (error %d)\n", ret);
	return ret;
}

/* early boot cuts a longer one off without a word */
static int check_cmdline(const char *cmdline)
{
	const size_t len = strlen(cmdline);

	if (len < COMMAND_LINE_SIZE)
		return 0;
	pr_err("the command line has %zu characters with elfcorehdr=, the limit is %u\n",
	       len, COMMAND_LINE_SIZE - 1);
	return -EINVAL;
}

/**
 * crash_fdt_load() - make the capture kernel's device tree
 * @image: the image being loaded, its backup and elfcorehdr in place
 * @initrd_load_addr: physical address of the initrd, 0 without one
 * @initrd_len: its bytes
 * @cmdline: command line that user space gave, or NULL
 *
 * Return: the tree, from kvmalloc(), with room for later events inside its
 * totalsize; image->arch.fdt keeps it for the cleanup. Or an ERR_PTR().
 */
void *crash_fdt_load(struct kimage *image, unsigned long initrd_load_addr,
		     unsigned long initrd_len, const char *cmdline)
{
	struct crash_mem *usable = NULL, *reserved = NULL;
	struct crash_fdt_load load = {
		.initrd_addr = initrd_load_addr,
		.initrd_len = initrd_len,
		.elfcorehdr_addr = image->elf_load_addr,
		.elfcorehdr_size = image->elf_headers_sz,
		.backup_addr = image->arch.backup_start,
	};
	char *modified_cmdline;
	void *fdt;
	int ret;

	modified_cmdline = kasprintf(GFP_KERNEL, "elfcorehdr=0x%lx %s",
				     image->elf_load_addr,
				     cmdline ? cmdline : "");
	if (!modified_cmdline)
		return ERR_PTR(-ENOMEM);

	ret = check_cmdline(modified_cmdline);
	if (!ret)
		ret = get_usable_memory_ranges(&usable);
	if (!ret)
		ret = get_crash_reserved_ranges(&reserved);
	if (ret) {
		fdt = ERR_PTR(ret);
		goto out;
	}
	load.cmdline = modified_cmdline;
	load.usable = usable;
	load.reserved = reserved;
	fdt = crash_fdt_create(&load);
	if (!IS_ERR(fdt))
		image->arch.fdt = fdt;
out:
	kvfree(reserved);
	kvfree(usable);
	kfree(modified_cmdline);
	return fdt;
}

/**
 * crash_hp_load_cleanup() - free what loading needed
 * @image: the image, of any kind, loaded or given up
 */
void crash_hp_load_cleanup(struct kimage *image)
{
	kvfree(image->arch.exclude_ranges);
	image->arch.exclude_ranges = NULL;
	vfree(image->arch.backup_buf);
	image->arch.backup_buf = NULL;
	kvfree(image->arch.fdt);
	image->arch.fdt = NULL;
	crash_slots_loaded(image);
	kvfree(image->elf_headers);
	image->elf_headers = NULL;
}
