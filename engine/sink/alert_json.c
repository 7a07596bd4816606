// SPDX-License-Identifier: Apache-2.0
// An alert as one JSON line.
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "event/json.h"
#include "sink/format.h"

static void add_string(struct toc_buf *out, const char *key, const char *s) {
    toc_buf_addf(out, "\"%s\":", key);
    toc_buf_add_json_string(out, s, strlen(s));
}

static void add_signature(const struct toc_alert *alert, struct toc_buf *out) {
    const struct toc_signature *signature = alert->rule->signature;

    toc_buf_adds(out, ",\"signature\":{");
    add_string(out, "id", signature->id);
    toc_buf_addc(out, ',');
    add_string(out, "title", signature->title);
    toc_buf_addc(out, ',');
    add_string(out, "status", signature->status);
    toc_buf_adds(out, ",\"tags\":[");
    for (size_t i = 0; i < signature->n_tags; i++) {
        if (i)
            toc_buf_addc(out, ',');
        toc_buf_add_json_string(out, signature->tags[i], strlen(signature->tags[i]));
    }
    toc_buf_addf(out, "],\"digest\":\"%016" PRIx64 "\",", signature->digest);
    add_string(out, "pack", alert->rule->pack);
    toc_buf_addc(out, '}');
}

static void add_matched(const struct toc_alert *alert, struct toc_buf *out) {
    if (!alert->has_matched)
        return;
    toc_buf_adds(out, ",\"matched\":[");
    for (size_t i = 0; i < alert->n_matched; i++) {
        if (i)
            toc_buf_addc(out, ',');
        toc_buf_addu(out, alert->matched[i]);
    }
    toc_buf_addc(out, ']');
}

/* The values are JSON already. */
static void add_group(const struct toc_alert *alert, struct toc_buf *out) {
    if (!alert->n_group)
        return;
    toc_buf_adds(out, ",\"group\":{");
    for (size_t i = 0; i < alert->n_group; i++) {
        if (i)
            toc_buf_addc(out, ',');
        toc_buf_add_json_string(out, alert->group[i].expr, strlen(alert->group[i].expr));
        toc_buf_addc(out, ':');
        toc_buf_adds(out, alert->group[i].value);
    }
    toc_buf_addc(out, '}');
}

static void add_window(const struct toc_alert *alert, struct toc_buf *out) {
    char start[TOC_TIME_TEXT], end[TOC_TIME_TEXT];

    if (!alert->has_window)
        return;
    toc_time_format(start, alert->window_start);
    toc_time_format(end, alert->window_end);
    toc_buf_addf(out, ",\"window\":{\"start\":\"%s\",\"end\":\"%s\"}", start, end);
}

static void add_whys(const struct toc_why *why, size_t n, struct toc_buf *out) {
    toc_buf_adds(out, ",\"why\":[");
    for (size_t i = 0; i < n; i++) {
        toc_buf_adds(out, i ? ",{" : "{");
        add_string(out, "expr", why[i].expr);
        toc_buf_addc(out, ',');
        add_string(out, "value", why[i].value);
        toc_buf_addc(out, '}');
    }
    toc_buf_addc(out, ']');
}

/* {"asked":"deny: EPERM","done":"denied with EPERM","failed":false} */
static void add_action(const struct toc_alert *alert, struct toc_buf *out) {
    if (!alert->action.asked)
        return;
    toc_buf_adds(out, ",\"action\":{");
    add_string(out, "asked", alert->action.asked);
    toc_buf_addc(out, ',');
    add_string(out, "done", alert->action.done);
    toc_buf_addf(out, ",\"failed\":%s}", alert->action.failed ? "true" : "false");
}

/* {"name":…,"event":"close","call":"1-42","time":…,"why":[…]} */
static void add_step(const struct toc_alert_step *step, struct toc_buf *out) {
    char time[TOC_TIME_TEXT];

    toc_buf_addc(out, '{');
    add_string(out, "name", step->name);
    toc_buf_addf(out, ",\"event\":\"%s\"", step->event);
    if (*step->call) {
        toc_buf_addc(out, ',');
        add_string(out, "call", step->call);
    }
    if (step->has_time) {
        toc_time_format(time, step->time);
        toc_buf_addf(out, ",\"time\":\"%s\"", time);
    }
    add_whys(step->why, step->n_why, out);
    toc_buf_addc(out, '}');
}

static void add_steps(const struct toc_alert *alert, struct toc_buf *out) {
    if (!alert->n_steps)
        return;
    toc_buf_adds(out, ",\"steps\":[");
    for (size_t i = 0; i < alert->n_steps; i++) {
        toc_buf_adds(out, i ? "," : "");
        add_step(&alert->steps[i], out);
    }
    toc_buf_addc(out, ']');
}

static void add_event(const struct toc_alert *alert, enum toc_alert_event how,
                      struct toc_buf *out) {
    struct toc_json_select select = {0};

    if (how == TOC_ALERT_EVENT_NONE || alert->summary)
        return;
    toc_buf_adds(out, ",\"event\":");
    if (how == TOC_ALERT_EVENT_MATCHED && alert->has_matched && alert->n_matched) {
        select.msgs = alert->matched;
        select.n_msgs = alert->n_matched;
    }
    toc_json_write_selected(alert->event, &select, out);
}

void toc_alert_json(const struct toc_alert *alert, enum toc_alert_event event,
                    struct toc_buf *out) {
    char time[TOC_TIME_TEXT];

    toc_time_format(time, alert->time);
    toc_buf_addf(out, "{\"v\":1,\"kind\":\"%s\",", alert->summary ? "summary" : "alert");
    add_string(out, "uid", alert->uid);
    toc_buf_addf(out, ",\"time\":\"%s\",\"level\":\"%s\"", time, toc_level_name(alert->level));
    add_signature(alert, out);
    toc_buf_addc(out, ',');
    add_string(out, "message", alert->message);
    add_action(alert, out);
    add_matched(alert, out);
    add_group(alert, out);
    add_window(alert, out);
    toc_buf_addf(out, ",\"count\":%" PRIu64 ",\"held_back\":%" PRIu64, alert->count,
                 alert->held_back);
    if (!alert->summary) {
        toc_buf_addf(out, ",\"incomplete\":%s", alert->incomplete ? "true" : "false");
        add_whys(alert->why, alert->n_why, out);
        add_steps(alert, out);
    }
    toc_buf_adds(out, ",\"host\":{");
    add_string(out, "id", alert->host_id);
    toc_buf_addc(out, ',');
    add_string(out, "name", alert->host_name);
    toc_buf_addc(out, '}');
    add_event(alert, event, out);
    toc_buf_adds(out, "}\n");
}
