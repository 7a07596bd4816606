// SPDX-License-Identifier: Apache-2.0
// Writes records into a block of a recording, most of them as what changed.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/record.h"
#include "event/recording_delta.h"

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

static uint32_t head_of(uint32_t slot, bool delta, size_t n) {
    return slot | (uint32_t)delta << 6 | (uint32_t)n << 8;
}

/* Writes the runs between two records of n words to `to`, which has room for 10 bytes a word. Makes
 * `old` equal to `new`. */
static size_t write_runs(uint64_t *old, const uint64_t *new, size_t n, char *to) {
    char *p = to;
    size_t last = 0;

    for (size_t i = 0; i < n; i++) {
        uint64_t diff = old[i] ^ new[i], bytes;
        unsigned first, len;
        uint16_t control;

        if (!diff)
            continue;
        for (; i - last >= TOC_DELTA_FAR; last += TOC_DELTA_FAR) {
            control = TOC_DELTA_FAR << 6;
            memcpy(p, &control, 2);
            p += 2;
        }
        first = (unsigned)__builtin_ctzll(diff) / 8;
        len = 8 - (unsigned)__builtin_clzll(diff) / 8 - first;
        control = (uint16_t)((i - last) << 6 | first << 3 | (len - 1));
        bytes = new[i] >> 8 * first;
        memcpy(p, &control, 2);
        memcpy(p + 2, &bytes, 8);
        p += 2 + len;
        old[i] = new[i];
        last = i + 1;
    }
    return (size_t)(p - to);
}

static int write_delta(uint64_t *old, uint32_t slot, const struct toc_event *event,
                       struct toc_buf *block) {
    size_t words = words_of(event->size), n;
    char *to = toc_buf_room(block, TOC_DELTA_HEAD + words * 10 + 8);
    uint32_t head;

    if (!to)
        return -ENOMEM;
    n = write_runs(old, (const uint64_t *)event, words, to + TOC_DELTA_HEAD);
    head = head_of(slot, true, n);
    memcpy(to, &head, sizeof(head));
    block->n += TOC_DELTA_HEAD + n;
    return 0;
}

static int write_whole(uint32_t slot, const struct toc_event *event, struct toc_buf *block) {
    size_t at = block->n + TOC_DELTA_HEAD, start = (at + 7) & ~(size_t)7;
    size_t padded = words_of(event->size) * 8;
    char *to = toc_buf_room(block, start - block->n + padded);
    uint32_t head = head_of(slot, false, event->size);

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
    writer->slots[slot].size = event->size;
}

int toc_delta_write(struct toc_delta_writer *writer, const struct toc_event *event,
                    struct toc_buf *block) {
    uint32_t slot = slot_for(writer, event);
    int err;

    writer->slots[slot].key = key_of(event);
    writer->slots[slot].used = ++writer->records;
    if (writer->slots[slot].size == event->size)
        return write_delta(writer->slots[slot].words, slot, event, block);
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
