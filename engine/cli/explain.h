// SPDX-License-Identifier: Apache-2.0
// What a pack comes to, for `check --explain`.
#pragma once

#include "base/buf.h"
#include "detect/detect.h"

/* The rules of a ruleset: what each runs with, and where every value was written. */
void toc_explain_text(const struct toc_ruleset *ruleset, struct toc_buf *out);
/* One object a line. */
void toc_explain_json(const struct toc_ruleset *ruleset, struct toc_buf *out);
