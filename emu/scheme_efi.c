// SPDX-License-Identifier: GPL-2.0-only
/*
 * EFI-assisted kdump, as D. Young asked for comments on it (kexec list,
 * 2015-01-24): a crash is a warm reset, and the kernel that boots then finds out
 * by itself that it shall look at the memory of the one before. Nobody has built
 * it; what is saved where, and how, is this model's choice (docs/schemes.md).
 */
#include <inttypes.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump_header.h"
#include "efi_stub.h"
#include "efi_variable.h"
#include "scheme_run.h"

/**
 * struct efi - what the scheme keeps
 * @record: as the service saved it; @saved: it has
 * @why_not: else the reason
 * @header: of the machine now
 * @copy: the area after a reset that changed it
 * @image: what the judge sees of the headers that a boot would use
 * @map: memory that firmware gives to that boot
 */
struct efi {
	struct efi_store store;
	struct efi_record record;
	struct efi_area area;
	struct dump_header header;
	unsigned int loads;
	bool saved;
	struct error why_not;

	uint8_t *copy;
	struct image_view image;
	struct view_ranges map;
};

/* --- the kernel that runs ----------------------------------------------------------- */

/* at the end of the crash kernel's region, with room for every header */
static int reserve_area(struct scheme_run *run, struct efi *efi,
			struct error *err)
{
	struct machine *m = run->machine;
	const struct view_range *crashk = &m->crashk_main;
	size_t phdrs = m->nr_cpus + 1 + 1 + m->max_memory_ranges;
	size_t size = efi_area_size(sizeof(Elf64_Ehdr) +
				    phdrs * sizeof(Elf64_Phdr));

	if (!m->crashk.nr || crashk->end - crashk->start < size)
		return fail(err, "efi-assisted: no 0x%zx bytes for saved headers in the crash kernel's region",
			    size);
	efi->record.area = crashk->end + 1 - size;
	efi->record.area_size = size;
	efi->area.bytes = calloc(1, size);
	efi->area.size = size;
	efi->copy = malloc(size);
	if (!efi->area.bytes || !efi->copy ||
	    view_ranges_add(&m->reserved, efi->record.area, crashk->end))
		return fail(err, "out of memory");
	return 0;
}

static int efi_start(struct scheme_run *run, struct error *err)
{
	struct efi *efi = calloc(1, sizeof(*efi));
	const struct machine *m = run->machine;

	if (!efi)
		return fail(err, "out of memory");
	run->private = efi;
	efi->store.max_variable = param(run->params, "max-variable");
	efi->store.size = param(run->params, "store-size");
	efi->store.used = param(run->params, "store-used");
	for (size_t i = 0; i < m->crashk.nr && i < EFI_RECORD_RANGES; i++)
		efi->record.ranges[efi->record.nr_ranges++] = m->crashk.r[i];
	return reserve_area(run, efi, err);
}

static void efi_stop(struct scheme_run *run)
{
	struct efi *efi = run->private;

	if (!efi)
		return;
	view_ranges_free(&efi->map);
	free(efi->header.bytes);
	free(efi->area.bytes);
	free(efi->copy);
	free(efi);
}

static int make_header(struct scheme_run *run, struct efi *efi)
{
	struct machine *m = run->machine;
	struct exec_phdrs list = { .linear_map = dump_linear_map(m) };

	if (dump_add_notes(m, &list) || dump_add_text(m, &list) ||
	    dump_add_memory(m, &m->online, &list)) {
		free(list.p);
		return -1;
	}
	return dump_header_make(m, &list, &efi->header);
}

/* another one at each load; a run can be repeated, so not random */
static void make_boot_id(struct efi *efi)
{
	uint8_t seed[2] = { ++efi->loads, efi->loads >> 8 };
	struct sha256_ctx sha;

	sha256_init(&sha);
	sha256_update(&sha, sizeof(seed), seed);
	sha256_digest(&sha, EFI_BOOT_ID, efi->record.boot);
}

/* area first: the variable makes it count */
static int save(struct efi *efi, struct error *err)
{
	uint8_t data[EFI_RECORD_SIZE];

	make_boot_id(efi);
	memset(efi->area.bytes, 0, efi->area.size);
	memcpy(efi->area.boot, efi->record.boot, EFI_BOOT_ID);
	efi->area.sequence = 0;
	efi->area.budget = UINT64_MAX;
	efi_area_mark(&efi->area, EFI_MARK_ARMED, UINT32_MAX);
	/* both slots: from now on one that is not whole was torn or overwritten */
	for (int i = 0; i < 2; i++)
		if (efi_area_update(&efi->area, efi->header.bytes,
				    efi->header.size, err))
			return -1;
	efi_record_write(&efi->record, data);
	return efi_store_set(&efi->store, EFI_RECORD_NAME, EFI_VARIABLE_KEPT,
			     data, sizeof(data), err);
}

