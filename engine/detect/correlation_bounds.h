// SPDX-License-Identifier: Apache-2.0
// The bounds in the condition of a counting correlation.
#pragma once

#include "detect/compile.h"
#include "detect/correlation.h"

/* Each bound is a number, or an expression over the parameters. Refuses conditions that can never
 * hold, and those that an empty window fulfils. 0, or -EINVAL when errors were added. */
int toc_bounds_compile(const struct toc_yaml *doc, const struct toc_correlation_spec *spec,
                       const struct toc_compiled *compiled, struct toc_correlation *ret);

/* The least and the greatest value that fulfil all bounds but `neq`. */
void toc_bounds_range(const struct toc_correlation *correlation, struct toc_range *ret);
