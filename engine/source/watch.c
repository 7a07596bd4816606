// SPDX-License-Identifier: Apache-2.0
// What the sources that watch a running system share: the start, calls, losses, ticks, the end.
#include "source/watch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "event/variants.h"
#include "source/count.h"

/* The feed is looked at by the clock: a wake-up per event would halve the speed of what is
 * observed. Half a millisecond of traffic fits into a ring many times over. */
#define DRAIN_EVERY_NS 500000u
#define DRAIN_IDLE_NS 1000000u
#define DRAIN_LEAST_NS 100000u
#define IDLE_AFTER_NS 100000000u
#define TICK_NS 100000000u

static int fail(struct toc_watch *s, int r) {
    snprintf(s->source.fault, sizeof(s->source.fault), "reading what was observed failed: %s",
             strerror(-r));
    return r;
}

static int start(struct toc_watch *s, const struct toc_event **ret) {
    struct toc_start_info info = {
        .source = s->source.ops->name,
        .hooks = s->hooks,
        .events = s->events,
        .capture = s->capture,
        .payload_enter = s->payload_enter,
        .payload_exit = s->payload_exit,
        .version = s->version,
        .foreign_bpf = toc_foreign_bpf(&s->stream.foreign, 1, NULL, s->started_at),
        .heartbeats = s->heart.every_ns != 0,
        .time = s->started_at,
    };

    s->started = true;
    s->told = s->started_at;
    toc_heartbeat_start(&s->heart, toc_boot_now());
    return toc_compose_start(&s->composer, &info, ret);
}

static int came(struct toc_watch *s, const struct toc_call *call, const struct toc_event **ret) {
    uint64_t now = toc_boot_now();
    uint64_t age = now > call->entered_at ? now - call->entered_at : 0;
    uint64_t missed = toc_heartbeat_came(&s->heart, call->number, now);

    toc_count_heartbeat(&s->own, age);
    return toc_compose_heartbeat(&s->composer, call->time, age, missed, false, ret);
}

/* The next heartbeat is made when it is time, and when none comes it is told. */
static int heart(struct toc_watch *s, const struct toc_event **ret) {
    const struct toc_heartbeat *heart = &s->heart;
    uint64_t now = s->stream.drained_at, due;

    if (s->stopped)
        return 0;
    due = toc_heartbeat_due(&s->heart, now);
    if (due)
        s->ops->beat(s, due);
    if (!toc_heartbeat_is_missing(&s->heart, now))
        return 0;
    if (s->stream.horizon > s->told)
        s->told = s->stream.horizon;
    s->own.heartbeats_missing++;
    return toc_compose_heartbeat(&s->composer, s->told, now - heart->seen_at,
                                 heart->made - heart->seen, true, ret) == 0;
}

/* 1, 0 when the call made no event, or -errno. The call's memory is given back. */
static int tell(struct toc_watch *s, struct toc_call *call, const struct toc_event **ret) {
    int r;

    if (call->time > s->told)
        s->told = call->time;
    if (call->is_loss) {
        s->lost += toc_loss_is_of_calls(call->cause) ? call->count : 0;
        r = toc_compose_loss(&s->composer, call, ret);
    } else if (call->heartbeat) {
        r = came(s, call, ret);
    } else {
        r = toc_compose_call(&s->composer, call, s->lost, ret);
        if (r == 0) {
            s->lost = 0;
            toc_count_gaps(&s->own, *ret);
        } else if (!call->pending) {
            s->stream.malformed++;
        }
    }
    toc_calls_put(s->stream.calls, call);
    return r == 0;
}

static int tick(struct toc_watch *s, const struct toc_event **ret) {
    if (s->stopped || s->stream.horizon < s->told + TICK_NS)
        return 0;
    s->told = s->stream.horizon;
    return toc_compose_tick(&s->composer, s->told, ret) == 0;
}

/* When to look at the ring again: often while there is traffic, and when a call that has been read
 * may leave, as everything that returned before it must have come by then. */
static uint64_t next_look(const struct toc_stream *stream) {
    uint64_t idle = stream->drained_at - stream->active_at;
    uint64_t every = idle > IDLE_AFTER_NS ? DRAIN_IDLE_NS : DRAIN_EVERY_NS;
    uint64_t first = toc_order_first(&stream->order);

    if (first < stream->drained_at + every - stream->watermark_ns)
        every = first + stream->watermark_ns > stream->drained_at + DRAIN_LEAST_NS
                    ? first + stream->watermark_ns - stream->drained_at
                    : DRAIN_LEAST_NS;
    return stream->drained_at + every;
}

/* Waits until the ring is worth looking at again. False when `deadline` or a signal came first. */
static bool wait_for_more(struct toc_watch *s, uint64_t deadline) {
    uint64_t now = toc_boot_now(), until = next_look(&s->stream);
    struct timespec t;

    if (s->stream.backlog || now >= until)
        return true;
    if (until > deadline)
        until = deadline;
    if (until <= now)
        return false;
    t = (struct timespec){.tv_sec = (time_t)((until - now) / 1000000000u),
                          .tv_nsec = (long)((until - now) % 1000000000u)};
    return nanosleep(&t, NULL) == 0 && until < deadline;
}

