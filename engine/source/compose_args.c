// SPDX-License-Identifier: Apache-2.0
// Makes args and batch of an event: the arguments of each call by the names of its man page.
#include "source/compose.h"

static void set_batched(struct toc_args *args, const struct toc_wire_enter *enter) {
    if (enter->event == TOC_EVENT_recvmmsg_time32) {
        TOC_SET(args, args, fd, (int32_t)enter->arg[0]);
        TOC_SET(args, args, mmsg, enter->arg[1]);
    } else {
        TOC_SET(args, args, sockfd, (int32_t)enter->arg[0]);
        TOC_SET(args, args, msgvec, enter->arg[1]);
    }
    TOC_SET(args, args, vlen, (uint32_t)enter->arg[2]);
    TOC_SET(args, args, flags, (uint32_t)enter->arg[3]);
    if (enter->event != TOC_EVENT_sendmmsg)
        TOC_SET(args, args, timeout, enter->arg[4]);
}

/* An index into the files of an io_uring is no descriptor. */
static void set_fd(struct toc_args *args, const struct toc_wire_enter *enter) {
    if (!(enter->bits & TOC_WIRE_FIXED_FILE))
        TOC_SET(args, args, sockfd, (int32_t)enter->arg[0]);
}

static void set_msg(struct toc_args *args, const struct toc_wire_enter *enter) {
    set_fd(args, enter);
    TOC_SET(args, args, msg, enter->arg[1]);
    TOC_SET(args, args, flags, (uint32_t)enter->arg[2]);
}

static void set_buffer(struct toc_args *args, const struct toc_wire_enter *enter) {
    set_fd(args, enter);
    TOC_SET(args, args, buf, enter->arg[1]);
    TOC_SET(args, args, len, enter->arg[2]);
    TOC_SET(args, args, flags, (uint32_t)enter->arg[3]);
    if (enter->event == TOC_EVENT_sendto) {
        TOC_SET(args, args, dest_addr, enter->arg[4]);
        TOC_SET(args, args, addrlen, (int32_t)enter->arg[5]);
    } else if (enter->event == TOC_EVENT_recvfrom) {
        TOC_SET(args, args, src_addr, enter->arg[4]);
        TOC_SET(args, args, addrlen_ptr, enter->arg[5]);
    }
}

void toc_compose_args(struct toc_builder *b, const struct toc_wire_enter *enter) {
    struct toc_args *args = toc_builder_args(b);

    if (enter->args_status != TOC_WIRE_OK)
        return;
    switch (enter->event) {
    case TOC_EVENT_sendmmsg:
    case TOC_EVENT_recvmmsg:
    case TOC_EVENT_recvmmsg_time32: set_batched(args, enter); break;
    case TOC_EVENT_sendmsg:
    case TOC_EVENT_recvmsg:
    case TOC_EVENT_io_uring_sendmsg:
    case TOC_EVENT_io_uring_recvmsg:
    case TOC_EVENT_io_uring_sendmsg_zc: set_msg(args, enter); break;
    case TOC_EVENT_sendto:
    case TOC_EVENT_recvfrom:
    case TOC_EVENT_io_uring_send:
    case TOC_EVENT_io_uring_recv:
    case TOC_EVENT_io_uring_send_zc: set_buffer(args, enter); break;
    default: break;
    }
}

static void set_asked(struct toc_batch *batch, const struct toc_wire_enter *enter) {
    bool several = toc_event_info(enter->event)->groups & GROUP_BATCH;
    bool buffer = toc_compose_has_buffer(enter->event);

    if (enter->args_status != TOC_WIRE_OK)
        return;
    if (!(enter->bits & TOC_WIRE_FIXED_FILE))
        TOC_SET(batch, batch, fd, (int32_t)enter->arg[0]);
    TOC_SET(batch, batch, vec, buffer ? 0 : enter->arg[1]);
    TOC_SET(batch, batch, requested, several ? (uint32_t)enter->arg[2] : 1);
    TOC_SET(batch, batch, flags, (uint32_t)enter->arg[several || buffer ? 3 : 2]);
}

void toc_compose_batch(struct toc_builder *b, struct toc_event *event, const struct toc_gathered *g,
                       bool truncated) {
    uint32_t off;
    struct toc_batch *batch = TOC_NEW(b, batch, &off);

    if (!batch)
        return;
    TOC_SET(event, event, batch, off);
    set_asked(batch, g->enter);
    if (g->exit->bits & TOC_WIRE_KERNEL_COUNTS) {
        TOC_SET(batch, batch, kernel_seen, g->exit->kernel_seen);
        TOC_SET(batch, batch, bytes, g->exit->bytes);
    }
    TOC_SET(batch, batch, truncated, truncated);
    toc_compose_taken(b, batch, g);
}
