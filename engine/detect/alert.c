// SPDX-License-Identifier: Apache-2.0
// The alert of a match: message, explanation, and an id that is the same on every replay.
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "base/text.h"
#include "detect/digest.h"
#include "detect/matcher.h"
#include "event/record.h"

#define ELLIPSIS "…"

/* Cuts what was added after `start` to max bytes, between two characters. */
static void shorten(struct toc_buf *buf, size_t start, size_t max) {
    size_t n = start;

    if (buf->n - start <= max)
        return;
    while (n < buf->n) {
        size_t len = toc_utf8_len(buf->p + n, buf->n - n);

        if (n + (len ? len : 1) - start > max - strlen(ELLIPSIS))
            break;
        n += len ? len : 1;
    }
    buf->n = n;
    toc_buf_adds(buf, ELLIPSIS);
}

static void make_uid(struct toc_matcher *matcher, const struct toc_rule_body *rule,
                     const struct toc_event *event, char ret[17]) {
    const struct toc_meta *meta = toc_event_meta(event);
    struct toc_buf *key = &matcher->key;

    toc_buf_reset(key);
    toc_digest_number(key, rule->pub.signature->digest);
    toc_digest_text(key, rule->pub.pack);
    toc_digest_text(key, matcher->host_id);
    toc_digest_number(key, TOC_HAS(meta, meta, cpu) ? meta->cpu : 0);
    // Events written by hand have no number: their place in the stream is as good.
    toc_digest_number(key, TOC_HAS(meta, meta, seq) ? meta->seq : matcher->counts.events);
    toc_digest_number(key, event->variant);
    snprintf(ret, 17, "%016llx", (unsigned long long)toc_digest_end(key));
}

/* The values stand one after the other in `why`, each with its NUL: they are pointed to when all
 * are there. */
static void explain(struct toc_matcher *matcher, const struct toc_compiled *compiled,
                    const struct cel_activation *activation, struct toc_alert *alert) {
    size_t at[TOC_ALERT_WHY];

    toc_buf_reset(&matcher->why);
    for (size_t i = 0; i < compiled->n_why; i++) {
        struct cel_value value;

        toc_arena_reset(matcher->scratch);
        value = cel_run(compiled->why[i].program, activation, matcher->scratch);
        if (value.kind == CEL_OPTIONAL && value.optional)
            value = *value.optional;
        if (value.kind == CEL_ERROR || value.kind == CEL_OPTIONAL)
            continue;
        alert->why[alert->n_why].expr = compiled->why[i].expr;
        at[alert->n_why++] = matcher->why.n;
        cel_value_literal(&value, &matcher->why);
        shorten(&matcher->why, at[alert->n_why - 1], TOC_MAX_WHY_VALUE);
        toc_buf_addc(&matcher->why, '\0');
    }
    for (size_t i = 0; i < alert->n_why; i++)
        alert->why[i].value = matcher->why.failed ? "" : matcher->why.p + at[i];
}

static void write_message(struct toc_matcher *matcher, const struct toc_compiled *compiled,
                          const struct cel_activation *activation, struct toc_alert *alert) {
    toc_buf_reset(&matcher->message);
    toc_arena_reset(matcher->scratch);
    cel_template_run(compiled->message, activation, matcher->scratch, &matcher->message);
    shorten(&matcher->message, 0, TOC_MAX_MESSAGE);
    // What comes from events is escaped; a signature's own text may have a line break.
    for (size_t i = 0; i < matcher->message.n; i++)
        if ((unsigned char)matcher->message.p[i] < 0x20 || matcher->message.p[i] == 0x7f)
            matcher->message.p[i] = ' ';
    alert->message = toc_buf_cstr(&matcher->message);
    if (!alert->message)
        alert->message = compiled->signature->title;
}

static bool is_cut(const struct toc_matcher *matcher, const struct toc_event *event) {
    const struct toc_batch *batch = TOC_GET(event, batch, event->batch);

    return matcher->cut || (batch && TOC_HAS(batch, batch, truncated) && batch->truncated);
}

void toc_matcher_alert(struct toc_matcher *matcher, uint32_t number,
                       const struct toc_event *event) {
    const struct toc_rule_body *rule = &matcher->rules->items[number];
    const struct toc_compiled *compiled = rule->compiled;
    const struct toc_meta *meta = toc_event_meta(event);
    struct cel_value element = {0}, list;
    struct cel_activation activation = toc_matcher_activation(matcher, event, &element);
    char uid[17];
    struct toc_alert alert = {
        .rule = &rule->pub,
        .event = event,
        .uid = uid,
        .time = meta->time,
        .matched = matcher->matched,
        .n_matched = matcher->n_matched,
        .has_matched = compiled->list != NULL,
        .count = 1,
        .incomplete = is_cut(matcher, event),
        .host_id = matcher->host_id,
        .host_name = matcher->host_name,
    };

    if (compiled->list) {
        toc_arena_reset(matcher->scratch);
        list = toc_match_list(matcher, compiled, event);
        element = cel_list_at(&list, matcher->matched[0], matcher->scratch);
    }
    make_uid(matcher, rule, event, uid);
    write_message(matcher, compiled, &activation, &alert);
    explain(matcher, compiled, &activation, &alert);
    matcher->counts.alerts++;
    matcher->fn(matcher->ctx, &alert);
}
