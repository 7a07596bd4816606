// SPDX-License-Identifier: Apache-2.0
// Writes records into a block of a recording, most of them as what changed.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/record.h"
#include "event/recording_delta.h"

/* So many bytes of a change may say nothing new. */
#define SPARE 20

static size_t words_of(size_t bytes) {
    return (bytes + 7) / 8;
}

/* Payload of another length moves what lies behind it. */
static uint64_t layout_of(const struct toc_event *event) {
    const struct toc_msg *msg = event->msgs.n ? toc_event_msgs(event) : NULL;
    const struct toc_view *view = msg ? TOC_GET(event, view, msg->enter) : NULL;
    const struct toc_iov *iov = view ? TOC_GET(event, iov, view->iov) : NULL;

    return iov ? (uint64_t)iov->data.n << 48 : 0;
}

/* What records that are likely to be alike have in common. */
static uint64_t key_of(const struct toc_event *event) {
    const struct toc_proc *proc = TOC_GET(event, proc, event->proc);
    const struct toc_sock *sock = TOC_GET(event, sock, event->sock);
    uint64_t key = event->size ^ (uint64_t)event->variant << 32;

    key ^= layout_of(event);
    key ^= proc ? (uint64_t)(uint32_t)proc->tid << 40 : 0;
    key ^= sock ? sock->cookie << 20 : 0;
    return key;
}

/* The slot whose record is likely to differ least: one like it; while all are taken, one of its
 * size; else the one that has not been used for longest. */
static uint32_t slot_for(struct toc_delta_writer *writer, const struct toc_event *event) {
    uint64_t key = key_of(event);
    uint32_t oldest = 0, alike = TOC_DELTA_SLOTS;

    for (uint32_t i = 0; i < TOC_DELTA_SLOTS; i++) {
        __auto_type slot = &writer->slots[i];

        if (slot->size == event->size) {
            alike = i;
            if (slot->key == key)
                return i;
        }
        if (slot->used < writer->slots[oldest].used)
            oldest = i;
    }
    return writer->slots[oldest].used && alike < TOC_DELTA_SLOTS ? alike : oldest;
}

static uint32_t head_of(uint32_t slot, enum toc_delta_kind kind, size_t n) {
    return slot | (uint32_t)kind << 6 | (uint32_t)n << 8;
}

/* ---- Changes ---- */

typedef struct toc_delta_run run;

/* Where two records of n words differ. */
static uint32_t find_runs(const uint64_t *old, const uint64_t *new, size_t n, run *ret) {
    uint32_t found = 0;

    for (size_t i = 0; i < n; i++) {
        uint64_t diff = old[i] ^ new[i];

        if (diff)
            ret[found++] = (run){.word = (uint16_t)i,
                                 .first = (uint8_t)(__builtin_ctzll(diff) / 8),
                                 .last = (uint8_t)(7 - __builtin_clzll(diff) / 8)};
    }
    return found;
}

static uint32_t bytes_of(const run *runs, uint32_t n) {
    uint32_t bytes = 0;

    for (uint32_t i = 0; i < n; i++)
        bytes += runs[i].last - runs[i].first + 1u;
    return bytes;
}

/* What either names. */
static uint32_t unite(const run *a, uint32_t n_a, const run *b, uint32_t n_b, run *ret) {
    uint32_t i = 0, k = 0, n = 0;

    while (i < n_a || k < n_b) {
        bool of_a = k == n_b || (i < n_a && a[i].word <= b[k].word);
        bool of_b = i == n_a || (k < n_b && b[k].word <= a[i].word);

        ret[n] = of_a ? a[i] : b[k];
        if (of_a && of_b && b[k].first < ret[n].first)
            ret[n].first = b[k].first;
        if (of_a && of_b && b[k].last > ret[n].last)
            ret[n].last = b[k].last;
        n++;
        i += of_a;
        k += of_b;
    }
    return n;
}

static char *put_controls(const run *runs, uint32_t n, char *p) {
    uint32_t at = 0;
    uint16_t control;

    for (uint32_t i = 0; i < n; i++, p += 2) {
        for (; runs[i].word - at >= TOC_DELTA_FAR; at += TOC_DELTA_FAR, p += 2) {
            control = TOC_DELTA_FAR << 6;
            memcpy(p, &control, 2);
        }
        control = (uint16_t)((runs[i].word - at) << 6 | (uint32_t)runs[i].first << 3 |
                             (uint32_t)(runs[i].last - runs[i].first));
        memcpy(p, &control, 2);
        at = runs[i].word + 1u;
    }
    return p;
}

/* What `new` has more than `old`; makes `old` equal to it there. Writes up to eight bytes too many.
 */
