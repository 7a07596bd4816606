// SPDX-License-Identifier: Apache-2.0
// The records of one call, sorted by message: which witness says what about which.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "event/action.h"
#include "source/call.h"

/* Pointers into the call's bytes; NULL where nothing was seen. */
struct toc_gathered_msg {
    const struct toc_wire_entry *view[3];      /* by TOC_WIRE_VIEW_ENTER, _EXIT, _KERNEL */
    const struct toc_wire_extra *extra[3];     /* likewise */
    const struct toc_wire_payload *payload[2]; /* by TOC_WIRE_VIEW_ENTER, _EXIT */
    const struct toc_wire_extra *items;        /* the kernel's copy of the control messages */
    const struct toc_wire_kernel_msg *kernel;
    const struct toc_wire_extra *kernel_name; /* when it is long */
};

struct toc_gathered {
    const struct toc_wire_enter *enter;
    const struct toc_wire_exit *exit; /* of a pending call: one that says nothing */
    bool pending;
    const struct toc_wire_extra *local, *peer; /* the socket's own addresses, when they are long */
    const struct toc_wire_action *actions[TOC_MAX_ACTIONS];
    uint32_t n_actions;
    const struct toc_wire_taken *taken;         /* by a hook on the kernel's own function */
    const struct toc_wire_arguments *arguments; /* of socketcall, at the return */
    struct toc_gathered_msg msgs[TOC_WIRE_MAX_MSGS];
    uint32_t n_msgs;    /* the highest index seen, plus one */
    uint32_t n_view[3]; /* entries seen of each view */
    bool beyond;        /* the kernel handled messages beyond the last index kept */
};

/* Sorts. `ret` was zeroed once and may be used again and again. -EBADMSG: no ENTER, or no EXIT
 * of a call that is not pending. */
int toc_gather(const struct toc_call *call, struct toc_gathered *ret);

/* Something that the call used is in no record: beyond a capture limit, or lost on the way. */
bool toc_gathered_truncated(const struct toc_gathered *g, const struct toc_call *call);
