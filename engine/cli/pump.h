// SPDX-License-Identifier: Apache-2.0
// The one loop: source → recorder → matcher → sink. Live and replay both go through it.
#pragma once

#include "cli/output.h"
#include "detect/detect.h"
#include "event/recording.h"
#include "source/source.h"

struct toc_pump {
    struct toc_source *source;
    struct toc_recorder *recorder; /* NULL: nothing is recorded */
    struct toc_matcher *matcher;   /* NULL: nothing is matched. Its alerts go into output */
    struct toc_output *output;     /* NULL: none */
    /* Makes a live source come to its end; NULL: a request to stop leaves the rest unread. */
    void (*stop)(struct toc_source *source);
    void (*interrupted)(void *ctx,
                        int signal); /* told once when a signal asks to end; may be NULL */
    void *ctx;
    /* Told of each tocsin_start before it is matched; may be NULL. */
    void (*started)(void *ctx, const struct toc_event *start);
    void *started_ctx;
    /* Called between two events, often; may exchange the matcher. May be NULL. `now` is that of a
     * monotonic clock. */
    void (*between)(void *ctx, struct toc_pump *pump, int64_t now);
    void *between_ctx;
    int64_t duration_ns; /* 0: until the source ends */
    /* How far reading has come, for the progress line; NULL: unknown. */
    void (*position)(struct toc_source *source, uint64_t *ret_done, uint64_t *ret_total);

    /* What came of it. */
    uint64_t events;
    int64_t time;       /* of the latest event that has one */
    bool stopped;       /* before the source came to its end by itself */
    int recorder_error; /* -errno; matching goes on without the recorder */
};

/* Records and matches an event that is not of the source. */
void toc_pump_put(struct toc_pump *pump, const struct toc_event *event,
                  const struct toc_changes *changes);

/* Until the source ends, a signal or the duration asks for the end, or the output fails. 0, or the
 * source's -errno (its fault has the words). Failures of output and recorder stay with them. */
int toc_pump_run(struct toc_pump *pump);
