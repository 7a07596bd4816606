// SPDX-License-Identifier: Apache-2.0
// Notes of events: a head, the call's name, the values, each text with its NUL.
#include "detect/note.h"

#include <string.h>

#include "event/record.h"

struct head {
    int64_t time;
    uint16_t variant;
    bool has_time;
};

void toc_note_write(struct toc_matcher *matcher, const struct toc_event *event,
                    const struct toc_clause *clause, struct toc_buf *out) {
    const struct toc_meta *meta = toc_event_meta(event);
    const struct cel_activation activation = toc_matcher_activation(matcher, event, matcher->vars);
    struct head head;

    // Also the bytes between its fields.
    memset(&head, 0, sizeof(head));
    head.time = meta->time;
    head.variant = event->variant;
    head.has_time = TOC_HAS(meta, meta, time);
    toc_buf_reset(out);
    toc_buf_add(out, &head, sizeof(head));
    if (TOC_HAS(meta, meta, call))
        toc_buf_add(out, toc_string_at(event, meta->call), meta->call.n);
    toc_buf_addc(out, '\0');
    toc_whys_run(&clause->why, &activation, matcher->scratch, out);
}

void toc_note_read(const char *note, const struct toc_clause *clause, struct toc_alert_step *ret) {
    struct head head;

    memcpy(&head, note, sizeof(head));
    ret->name = clause->name;
    ret->event = toc_event_info(head.variant)->name;
    ret->call = note + sizeof(head);
    ret->time = head.time;
    ret->has_time = head.has_time;
    toc_whys_list(&clause->why, ret->call + strlen(ret->call) + 1, ret->why, &ret->n_why);
}
