// SPDX-License-Identifier: Apache-2.0
// The command line: verbs and options as tables, and what a call gave.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exit statuses. With "-- CMD" that program's own, unless one of these but OK applies. */
enum toc_exit {
    TOC_EXIT_OK,
    TOC_EXIT_FAULT, /* while running: no privilege, a damaged recording, a failed test */
    TOC_EXIT_WRONG, /* the call, a signature, a pack or an input file */
    TOC_EXIT_ALERT, /* --fail-on was reached; wins over FAULT, so that damage hides no alert */
};

/* More operands than a shell passes are a mistake. */
#define TOC_MAX_OPERANDS 65536

struct toc_cli;

/* Runs a verb; returns its exit status. */
typedef int (*toc_verb_fn)(struct toc_cli *cli);

enum toc_verb_id {
#define VERB(id, ...) TOC_VERB_##id,
#include "cli/verbs.def"
    TOC_N_VERBS
};

struct toc_verb {
    const char *name, *operands, *summary, *description, *examples;
    size_t min, max; /* operands */
    bool command;    /* takes "-- CMD…" */
    toc_verb_fn run;
};
extern const struct toc_verb toc_verbs[TOC_N_VERBS];

#define VERB(id, ...) int toc_verb_##id(struct toc_cli *cli);
#include "cli/verbs.def"

struct toc_list {
    const char **items;
    size_t n;
};

#define TOC_OPTION_FLAG bool
#define TOC_OPTION_TEXT const char *
#define TOC_OPTION_LIST struct toc_list
#define TOC_OPTION_NUMBER uint64_t
#define TOC_OPTION_DURATION int64_t
#define TOC_OPTION_INTERVAL int64_t /* -1: 0 was given */
#define TOC_OPTION_CHOICE int
#define TOC_OPTION_LATER bool

/* What a call gave. Strings are those of argv. Zero: not given. */
struct toc_cli {
    const struct toc_verb *verb;
#define OPTION(id, name, letter, kind, value, verbs, help) TOC_OPTION_##kind id;
#include "cli/options.def"
    char **operands;
    size_t n_operands;
    char **command; /* after "--", NULL-terminated; NULL without */
};

/* Values of the choices. */
enum { TOC_FORMAT_TEXT = 1, TOC_FORMAT_JSON };
enum { TOC_SOURCE_AUTO = 1, TOC_SOURCE_BPF, TOC_SOURCE_PTRACE };
enum { TOC_ENFORCE_OFF = 1, TOC_ENFORCE_MONITOR, TOC_ENFORCE_ON };
enum { TOC_WATCH_AUTO = 1, TOC_WATCH_ALWAYS, TOC_WATCH_NEVER };
enum { TOC_PUSH_DOWN_AUTO = 1, TOC_PUSH_DOWN_ALWAYS, TOC_PUSH_DOWN_NEVER };
enum { TOC_CAPTURE_FULL = 1, TOC_CAPTURE_DEMAND };
enum { TOC_TEST_TEXT = 1, TOC_TEST_JSON, TOC_TEST_JUNIT };
enum { TOC_PAGES_TEXT = 1, TOC_PAGES_MARKDOWN, TOC_PAGES_JSON, TOC_PAGES_NAVIGATOR };
enum { TOC_COLOR_AUTO = 1, TOC_COLOR_ALWAYS, TOC_COLOR_NEVER };

enum toc_option_kind {
    TOC_KIND_OF_FLAG,
    TOC_KIND_OF_TEXT,
    TOC_KIND_OF_LIST,
    TOC_KIND_OF_NUMBER,
    TOC_KIND_OF_DURATION,
    TOC_KIND_OF_INTERVAL,
    TOC_KIND_OF_CHOICE,
    TOC_KIND_OF_LATER,
};

struct toc_option {
    const char *name, *value, *help;
    char letter;
    enum toc_option_kind kind;
    uint32_t verbs; /* bits of enum toc_verb_id */
    size_t offset;  /* in struct toc_cli */
};
extern const struct toc_option toc_options[];
extern const size_t toc_options_n;

static inline bool toc_option_of(const struct toc_option *option, const struct toc_verb *verb) {
    return option->verbs >> (verb - toc_verbs) & 1;
}

/* NULL when there is none of that name. */
const struct toc_verb *toc_verb_by_name(const char *name);
/* Says on standard error that there is no such verb, with the nearest; returns TOC_EXIT_WRONG. */
int toc_verb_unknown(const char *name);

/* Calls fn for each name of a choice; available is false for those not to be offered yet. */
void toc_choice_each(const struct toc_option *option,
                     void (*fn)(void *ctx, const char *name, size_t n, bool available), void *ctx);

/* Reads argv after the verb into *cli, whose verb is set. 0, or TOC_EXIT_WRONG after a line on
 * standard error. Free what it holds in either case. */
int toc_cli_parse(int argc, char **argv, struct toc_cli *cli);
void toc_cli_free(struct toc_cli *cli);
