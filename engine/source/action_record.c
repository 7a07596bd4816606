// SPDX-License-Identifier: Apache-2.0
// The record of what was done about a call because of a rule.
#include "source/action_record.h"

#include <string.h>

size_t toc_action_record(const struct toc_wire_head *of, const struct toc_action *action,
                         const char *done, bool failed, void *ret) {
    struct toc_wire_action *rec = ret;
    const char *parts[] = {action->signature, action->pack, action->asked, done};
    __u8 *sizes[] = {&rec->n_signature, &rec->n_pack, &rec->n_asked, &rec->n_done};
    char *text = (char *)(rec + 1);
    size_t n = 0;

    memset(ret, 0, TOC_ACTION_BYTES);
    rec->head = *of;
    rec->head.kind = TOC_WIRE_ACTION;
    rec->head.seq = TOC_WIRE_UNNUMBERED;
    rec->failed = failed;
    for (size_t i = 0; i < 4; i++) {
        size_t part = strnlen(parts[i], 255);

        memcpy(text + n, parts[i], part);
        *sizes[i] = (__u8)part;
        n += part;
    }
    rec->head.size = (__u32)(sizeof(*rec) + (n + 7) / 8 * 8);
    return rec->head.size;
}
