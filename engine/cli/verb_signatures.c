// SPDX-License-Identifier: Apache-2.0
// tocsin signatures: what is looked for, as a list or one in full.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/output.h"
#include "cli/pages.h"
#include "cli/rules.h"
#include "cli/say.h"
#include "event/catalogue.h"

static void add_list(const struct toc_ruleset *ruleset, struct toc_buf *out) {
    for (size_t i = 0; i < toc_ruleset_n_signatures(ruleset); i++) {
        const struct toc_signature *s = toc_ruleset_signature(ruleset, i);

        toc_buf_addf(out, "%-13s %-12s %-32s %s\n", toc_level_name(s->level), s->status, s->id,
                     s->title);
    }
}

static void add_words(const char *title, const char *const *words, size_t n, struct toc_buf *out) {
    if (!n)
        return;
    toc_buf_addf(out, "\n%s\n", title);
    for (size_t i = 0; i < n; i++)
        toc_buf_addf(out, "  %s\n", words[i]);
}

/* A text of several lines, indented. */
static void add_block(const char *title, const char *text, struct toc_buf *out) {
    if (!text || !*text)
        return;
    toc_buf_addf(out, "\n%s\n", title);
    while (*text) {
        size_t n = strcspn(text, "\n");

        toc_buf_addf(out, "%s%.*s\n", n ? "  " : "", (int)n, text);
        text += n + (text[n] != 0);
    }
}

static void add_events(uint64_t events, struct toc_buf *out) {
    toc_buf_adds(out, "\nEvents\n ");
    for (uint16_t id = 0; id < 64; id++) {
        if (events >> id & 1 && toc_event_info(id))
            toc_buf_addf(out, " %s", toc_event_info(id)->name);
    }
    toc_buf_addc(out, '\n');
}

/* Steps, quantities, keys. */
static void add_correlation(const struct toc_signature *s, struct toc_buf *out) {
    if (!s->correlation)
        return;
    toc_buf_addf(out, "\nCorrelation: %s\n", s->correlation);
    for (size_t i = 0; i < s->n_expressions; i++) {
        if (s->expressions[i].kind == TOC_EXPR_WHEN || s->expressions[i].kind == TOC_EXPR_EACH)
            continue;
        toc_buf_addf(out, "  %s: ", s->expressions[i].where);
        toc_buf_add_one_line(out, s->expressions[i].text, strlen(s->expressions[i].text));
        toc_buf_addc(out, '\n');
    }
}

static void add_page(const struct toc_signature *s, struct toc_buf *out) {
    toc_buf_addf(out, "%s\n%s\n\nlevel %s, status %s, %zu test%s\n%s\n", s->id, s->title,
                 toc_level_name(s->level), s->status, s->n_tests, toc_s(s->n_tests), s->file);
    add_block("Description", s->description, out);
    add_words("False positives", s->falsepositives, s->n_falsepositives, out);
    add_events(s->events, out);
    if (s->each_list)
        toc_buf_addf(out, "\nFor each %s of %s\n", s->each_var, s->each_list);
    add_block("When", s->when, out);
    add_correlation(s, out);
    add_block("Message", s->message, out);
    add_words("Tags", s->tags, s->n_tags, out);
    add_words("References", s->references, s->n_references, out);
}

static const struct toc_signature *find(const struct toc_ruleset *ruleset, const char *id) {
    for (size_t i = 0; i < toc_ruleset_n_signatures(ruleset); i++) {
        if (!strcmp(toc_ruleset_signature(ruleset, i)->id, id))
            return toc_ruleset_signature(ruleset, i);
    }
    return NULL;
}

static int unknown(const struct toc_ruleset *ruleset, const char *id) {
    size_t n = toc_ruleset_n_signatures(ruleset);
    const char **ids = calloc(n + 1, sizeof(*ids));
    const char *nearest = NULL;

    for (size_t i = 0; ids && i < n; i++)
        ids[i] = toc_ruleset_signature(ruleset, i)->id;
    if (ids)
        nearest = toc_nearest(id, strlen(id), ids, n);
    if (nearest)
        toc_say("no signature '%s': did you mean '%s'?", id, nearest);
    else
        toc_say("no signature '%s': 'tocsin signatures' lists them", id);
    free(ids);
    return TOC_EXIT_WRONG;
}

static void add_all(const struct toc_cli *cli, const struct toc_ruleset *ruleset,
                    struct toc_buf *out) {
    switch (cli->signatures_format) {
    case TOC_PAGES_MARKDOWN: toc_page_index(ruleset, out); break;
    case TOC_PAGES_JSON: toc_page_json(ruleset, out); break;
    case TOC_PAGES_NAVIGATOR: toc_page_navigator(ruleset, out); break;
    default: add_list(ruleset, out);
    }
}

int toc_verb_signatures(struct toc_cli *cli) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    struct toc_output output = TOC_OUTPUT_STDOUT;
    const struct toc_signature *signature;
    int error = toc_rules_load_signatures(cli, &diags, &ruleset);

    toc_say_diags(&diags);
    if (error)
        return error == -ENOMEM ? TOC_EXIT_FAULT : TOC_EXIT_WRONG;
    if (!cli->n_operands) {
        add_all(cli, ruleset, &output.buf);
        return toc_output_close(&output);
    }
    if (cli->signatures_format > TOC_PAGES_MARKDOWN) {
        toc_say("--format json and navigator are of all signatures: leave ID out");
        return TOC_EXIT_WRONG;
    }
    signature = find(ruleset, cli->operands[0]);
    if (!signature)
        return unknown(ruleset, cli->operands[0]);
    if (cli->signatures_format == TOC_PAGES_MARKDOWN)
        toc_page_markdown(signature, &output.buf);
    else
        add_page(signature, &output.buf);
    return toc_output_close(&output);
}
