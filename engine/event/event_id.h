// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
// The numbers and groups of events.
#pragma once

enum toc_event_id {
#define EVENT(name, number, groups, doc) TOC_EVENT_##name = number,
#include "event/events.def"
    TOC_EVENT_NONE = 63, /* no event: an unknown name or number */
};

enum toc_group {
    GROUP_SEND = 1,  /* moves messages out */
    GROUP_RECV = 2,  /* moves messages in */
    GROUP_WAIT = 4,  /* waits for descriptors */
    GROUP_BATCH = 8, /* several messages a call */
    GROUP_URING = 16,
    GROUP_SIDE = 32, /* calls that matter to others' interpretation */
    GROUP_OWN = 64,  /* made by tocsin itself */
};
