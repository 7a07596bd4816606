// SPDX-License-Identifier: Apache-2.0
// Writes blocks of format 1: each control is followed by its bytes, which replace those there.
#include "recording_format1.h"

#include <criterion/criterion.h>
#include <string.h>

#include "event/recording_delta.h"

enum { SLOTS = 5 };

static void put_head(struct toc_buf *block, size_t slot, enum toc_delta_kind kind, size_t n) {
    uint32_t head = (uint32_t)(slot | (size_t)kind << 6 | n << 8);

    toc_buf_add(block, (const char *)&head, sizeof(head));
}

static void put_whole(struct toc_buf *block, size_t slot, const struct toc_event *event) {
    static const char zeros[8];

    put_head(block, slot, TOC_DELTA_WHOLE, event->size);
    toc_buf_add(block, zeros, -block->n % 8);
    toc_buf_add(block, (const char *)event, event->size);
}

static void put_change(struct toc_buf *block, size_t slot, const struct toc_event *old,
                       const struct toc_event *new) {
    _cleanup_toc_buf_ struct toc_buf runs = {0};
    const uint64_t *a = (const uint64_t *)old, *b = (const uint64_t *)new;
    size_t last = 0;

    for (size_t i = 0; i < new->size / 8; i++) {
        unsigned first, len;
        uint16_t control;

        if (a[i] == b[i])
            continue;
        for (; i - last >= TOC_DELTA_FAR; last += TOC_DELTA_FAR)
            toc_buf_add(&runs, "\xc0\xff", 2);
        first = (unsigned)__builtin_ctzll(a[i] ^ b[i]) / 8;
        len = 8 - (unsigned)__builtin_clzll(a[i] ^ b[i]) / 8 - first;
        control = (uint16_t)((i - last) << 6 | first << 3 | (len - 1));
        toc_buf_add(&runs, (const char *)&control, sizeof(control));
        toc_buf_add(&runs, (const char *)&b[i] + first, len);
        last = i + 1;
    }
    put_head(block, slot, TOC_DELTA_CHANGE, runs.n);
    toc_buf_add(block, runs.p, runs.n);
}

void block_of_format_1(const struct events *events, struct toc_buf *block) {
    const struct toc_event *slots[SLOTS] = {0};

    for (size_t i = 0; i < events->n; i++) {
        const struct toc_event *event = events->items[i];
        size_t slot = 0;

        while (slot < SLOTS && (!slots[slot] || slots[slot]->size != event->size))
            slot++;
        if (slot < SLOTS)
            put_change(block, slot, slots[slot], event);
        else
            put_whole(block, slot = i % SLOTS, event);
        slots[slot] = event;
    }
    cr_assert_eq(block->failed, 0);
}
