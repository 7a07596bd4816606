// SPDX-License-Identifier: Apache-2.0
// What an event says was done because of a rule.
#include <string.h>

#include "detect/matcher.h"

static bool same(const struct toc_event *event, struct toc_ref ref, const char *s) {
    return strlen(s) == ref.n && !memcmp(toc_string_at(event, ref), s, ref.n);
}

static size_t add(const struct toc_event *event, struct toc_ref ref, struct toc_buf *texts) {
    size_t at = texts->n;

    toc_buf_add(texts, toc_string_at(event, ref), ref.n);
    toc_buf_addc(texts, '\0');
    return at;
}

/* Of several the one that failed: it came last. */
bool toc_event_enforced(const struct toc_event *event, const struct toc_rule *rule,
                        struct toc_buf *texts, struct toc_enforced *ret) {
    const struct toc_action_done *list = TOC_GET(event, action_done, event->actions.off),
                                 *found = NULL;
    size_t asked, done;

    *ret = (struct toc_enforced){0};
    for (uint32_t i = 0; list && i < event->actions.n; i++)
        if (same(event, list[i].signature, rule->signature->id) &&
            same(event, list[i].pack, rule->pack))
            found = &list[i];
    if (!found)
        return false;
    toc_buf_reset(texts);
    asked = add(event, found->asked, texts);
    done = add(event, found->done, texts);
    if (texts->failed)
        return false;
    *ret = (struct toc_enforced){texts->p + asked, texts->p + done, found->failed};
    return true;
}
