// SPDX-License-Identifier: Apache-2.0
// Tells a live source which calls the rules need.
#include "cli/pushdown.h"

#include "detect/pushdown.h"

bool toc_pushdown_is_on(const struct toc_cli *cli) {
    return cli->push_down == TOC_PUSH_DOWN_ALWAYS ||
           (cli->push_down != TOC_PUSH_DOWN_NEVER && !cli->record);
}

int toc_pushdown_set(struct toc_source *source, const struct toc_ruleset *ruleset) {
    struct toc_filter_table tables[64] = {0};
    int err = 0;

    for (unsigned event = 0; event < 64 && ruleset && !err; event++)
        err = toc_pushdown_event(ruleset, event, &tables[event]);
    toc_source_filter(source, ruleset && !err ? tables : NULL);
    return err;
}
