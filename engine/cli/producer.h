// SPDX-License-Identifier: Apache-2.0
// Picks the live source and opens it.
#pragma once

#include "cli/options.h"
#include "event/action.h"
#include "source/command.h"
#include "source/source.h"

/* What --source and the scope ask of each other. 0, or TOC_EXIT_WRONG after a line on standard
 * error. */
int toc_producer_check(const struct toc_cli *cli);

/* The source that --source names or that works here, around a held command (pid 0: none), which it
 * may have prepared for tracing. `demand` is what is wanted of it. gate: decides calls (NULL:
 * all are let in). 0, or TOC_EXIT_FAULT after a line on standard error. */
int toc_producer_open(const struct toc_cli *cli, const struct toc_demand *demand,
                      const struct toc_gate *gate, struct toc_command *command,
                      struct toc_source **ret);
