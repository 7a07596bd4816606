// SPDX-License-Identifier: Apache-2.0
// Names the signatures that cannot see with the hooks there are.
#include "cli/blind.h"

#include <string.h>

#include "cli/say.h"
#include "detect/blind.h"

/* More are only counted. */
#define NAMED 6

size_t toc_blind_list(const struct toc_ruleset *ruleset, const char *hooks, struct toc_buf *out) {
    _cleanup_toc_buf_ struct toc_buf needs = {0};
    size_t n = 0;

    for (size_t i = 0; i < toc_ruleset_n_signatures(ruleset); i++) {
        const struct toc_signature *signature = toc_ruleset_signature(ruleset, i);

        toc_buf_reset(&needs);
        if (!toc_signature_blind(signature, hooks, &needs))
            continue;
        n++;
        toc_buf_addf(out, "  %-36s needs %.*s\n", signature->id, (int)needs.n, needs.p);
    }
    return n;
}

/* Rules come in order of signature: one that several packs run is named once. */
static size_t add_names(const struct toc_ruleset *ruleset, const char *hooks,
                        struct toc_buf *names) {
    _cleanup_toc_buf_ struct toc_buf needs = {0};
    const struct toc_signature *last = NULL;
    size_t n = 0;

    for (size_t i = 0; i < toc_ruleset_n_rules(ruleset); i++) {
        const struct toc_signature *signature = toc_ruleset_rule(ruleset, i)->signature;

        if (signature == last || !toc_signature_blind(signature, hooks, &needs))
            continue;
        last = signature;
        if (n++ < NAMED)
            toc_buf_addf(names, "%s%s", n > 1 ? ", " : "", signature->id);
    }
    return n;
}

void toc_blind_warn(const struct toc_ruleset *ruleset, const struct toc_event *start) {
    const struct toc_host *host = TOC_GET(start, host, start->host);
    _cleanup_toc_buf_ struct toc_buf hooks = {0}, names = {0};
    size_t n;

    if (!host || !TOC_HAS(host, host, hooks))
        return;
    toc_buf_add(&hooks, toc_string_at(start, host->hooks), host->hooks.n);
    if (!toc_buf_cstr(&hooks))
        return;
    n = add_names(ruleset, hooks.p, &names);
    if (n > NAMED)
        toc_buf_addf(&names, " and %zu more", n - NAMED);
    if (n)
        toc_say("warning: blind for want of hooks: %.*s", (int)names.n, names.p);
}
