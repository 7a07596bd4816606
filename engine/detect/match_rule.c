// SPDX-License-Identifier: Apache-2.0
// One rule over one event: the condition, element by element where there is `each`, and the
// exceptions.
#include "detect/matcher.h"
#include "event/record.h"

struct cel_activation toc_matcher_activation(struct toc_matcher *matcher,
                                             const struct toc_event *event,
                                             const struct cel_value *vars) {
    return (struct cel_activation){.record = event, .vars = vars, .user = &matcher->context};
}

struct cel_value toc_match_list(struct toc_matcher *matcher, const struct toc_compiled *compiled,
                                const struct toc_event *event) {
    struct cel_activation activation = toc_matcher_activation(matcher, event, NULL);

    return toc_matcher_run(matcher, compiled->list, &activation);
}

/* A field that this kind of address or event cannot have is no fault of anybody. */
void toc_match_count_error(struct toc_rule_counts *counts, const struct cel_value *value) {
    if (value->kind == CEL_ERROR && value->error == CEL_ERR_UNOBSERVED)
        counts->unobserved++;
    else if (value->kind == CEL_ERROR && value->error == CEL_ERR_NO_SUCH_FIELD)
        counts->no_field++;
    else
        counts->errors++;
}

static bool is_excepted(struct toc_matcher *matcher, const struct toc_rule_body *rule,
                        const struct cel_activation *activation) {
    const struct toc_event *event = activation->record;
    const struct toc_meta *meta = toc_event_meta(event);

    for (size_t i = 0; i < rule->n_exceptions; i++) {
        const struct toc_exception *exception = &rule->exceptions[i];
        struct cel_value value;

        if (exception->until != INT64_MAX &&
            (!TOC_HAS(meta, meta, time) || meta->time >= exception->until))
            continue;
        toc_arena_reset(matcher->scratch);
        value = cel_run(exception->when, activation, matcher->scratch);
        if (value.kind == CEL_BOOL && value.b)
            return true;
    }
    return false;
}

enum toc_verdict toc_match_one(struct toc_matcher *matcher, uint32_t number,
                               const struct cel_activation *activation) {
    const struct toc_rule_body *rule = &matcher->rules->items[number];
    struct cel_value value;

    if (!rule->compiled->when)
        return is_excepted(matcher, rule, activation) ? TOC_EXCEPTED : TOC_MATCH;
    value = toc_matcher_run(matcher, rule->compiled->when, activation);
    if (value.kind != CEL_BOOL) {
        toc_match_count_error(&matcher->rule_counts[number], &value);
        return TOC_NO_MATCH;
    }
    if (!value.b)
        return TOC_NO_MATCH;
    return is_excepted(matcher, rule, activation) ? TOC_EXCEPTED : TOC_MATCH;
}

static enum toc_verdict judge_each(struct toc_matcher *matcher, uint32_t number,
                                   const struct toc_event *event) {
    const struct toc_rule_body *rule = &matcher->rules->items[number];
    struct cel_value list, element;
    struct cel_activation activation = toc_matcher_activation(matcher, event, &element);
    enum toc_verdict all = TOC_NO_MATCH;
    size_t n;

    list = toc_match_list(matcher, rule->compiled, event);
    if (list.kind != CEL_LIST) {
        toc_match_count_error(&matcher->rule_counts[number], &list);
        return TOC_NO_MATCH;
    }
    n = cel_list_size(&list);
    matcher->cut = n > TOC_MAX_MSGS;
    for (size_t i = 0; i < n && i < TOC_MAX_MSGS; i++) {
        enum toc_verdict verdict;

        element = cel_list_at(&list, i, matcher->scratch);
        matcher->element = (uint32_t)i;
        verdict = toc_match_one(matcher, number, &activation);
        if (verdict == TOC_MATCH)
            matcher->matched[matcher->n_matched++] = (uint32_t)i;
        if (verdict != TOC_NO_MATCH && all != TOC_MATCH)
            all = verdict;
    }
    return all;
}

static void count(struct toc_rule_counts *counts, const struct cel_set_verdict *judged) {
    if (judged->unobserved)
        counts->unobserved += (uint64_t)__builtin_popcountll(judged->unobserved);
    if (judged->failed)
        counts->errors += (uint64_t)__builtin_popcountll(judged->failed);
}

/* Element i, or the event where there is no `each`. */
static bool is_element_excepted(struct toc_matcher *matcher, const struct toc_rule_body *rule,
                                uint32_t i, const struct toc_event *event) {
    struct cel_value element = {0};
    struct cel_activation activation = toc_matcher_activation(matcher, event, &element);

    if (rule->compiled->list) {
        struct cel_value list = cel_set_list(matcher->run, matcher->place);

        element = cel_list_at(&list, i, matcher->scratch);
    }
    return is_excepted(matcher, rule, &activation);
}

/* The elements of one chunk that the condition holds for. */
static enum toc_verdict match_chunk(struct toc_matcher *matcher, uint32_t number, uint32_t first,
                                    const struct cel_set_verdict *judged,
                                    const struct toc_event *event) {
    const struct toc_rule_body *rule = &matcher->rules->items[number];
    enum toc_verdict all = TOC_NO_MATCH;

    count(&matcher->rule_counts[number], judged);
    for (uint64_t left = judged->yes; left; left &= left - 1) {
        uint32_t i = first + (uint32_t)__builtin_ctzll(left);

        if (rule->n_exceptions && is_element_excepted(matcher, rule, i, event)) {
            matcher->excepted = true;
            all = all == TOC_MATCH ? all : TOC_EXCEPTED;
            continue;
        }
        all = TOC_MATCH;
        if (rule->compiled->list)
            matcher->matched[matcher->n_matched++] = i;
    }
    return all;
}

static enum toc_verdict match_in_set(struct toc_matcher *matcher, uint32_t number,
                                     const struct toc_event *event) {
    const struct cel_set_verdict *known = cel_set_known(matcher->run, matcher->place);
    enum toc_verdict all = TOC_NO_MATCH;
    struct cel_set_verdict judged;
    struct cel_value list;
    uint32_t n;

    if (known)
        return match_chunk(matcher, number, 0, known, event);
    list = cel_set_list(matcher->run, matcher->place);
    n = list.n;
    if (list.kind != CEL_LIST) {
        toc_match_count_error(&matcher->rule_counts[number], &list);
        return TOC_NO_MATCH;
    }
    matcher->cut = n > TOC_MAX_MSGS;
    for (uint32_t first = 0; first < n && first < TOC_MAX_MSGS; first += CEL_SET_CHUNK) {
        enum toc_verdict verdict;

        judged = cel_set_judge(matcher->run, matcher->place, first / CEL_SET_CHUNK);
        verdict = match_chunk(matcher, number, first, &judged, event);
        if (verdict != TOC_NO_MATCH && all != TOC_MATCH)
            all = verdict;
    }
    return all;
}

static enum toc_verdict match_alone(struct toc_matcher *matcher, uint32_t rule,
                                    const struct toc_event *event) {
    struct cel_activation activation = toc_matcher_activation(matcher, event, NULL);

    if (matcher->rules->items[rule].compiled->list)
        return judge_each(matcher, rule, event);
    return toc_match_one(matcher, rule, &activation);
}

enum toc_verdict toc_match_rule(struct toc_matcher *matcher, uint32_t rule,
                                const struct toc_event *event) {
    matcher->n_matched = 0;
    matcher->cut = matcher->excepted = false;
    return matcher->run ? match_in_set(matcher, rule, event) : match_alone(matcher, rule, event);
}