int toc_watch_next(struct toc_source *source, int timeout_ms, const struct toc_event **ret) {
    struct toc_watch *s = (struct toc_watch *)source;
    uint64_t deadline = UINT64_MAX;
    struct toc_call *call;
    int r;

    if (!s->started)
        return start(s, ret) < 0 ? fail(s, -ENOMEM) : 1;
    if (timeout_ms >= 0)
        deadline = toc_boot_now() + (uint64_t)timeout_ms * 1000000u;
    for (;;) {
        while ((call = toc_order_take(&s->stream.order, s->stream.horizon)))
            if (tell(s, call, ret))
                return 1;
        if (s->stopped && !toc_stream_is_told(&s->stream))
            continue;
        if (s->stopped)
            return -ENODATA;
        if (heart(s, ret) || tick(s, ret))
            return 1;
        if (!wait_for_more(s, deadline))
            return 0;
        r = s->ops->over(s);
        if (r < 0)
            return r;
        if (r > 0) {
            toc_watch_stop(source);
            continue;
        }
        r = toc_stream_drain(&s->stream);
        if (r < 0)
            return fail(s, r);
    }
}

void toc_watch_stop(struct toc_source *source) {
    struct toc_watch *s = (struct toc_watch *)source;

    if (s->stopped)
        return;
    s->ops->detach(s);
    toc_stream_finish(&s->stream);
    s->stopped = true;
}

void toc_watch_counts(struct toc_source *source, struct toc_source_counts *counts) {
    struct toc_watch *s = (struct toc_watch *)source;
    struct toc_wire_counts kernel = {0};
    uint64_t here = s->stream.malformed + s->stream.pairing;

    if (s->ops->counts(s, &kernel) < 0)
        return;
    counts->filtered += kernel.filtered;
    counts->handled += kernel.handed > here ? kernel.handed - here : 0;
    counts->lost[TOC_loss_ring_full] += kernel.ring_full;
    counts->lost[TOC_loss_state_full] += kernel.state_full;
    counts->lost[TOC_loss_malformed] += s->stream.malformed;
    counts->lost[TOC_loss_pairing] += s->stream.pairing;
    counts->parts_lost += kernel.parts_lost;
    counts->rescued += kernel.rescued;
    counts->unknown += kernel.unknown;
    counts->late += s->stream.order.late;
    counts->pending += s->stream.pending;
    counts->unidentified += s->own.unidentified;
    counts->orphans += s->own.orphans;
    toc_counts_heartbeats(&s->own, counts);
    /* While programs run, the CPUs' counters are not of one moment. */
    counts->seen += s->stopped
                        ? kernel.seen
                        : kernel.filtered + kernel.handed + kernel.ring_full + kernel.state_full;
}

static void list(uint64_t events, char *ret, size_t size) {
    size_t at = 0;

    ret[0] = 0;
    for (uint16_t id = 0; id < 64; id++)
        if (events >> id & 1 && toc_event_info(id) && at < size)
            at += (size_t)snprintf(ret + at, size - at, "%s%s", at ? " " : "",
                                   toc_event_info(id)->name);
}

void toc_watch_events(struct toc_watch *s, uint64_t events) {
    list(events, s->events, sizeof(s->events));
}

static void set_clock(struct toc_watch *s) {
    struct timespec wall;

    clock_gettime(CLOCK_REALTIME, &wall);
    s->started_at = toc_boot_now();
    s->composer.boot_offset_ns =
        (int64_t)wall.tv_sec * 1000000000 + wall.tv_nsec - (int64_t)s->started_at;
}

int toc_watch_init(struct toc_watch *s, const struct toc_watch_ops *ops, const char *capture,
                   const char *version) {
    int r = toc_composer_init(&s->composer);

    s->ops = ops;
    snprintf(s->capture, sizeof(s->capture), "%s", capture ? capture : "full");
    snprintf(s->version, sizeof(s->version), "%s", version ? version : "");
    set_clock(s);
    return r;
}

void toc_watch_payload(struct toc_watch *s, const struct toc_demand *demand) {
    size_t n = strlen(s->capture);

    list(demand->payload_enter & EVENT_PAYLOAD, s->payload_enter, sizeof(s->payload_enter));
    list(demand->payload_exit & EVENT_PAYLOAD, s->payload_exit, sizeof(s->payload_exit));
    if ((*s->payload_enter || *s->payload_exit) && !strstr(s->capture, "payload"))
        snprintf(s->capture + n, sizeof(s->capture) - n, " payload");
}

void toc_watch_clear(struct toc_watch *s) {
    toc_stream_close(&s->stream);
    toc_composer_clear(&s->composer);
}
