// SPDX-License-Identifier: Apache-2.0
// Naming the signatures that cannot see with the hooks there are.
#pragma once

#include "base/buf.h"
#include "detect/blind.h"

/* A line each signature that sees just so much, with what it lacks; how many there are. */
size_t toc_blind_list(const struct toc_ruleset *ruleset, const char *hooks, enum toc_sight sight,
                      struct toc_buf *out);

/* Warns about the rules that are blind to what follows tocsin_start; nothing when it names no hooks
 * (events written by hand), or when `said`, what was said before, is the same. */
void toc_blind_warn(const struct toc_ruleset *ruleset, const struct toc_event *start,
                    struct toc_buf *said);
