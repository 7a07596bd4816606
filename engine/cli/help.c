// SPDX-License-Identifier: Apache-2.0
// Help for people.
#include "cli/help.h"

#include <string.h>

#include "base/text.h"
#include "cli/output.h"

#define WIDTH 88
#define COLUMN 28

bool toc_help_shows(const struct toc_option *option) {
    return option->kind != TOC_KIND_OF_LATER;
}

static void add_choice(void *ctx, const char *name, size_t n, bool available) {
    struct toc_buf *out = ctx;

    if (!available)
        return;
    if (out->n && out->p[out->n - 1] != ' ')
        toc_buf_addc(out, '|');
    toc_buf_add(out, name, n);
}

void toc_help_option_name(const struct toc_option *option, struct toc_buf *out) {
    if (option->letter)
        toc_buf_addf(out, "-%c, ", option->letter);
    toc_buf_addf(out, "--%s", option->name);
    if (option->kind == TOC_KIND_OF_FLAG)
        return;
    toc_buf_addc(out, ' ');
    if (option->kind == TOC_KIND_OF_CHOICE)
        toc_choice_each(option, add_choice, out);
    else
        toc_buf_adds(out, option->value);
}

/* Words broken at WIDTH; each further line begins with `indent` blanks. `column` is where we are.
 */
static void add_wrapped(const char *text, size_t column, size_t indent, struct toc_buf *out) {
    while (*text) {
        size_t n = strcspn(text, " \n");
        size_t columns = toc_utf8_count(text, n);

        if (column > indent && column + 1 + columns > WIDTH) {
            toc_buf_addf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column > indent) {
            toc_buf_addc(out, ' ');
            column++;
        }
        toc_buf_add(out, text, n);
        column += columns;
        text += n + (text[n] != 0);
    }
    toc_buf_addc(out, '\n');
}

static void add_option(const struct toc_option *option, struct toc_buf *out) {
    size_t start = out->n, column;

    toc_buf_adds(out, option->letter ? "  " : "      ");
    toc_help_option_name(option, out);
    column = toc_utf8_count(out->p + start, out->n - start);
    if (column + 2 > COLUMN) {
        toc_buf_addc(out, '\n');
        column = 0;
    }
    toc_buf_addf(out, "%*s", (int)(COLUMN - column), "");
    add_wrapped(option->help, COLUMN, COLUMN, out);
}

static void add_examples(const char *examples, struct toc_buf *out) {
    if (!*examples)
        return;
    toc_buf_adds(out, "\nExamples:\n");
    while (*examples) {
        size_t n = strcspn(examples, "\n");

        toc_buf_addf(out, "  %.*s\n", (int)n, examples);
        examples += n + 1;
    }
}

static int print(struct toc_buf *out) {
    struct toc_output output = TOC_OUTPUT_STDOUT;

    output.buf = *out;
    *out = (struct toc_buf){0};
    return toc_output_close(&output);
}

int toc_help_verb(const struct toc_verb *verb) {
    _cleanup_toc_buf_ struct toc_buf out = {0};

    toc_buf_addf(&out, "Usage: tocsin %s [OPTION]…%s%s%s\n\n", verb->name,
                 *verb->operands ? " " : "", verb->operands, verb->command ? " [-- CMD…]" : "");
    add_wrapped(verb->description, 0, 0, &out);
    toc_buf_adds(&out, "\nOptions:\n");
    for (size_t i = 0; i < toc_options_n; i++) {
        if (toc_option_of(&toc_options[i], verb) && toc_help_shows(&toc_options[i]))
            add_option(&toc_options[i], &out);
    }
    add_examples(verb->examples, &out);
    return print(&out);
}

static int help_all(void) {
    _cleanup_toc_buf_ struct toc_buf out = {0};

    toc_buf_adds(&out, "tocsin " TOC_ABOUT ".\n\nUsage: tocsin VERB [OPTION]…\n\n");
    for (size_t i = 0; i < TOC_N_VERBS; i++) {
        if (*toc_verbs[i].summary)
            toc_buf_addf(&out, "  %-12s%s\n", toc_verbs[i].name, toc_verbs[i].summary);
    }
    toc_buf_adds(
        &out, "\n'tocsin VERB --help' explains a verb and its options.\n"
              "\nExit status: 0 done; 1 a fault while running; 2 the call, a signature, a pack or "
              "an input\nis wrong; 3 --fail-on was reached; with -- CMD, CMD's own unless one of "
              "these applies.\n");
    return print(&out);
}

int toc_verb_help(struct toc_cli *cli) {
    const struct toc_verb *verb;

    if (!cli->n_operands)
        return help_all();
    verb = toc_verb_by_name(cli->operands[0]);
    return verb ? toc_help_verb(verb) : toc_verb_unknown(cli->operands[0]);
}

int toc_verb_version(struct toc_cli *cli) {
    _cleanup_toc_buf_ struct toc_buf out = {0};

    (void)cli;
    toc_buf_adds(&out, "tocsin " TOC_VERSION "\n");
    return print(&out);
}
