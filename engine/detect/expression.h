// SPDX-License-Identifier: Apache-2.0
// What the expressions of signatures and packs may use: events, constants, ptr_space, parameters.
#pragma once

#include "base/arena.h"
#include "cel/cel.h"
#include "detect/detect.h"

/* toc_scope_init is in detect.h. */

/* Puts constants of the caller's (parameters) in front of those the scope has. The new table lives
 * in `arena`, as the scope must. -ENOMEM. */
int toc_scope_add(struct cel_scope *scope, const struct cel_constant *extra, size_t n,
                  struct toc_arena *arena);