static int efi_loaded(struct scheme_run *run, struct error *err)
{
	struct efi *efi = run->private;

	if (make_header(run, efi))
		return fail(err, "out of memory");
	efi->saved = !save(efi, &efi->why_not);
	if (efi->saved)
		scheme_tell(run, "saved: EFI variable %s, and headers at 0x%" PRIx64,
			    EFI_RECORD_NAME, efi->record.area);
	else
		scheme_tell(run, "not saved: %s", efi->why_not.text);
	return 0;
}

/* the old headers count until the new ones are whole: stale, never torn */
static int efi_event(struct scheme_run *run, const struct event *event,
		     struct error *err)
{
	uint64_t took = param(run->params, "handler");
	struct stopwatch watch = stopwatch_start();
	struct efi *efi = run->private;

	if (!efi->saved || (event->type != EVENT_MEMORY_ONLINE &&
			    event->type != EVENT_MEMORY_OFFLINE))
		return 0;
	scheme_claim(run);
	if (scheme_mark(run, err))
		return -1;
	if (make_header(run, efi))
		return fail(err, "out of memory");
	if (efi_area_update(&efi->area, efi->header.bytes, efi->header.size,
			    &efi->why_not))
		scheme_tell(run, "the old headers stay: %s", efi->why_not.text);
	if (took == PARAM_MEASURED)
		took = stopwatch_stop(watch);
	run->now += took;
	return 0;
}

/* --- a crash -------------------------------------------------------------------------- */

static struct view_range range_param(const struct scheme_run *run,
				     const char *at, const char *size)
{
	uint64_t start = param(run->params, at), bytes = param(run->params, size);

	if (!bytes || start + (bytes - 1) < start)
		return (struct view_range){ 1, 0 };
	return (struct view_range){ start, start + (bytes - 1) };
}

static struct efi_firmware firmware(const struct scheme_run *run)
{
	return (struct efi_firmware){
		.memory = param(run->params, "memory"),
		.overwrites = range_param(run, "firmware-at", "firmware-size"),
		.keeps = param(run->params, "firmware-keeps"),
		.says = param(run->params, "firmware-says"),
		.dma = range_param(run, "dma-at", "dma-size"),
		.dma_rate = param(run->params, "dma-rate"),
		.device_reset = param(run->params, "device-reset"),
	};
}

static const uint8_t *read_area(void *arg, uint64_t start, uint64_t size)
{
	struct efi *efi = arg;

	return start == efi->record.area && size == efi->record.area_size ?
	       efi->copy : NULL;
}

/* memory of the crashed kernel that a dump reads, and that is not what it was */
static bool find_spoiled(const struct efi_firmware *fw, const struct efi *efi,
			 const struct efi_decision *d, struct scheme_crash *crash)
{
	const void *header = efi->copy + d->slot.offset;
	struct view_range dma;

	if (fw->memory == EFI_MEMORY_OVERWRITTEN &&
	    fw->overwrites.start <= fw->overwrites.end &&
	    dump_header_reads(header, d->slot.size, fw->overwrites.start,
			      fw->overwrites.end)) {
		snprintf(crash->why, sizeof(crash->why), "%s; but firmware has worked in 0x%" PRIx64 "-0x%" PRIx64,
			 d->why, fw->overwrites.start, fw->overwrites.end);
		return true;
	}
	if (!efi_dma_written(fw, &dma) ||
	    !dump_header_reads(header, d->slot.size, dma.start, dma.end))
		return false;
	snprintf(crash->why, sizeof(crash->why), "%s; but a device went on writing to 0x%" PRIx64 "-0x%" PRIx64,
		 d->why, dma.start, dma.end);
	return true;
}

/* the headers as an image that has nothing else: the judge is asked about these */
static void show_header(struct efi *efi, const struct efi_decision *d,
			struct scheme_crash *crash)
{
	efi->image = (struct image_view){
		.loaded = true,
		.file_mode = true,
		.nr_segments = 1,
		.segment[0] = {
			.kind = SEGMENT_ELFCOREHDR,
			.mem = efi->record.area + d->slot.offset,
			.memsz = d->slot.size,
			.bufsz = d->slot.size,
			.bytes = efi->copy + d->slot.offset,
		},
	};
	crash->state = DUMP_ACCURATE;
	crash->image = &efi->image;
	crash->header = efi->image.segment[0].bytes;
	crash->header_size = d->slot.size;
}

static int boot_after(struct scheme_run *run, const struct efi_firmware *fw,
		      uint32_t cpu, struct efi_decision *d, struct error *err)
{
	struct efi *efi = run->private;
	struct efi_area panicking = efi->area;
	const struct efi_boot boot = {
		.file = efi->store.file,
		.file_size = efi->store.file_size,
		.map = &efi->map,
		.says = fw->says,
		.read = read_area,
		.arg = efi,
	};

	memcpy(efi->copy, efi->area.bytes, efi->area.size);
	panicking.bytes = efi->copy;
	efi_area_mark(&panicking, EFI_MARK_CRASHED, cpu);
	efi_reset_memory(fw, efi->record.area, efi->copy, efi->area.size);
	if (efi_memory_map(fw, &run->machine->ram, &efi->map))
		return fail(err, "out of memory");
	efi_stub_decide(&boot, d);
	return 0;
}

