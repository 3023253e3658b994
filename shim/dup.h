/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Drawer 1 of 3: facts that the kernel defines and that must be the same
 * here. Each group names the file it follows (Linux 6.12). Declarations
 * only; nothing in here does anything.
 */
#ifndef SHIM_DUP_H
#define SHIM_DUP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#if __STDC_HOSTED__
#include <limits.h>
#include <stdint.h>
#endif

/* include/linux/compiler_types.h, include/linux/compiler_attributes.h */
#ifdef __CHECKER__
#define __bitwise __attribute__((bitwise))
#define __force __attribute__((force))
#define __user __attribute__((noderef, address_space(__user)))
#define __percpu __attribute__((noderef, address_space(__percpu)))
#else
#define __bitwise
#define __force
#define __user
#define __percpu
#endif
#define __printf(a, b) __attribute__((__format__(printf, a, b)))
#define __must_check __attribute__((__warn_unused_result__))
#define __always_unused __attribute__((__unused__))
#define __packed __attribute__((__packed__))
#define fallthrough __attribute__((__fallthrough__))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/* include/kunit/visibility.h: what the KUnit suite may call */
#define VISIBLE_IF_KUNIT

/* include/linux/types.h, include/uapi/asm-generic/int-ll64.h */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;
typedef u16 __bitwise __be16;
typedef u32 __bitwise __be32;
typedef u64 __bitwise __be64;
typedef u64 phys_addr_t;
typedef phys_addr_t resource_size_t;
typedef unsigned int gfp_t;
typedef u32 phandle;

#if !__STDC_HOSTED__
typedef u8 uint8_t;
typedef u16 uint16_t;
typedef u32 uint32_t;
typedef u64 uint64_t;
typedef s32 int32_t;
typedef unsigned long uintptr_t;
#define SIZE_MAX ((size_t)~0UL)
#endif

/* include/uapi/asm-generic/errno-base.h, errno.h */
#ifndef ENOMEM
#define EPERM 1
#define ENOENT 2
#define EIO 5
#define E2BIG 7
#define EAGAIN 11
#define ENOMEM 12
#define EFAULT 14
#define EBUSY 16
#define EEXIST 17
#define ENODEV 19
#define EINVAL 22
#define EFBIG 27
#define ENOSPC 28
#define ERANGE 34
#define ENODATA 61
#define EOVERFLOW 75
#define EADDRNOTAVAIL 99
#endif

/* include/linux/err.h */
#define MAX_ERRNO 4095
static inline void *ERR_PTR(long error)
{
	return (void *)error;
}

static inline long PTR_ERR(const void *ptr)
{
	return (long)ptr;
}

static inline bool IS_ERR(const void *ptr)
{
	return (unsigned long)ptr >= (unsigned long)-MAX_ERRNO;
}

/* include/linux/minmax.h, align.h, array_size.h, build_bug.h, math.h */
#define min(a, b) ({ __auto_type _a = (a); __auto_type _b = (b); \
		     _a < _b ? _a : _b; })
#define max(a, b) ({ __auto_type _a = (a); __auto_type _b = (b); \
		     _a > _b ? _a : _b; })
#define min_t(type, a, b) min((type)(a), (type)(b))
#define max_t(type, a, b) max((type)(a), (type)(b))
#define swap(a, b) do { __typeof__(a) _t = (a); (a) = (b); (b) = _t; } while (0)
#define ALIGN(x, a) (((x) + ((__typeof__(x))(a) - 1)) & \
		     ~((__typeof__(x))(a) - 1))
#define ALIGN_DOWN(x, a) ((x) & ~((__typeof__(x))(a) - 1))
#define IS_ALIGNED(x, a) (((x) & ((__typeof__(x))(a) - 1)) == 0)
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define ARRAY_SIZE(arr) (sizeof(arr) / sizeof((arr)[0]))
#define BUILD_BUG_ON(cond) _Static_assert(!(cond), #cond)
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

