// SPDX-License-Identifier: Apache-2.0
// Files that a call names, looked at before any work begins.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "cli/options.h"

/* All can be opened and none is a directory; "-" at most once. 0, or TOC_EXIT_WRONG after a line on
 * standard error. */
int toc_inputs_check(char *const *paths, size_t n);

/* Whether `out` is one of the inputs, under whatever name; says so. */
bool toc_inputs_overwritten(char *const *paths, size_t n, const char *out);

/* Whether two of the files that are written are one, under whatever names; says so. Standard output
 * may have all. */
bool toc_outputs_same(const struct toc_cli *cli);
