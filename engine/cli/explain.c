// SPDX-License-Identifier: Apache-2.0
// What a pack comes to: each signature it runs, with what, and where that was written.
#include "cli/explain.h"

#include <string.h>

#include "base/text.h"

static void add_setting(const struct toc_setting *setting, struct toc_buf *out) {
    const char *before = "  ";

    toc_buf_addf(out, "  %-18s ", setting->name);
    toc_buf_add_one_line(out, setting->value, strlen(setting->value));
    for (const struct toc_origin *o = setting->origin; o; o = o->before) {
        toc_buf_addf(out, "%s%s:%u (%s)", before, o->file, o->line, o->how);
        // What an addition was added to still counts; what a value replaced does not.
        before = strcmp(o->how, "add") != 0 ? ", before " : ", to ";
    }
    if (setting->note)
        toc_buf_addf(out, ": %s", setting->note);
    toc_buf_addc(out, '\n');
}

void toc_explain_text(const struct toc_ruleset *ruleset, struct toc_buf *out) {
    size_t n = toc_ruleset_n_rules(ruleset), signatures = toc_ruleset_n_signatures(ruleset);

    for (size_t i = 0; i < n; i++) {
        const struct toc_rule *rule = toc_ruleset_rule(ruleset, i);
        const struct toc_setting *setting = toc_ruleset_settings(ruleset, i);

        toc_buf_addf(out, "%s: %s\n", rule->signature->id, rule->signature->file);
        for (; setting; setting = setting->next)
            add_setting(setting, out);
    }
    toc_buf_addf(out, "%zu of %zu signature%s run\n", n, signatures, toc_s(signatures));
}

static void add_json_setting(const struct toc_setting *setting, struct toc_buf *out) {
    toc_buf_addc(out, '{');
    toc_buf_add_json_pair(out, "name", setting->name);
    toc_buf_addc(out, ',');
    toc_buf_add_json_pair(out, "value", setting->value);
    if (setting->note) {
        toc_buf_addc(out, ',');
        toc_buf_add_json_pair(out, "reason", setting->note);
    }
    toc_buf_adds(out, ",\"from\":[");
    for (const struct toc_origin *o = setting->origin; o; o = o->before) {
        toc_buf_adds(out, o == setting->origin ? "{" : ",{");
        toc_buf_add_json_pair(out, "file", o->file);
        toc_buf_addf(out, ",\"line\":%u,\"how\":\"%s\"}", o->line, o->how);
    }
    toc_buf_adds(out, "]}");
}

void toc_explain_json(const struct toc_ruleset *ruleset, struct toc_buf *out) {
    for (size_t i = 0; i < toc_ruleset_n_rules(ruleset); i++) {
        const struct toc_rule *rule = toc_ruleset_rule(ruleset, i);
        const struct toc_setting *first = toc_ruleset_settings(ruleset, i);

        toc_buf_addc(out, '{');
        toc_buf_add_json_pair(out, "pack", rule->pack);
        toc_buf_addc(out, ',');
        toc_buf_add_json_pair(out, "signature", rule->signature->id);
        toc_buf_addc(out, ',');
        toc_buf_add_json_pair(out, "file", rule->signature->file);
        toc_buf_adds(out, ",\"settings\":[");
        for (const struct toc_setting *s = first; s; s = s->next) {
            toc_buf_adds(out, s == first ? "" : ",");
            add_json_setting(s, out);
        }
        toc_buf_adds(out, "]}\n");
    }
}