/* include/linux/overflow.h */
#define check_add_overflow(a, b, d) __builtin_add_overflow(a, b, d)
#define check_sub_overflow(a, b, d) __builtin_sub_overflow(a, b, d)
#define check_mul_overflow(a, b, d) __builtin_mul_overflow(a, b, d)

static inline size_t size_mul(size_t a, size_t b)
{
	size_t r;

	return check_mul_overflow(a, b, &r) ? SIZE_MAX : r;
}

static inline size_t size_add(size_t a, size_t b)
{
	size_t r;

	return check_add_overflow(a, b, &r) ? SIZE_MAX : r;
}

#define array_size(n, size) size_mul(n, size)
#define struct_size(p, member, count) \
	size_add(sizeof(*(p)), size_mul(count, sizeof((p)->member[0])))
/* include/vdso/limits.h, include/linux/limits.h */
#ifndef INT_MAX
#define INT_MAX ((int)(~0U >> 1))
#define UINT_MAX (~0U)
#define ULONG_MAX (~0UL)
#endif
#define U64_MAX ((u64)~0ULL)
#define U32_MAX ((u32)~0U)

/* include/linux/string.h: the compiler may call the first four by itself */
void *memcpy(void *dest, const void *src, size_t n);
void *memmove(void *dest, const void *src, size_t n);
void *memset(void *s, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int c, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t n);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strstr(const char *haystack, const char *needle);
char *strchr(const char *s, int c);
int snprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);

/* include/linux/sort.h */
typedef int (*cmp_func_t)(const void *a, const void *b);
typedef void (*swap_func_t)(void *a, void *b, int size);

/* include/linux/byteorder/generic.h; fields that may sit unaligned in a
 * flattened tree go through get_unaligned_*() (include/linux/unaligned.h)
 */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define cpu_to_be16(x) ((__force __be16)__builtin_bswap16(x))
#define cpu_to_be32(x) ((__force __be32)__builtin_bswap32(x))
#define cpu_to_be64(x) ((__force __be64)__builtin_bswap64(x))
#define be16_to_cpu(x) __builtin_bswap16((__force u16)(x))
#define be32_to_cpu(x) __builtin_bswap32((__force u32)(x))
#define be64_to_cpu(x) ((u64)__builtin_bswap64((__force u64)(x)))
#else
#define cpu_to_be16(x) ((__force __be16)(u16)(x))
#define cpu_to_be32(x) ((__force __be32)(u32)(x))
#define cpu_to_be64(x) ((__force __be64)(u64)(x))
#define be16_to_cpu(x) ((__force u16)(x))
#define be32_to_cpu(x) ((__force u32)(x))
#define be64_to_cpu(x) ((__force u64)(x))
#endif

static inline u32 be32_to_cpup(const __be32 *p)
{
	return be32_to_cpu(*p);
}

static inline u64 be64_to_cpup(const __be64 *p)
{
	return be64_to_cpu(*p);
}

#define get_unaligned(ptr) __extension__ ({ \
	struct { __typeof__(*(ptr)) x; } __attribute__((__packed__, __may_alias__)) const *pptr_ = \
		(const void *)(ptr); \
	pptr_->x; \
})

static inline u32 get_unaligned_be32(const void *p)
{
	const u8 *b = p;

	return (u32)b[0] << 24 | (u32)b[1] << 16 | (u32)b[2] << 8 | b[3];
}

static inline u64 get_unaligned_be64(const void *p)
{
	return (u64)get_unaligned_be32(p) << 32 |
	       get_unaligned_be32((const u8 *)p + 4);
}

static inline void put_unaligned_be32(u32 val, void *p)
{
	__be32 be = cpu_to_be32(val);

	memcpy(p, &be, sizeof(be));
}

static inline void put_unaligned_be64(u64 val, void *p)
{
	__be64 be = cpu_to_be64(val);

	memcpy(p, &be, sizeof(be));
}

