// SPDX-License-Identifier: Apache-2.0
// The slow way: every question goes back over the whole stream.
#include "oracle.h"

#include <stdlib.h>
#include <string.h>

#define KEYS 4

static int key_of(const struct stream_event *event) {
    return event->key[0] == '?' ? KEYS - 1 : event->key[0] - 'a';
}

static const char *key_text(int key) {
    static const char *const texts[KEYS] = {"\"a\"", "\"b\"", "\"c\"", "null"};

    return texts[key];
}

static void say(struct toc_buf *log, int64_t ms, int key, uint64_t count) {
    toc_buf_addf(log, "%lld %s x%llu; ", (long long)ms, key_text(key), (unsigned long long)count);
}

/* Over the events first to last of a key, younger than `after`: how many, and the value judged. */
static int measure(const struct stream_event *events, size_t first, size_t last, int key,
                   int64_t after, char what, uint64_t *ret_n) {
    int sum = 0, distinct = 0;

    *ret_n = 0;
    for (size_t i = first; i <= last; i++) {
        bool again = false;

        if (events[i].kind != '>' || key_of(&events[i]) != key || events[i].value < 0 ||
            events[i].ms <= after)
            continue;
        ++*ret_n;
        sum += events[i].value;
        for (size_t k = first; k < i && !again; k++)
            again = events[k].kind == '>' && key_of(&events[k]) == key && events[k].ms > after &&
                    events[k].value == events[i].value;
        distinct += !again;
    }
    if (what == 'd')
        *ret_n = (uint64_t)distinct;
    return what == 's' ? sum : what == 'd' ? distinct : (int)*ret_n;
}

static void slide(const struct stream_event *events, size_t n, const struct oracle_count *count,
                  int64_t span, struct toc_buf *log) {
    size_t first[KEYS] = {0}; // where a group's history begins

    for (size_t i = 0; i < n; i++) {
        int key = key_of(&events[i]);
        uint64_t number;

        if (events[i].kind == '!' && count->until)
            first[key] = i + 1;
        if (events[i].kind != '>' || events[i].value < 0 ||
            measure(events, first[key], i, key, events[i].ms - span, count->what, &number) <
                count->bound)
            continue;
        say(log, events[i].ms, key, number);
        first[key] = i + 1;
    }
}

/* Closes the windows that are over: in the order they began. */
static void close_windows(const struct stream_event *events, size_t before, size_t opened[KEYS],
                          const struct oracle_count *count, int64_t span, int64_t now, bool all,
                          struct toc_buf *log) {
    for (size_t i = 0; i < before; i++) {
        int key = key_of(&events[i]);
        uint64_t number;
        int64_t end = events[i].ms + span;

        if (opened[key] != i + 1 || (end > now && !all))
            continue;
        if (measure(events, i, before - 1, key, INT64_MIN, count->what, &number) == count->bound)
            say(log, end < now ? end : now, key, number);
        opened[key] = 0;
    }
}

static void tumble(const struct stream_event *events, size_t n, const struct oracle_count *count,
                   int64_t span, struct toc_buf *log) {
    size_t opened[KEYS] = {0}; // one more than the index of the event that opened the window

    for (size_t i = 0; i < n; i++) {
        int key = key_of(&events[i]);

        close_windows(events, i, opened, count, span, events[i].ms, false, log);
        if (events[i].kind == '!' && count->until)
            opened[key] = 0;
        if (events[i].kind == '>' && events[i].value >= 0 && !opened[key])
            opened[key] = i + 1;
    }
    if (n)
        close_windows(events, n, opened, count, span, events[n - 1].ms, true, log);
}

void oracle_counts(const struct stream_event *events, size_t n, const struct oracle_count *count,
                   int64_t span, struct toc_buf *log) {
    if (count->at_end)
        tumble(events, n, count, span, log);
    else
        slide(events, n, count, span, log);
}

/* What an event did: the step it filled, and the event that filled the one before. */
struct deed {
    int step; /* -1: none */
    size_t parent;
};

static bool fits(const struct stream_event *event, const struct oracle_steps *steps, int step) {
    return event->kind == '>' && event->value >= 0 &&
           (steps->loose || event->value % steps->n == step);
}

/* The latest event since `first` that filled a step for the key; SIZE_MAX for none. */
static size_t latest(const struct stream_event *events, const struct deed *deeds, size_t first,
                     size_t before, int key, int step) {
    for (size_t i = before; i-- > first;)
        if (deeds[i].step == step && key_of(&events[i]) == key)
            return i;
    return SIZE_MAX;
}

/* Did the chain that ends there begin after that time? */
static bool is_young(const struct stream_event *events, const struct deed *deeds, size_t at,
                     int64_t after) {
    while (at != SIZE_MAX && deeds[at].step > 0)
        at = deeds[at].parent;
    return at != SIZE_MAX && events[at].ms > after;
}

static bool follow(const struct stream_event *events, struct deed *deeds, size_t first, size_t i,
                   const struct oracle_steps *steps, int64_t after) {
    int key = key_of(&events[i]);

    for (int step = steps->n - 1; step >= 0; step--) {
        size_t before = step ? latest(events, deeds, first, i, key, step - 1) : SIZE_MAX;

        if (!fits(&events[i], steps, step) || (step && !is_young(events, deeds, before, after)))
            continue;
        deeds[i] = (struct deed){step, before};
        return step == steps->n - 1;
    }
    return false;
}

static bool join(const struct stream_event *events, struct deed *deeds, size_t first, size_t i,
                 const struct oracle_steps *steps, int64_t after) {
    int key = key_of(&events[i]), open = 0, fill = -1;

    for (int want_open = 1; want_open >= 0 && fill < 0; want_open--) {
        for (int step = 0; step < steps->n && fill < 0; step++) {
            size_t at = latest(events, deeds, first, i, key, step);
            bool is_open = at == SIZE_MAX || events[at].ms <= after;

            if (is_open == want_open && fits(&events[i], steps, step))
                fill = step;
        }
    }
    deeds[i].step = fill;
    for (int step = 0; step < steps->n; step++) {
        size_t at = latest(events, deeds, first, i + 1, key, step);

        open += at == SIZE_MAX || events[at].ms <= after;
    }
    return fill >= 0 && !open;
}

void oracle_steps(const struct stream_event *events, size_t n, const struct oracle_steps *steps,
                  int64_t span, struct toc_buf *log) {
    struct deed *deeds = calloc(n + 1, sizeof(*deeds));
    size_t first[KEYS] = {0};

    for (size_t i = 0; i < n; i++) {
        int key = key_of(&events[i]);
        int64_t after = events[i].ms - span;

        deeds[i].step = -1;
        if (!(steps->ordered ? follow : join)(events, deeds, first[key], i, steps, after))
            continue;
        say(log, events[i].ms, key, (uint64_t)steps->n);
        first[key] = i + 1;
    }
    free(deeds);
}
