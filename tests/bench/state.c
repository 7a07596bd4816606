// SPDX-License-Identifier: Apache-2.0
// A soak of what signatures remember: a million distinct keys a second of stream time, and among
// them one that comes again and again, whose alerts must come all. Prints time and memory for each
// kind of state; fails when a limit or a count is wrong.
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "detect/matcher.h"
#include "event/record.h"
#include "figure.h"

#define EVENTS 2000000
#define EVENTS_OF_SMOKE 2000
#define AGAIN 100 /* of so many events one has the key that comes again */
#define HEAD                                                                                       \
    "format: 1\nid: soak\ntitle: T\nstatus: test\nlevel: low\ndescription: D\nevents: "            \
    "[sendmmsg]\nmessage: '{proc.pid}'\n"
#define TAIL "tests:\n  - {name: y, given: {}, alerts: 1}\n  - {name: n, given: {}, alerts: 0}\n"

struct kind {
    const char *name, *body;
    enum toc_table_kind table;
    bool stateful;
    uint64_t times; /* that the key must come again for an alert; 0: there is none */
};

#define AT_THE_END UINT64_MAX /* one of each group that is still remembered then */

static const struct kind kinds[] = {
    {"no state", "when: batch.requested > 1000000000\n", TOC_TABLE_GROUPS, false, 0},
    {"event_count",
     "correlation: {type: event_count, group-by: [proc.pid], timespan: 1h, condition: {gte: 9}}\n",
     TOC_TABLE_GROUPS, true, 9},
    {"value_count",
     "correlation: {type: value_count, group-by: [proc.pid], timespan: 1h, condition: {field: "
     "batch.requested, gte: 9}}\n",
     TOC_TABLE_GROUPS, true, 9},
    {"judged at the end",
     "correlation: {type: event_count, group-by: [proc.pid], timespan: 1h, condition: {gt: 0, lt: "
     "1000000}}\n",
     TOC_TABLE_GROUPS, true, AT_THE_END},
    {"steps",
     "correlation: {type: temporal_ordered, group-by: [proc.pid], timespan: 1h, steps: [{name: a}, "
     "{name: b, when: batch.requested > a.batch.requested}]}\n",
     TOC_TABLE_GROUPS, true, 2},
    {"aggregate",
     "correlation: {type: aggregate, group-by: [proc.pid], timespan: 1h, let: {a: {sum: "
     "batch.requested}, b: {count: 'true'}}, condition: a >= b && b >= 9}\n",
     TOC_TABLE_GROUPS, true, 9},
    {"threshold",
     "when: batch.requested > 0\nthreshold: {type: threshold, track: [proc.pid], count: 9, "
     "timespan: 1h}\n",
     TOC_TABLE_THRESHOLDS, true, 9},
};

static void count_alert(void *ctx, const struct toc_alert *alert) {
    if (!alert->summary)
        ++*(uint64_t *)ctx;
}

static struct toc_ruleset *load(const char *body) {
    char dir[] = "/tmp/tocsin-soak-XXXXXX", path[64];
    const char *dirs[] = {path};
    const struct toc_ruleset_options options = {.signature_dirs = dirs, .n_signature_dirs = 1};
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    struct toc_ruleset *ruleset = NULL;
    FILE *file;

    if (!mkdtemp(dir))
        return NULL;
    snprintf(path, sizeof(path), "%s/soak.yaml", dir);
    file = fopen(path, "w");
    if (file) {
        fprintf(file, HEAD "%s" TAIL, body);
        fclose(file);
        toc_ruleset_load(&options, &diags, &ruleset);
    }
    for (size_t i = 0; i < diags.n; i++)
        fprintf(stderr, "%s:%u: %s\n", path, diags.items[i].line, diags.items[i].message);
    unlink(path);
    rmdir(dir);
    return ruleset;
}

/* An event whose pid, time and number of messages are then set for each turn. */
static const struct toc_event *make(struct toc_builder *builder) {
    struct toc_event *event = toc_builder_begin(builder, TOC_EVENT_sendmmsg);
    const struct toc_event *made = NULL;
    struct toc_proc *proc = TOC_NEW(builder, proc, &event->proc);
    struct toc_batch *batch = TOC_NEW(builder, batch, &event->batch);

    TOC_SET(meta, toc_builder_meta(builder), time, 0);
    TOC_SET(proc, proc, pid, 0);
    TOC_SET(batch, batch, requested, 1);
    toc_builder_end(builder, &made);
    return made;
}

