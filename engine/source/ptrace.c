// SPDX-License-Identifier: Apache-2.0
// The source that watches processes by tracing them.
#include "source/ptrace.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "base/cleanup.h"
#include "event/wire_payload.h"
#include "source/cgroup.h"
#include "source/ptrace_call.h"
#include "source/ptrace_tracer.h"
#include "source/watch.h"

#define RING_BYTES (16u << 20)
/* One writer: its calls come in order. Ticks wait until what was read before them has arrived. */
#define WATERMARK_NS 2000000u
#define LOOK_NS 200000
/* Of the tracer to let go; each thread must be stopped for it, which one in uninterruptible sleep
 * delays. It goes on by itself when we have gone. */
#define PATIENCE_NS UINT64_C(5000000000)

struct ptrace_source {
    struct toc_watch watch;
    struct toc_ptrace_shared *shared;
    char *cgroup_root;
    const struct toc_gate *gate;
    uint64_t possible; /* events that what is traced stops for */
    pid_t tracer;
};

static struct ptrace_source *of(struct toc_watch *watch) {
    return (struct ptrace_source *)watch;
}

static void look_later(void) {
    nanosleep(&(struct timespec){.tv_nsec = LOOK_NS}, NULL);
}

static uint32_t stage(const struct ptrace_source *s) {
    return atomic_load(&s->shared->stage);
}

/* True when the tracing process is gone. */
static bool tracer_gone(struct ptrace_source *s) {
    if (s->tracer > 0 && waitpid(s->tracer, NULL, WNOHANG) != 0)
        s->tracer = 0;
    return s->tracer == 0;
}

static int ptrace_over(struct toc_watch *watch) {
    struct ptrace_source *s = of(watch);

    if (stage(s) == TOC_PTRACE_OVER)
        return 1;
    if (!tracer_gone(s) || stage(s) == TOC_PTRACE_OVER)
        return 0;
    snprintf(watch->source.fault, sizeof(watch->source.fault),
             "the tracing process was killed: what it traced is not watched any more");
    return -ESRCH;
}

static void ptrace_detach(struct toc_watch *watch) {
    struct ptrace_source *s = of(watch);
    uint64_t deadline = toc_boot_now() + PATIENCE_NS;

    atomic_store(&s->shared->ending, 1);
    while (stage(s) == TOC_PTRACE_WATCHING && !tracer_gone(s) && toc_boot_now() < deadline) {
        kill(s->tracer, TOC_TRACER_NUDGE);
        look_later();
    }
}

/* It is for the tracing process to answer. */
static void ptrace_beat(struct toc_watch *watch, uint64_t number) {
    struct ptrace_source *s = of(watch);

    atomic_store(&s->shared->heartbeat_at, toc_boot_now());
    atomic_store(&s->shared->heartbeat, number);
    if (s->tracer > 0)
        kill(s->tracer, TOC_TRACER_NUDGE);
}

static int ptrace_counts(struct toc_watch *watch, struct toc_wire_counts *ret) {
    toc_ptrace_counts(of(watch)->shared, ret);
    return 0;
}

static const struct toc_watch_ops watch_ops = {
    .over = ptrace_over, .detach = ptrace_detach, .beat = ptrace_beat, .counts = ptrace_counts};

static int feed_drain(void *ctx) {
    struct ptrace_source *s = ctx;

    return toc_ptrace_ring_drain(s->shared, toc_stream_take, &s->watch.stream);
}

static int feed_counts(void *ctx, struct toc_wire_counts *ret) {
    return ptrace_counts(ctx, ret);
}

static const struct toc_stream_feed feed = {.drain = feed_drain, .counts = feed_counts};

static void ptrace_free(struct toc_source *source) {
    struct ptrace_source *s = (struct ptrace_source *)source;

    if (s->tracer > 0)
        ptrace_detach(&s->watch);
    tracer_gone(s);
    toc_watch_clear(&s->watch);
    toc_ptrace_shared_free(&s->shared);
    free(s->cgroup_root);
    free(s);
}

/* What calls are decided for goes on being looked at. */
static void ptrace_want(struct toc_source *source, const struct toc_demand *demand,
                        struct toc_demand *ret_lacks) {
    struct ptrace_source *s = (struct ptrace_source *)source;
    uint64_t events = (demand->events | (s->gate ? s->gate->events : 0)) & toc_ptrace_events();

    atomic_store(&s->shared->wanted, events & s->possible);
    ret_lacks->events = events & ~s->possible;
    atomic_store(&s->shared->payload_enter, demand->payload_enter);
    atomic_store(&s->shared->payload_exit, demand->payload_exit);
    toc_watch_payload(&s->watch, demand);
}

static const struct toc_source_ops ops = {.name = "ptrace",
                                          .next = toc_watch_next,
                                          .counts = toc_watch_counts,
                                          .want = ptrace_want,
                                          .free = ptrace_free};

static int start_tracer(struct ptrace_source *s, const struct toc_ptrace_options *options) {
    struct toc_tracer_task task = {
        .pid = options->pid,
        .filtered = options->filtered,
        .kill = options->kill,
        .max_msgs = options->max_msgs ? options->max_msgs : TOC_WIRE_MAX_MSGS,
        .payload_bytes = options->payload_bytes ? options->payload_bytes : TOC_WIRE_PAYLOAD_BYTES,
        .reader = getpid(),
        .shared = s->shared,
        .cgroup_root = s->cgroup_root,
        .gate = options->gate,
    };

    s->tracer = fork();
    if (s->tracer < 0)
        return -errno;
    if (s->tracer == 0)
        toc_tracer_main(&task);
    while (stage(s) == TOC_PTRACE_STARTING && !tracer_gone(s))
        look_later();
    if (stage(s) == TOC_PTRACE_FAILED)
        return s->shared->error;
    return stage(s) == TOC_PTRACE_STARTING ? -ESRCH : 0;
}

static int open_all(struct ptrace_source *s, const struct toc_ptrace_options *options) {
    uint64_t wanted = toc_ptrace_filter_for(options->events, options->gate).events;
    int r =
        toc_ptrace_shared_new(options->ring_bytes ? options->ring_bytes : RING_BYTES, &s->shared);

    if (r < 0)
        return r;
    s->gate = options->gate;
    s->possible = options->filtered ? wanted : toc_ptrace_events();
    atomic_store(&s->shared->wanted, wanted);
    (void)toc_cgroup_root(&s->cgroup_root);
    r = toc_stream_open(&feed, s, 1, WATERMARK_NS, &s->watch.stream);
    if (r == 0)
        r = toc_watch_init(&s->watch, &watch_ops, options->capture, options->version);
    s->watch.stream.pending_ns = options->pending_ns;
    s->watch.heart.every_ns = options->heartbeat_ns;
    snprintf(s->watch.hooks, sizeof(s->watch.hooks), "ptrace");
    toc_watch_events(&s->watch, wanted);
    return r < 0 ? r : start_tracer(s, options);
}

int toc_ptrace_source_new(const struct toc_ptrace_options *options, struct toc_diags *diags,
                          struct toc_source **ret) {
    struct ptrace_source *s = calloc(1, sizeof(*s));
    int r;

    if (!s)
        return -ENOMEM;
    s->watch.source.ops = &ops;
    r = open_all(s, options);
    if (r < 0) {
        toc_fail(diags, -r, (struct toc_place){0}, "%s",
                 s->shared && s->shared->fault[0] ? s->shared->fault : strerror(-r));
        ptrace_free(&s->watch.source);
        return r;
    }
    *ret = &s->watch.source;
    return 0;
}
