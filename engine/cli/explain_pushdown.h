// SPDX-License-Identifier: Apache-2.0
// What of a pack is decided in the kernel.
#pragma once

#include "base/buf.h"
#include "detect/detect.h"

/* For people. 0 or -ENOMEM. */
int toc_explain_pushdown(const struct toc_ruleset *ruleset, struct toc_buf *out);
/* A line for each event, then one for each of the kernel's witnesses: docs/packs.md. Likewise. */
int toc_explain_pushdown_json(const struct toc_ruleset *ruleset, struct toc_buf *out);
