// SPDX-License-Identifier: Apache-2.0
// Makes events of calls that move no messages.
#pragma once

#include "source/compose.h"

/* The records of one such call, and the event being made of them. */
struct toc_side {
    struct toc_builder *builder;
    struct toc_event *event;
    const struct toc_wire_side_enter *enter;
    const struct toc_wire_side_exit *exit; /* NULL while pending */
    struct toc_wire_parts parts[2];        /* by TOC_WIRE_VIEW_ENTER, _EXIT */
    bool foreign_bpf;
};

static inline const struct toc_wire_part_head *
toc_side_part(const struct toc_side *side, enum toc_wire_view view, enum toc_wire_part_kind kind) {
    return side->parts[view].part[kind];
}

/* True when the call's records are of this sort. */
bool toc_is_side(const struct toc_call *call);

/* As toc_compose_call. */
int toc_compose_side(struct toc_composer *composer, const struct toc_call *call,
                     uint64_t lost_before, const struct toc_event **ret);

/* What a wait looks at: poll's array, select's sets, epoll's events, the signal mask. */
void toc_compose_wait(const struct toc_side *side);
