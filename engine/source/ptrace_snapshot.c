// SPDX-License-Identifier: Apache-2.0
// What the memory of a stopped thread held: each page is read once, and never again.
#include "source/ptrace_snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "source/ptrace_memory.h"

#define PAGE TOC_SNAPSHOT_PAGE
#define FIRST_CAP 16
/* Nothing above belongs to a program. */
#define USER_END (UINT64_C(1) << 63)

/* Where the page is, or would be. cap is not 0. */
static struct toc_snapshot_page *place_of(const struct toc_snapshot *s, uint64_t page) {
    size_t i = (size_t)(page * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (s->cap - 1);

    while (s->table[i].number && s->table[i].number != page + 1)
        i = (i + 1) & (s->cap - 1);
    return &s->table[i];
}

static const struct toc_snapshot_page *find(const struct toc_snapshot *s, uint64_t page) {
    const struct toc_snapshot_page *place = s->cap ? place_of(s, page) : NULL;

    return place && place->number ? place : NULL;
}

static int grow(struct toc_snapshot *s) {
    struct toc_snapshot wider = {.n = s->n, .cap = s->cap ? 2 * s->cap : FIRST_CAP};

    wider.table = calloc(wider.cap, sizeof(*wider.table));
    if (!wider.table)
        return -ENOMEM;
    for (size_t i = 0; i < s->cap; i++)
        if (s->table[i].number)
            *place_of(&wider, s->table[i].number - 1) = s->table[i];
    free(s->table);
    s->table = wider.table;
    s->cap = wider.cap;
    return 0;
}

/* bytes: taken over unless it fails. */
static int add(struct toc_snapshot *s, uint64_t page, uint8_t *bytes) {
    if (*s->budget == 0)
        return -E2BIG;
    if (2 * (s->n + 1) > s->cap && grow(s) < 0)
        return -ENOMEM;
    *place_of(s, page) = (struct toc_snapshot_page){page + 1, bytes};
    s->n++;
    --*s->budget;
    return 0;
}

static int take_page(struct toc_snapshot *s, const struct toc_ptrace_memory *memory,
                     uint64_t page) {
    uint8_t *bytes = malloc(PAGE);
    int r;

    if (!bytes)
        return -ENOMEM;
    r = toc_ptrace_read_one(memory, page * PAGE, bytes, PAGE) ? add(s, page, bytes) : 1;
    if (r)
        free(bytes);
    return r;
}

int toc_snapshot_take(struct toc_snapshot *s, const struct toc_ptrace_memory *memory, uint64_t at,
                      uint64_t n, uint64_t *ret_missing) {
    uint64_t last;
    int r = 0;

    /* What runs past the end cannot be got whole, whatever is taken of it. */
    if (n == 0 || __builtin_add_overflow(at, n - 1, &last) || last >= USER_END)
        return 0;
    for (uint64_t page = at / PAGE; page <= last / PAGE && r == 0; page++) {
        if (find(s, page))
            continue;
        r = take_page(s, memory, page);
        *ret_missing = page * PAGE;
    }
    return r;
}

int toc_snapshot_unreadable(struct toc_snapshot *s, uint64_t at) {
    return find(s, at / PAGE) ? 0 : add(s, at / PAGE, NULL);
}

bool toc_snapshot_get(const struct toc_snapshot *s, uint64_t at, void *to, uint64_t n) {
    uint64_t last;

    if (n == 0 || __builtin_add_overflow(at, n - 1, &last))
        return false;
    for (uint64_t page = at / PAGE; page <= last / PAGE; page++) {
        const struct toc_snapshot_page *found = find(s, page);

        if (!found || !found->bytes)
            return false;
    }
    for (uint64_t done = 0; done < n;) {
        uint64_t in_page = (at + done) % PAGE, part = PAGE - in_page;

        if (part > n - done)
            part = n - done;
        memcpy((uint8_t *)to + done, find(s, (at + done) / PAGE)->bytes + in_page, part);
        done += part;
    }
    return true;
}

void toc_snapshot_clear(struct toc_snapshot *s) {
    for (size_t i = 0; i < s->cap; i++)
        free(s->table[i].bytes);
    free(s->table);
    if (s->budget)
        *s->budget += s->n;
    *s = (struct toc_snapshot){.budget = s->budget};
}