/* include/linux/kconfig.h */
#define __ARG_PLACEHOLDER_1 0,
#define __take_second_arg(__ignored, val, ...) val
#define __or(x, y) ___or(x, y)
#define ___or(x, y) ____or(__ARG_PLACEHOLDER_##x, y)
#define ____or(arg1_or_junk, y) __take_second_arg(arg1_or_junk 1, y)
#define __is_defined(x) ___is_defined(x)
#define ___is_defined(val) ____is_defined(__ARG_PLACEHOLDER_##val)
#define ____is_defined(arg1_or_junk) __take_second_arg(arg1_or_junk 1, 0)
#define IS_ENABLED(option) __is_defined(option)

/* the configuration that crash hotplug needs, kernel/Kconfig.kexec */
#define CONFIG_64BIT 1
#define CONFIG_SMP 1
#define CONFIG_KEXEC 1
#define CONFIG_KEXEC_FILE 1
#define CONFIG_CRASH_DUMP 1
#define CONFIG_CRASH_HOTPLUG 1
#define CONFIG_HOTPLUG_CPU 1
#define CONFIG_MEMORY_HOTPLUG 1

/* include/linux/range.h, include/linux/crash_core.h */
struct range {
	u64 start;	/* first byte */
	u64 end;	/* last byte, inclusive */
};

struct crash_mem {
	unsigned int max_nr_ranges;
	unsigned int nr_ranges;
	struct range ranges[];
};

#define KEXEC_CRASH_HP_NONE 0
#define KEXEC_CRASH_HP_ADD_CPU 1
#define KEXEC_CRASH_HP_REMOVE_CPU 2
#define KEXEC_CRASH_HP_ADD_MEMORY 3
#define KEXEC_CRASH_HP_REMOVE_MEMORY 4
#define KEXEC_CRASH_HP_INVALID_CPU -1U

/* include/linux/ioport.h: start and end are both inside */
struct resource {
	resource_size_t start;
	resource_size_t end;
};

static inline resource_size_t resource_size(const struct resource *res)
{
	return res->end - res->start + 1;
}

/* include/linux/memory.h */
struct memory_notify {
	unsigned long altmap_start_pfn;
	unsigned long altmap_nr_pages;
	unsigned long start_pfn;	/* without the altmap's pages */
	unsigned long nr_pages;
	int status_change_nid_normal;
	int status_change_nid;
};

#define MEM_ONLINE (1 << 0)
#define MEM_GOING_OFFLINE (1 << 1)
#define MEM_OFFLINE (1 << 2)
#define MEM_GOING_ONLINE (1 << 3)
#define MEM_CANCEL_ONLINE (1 << 4)
#define MEM_CANCEL_OFFLINE (1 << 5)

/* include/linux/notifier.h */
struct notifier_block;
typedef int (*notifier_fn_t)(struct notifier_block *nb, unsigned long action,
			     void *data);

struct notifier_block {
	notifier_fn_t notifier_call;
	struct notifier_block *next;
	int priority;		/* the highest comes first */
};

#define NOTIFY_DONE 0x0000
#define NOTIFY_OK 0x0001
#define NOTIFY_STOP_MASK 0x8000

/* include/uapi/linux/elf.h */
typedef struct elf64_hdr {
	unsigned char e_ident[16];
	u16 e_type;
	u16 e_machine;
	u32 e_version;
	u64 e_entry;
	u64 e_phoff;
	u64 e_shoff;
	u32 e_flags;
	u16 e_ehsize;
	u16 e_phentsize;
	u16 e_phnum;
	u16 e_shentsize;
	u16 e_shnum;
	u16 e_shstrndx;
} Elf64_Ehdr;

typedef struct elf64_phdr {
	u32 p_type;
	u32 p_flags;
	u64 p_offset;
	u64 p_vaddr;
	u64 p_paddr;
	u64 p_filesz;
	u64 p_memsz;
	u64 p_align;
} Elf64_Phdr;

