// SPDX-License-Identifier: Apache-2.0
// What an expression consists of, for those who explain its result.
#pragma once

#include "cel/cel.h"

struct cel_part {
    uint32_t at, n; /* bytes of the text */
};

struct cel_parts {
    struct cel_part *operands; /* of the && at the top; the whole text when there is none */
    size_t n_operands;
    struct cel_part *paths; /* names and their members (a.b.?c), each once, in order of appearance;
                               not those of macro variables, nor those inside has() */
    size_t n_paths;
};

/* Takes an expression apart without checking it. The result lives in `arena`. -EBADMSG when it does
 * not parse (nothing is said), -ENOMEM. */
int cel_parts(const struct cel_source *source, struct toc_arena *arena, struct cel_parts *ret);

/* One member that an expression selects: of m.kernel.name, `kernel` of `m` and `name` of `kernel`.
 * Names are not NUL-terminated. */
struct cel_member {
    const char *of; /* the name before it on the same chain, or "" */
    const char *name;
    size_t of_n, name_n;
};

/* Calls fn for each member selected anywhere, macros and has() included. -EBADMSG, -ENOMEM. */
int cel_members(const struct cel_source *source,
                void (*fn)(void *ctx, const struct cel_member *member), void *ctx);

/* What an expression lacks where some members are never there, as sets of bits of the caller's. */
struct cel_lacks {
    uint64_t to_be_true, to_be_false; /* 0: it can be; else what keeps it from being so */
    uint64_t anywhere;                /* also where the rest does without */
};

/* missing: what is missing of this member, 0 for one that is there. Of something that is no
 * condition, both say what it needs to have a value. What is selected with .? is not needed, what
 * has() asks about only for has() to be true; of a macro one element is looked at. -EBADMSG,
 * -ENOMEM. */
int cel_lacks(const struct cel_source *source,
              uint64_t (*missing)(void *ctx, const struct cel_member *member), void *ctx,
              struct cel_lacks *ret);
