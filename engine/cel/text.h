// SPDX-License-Identifier: Apache-2.0
// Text and numbers as the language reads and writes them.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cel/cel.h"

/* The value of a digit in base 36, -1 for anything else. */
int cel_digit(char c);

/* Writes a code point; dst has room for 4 bytes. Returns the bytes written. */
size_t cel_utf8_put(char *dst, uint32_t code_point);
/* Reads the code point at s of valid UTF-8, n > 0. Returns the bytes read. */
size_t cel_utf8_get(const char *s, size_t n, uint32_t *ret);
bool cel_utf8_valid(const char *s, size_t n);
/* The byte offset of code point `index` of valid UTF-8, or n when there are fewer. */
size_t cel_utf8_offset(const char *s, size_t n, size_t index);

/* A decimal number with optional sign, fraction and exponent. False when s is no such thing. */
bool cel_parse_double(const char *s, size_t n, double *ret);
bool cel_parse_int(const char *s, size_t n, int64_t *ret);
bool cel_parse_uint(const char *s, size_t n, uint64_t *ret);

/* The shortest text that reads back as d; an exponent from 10^`exponent_from` on, and
 * below 10^-4, or CEL_NO_EXPONENT. dst has room for
 * CEL_DOUBLE_TEXT bytes. Infinity and NaN are spelled out. */
#define CEL_DOUBLE_TEXT 400
#define CEL_NO_EXPONENT 0
size_t cel_format_double(char *dst, double d, int exponent_from);

/* A timestamp as RFC 3339 with as few digits as it needs; a duration in seconds ("1.5s"). */
#define CEL_TIME_TEXT 48
size_t cel_format_timestamp(char *dst, const struct cel_value *time);
size_t cel_format_duration(char *dst, const struct cel_value *duration);

/* Further constructors. */
struct cel_value cel_double(double d);
struct cel_value cel_null(void);
struct cel_value cel_bytes(const char *s, size_t n);
struct cel_value cel_type_value(const struct cel_type *type);
struct cel_value cel_items(const struct cel_value *items, size_t n, struct toc_arena *arena);
struct cel_value cel_time(enum cel_kind kind, int64_t seconds, int32_t nanos);
/* A string of 0-terminated text that outlives it. */
struct cel_value cel_static_string(const char *s);
/* A string copied into the arena; an error value when there is no room. */
struct cel_value cel_copy_string(struct toc_arena *arena, const char *s, size_t n);

static inline bool cel_is_error(const struct cel_value *value) {
    return value->kind == CEL_ERROR;
}
