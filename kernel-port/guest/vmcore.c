// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the capture kernel got: its CPUs, the program headers of /proc/vmcore,
 * whose notes there are, and whether the memory can be read.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"

/* as the reports of earlier captures have it, so that the same scripts read both */
#define UP	"CAPTURE-KERNEL-UP"
#define DONE	"CAPTURE-KERNEL-DONE"
#define NOTES_MAX (1 << 20)

static char notes[NOTES_MAX];

static void print_file(const char *what, const char *path)
{
	char line[512] = "";
	FILE *f = fopen(path, "r");

	if (f && fgets(line, sizeof(line), f))
		line[strcspn(line, "\n")] = '\0';
	if (f)
		fclose(f);
	printf("%s%s", what, line);
}

static void print_cpus(void)
{
	print_file("CAP cmdline: ", "/proc/cmdline");
	print_file("\nCAP online: ", "/sys/devices/system/cpu/online");
	print_file(" present: ", "/sys/devices/system/cpu/present");
	print_file(" possible: ", "/sys/devices/system/cpu/possible");
	putchar('\n');
}

static void print_note(const Elf64_Nhdr *note, size_t at, const char *name,
		       const unsigned char *desc)
{
	uint32_t pid = 0;

	printf("CAP   note off=0x%zx name=%s type=%u descsz=%u", at, name,
	       note->n_type, note->n_descsz);
	/* struct elf_prstatus: pr_pid, as include/linux/elfcore.h lays it out */
	if (note->n_type == NT_PRSTATUS && note->n_descsz >= 36) {
		memcpy(&pid, desc + 32, sizeof(pid));
		printf(" pr_pid=%u", pid);
	}
	putchar('\n');
}

static void print_notes(int fd, const Elf64_Phdr *phdr)
{
	size_t size = phdr->p_filesz < NOTES_MAX ? phdr->p_filesz : NOTES_MAX;
	ssize_t got = pread(fd, notes, size, (off_t)phdr->p_offset);
	size_t at = 0;

	while (got > 0 && at + sizeof(Elf64_Nhdr) <= (size_t)got) {
		const Elf64_Nhdr *note = (const void *)(notes + at);
		size_t name = at + sizeof(*note);
		size_t desc = name + ((note->n_namesz + 3) & ~(size_t)3);
		size_t end = desc + ((note->n_descsz + 3) & ~(size_t)3);

		if (!note->n_namesz || end > (size_t)got || end <= at ||
		    notes[name + note->n_namesz - 1])
			break;
		print_note(note, at, notes + name, (unsigned char *)notes + desc);
		at = end;
	}
}

/* " @+0x8000:16": so many bytes could be read there, or minus the errno */
static void try_read(int fd, const Elf64_Phdr *phdr, uint64_t offset, size_t size)
{
	char bytes[16];
	ssize_t got = pread(fd, bytes, size, (off_t)(phdr->p_offset + offset));

	if (size == 1)
		printf(" last:%d", got < 0 ? -errno : (int)got);
	else
		printf(" @+0x%" PRIx64 ":%d", offset, got < 0 ? -errno : (int)got);
}

static void print_phdr(int fd, unsigned int i, const Elf64_Phdr *phdr)
{
	printf("CAP phdr[%u] type=%u off=0x%" PRIx64 " vaddr=0x%" PRIx64
	       " paddr=0x%" PRIx64 " filesz=0x%" PRIx64 " memsz=0x%" PRIx64,
	       i, phdr->p_type, (uint64_t)phdr->p_offset,
	       (uint64_t)phdr->p_vaddr, (uint64_t)phdr->p_paddr,
	       (uint64_t)phdr->p_filesz, (uint64_t)phdr->p_memsz);
	if (phdr->p_type == PT_LOAD && phdr->p_filesz >= 16) {
		try_read(fd, phdr, 0, 16);
		try_read(fd, phdr, phdr->p_filesz / 2, 16);
		try_read(fd, phdr, phdr->p_filesz - 16, 16);
	}
	if (phdr->p_type == PT_LOAD && phdr->p_filesz)
		try_read(fd, phdr, phdr->p_filesz - 1, 1);
	putchar('\n');
	if (phdr->p_type == PT_NOTE)
		print_notes(fd, phdr);
}

static void print_vmcore(int fd)
{
	struct stat st = { 0 };
	Elf64_Ehdr ehdr;
	Elf64_Phdr phdr;

	fstat(fd, &st);
	printf("CAP vmcore size=0x%" PRIx64 "\n", (uint64_t)st.st_size);
	if (pread(fd, &ehdr, sizeof(ehdr), 0) != sizeof(ehdr)) {
		printf("CAP vmcore has no header: %s\n", strerror(errno));
		return;
	}
	printf("CAP ehdr type=%u machine=%u phoff=0x%" PRIx64 " phnum=%u flags=0x%x entry=0x%" PRIx64 "\n",
	       ehdr.e_type, ehdr.e_machine, (uint64_t)ehdr.e_phoff,
	       ehdr.e_phnum, ehdr.e_flags, (uint64_t)ehdr.e_entry);
	for (unsigned int i = 0; i < ehdr.e_phnum; i++) {
		if (pread(fd, &phdr, sizeof(phdr),
			  (off_t)(ehdr.e_phoff + i * sizeof(phdr))) !=
		    sizeof(phdr)) {
			printf("CAP phdr[%u] cannot be read\n", i);
			return;
		}
		print_phdr(fd, i, &phdr);
	}
}

void report_vmcore(void)
{
	int fd;

	puts(UP);
	print_cpus();
	fd = open("/proc/vmcore", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		printf("CAP no vmcore: %s\n", strerror(errno));
	else
		print_vmcore(fd);
	puts(DONE);
}
