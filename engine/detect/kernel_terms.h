// SPDX-License-Identifier: Apache-2.0
// One operand of a condition, as the kernel can decide it.
#pragma once

#include "base/arena.h"
#include "cel/cel.h"
#include "event/wire_deny.h"

/* Bytes of an operand that is looked at, with its NUL. */
#define TOC_KERNEL_TEXT 512

struct toc_kernel_terms {
    struct cel_scope scope; /* what constants there are */
    const char *each_var;
    struct toc_arena *arena;
    struct toc_wire_deny out;
};

/* Adds what an operand asks for. of_when: it may look at the message; negated: what it says is what
 * must not be. False: the kernel cannot decide it, or has no room for it. */
bool toc_kernel_term(struct toc_kernel_terms *terms, const char *text, size_t n, bool of_when,
                     bool negated);

/* A text without its white space, and without parentheses around the whole; false: too long. */
bool toc_kernel_plain(const char *text, size_t n, char ret[TOC_KERNEL_TEXT]);
