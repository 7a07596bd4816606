// SPDX-License-Identifier: Apache-2.0
// Reads a command line by the table of options.
#include "cli/options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/say.h"

struct parse {
    struct toc_cli *cli;
    char **argv;
    int argc, at;
};

__attribute__((format(printf, 2, 3))) static int wrong(const struct toc_cli *cli,
                                                       const char *format, ...) {
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    toc_say("%s (see 'tocsin %s --help')", text, cli->verb->name);
    return TOC_EXIT_WRONG;
}

static int unknown_option(const struct parse *p, const char *name, size_t n) {
    const char *names[64];
    const char *nearest;
    size_t count = 0;

    for (size_t i = 0; i < toc_options_n && count < 64; i++) {
        if (toc_option_of(&toc_options[i], p->cli->verb) &&
            toc_options[i].kind != TOC_KIND_OF_LATER)
            names[count++] = toc_options[i].name;
    }
    nearest = toc_nearest(name, n, names, count);
    if (nearest)
        return wrong(p->cli, "unknown option '--%.*s': did you mean '--%s'?", (int)n, name,
                     nearest);
    return wrong(p->cli, "unknown option '--%.*s' of '%s'", (int)n, name, p->cli->verb->name);
}

struct choice {
    const char *want;
    size_t n;
    int index, found; /* counting from 1; found < 0: not available yet */
};

static void try_choice(void *ctx, const char *name, size_t n, bool available) {
    struct choice *choice = ctx;

    choice->index++;
    if (n == choice->n && !strncmp(name, choice->want, n))
        choice->found = available ? choice->index : -choice->index;
}

static void add_choice(void *ctx, const char *name, size_t n, bool available) {
    char *text = ctx;
    size_t used = strlen(text);

    if (available)
        snprintf(text + used, 128 - used, "%s%.*s", used ? ", " : "", (int)n, name);
}

static int set_choice(const struct parse *p, const struct toc_option *option, const char *value,
                      int *ret) {
    struct choice choice = {.want = value, .n = strlen(value)};
    char names[128] = "";

    toc_choice_each(option, try_choice, &choice);
    if (choice.found > 0) {
        *ret = choice.found;
        return 0;
    }
    toc_choice_each(option, add_choice, names);
    if (choice.found)
        return wrong(p->cli, "--%s %s is not available in this version: use %s", option->name,
                     value, names);
    return wrong(p->cli, "--%s is one of %s, not '%s'", option->name, names, value);
}

static int set_number(const struct parse *p, const struct toc_option *option, const char *value,
                      uint64_t *ret) {
    char *end;

    errno = 0;
    *ret = strtoull(value, &end, 10);
    if (errno || *end || *value < '0' || *value > '9' || !*ret)
        return wrong(p->cli, "--%s takes a number above 0, not '%s'", option->name, value);
    return 0;
}

static int set_duration(const struct parse *p, const struct toc_option *option, const char *value,
                        int64_t *ret) {
    if (toc_duration_parse(value, strlen(value), ret) || *ret <= 0)
        return wrong(p->cli, "--%s takes a time like 10s, 5m or 1h, not '%s'", option->name, value);
    return 0;
}

static int set_interval(const struct parse *p, const struct toc_option *option, const char *value,
                        int64_t *ret) {
    if (toc_duration_parse(value, strlen(value), ret) == 0 && *ret > 0)
        return 0;
    if (strcmp(value, "0"))
        return wrong(p->cli, "--%s takes a time like 500ms, 10s or 5m, or 0, not '%s'",
                     option->name, value);
    *ret = -1;
    return 0;
}

static int add_to_list(const struct parse *p, struct toc_list *list, const char *value) {
    // Never more items than words, so one allocation does.
    if (!list->items)
        list->items = calloc((size_t)p->argc, sizeof(*list->items));
    if (!list->items)
        return wrong(p->cli, "out of memory");
    list->items[list->n++] = value;
    return 0;
}

static int set(const struct parse *p, const struct toc_option *option, const char *value) {
    void *to = (char *)p->cli + option->offset;

    switch (option->kind) {
    case TOC_KIND_OF_FLAG: *(bool *)to = true; return 0;
    case TOC_KIND_OF_TEXT: *(const char **)to = value; return 0;
    case TOC_KIND_OF_LIST: return add_to_list(p, to, value);
    case TOC_KIND_OF_NUMBER: return set_number(p, option, value, to);
    case TOC_KIND_OF_DURATION: return set_duration(p, option, value, to);
    case TOC_KIND_OF_INTERVAL: return set_interval(p, option, value, to);
    case TOC_KIND_OF_CHOICE: return set_choice(p, option, value, to);
    case TOC_KIND_OF_LATER: break;
    }
    return wrong(p->cli, "--%s is not available in this version", option->name);
}

