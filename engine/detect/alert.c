// SPDX-License-Identifier: Apache-2.0
// The alert of a match: message, explanation, and an id that is the same on every replay.
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "detect/digest.h"
#include "detect/matcher.h"
#include "detect/note.h"
#include "detect/threshold_run.h"
#include "event/record.h"

/* Whose alert it is. */
static void add_source(struct toc_matcher *matcher, const struct toc_rule_body *rule) {
    toc_digest_number(&matcher->key, rule->pub.signature->digest);
    toc_digest_text(&matcher->key, rule->pub.pack);
    toc_digest_text(&matcher->key, matcher->host_id);
}

static void make_uid(struct toc_matcher *matcher, const struct toc_rule_body *rule,
                     const struct toc_occasion *occasion, char ret[17]) {
    const struct toc_event *event = occasion->event;
    const struct toc_meta *meta = toc_event_meta(event);
    struct toc_buf *key = &matcher->key;

    toc_buf_reset(key);
    add_source(matcher, rule);
    toc_digest_number(key, TOC_HAS(meta, meta, cpu) ? meta->cpu : 0);
    // Events written by hand have no number: their place in the stream is as good.
    toc_digest_number(key, TOC_HAS(meta, meta, seq) ? meta->seq : matcher->counts.events);
    toc_digest_number(key, event->variant);
    if (occasion->correlation && occasion->correlation->group.n) {
        toc_digest_number(key, matcher->values.n);
        toc_buf_add(key, matcher->values.p, matcher->values.n);
    }
    snprintf(ret, 17, "%016llx", (unsigned long long)toc_digest_end(key));
}

/* What the correlation held against each other or against its bounds. */
static void add_quantities(struct toc_matcher *matcher, const struct toc_compiled *compiled,
                           const char *names[TOC_MAX_CLAUSES], size_t *ret_n) {
    const struct toc_correlation *correlation = compiled->correlation;
    const struct cel_value *vars = matcher->vars + compiled->n_each;

    if (!correlation || toc_is_temporal(correlation->type) || correlation->type == TOC_EVENT_COUNT)
        return;
    if (correlation->type == TOC_AGGREGATE)
        for (size_t i = 0; i < correlation->n_clauses; i++)
            names[i] = correlation->clauses[i].name;
    else
        names[0] = "value";
    *ret_n = correlation->type == TOC_AGGREGATE ? correlation->n_clauses : 1;
    for (size_t i = 0; i < *ret_n; i++) {
        // Before `value` stands `count`.
        const struct cel_value *value = &vars[correlation->type == TOC_AGGREGATE ? i : 1];

        if (value->kind != CEL_ERROR)
            cel_value_literal(value, &matcher->why);
        toc_buf_addc(&matcher->why, '\0');
    }
}

static void explain(struct toc_matcher *matcher, const struct toc_compiled *compiled,
                    const struct cel_activation *activation, struct toc_alert *alert) {
    const char *names[TOC_MAX_CLAUSES], *values;
    size_t n = 0;

    toc_buf_reset(&matcher->why);
    add_quantities(matcher, compiled, names, &n);
    toc_whys_run(&compiled->why, activation, matcher->scratch, &matcher->why);
    values = toc_buf_cstr(&matcher->why);
    if (!values)
        return;
    for (size_t i = 0; i < n; i++) {
        if (*values)
            alert->why[alert->n_quantities++] = (struct toc_why){names[i], values};
        values += strlen(values) + 1;
    }
    toc_whys_list(&compiled->why, values, alert->why + alert->n_quantities, &alert->n_why);
    alert->n_why += alert->n_quantities;
}

static void show_steps(const struct toc_occasion *occasion, struct toc_alert *alert) {
    const struct toc_correlation *correlation = occasion->correlation;

    for (size_t i = 0; i < correlation->n_clauses; i++)
        if (occasion->notes[i])
            toc_note_read(occasion->notes[i], &correlation->clauses[i],
                          &alert->steps[alert->n_steps++]);
}

