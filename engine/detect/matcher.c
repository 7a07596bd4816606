// SPDX-License-Identifier: Apache-2.0
// The matcher: for each event, the rules that look at it, in order.
#include "detect/matcher.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "detect/correlate.h"
#include "detect/feed.h"
#include "event/record.h"

static int make_runs(struct toc_matcher *matcher) {
    const struct toc_rules *rules = matcher->rules;
    int err = 0;

    matcher->runs = calloc(rules->n_groups + 1, sizeof(struct cel_set_run *));
    matcher->memos = calloc(rules->n_groups + 1, sizeof(struct toc_group_memo *));
    matcher->agendas = calloc(rules->n_groups + 1, sizeof(struct toc_agenda *));
    // A condition and two watches for each.
    matcher->candidates = calloc(3 * rules->n / 64 + 1, sizeof(*matcher->candidates));
    if (!matcher->runs || !matcher->memos || !matcher->agendas || !matcher->candidates)
        return -ENOMEM;
    for (size_t i = 0; !err && i < rules->n_groups; i++) {
        err = cel_set_run_new(rules->groups[i].set, &matcher->runs[i]);
        matcher->memos[i] = toc_memos_new(&rules->groups[i]);
        matcher->agendas[i] = toc_agendas_new(&rules->groups[i]);
        err = matcher->memos[i] && matcher->agendas[i] ? err : -ENOMEM;
    }
    return err;
}

int toc_matcher_over(const struct toc_rules *rules, toc_alert_fn fn, void *ctx,
                     struct toc_matcher **ret) {
    static const struct toc_state_limits limits = {TOC_STATE_SIGNATURE_BYTES,
                                                   TOC_STATE_TOTAL_BYTES};
    _cleanup_toc_matcher_ struct toc_matcher *matcher = calloc(1, sizeof(*matcher));

    if (!matcher)
        return -ENOMEM;
    matcher->rules = rules;
    matcher->fn = fn;
    matcher->ctx = ctx;
    matcher->rule_counts = calloc(rules->n + 1, sizeof(*matcher->rule_counts));
    matcher->in_scope = calloc(rules->n_packs + 1, 1);
    matcher->seen = calloc(1, sizeof(*matcher->seen));
    if (!matcher->rule_counts || !matcher->in_scope || !matcher->seen || make_runs(matcher) < 0 ||
        toc_arena_new(TOC_MAX_SCRATCH, &matcher->scratch) < 0 ||
        toc_matcher_limit(matcher, &limits) < 0)
        return -ENOMEM;
    *ret = TAKE_PTR(matcher);
    return 0;
}

void toc_matcher_free(struct toc_matcher **matcher) {
    if (!matcher || !*matcher)
        return;
    toc_arena_free(&(*matcher)->scratch);
    toc_buf_free(&(*matcher)->message);
    toc_buf_free(&(*matcher)->why);
    toc_buf_free(&(*matcher)->key);
    toc_buf_free(&(*matcher)->values);
    toc_buf_free(&(*matcher)->value_key);
    toc_buf_free(&(*matcher)->note);
    toc_buf_free(&(*matcher)->action);
    toc_state_clear(&(*matcher)->state);
    for (size_t i = 0; (*matcher)->runs && i < (*matcher)->rules->n_groups; i++)
        cel_set_run_free(&(*matcher)->runs[i]);
    for (size_t i = 0; (*matcher)->memos && i < (*matcher)->rules->n_groups; i++)
        free((*matcher)->memos[i]);
    for (size_t i = 0; (*matcher)->agendas && i < (*matcher)->rules->n_groups; i++)
        toc_agendas_free(&(*matcher)->agendas[i]);
    free((*matcher)->runs);
    free((*matcher)->memos);
    free((*matcher)->agendas);
    free((*matcher)->candidates);
    free((*matcher)->rule_counts);
    free((*matcher)->in_scope);
    free((*matcher)->seen);
    free(*matcher);
    *matcher = NULL;
}

