// SPDX-License-Identifier: Apache-2.0
// Reasons that lie outside the expressions of a signature.
#include "detect/reason_rest.h"

#include "base/text.h"
#include "event/record.h"

void toc_reason_unseen(struct toc_explainer *explainer, const struct toc_case *test) {
    static const char *const stages[] = {"complete", "pending", "orphans"};
    const struct toc_signature *signature = explainer->compiled->signature;

    for (size_t i = 0; i < test->n_events; i++) {
        const struct toc_event *event = test->events[i];
        const struct toc_meta *meta = toc_event_meta(event);
        unsigned stage = meta && TOC_HAS(meta, meta, stage) ? meta->stage : TOC_stage_call;

        if (!(signature->events >> event->variant & 1))
            toc_buf_addf(explainer->out, "  the signature does not look at %s\n",
                         toc_event_info(event->variant)->name);
        else if (stage <= TOC_stage_orphan && !(signature->stages >> stage & 1))
            toc_buf_addf(explainer->out, "  the signature does not look at calls that are %s\n",
                         stages[stage]);
    }
}

void toc_reason_correlation(struct toc_explainer *explainer) {
    const struct toc_signature *signature = explainer->compiled->signature;
    const struct toc_correlation *correlation = explainer->compiled->correlation;

    for (size_t i = 0; i < signature->n_expressions; i++) {
        const struct toc_expression *expression = &signature->expressions[i];
        const struct toc_tally *tally = &explainer->tallies[i];

        if (expression->kind == TOC_EXPR_UNTIL && tally->n_true)
            toc_buf_addf(explainer->out, "  `until` was true %u time%s\n", tally->n_true,
                         toc_s(tally->n_true));
        else if (expression->kind == TOC_EXPR_CLAUSE_WHEN && !tally->n_run)
            toc_buf_addf(explainer->out, "  %s: no event came so far\n", expression->where);
    }
    if (correlation->type < TOC_TEMPORAL && explainer->counted)
        toc_buf_addf(explainer->out, "  `condition` was held against %lld at most\n",
                     (long long)explainer->most);
}

void toc_reason_held(struct toc_explainer *explainer) {
    const struct toc_compiled *compiled = explainer->compiled;
    const char *key = compiled->correlation ? "correlation" : "threshold";
    const char *so_far = compiled->when ? "`when` was true each time: " : "";

    if (compiled->correlation || compiled->threshold)
        toc_buf_addf(explainer->out, "  %slook at the `%s`\n", so_far, key);
}
