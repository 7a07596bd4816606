// SPDX-License-Identifier: Apache-2.0
// What the arguments of calls that move no messages point to, part by part.
#include "source/ptrace_parts.h"

#include <string.h>

#include "source/task_size.h"

#define POLLFD 8

static void want(struct toc_ptrace_looks *looks, uint16_t kind, uint32_t layout, uint64_t at,
                 uint32_t n) {
    size_t i = looks->n++;

    looks->kinds[i] = kind;
    looks->layouts[i] = layout;
    looks->wants[i] = (struct toc_want){.at = at, .to = looks->bytes[i], .n = n};
}

void toc_ptrace_look(struct toc_ptrace_looks *looks, uint16_t kind, uint64_t at, uint32_t n) {
    want(looks, kind, TOC_WIRE_TIME_NONE, at, n < TOC_WIRE_SIDE_PART ? n : TOC_WIRE_SIDE_PART);
}

static bool is_narrow(uint32_t layout) {
    return layout == TOC_WIRE_TIME_TIME32 || layout == TOC_WIRE_TIME_MICRO32;
}

void toc_ptrace_look_timeout(struct toc_ptrace_looks *looks, uint32_t layout, uint64_t at) {
    if (layout != TOC_WIRE_TIME_NONE)
        want(looks, TOC_WIRE_PART_TIMEOUT, layout, at, is_narrow(layout) ? 8 : 16);
}

void toc_ptrace_parts_add(struct toc_ptrace_parts *parts, uint16_t kind, uint8_t status,
                          const void *bytes, uint32_t n) {
    struct toc_wire_part_head *head = (void *)(parts->bytes + parts->n);
    uint32_t filled = (n + 7) & ~7u;

    if (sizeof(*head) + filled > sizeof(parts->bytes) - parts->n)
        return; /* no call comes to it */
    *head = (struct toc_wire_part_head){.kind = kind, .status = status, .n = n};
    memset(head + 1, 0, filled);
    if (n)
        memcpy(head + 1, bytes, n);
    parts->n += (uint32_t)sizeof(*head) + filled;
}

/* Seconds and nanoseconds, however it is laid out. */
static void add_timeout(struct toc_ptrace_parts *parts, uint8_t status, uint32_t layout,
                        const uint8_t *bytes) {
    bool is_micro = layout == TOC_WIRE_TIME_MICRO32 || layout == TOC_WIRE_TIME_MICRO64;
    int64_t time[2] = {0};
    int32_t old[2];

    if (status == TOC_WIRE_OK && is_narrow(layout)) {
        memcpy(old, bytes, sizeof(old));
        time[0] = old[0];
        time[1] = old[1];
    } else if (status == TOC_WIRE_OK) {
        memcpy(time, bytes, sizeof(time));
    }
    if (is_micro)
        time[1] = (int64_t)((uint64_t)time[1] * 1000);
    toc_ptrace_parts_add(parts, TOC_WIRE_PART_TIMEOUT, status, time, sizeof(time));
}

/* poll's array of which not all can be read: what stands before the first element that cannot. */
static void add_pollfds(struct toc_ptrace_parts *parts, const struct toc_ptrace_memory *memory,
                        const struct toc_want *all) {
    struct toc_want each[TOC_WIRE_SIDE_POLLFDS];
    uint32_t n = all->n / POLLFD, read = 0;

    for (uint32_t i = 0; i < n; i++)
        each[i] = (struct toc_want){.at = all->at + (uint64_t)i * POLLFD,
                                    .to = (uint8_t *)all->to + (size_t)i * POLLFD,
                                    .n = POLLFD};
    toc_ptrace_read(memory, each, n);
    while (read < n && each[read].ok)
        read++;
    toc_ptrace_parts_add(parts, TOC_WIRE_PART_POLLFDS, TOC_WIRE_FAULT, all->to, read * POLLFD);
}

static uint8_t status_of(const struct toc_want *want) {
    if (!want->at)
        return TOC_WIRE_NULL;
    /* Nothing can be read wherever user memory can be. */
    return want->ok || (!want->n && want->at < toc_task_size()) ? TOC_WIRE_OK : TOC_WIRE_FAULT;
}

void toc_ptrace_parts_read(struct toc_ptrace_parts *parts, const struct toc_ptrace_memory *memory,
                           struct toc_ptrace_looks *looks) {
    toc_ptrace_read(memory, looks->wants, looks->n);
    for (size_t i = 0; i < looks->n; i++) {
        const struct toc_want *want = &looks->wants[i];
        uint8_t status = status_of(want);

        if (looks->kinds[i] == TOC_WIRE_PART_TIMEOUT)
            add_timeout(parts, status, looks->layouts[i], looks->bytes[i]);
        else if (looks->kinds[i] == TOC_WIRE_PART_POLLFDS && status == TOC_WIRE_FAULT)
            add_pollfds(parts, memory, want);
        else
            toc_ptrace_parts_add(parts, looks->kinds[i], status, want->to,
                                 status == TOC_WIRE_OK ? want->n : 0);
    }
}
