// SPDX-License-Identifier: Apache-2.0
// Makes events: of calls, and tocsin's own.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "event/record.h"
#include "source/gather.h"

struct toc_composer {
    struct toc_builder *builder;   /* owned */
    struct toc_gathered *gathered; /* owned */
    int64_t boot_offset_ns;        /* added to time since boot to give wall-clock time */
};

int toc_composer_init(struct toc_composer *ret);
void toc_composer_clear(struct toc_composer *composer);

/* The events live until the next one is composed. Errors: -EBADMSG, -E2BIG. */
int toc_compose_call(struct toc_composer *composer, const struct toc_call *call,
                     uint64_t lost_before, const struct toc_event **ret);

struct toc_start_info {
    const char *source, *hooks, *events, *capture, *version;
    const char *payload_enter, *payload_exit;
    bool foreign_bpf;
    bool heartbeats;
    uint64_t time; /* ns since boot */
};

int toc_compose_start(struct toc_composer *composer, const struct toc_start_info *info,
                      const struct toc_event **ret);
int toc_compose_loss(struct toc_composer *composer, const struct toc_call *loss,
                     const struct toc_event **ret);
/* A heartbeat: age_ns and missed as in args. */
int toc_compose_heartbeat(struct toc_composer *composer, uint64_t time, uint64_t age_ns,
                          uint64_t missed, bool missing, const struct toc_event **ret);
int toc_compose_tick(struct toc_composer *composer, uint64_t time, const struct toc_event **ret);

/* Parts of the event being built. What is common to all calls: how it began (any record that begins
 * as struct toc_wire_enter does up to proc), when it returned and with what; */
void toc_compose_meta(struct toc_composer *composer, const struct toc_wire_enter *enter,
                      const struct toc_call *call, int64_t ret);
/* who made it; */
void toc_compose_proc(struct toc_builder *builder, struct toc_event *event,
                      const struct toc_wire_proc *from, struct toc_identity identity);
/* on which socket: nothing where there is none. */
struct toc_compose_sock {
    const struct toc_wire_sock *from;
    uint64_t later_cookie;                     /* known at the return, or 0 */
    const struct toc_wire_extra *local, *peer; /* long addresses, or NULL */
};
void toc_compose_sock(struct toc_builder *builder, struct toc_event *event,
                      const struct toc_compose_sock *given);

/* The array that holds the arguments, where one does, and what was in it at the return: n is 0 when
 * that was not looked at. */
struct toc_compose_words {
    uint32_t words[TOC_WIRE_ARGS];
    uint32_t n;
    uint8_t status;
};
void toc_compose_arg_array(struct toc_builder *builder, struct toc_event *event,
                           const struct toc_wire_enter *enter,
                           const struct toc_compose_words *leave);

/* What the kernel's own function was given (compose_taken.c). */
void toc_compose_taken(struct toc_builder *builder, struct toc_batch *batch,
                       const struct toc_gathered *gathered);

/* The arguments of a call, and its batch (compose_args.c). */
void toc_compose_args(struct toc_builder *builder, const struct toc_wire_enter *enter);
void toc_compose_batch(struct toc_builder *builder, struct toc_event *event,
                       const struct toc_gathered *gathered, bool truncated);

/* Whether the one message of such calls is made of arguments, without a struct msghdr. */
static inline bool toc_compose_has_buffer(uint16_t event) {
    return event == TOC_EVENT_sendto || event == TOC_EVENT_recvfrom ||
           event == TOC_EVENT_io_uring_send || event == TOC_EVENT_io_uring_recv ||
           event == TOC_EVENT_io_uring_send_zc;
}

/* What was done about a call (compose_own.c). */
void toc_compose_actions(struct toc_composer *composer, struct toc_event *event);

/* The messages of a call: msgs of the event being built (compose_msgs.c). */
void toc_compose_msgs(struct toc_composer *composer, struct toc_event *event, bool foreign_bpf);

/* What the kernel used for a message, with the buffers iov (an offset in the event; 0: not seen);
 * gives its offset, 0 when there is no room (compose_kernel.c). */
uint32_t toc_compose_kernel(struct toc_composer *composer, const struct toc_gathered_msg *from,
                            uint32_t iov, bool foreign_bpf);
