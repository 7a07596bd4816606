// SPDX-License-Identifier: Apache-2.0
// Which signatures the kernel itself can decide, as it sends.
#pragma once

#include "detect/pack.h"
#include "event/action.h"

/* Whether the signature asks for what only the kernel knows in time: that it would send elsewhere
 * than was shown. */
bool toc_enforce_in_kernel(const struct toc_signature *signature);

/* What the kernel is to be given for it: from its `when`, from what the pack says under `scope` and
 * in exceptions of it. What cannot be decided there is an error; `link` and `node` are where the
 * pack has the action. False then, or when memory is out. */
bool toc_enforce_kernel_read(const struct toc_pack *pack, const struct toc_rule_body *body,
                             const struct toc_pack *link, const struct toc_node *node,
                             struct toc_action *action);
