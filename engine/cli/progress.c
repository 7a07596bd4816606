// SPDX-License-Identifier: Apache-2.0
// The progress line.
#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define SECOND INT64_C(1000000000)
#define EVERY (SECOND / 5)
/* Events between two looks at the clock. */
#define STRIDE 1024

static struct {
    const char *what;
    int64_t start, next;
    uint32_t calls;
    bool active, shown;
} line;

static int64_t now(void) {
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * SECOND + ts.tv_nsec;
}

void toc_progress_begin(const char *what, bool enabled) {
    line.what = what;
    line.active = enabled && isatty(STDERR_FILENO);
    line.start = now();
    line.next = line.start + SECOND;
}

bool toc_progress_shows(void) {
    return line.active;
}

static void show(uint64_t events, uint64_t done, uint64_t total, int64_t at) {
    double seconds = (double)(at - line.start) / SECOND;

    fprintf(stderr, "\r\033[K%s  ", line.what);
    if (total)
        fprintf(stderr, "%3u%%  ", (unsigned)(100.0 * (double)done / (double)total));
    fprintf(stderr, "%" PRIu64 " events, %.0f/s", events, (double)events / seconds);
    fflush(stderr);
    line.shown = true;
}

void toc_progress_update(uint64_t events, uint64_t done, uint64_t total) {
    int64_t at;

    if (!line.active || line.calls++ % STRIDE)
        return;
    at = now();
    if (at < line.next)
        return;
    line.next = at + EVERY;
    show(events, done, total, at);
}

void toc_progress_clear(void) {
    if (line.shown)
        fputs("\r\033[K", stderr);
    line.shown = false;
}

void toc_progress_end(void) {
    toc_progress_clear();
    line.active = false;
}
