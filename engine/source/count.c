// SPDX-License-Identifier: Apache-2.0
// Counts calls and losses of a stream as the producer of the stream counted them.
#include "source/count.h"

bool toc_loss_is_of_calls(uint16_t cause) {
    return cause != TOC_loss_part_lost && cause != TOC_loss_late;
}

static void count_loss(struct toc_source_counts *counts, const struct toc_event *event) {
    const struct toc_args *args = TOC_GET(event, args, event->args);
    uint16_t cause;

    if (!args || !TOC_HAS(args, args, cause) || !TOC_HAS(args, args, count))
        return;
    cause = args->cause < TOC_SOURCE_MAX_LOSS ? args->cause : TOC_SOURCE_MAX_LOSS - 1;
    if (toc_loss_is_of_calls(cause))
        counts->lost[cause] += args->count;
    else if (cause == TOC_loss_late)
        counts->late += args->count;
    else
        counts->parts_lost += args->count;
}

static void count_heartbeat(struct toc_source_counts *counts, const struct toc_event *event) {
    const struct toc_args *args = TOC_GET(event, args, event->args);

    if (!args || !TOC_HAS(args, args, age_ns))
        return;
    if (TOC_HAS(args, args, missing) && args->missing)
        counts->heartbeats_missing++;
    else
        toc_count_heartbeat(counts, args->age_ns);
}

void toc_count_heartbeat(struct toc_source_counts *counts, uint64_t age_ns) {
    counts->heartbeats++;
    counts->heartbeat_last_ns = age_ns;
    if (age_ns > counts->heartbeat_max_ns)
        counts->heartbeat_max_ns = age_ns;
}

void toc_counts_heartbeats(const struct toc_source_counts *from, struct toc_source_counts *to) {
    to->heartbeats += from->heartbeats;
    to->heartbeats_missing += from->heartbeats_missing;
    if (from->heartbeats)
        to->heartbeat_last_ns = from->heartbeat_last_ns;
    if (from->heartbeat_max_ns > to->heartbeat_max_ns)
        to->heartbeat_max_ns = from->heartbeat_max_ns;
}

void toc_count_gaps(struct toc_source_counts *counts, const struct toc_event *event) {
    const struct toc_proc *proc = TOC_GET(event, proc, event->proc);
    uint16_t stage = toc_event_meta(event)->stage;

    if (stage == TOC_stage_pending)
        return;
    counts->orphans += stage == TOC_stage_orphan;
    counts->unidentified +=
        proc && ((TOC_HAS(proc, proc, exe_ino) && !TOC_HAS(proc, proc, exe)) ||
                 (TOC_HAS(proc, proc, cgroup_id) && !TOC_HAS(proc, proc, cgroup)));
}

static void count_own(struct toc_source_counts *counts, const struct toc_event *event) {
    if (event->variant == TOC_EVENT_tocsin_loss)
        count_loss(counts, event);
    else if (event->variant == TOC_EVENT_tocsin_heartbeat)
        count_heartbeat(counts, event);
}

void toc_count_event(struct toc_source_counts *counts, const struct toc_event *event) {
    if (toc_event_info(event->variant)->groups & GROUP_OWN) {
        count_own(counts, event);
        return;
    }
    if (toc_event_meta(event)->stage == TOC_stage_pending)
        counts->pending++;
    else
        counts->handled++;
    toc_count_gaps(counts, event);
}

void toc_counts_tell(const struct toc_source_counts *counts, struct toc_source_counts *ret) {
    ret->handled += counts->handled;
    ret->seen += counts->handled;
    ret->parts_lost += counts->parts_lost;
    ret->late += counts->late;
    ret->pending += counts->pending;
    ret->unidentified += counts->unidentified;
    ret->orphans += counts->orphans;
    toc_counts_heartbeats(counts, ret);
    for (int i = 0; i < TOC_SOURCE_MAX_LOSS; i++) {
        ret->lost[i] += counts->lost[i];
        ret->seen += counts->lost[i];
    }
}
