// SPDX-License-Identifier: Apache-2.0
// How a traced process gets a range: step by step, by calls that one of its threads is made to do.
#pragma once

#include "source/ptrace_inject.h"
#include "source/ptrace_memory.h"

struct toc_opening {
    unsigned step;
    int file;               /* the range, as a file of ours; -1: none */
    uint8_t *bytes;         /* it, mapped here; NULL: not */
    uint64_t scratch;       /* a page of the program's for the calls' own use; 0: none */
    int32_t pair[2];        /* descriptors of the program's: connected sockets, -1: none */
    int32_t received;       /* and the range */
    uint64_t at;            /* it, mapped there; 0: not */
    unsigned slept_ms;      /* for calls that may change what is mapped */
    char failed[96];        /* why; empty: it has not */
    enum toc_inject called; /* last */
};

void toc_opening_begin(struct toc_opening *opening);

/* What it finds. */
struct toc_opening_terms {
    const struct toc_ptrace_memory *memory; /* of the thread */
    int pidfd;
    bool narrow;    /* compat layouts */
    bool guarded;   /* mappings cannot be sealed: ptrace_guard.h stands in for that */
    bool unsettled; /* calls let in before that knew of `at` may yet change what is mapped there */
};

/* result: of the call it was made to do. 1: the thread is to do *ret_call next. 0: `at` and `bytes`
 * are the range, which no thread of the process can write to or take away, and belong to the
 * caller. -1: that could not be had. */
int toc_opening_step(struct toc_opening *opening, const struct toc_opening_terms *terms,
                     int64_t result, struct toc_injected *ret_call);

void toc_opening_clear(struct toc_opening *opening);