#define ELFMAG "\177ELF"
#define SELFMAG 4
#define EI_CLASS 4
#define EI_DATA 5
#define EI_VERSION 6
#define EI_OSABI 7
#define ELFCLASS64 2
#define ELFDATA2LSB 1
#define ELFDATA2MSB 2
#define EV_CURRENT 1
#define ELFOSABI_NONE 0
#define ET_CORE 4
#define EM_PPC64 21
#define EM_X86_64 62
#define PT_LOAD 1
#define PT_NOTE 4
#define PF_X 1
#define PF_W 2
#define PF_R 4
#define PN_XNUM 0xffff

/* include/asm/elf.h of each architecture, and the size of a CPU's crash
 * note buffer: note header, "CORE", prstatus, empty end note
 */
#define ELF_OSABI ELFOSABI_NONE
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ELF_DATA ELFDATA2LSB
#else
#define ELF_DATA ELFDATA2MSB
#endif
#ifdef CRASH_HP_ARCH_POWERPC
#define CONFIG_PPC64 1
#define CONFIG_PPC_PSERIES 1
#define CONFIG_OF_DYNAMIC 1
#define COMMAND_LINE_SIZE 2048	/* include/uapi/asm/setup.h */
#define ELF_ARCH EM_PPC64
#define CRASH_CORE_NOTE_BYTES 536
#define PAGE_OFFSET 0xc000000000000000UL
#endif
#ifdef CRASH_HP_ARCH_X86_64
#define CONFIG_X86_64 1
#define ELF_ARCH EM_X86_64
#define CRASH_CORE_NOTE_BYTES 368
#endif
#ifdef CRASH_CORE_NOTE_BYTES
typedef u32 note_buf_t[CRASH_CORE_NOTE_BYTES / 4];
#endif

/* include/linux/vmcore_info.h: two note headers, "VMCOREINFO", one page */
#define VMCOREINFO_NOTE_SIZE (2 * 12 + 12 + PAGE_SIZE)

/* include/linux/kexec.h, include/uapi/linux/kexec.h */
#define KEXEC_ON_CRASH 0x00000001
#define KEXEC_PRESERVE_CONTEXT 0x00000002
#define KEXEC_UPDATE_ELFCOREHDR 0x00000004
#define KEXEC_CRASH_HOTPLUG_SUPPORT 0x00000008
#define KEXEC_ARCH_MASK 0xffff0000
#define KEXEC_ARCH_PPC64 (21 << 16)
#define KEXEC_ARCH_X86_64 (62 << 16)
#define KEXEC_SEGMENT_MAX 16
#define KEXEC_TYPE_DEFAULT 0
#define KEXEC_TYPE_CRASH 1
#define KEXEC_BUF_MEM_UNKNOWN 0
#define ELF_CORE_HEADER_ALIGN 4096

struct kexec_segment {
	union {
		void __user *buf;
		void *kbuf;
	};
	size_t bufsz;
	unsigned long mem;
	size_t memsz;
};

/*
 * Each architecture has its own kimage_arch (arch/<arch>/include/asm/kexec.h);
 * one process holds several here, so their fields stand side by side. No kernel
 * has the first three yet: they come with core.
 */
struct kimage_arch {
	struct crash_watch *crash_watch;
	struct crash_fdt_watch *crash_fdt;
	struct crash_slots *crash_slots;
	struct crash_mem *exclude_ranges;
	unsigned long backup_start;
	void *backup_buf;
	void *fdt;
};

struct kimage {
	unsigned long start;
	unsigned long nr_segments;
	struct kexec_segment segment[KEXEC_SEGMENT_MAX];
	unsigned int type : 1;
	unsigned int preserve_context : 1;
	unsigned int file_mode : 1;
	unsigned int hotplug_support : 1;
	struct kimage_arch arch;
	int hp_action;
	int elfcorehdr_index;
	bool elfcorehdr_updated;
	void *elf_headers;
	unsigned long elf_headers_sz;
	unsigned long elf_load_addr;
};

