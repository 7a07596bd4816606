// SPDX-License-Identifier: Apache-2.0
// Why a test did not give what it should: which part of the condition was false or unobserved.
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "detect/signature.h"

/* Adds lines about the test's events: with `missing` the parts that kept an alert from coming, else
 * the parts' values that made one come. At most a dozen lines. -ENOMEM. */
int toc_reason_explain(const struct toc_compiled *compiled, const struct toc_case *test,
                       bool missing, struct toc_buf *out);
