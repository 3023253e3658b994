/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers, sizes and CPU lists as people and the kernel write them.
 */
#ifndef SCENARIO_VALUES_H
#define SCENARIO_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* no kernel of today has more CPUs: CONFIG_NR_CPUS ends at 8192 */
#define MAX_CPUS 8192

/*
 * The whole of @text is a number, not negative and not too large for 64 bits;
 * else false. A size may end in K, M, G or T; @base 0 takes "0x" and decimal,
 * @base 16 takes hexadecimal with or without "0x".
 */
bool parse_number(const char *text, int base, uint64_t *value);
/* the same at the start of @text; what follows it, or NULL */
const char *parse_leading(const char *text, int base, uint64_t *value);
bool parse_size(const char *text, uint64_t *value);

/**
 * parse_cpus() - take the next entry off a list such as "0-7,12"
 * @list: moved on past what was taken
 * @first, @last: CPU numbers, both inclusive, below MAX_CPUS
 *
 * Return: 1, 0 at the end of the list, -1 for what is no CPU list.
 */
int parse_cpus(const char **list, unsigned int *first, unsigned int *last);

/* "256M", "1G", "0x1234": exact, in the largest unit that divides it */
#define SIZE_TEXT_MAX 24
const char *size_text(uint64_t size, char buf[SIZE_TEXT_MAX]);

/* a message is one line, whatever the value that it quotes */
void one_line(char *text);

/* CPU numbers as a list, "8-15,2"; "..." at the end when @buf is too small */
void cpus_text(const unsigned int *cpus, size_t nr, char *buf, size_t size);

#endif /* SCENARIO_VALUES_H */
