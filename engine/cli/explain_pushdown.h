// SPDX-License-Identifier: Apache-2.0
// What of a pack is decided in the kernel.
#pragma once

#include "base/buf.h"
#include "detect/detect.h"

/* For people. 0 or -ENOMEM. */
int toc_explain_pushdown(const struct toc_ruleset *ruleset, struct toc_buf *out);
