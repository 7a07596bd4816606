// SPDX-License-Identifier: Apache-2.0
// One expression over one record, evaluated both ways.
#pragma once

#include "random.h"
#include "world.h"

enum oracle_verdict {
    ORACLE_SAME,
    ORACLE_SKIPPED,  /* beyond a limit of the compiler, or never true by what it knows of a field */
    ORACLE_REFUSED,  /* does not compile though it should */
    ORACLE_ACCEPTED, /* compiles though it has a mistake */
    ORACLE_DIFFERS,
};

struct oracle_trial {
    const char *text;
    size_t n;
    const void *record;
    bool dyn, mistake;
    struct toc_arena *scratch; /* reset by each trial */
    struct toc_arena *arena;
};

/* Adds to the report, unless it is NULL, what both sides say. */
enum oracle_verdict oracle_try(const struct oracle_trial *trial, struct toc_buf *report);

/* Generates an expression and a record, and tries them with types left to run time and checked.
 * Returns false and adds a report about the smallest expression that shows it when the sides
 * differ. */
bool oracle_round(struct orandom *random, struct toc_arena *scratch, struct toc_arena *arena,
                  struct toc_buf *report);

/* The smallest text for which the verdict stays ORACLE_DIFFERS, in place. */
void oracle_shrink(struct oracle_trial *trial, struct toc_buf *text);
