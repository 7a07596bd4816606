// SPDX-License-Identifier: Apache-2.0
// What a pack wants done about the calls that a signature matches, read and checked.
#pragma once

#include "detect/pack.h"
#include "event/action.h"

/* Reads what the pack has under `enforce` for the rule's signature into body->action, which stays
 * NULL without. Errors go to the diagnostics. 0 or -ENOMEM. */
int toc_enforce_read(struct toc_pack *pack, const struct toc_loaded *loaded,
                     struct toc_rule_body *body);

/* The first member that an expression selects and that is not known before the call returned, as
 * written: "m.kernel"; false: there is none. frozen: payload is what the kernel will use. */
bool toc_known_later(const char *expression, const struct toc_signature *signature, bool frozen,
                     char *ret, size_t size);