void toc_matcher_reset(struct toc_matcher *matcher) {
    memset(matcher->seen->keys, 0, sizeof(matcher->seen->keys));
    toc_state_reset(&matcher->state);
    for (size_t i = 0; i < matcher->rules->n_groups; i++)
        cel_set_forget(matcher->runs[i]);
    matcher->host_id[0] = matcher->host_name[0] = '\0';
    matcher->context = (struct toc_expr_context){0};
}

static void keep(char dst[TOC_HOST_BYTES], const struct toc_event *event, struct toc_ref ref) {
    size_t n = ref.n < TOC_HOST_BYTES ? ref.n : TOC_HOST_BYTES - 1;

    memcpy(dst, toc_string_at(event, ref), n);
    dst[n] = '\0';
}

/* A producer began: an earlier one has come to its end, and nothing of it counts. */
static void start(struct toc_matcher *matcher, const struct toc_event *event) {
    const struct toc_host *host = TOC_GET(event, host, event->host);

    toc_matcher_end(matcher);
    toc_matcher_reset(matcher);
    if (!host)
        return;
    keep(matcher->host_id, event, host->id);
    keep(matcher->host_name, event, host->name);
    if (TOC_HAS(host, host, task_size))
        matcher->context.task_size = host->task_size;
}

/* Where the scope cannot be judged the event is in scope. */
bool toc_matcher_judge_scope(struct toc_matcher *matcher, size_t pack,
                             const struct toc_event *event) {
    const struct cel_program *program = matcher->rules->packs[pack].scope[event->variant];
    struct cel_activation activation;
    struct cel_value value;

    if (!program)
        return true;
    if (matcher->in_scope[pack] == TOC_SCOPE_UNKNOWN) {
        activation = toc_matcher_activation(matcher, event, NULL);
        toc_arena_reset(matcher->scratch);
        value = cel_run(program, &activation, matcher->scratch);
        matcher->in_scope[pack] = value.kind == CEL_BOOL && !value.b ? TOC_SCOPE_OUT : TOC_SCOPE_IN;
    }
    return matcher->in_scope[pack] == TOC_SCOPE_IN;
}

/* The rules whose stages hold `pending` may meet a call twice. */
static uint64_t twice_key(const struct toc_rule_body *rule, const struct toc_event *event,
                          bool twice) {
    const struct toc_meta *meta = toc_event_meta(event);

    if (!twice || !meta->call.n)
        return 0;
    // By what the rule means, so that it outlives a reload.
    return toc_seen_key(rule->digest, toc_string_at(event, meta->call), meta->call.n);
}

static void alert(struct toc_matcher *matcher, uint32_t number, const struct toc_event *event) {
    struct toc_occasion occasion = {
        .event = event,
        .time = toc_event_meta(event)->time,
        .at = matcher->state.now,
        .matched = matcher->matched,
        .n_matched = matcher->n_matched,
        .count = 1,
    };

    toc_matcher_alert(matcher, number, &occasion);
}

static bool is_in_scope(struct toc_matcher *matcher, const struct toc_rule_place *place,
                        const struct toc_event *event) {
    return !place->scoped ||
           toc_matcher_judge_scope(matcher, matcher->rules->items[place->rule].pack, event);
}

static void run_rule(struct toc_matcher *matcher, const struct toc_rule_place *place,
                     const struct toc_event *event, unsigned stage) {
    uint32_t number = place->rule;
    const struct toc_rule_body *rule = &matcher->rules->items[number];
    struct toc_enforced action;
    bool acted =
        event->actions.n && toc_event_enforced(event, &rule->pub, &matcher->action, &action);
    enum toc_verdict verdict;
    uint64_t key;

    // What was done is told also of a call that has not returned.
    if ((!acted && !(place->stages >> stage & 1)) || !is_in_scope(matcher, place, event))
        return;
    key = twice_key(rule, event, acted || place->stages & 1 << TOC_stage_pending);
    if (key && stage != TOC_stage_pending && toc_seen_take(matcher->seen, key))
        return;
    if (rule->compiled->correlation)
        verdict = toc_correlate(matcher, place, event);
    else
        verdict = toc_match_rule(matcher, number, event);
    // What could not be done may be so because it could not be judged.
    if (verdict == TOC_NO_MATCH && acted)
        verdict = TOC_MATCH;
    if (verdict == TOC_NO_MATCH)
        return;
    if (key && stage == TOC_stage_pending)
        toc_seen_add(matcher->seen, key);
    matcher->counts.evicted = matcher->seen->evicted;
    if (verdict == TOC_EXCEPTED) {
        matcher->counts.matched++;
        matcher->rule_counts[number].matched++;
        matcher->counts.excepted++;
        matcher->rule_counts[number].excepted++;
    } else if (!rule->compiled->correlation) {
        alert(matcher, number, event);
    }
}