static void write_message(struct toc_matcher *matcher, const struct toc_compiled *compiled,
                          const struct cel_activation *activation, struct toc_alert *alert) {
    toc_buf_reset(&matcher->message);
    toc_arena_reset(matcher->scratch);
    cel_template_run(compiled->message, activation, matcher->scratch, &matcher->message);
    toc_shorten(&matcher->message, 0, TOC_MAX_MESSAGE);
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

/* The values stand one after the other in `values`, each with its NUL. */
static void show_group(const struct toc_group_by *group, const char *values,
                       struct toc_alert *alert) {
    for (size_t i = 0; i < group->n; i++) {
        alert->group[i] = (struct toc_group_part){group->exprs[i], values ? values : "null"};
        values = values ? values + strlen(values) + 1 : NULL;
    }
    alert->n_group = group->n;
}

static void show_correlation(struct toc_matcher *matcher, const struct toc_occasion *occasion,
                             const struct cel_activation *activation, struct toc_alert *alert) {
    const struct toc_group_by *group = &occasion->correlation->group;

    toc_buf_reset(&matcher->values);
    toc_group_values(group, activation, matcher->scratch, &matcher->values);
    show_group(group, matcher->values.failed ? NULL : matcher->values.p, alert);
    alert->has_window = true;
    alert->window_start = occasion->start;
    alert->window_end = occasion->end;
    show_steps(occasion, alert);
}

/* The element that the message is about: the first. */
static void set_element(struct toc_matcher *matcher, const struct toc_compiled *compiled,
                        const struct toc_occasion *occasion) {
    struct cel_value list;

    if (!compiled->list)
        return;
    list = toc_match_list(matcher, compiled, occasion->event);
    matcher->vars[0] = occasion->n_matched
                           ? cel_list_at(&list, occasion->matched[0], matcher->scratch)
                           : cel_fail(CEL_ERR_UNOBSERVED, NULL);
}

static void hand_over(struct toc_matcher *matcher, const struct toc_rule_body *rule,
                      const struct toc_occasion *occasion,
                      const struct cel_activation *activation) {
    const struct toc_compiled *compiled = rule->compiled;
    char uid[17];
    struct toc_alert alert = {
        .rule = &rule->pub,
        .level = rule->pub.level,
        .event = occasion->event,
        .uid = uid,
        .time = occasion->time,
        .matched = occasion->matched,
        .n_matched = compiled->list ? occasion->n_matched : 0,
        .has_matched = compiled->list != NULL,
        // A count of alerts stands for those held back too.
        .count = occasion->correlation ? occasion->count : 1 + occasion->held_back,
        .held_back = occasion->held_back,
        .incomplete = is_cut(matcher, occasion->event),
        .host_id = matcher->host_id,
        .host_name = matcher->host_name,
    };

    if (toc_event_enforced(occasion->event, &rule->pub, &matcher->action, &alert.action))
        alert.level += alert.action.failed && alert.level < TOC_LEVEL_CRITICAL;
    if (occasion->correlation)
        show_correlation(matcher, occasion, activation, &alert);
    make_uid(matcher, rule, occasion, uid);
    write_message(matcher, compiled, activation, &alert);
    explain(matcher, compiled, activation, &alert);
    matcher->counts.alerts++;
    matcher->fn(matcher->ctx, &alert);
}

/* That something could not be done is told whatever the rate. */
static bool failed_action(struct toc_matcher *matcher, const struct toc_rule_body *rule,
                          const struct toc_event *event) {
    struct toc_enforced action;

    return toc_event_enforced(event, &rule->pub, &matcher->action, &action) && action.failed;
}

void toc_matcher_alert(struct toc_matcher *matcher, uint32_t number,
                       struct toc_occasion *occasion) {
    const struct toc_rule_body *rule = &matcher->rules->items[number];
    struct cel_activation activation =
        toc_matcher_activation(matcher, occasion->event, matcher->vars);

    matcher->counts.matched++;
    matcher->rule_counts[number].matched++;
    set_element(matcher, rule->compiled, occasion);
    if (failed_action(matcher, rule, occasion->event) ||
        toc_threshold_pass(matcher, number, occasion, &activation))
        hand_over(matcher, rule, occasion, &activation);
}

void toc_matcher_summary(struct toc_matcher *matcher, uint32_t number, struct toc_cell *cell,
                         int64_t end) {
    const struct toc_rule_body *rule = &matcher->rules->items[number];
    uint64_t held = toc_threshold_held(cell);
    char uid[17];
    struct toc_alert alert = {
        .summary = true,
        .rule = &rule->pub,
        .level = rule->pub.level,
        .uid = uid,
        .time = end,
        .has_window = rule->threshold->timespan != 0,
        .window_start = cell->since,
        .window_end = end,
        .count = held,
        .held_back = held,
        .host_id = matcher->host_id,
        .host_name = matcher->host_name,
    };

    show_group(&rule->threshold->track, toc_threshold_values(&matcher->state, cell), &alert);
    toc_buf_reset(&matcher->key);
    add_source(matcher, rule);
    toc_digest_text(&matcher->key, "summary");
    toc_digest_number(&matcher->key, cell->key_n);
    toc_buf_add(&matcher->key, toc_cell_key(&matcher->state, cell), cell->key_n);
    toc_digest_number(&matcher->key, (uint64_t)cell->since);
    snprintf(uid, sizeof(uid), "%016llx", (unsigned long long)toc_digest_end(&matcher->key));
    toc_buf_reset(&matcher->message);
    toc_buf_addf(&matcher->message, "%llu more held back: %s", (unsigned long long)held,
                 rule->pub.signature->title);
    alert.message = toc_buf_cstr(&matcher->message);
    if (!alert.message)
        alert.message = rule->pub.signature->title;
    matcher->fn(matcher->ctx, &alert);
}