static int efi_crash(struct scheme_run *run, struct scheme_crash *crash,
		     struct error *err)
{
	struct efi_firmware fw = firmware(run);
	struct efi *efi = run->private;
	struct efi_decision d;
	char wait[32];

	crash->state = DUMP_NONE;
	if (!efi->saved) {
		snprintf(crash->why, sizeof(crash->why), "%.200s",
			 run->loaded ? efi->why_not.text : "nothing is saved");
		return 0;
	}
	if (boot_after(run, &fw, crash->cpu, &d, err))
		return -1;
	if (!d.confined) {
		crash->state = DUMP_STALE;
		crash->decided = true;
		crash->word = VERDICT_LOST;
		snprintf(crash->why, sizeof(crash->why), "the stub boots as usual: %s",
			 d.why);
		return 0;
	}
	show_header(efi, &d, crash);
	duration_print(param(run->params, "firmware-boot"), wait, sizeof(wait));
	snprintf(crash->why, sizeof(crash->why), "%s; the stub runs %s after the reset",
		 d.why, wait);
	if (find_spoiled(&fw, efi, &d, crash)) {
		crash->decided = true;
		crash->word = VERDICT_INCOMPLETE;
	}
	return 0;
}

static int efi_memory(struct scheme_run *run,
		      const struct scheme_crash *crash __always_unused,
		      struct physmem *memory,
		      struct error *err __always_unused)
{
	struct efi_firmware fw = firmware(run);

	for (size_t i = 0; i < memory->nr; i++)
		efi_reset_memory(&fw, memory->e[i].start, memory->e[i].bytes,
				 memory->e[i].size);
	return 0;
}

/* --- parameters --------------------------------------------------------------------- */

static const struct param_spec efi_params[] = {
	{
		.name = "memory", .kind = PARAM_CHOICE,
		.choices = "kept|cleared|overwritten",
		.what = "what firmware does to memory at a warm reset",
		.source = "kept is what the RFD hopes for, and asks about",
	}, {
		.name = "firmware-at", .kind = PARAM_NUMBER, .value = 0x1000000,
		.what = "with overwritten: where firmware works",
		.source = "assumed",
	}, {
		.name = "firmware-size", .kind = PARAM_NUMBER, .value = 0x1000000,
		.what = "with overwritten: so many bytes",
		.source = "assumed",
	}, {
		.name = "firmware-keeps", .kind = PARAM_CHOICE,
		.choices = "no|yes",
		.what = "firmware does not give that memory to the next kernel",
		.source = "assumed",
	}, {
		.name = "firmware-says", .kind = PARAM_CHOICE,
		.choices = "nothing|warm|cold",
		.what = "how firmware calls the reset",
		.source = "UEFI 2.10, 8.5.1: ResetSystem() has types, no call tells the last one",
	}, {
		.name = "dma-at", .kind = PARAM_NUMBER,
		.what = "where a device goes on writing after the crash",
		.source = "assumed",
	}, {
		.name = "dma-size", .kind = PARAM_NUMBER,
		.what = "bytes that it may write there; 0: none does",
		.source = "assumed",
	}, {
		.name = "dma-rate", .kind = PARAM_NUMBER, .value = 1250000000,
		.what = "bytes it writes in a second",
		.source = "10 Gbit/s Ethernet, IEEE 802.3ae",
	}, {
		.name = "device-reset", .kind = PARAM_DURATION,
		.value = 100 * NS_PER_MS,
		.what = "from the crash until devices are reset",
		.source = "assumed: PERST# is held for 100 ms, PCIe CEM specification, T_PVPERL",
	}, {
		.name = "max-variable", .kind = PARAM_NUMBER,
		.value = EFI_MAX_VARIABLE,
		.what = "bytes of an EFI variable, with name and header",
		.source = "PcdMaxVariableSize, OvmfPkgX64.dsc",
	}, {
		.name = "store-size", .kind = PARAM_NUMBER, .value = EFI_STORE_SIZE,
		.what = "bytes in the variable store",
		.source = "OVMF's 2 MiB image, OvmfPkgDefines.fdf.inc",
	}, {
		.name = "store-used", .kind = PARAM_NUMBER, .value = 0x5000,
		.what = "of them, by other variables",
		.source = "assumed",
	}, {
		.name = "firmware-boot", .kind = PARAM_DURATION,
		.value = 60 * NS_PER_S,
		.what = "from the reset to the stub; no dump begins before",
		.source = "assumed: a minute, servers with much memory take more",
	},
};

const struct scheme scheme_efi = {
	.name = "efi-assisted",
	.summary = "a crash is a warm reset, headers saved in memory, found by an EFI variable",
	.archs = SCHEME_ON_X86_64,
	.handlers = "core",
	.registers = true,
	.params = efi_params,
	.nr_params = sizeof(efi_params) / sizeof(efi_params[0]),
	.ops = {
		.start = efi_start,
		.stop = efi_stop,
		.loaded = efi_loaded,
		.event = efi_event,
		.crash = efi_crash,
		.memory = efi_memory,
	},
};
