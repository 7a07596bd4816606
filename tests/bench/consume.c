// SPDX-License-Identifier: Apache-2.0
// From records in the ring to events: what a live run does with each call before it is matched.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figure.h"
#include "source/watch.h"
#include "wire_make.h"

#define ROUNDS 11
#define CALLS 2048 /* in the feed at once */
#define TASKS 64

/* The records of CALLS calls, one after the other, as the ring would hold them. */
struct feed {
    struct toc_watch watch;
    struct toc_stream *stream;
    uint8_t *records, *end;
    uint64_t seq, time;
};

static void give_number(struct feed *feed, union wire_room *room, uint64_t call) {
    uint32_t tid = 101 + (uint32_t)(call % TASKS);

    room->head.seq = feed->seq++;
    room->head.cpu = 0;
    room->head.call_cpu = 0;
    room->head.task = (uint64_t)100 << 32 | tid;
    memcpy(feed->end, room, room->head.size);
    feed->end += room->head.size;
}

static void as_sendto(union wire_room *room) {
    room->enter.event = TOC_EVENT_sendto;
    room->enter.nr = 44;
    room->enter.arg[2] = 4;
    room->enter.arg[3] = 0;
    room->enter.arg[4] = 0x1000;
    room->enter.arg[5] = 16;
}

/* A call moves n messages; 0: sendto. */
static void fill(struct feed *feed, unsigned n) {
    union wire_room room;
    uint16_t msgs = (uint16_t)(n ? n : 1);

    feed->end = feed->records;
    for (uint64_t call = 0; call < CALLS; call++) {
        make_enter(&room, call, 0, msgs);
        if (!n)
            as_sendto(&room);
        give_number(feed, &room, call);
        make_exit(&room, call, 0, msgs, msgs);
        give_number(feed, &room, call);
    }
}

/* Numbers and times go on from one turn to the next. */
static int feed_drain(void *ctx) {
    struct feed *feed = ctx;

    for (uint8_t *at = feed->records; at < feed->end;) {
        struct toc_wire_head *head = (struct toc_wire_head *)at;
        uint32_t size = head->size;

        if (head->kind == TOC_WIRE_ENTER)
            head->call_seq = ++feed->seq;
        else
            head->call_seq = feed->seq;
        head->seq = feed->stream->next_seq[0];
        head->time = feed->time += 500;
        if (toc_stream_take(feed->stream, at, size) < 0 && at + size < feed->end)
            abort(); // a turn is as much as one drain takes
        at += size;
    }
    return -EAGAIN; // as if there were more: nobody waits
}

static int feed_counts(void *ctx, struct toc_wire_counts *ret) {
    (void)ctx;
    *ret = (struct toc_wire_counts){0};
    return 0;
}

static const struct toc_stream_feed stream_feed = {.drain = feed_drain, .counts = feed_counts};

static int over(struct toc_watch *watch) {
    (void)watch;
    return 0;
}

static void detach(struct toc_watch *watch) {
    (void)watch;
}

static int watch_counts(struct toc_watch *watch, struct toc_wire_counts *ret) {
    return feed_counts(watch, ret);
}

static const struct toc_watch_ops watch_ops = {
    .over = over, .detach = detach, .counts = watch_counts};
static const struct toc_source_ops source_ops = {.name = "bench", .next = toc_watch_next};

static void must(bool ok, const char *what) {
    if (ok)
        return;
    fprintf(stderr, "bench_consume: %s\n", what);
    exit(EXIT_FAILURE);
}

/* Nanoseconds a call. */
static double run(struct feed *feed, unsigned turns) {
    const uint64_t calls = (uint64_t)turns * CALLS;
    const struct toc_event *event;
    double begun = toc_bench_now_ns();

    for (uint64_t seen = 0; seen < calls;) {
        must(toc_source_next(&feed->watch.source, -1, &event) == 1, "no event");
        seen += toc_event_meta(event)->duration_ns > 0;
    }
    return (toc_bench_now_ns() - begun) / (double)calls;
}

/* The least that anything can do with the records: copy them. */
static double copy(const struct feed *feed, uint8_t *to, unsigned turns) {
    double begun = toc_bench_now_ns();

    for (unsigned i = 0; i < turns; i++) {
        memcpy(to, feed->records, (size_t)(feed->end - feed->records));
        __asm__ volatile("" : : "r"(to) : "memory");
    }
    return (toc_bench_now_ns() - begun) / turns / CALLS;
}

static void measure(const char *figure, unsigned n, unsigned turns) {
    static uint8_t *to;
    struct feed *feed = calloc(1, sizeof(*feed));
    double values[ROUNDS], base[ROUNDS];

    must(feed, "no memory");
    feed->records = malloc(CALLS * 2 * sizeof(union wire_room));
    to = malloc(CALLS * 2 * sizeof(union wire_room));
    must(feed->records && to, "no memory");
    feed->stream = &feed->watch.stream;
    feed->watch.source.ops = &source_ops;
    must(toc_stream_open(&stream_feed, feed, 1, 300000, feed->stream) == 0 &&
             toc_watch_init(&feed->watch, &watch_ops, NULL, NULL) == 0,
         "cannot open the stream");
    fill(feed, n);
    for (int round = 0; round < ROUNDS; round++) {
        values[round] = run(feed, turns);
        base[round] = copy(feed, to, turns);
    }
    toc_figure_print(
        &(struct toc_figure){figure, values, base, ROUNDS, "copying the records", NULL});
    toc_watch_clear(&feed->watch);
    free(feed->records);
    free(feed);
    free(to);
}

int main(void) {
    unsigned turns = toc_bench_smoke() ? 1 : 100;

    measure("consume.sendto", 0, turns);
    measure("consume.send8", 8, turns);
    return 0;
}
