// SPDX-License-Identifier: Apache-2.0
// Signatures as Markdown: a page each, and an index by ATT&CK technique.
#include "cli/pages.h"

#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cli/say.h"
#include "detect/blind.h"
#include "event/catalogue.h"

static void add_code(const char *title, const char *text, struct toc_buf *out) {
    if (text)
        toc_buf_addf(out, "\n## %s\n\n```\n%s\n```\n", title, text);
}

static void add_list(const char *title, const char *const *words, size_t n, struct toc_buf *out) {
    if (n)
        toc_buf_addf(out, "\n## %s\n\n", title);
    for (size_t i = 0; i < n; i++)
        toc_buf_addf(out, "- %s\n", words[i]);
}

/* "attack.t1685" is a link to its page, anything else stands as it is. */
static void add_tag(const char *tag, struct toc_buf *out) {
    const char *id = strncmp(tag, "attack.t", 8) ? NULL : tag + 7;
    const char *dot = id ? strchr(id, '.') : NULL;

    if (!id || !isdigit((unsigned char)id[1])) {
        toc_buf_addf(out, "- %s\n", tag);
        return;
    }
    toc_buf_addf(out, "- [T%s](https://attack.mitre.org/techniques/T%.*s%s%s/)\n", id + 1,
                 (int)(dot ? dot - id - 1 : (int)strlen(id) - 1), id + 1, dot ? "/" : "",
                 dot ? dot + 1 : "");
}

static void add_names(uint64_t events, struct toc_buf *out) {
    const char *between = "";

    for (uint16_t id = 0; id < 64; id++) {
        if (!(events >> id & 1) || !toc_event_info(id))
            continue;
        toc_buf_addf(out, "%s%s", between, toc_event_info(id)->name);
        between = ", ";
    }
}

static void add_events(const struct toc_signature *signature, struct toc_buf *out) {
    toc_buf_adds(out, "\n## Events\n\n");
    add_names(signature->events, out);
    toc_buf_adds(out, "\n");
    if (signature->each_list)
        toc_buf_addf(out, "\nFor each `%s` of `%s`.\n", signature->each_var, signature->each_list);
}

/* What is attached, from the least on. */
#define ENTRY_EXIT "sys_enter sys_exit"
#define LENGTHS ENTRY_EXIT " sock_send_length sock_recv_length"
#define REQUESTS LENGTHS " io_uring_submit_req io_uring_complete"
#define ADDRESSES REQUESTS " cgroup_sendmsg4 cgroup_sendmsg6 cgroup_recvmsg4 cgroup_recvmsg6"

static const struct {
    const char *name, *hooks;
} sets[] = {
    {"`--source ptrace`", "ptrace"},
    {"entry and exit alone", ENTRY_EXIT},
    {"and `sock_send_length`, `sock_recv_length`", LENGTHS},
    {"and those of io_uring", REQUESTS},
    {"and the cgroup address hooks", ADDRESSES},
    {"and fentry (kprobes alike)", ADDRESSES " fentry_sendmsg fentry_recvmsg"},
};

/* Not all of its events may come with these hooks: the shorter of those that do and those that
 * don't. */
static void add_sight(const struct toc_signature *signature, const char *hooks,
                      struct toc_buf *out) {
    uint64_t made = toc_made_events(signature->events, hooks), missing = signature->events & ~made;
    bool only = __builtin_popcountll(made) < __builtin_popcountll(missing);

    toc_buf_adds(out, "sees");
    if (!missing)
        return;
    toc_buf_adds(out, only ? " " : ", but not ");
    add_names(only ? made : missing, out);
    if (only)
        toc_buf_adds(out, " alone");
}

static void add_needs(const struct toc_signature *signature, struct toc_buf *out) {
    _cleanup_toc_buf_ struct toc_buf needs = {0};
    struct toc_given given = {.hooks = "", .watched = UINT64_MAX};
    enum toc_sight sight;

    toc_buf_adds(out, "\n## Where it is blind\n\n");
    if (!toc_signature_sight(signature, &given, &needs)) {
        toc_buf_adds(out, "Nowhere: what it looks at is made by tocsin itself.\n");
        return;
    }
    toc_buf_adds(out, "| hooks | |\n|---|---|\n");
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        toc_buf_reset(&needs);
        toc_buf_addf(out, "| %s | ", sets[i].name);
        given.hooks = sets[i].hooks;
        sight = toc_signature_sight(signature, &given, &needs);
        if (sight == TOC_SIGHT_NONE)
            toc_buf_addf(out, "blind: needs %.*s", (int)needs.n, needs.p);
        else
            add_sight(signature, sets[i].hooks, out);
        if (sight == TOC_SIGHT_LESS)
            toc_buf_addf(out, "; less without %.*s", (int)needs.n, needs.p);
        toc_buf_adds(out, " |\n");
    }
}

