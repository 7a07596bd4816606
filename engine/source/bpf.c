// SPDX-License-Identifier: Apache-2.0
// The source that watches this kernel through BPF: its events one after the other.
#include "source/bpf.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "source/bpf_load.h"
#include "source/bpf_programs.h"
#include "source/bpf_stream.h"
#include "source/compose.h"

/* The ring is looked at by the clock: a wake-up per event would halve the speed of what is
 * observed. Half a millisecond of traffic fits into the ring many times over. */
#define DRAIN_EVERY_NS 500000u
#define DRAIN_IDLE_NS 1000000u
#define IDLE_AFTER_NS 100000000u
#define TICK_NS 100000000u
#define WATERMARK_NS 300000u

struct bpf_source {
    struct toc_source source;
    struct toc_bpf_kernel kernel;
    struct toc_bpf_stream stream;
    struct toc_composer composer;
    char hooks[512], capture[64], version[64];
    uint64_t started_at; /* ns since boot */
    uint64_t told;       /* time of the last event, ns since boot */
    uint64_t lost;       /* calls lost since the last one delivered */
    bool started, stopped, until_exit;
};

static int fail(struct bpf_source *s, int r) {
    snprintf(s->source.fault, sizeof(s->source.fault), "reading from the kernel failed: %s",
             strerror(-r));
    return r;
}

static int start(struct bpf_source *s, const struct toc_event **ret) {
    struct toc_start_info info = {
        .source = "bpf",
        .hooks = s->hooks,
        .capture = s->capture,
        .version = s->version,
        .foreign_bpf = toc_foreign_bpf(&s->stream.foreign, 1, NULL, s->started_at),
        .time = s->started_at,
    };

    s->started = true;
    s->told = s->started_at;
    return toc_compose_start(&s->composer, &info, ret);
}

/* 1, 0 when the call made no event, or -errno. The call's memory is given back. */
static int tell(struct bpf_source *s, struct toc_call *call, const struct toc_event **ret) {
    bool of_calls = call->cause == TOC_loss_ring_full || call->cause == TOC_loss_state_full;
    int r;

    if (call->time > s->told)
        s->told = call->time;
    if (call->is_loss) {
        s->lost += of_calls ? call->count : 0;
        r = toc_compose_loss(&s->composer, call, ret);
    } else {
        r = toc_compose_call(&s->composer, call, s->lost, ret);
        if (r == 0)
            s->lost = 0;
        else
            s->stream.malformed++;
    }
    toc_calls_put(s->stream.calls, call);
    return r == 0;
}

static int tick(struct bpf_source *s, const struct toc_event **ret) {
    if (s->stopped || s->stream.horizon < s->told + TICK_NS)
        return 0;
    s->told = s->stream.horizon;
    return toc_compose_tick(&s->composer, s->told, ret) == 0;
}

/* Waits until the ring is worth looking at again. False when `deadline` or a signal came first. */
static bool wait_for_more(struct bpf_source *s, uint64_t deadline) {
    uint64_t idle = s->stream.drained_at - s->stream.active_at;
    uint64_t every = idle > IDLE_AFTER_NS ? DRAIN_IDLE_NS : DRAIN_EVERY_NS;
    uint64_t now = toc_boot_now(), until = s->stream.drained_at + every;
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

static int bpf_next(struct toc_source *source, int timeout_ms, const struct toc_event **ret) {
    struct bpf_source *s = (struct bpf_source *)source;
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
        if (s->stopped)
            return -ENODATA;
        if (tick(s, ret))
            return 1;
        if (!wait_for_more(s, deadline))
            return 0;
        if (s->until_exit && !toc_bpf_kernel_has_pids(&s->kernel)) {
            toc_bpf_source_stop(source);
            continue;
        }
        r = toc_bpf_stream_drain(&s->stream);
        if (r < 0)
            return fail(s, r);
    }
}

void toc_bpf_source_stop(struct toc_source *source) {
    struct bpf_source *s = (struct bpf_source *)source;

    if (s->stopped)
        return;
    toc_bpf_kernel_detach(&s->kernel);
    toc_bpf_stream_finish(&s->stream);
    s->stopped = true;
}

