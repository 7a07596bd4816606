// SPDX-License-Identifier: Apache-2.0
// The source that watches this kernel through BPF.
#include "source/bpf.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "source/bpf_deny.h"
#include "source/bpf_load.h"
#include "source/bpf_programs.h"
#include "source/heartbeat_call.h"
#include "source/watch.h"
#include "source/watched.h"

#define WATERMARK_NS 300000u

struct bpf_source {
    struct toc_watch watch;
    struct toc_bpf_kernel kernel;
    struct ring_buffer *ring, *urgent;
    struct toc_heartbeat_call *heartbeat; /* NULL: none is made */
    const struct toc_gate *gate;
    bool until_exit;
    bool all_hooks; /* whatever they are needed for */
};

static struct bpf_source *of(struct toc_watch *watch) {
    return (struct bpf_source *)watch;
}

static int bpf_over(struct toc_watch *watch) {
    return of(watch)->until_exit && !toc_bpf_kernel_has_pids(&of(watch)->kernel);
}

static void bpf_detach(struct toc_watch *watch) {
    toc_bpf_kernel_detach(&of(watch)->kernel);
}

/* Where hooks were taken away that were there in the beginning, none comes. */
static void bpf_beat(struct toc_watch *watch, uint64_t number) {
    struct bpf_source *s = of(watch);

    if (toc_bpf_kernel_is_whole(&s->kernel))
        toc_heartbeat_call_make(s->heartbeat, number);
}

static int bpf_counts(struct toc_watch *watch, struct toc_wire_counts *ret) {
    return toc_bpf_kernel_counts(&of(watch)->kernel, ret);
}

static const struct toc_watch_ops watch_ops = {
    .over = bpf_over, .detach = bpf_detach, .beat = bpf_beat, .counts = bpf_counts};

static int feed_drain(void *ctx) {
    int r = ring_buffer__consume(of(ctx)->ring), u = ring_buffer__consume(of(ctx)->urgent);

    return u < 0 ? u : r;
}

static int feed_counts(void *ctx, struct toc_wire_counts *ret) {
    return bpf_counts(ctx, ret);
}

static bool feed_is_open(void *ctx, const struct toc_call *call) {
    return toc_bpf_kernel_in_call(&of(ctx)->kernel, call->task, call->cpu, call->seq);
}

static int feed_overdue(void *ctx, const struct toc_wire_overdue *than) {
    return toc_bpf_kernel_overdue(&of(ctx)->kernel, than);
}

static const struct toc_stream_feed feed = {
    .drain = feed_drain, .counts = feed_counts, .is_open = feed_is_open, .overdue = feed_overdue};

static void bpf_free(struct toc_source *source) {
    struct bpf_source *s = (struct bpf_source *)source;

    if (s->ring)
        ring_buffer__free(TAKE_PTR(s->ring));
    if (s->urgent)
        ring_buffer__free(TAKE_PTR(s->urgent));
    toc_watch_clear(&s->watch);
    toc_heartbeat_call_close(&s->heartbeat);
    toc_bpf_kernel_close(&s->kernel);
    free(s);
}

static const struct toc_demand everything = {.events = UINT64_MAX, .witnesses = TOC_SEES_ALL};

/* What the kernel decides about is looked at, too. */
static struct toc_demand with_gate(const struct toc_demand *demand, const struct toc_gate *gate) {
    struct toc_demand all = *demand;

    for (size_t i = 0; gate && i < gate->n_kernel; i++) {
        all.events |= gate->kernel[i]->kernel->events;
        all.witnesses |= TOC_SEES_SENT;
    }
    return all;
}

/* Hooks before events: what is wanted anew is seen whole. */
static void bpf_want(struct toc_source *source, const struct toc_demand *demand,
                     struct toc_demand *ret_lacks) {
    struct bpf_source *s = (struct bpf_source *)source;
    const struct toc_demand all = with_gate(demand, s->gate);
    const struct toc_demand *hooks = s->all_hooks ? &everything : &all;

    toc_bpf_kernel_attach(&s->kernel, hooks, NULL);
    toc_bpf_kernel_want(&s->kernel, &all);
    toc_bpf_kernel_release(&s->kernel, hooks);
    ret_lacks->witnesses = toc_bpf_kernel_lacks(&s->kernel, hooks) & demand->witnesses;
    toc_watch_payload(&s->watch, demand);
}

static void bpf_filter(struct toc_source *source, const struct toc_filter_table *tables) {
    toc_bpf_kernel_filter(&((struct bpf_source *)source)->kernel, tables);
}

static const struct toc_source_ops ops = {.name = "bpf",
                                          .next = toc_watch_next,
                                          .counts = toc_watch_counts,
                                          .want = bpf_want,
                                          .filter = bpf_filter,
                                          .free = bpf_free};

static void set_hooks(struct toc_watch *watch, const struct toc_bpf_report *report) {
    size_t at = 0;

    for (size_t i = 0; i < report->n; i++)
        if (report->programs[i].attached && at < sizeof(watch->hooks))
            at += (size_t)snprintf(watch->hooks + at, sizeof(watch->hooks) - at, "%s%s",
                                   at ? " " : "", report->programs[i].name);
}

