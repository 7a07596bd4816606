// SPDX-License-Identifier: Apache-2.0
// Holds the next event of each file, and gives out the earliest.
#include "source/merge.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "event/record.h"

struct part {
    struct toc_source *source;
    const struct toc_event *head; /* NULL: read on, or at its end */
    int ended;                    /* what next() gave last; 0 while there is more */
};

struct merge {
    struct toc_source source;
    struct part *parts;
    size_t n;
    struct part *given; /* whose event is with the caller */
    char host[256];     /* of the first start */
    bool started;
};

/* 0, or -EINVAL: the file is of another host. */
static int note_start(struct merge *m, const struct toc_event *start) {
    const struct toc_host *host = TOC_GET(start, host, start->host);
    char id[sizeof(m->host)] = "";

    if (host)
        snprintf(id, sizeof(id), "%.*s", (int)host->id.n, toc_string_at(start, host->id));
    if (m->started && strcmp(id, m->host) != 0) {
        snprintf(m->source.fault, sizeof(m->source.fault),
                 "files of several hosts cannot be merged: replay them one after the other");
        return -EINVAL;
    }
    memcpy(m->host, id, sizeof(id));
    return 0;
}

/* Reads on where nothing is held; starts after the first are left out. */
static int fill(struct merge *m, struct part *part) {
    while (!part->head && !part->ended) {
        int r = toc_source_next(part->source, -1, &part->head);

        if (r < 0) {
            part->head = NULL;
            part->ended = r;
        } else if (part->head->variant == TOC_EVENT_tocsin_start) {
            if (note_start(m, part->head))
                return -EINVAL;
            if (m->started)
                part->head = NULL;
            m->started = true;
        }
    }
    return 0;
}

/* The end of all: a fault of any file before the peaceful end. */
static int end(struct merge *m) {
    for (size_t i = 0; i < m->n; i++) {
        const struct part *part = &m->parts[i];

        if (part->ended == -ENODATA)
            continue;
        snprintf(m->source.fault, sizeof(m->source.fault), "%s", toc_source_fault(part->source));
        return part->ended;
    }
    return -ENODATA;
}

static int merge_next(struct toc_source *source, int timeout_ms, const struct toc_event **ret) {
    struct merge *m = (struct merge *)source;
    struct part *first = NULL;

    (void)timeout_ms;
    if (m->given)
        m->given->head = NULL;
    m->given = NULL;
    for (size_t i = 0; i < m->n; i++) {
        struct part *part = &m->parts[i];

        if (fill(m, part))
            return -EINVAL;
        if (!part->head)
            continue;
        // The start comes before everything, whenever its file was begun.
        if (!first || (first->head->variant != TOC_EVENT_tocsin_start &&
                       toc_event_stream_time(part->head) < toc_event_stream_time(first->head)))
            first = part;
    }
    if (!first)
        return end(m);
    m->given = first;
    *ret = first->head;
    return 1;
}

static void merge_counts(struct toc_source *source, struct toc_source_counts *ret) {
    struct merge *m = (struct merge *)source;

    for (size_t i = 0; i < m->n; i++)
        if (m->parts[i].source->ops->counts)
            m->parts[i].source->ops->counts(m->parts[i].source, ret);
}

static void merge_free(struct toc_source *source) {
    struct merge *m = (struct merge *)source;

    for (size_t i = 0; i < m->n; i++)
        toc_source_free(&m->parts[i].source);
    free(m->parts);
    free(m);
}

static const struct toc_source_ops ops = {
    .name = "merge", .next = merge_next, .counts = merge_counts, .free = merge_free};

int toc_source_merge(struct toc_source **sources, size_t n, struct toc_source **ret) {
    struct merge *m = calloc(1, sizeof(*m));

    if (m)
        m->parts = calloc(n + 1, sizeof(*m->parts));
    if (!m || !m->parts) {
        for (size_t i = 0; i < n; i++)
            toc_source_free(&sources[i]);
        free(m);
        return -ENOMEM;
    }
    m->source.ops = &ops;
    m->n = n;
    for (size_t i = 0; i < n; i++)
        m->parts[i].source = TAKE_PTR(sources[i]);
    *ret = &m->source;
    return 0;
}
