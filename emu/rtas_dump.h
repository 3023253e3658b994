/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Firmware-assisted dump as POWER firmware sees it: the structure that a kernel
 * registers by the RTAS call ibm,configure-kernel-dump, and what firmware does by
 * it at a crash (PAPR; arch/powerpc/platforms/pseries/rtas-fadump.h, 6.12). In
 * memory all of it is big endian.
 */
#ifndef EMU_RTAS_DUMP_H
#define EMU_RTAS_DUMP_H

#include "error.h"
#include "machine_view.h"
#include "physmem.h"

enum rtas_dump_type {
	RTAS_DUMP_CPU_STATE = 0x0001,
	RTAS_DUMP_HPTE = 0x0002,
	RTAS_DUMP_BOOT_MEMORY = 0x0011,
	RTAS_DUMP_PARAMETERS = 0x0100,
};

#define RTAS_DUMP_VERSION 1
#define RTAS_DUMP_SECTIONS 10
#define RTAS_DUMP_BOOT_REGIONS 7
#define RTAS_DUMP_REQUEST 0x00000001
/* of the whole dump: it went wrong */
#define RTAS_DUMP_STATUS_ERROR 0x2000

/* a header of 40 bytes, and as many for each section */
#define RTAS_DUMP_HEADER 40
#define RTAS_DUMP_SECTION 40
#define RTAS_DUMP_SIZE (RTAS_DUMP_HEADER + \
			RTAS_DUMP_SECTIONS * RTAS_DUMP_SECTION)

/**
 * struct rtas_dump_section - what to save, and where to
 * @request: RTAS_DUMP_REQUEST, or firmware skips it
 * @type: enum rtas_dump_type
 * @error: set by firmware; 0: none
 * @source, @length: bytes; of the CPU state and the HPTEs the source is firmware's
 * @dumped: set by firmware
 * @destination: physical address
 */
struct rtas_dump_section {
	uint32_t request;
	uint16_t type;
	uint16_t error;
	uint64_t source;
	uint64_t length;
	uint64_t dumped;
	uint64_t destination;
};

/* the structure, in numbers */
struct rtas_dump {
	uint32_t version;
	uint16_t nr;
	uint16_t status;
	uint32_t offset_first;
	struct rtas_dump_section section[RTAS_DUMP_SECTIONS];
};

void rtas_dump_write(const struct rtas_dump *dump,
		     uint8_t bytes[RTAS_DUMP_SIZE]);
/* 0, or -1 with @err saying what makes no sense */
int rtas_dump_read(struct rtas_dump *dump, const uint8_t *bytes, size_t size,
		   struct error *err);

/* --- firmware --------------------------------------------------------------------- */

enum rtas_dump_command {
	RTAS_DUMP_REGISTER = 1,
	RTAS_DUMP_UNREGISTER = 2,
	RTAS_DUMP_INVALIDATE = 3,
};

/* what the call returns */
enum rtas_dump_return {
	RTAS_DUMP_OK = 0,
	RTAS_DUMP_HARDWARE_ERROR = -1,
	RTAS_DUMP_PARAMETER_ERROR = -3,
	RTAS_DUMP_ALREADY = -9,
};

enum rtas_fault {
	RTAS_FAULT_NONE,
	RTAS_FAULT_REGISTER,	/* registering fails */
	RTAS_FAULT_STATUS,	/* the dump's status says error */
	RTAS_FAULT_CPU_STATE,	/* that section has an error */
	RTAS_FAULT_SHORT,	/* half of the boot memory is copied */
};

/**
 * struct rtas_firmware - what firmware keeps
 * @fault: what goes wrong with it
 * @registered, @active: a dump will be made; one waits to be looked at
 * @dump: the structure, as registered or, once @active, as completed
 */
struct rtas_firmware {
	enum rtas_fault fault;
	bool registered;
	bool active;
	struct rtas_dump dump;
};

/**
 * rtas_configure_dump() - the RTAS call
 * @bytes, @size: the structure; for RTAS_DUMP_REGISTER only
 * @ram: memory of the partition
 *
 * Destinations must be memory without holes, and none may lie in what is copied.
 *
 * Return: enum rtas_dump_return.
 */
int rtas_configure_dump(struct rtas_firmware *fw, enum rtas_dump_command command,
			const uint8_t *bytes, size_t size,
			const struct view_ranges *ram);

/* a CPU as the register save area has it; @hwid: its interrupt server */
struct rtas_cpu_state {
	uint32_t hwid;
	uint64_t nip;
	uint64_t gpr1;
};

/* bytes of the CPU state of @nr CPUs: what ibm,configure-kernel-dump-sizes says */
size_t rtas_cpu_state_size(size_t nr);

/**
 * rtas_dump_crash() - the partition has crashed: save what is registered
 * @memory: as the crashed kernel left it; afterwards with the copies
 * @cpus, @nr: that were running
 *
 * 0, or -1 without memory of the host.
 */
int rtas_dump_crash(struct rtas_firmware *fw, struct physmem *memory,
		    const struct rtas_cpu_state *cpus, size_t nr);

/**
 * rtas_next_cpu() - walk over a register save area
 * @bytes, @size: all of it
 * @at: 0 at first; moved behind the CPU
 * @cpu: filled in
 *
 * Return: 1 there is one, 0 no more, -1 it makes no sense.
 */
int rtas_next_cpu(const uint8_t *bytes, size_t size, size_t *at,
		  struct rtas_cpu_state *cpu);

#endif /* EMU_RTAS_DUMP_H */