/* Not inline: an event that no rule looks at does without the registers that it needs. */
__attribute__((noinline)) static void run_group(struct toc_matcher *matcher, unsigned number,
                                                const struct toc_event *event, unsigned stage) {
    struct cel_activation activation = toc_matcher_activation(matcher, event, NULL);
    struct cel_set_run *run = matcher->runs[number];
    const struct toc_agenda_item *item, *end;
    const struct toc_agenda *agenda;

    matcher->group = number;
    cel_set_begin(run, &activation, matcher->scratch, matcher->changes);
    agenda = toc_agenda_for(matcher, event, stage);
    toc_memo_begin(matcher);
    item = agenda->items;
    for (end = item + agenda->n_quiet; item < end; item++) {
        if (!is_in_scope(matcher, item->place, event))
            continue;
        item->counts->unobserved += item->unobserved;
        item->counts->errors += item->failed;
    }
    for (end = agenda->items + agenda->n; item < end; item++) {
        if (item->again && toc_again(matcher, item->place, item->number, event))
            continue;
        matcher->run = item->place->in_set && !matcher->probe ? run : NULL;
        matcher->place = item->number;
        run_rule(matcher, item->place, event, stage);
    }
}

/* Stream time never goes back: an event that comes late counts as of now. */
static void advance(struct toc_matcher *matcher, const struct toc_event *event,
                    const struct toc_meta *meta) {
    struct toc_state *state = &matcher->state;
    int64_t time = TOC_HAS(meta, meta, time) ? toc_event_stream_time(event) : state->now;

    state->event = matcher->counts.events;
    if (!state->begun || time > state->now)
        state->now = time;
    state->begun |= TOC_HAS(meta, meta, time) != 0;
    if (state->now >= state->next_due)
        toc_matcher_due(matcher, state->now, false);
}

void toc_matcher_turn(struct toc_matcher *matcher) {
    memset(matcher->in_scope, TOC_SCOPE_UNKNOWN, matcher->rules->n_packs);
}

void toc_matcher_feed_changed(struct toc_matcher *matcher, const struct toc_event *event,
                              const struct toc_changes *changes) {
    const struct toc_rules *rules = matcher->rules;
    const struct toc_meta *meta = toc_event_meta(event);
    unsigned stage, group;

    matcher->counts.events++;
    if (!meta || event->variant >= 64)
        return;
    stage = TOC_HAS(meta, meta, stage) ? meta->stage : TOC_stage_call;
    if (stage > TOC_stage_orphan)
        return;
    if (event->variant == TOC_EVENT_tocsin_start)
        start(matcher, event);
    advance(matcher, event, meta);
    group = rules->group_of[event->variant];
    if (!rules->groups[group].n)
        return;
    toc_matcher_turn(matcher);
    matcher->changes = changes;
    run_group(matcher, group, event, stage);
}

void toc_matcher_feed(struct toc_matcher *matcher, const struct toc_event *event) {
    toc_matcher_feed_changed(matcher, event, NULL);
}

void toc_matcher_end(struct toc_matcher *matcher) {
    toc_matcher_due(matcher, matcher->state.now, true);
}

const struct toc_matcher_counts *toc_matcher_counts(const struct toc_matcher *matcher) {
    return &matcher->counts;
}

const struct toc_rule_counts *toc_matcher_rule_counts(const struct toc_matcher *matcher,
                                                      size_t rule) {
    return &matcher->rule_counts[rule];
}
