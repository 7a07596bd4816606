// SPDX-License-Identifier: Apache-2.0
// Gives out events from memory.
#include "source/memory.h"

#include "source/count.h"

struct memory_source {
    struct toc_source source;
    const struct toc_event *const *events;
    size_t n, at;
    struct toc_source_counts counts;
};

static int memory_next(struct toc_source *source, int timeout_ms, const struct toc_event **ret) {
    struct memory_source *m = (struct memory_source *)source;

    (void)timeout_ms;
    if (m->at == m->n)
        return -ENODATA;
    *ret = m->events[m->at++];
    toc_count_event(&m->counts, *ret);
    return 1;
}

static void memory_counts(struct toc_source *source, struct toc_source_counts *ret) {
    toc_counts_tell(&((struct memory_source *)source)->counts, ret);
}

static void memory_free(struct toc_source *source) {
    free(source);
}

static const struct toc_source_ops ops = {
    .name = "memory", .next = memory_next, .counts = memory_counts, .free = memory_free};

int toc_memory_source_new(const struct toc_event *const *events, size_t n,
                          struct toc_source **ret) {
    struct memory_source *m = calloc(1, sizeof(*m));

    if (!m)
        return -ENOMEM;
    *m = (struct memory_source){.source = {.ops = &ops}, .events = events, .n = n};
    *ret = &m->source;
    return 0;
}
