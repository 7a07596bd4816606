// SPDX-License-Identifier: Apache-2.0
// Walks arrays of message headers part by part.
#include "source/ptrace_walk.h"

#include <string.h>

#include "source/ptrace_header.h"
#include "source/ptrace_walk_part.h"

bool toc_ptrace_emit(struct toc_ptrace_out *out, struct toc_wire_head *record, uint16_t kind,
                     size_t n, const void *more, size_t n_more) {
    record->kind = kind;
    record->version = TOC_WIRE_VERSION;
    record->size = (uint32_t)(n + n_more);
    record->cpu = 0;
    if (!out->held) {
        record->seq = out->seq++;
        return toc_ptrace_ring_put(out->shared, record, n, more, n_more);
    }
    toc_buf_add(out->held, (const char *)record, n);
    toc_buf_add(out->held, more, n_more);
    return !out->held->failed;
}

uint32_t toc_ptrace_walk_part_n(const struct toc_ptrace_walk *w) {
    uint32_t n = w->n > w->first ? w->n - w->first : 0;

    return n > TOC_WIRE_PART_MSGS ? TOC_WIRE_PART_MSGS : n;
}

static void header_from_args(const struct toc_ptrace_walk *w, struct toc_wire_entry *e) {
    int32_t len = (int32_t)w->buffer.name_len;

    *e = (struct toc_wire_entry){
        .status = TOC_WIRE_OK, .name_ptr = w->buffer.name, .iov_count = 1, .name_len = len};
    if (!(w->bits & TOC_PTRACE_WALK_LEN_AT))
        return;
    e->name_len = 0;
    if (!w->buffer.name)
        return;
    if (toc_ptrace_read_one(&w->memory, w->buffer.name_len, &len, sizeof(len)))
        e->name_len = len;
    else
        e->bits = TOC_WIRE_NAME_LEN_FAULT;
}

/* Each header on its own: where one cannot be read, its neighbours may. The wants lie side by side,
 * so that the kernel reads them in one go. */
static void read_headers(struct toc_ptrace_walk *w, uint32_t n) {
    bool narrow = w->bits & TOC_PTRACE_WALK_32;
    uint32_t stride = toc_header_size(narrow);
    uint32_t size = w->bits & TOC_PTRACE_WALK_MSG ? toc_single_size(narrow) : stride;
    struct toc_want wants[TOC_WIRE_PART_MSGS];
    union toc_header headers[TOC_WIRE_PART_MSGS];

    headers[0] = (union toc_header){0}; /* what is single has no length */
    for (uint32_t i = 0; i < n; i++)
        wants[i] = (struct toc_want){
            .at = w->vec + (uint64_t)(w->first + i) * stride, .to = &headers[i], .n = size};
    toc_ptrace_read(&w->memory, wants, n);
    for (uint32_t i = 0; i < n; i++) {
        struct toc_wire_entry *e = &w->entries[i];

        memset(e, 0, sizeof(*e));
        e->status = wants[i].ok ? TOC_WIRE_OK : TOC_WIRE_FAULT;
        if (wants[i].ok)
            toc_header_take(&headers[i], narrow, e);
    }
}

void toc_ptrace_walk_read(struct toc_ptrace_walk *w) {
    uint32_t n = toc_ptrace_walk_part_n(w);

    if (w->bits & TOC_PTRACE_WALK_BUFFER && n)
        header_from_args(w, &w->entries[0]);
    else
        read_headers(w, n);
    toc_ptrace_walk_targets(w, n);
}

void toc_ptrace_walk_further(struct toc_ptrace_walk *w) {
    struct toc_wire_entries record = {.head = w->head, .view = (uint16_t)w->view};
    uint32_t n;

    for (w->first = TOC_WIRE_PART_MSGS; (n = toc_ptrace_walk_part_n(w)) > 0;
         w->first += TOC_WIRE_PART_MSGS) {
        toc_ptrace_walk_read(w);
        record.first = (uint16_t)w->first;
        record.n = (uint16_t)n;
        if (!toc_ptrace_emit(w->out, &record.head, TOC_WIRE_ENTRIES, sizeof(record), w->entries,
                             n * sizeof(w->entries[0])))
            w->parts_lost++;
    }
    w->first = 0;
}
