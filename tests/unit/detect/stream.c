// SPDX-License-Identifier: Apache-2.0
// Small events from a script, and alerts as short lines.
#include "stream.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "event/json.h"
#include "workspace.h"

#define MS INT64_C(1000000)

struct toc_ruleset *stream_load(const char *body, const char *pack) {
    static const char *const packs[] = {"p.yaml"};
    _cleanup_toc_buf_ struct toc_buf signature = {0};
    _cleanup_free_ char *text = NULL;
    struct toc_ruleset *ruleset = NULL;

    toc_buf_adds(&signature, "format: 1\nid: a\ntitle: T\nstatus: stable\nlevel: low\n"
                             "description: D\nparams: {limit: 3}\n");
    toc_buf_adds(&signature, body);
    toc_buf_adds(&signature,
                 "\ntests:\n  - {name: y, given: {event: {name: sendmmsg}}, alerts: 1}\n"
                 "  - {name: n, given: {event: {name: sendmmsg}}, alerts: 0}\n");
    workspace_write("s/a.yaml", toc_buf_cstr(&signature));
    if (pack)
        workspace_write("p.yaml", pack);
    cr_assert_eq(workspace_load(packs, pack != NULL, &text, &ruleset), 0, "%s", text);
    return ruleset;
}

void stream_feed(struct toc_matcher *matcher, struct toc_builder *builder,
                 const struct stream_event *event) {
    const char *name = event->kind == '>'   ? "sendmmsg"
                       : event->kind == '<' ? "recvmmsg"
                       : event->kind == '!' ? "close"
                                            : "tocsin_tick";
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    struct toc_json_counts counts = {0};
    const struct toc_event *made = NULL;
    char time[TOC_TIME_TEXT], json[512];
    int n;

    toc_time_format(time, event->ms * MS);
    n = snprintf(json, sizeof(json), "{\"event\":{\"name\":\"%s\",\"time\":\"%s\"}", name, time);
    if (strcmp(event->key, "?") != 0)
        n +=
            snprintf(json + n, sizeof(json) - (size_t)n, ",\"proc\":{\"comm\":\"%s\"}", event->key);
    if (event->value >= 0 && event->kind != '!' && event->kind != '~')
        n +=
            snprintf(json + n, sizeof(json) - (size_t)n, ",\"batch\":{\"bytes\":%d}", event->value);
    snprintf(json + n, sizeof(json) - (size_t)n, "}");
    cr_assert_eq(toc_json_read(builder, json, strlen(json), (struct toc_place){"event", 1, 1},
                               TOC_EVENT_sendmmsg, &diags, &counts, &made),
                 0, "%s: %s", json, diags.n ? diags.items[0].message : "");
    toc_matcher_feed(matcher, made);
}

void stream_run(struct toc_matcher *matcher, const char *script) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    struct stream_event event;
    int used = 0;

    cr_assert_eq(toc_builder_new(&builder), 0);
    while (sscanf(script, " %c %ld %15[^ ,;] %d%n", &event.kind, &event.ms, event.key, &event.value,
                  &used) == 4) {
        stream_feed(matcher, builder, &event);
        script += used;
        script += strspn(script, ", ");
    }
    cr_assert_str_empty(script, "not understood: %s", script);
    toc_matcher_end(matcher);
}

void stream_log(void *ctx, const struct toc_alert *alert) {
    struct toc_buf *log = ctx;

    toc_buf_addf(log, "%s%lld %s x%llu", alert->summary ? "summary " : "",
                 (long long)(alert->time / MS), alert->n_group ? alert->group[0].value : "-",
                 (unsigned long long)alert->count);
    if (alert->held_back && !alert->summary)
        toc_buf_addf(log, " -%llu", (unsigned long long)alert->held_back);
    toc_buf_adds(log, "; ");
}
