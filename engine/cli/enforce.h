// SPDX-License-Identifier: Apache-2.0
// --enforce: the rules that act on calls, as a gate for the live source.
#pragma once

#include "base/arena.h"
#include "cli/options.h"
#include "detect/enforcer.h"

struct toc_enforce {
    struct toc_enforcer *enforcer; /* NULL: nothing is decided */
    struct toc_gate gate;
    struct toc_arena
        *kept; /* the actions that the kernel decides: its rules stay when others load */
};

/* 0, or an exit status after a line on standard error: also when what the rules ask for and the
 * other options do not go together. events: that are watched, as bits; 0: all. The enforcer
 * refers to the ruleset, the gate's actions for the kernel do not. Clear it in either case. */
int toc_enforce_open(const struct toc_cli *cli, const struct toc_ruleset *ruleset, uint64_t events,
                     struct toc_enforce *ret);

/* NULL: nothing is to be decided. */
static inline const struct toc_gate *toc_enforce_gate(const struct toc_enforce *enforce) {
    return enforce->enforcer ? &enforce->gate : NULL;
}

/* The source is open: the process that decides calls has a copy of its own, and the ruleset may go.
 */
void toc_enforce_opened(struct toc_enforce *enforce);

void toc_enforce_clear(struct toc_enforce *enforce);
#define _cleanup_toc_enforce_ __attribute__((cleanup(toc_enforce_clear)))
