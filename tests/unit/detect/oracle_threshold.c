// SPDX-License-Identifier: Apache-2.0
// Thresholds the slow way: an event is told by its place among those of its track's window.
#include "oracle.h"

#define KEYS 4

/* One track as it stands, recomputed from its window's events. */
struct window {
    bool open;
    int64_t start;
    size_t by;           /* the event it began with */
    uint64_t seen, told; /* events in it; how many of them were told of, one way or another */
};

static int key_of(const struct stream_event *event) {
    return event->key[0] == '?' ? KEYS - 1 : event->key[0] - 'a';
}

static const char *const texts[KEYS] = {"\"a\"", "\"b\"", "\"c\"", "null"};

static void summarise(struct window windows[KEYS], int64_t span, int64_t now, bool all,
                      struct toc_buf *log) {
    for (;;) {
        int next = -1;

        // The window that began first; two never begin with the same event.
        for (int key = 0; key < KEYS; key++)
            if (windows[key].open && (all || windows[key].start + span <= now) &&
                (next < 0 || windows[key].by < windows[next].by))
                next = key;
        if (next < 0)
            return;
        if (windows[next].seen > windows[next].told)
            toc_buf_addf(
                log, "summary %lld %s x%llu; ",
                (long long)(windows[next].start + span < now ? windows[next].start + span : now),
                texts[next], (unsigned long long)(windows[next].seen - windows[next].told));
        windows[next].open = false;
    }
}

static bool is_power(uint64_t n, uint64_t count) {
    while (count < n)
        count *= 2;
    return n == count;
}

static bool passes(const struct oracle_threshold *threshold, uint64_t seen) {
    uint64_t count = (uint64_t)threshold->count;

    switch (threshold->type) {
    case 'l': return seen <= count;
    case 't': return seen % count == 0;
    case 'b': return seen == count;
    default: return is_power(seen, count);
    }
}

void oracle_thresholds(const struct stream_event *events, size_t n,
                       const struct oracle_threshold *threshold, int64_t span,
                       struct toc_buf *log) {
    struct window windows[KEYS] = {{0}};

    span = threshold->type == 'k' ? INT64_MAX / 4 : span;
    for (size_t i = 0; i < n; i++) {
        struct window *window = &windows[key_of(&events[i])];

        summarise(windows, span, events[i].ms, false, log);
        if (events[i].kind != '>' || events[i].value < 0)
            continue;
        if (!window->open)
            *window = (struct window){.open = true, .start = events[i].ms, .by = i};
        window->seen++;
        // Without windows tracks are told in the order of their last alerts.
        if (threshold->type == 'k')
            window->by = i;
        if (!passes(threshold, window->seen))
            continue;
        toc_buf_addf(log, "%lld - x%llu", (long long)events[i].ms,
                     (unsigned long long)(window->seen - window->told));
        if (window->seen - window->told > 1)
            toc_buf_addf(log, " -%llu", (unsigned long long)(window->seen - window->told - 1));
        toc_buf_adds(log, "; ");
        window->told = window->seen;
        if (threshold->type == 't')
            *window = (struct window){.open = true, .start = events[i].ms, .by = i};
    }
    if (n)
        summarise(windows, span, events[n - 1].ms, true, log);
}
