// SPDX-License-Identifier: Apache-2.0
// An alert as one JSON line.
#include <string.h>

#include "base/text.h"
#include "event/json.h"
#include "sink/format.h"

/* In each, `key` is what stands before the value: comma, brackets, name and colon. */
static inline void add_string(struct toc_buf *out, const char *key, const char *s) {
    toc_buf_adds(out, key);
    toc_buf_add_json_string(out, s, strlen(s));
}

static inline void add_number(struct toc_buf *out, const char *key, uint64_t n) {
    toc_buf_adds(out, key);
    toc_buf_addu(out, n);
}

static inline void add_bool(struct toc_buf *out, const char *key, bool value) {
    toc_buf_adds(out, key);
    toc_buf_adds(out, value ? "true" : "false");
}

static void add_time(struct toc_buf *out, const char *key, int64_t ns) {
    char text[TOC_TIME_TEXT + 2] = "\"";
    size_t n = 1 + toc_time_format(text + 1, ns);

    text[n++] = '"';
    toc_buf_adds(out, key);
    toc_buf_add(out, text, n);
}

/* Sixteen digits. */
static void add_digest(struct toc_buf *out, const char *key, uint64_t digest) {
    char digits[16];
    size_t n = toc_hex_format(digits, digest);

    toc_buf_adds(out, key);
    toc_buf_add(out, "\"0000000000000000", 1 + sizeof(digits) - n);
    toc_buf_add(out, digits, n);
    toc_buf_addc(out, '"');
}

static void add_signature(const struct toc_alert *alert, struct toc_buf *out) {
    const struct toc_signature *signature = alert->rule->signature;

    add_string(out, ",\"signature\":{\"id\":", signature->id);
    add_string(out, ",\"title\":", signature->title);
    add_string(out, ",\"status\":", signature->status);
    toc_buf_adds(out, ",\"tags\":[");
    for (size_t i = 0; i < signature->n_tags; i++)
        add_string(out, i ? "," : "", signature->tags[i]);
    add_digest(out, "],\"digest\":", signature->digest);
    add_string(out, ",\"pack\":", alert->rule->pack);
    toc_buf_addc(out, '}');
}

static void add_matched(const struct toc_alert *alert, struct toc_buf *out) {
    if (!alert->has_matched)
        return;
    toc_buf_adds(out, ",\"matched\":[");
    for (size_t i = 0; i < alert->n_matched; i++)
        add_number(out, i ? "," : "", alert->matched[i]);
    toc_buf_addc(out, ']');
}

/* The values are JSON already. */
static void add_group(const struct toc_alert *alert, struct toc_buf *out) {
    if (!alert->n_group)
        return;
    toc_buf_adds(out, ",\"group\":{");
    for (size_t i = 0; i < alert->n_group; i++) {
        add_string(out, i ? "," : "", alert->group[i].expr);
        toc_buf_addc(out, ':');
        toc_buf_adds(out, alert->group[i].value);
    }
    toc_buf_addc(out, '}');
}

static void add_window(const struct toc_alert *alert, struct toc_buf *out) {
    if (!alert->has_window)
        return;
    add_time(out, ",\"window\":{\"start\":", alert->window_start);
    add_time(out, ",\"end\":", alert->window_end);
    toc_buf_addc(out, '}');
}

static void add_whys(const struct toc_why *why, size_t n, struct toc_buf *out) {
    toc_buf_adds(out, ",\"why\":[");
    for (size_t i = 0; i < n; i++) {
        add_string(out, i ? ",{\"expr\":" : "{\"expr\":", why[i].expr);
        add_string(out, ",\"value\":", why[i].value);
        toc_buf_addc(out, '}');
    }
    toc_buf_addc(out, ']');
}

/* {"asked":"deny: EPERM","done":"denied with EPERM","failed":false} */
static void add_action(const struct toc_alert *alert, struct toc_buf *out) {
    if (!alert->action.asked)
        return;
    add_string(out, ",\"action\":{\"asked\":", alert->action.asked);
    add_string(out, ",\"done\":", alert->action.done);
    add_bool(out, ",\"failed\":", alert->action.failed);
    toc_buf_addc(out, '}');
}

/* {"name":…,"event":"close","call":"1-42","time":…,"why":[…]} */
static void add_step(const struct toc_alert_step *step, struct toc_buf *out) {
    add_string(out, "{\"name\":", step->name);
    add_string(out, ",\"event\":", step->event);
    if (*step->call)
        add_string(out, ",\"call\":", step->call);
    if (step->has_time)
        add_time(out, ",\"time\":", step->time);
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
    toc_buf_adds(out, "{\"v\":1,\"kind\":");
    toc_buf_adds(out, alert->summary ? "\"summary\"" : "\"alert\"");
    add_string(out, ",\"uid\":", alert->uid);
    add_time(out, ",\"time\":", alert->time);
    add_string(out, ",\"level\":", toc_level_name(alert->level));
    add_signature(alert, out);
    add_string(out, ",\"message\":", alert->message);
    add_action(alert, out);
    add_matched(alert, out);
    add_group(alert, out);
    add_window(alert, out);
    add_number(out, ",\"count\":", alert->count);
    add_number(out, ",\"held_back\":", alert->held_back);
    if (!alert->summary) {
        add_bool(out, ",\"incomplete\":", alert->incomplete);
        add_whys(alert->why, alert->n_why, out);
        add_steps(alert, out);
    }
    add_string(out, ",\"host\":{\"id\":", alert->host_id);
    add_string(out, ",\"name\":", alert->host_name);
    toc_buf_addc(out, '}');
    add_event(alert, event, out);
    toc_buf_adds(out, "}\n");
}
