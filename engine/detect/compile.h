// SPDX-License-Identifier: Apache-2.0
// The programs of a signature under given parameters: immutable, shared by all rules that use them.
#pragma once

#include "cel/cel.h"
#include "detect/correlation.h"
#include "detect/detect.h"
#include "detect/params.h"
#include "detect/threshold.h"

struct toc_loaded;

/* A field of `when` whose value explains an alert. */
struct toc_why_part {
    const char *expr;
    struct cel_program *program;
};

struct toc_compiled {
    const struct toc_signature *signature;
    struct cel_scope scope;            /* with the parameters, and the variable of `each` */
    struct cel_scope message_scope;    /* with those of the correlation too */
    struct cel_var vars[TOC_MAX_VARS]; /* of `each`, then those of the correlation */
    size_t n_each;                     /* 1 with `each`, else 0 */
    struct cel_program *list;          /* of `each`; NULL without */
    struct cel_program *when;          /* NULL: every event */
    struct cel_template *message;
    struct toc_correlation *correlation; /* NULL without */
    struct toc_threshold *threshold;     /* the signature's own; NULL without */
    struct toc_why_part why[TOC_ALERT_WHY];
    size_t n_why;
};

/* Compiles what the signature's document says; errors go to its diagnostics. The result refers to
 * `params` and `arena`, and is freed before them. *ret stays NULL when there were errors. 0 or
 * -ENOMEM. */
int toc_compile(const struct toc_loaded *loaded, const struct toc_params *params,
                struct toc_arena *arena, struct toc_compiled **ret);
void toc_compiled_free(struct toc_compiled **compiled);
#define _cleanup_toc_compiled_ __attribute__((cleanup(toc_compiled_free)))