static char *put_bytes(const run *runs, uint32_t n, uint64_t *old, const uint64_t *new, char *p) {
    for (uint32_t i = 0; i < n; i++) {
        unsigned shift = 8u * runs[i].first;
        uint64_t more = (new[runs[i].word] >> shift) - (old[runs[i].word] >> shift);

        memcpy(p, &more, sizeof(more));
        p += runs[i].last - runs[i].first + 1;
        old[runs[i].word] = new[runs[i].word];
    }
    return p;
}

/* Places that had to be named before are likely to change again. A change that names these too,
 * while they are few, is one that may come again as it is. */
static int write_change(struct toc_delta_writer *writer, uint32_t slot,
                        const struct toc_event *event, struct toc_buf *block) {
    __auto_type s = &writer->slots[slot];
    const uint64_t *new = (const uint64_t *)event;
    run *runs = writer->runs, both[2 * TOC_DELTA_PLACES];
    size_t words = words_of(event->size);
    uint32_t n = find_runs(s->words, new, words, runs), n_both = UINT32_MAX, head;
    bool again = false;
    char *to, *p;

    if (n <= TOC_DELTA_PLACES)
        n_both = unite(runs, n, s->runs, s->n_runs, both);
    if (n_both <= TOC_DELTA_PLACES && bytes_of(both, n_both) <= bytes_of(runs, n) + SPARE) {
        again = n_both == s->n_runs && !memcmp(both, s->runs, n_both * sizeof(*both));
        runs = both;
        n = n_both;
    }
    to = p = toc_buf_room(block, TOC_DELTA_HEAD + 10 * (size_t)n + 2 * words / TOC_DELTA_FAR + 10);
    if (!to)
        return -ENOMEM;
    p = again ? p + 1 : put_controls(runs, n, p + TOC_DELTA_HEAD);
    head = again ? head_of(slot, TOC_DELTA_AGAIN, 0)
                 : head_of(slot, TOC_DELTA_CHANGE, (size_t)(p - to - TOC_DELTA_HEAD) / 2);
    memcpy(to, &head, again ? 1 : TOC_DELTA_HEAD);
    block->n += (size_t)(put_bytes(runs, n, s->words, new, p) - to);
    s->n_runs = n <= TOC_DELTA_PLACES ? n : 0;
    memcpy(s->runs, runs, s->n_runs * sizeof(*runs));
    return 0;
}

static int write_whole(uint32_t slot, const struct toc_event *event, struct toc_buf *block) {
    size_t at = block->n + TOC_DELTA_HEAD, start = (at + 7) & ~(size_t)7;
    size_t padded = words_of(event->size) * 8;
    char *to = toc_buf_room(block, start - block->n + padded);
    uint32_t head = head_of(slot, TOC_DELTA_WHOLE, event->size);

    if (!to)
        return -ENOMEM;
    memset(to, 0, start - block->n);
    memcpy(to, &head, sizeof(head));
    memcpy(to + (start - block->n), event, event->size);
    memset(to + (start - block->n) + event->size, 0, padded - event->size);
    block->n = start + padded;
    return 0;
}

/* Keeps a copy, padded with zeros, for the next delta. Without memory there will be no delta. */
static void remember(struct toc_delta_writer *writer, uint32_t slot,
                     const struct toc_event *event) {
    uint32_t words = (uint32_t)words_of(event->size);

    writer->slots[slot].size = 0;
    if (event->size > TOC_DELTA_MAX_RECORD || event->size % 8)
        return;
    if (writer->slots[slot].cap < words) {
        uint64_t *grown = realloc(writer->slots[slot].words, words * 8ull);
        if (!grown)
            return;
        writer->slots[slot].words = grown;
        writer->slots[slot].cap = words;
    }
    memcpy(writer->slots[slot].words, event, event->size);
    writer->slots[slot].n_runs = 0;
    writer->slots[slot].size = event->size;
}

int toc_delta_write(struct toc_delta_writer *writer, const struct toc_event *event,
                    struct toc_buf *block) {
    uint32_t slot = slot_for(writer, event);
    int err;

    writer->slots[slot].key = key_of(event);
    writer->slots[slot].used = ++writer->records;
    if (writer->slots[slot].size == event->size)
        return write_change(writer, slot, event, block);
    err = write_whole(slot, event, block);
    if (!err)
        remember(writer, slot, event);
    return err;
}

void toc_delta_writer_reset(struct toc_delta_writer *writer) {
    for (size_t i = 0; i < TOC_DELTA_SLOTS; i++) {
        writer->slots[i].size = 0;
        writer->slots[i].used = 0;
    }
}

void toc_delta_writer_clear(struct toc_delta_writer *writer) {
    for (size_t i = 0; i < TOC_DELTA_SLOTS; i++)
        free(writer->slots[i].words);
    *writer = (struct toc_delta_writer){0};
}
