// SPDX-License-Identifier: Apache-2.0
// Records: one event each, in one block without pointers; reading them, building them, checking
// them.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/limits.h"
#include "event/catalogue.h"

/* ---- Reading ---- */

/* What an object field refers to, or NULL. The record has been checked: offsets are trusted. */
static inline const void *toc_at(const struct toc_event *event, uint32_t off) {
    return off ? (const char *)event + off : NULL;
}

#define TOC_GET(event, o, off) ((const struct toc_##o *)toc_at(event, off))

static inline const struct toc_meta *toc_event_meta(const struct toc_event *event) {
    return TOC_GET(event, meta, event->event);
}
static inline const struct toc_msg *toc_event_msgs(const struct toc_event *event) {
    return TOC_GET(event, msg, event->msgs.off);
}
static inline const char *toc_string_at(const struct toc_event *event, struct toc_ref ref) {
    return ref.n ? (const char *)event + ref.off : "";
}

/* When the event enters the stream: its time plus its duration. */
int64_t toc_event_stream_time(const struct toc_event *event);

/* Verifies a record of unknown origin by walking the catalogue: size, offsets, alignment, counts,
 * variants, enumerated values, and that strings are escaped. 0, or -EBADMSG. A record that passes
 * can be read by every function of this project without further checks. `data` must be aligned to
 * 8; the record's own size may be less than n.
 *
 * What no present bit vouches for is zero. Two fields may share an object or bytes (a view at exit
 * those at entry). The catalogue has no cycles, so a walk is no deeper than it; and what a walk
 * meets, shared things counted as often as they are met, is at most TOC_RECORD_WALK bytes. */
int toc_record_check(const void *data, size_t n);

/* Four views (enter, kernel, exit, peer) may share all they refer to. */
#define TOC_RECORD_WALK (4 * (uint64_t)TOC_MAX_RECORD)

/* How many of these objects a list may hold. */
uint32_t toc_list_limit(const struct toc_object *object);

/* ---- Building ---- */

/* Builds one record at a time in memory that never moves, so that pointers into it stay good until
 * the next toc_builder_begin. */
struct toc_builder;

int toc_builder_new(struct toc_builder **ret);
void toc_builder_free(struct toc_builder **builder);
#define _cleanup_toc_builder_ __attribute__((cleanup(toc_builder_free)))

/* Starts an event: an empty root with meta (name and stage "call" set) and, for an event that has
 * arguments, an empty args object. */
struct toc_event *toc_builder_begin(struct toc_builder *builder, uint16_t event_id);

/* Zeroed room for n objects; *ret_off is what to store in the OBJ or LIST field (0 when n is 0).
 * NULL when the record would exceed TOC_MAX_RECORD or a list its limit; the builder then remembers
 * -E2BIG for toc_builder_end. */
void *toc_builder_alloc(struct toc_builder *builder, const struct toc_object *object, uint32_t n,
                        uint32_t *ret_off);
#define TOC_NEW(builder, o, ret_off)                                                               \
    ((struct toc_##o *)toc_builder_alloc(builder, &toc_object_##o, 1, ret_off))
#define TOC_NEW_LIST(builder, o, n, ret_off)                                                       \
    ((struct toc_##o *)toc_builder_alloc(builder, &toc_object_##o, n, ret_off))

/* The root of the record being built. */
struct toc_event *toc_builder_event(struct toc_builder *builder);
struct toc_meta *toc_builder_meta(struct toc_builder *builder);
struct toc_args *toc_builder_args(struct toc_builder *builder);

/* Copies bytes in as they are: BYTES, HEX, and a STRING that is already escaped (text.h). */
struct toc_ref toc_builder_bytes(struct toc_builder *builder, const void *bytes, size_t n);
/* Copies a STRING of unknown origin in, escaped. */
struct toc_ref toc_builder_escape(struct toc_builder *builder, const void *bytes, size_t n);

/* A sockaddr as an addr object: family, its fields, normal form (an IPv4-mapped address becomes
 * IPv4 with `mapped`). Sets no status, ptr or len. Bytes beyond the family's length are ignored;
 * fewer than the family needs leave its fields out. */
void toc_builder_sockaddr(struct toc_builder *builder, struct toc_addr *addr, const void *bytes,
                          size_t n);

/* Completes the record: computes the derived fields (derive.h) and sets the size. -E2BIG when it
 * grew too large. The record lives until the next begin. */
int toc_builder_end(struct toc_builder *builder, const struct toc_event **ret);
