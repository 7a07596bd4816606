// SPDX-License-Identifier: Apache-2.0
// Completion for bash, from the tables of verbs and options.
#include <string.h>

#include "cli/help.h"
#include "event/catalogue.h"

static void add_choice(void *ctx, const char *name, size_t n, bool available) {
    struct toc_buf *out = ctx;

    if (available)
        toc_buf_addf(out, " %.*s", (int)n, name);
}

static void add_verbs(struct toc_buf *out) {
    for (size_t i = 0; i < TOC_N_VERBS; i++) {
        if (*toc_verbs[i].summary)
            toc_buf_addf(out, " %s", toc_verbs[i].name);
    }
}

static void add_options_of(const struct toc_verb *verb, struct toc_buf *out) {
    for (size_t i = 0; i < toc_options_n; i++) {
        if (toc_option_of(&toc_options[i], verb) && toc_help_shows(&toc_options[i]))
            toc_buf_addf(out, " --%s", toc_options[i].name);
    }
}

#define PACKS "$(compgen -W \"$(\"${COMP_WORDS[0]}\" generate packs 2>/dev/null)\" -- \"$word\")"

/* What may follow an option. */
static void add_values(struct toc_buf *out) {
    for (size_t i = 0; i < toc_options_n; i++) {
        const struct toc_option *option = &toc_options[i];

        if (!strcmp(option->value, "PACK")) {
            toc_buf_addf(out,
                         "    --%s) COMPREPLY=(" PACKS " $(compgen -f -- \"$word\")); return ;;\n",
                         option->name);
        } else if (option->kind == TOC_KIND_OF_CHOICE) {
            toc_buf_addf(out, "    --%s) COMPREPLY=($(compgen -W '", option->name);
            toc_choice_each(option, add_choice, out);
            toc_buf_adds(out, "' -- \"$word\")); return ;;\n");
        } else if (option->kind == TOC_KIND_OF_NUMBER || option->kind == TOC_KIND_OF_DURATION ||
                   option->kind == TOC_KIND_OF_INTERVAL) {
            toc_buf_addf(out, "    --%s) return ;;\n", option->name);
        }
    }
}

/* What verbs take that name no files. */
static void add_operands(struct toc_buf *out) {
    toc_buf_adds(out, "    events) COMPREPLY=($(compgen -W '");
    for (uint16_t id = 0; id < 64; id++)
        if (toc_event_info(id))
            toc_buf_addf(out, " %s", toc_event_info(id)->name);
    toc_buf_adds(out, "' -- \"$word\")); return ;;\n"
                      "    signatures) COMPREPLY=($(compgen -W \"$(\"${COMP_WORDS[0]}\" signatures "
                      "2>/dev/null | awk '{print $3}')\" -- \"$word\")); return ;;\n");
}

void toc_completion(struct toc_buf *out) {
    toc_buf_adds(
        out,
        "# Completion of tocsin for bash. Made by the build: tocsin generate completion.\n"
        "_tocsin() {\n"
        "    local word=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} options=\n"
        "    if [ \"$COMP_CWORD\" -eq 1 ] || [ \"$COMP_CWORD\" -eq 2 -a \"$verb\" = help ]; then\n"
        "        COMPREPLY=($(compgen -W '");
    add_verbs(out);
    toc_buf_adds(out, "' -- \"$word\")); return\n    fi\n"
                      "    case \"${COMP_WORDS[COMP_CWORD-1]}\" in\n");
    add_values(out);
    toc_buf_adds(out, "    esac\n    case \"$verb\" in\n");
    for (size_t i = 0; i < TOC_N_VERBS; i++) {
        if (!*toc_verbs[i].summary)
            continue;
        toc_buf_addf(out, "    %s) options='", toc_verbs[i].name);
        add_options_of(&toc_verbs[i], out);
        toc_buf_adds(out, "' ;;\n");
    }
    toc_buf_adds(out, "    esac\n"
                      "    case \"$word\" in\n"
                      "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")); return ;;\n"
                      "    esac\n    case \"$verb\" in\n");
    add_operands(out);
    toc_buf_adds(out, "    esac\n    COMPREPLY=($(compgen -f -- \"$word\"))\n"
                      "}\ncomplete -o filenames -F _tocsin tocsin\n");
}
