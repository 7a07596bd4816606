// SPDX-License-Identifier: Apache-2.0
// What a builder is made of, for the files that fill one.
#pragma once

#include "base/arena.h"
#include "event/record.h"

struct toc_builder {
    char *memory;          /* TOC_MAX_RECORD bytes, mapped once, so that pointers stay good */
    uint32_t used;         /* of it, by the record being built; what lies beyond is zero */
    int failed;            /* 0 or -E2BIG */
    uint64_t with_args;    /* the events that have arguments, as bits */
    struct toc_args *args; /* NULL: the event has none */
    struct toc_meta *meta;
    char *given; /* a copy of a record before derivation; grows, kept for reuse */
    size_t given_cap;
    struct toc_arena *nodes; /* the tree of a line of JSON; NULL until the first is read */
};

/* Room for n bytes aligned to `align` (a power of two), zeroed; NULL and `failed` when full. */
void *toc_builder_room(struct toc_builder *builder, size_t n, uint32_t align, uint32_t *ret_off);

/* Goes on with a record of `used` bytes as it was before a toc_builder_end. */
void toc_builder_resume(struct toc_builder *builder, const void *record, uint32_t used);

/* An object of the record being built, to write to; NULL for offset 0. */
#define TOC_EDIT(event, o, off) ((struct toc_##o *)(uintptr_t)toc_at(event, off))