/* Steps, quantities, keys: `when` has a heading of its own. */
static void add_correlation(const struct toc_signature *signature, struct toc_buf *out) {
    if (!signature->correlation)
        return;
    toc_buf_addf(out, "\n## Correlation\n\n%s\n\n```\n", signature->correlation);
    for (size_t i = 0; i < signature->n_expressions; i++) {
        const struct toc_expression *expression = &signature->expressions[i];

        if (expression->kind == TOC_EXPR_WHEN || expression->kind == TOC_EXPR_EACH)
            continue;
        toc_buf_addf(out, "%s: ", expression->where);
        toc_buf_add_one_line(out, expression->text, strlen(expression->text));
        toc_buf_addc(out, '\n');
    }
    toc_buf_adds(out, "```\n");
}

void toc_page_markdown(const struct toc_signature *s, struct toc_buf *out) {
    const char *file = strrchr(s->file, '/');

    toc_buf_addf(out, "# %s\n\n%s. Level %s, status %s, %zu test%s, in `%s`.\n", s->id, s->title,
                 toc_level_name(s->level), s->status, s->n_tests, toc_s(s->n_tests),
                 file ? file + 1 : s->file);
    if (s->description)
        toc_buf_addf(out, "\n%s\n", s->description);
    add_list("False positives", s->falsepositives, s->n_falsepositives, out);
    add_events(s, out);
    add_code("When", s->when, out);
    add_correlation(s, out);
    add_list("Parameters", s->params, s->n_params, out);
    add_code("Message", s->message, out);
    add_needs(s, out);
    if (s->n_tags)
        toc_buf_adds(out, "\n## Tags\n\n");
    for (size_t i = 0; i < s->n_tags; i++)
        add_tag(s->tags[i], out);
    add_list("References", s->references, s->n_references, out);
}

static void add_row(const struct toc_signature *s, struct toc_buf *out) {
    toc_buf_addf(out, "| [%s](%s.md) | %s | %s | %s |\n", s->id, s->id, toc_level_name(s->level),
                 s->status, s->title);
}

static const char table[] = "| Signature | Level | Status | What it sees |\n|---|---|---|---|\n";

void toc_page_index(const struct toc_ruleset *ruleset, struct toc_buf *out) {
    size_t n = toc_ruleset_n_signatures(ruleset);
    struct toc_techniques techniques;

    toc_buf_addf(
        out, "# Signatures\n\n%zu signatures, by the ATT&CK technique that they point at.\n", n);
    if (toc_techniques_of(ruleset, &techniques))
        return;
    for (size_t t = 0; t < techniques.n; t++) {
        toc_buf_addf(out, "\n## T%s\n\n%s", techniques.ids[t] + 1, table);
        for (size_t i = 0; i < n; i++)
            if (toc_has_technique(toc_ruleset_signature(ruleset, i), techniques.ids[t]))
                add_row(toc_ruleset_signature(ruleset, i), out);
    }
    free(techniques.ids);
    toc_buf_addf(out, "\n## All\n\n%s", table);
    for (size_t i = 0; i < n; i++)
        add_row(toc_ruleset_signature(ruleset, i), out);
}

void toc_page_json(const struct toc_ruleset *ruleset, struct toc_buf *out) {
    for (size_t i = 0; i < toc_ruleset_n_signatures(ruleset); i++) {
        const struct toc_signature *s = toc_ruleset_signature(ruleset, i);

        toc_buf_addf(out, "{\"id\":\"%s\",\"level\":\"%s\",\"status\":\"%s\"", s->id,
                     toc_level_name(s->level), s->status);
        toc_buf_addc(out, ',');
        toc_buf_add_json_pair(out, "title", s->title);
        toc_buf_addc(out, ',');
        toc_buf_add_json_pair(out, "file", s->file);
        toc_buf_adds(out, ",\"tags\":[");
        for (size_t t = 0; t < s->n_tags; t++)
            toc_buf_addf(out, "%s\"%s\"", t ? "," : "", s->tags[t]);
        toc_buf_addf(out, "],\"digest\":\"%016llx\"}\n", (unsigned long long)s->digest);
    }
}