static int events; /* in each half of a soak */

/* The next event: of a new key, or of the one that comes again. */
static void turn(const struct toc_event *event, uint64_t i, uint64_t *keys) {
    struct toc_meta *meta = (struct toc_meta *)toc_event_meta(event);
    struct toc_proc *proc = (struct toc_proc *)TOC_GET(event, proc, event->proc);
    struct toc_batch *batch = (struct toc_batch *)TOC_GET(event, batch, event->batch);

    meta->time += 1000;
    batch->requested = (uint32_t)(i / AGAIN + 1);
    proc->pid = i % AGAIN ? (int32_t)++ * keys : 0;
}

/* How many turns broke a limit or a count. */
static uint64_t soak(struct toc_matcher *matcher, const struct toc_event *event,
                     const struct kind *kind, uint64_t first, uint64_t *keys) {
    const struct toc_evicted *evicted = &toc_matcher_rule_counts(matcher, 0)->evicted;
    const struct toc_table *table =
        kind->stateful ? toc_state_table(&matcher->state, 0, kind->table) : NULL;
    uint64_t wrong = 0;

    for (uint64_t i = first; i < first + (uint64_t)events; i++) {
        turn(event, i, keys);
        toc_matcher_feed(matcher, event);
        // What is there and what was forgotten: every key, and the one that comes again once; of
        // windows that are forgotten by their beginning, perhaps each time.
        if (table)
            wrong += matcher->state.bytes[0] > TOC_STATE_SIGNATURE_BYTES ||
                     table->n + evicted->groups + evicted->thresholds - *keys >
                         (kind->times == AT_THE_END ? i / AGAIN + 1 : 1);
    }
    return wrong;
}

/* The most of all kinds. */
struct worst {
    double ns;
    double heap_bytes;
};

static int run(const struct kind *kind, struct worst *worst) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = load(kind->body);
    _cleanup_toc_matcher_ struct toc_matcher *matcher = NULL;
    const struct toc_evicted *evicted;
    const struct toc_event *event;
    uint64_t alerts = 0, keys = 0, returns = 2 * (uint64_t)events / AGAIN, expected, wrong;
    double begun, ns, heap;
    size_t bytes;

    if (!ruleset || toc_builder_new(&builder) ||
        toc_matcher_new(ruleset, count_alert, &alerts, &matcher))
        return 1;
    event = make(builder);
    wrong = soak(matcher, event, kind, 0, &keys);
    heap = (double)mallinfo2().uordblks;
    begun = toc_bench_now_ns();
    wrong += soak(matcher, event, kind, (uint64_t)events, &keys);
    ns = (toc_bench_now_ns() - begun) / events;
    heap = (double)mallinfo2().uordblks - heap;
    bytes = kind->stateful ? matcher->state.bytes[0] : 0;
    evicted = &toc_matcher_rule_counts(matcher, 0)->evicted;
    expected = kind->times == AT_THE_END ? toc_state_table(&matcher->state, 0, kind->table)->n
               : kind->times             ? returns / kind->times
                                         : 0;
    toc_matcher_end(matcher);
    wrong += keys != 2 * (uint64_t)events - returns || alerts != expected;
    printf("%-18s %5.0f ns/event %5.2f M keys/s %5zu KiB of state %8ju forgotten %6ju of %6ju "
           "alerts %5.0f bytes of heap since half-time %s\n",
           kind->name, ns, (1e3 - 1e3 / AGAIN) / ns, bytes >> 10,
           (uintmax_t)evicted->groups + evicted->thresholds, (uintmax_t)alerts, (uintmax_t)expected,
           heap, wrong ? "WRONG" : "");
    if (ns > worst->ns)
        worst->ns = ns;
    if (heap > worst->heap_bytes)
        worst->heap_bytes = heap;
    return wrong != 0;
}

int main(void) {
    struct worst worst = {0};
    int failed = 0;

    events = toc_bench_smoke() ? EVENTS_OF_SMOKE : EVENTS;
    printf("%d events, each with a key of its own but every %dth\n", 2 * events, AGAIN);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        failed |= run(&kinds[i], &worst);
    toc_figure_print(&(struct toc_figure){.name = "state.soak", .values = &worst.ns, .n = 1});
    toc_figure_print(
        &(struct toc_figure){.name = "state.heap", .values = &worst.heap_bytes, .n = 1});
    return failed;
}
