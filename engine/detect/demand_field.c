// SPDX-License-Identifier: Apache-2.0
// The table of fields that hooks on messages give, or that depend on what they give. All others are
// known from a call's entry and return.
#include "detect/demand_field.h"

#include "event/demand.h"
#include "event/record.h"

#define SENT_COPY (TOC_SEES(SEND_NAME) | TOC_SEES(SEND_IOV) | TOC_SEES(SEND_CONTROL))
/* The kernel writes names of receives: of them it is only told where they go, with the buffers. */
#define RECEIVED_COPY TOC_SEES(RECV_IOV)

static const struct {
    const struct toc_object *object;
    unsigned field; /* its place */
    uint32_t sent, received;
} rows[] = {
#define ROW(object, field, sent, received)                                                         \
    { &toc_object_##object, TOC_##object##_##field, sent, received }
    // Which messages there are depends on how many the kernel moved: none is looked at without
    // results.
    ROW(event, msgs, TOC_SEES(SEND_RET), TOC_SEES(RECV_RET)),
    ROW(msg, peer, TOC_SEES(SEND_NAME), TOC_SEES(RECV_NAME)),
    ROW(msg, peer_from, TOC_SEES(SEND_NAME), TOC_SEES(RECV_NAME)),
    ROW(msg, changed, SENT_COPY, RECEIVED_COPY),
    ROW(msg, changed_kernel, SENT_COPY, RECEIVED_COPY),
    ROW(kernel, status, TOC_SEES_SENT, TOC_SEES_RECEIVED),
    ROW(kernel, foreign_bpf, TOC_SEES(SEND_NAME), TOC_SEES(RECV_NAME)),
    ROW(kernel, flags, TOC_SEES(SEND_IOV), TOC_SEES(RECV_IOV)),
    ROW(kernel, name, TOC_SEES(SEND_NAME), TOC_SEES(RECV_NAME) | TOC_SEES(RECV_IOV)),
    ROW(kernel, iov, TOC_SEES(SEND_IOV), TOC_SEES(RECV_IOV)),
    ROW(kernel, control, TOC_SEES(SEND_IOV) | TOC_SEES(SEND_CONTROL), TOC_SEES(RECV_IOV)),
    ROW(from, name, TOC_SEES(SEND_NAME), TOC_SEES(RECV_NAME)),
    ROW(from, iov, TOC_SEES(SEND_IOV), TOC_SEES(RECV_IOV)),
    ROW(from, control, TOC_SEES(SEND_IOV) | TOC_SEES(SEND_CONTROL), TOC_SEES(RECV_IOV)),
    ROW(from, flags, TOC_SEES(SEND_IOV), TOC_SEES(RECV_IOV)),
    ROW(batch, kernel_seen, TOC_SEES(SEND_RET), TOC_SEES(RECV_RET)),
    ROW(batch, bytes, TOC_SEES(SEND_RET), TOC_SEES(RECV_RET)),
    ROW(batch, captured, TOC_SEES(SEND_RET), TOC_SEES(RECV_RET)),
    ROW(batch, truncated, TOC_SEES(SEND_RET), TOC_SEES(RECV_RET)),
    ROW(batch, taken, TOC_SEES(SEND_ARGS), TOC_SEES(RECV_ARGS)),
    ROW(batch, changed, TOC_SEES(SEND_ARGS), TOC_SEES(RECV_ARGS)),
    ROW(timeout, kernel, 0, TOC_SEES(RECV_ARGS)),
    // Of a socket that nobody asked about before, it is made when its first message moves.
    ROW(sock, cookie, TOC_SEES(SEND_RET), TOC_SEES(RECV_RET)),
    // No address has a size of 64 bits.
    ROW(meta, saturated, TOC_SEES_SENT & ~TOC_SEES(SEND_NAME), TOC_SEES(RECV_IOV)),
#undef ROW
};

#define BIT(object, field) (UINT64_C(1) << TOC_##object##_##field)

void toc_demand_fields(const struct toc_object *object, uint64_t fields,
                       struct toc_field_demand *ret) {
    *ret = (struct toc_field_demand){0};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].object != object || !(fields >> rows[i].field & 1))
            continue;
        ret->sent |= rows[i].sent;
        ret->received |= rows[i].received;
    }
    if (object == &toc_object_iov)
        ret->payload = fields & (BIT(iov, data) | BIT(iov, data_len) | BIT(iov, data_truncated) |
                                 BIT(iov, data_status));
    if (object == &toc_object_msg)
        ret->later = fields & (BIT(msg, exit) | BIT(msg, changed) | BIT(msg, changed_exit));
}