struct kexec_buf {
	struct kimage *image;
	void *buffer;
	unsigned long bufsz;
	unsigned long mem;
	unsigned long memsz;
	unsigned long buf_align;
	unsigned long buf_min;
	unsigned long buf_max;
	bool top_down;
};

/* arch/x86/include/asm/kexec.h: what purgatory hands to the capture kernel */
struct kexec_entry64_regs {
	u64 rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi;
	u64 r8, r9, r10, r11, r12, r13, r14, r15;
	u64 rip;
};

/*
 * arch/x86/include/uapi/asm/bootparam.h, setup_data.h: of the page that a boot
 * loader hands to the kernel, only what names the command line and lists memory
 * (Documentation/arch/x86/zero-page.rst)
 */
#define E820_MAX_ENTRIES_ZEROPAGE 128

struct setup_header {
	u8 setup_sects_to_setup_data[0x37];
	u32 cmd_line_ptr;
} __packed;

struct boot_e820_entry {
	u64 addr;
	u64 size;
	u32 type;
} __packed;

struct boot_params {
	u8 screen_info_to_ext_ramdisk[0xc8];
	u32 ext_cmd_line_ptr;
	u8 pad_to_alt_mem[0x1e8 - 0xcc];
	u8 e820_entries;
	u8 eddbuf_to_pad6[0x1f1 - 0x1e9];
	struct setup_header hdr;
	u8 ramdisk_max_to_pad8[0x2d0 - 0x22c];
	struct boot_e820_entry e820_table[E820_MAX_ENTRIES_ZEROPAGE];
	u8 pad8_and_eddbuf[0x1000 - 0xcd0];
} __packed;

/* arch/powerpc/include/asm/crashdump-ppc64.h */
#define BACKUP_SRC_START 0
#define BACKUP_SRC_END 0xffff
#define BACKUP_SRC_SIZE (BACKUP_SRC_END - BACKUP_SRC_START + 1)

/* arch/powerpc/include/asm/drmem.h */
struct drmem_lmb {
	u64 base_addr;
	u32 drc_index;
	u32 aa_index;
	u32 flags;
};

#define DRCONF_MEM_ASSIGNED 0x00000008
#define DRCONF_MEM_AI_INVALID 0x00000040
#define DRCONF_MEM_RESERVED 0x00000080

/* include/linux/of.h */
struct property {
	char *name;
	int length;	/* bytes in value */
	void *value;
	struct property *next;
};

struct device_node {
	const char *name;
	phandle phandle;
	const char *full_name;	/* "PowerPC,POWER9@8": last path component */
	struct property *properties;
	struct device_node *parent;
	struct device_node *child;
	struct device_node *sibling;
	int refcount;		/* of the reference that callers hold */
};

#define OF_RECONFIG_ATTACH_NODE 0x0001
#define OF_RECONFIG_DETACH_NODE 0x0002
#define OF_RECONFIG_ADD_PROPERTY 0x0003
#define OF_RECONFIG_REMOVE_PROPERTY 0x0004
#define OF_RECONFIG_UPDATE_PROPERTY 0x0005

struct of_reconfig_data {
	struct device_node *dn;
	struct property *prop;
	struct property *old_prop;
};

#define OF_ROOT_NODE_ADDR_CELLS_DEFAULT 1
#define OF_ROOT_NODE_SIZE_CELLS_DEFAULT 1

static inline u64 of_read_number(const __be32 *cell, int size)
{
	u64 r = 0;

	for (; size--; cell++)
		r = (r << 32) | be32_to_cpu(*cell);
	return r;
}

/* include/linux/io.h */
#define MEMREMAP_WB 1UL

#endif /* SHIM_DUP_H */
