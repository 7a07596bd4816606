// SPDX-License-Identifier: Apache-2.0
// The tables of verbs and options, from their lists.
#include <string.h>

#include "base/text.h"
#include "cli/options.h"
#include "cli/say.h"

const struct toc_verb toc_verbs[TOC_N_VERBS] = {
#define VERB(id, operands, min, max, command, summary, description, examples)                      \
    [TOC_VERB_##                                                                                   \
        id] = {#id, operands, summary, description, examples, min, max, command, toc_verb_##id},
#include "cli/verbs.def"
};

#define V(verb) (UINT32_C(1) << TOC_VERB_##verb)
#define LIVE (V(run) | V(record))
#define RUNS (V(run) | V(replay))
#define ALL_VERBS UINT32_MAX

const struct toc_option toc_options[] = {
#define OPTION(id, name, letter, kind, value, verbs, help)                                         \
    {name, value, help, letter, TOC_KIND_OF_##kind, verbs, offsetof(struct toc_cli, id)},
#include "cli/options.def"
};
const size_t toc_options_n = sizeof(toc_options) / sizeof(*toc_options);

const struct toc_verb *toc_verb_by_name(const char *name) {
    for (size_t i = 0; i < TOC_N_VERBS; i++) {
        if (!strcmp(toc_verbs[i].name, name))
            return &toc_verbs[i];
    }
    return NULL;
}

int toc_verb_unknown(const char *name) {
    const char *names[TOC_N_VERBS];
    const char *nearest;
    size_t n = 0;

    for (size_t i = 0; i < TOC_N_VERBS; i++) {
        if (*toc_verbs[i].summary)
            names[n++] = toc_verbs[i].name;
    }
    nearest = toc_nearest(name, strlen(name), names, n);
    if (nearest)
        toc_say("unknown verb '%s': did you mean '%s'?", name, nearest);
    else
        toc_say("unknown verb '%s': 'tocsin help' lists them", name);
    return TOC_EXIT_WRONG;
}

void toc_choice_each(const struct toc_option *option,
                     void (*fn)(void *ctx, const char *name, size_t n, bool available), void *ctx) {
    const char *at = option->value;

    while (*at) {
        size_t n = strcspn(at, "|");
        bool available = *at != '(';

        fn(ctx, available ? at : at + 1, available ? n : n - 2, available);
        at += n + (at[n] == '|');
    }
}
