// SPDX-License-Identifier: Apache-2.0
// Why a test did not give what it should: which part of an expression was false or unobserved.
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "detect/signature.h"

/* Runs the test once more and adds lines about it: with `missing` what kept an alert from coming,
 * else what made one come. At most a dozen lines. -ENOMEM. */
int toc_reason_explain(const struct toc_loaded *loaded, const struct toc_case *test, bool missing,
                       struct toc_buf *out);
