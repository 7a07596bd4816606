// SPDX-License-Identifier: Apache-2.0
// A window of numbers: a ring of entries by time, and their sum.
#include "detect/window.h"

#include <string.h>

#include "detect/window_value.h"

struct entry {
    int64_t time, value;
};

/* Fits the smallest block. */
#define FIRST_ENTRIES 4

static struct entry *entry_at(const struct toc_state *state, const struct toc_window *window,
                              uint32_t i) {
    struct entry *entries = toc_pool_at(&state->pool, window->ring);

    return &entries[(window->head + i) & (window->cap - 1)];
}

static bool grow(struct toc_state *state, struct toc_cell *cell, struct toc_window *window) {
    uint32_t cap = window->cap ? 2 * window->cap : FIRST_ENTRIES;
    toc_block block = cap ? toc_state_alloc(state, cell, cap * sizeof(struct entry)) : 0;
    struct entry *entries;

    if (!block)
        return false;
    entries = toc_pool_at(&state->pool, block);
    for (uint32_t i = 0; i < window->n; i++)
        entries[i] = *entry_at(state, window, i);
    toc_state_free(state, cell->table, window->ring);
    window->ring = block;
    window->cap = cap;
    window->head = 0;
    return true;
}

static void drop_entry(const struct toc_state *state, struct toc_window *window,
                       enum toc_measure_kind kind) {
    const struct entry *entry = entry_at(state, window, 0);

    window->sum -= entry->value;
    window->entries -= kind == TOC_MEASURE_COUNT ? (uint64_t)entry->value : 1;
    window->head = (window->head + 1) & (window->cap - 1);
    window->n--;
}

/* Takes a number into an entry of the same time, where that loses nothing. */
static bool merge(struct entry *entry, enum toc_measure_kind kind, int64_t value) {
    if (kind == TOC_MEASURE_MIN)
        entry->value = value < entry->value ? value : entry->value;
    else if (kind == TOC_MEASURE_MAX)
        entry->value = value > entry->value ? value : entry->value;
    else
        return kind == TOC_MEASURE_COUNT &&
               !__builtin_add_overflow(entry->value, value, &entry->value);
    return true;
}

/* Room for one more entry, if need be that of the oldest. Not inline: it is seldom needed. */
__attribute__((noinline)) static bool make_room(struct toc_state *state, struct toc_cell *cell,
                                                struct toc_window *window,
                                                enum toc_measure_kind kind) {
    if (grow(state, cell, window))
        return true;
    state->counts[state->tables[cell->table].rule].evicted.values++;
    if (!window->n)
        return false;
    drop_entry(state, window, kind);
    return true;
}

static void push(struct toc_state *state, struct toc_cell *cell, struct toc_window *window,
                 enum toc_measure_kind kind, int64_t value) {
    struct entry *last = window->n ? entry_at(state, window, window->n - 1) : NULL;

    if (last && last->time == state->now && merge(last, kind, value))
        return;
    if (window->n == window->cap && !make_room(state, cell, window, kind)) {
        // Not even one fits: what is not kept must not be counted, for it would never expire.
        window->sum -= value;
        window->entries -= kind == TOC_MEASURE_COUNT ? (uint64_t)value : 1;
        return;
    }
    *entry_at(state, window, window->n++) = (struct entry){state->now, value};
}

void toc_window_add(struct toc_state *state, struct toc_cell *cell, struct toc_window *window,
                    enum toc_measure_kind kind, bool slides, int64_t value) {
    bool is_first = !window->entries;

    window->sum += value;
    window->entries += kind == TOC_MEASURE_COUNT ? (uint64_t)value : 1;
    // Of one that slides the entries tell.
    if (slides) {
        push(state, cell, window, kind, value);
        return;
    }
    if (is_first || value < window->low)
        window->low = value;
    if (is_first || value > window->high)
        window->high = value;
}

int64_t toc_window_expire(struct toc_state *state, struct toc_cell *cell, struct toc_window *window,
                          enum toc_measure_kind kind, int64_t until) {
    while (window->n && entry_at(state, window, 0)->time <= until)
        drop_entry(state, window, kind);
    while (window->oldest && toc_value_oldest(state, window) <= until)
        toc_value_drop(state, cell, window);
    if (window->n)
        return entry_at(state, window, 0)->time;
    return window->oldest ? toc_value_oldest(state, window) : INT64_MAX;
}

/* The least or the greatest of what is left in a window that slides. */
static int64_t extreme(const struct toc_state *state, const struct toc_window *window, bool least) {
    int64_t found = entry_at(state, window, 0)->value;

    for (uint32_t i = 1; i < window->n; i++) {
        int64_t value = entry_at(state, window, i)->value;

        if (least ? value < found : value > found)
            found = value;
    }
    return found;
}

bool toc_window_extreme(const struct toc_state *state, const struct toc_window *window,
                        enum toc_measure_kind kind, bool slides, int64_t *ret) {
    bool least = kind == TOC_MEASURE_MIN;

    if (slides ? !window->n : !window->entries)
        return false;
    if (slides)
        *ret = extreme(state, window, least);
    else
        *ret = least ? window->low : window->high;
    return true;
}

void toc_window_clear(struct toc_state *state, struct toc_cell *cell, struct toc_window *window) {
    while (window->oldest)
        toc_value_drop(state, cell, window);
    toc_state_free(state, cell->table, window->ring);
    *window = (struct toc_window){0};
}
