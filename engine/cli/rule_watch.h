// SPDX-License-Identifier: Apache-2.0
// Notices when files of rules change.
#pragma once

#include "cli/rules.h"

struct toc_rule_watch {
    int fd; /* inotify; -1: none */
};

void toc_rule_watch_init(struct toc_rule_watch *watch);
/* Watches the folders of signatures, with those below, and of packs, as they are now; what was
 * watched before is no longer. Says so when that fails. */
void toc_rule_watch_begin(struct toc_rule_watch *watch, const struct toc_rule_paths *paths);
/* Has anything changed since it was last asked? Never waits. */
bool toc_rule_watch_changed(struct toc_rule_watch *watch);
void toc_rule_watch_end(struct toc_rule_watch *watch);
