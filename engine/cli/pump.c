// SPDX-License-Identifier: Apache-2.0
// Moves events from the source to everything that wants them, in one order.
#include "cli/pump.h"

#include <errno.h>
#include <time.h>

#include "cli/progress.h"
#include "cli/signals.h"
#include "detect/feed.h"

/* Waiting for events ends this often, to look for signals and the duration. */
#define WAIT_MS 100
/* An alert waits at most this long for others to be written with it. */
#define FLUSH_NS INT64_C(50000000)

static int64_t now(void) {
    struct timespec ts;

    // Coarse: a few milliseconds are good enough here, and it is read between any two events.
    clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
    return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec;
}

void toc_pump_put(struct toc_pump *pump, const struct toc_event *event,
                  const struct toc_changes *changes) {
    const struct toc_meta *meta = toc_event_meta(event);

    if (meta && TOC_HAS(meta, meta, time))
        pump->time = meta->time;
    pump->events++;
    if (pump->started && event->variant == TOC_EVENT_tocsin_start)
        pump->started(pump->started_ctx, event);
    if (pump->recorder && !pump->recorder_error)
        pump->recorder_error = toc_recorder_add(pump->recorder, event);
    if (pump->matcher)
        toc_matcher_feed_changed(pump->matcher, event, changes);
}

static void show_progress(const struct toc_pump *pump) {
    uint64_t done = 0, total = 0;

    if (!toc_progress_shows())
        return;
    if (pump->position)
        pump->position(pump->source, &done, &total);
    toc_progress_update(pump->events, done, total);
}

static bool pending(const struct toc_pump *pump) {
    return pump->output && pump->output->buf.n > 0 && !pump->output->stuck;
}

/* Nothing more is worth reading for: no one takes what would come of it. */
static bool useless(const struct toc_pump *pump) {
    return (pump->output && toc_output_error(pump->output)) ||
           (pump->recorder_error && !pump->matcher);
}

struct state {
    int64_t end;     /* 0: none */
    int64_t flushed; /* when output was last written */
};

/* True when the loop should leave now. */
static bool ask_to_stop(struct toc_pump *pump) {
    if (pump->stopped)
        return false;
    pump->stopped = true;
    if (!pump->stop)
        return true;
    pump->stop(pump->source);
    return false;
}

/* What is looked at between two events: signals, and the clock if anything depends on it. True when
 * the loop should leave. */
static bool look_around(struct toc_pump *pump, struct state *state) {
    bool timed = state->end || pump->between || (pump->output && pump->output->buf.n);
    int64_t at = timed ? now() : 0;
    int signal = toc_signals_stop();

    if (pump->output && pump->output->buf.n && at - state->flushed > FLUSH_NS) {
        toc_output_flush(pump->output);
        state->flushed = at;
    }
    if (!pump->stopped && signal && pump->interrupted)
        pump->interrupted(pump->ctx, signal);
    if (pump->between)
        pump->between(pump->between_ctx, pump, at);
    if (signal || (state->end && at >= state->end))
        return ask_to_stop(pump);
    return false;
}

int toc_pump_run(struct toc_pump *pump) {
    struct state state = {.end = pump->duration_ns ? now() + pump->duration_ns : 0};
    const struct toc_event *event;
    int got = 0;

    while (!useless(pump) || pump->stopped) {
        if (look_around(pump, &state))
            return 0;
        // What is buffered is written before a wait.
        got = toc_source_next(pump->source, pending(pump) ? 0 : WAIT_MS, &event);
        if (got == 0 && pending(pump))
            toc_output_flush(pump->output);
        if (got == -EINTR)
            got = 0;
        if (got < 0)
            return got == -ENODATA ? 0 : got;
        if (got > 0) {
            toc_pump_put(pump, event, pump->source->changes);
            show_progress(pump);
        }
    }
    // The counts of a live source are complete only at its end.
    ask_to_stop(pump);
    return 0;
}
