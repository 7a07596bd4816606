// SPDX-License-Identifier: Apache-2.0
// New rules while a run goes on: asked for by SIGHUP or a changed file, loaded beside the old ones.
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "cli/rule_watch.h"
#include "cli/rules.h"

struct toc_reload {
    const struct toc_rule_paths *paths; /* borrowed */
    bool strict;
    bool watching;
    struct toc_rule_watch watch;
    int64_t next_look; /* at the watch; ns of the caller's clock */
    int64_t due;       /* when to load; 0: nothing was asked for */
    bool loading;      /* a thread is at work */
    pthread_t thread;
    atomic_bool loaded; /* it is done */
    /* What came of it. */
    struct toc_ruleset *ruleset;
    struct toc_diags diags;
    int error;
};

/* SIGHUP means "load the rules anew" (signals.h); from here on, with `watch`, a change of their
 * files does too. */
void toc_reload_open(struct toc_reload *reload, const struct toc_rule_paths *paths, bool watch,
                     bool strict);

/* To be called often, between two events: the new ruleset, for the caller to keep, once there is
 * one; NULL otherwise. Rules with errors are refused: they were said then, and the old go on. Never
 * waits. */
struct toc_ruleset *toc_reload_poll(struct toc_reload *reload, int64_t now);

/* Waits for a load that is under way. */
void toc_reload_close(struct toc_reload *reload);
#define _cleanup_toc_reload_ __attribute__((cleanup(toc_reload_close)))
