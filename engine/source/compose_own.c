// SPDX-License-Identifier: Apache-2.0
// Makes tocsin's own events: start, loss, heartbeat, tick.
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "event/wire_action.h"
#include "source/compose.h"
#include "source/task_size.h"

static struct toc_ref text(struct toc_builder *b, const char *s) {
    return toc_builder_escape(b, s, strlen(s));
}

static struct toc_event *begin(struct toc_composer *c, uint16_t id, uint64_t time) {
    struct toc_event *event = toc_builder_begin(c->builder, id);
    struct toc_meta *meta = toc_builder_meta(c->builder);

    TOC_SET(meta, meta, time, (int64_t)time + c->boot_offset_ns);
    return event;
}

static void set_machine_id(struct toc_builder *b, struct toc_host *host) {
    _cleanup_fclose_ FILE *file = fopen("/etc/machine-id", "re");
    char id[64];

    if (!file || !fgets(id, sizeof(id), file))
        return;
    TOC_SET(host, host, id, toc_builder_escape(b, id, strcspn(id, "\n")));
}

static void set_uname(struct toc_builder *b, struct toc_host *host) {
    struct utsname u;

    if (uname(&u) < 0)
        return;
    TOC_SET(host, host, name, text(b, u.nodename));
    TOC_SET(host, host, kernel, text(b, u.release));
    TOC_SET(host, host, arch, text(b, u.machine));
}

int toc_compose_start(struct toc_composer *c, const struct toc_start_info *info,
                      const struct toc_event **ret) {
    struct toc_event *event = begin(c, TOC_EVENT_tocsin_start, info->time);
    uint32_t off;
    struct toc_host *host = TOC_NEW(c->builder, host, &off);

    if (host) {
        TOC_SET(event, event, host, off);
        set_machine_id(c->builder, host);
        set_uname(c->builder, host);
        TOC_SET(host, host, task_size, toc_task_size());
        TOC_SET(host, host, boot_offset_ns, c->boot_offset_ns);
        TOC_SET(host, host, source, text(c->builder, info->source));
        TOC_SET(host, host, hooks, text(c->builder, info->hooks));
        TOC_SET(host, host, events, text(c->builder, info->events));
        TOC_SET(host, host, capture, text(c->builder, info->capture));
        TOC_SET(host, host, payload_enter, text(c->builder, info->payload_enter));
        TOC_SET(host, host, payload_exit, text(c->builder, info->payload_exit));
        TOC_SET(host, host, foreign_bpf, info->foreign_bpf);
        TOC_SET(host, host, heartbeats, info->heartbeats);
        TOC_SET(host, host, version, text(c->builder, info->version));
    }
    return toc_builder_end(c->builder, ret);
}

int toc_compose_loss(struct toc_composer *c, const struct toc_call *loss,
                     const struct toc_event **ret) {
    struct toc_args *args;

    begin(c, TOC_EVENT_tocsin_loss, loss->time);
    args = toc_builder_args(c->builder);
    TOC_SET(args, args, cause, loss->cause);
    TOC_SET(args, args, count, loss->count);
    return toc_builder_end(c->builder, ret);
}

int toc_compose_heartbeat(struct toc_composer *c, uint64_t time, uint64_t age_ns, uint64_t missed,
                          bool missing, const struct toc_event **ret) {
    struct toc_args *args;

    begin(c, TOC_EVENT_tocsin_heartbeat, time);
    args = toc_builder_args(c->builder);
    TOC_SET(args, args, age_ns, age_ns);
    TOC_SET(args, args, missed, missed < UINT32_MAX ? (uint32_t)missed : UINT32_MAX);
    TOC_SET(args, args, missing, missing);
    return toc_builder_end(c->builder, ret);
}

int toc_compose_tick(struct toc_composer *c, uint64_t time, const struct toc_event **ret) {
    begin(c, TOC_EVENT_tocsin_tick, time);
    return toc_builder_end(c->builder, ret);
}

void toc_compose_actions(struct toc_composer *c, struct toc_event *event) {
    const struct toc_gathered *g = c->gathered;
    struct toc_action_done *list;
    struct toc_ref ref = {.n = g->n_actions};

    if (!g->n_actions)
        return;
    list = TOC_NEW_LIST(c->builder, action_done, g->n_actions, &ref.off);
    if (!list)
        return;
    TOC_SET(event, event, actions, ref);
    for (uint32_t i = 0; i < g->n_actions; i++) {
        const struct toc_wire_action *a = g->actions[i];
        const char *text = (const char *)(a + 1);

        TOC_SET(action_done, &list[i], signature,
                toc_builder_escape(c->builder, text, a->n_signature));
        text += a->n_signature;
        TOC_SET(action_done, &list[i], pack, toc_builder_escape(c->builder, text, a->n_pack));
        text += a->n_pack;
        TOC_SET(action_done, &list[i], asked, toc_builder_escape(c->builder, text, a->n_asked));
        text += a->n_asked;
        TOC_SET(action_done, &list[i], done, toc_builder_escape(c->builder, text, a->n_done));
        TOC_SET(action_done, &list[i], failed, a->failed != 0);
    }
}