static bool takes_value(const struct toc_option *option) {
    return option->kind != TOC_KIND_OF_FLAG && option->kind != TOC_KIND_OF_LATER;
}

/* Sets an option whose value is attached, or else is the next word. */
static int set_with(struct parse *p, const struct toc_option *option, const char *attached) {
    if (!takes_value(option)) {
        if (attached)
            return wrong(p->cli, "--%s takes no value", option->name);
        return set(p, option, NULL);
    }
    if (!attached && p->at >= p->argc)
        return wrong(p->cli, "--%s needs a value: %s", option->name, option->value);
    if (!attached)
        attached = p->argv[p->at++];
    if (!*attached)
        return wrong(p->cli, "--%s needs a value that is not empty: %s", option->name,
                     option->value);
    return set(p, option, attached);
}

static int parse_long(struct parse *p, const char *word) {
    size_t n = strcspn(word, "=");

    for (size_t i = 0; i < toc_options_n; i++) {
        const struct toc_option *option = &toc_options[i];

        if (strlen(option->name) == n && !strncmp(option->name, word, n) &&
            toc_option_of(option, p->cli->verb))
            return set_with(p, option, word[n] ? word + n + 1 : NULL);
    }
    return unknown_option(p, word, n);
}

static const struct toc_option *by_letter(const struct parse *p, char letter) {
    for (size_t i = 0; i < toc_options_n; i++) {
        if (toc_options[i].letter == letter && toc_option_of(&toc_options[i], p->cli->verb))
            return &toc_options[i];
    }
    return NULL;
}

/* -q, -qv, -o FILE, -oFILE */
static int parse_short(struct parse *p, const char *letters) {
    int status = 0;

    for (; *letters && !status; letters++) {
        const struct toc_option *option = by_letter(p, *letters);

        if (!option)
            return wrong(p->cli, "unknown option '-%c' of '%s'", *letters, p->cli->verb->name);
        if (takes_value(option))
            return set_with(p, option, letters[1] ? letters + 1 : NULL);
        status = set(p, option, NULL);
    }
    return status;
}

static int check_operands(const struct parse *p) {
    const struct toc_verb *verb = p->cli->verb;
    size_t n = p->cli->n_operands;

    if (p->cli->help)
        return 0;
    if (n > verb->max && verb->command)
        return wrong(p->cli, "'%s' takes no operands: to watch a program write 'tocsin %s -- %s …'",
                     verb->name, verb->name, p->cli->operands[0]);
    if (n > verb->max)
        return wrong(p->cli, "'%s' does not take '%s'", verb->name, p->cli->operands[verb->max]);
    if (n < verb->min)
        return wrong(p->cli, "'%s' needs %s", verb->name, verb->operands);
    return 0;
}

/* What follows "--": the program to watch, or operands whatever they begin with. */
static int after_dashes(struct parse *p) {
    struct toc_cli *cli = p->cli;

    if (!cli->verb->command) {
        while (p->at < p->argc)
            cli->operands[cli->n_operands++] = p->argv[p->at++];
        return 0;
    }
    if (p->at >= p->argc)
        return wrong(cli, "no program after '--'");
    cli->command = p->argv + p->at;
    p->at = p->argc;
    return 0;
}

int toc_cli_parse(int argc, char **argv, struct toc_cli *cli) {
    struct parse p = {.cli = cli, .argv = argv, .argc = argc};
    int status = 0;

    cli->operands = calloc((size_t)argc + 1, sizeof(*cli->operands));
    if (!cli->operands)
        return wrong(cli, "out of memory");
    while (p.at < argc && !status) {
        char *word = argv[p.at++];

        if (!strcmp(word, "--"))
            status = after_dashes(&p);
        else if (word[0] == '-' && word[1] == '-')
            status = parse_long(&p, word + 2);
        else if (word[0] == '-' && word[1] && !strchr("0123456789.(", word[1]))
            status = parse_short(&p, word + 1);
        else
            cli->operands[cli->n_operands++] = word;
    }
    return status ? status : check_operands(&p);
}

void toc_cli_free(struct toc_cli *cli) {
    for (size_t i = 0; i < toc_options_n; i++) {
        if (toc_options[i].kind == TOC_KIND_OF_LIST)
            free(((struct toc_list *)((char *)cli + toc_options[i].offset))->items);
    }
    free(cli->operands);
    cli->operands = NULL;
}
