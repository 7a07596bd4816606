// SPDX-License-Identifier: Apache-2.0
// Which events a live source is to watch.
#pragma once

#include "cli/options.h"

/* As bits: those of --events, else `otherwise`, as far as calls give them. 0, or TOC_EXIT_WRONG
 * after a line on standard error. */
int toc_wanted_events(const struct toc_cli *cli, uint64_t otherwise, uint64_t *ret);
