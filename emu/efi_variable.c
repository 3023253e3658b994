// SPDX-License-Identifier: GPL-2.0-only
/* EFI variables, as far as one of them needs it. */
#include <string.h>

#include <nettle/macros.h>

#include "efi_variable.h"

/* as the store counts it: the name ends with a zero */
static size_t stored_size(const char *name, size_t data)
{
	return EFI_VARIABLE_HEADER + 2 * (strlen(name) + 1) + data;
}

static int check_room(const struct efi_store *store, const char *name,
		      size_t size, struct error *err)
{
	size_t needed = stored_size(name, size);

	if (needed > store->max_variable ||
	    size > sizeof(store->file) - EFIVARFS_ATTRIBUTES)
		return fail(err, "EFI variable %s takes %zu bytes, firmware allows %zu (EFI_INVALID_PARAMETER)",
			    name, needed, store->max_variable);
	if (store->used > store->size || needed > store->size - store->used ||
	    store->size - store->used - needed < EFI_STORE_RESERVE)
		return fail(err, "EFI variable %s takes %zu bytes, and of the store's %zu there are %zu in use and %d kept free (EFI_OUT_OF_RESOURCES)",
			    name, needed, store->size, store->used,
			    EFI_STORE_RESERVE);
	return 0;
}

int efi_store_set(struct efi_store *store, const char *name,
		  uint32_t attributes, const void *data, size_t size,
		  struct error *err)
{
	if (!size) {
		store->writes += store->file_size > 0;
		store->file_size = 0;
		return 0;
	}
	if (check_room(store, name, size, err))
		return -1;
	LE_WRITE_UINT32(store->file, attributes);
	memcpy(store->file + EFIVARFS_ATTRIBUTES, data, size);
	store->file_size = EFIVARFS_ATTRIBUTES + size;
	store->writes++;
	return 0;
}

long efivarfs_read(const uint8_t *file, size_t size, uint32_t *attributes,
		   const uint8_t **data)
{
	if (size < EFIVARFS_ATTRIBUTES)
		return -1;
	*attributes = LE_READ_UINT32(file);
	*data = file + EFIVARFS_ATTRIBUTES;
	return size - EFIVARFS_ATTRIBUTES;
}
