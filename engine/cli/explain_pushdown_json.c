// SPDX-License-Identifier: Apache-2.0
// What of a pack is decided in the kernel, for programs.
#include <string.h>

#include "base/text.h"
#include "cli/explain_pushdown.h"
#include "detect/demand.h"
#include "detect/pushdown.h"
#include "event/catalogue.h"

static const char *const stages[TOC_FILTER_STAGES] = {"call", "socket", "result", "return", "exit"};

/* Opens an object of a list that names the rule. */
static void begin_rule(const struct toc_ruleset *ruleset, size_t rule, size_t n_before,
                       struct toc_buf *out) {
    const struct toc_rule *r = toc_ruleset_rule(ruleset, rule);

    toc_buf_adds(out, n_before ? ",{" : "{");
    toc_buf_add_json_pair(out, "pack", r->pack);
    toc_buf_addc(out, ',');
    toc_buf_add_json_pair(out, "signature", r->signature->id);
}

static void add_terms(const struct cel_over *over, struct toc_buf *out) {
    _cleanup_toc_buf_ struct toc_buf text = {0};

    toc_buf_adds(out, ",\"any_of\":[");
    for (size_t k = 0; k < over->n; k++) {
        toc_buf_reset(&text);
        toc_pushdown_text(&over->terms[k], &text);
        toc_buf_adds(out, k ? "," : "");
        toc_buf_add_json_string(out, text.p, text.n);
    }
    toc_buf_addc(out, ']');
}

/* What cannot be judged there, and so needs every call. */
static void add_beyond(const struct toc_need *need, struct toc_buf *out) {
    _cleanup_toc_buf_ struct toc_buf text = {0};

    toc_buf_add_one_line(&text, need->text, need->n);
    toc_buf_adds(out, ",\"beyond\":{");
    toc_buf_add_json_pair(out, "where", need->where);
    toc_buf_adds(out, ",\"expr\":");
    toc_buf_add_json_string(out, text.p, text.n);
    toc_buf_addc(out, '}');
}

static int add_needs(const struct toc_ruleset *ruleset, unsigned event, struct toc_buf *out) {
    size_t n = 0;

    toc_buf_adds(out, ",\"needs\":[");
    for (size_t i = 0; i < toc_ruleset_n_rules(ruleset); i++) {
        struct toc_need need;
        int err = toc_pushdown_rule(ruleset, i, event, &need);

        if (err)
            return err;
        if (!need.over.anything && !need.over.n)
            continue;
        begin_rule(ruleset, i, n++, out);
        if (need.over.anything)
            add_beyond(&need, out);
        else
            add_terms(&need.over, out);
        toc_buf_addc(out, '}');
    }
    toc_buf_addc(out, ']');
    return 0;
}

static void add_payload(const struct toc_ruleset *ruleset, unsigned event, struct toc_buf *out) {
    size_t n = 0;

    toc_buf_adds(out, ",\"payload\":[");
    for (size_t i = 0; i < toc_ruleset_n_rules(ruleset); i++) {
        struct toc_rule_demand rule;
        bool enter, exit;

        toc_demand_rule(ruleset, i, &rule);
        enter = rule.demand.payload_enter >> event & 1;
        exit = rule.demand.payload_exit >> event & 1;
        if (!enter && !exit)
            continue;
        begin_rule(ruleset, i, n++, out);
        toc_buf_addc(out, ',');
        toc_buf_add_json_pair(out, "where", rule.payload_where);
        toc_buf_addf(out, ",\"enter\":%s,\"exit\":%s}", enter ? "true" : "false",
                     exit ? "true" : "false");
    }
    toc_buf_addc(out, ']');
}

static int add_event(const struct toc_ruleset *ruleset, const char *name, unsigned event,
                     struct toc_buf *out) {
    struct toc_filter_table table;
    int err = toc_pushdown_event(ruleset, event, &table);

    if (err)
        return err;
    toc_buf_addf(out, "{\"v\":1,\"event\":\"%s\",\"calls\":\"%s\",\"asked\":[", name,
                 !table.decides                ? "all"
                 : toc_filter_is_empty(&table) ? "none"
                                               : "some");
    for (unsigned i = 0, n = 0; i < TOC_FILTER_STAGES; i++)
        if (table.decides && !toc_filter_is_empty(&table) && table.stages >> i & 1)
            toc_buf_addf(out, "%s\"%s\"", n++ ? "," : "", stages[i]);
    toc_buf_addc(out, ']');
    err = add_needs(ruleset, event, out);
    if (err)
        return err;
    add_payload(ruleset, event, out);
    toc_buf_adds(out, "}\n");
    return 0;
}

static void add_witness(const struct toc_ruleset *ruleset, unsigned witness, struct toc_buf *out) {
    const struct toc_witness_info *info = &toc_witness_infos[witness];
    size_t n = 0;

    toc_buf_adds(out, "{\"v\":1,");
    toc_buf_add_json_pair(out, "witness", info->part);
    toc_buf_addf(out, ",\"sends\":%s,\"readers\":[", info->is_send ? "true" : "false");
    for (size_t i = 0; i < toc_ruleset_n_rules(ruleset); i++) {
        struct toc_rule_demand rule;

        toc_demand_rule(ruleset, i, &rule);
        if (!rule.where[witness])
            continue;
        begin_rule(ruleset, i, n++, out);
        toc_buf_addc(out, ',');
        toc_buf_add_json_pair(out, "where", rule.where[witness]);
        toc_buf_addc(out, '}');
    }
    toc_buf_adds(out, "]}\n");
}

int toc_explain_pushdown_json(const struct toc_ruleset *ruleset, struct toc_buf *out) {
    uint64_t events = toc_pushdown_events();
    int err = 0;

    for (uint16_t id = 0; id < 64 && !err; id++)
        if (events >> id & 1)
            err = add_event(ruleset, toc_event_info(id)->name, id, out);
    for (unsigned i = 0; i < TOC_WITNESSES && !err; i++)
        add_witness(ruleset, i, out);
    return err;
}
