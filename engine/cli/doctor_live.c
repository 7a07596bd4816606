// SPDX-License-Identifier: Apache-2.0
// tocsin doctor --live: whether calls come through the whole path, and how fast.
#include "cli/doctor_live.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/text.h"
#include "event/record.h"
#include "source/bpf.h"
#include "source/stream.h"
#include "source/watch.h"

#define EVERY_NS 20000000u
#define LAST_NS 1000000000u
#define MAX_BEATS (2 * LAST_NS / EVERY_NS)

static int by_size(const void *a, const void *b) {
    const uint64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static void run(struct toc_source *source, struct toc_doctor_live *ret) {
    uint64_t end = toc_boot_now() + LAST_NS, ages[MAX_BEATS];
    const struct toc_event *event;
    size_t n = 0;
    int r = 0;

    while (r >= 0) {
        r = toc_source_next(source, 10, &event);
        if (r > 0 && event->variant == TOC_EVENT_tocsin_heartbeat && n < MAX_BEATS) {
            const struct toc_args *args = TOC_GET(event, args, event->args);

            if (!args->missing)
                ages[n++] = args->age_ns;
        }
        if (toc_boot_now() >= end)
            toc_watch_stop(source);
    }
    toc_source_counts(source, &ret->counts);
    qsort(ages, n, sizeof(ages[0]), by_size);
    if (r != -ENODATA)
        snprintf(ret->fault, sizeof(ret->fault), "%.150s", toc_source_fault(source));
    else if (n)
        ret->p50_ns = ages[n / 2];
    else
        snprintf(ret->fault, sizeof(ret->fault), "no heartbeat came: nothing would be seen");
}

void toc_doctor_live_try(struct toc_doctor_live *ret) {
    const struct toc_bpf_options options = {.heartbeat_ns = EVERY_NS};
    _cleanup_toc_source_ struct toc_source *source = NULL;
    struct toc_bpf_report report = {0};

    *ret = (struct toc_doctor_live){0};
    if (toc_bpf_source_load(&options, &report, &source) < 0 ||
        toc_bpf_source_start(source, &options, &report) < 0) {
        snprintf(ret->fault, sizeof(ret->fault), "%.150s", report.fault);
        return;
    }
    for (size_t i = 0; i < report.n; i++) {
        ret->programs += report.programs[i].loaded;
        ret->attached += report.programs[i].attached;
    }
    run(source, ret);
}

static uint64_t lost(const struct toc_source_counts *counts) {
    uint64_t sum = 0;

    for (size_t i = 0; i < TOC_SOURCE_MAX_LOSS; i++)
        sum += counts->lost[i];
    return sum;
}

void toc_doctor_live_text(const struct toc_doctor_live *live, struct toc_buf *out) {
    toc_buf_addf(out, "\nLive        %zu of %zu programs attached\n", live->attached,
                 live->programs);
    if (live->counts.heartbeats)
        toc_buf_addf(out,
                     "heartbeats  %" PRIu64 " came, each after %.3f ms (half of them), %.3f ms "
                     "at most\n",
                     live->counts.heartbeats, (double)live->p50_ns / 1e6,
                     (double)live->counts.heartbeat_max_ns / 1e6);
    toc_buf_addf(out, "calls       %" PRIu64 " seen, %" PRIu64 " lost\n", live->counts.seen,
                 lost(&live->counts));
    if (*live->fault)
        toc_buf_addf(out, "fault       %s\n", live->fault);
}

void toc_doctor_live_json(const struct toc_doctor_live *live, struct toc_buf *out) {
    toc_buf_addf(out,
                 "{\"v\":1,\"live\":{\"programs\":%zu,\"attached\":%zu,\"heartbeats\":%" PRIu64
                 ",\"p50_ns\":%" PRIu64 ",\"max_ns\":%" PRIu64 ",\"seen\":%" PRIu64
                 ",\"lost\":%" PRIu64 ",\"fault\":",
                 live->programs, live->attached, live->counts.heartbeats, live->p50_ns,
                 live->counts.heartbeat_max_ns, live->counts.seen, lost(&live->counts));
    toc_buf_add_json_string(out, live->fault, strlen(live->fault));
    toc_buf_adds(out, "}}\n");
}
