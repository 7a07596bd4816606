// SPDX-License-Identifier: Apache-2.0
// Problems of signatures and packs, for programs.
#pragma once

#include "base/buf.h"
#include "base/diag.h"

/* A line each: {"severity":"error","file":…,"line":1,"col":2,"width":3,"message":…,"hint":…} */
void toc_diags_json(const struct toc_diags *diags, struct toc_buf *out);