static void bpf_counts(struct toc_source *source, struct toc_source_counts *counts) {
    struct bpf_source *s = (struct bpf_source *)source;
    struct toc_wire_counts kernel = {0};
    uint64_t here = s->stream.malformed + s->stream.pairing;

    if (toc_bpf_kernel_counts(&s->kernel, &kernel) < 0)
        return;
    counts->filtered += kernel.filtered;
    counts->handled += kernel.handed > here ? kernel.handed - here : 0;
    counts->lost[TOC_loss_ring_full] += kernel.ring_full;
    counts->lost[TOC_loss_state_full] += kernel.state_full;
    counts->lost[TOC_loss_malformed] += s->stream.malformed;
    counts->lost[TOC_loss_pairing] += s->stream.pairing;
    counts->parts_lost += kernel.parts_lost;
    counts->late += s->stream.order.late;
    /* While programs run, the CPUs' counters are not of one moment. */
    counts->seen += s->stopped
                        ? kernel.seen
                        : kernel.filtered + kernel.handed + kernel.ring_full + kernel.state_full;
}

static void bpf_free(struct toc_source *source) {
    struct bpf_source *s = (struct bpf_source *)source;

    toc_bpf_stream_close(&s->stream);
    toc_composer_clear(&s->composer);
    toc_bpf_kernel_close(&s->kernel);
    free(s);
}

static const struct toc_source_ops ops = {
    .name = "bpf", .next = bpf_next, .counts = bpf_counts, .free = bpf_free};

static void set_hooks(struct bpf_source *s, const struct toc_bpf_report *report) {
    size_t at = 0;

    for (size_t i = 0; i < report->n; i++)
        if (report->programs[i].attached && at < sizeof(s->hooks))
            at += (size_t)snprintf(s->hooks + at, sizeof(s->hooks) - at, "%s%s", at ? " " : "",
                                   report->programs[i].name);
}

static void set_clock(struct bpf_source *s) {
    struct timespec wall;

    clock_gettime(CLOCK_REALTIME, &wall);
    s->started_at = toc_boot_now();
    s->composer.boot_offset_ns =
        (int64_t)wall.tv_sec * 1000000000 + wall.tv_nsec - (int64_t)s->started_at;
}

static int open_all(struct bpf_source *s, const struct toc_bpf_options *options,
                    struct toc_bpf_report *report) {
    uint64_t watermark = options->watermark_ns ? options->watermark_ns : WATERMARK_NS;
    int r = toc_bpf_kernel_load(options, report, &s->kernel);

    if (r == 0)
        r = toc_composer_init(&s->composer);
    if (r == 0)
        r = toc_bpf_stream_open(&s->kernel, watermark, &s->stream);
    if (r < 0)
        return r;
    set_clock(s);
    r = toc_bpf_kernel_attach(&s->kernel, report);
    s->stream.foreign.root = s->kernel.cgroup_root;
    s->stream.foreign.own = report->own;
    set_hooks(s, report);
    return r;
}

static int quiet(enum libbpf_print_level level, const char *format, va_list args) {
    (void)level;
    (void)format;
    (void)args;
    return 0;
}

int toc_bpf_source_new(const struct toc_bpf_options *options, struct toc_bpf_report *report,
                       struct toc_diags *diags, struct toc_source **ret) {
    struct bpf_source *s = calloc(1, sizeof(*s));
    struct toc_bpf_report own;
    int r;

    if (!s)
        return -ENOMEM;
    report = report ? report : &own;
    libbpf_set_print(quiet);
    s->source.ops = &ops;
    s->kernel.cgroup_fd = -1;
    s->until_exit = options->until_exit;
    snprintf(s->capture, sizeof(s->capture), "%s", options->capture ? options->capture : "full");
    snprintf(s->version, sizeof(s->version), "%s", options->version ? options->version : "");
    r = open_all(s, options, report);
    if (r < 0) {
        bpf_free(&s->source);
        return toc_fail(diags, -r, (struct toc_place){0}, "%s",
                        report->fault[0] ? report->fault : strerror(-r));
    }
    *ret = &s->source;
    return 0;
}

int toc_bpf_source_add_pid(struct toc_source *source, pid_t pid) {
    return toc_bpf_kernel_add_pid(&((struct bpf_source *)source)->kernel, pid);
}

void toc_bpf_probe(struct toc_bpf_report *ret) {
    struct toc_bpf_options options = {0};
    struct toc_bpf_kernel kernel = {.cgroup_fd = -1};

    libbpf_set_print(quiet);
    if (toc_bpf_kernel_load(&options, ret, &kernel) == 0)
        toc_bpf_kernel_close(&kernel);
}
