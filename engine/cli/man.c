// SPDX-License-Identifier: Apache-2.0
// The manual page tocsin(1), from the tables of verbs and options.
#include <string.h>

#include "cli/help.h"

/* Text as roff: backslashes and dashes escaped, no line that begins with a control character. */
static void add_roff(const char *text, size_t n, struct toc_buf *out) {
    if (n && (*text == '.' || *text == '\''))
        toc_buf_adds(out, "\\&");
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '\\')
            toc_buf_adds(out, "\\e");
        else if (text[i] == '-')
            toc_buf_adds(out, "\\-");
        else
            toc_buf_addc(out, text[i]);
    }
}

static void add_text(const char *text, struct toc_buf *out) {
    add_roff(text, strlen(text), out);
}

static void add_examples(const char *examples, struct toc_buf *out) {
    if (!*examples)
        return;
    toc_buf_adds(out, ".PP\nExamples:\n.PP\n.RS 4\n.nf\n");
    while (*examples) {
        size_t n = strcspn(examples, "\n");

        add_roff(examples, n, out);
        toc_buf_addc(out, '\n');
        examples += n + 1;
    }
    toc_buf_adds(out, ".fi\n.RE\n");
}

static void add_verb(const struct toc_verb *verb, struct toc_buf *out) {
    toc_buf_addf(out, ".SS \"%s %s%s\"\n", verb->name, verb->operands,
                 verb->command ? "[\\-\\- CMD…]" : "");
    add_text(verb->description, out);
    toc_buf_addc(out, '\n');
    add_examples(verb->examples, out);
}

static void add_verbs_of(const struct toc_option *option, struct toc_buf *out) {
    const char *between = " Verbs: ";

    if (option->verbs == UINT32_MAX) {
        toc_buf_adds(out, " All verbs");
        return;
    }
    for (size_t i = 0; i < TOC_N_VERBS; i++) {
        if (!toc_option_of(option, &toc_verbs[i]))
            continue;
        toc_buf_addf(out, "%s%s", between, toc_verbs[i].name);
        between = ", ";
    }
}

static void add_option(const struct toc_option *option, struct toc_buf *out) {
    _cleanup_toc_buf_ struct toc_buf name = {0};

    toc_help_option_name(option, &name);
    toc_buf_adds(out, ".TP\n\\fB");
    add_roff(name.p, name.n, out);
    toc_buf_adds(out, "\\fR\n");
    add_text(option->help, out);
    toc_buf_addc(out, '.');
    add_verbs_of(option, out);
    toc_buf_adds(out, ".\n");
}

void toc_man_page(struct toc_buf *out) {
    toc_buf_adds(out, ".\\\" Made by the build: tocsin generate man.\n"
                      ".TH TOCSIN 1 \"" TOC_VERSION_DATE "\" \"tocsin " TOC_VERSION
                      "\" \"User Commands\"\n"
                      ".SH NAME\ntocsin \\- " TOC_ABOUT "\n"
                      ".SH SYNOPSIS\n.B tocsin\n.I VERB\n[\\fIOPTION\\fR]…\n.SH VERBS\n");
    for (size_t i = 0; i < TOC_N_VERBS; i++) {
        if (*toc_verbs[i].summary)
            add_verb(&toc_verbs[i], out);
    }
    toc_buf_adds(out, ".SH OPTIONS\n");
    for (size_t i = 0; i < toc_options_n; i++) {
        if (toc_help_shows(&toc_options[i]))
            add_option(&toc_options[i], out);
    }
    toc_buf_adds(
        out, ".SH EXIT STATUS\n.TP\n.B 0\nDone; also when the reader of a pipe has gone, and "
             "after SIGINT or SIGTERM.\n"
             ".TP\n.B 1\nA fault while running: no privilege, no BTF, a cut or damaged "
             "recording after all that was whole, a failed test.\n"
             ".TP\n.B 2\nThe call, a signature, a pack or an input file is wrong.\n"
             ".TP\n.B 3\n\\-\\-fail\\-on was reached.\n.PP\nWith \\-\\- CMD, CMD's own status "
             "(128 and the signal that ended it; 127 when it was not found), unless one of 1, 2 "
             "and 3 applies.\n"
             ".SH FILES\nShipped signatures and packs are looked for from where the program "
             "stands: two directories above it in a build tree, in \\fI../share/tocsin\\fR where "
             "it is installed, then in \\fI/etc/tocsin\\fR.\n");
}
