// SPDX-License-Identifier: Apache-2.0
// What somebody looks at: what else could be observed need not be.
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What can be seen of what the kernel itself used, each by hooks of its own. */
enum toc_witness {
#define WITNESS(name, part, is_send, words) TOC_WITNESS_##name,
#include "event/witness.def"
    TOC_WITNESSES,
};

struct toc_witness_info {
    const char *part;  /* "args", "name", "iov", "control", "ret" */
    bool is_send;      /* of messages sent, else of those received */
    const char *words; /* "address of a message sent" */
};
extern const struct toc_witness_info toc_witness_infos[TOC_WITNESSES];

#define TOC_SEES(name) (UINT32_C(1) << TOC_WITNESS_##name)

/* Of each message, by the direction of its call. */
#define TOC_SEES_SENT                                                                              \
    (TOC_SEES(SEND_NAME) | TOC_SEES(SEND_IOV) | TOC_SEES(SEND_CONTROL) | TOC_SEES(SEND_RET))
#define TOC_SEES_RECEIVED (TOC_SEES(RECV_NAME) | TOC_SEES(RECV_IOV) | TOC_SEES(RECV_RET))
#define TOC_SEES_ALL ((UINT32_C(1) << TOC_WITNESSES) - 1)

struct toc_demand {
    uint64_t events;        /* as bits */
    uint64_t payload_enter; /* those of which the payload of messages is copied when calls begin, */
    uint64_t payload_exit;  /* and when they return */
    uint32_t witnesses;     /* of enum toc_witness, as bits */
};
