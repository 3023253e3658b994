/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * EFI variables: the store that firmware keeps in flash, with its limits, and the
 * files that efivarfs shows of it.
 */
#ifndef EMU_EFI_VARIABLE_H
#define EMU_EFI_VARIABLE_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* UEFI specification 2.10, section 8.2.1 (GetVariable) */
#define EFI_VARIABLE_NON_VOLATILE 0x1u
#define EFI_VARIABLE_BOOTSERVICE_ACCESS 0x2u
#define EFI_VARIABLE_RUNTIME_ACCESS 0x4u
#define EFI_VARIABLE_KEPT (EFI_VARIABLE_NON_VOLATILE | \
			   EFI_VARIABLE_BOOTSERVICE_ACCESS | \
			   EFI_VARIABLE_RUNTIME_ACCESS)

/* a file of efivarfs: attributes, then the data
 * (Documentation/filesystems/efivarfs.rst, 6.12)
 */
#define EFIVARFS_ATTRIBUTES 4

/**
 * struct efi_store - variables in flash
 * @max_variable: name and data of one variable, with its header
 * @size: bytes in the store
 * @used: of them, by all other variables
 * @file: our variable as efivarfs shows it; @file_size 0: there is none
 * @writes: so often was it written: flash wears out
 */
struct efi_store {
	size_t max_variable;
	size_t size;
	size_t used;
	uint8_t file[512];
	size_t file_size;
	unsigned int writes;
};

/*
 * OVMF without secure boot: PcdMaxVariableSize 0x2000 (OvmfPkgX64.dsc), 56 KiB of
 * store in its 2 MiB image (OvmfPkgDefines.fdf.inc)
 */
#define EFI_MAX_VARIABLE 0x2000
#define EFI_STORE_SIZE 0xe000

/* a variable's header in the store: AUTHENTICATED_VARIABLE_HEADER of EDK2 */
#define EFI_VARIABLE_HEADER 60
/* Linux leaves so much of the store free, as some firmware does not boot with a
 * full one: EFI_MIN_RESERVE, arch/x86/platform/efi/quirks.c, 6.12
 */
#define EFI_STORE_RESERVE 5120

/**
 * efi_store_set() - write our variable
 * @name: as in efivarfs, without the GUID; one UTF-16 character for each of its own
 * @attributes: EFI_VARIABLE_*
 * @size: 0 deletes it
 * @err: set on failure
 *
 * The old variable stays when the new one has no room. 0 or -1.
 */
int efi_store_set(struct efi_store *store, const char *name,
		  uint32_t attributes, const void *data, size_t size,
		  struct error *err);

/**
 * efivarfs_read() - the parts of such a file
 * @data: set to behind the attributes
 *
 * Return: bytes of data, or -1 when there are not even attributes.
 */
long efivarfs_read(const uint8_t *file, size_t size, uint32_t *attributes,
		   const uint8_t **data);

#endif /* EMU_EFI_VARIABLE_H */
