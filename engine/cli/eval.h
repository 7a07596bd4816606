// SPDX-License-Identifier: Apache-2.0
// Evaluates one expression, over an event or over none.
#pragma once

#include "base/arena.h"
#include "cel/cel.h"
#include "event/record.h"

/* Scratch memory of one evaluation. */
#define TOC_EVAL_SCRATCH (64u << 20)

enum toc_eval_kind {
    TOC_EVAL_OK,
    TOC_EVAL_PARSE,
    TOC_EVAL_TYPE,
    TOC_EVAL_ERROR,
    TOC_EVAL_UNOBSERVED,
};

struct toc_eval {
    enum toc_eval_kind kind;
    struct toc_buf out;   /* OK: a literal, or its JSON form */
    struct toc_buf error; /* one line, of the others */
    uint64_t cost;        /* steps it may take at most; 0 when it does not compile */
};

struct toc_eval_request {
    const char *text;
    size_t n;
    const struct toc_event *event; /* NULL: none; fields are then known and unobserved */
    bool dyn, json;
    struct toc_diags *diags; /* what is wrong with the text; may be NULL */
};

/* Appends to ret->out or ret->error. Memory that runs out is an ERROR. `scratch` is reset. */
void toc_eval(const struct toc_eval_request *request, struct toc_arena *scratch,
              struct toc_eval *ret);

/* A line for each sub-expression of a request, indented by depth (with `json` an object), and its
 * value. -EBADMSG when the text does not parse, -ENOMEM. */
int toc_eval_why(const struct toc_eval_request *request, struct toc_arena *scratch,
                 struct toc_buf *out);

/* {"type":…,"value":…} or {"error":…,"kind":…}, with a newline. */
void toc_eval_json(const struct toc_eval *eval, struct toc_buf *out);

/* Evaluates each line {"expr":…,"dyn":…} of a file. An exit status. */
int toc_eval_batch(const char *path, const struct toc_event *event, bool dyn);

/* Reads the one event of a file into the builder. 0, or TOC_EXIT_WRONG after it was said why not.
 */
int toc_eval_read_event(const char *path, struct toc_builder *builder,
                        const struct toc_event **ret);

/* Asks for expressions on standard input until it ends. `event` may be NULL. An exit status. */
int toc_eval_shell(const struct toc_event *event, bool dyn);
