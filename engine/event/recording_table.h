// SPDX-License-Identifier: Apache-2.0
// The field table inside a recording: the catalogue as text, and back as tables to read old records
// by.
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/schema.h"

/*
 * Lines of words. Sets of names come before the objects, children before parents; the last object
 * is the root of a record. names SET                                               a set of names,
 * followed by name VALUE TEXT                                         its members; TEXT may be
 * empty object NAME SIZE VARIANT_OFFSET                         an object, followed by field NAME
 * KIND REF WIDTH SIGNED OFFSET BIT VARIANTS    its fields; REF is a set, an object or -
 */

/* Appends our own. */
void toc_table_write(struct toc_buf *buf);
/* The digest by which section headers name a table. */
uint64_t toc_table_digest(const char *text, size_t n);
/* That of our own, which is written for it once. -ENOMEM. */
int toc_table_ours(uint64_t *ret);

/* Reads a table of unknown origin: the root object, with everything it refers to in the arena and
 * no field outside its object's size. -EBADMSG, -ENOMEM. */
int toc_table_read(const char *text, size_t n, struct toc_arena *arena,
                   const struct toc_object **ret);

/* Ours is about 15 KiB of text. What a table takes in memory is bounded by its arena. */
#define TOC_MAX_TABLE (256u << 10)
#define TOC_TABLE_ARENA (2u << 20)

/* Bytes a field takes in its object's struct; 0 for a kind that does not exist. */
uint32_t toc_table_width(uint8_t kind, uint8_t width);
