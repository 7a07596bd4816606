// SPDX-License-Identifier: Apache-2.0
// From what rules ask for to what is done about a call, and the words for it.
#pragma once

#include "event/action.h"
#include "source/ptrace_walk.h"

struct toc_decision {
    bool monitor;       /* nothing is done */
    uint32_t kind;      /* TOC_WIRE_KIND of the call */
    bool hidden;        /* something that the call leads to could not be read */
    size_t n;           /* rules that ask for something */
    int deny;           /* errno; 0: the call goes on */
    bool unread;        /* it is denied because a rule could not judge it */
    bool freeze;        /* it is made with a copy of what was judged */
    size_t n_idle;      /* rules, behind those n, that ask for this alone */
    const char *failed; /* it is denied because it could not be frozen: why */
    uint8_t set;        /* bits of the arguments that are replaced */
    uint32_t value[TOC_MAX_SET];
    uint64_t before[TOC_MAX_SET];
};

/* What the rules together come to: the first that denies, else each in turn. Rules that could not
 * judge the call, where all that it leads to was read, are left out of `asked`. */
void toc_decide(struct toc_decision *decision, struct toc_asked *asked, const uint64_t args[6]);

/* It cannot be frozen, and is denied with that errno instead. */
void toc_decide_failed(struct toc_decision *decision, int error, const char *why);

/* Tells what came of one. */
bool toc_ptrace_emit_done(struct toc_ptrace_out *out, const struct toc_wire_head *of,
                          const struct toc_decision *decision, const struct toc_asked *asked);

/* The number of the call of its own for one made through socketcall. */
uint32_t toc_socketcall_direct(uint32_t kind);
