// SPDX-License-Identifier: Apache-2.0
// What of a pack is decided in the kernel: for each event what is asked, and which signatures ask
// for more than can be judged there.
#include "cli/explain_pushdown.h"

#include "base/text.h"
#include "detect/demand.h"
#include "detect/pushdown.h"
#include "event/catalogue.h"

static const char *const stages[TOC_FILTER_STAGES] = {"when it begins", "when its socket is known",
                                                      "when its result is known", "when it returns",
                                                      "when memory was read again"};

static int add_needs(const struct toc_ruleset *ruleset, unsigned event, bool anything,
                     struct toc_buf *out) {
    for (size_t i = 0; i < toc_ruleset_n_rules(ruleset); i++) {
        struct toc_need need;
        int err = toc_pushdown_rule(ruleset, i, event, &need);

        if (err)
            return err;
        if (need.over.anything != anything)
            continue;
        if (anything || need.over.n)
            toc_buf_addf(out, "  %s: ", toc_ruleset_rule(ruleset, i)->signature->id);
        if (anything) {
            toc_buf_addf(out, "%s: ", need.where);
            toc_buf_add_one_line(out, need.text, need.n);
            toc_buf_addc(out, '\n');
        }
        for (size_t k = 0; k < need.over.n; k++) {
            toc_buf_adds(out, k ? "    or " : "");
            toc_pushdown_text(&need.over.terms[k], out);
            toc_buf_addc(out, '\n');
        }
    }
    return 0;
}

/* Which rules have payload copied, when, and what in them asks for it. */
static void add_payload(const struct toc_ruleset *ruleset, unsigned event, struct toc_buf *out) {
    for (size_t i = 0; i < toc_ruleset_n_rules(ruleset); i++) {
        struct toc_rule_demand rule;
        bool enter, exit;

        toc_demand_rule(ruleset, i, &rule);
        enter = rule.demand.payload_enter >> event & 1;
        exit = rule.demand.payload_exit >> event & 1;
        if (enter || exit)
            toc_buf_addf(out, "  payload is copied %s%s%s, as %s looks at it: %s\n",
                         enter ? "when it begins" : "", enter && exit ? " and " : "",
                         exit ? "when it returns" : "", toc_ruleset_rule(ruleset, i)->signature->id,
                         rule.payload_where);
    }
}

static int add_every(const struct toc_ruleset *ruleset, const char *name, unsigned event,
                     struct toc_buf *out) {
    _cleanup_toc_buf_ struct toc_buf beyond = {0};
    int err = add_needs(ruleset, event, true, &beyond);

    if (err)
        return err;
    toc_buf_addf(out, "%s: every call is needed, %s\n", name,
                 beyond.n ? "by what the kernel cannot judge"
                          : "as the rules together ask for more than the kernel takes");
    toc_buf_add(out, beyond.p, beyond.n);
    return 0;
}

static int add_event(const struct toc_ruleset *ruleset, const char *name, unsigned event,
                     struct toc_buf *out) {
    struct toc_filter_table table;
    int err = toc_pushdown_event(ruleset, event, &table);

    if (err)
        return err;
    if (!table.decides)
        return add_every(ruleset, name, event, out);
    if (toc_filter_is_empty(&table)) {
        toc_buf_addf(out, "%s: no call is needed\n", name);
        return 0;
    }
    toc_buf_addf(out, "%s: a call is needed if one of these holds, which is asked", name);
    for (unsigned i = 0, n = 0; i < TOC_FILTER_STAGES; i++)
        if (table.stages >> i & 1)
            toc_buf_addf(out, "%s %s", n++ ? " and" : "", stages[i]);
    toc_buf_addc(out, '\n');
    return add_needs(ruleset, event, false, out);
}

/* More that ask for the same are only counted. */
#define ASKERS 3

static void add_askers(const struct toc_ruleset *ruleset, unsigned witness, struct toc_buf *out) {
    size_t n = 0;

    for (size_t i = 0; i < toc_ruleset_n_rules(ruleset); i++) {
        struct toc_rule_demand rule;

        toc_demand_rule(ruleset, i, &rule);
        if (rule.where[witness] && n++ < ASKERS)
            toc_buf_addf(out, "%s %s (%s)", n > 1 ? "," : "",
                         toc_ruleset_rule(ruleset, i)->signature->id, rule.where[witness]);
    }
    if (n > ASKERS)
        toc_buf_addf(out, " and %zu more", n - ASKERS);
    toc_buf_addc(out, '\n');
}

/* Of what the kernel used: it costs every message of the machine, where it is looked at. */
static void add_witnesses(const struct toc_ruleset *ruleset, struct toc_buf *out) {
    struct toc_demand all;

    toc_demand_rules(ruleset, &all);
    for (unsigned i = 0; i < TOC_WITNESSES; i++) {
        toc_buf_addf(out, "the kernel's %s:", toc_witness_infos[i].words);
        if (all.witnesses >> i & 1)
            add_askers(ruleset, i, out);
        else
            toc_buf_adds(out, " nobody looks at it\n");
    }
}

int toc_explain_pushdown(const struct toc_ruleset *ruleset, struct toc_buf *out) {
    uint64_t events = toc_pushdown_events();

    for (uint16_t id = 0; id < 64; id++) {
        int err = events >> id & 1 ? add_event(ruleset, toc_event_info(id)->name, id, out) : 0;

        if (err)
            return err;
        if (events >> id & 1)
            add_payload(ruleset, id, out);
    }
    add_witnesses(ruleset, out);
    return 0;
}
