// SPDX-License-Identifier: Apache-2.0
// Text forms of bytes, addresses, times: escaping, parsing, printing, nearest names.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/schema.h"

/* Bytes of kernel or user origin as printable UTF-8: each byte that is not part of valid UTF-8, is
 * below 0x20, is 0x7f or a backslash becomes \xHH (lower-case). dst needs 4 * n bytes; returns the
 * bytes written. Escaping is injective: toc_unescape gives the bytes back. */
size_t toc_escape(char *dst, const void *src, size_t n);

/* True when s is what toc_escape could have written. */
bool toc_is_escaped(const char *s, size_t n);

/* Undoes toc_escape; a sequence that is no escape is copied as it stands. dst needs n bytes. */
size_t toc_unescape(char *dst, const char *src, size_t n);

/* Length in bytes of the valid UTF-8 sequence at s (1 to 4), 0 when there is none. */
size_t toc_utf8_len(const char *s, size_t n);
/* The code points; a byte that is no UTF-8 counts as one. */
size_t toc_utf8_count(const char *s, size_t n);

/* An address in its canonical text (RFC 5952); dst holds at least TOC_IP_TEXT bytes, NUL included.
 * Returns its length; 0 and "" for a version that is neither 4 nor 6. */
#define TOC_IP_TEXT 46
size_t toc_ip_format(char *dst, const struct toc_ip *ip);
/* Accepts IPv4 dotted quads and IPv6 text without zone. -EINVAL otherwise. */
int toc_ip_parse(const char *s, size_t n, struct toc_ip *ret);
/* ::ffff:a.b.c.d becomes a.b.c.d: true when it was changed. */
bool toc_ip_unmap(struct toc_ip *ip);

/* Behind a noun that is counted: "1 call", "2 calls". */
static inline const char *toc_s(uint64_t n) {
    return n == 1 ? "" : "s";
}

/* Decimal digits, without a NUL; dst holds at least TOC_U64_TEXT bytes. The number of digits. */
#define TOC_U64_TEXT 20
size_t toc_u64_format(char *dst, uint64_t value);
/* The same in hexadecimal, without 0x. */
size_t toc_hex_format(char *dst, uint64_t value);

/* RFC 3339 with nine digits and Z; dst holds at least TOC_TIME_TEXT bytes, NUL included. Any ns:
 * they reach from 1677 to 2262. */
#define TOC_TIME_TEXT 36
size_t toc_time_format(char *dst, int64_t ns);
/* RFC 3339, any offset, up to nine digits of fraction, no leap second. -EINVAL; -ERANGE when it is
 * right but no int64_t of ns. */
int toc_time_parse(const char *s, size_t n, int64_t *ret_ns);

/* "1.5s", "250ms", "10m", "1h", "1d": a decimal number and one of ns us ms s m h d. -EINVAL, also
 * for a part of a nanosecond; -ERANGE. */
int toc_duration_parse(const char *s, size_t n, int64_t *ret_ns);

/* The candidate nearest to word (Damerau-Levenshtein, at most a third of its length), the first of
 * several; NULL when none is near. */
const char *toc_nearest(const char *word, size_t n, const char *const *candidates, size_t count);

/* The text with each run of blanks and line ends as one blank. */
void toc_buf_add_one_line(struct toc_buf *buf, const char *s, size_t n);

/* With quotes. A byte that is no UTF-8 becomes its escape, \\xHH in JSON. */
void toc_buf_add_json_string(struct toc_buf *buf, const char *s, size_t n);
/* "key":"text" */
void toc_buf_add_json_pair(struct toc_buf *buf, const char *key, const char *text);
void toc_buf_add_base64(struct toc_buf *buf, const void *bytes, size_t n);
void toc_buf_add_hex(struct toc_buf *buf, const void *bytes, size_t n);
/* Standard alphabet, padding required, unused bits zero. dst needs n / 4 * 3 bytes. Returns bytes
 * or -EINVAL; dst may then hold part of them. */
long toc_base64_decode(void *dst, const char *s, size_t n);
/* Digits of either case. dst needs n / 2 bytes. Returns bytes or -EINVAL as above. */
long toc_hex_decode(void *dst, const char *s, size_t n);