/* What the kernel did about a call comes with its return, and is told before it. */
static int take(struct bpf_source *s, void *data, size_t size,
                int (*take_one)(void *ctx, void *data, size_t size)) {
    uint8_t actions[TOC_BPF_DENY_BYTES] __attribute__((aligned(8)));
    struct toc_wire_record record;
    size_t n = 0;

    if (s->gate && s->gate->n_kernel && toc_wire_check(data, size, &record) == 0 &&
        record.head->kind == TOC_WIRE_EXIT)
        n = toc_bpf_deny_tell(s->gate, record.exit, actions);
    for (size_t at = 0; at < n;) {
        struct toc_wire_head *head = (void *)(actions + at);
        int r = take_one(&s->watch.stream, head, head->size);

        if (r < 0 && r != -EAGAIN)
            return r;
        at += head->size;
    }
    return take_one(&s->watch.stream, data, size);
}

static int take_common(void *ctx, void *data, size_t size) {
    return take(ctx, data, size, toc_stream_take);
}

static int take_urgent(void *ctx, void *data, size_t size) {
    return take(ctx, data, size, toc_stream_take_urgent);
}

static int open_stream(struct bpf_source *s, uint64_t watermark_ns) {
    int cpus = libbpf_num_possible_cpus(), r;

    if (cpus <= 0)
        return -ENOENT;
    r = toc_stream_open(&feed, s, (uint32_t)cpus, watermark_ns, &s->watch.stream);
    if (r < 0)
        return r;
    s->ring = ring_buffer__new(s->kernel.ring_fd, take_common, s, NULL);
    if (!s->ring)
        return -errno;
    s->urgent = ring_buffer__new(s->kernel.urgent_fd, take_urgent, s, NULL);
    return s->urgent ? 0 : -errno;
}

static int quiet(enum libbpf_print_level level, const char *format, va_list args) {
    (void)level;
    (void)format;
    (void)args;
    return 0;
}

/* Attached when it is known what is wanted. */
static const struct toc_demand nothing;

static int load_all(struct bpf_source *s, const struct toc_bpf_options *options,
                    struct toc_bpf_report *report) {
    struct toc_bpf_options with = *options;
    int r = 0;

    s->watch.heart.every_ns = options->heartbeat_ns;
    if (options->heartbeat_ns)
        r = toc_heartbeat_call_open(&s->heartbeat);
    with.demand = &nothing;
    if (s->heartbeat)
        with.heartbeat_call = toc_heartbeat_call_msgvec(s->heartbeat);
    return r < 0 ? r : toc_bpf_kernel_load(&with, report, &s->kernel);
}

static int start_all(struct bpf_source *s, const struct toc_bpf_options *options,
                     struct toc_bpf_report *report) {
    const struct toc_demand demand =
        with_gate(options->demand ? options->demand : &everything, options->gate);
    int r = toc_bpf_kernel_scope(&s->kernel, options, report);

    if (r == 0)
        r = open_stream(s, options->watermark_ns ? options->watermark_ns : WATERMARK_NS);
    if (r == 0)
        r = toc_watch_init(&s->watch, &watch_ops, options->capture, options->version);
    if (r < 0)
        return r;
    toc_bpf_kernel_want(&s->kernel, &demand);
    r = toc_bpf_kernel_attach(&s->kernel, s->all_hooks ? &everything : &demand, report);
    if (r == 0)
        r = toc_bpf_deny_check(options->gate, report);
    s->watch.stream.pending_ns = options->pending_ns;
    s->watch.stream.foreign.root = s->kernel.cgroup_root;
    s->watch.stream.foreign.own = report->own;
    set_hooks(&s->watch, report);
    toc_watch_events(&s->watch, toc_watched_events() & demand.events);
    return r;
}

/* An error that nothing more is known about in words, too. */
static int explained(int r, struct toc_bpf_report *report) {
    if (r < 0 && !report->fault[0])
        snprintf(report->fault, sizeof(report->fault), "%s", strerror(-r));
    return r;
}

int toc_bpf_source_load(const struct toc_bpf_options *options, struct toc_bpf_report *report,
                        struct toc_source **ret) {
    struct bpf_source *s = calloc(1, sizeof(*s));
    int r;

    report->fault[0] = 0;
    if (!s)
        return explained(-ENOMEM, report);
    libbpf_set_print(quiet);
    s->watch.source.ops = &ops;
    s->kernel.cgroup_fd = -1;
    s->until_exit = options->until_exit;
    s->gate = options->gate;
    s->all_hooks = options->hooks;
    r = load_all(s, options, report);
    if (r < 0)
        bpf_free(&s->watch.source);
    else
        *ret = &s->watch.source;
    return explained(r, report);
}

int toc_bpf_source_start(struct toc_source *source, const struct toc_bpf_options *options,
                         struct toc_bpf_report *report) {
    return explained(start_all((struct bpf_source *)source, options, report), report);
}

void toc_bpf_probe(struct toc_bpf_report *ret) {
    struct toc_bpf_options options = {0};
    struct toc_bpf_kernel kernel = {.cgroup_fd = -1};

    libbpf_set_print(quiet);
    if (toc_bpf_kernel_load(&options, ret, &kernel) == 0)
        toc_bpf_kernel_close(&kernel);
}
