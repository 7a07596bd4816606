// SPDX-License-Identifier: Apache-2.0
// Picks the live source and opens it.
#pragma once

#include "cli/options.h"
#include "event/action.h"
#include "source/bpf.h"
#include "source/command.h"
#include "source/source.h"

#include <pthread.h>

/* What --source and the scope ask of each other. 0, or TOC_EXIT_WRONG after a line on standard
 * error. */
int toc_producer_check(const struct toc_cli *cli);

/* A source that is loaded while rules are read: what it loads does not depend on them. */
struct toc_ahead {
    bool begun;
    pthread_t thread;
    pid_t pid;                      /* in scope; filled in later */
    struct toc_bpf_options options; /* of the call */
    struct toc_bpf_report report;
    int error;
    struct toc_source *source;
};

/* Begins to load it, where it can be told already which one it will be. Clear it. */
void toc_producer_ahead(const struct toc_cli *cli, struct toc_ahead *ret);
void toc_ahead_clear(struct toc_ahead *ahead);

/* The source that --source names or that works here, around a held command (pid 0: none), which it
 * may have prepared for tracing. `demand` is what is wanted of it. gate: decides calls (NULL:
 * all are let in). ahead: may have been begun. 0, or TOC_EXIT_FAULT after a line on standard error.
 */
int toc_producer_open(const struct toc_cli *cli, const struct toc_demand *demand,
                      const struct toc_gate *gate, struct toc_command *command,
                      struct toc_ahead *ahead, struct toc_source **ret);
