// SPDX-License-Identifier: Apache-2.0
// Which calls' payload rules look at: nothing else is copied.
#pragma once

#include "detect/detect.h"

/* Events, as bits: whose messages' payload is looked at as they begin, and as they return. */
struct toc_payload {
    uint64_t enter, exit;
};

/* Of one rule: its signature with the message, and what its pack adds. Of sends what was shown at
 * entry is wanted always, what is there at the return where the rule looks at that or at what
 * changed; of receives what was received. *ret_where: the first expression that asks ("when"). */
void toc_payload_rule(const struct toc_ruleset *ruleset, size_t rule, struct toc_payload *ret,
                      const char **ret_where);

/* Of all rules together. */
void toc_payload_rules(const struct toc_ruleset *ruleset, struct toc_payload *ret);
