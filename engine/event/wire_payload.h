// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
// Wire records of payload: what a message's buffers held.
#pragma once

#include "event/wire.h"

/* Bytes of a message, unless told otherwise: a query to a name server, the first line of a request
 * or the greeting of TLS are as long at most; and so that 1024 messages fit into a call's share. */
#define TOC_WIRE_PAYLOAD_BYTES 256
/* At most: a frame of Ethernet is little longer, and the ring has no room for much more. */
#define TOC_WIRE_MAX_PAYLOAD 1024
/* Of one call and view; what finds no room in it is not copied, and the entry says so. */
#define TOC_WIRE_CALL_PAYLOAD (256u << 10)

/* At most one for each message and view. None: it was not to be copied, there is no iovec array to
 * follow, the message was not received, or the call's share is spent. */
struct toc_wire_payload {
    struct toc_wire_head head;
    __u16 view;
    __u16 index;
    __u16 n;     /* bytes kept */
    __u8 status; /* fault: the buffer behind them could not be read */
    __u8 is_cut; /* there were more */
    /* the bytes, filled up to a multiple of 8 */
};
