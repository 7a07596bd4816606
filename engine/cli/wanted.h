// SPDX-License-Identifier: Apache-2.0
// What a live source is to watch.
#pragma once

#include "cli/options.h"
#include "detect/detect.h"
#include "event/demand.h"

/* As bits: those of --events, else `otherwise`, as far as calls give them. 0, or TOC_EXIT_WRONG
 * after a line on standard error. */
int toc_wanted_events(const struct toc_cli *cli, uint64_t otherwise, uint64_t *ret);

/* What these rules look at; every batch; and where nothing is to be left out, all that can be seen
 * of them. Likewise. */
int toc_wanted(const struct toc_cli *cli, const struct toc_ruleset *ruleset,
               struct toc_demand *ret);
