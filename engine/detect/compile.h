// SPDX-License-Identifier: Apache-2.0
// The programs of a signature under given parameters: immutable, shared by all rules that use them.
#pragma once

#include "cel/cel.h"
#include "detect/correlation.h"
#include "detect/detect.h"
#include "detect/params.h"
#include "detect/threshold.h"
#include "detect/why.h"

struct toc_loaded;

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
    struct toc_whys why;                 /* of `when` */
};

/* The program of one of the signature's expressions, and its scope. */
struct toc_part {
    const struct cel_program *program;
    const struct cel_scope *scope;
    const struct toc_whys *why; /* what it looks at; NULL where that is not kept */
};
struct toc_part toc_compiled_part(const struct toc_compiled *compiled, size_t expression);

/* Compiles what the signature's document says; errors go to its diagnostics. The result refers to
 * `params` and `arena`, and is freed before them. *ret stays NULL when there were errors. 0 or
 * -ENOMEM. */
int toc_compile(const struct toc_loaded *loaded, const struct toc_params *params,
                struct toc_arena *arena, struct toc_compiled **ret);
void toc_compiled_free(struct toc_compiled **compiled);
#define _cleanup_toc_compiled_ __attribute__((cleanup(toc_compiled_free)))
