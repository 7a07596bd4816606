// SPDX-License-Identifier: Apache-2.0
// Runs io_uring's hooks on a request made up, and keeps what they told.
#pragma once

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

#include "event/wire.h"
#include "event/wire_deny.h"
#include "request_ask.h"

#include "requests.skel.h"

#define REQUEST_EVENT(e) (1ull << TOC_EVENT_##e)

extern struct requests_bpf *requests; /* NULL: no privilege */
/* The request: at first IORING_OP_SENDMSG of request_message on a UDP socket, with the result 5. */
extern struct request_ask *ask;
extern struct sockaddr_in request_to;
extern struct iovec request_iov; /* 5 bytes */
extern struct msghdr request_message;

/* The records of what the last run told, in their order; not those of programs' paths. */
extern struct told {
    struct toc_wire_enter enter;
    struct toc_wire_exit exit;
    struct toc_wire_entry entry;
    struct toc_wire_kernel_msg kernel;
    uint16_t kind;
} told[16];
extern size_t n_told;

void request_load(void);
void request_unload(void);
void request_run(const struct bpf_program *program);
void request_submit(void);
void request_complete(void);
/* They are an event of io_uring: two records, of the same call. */
void request_is_event(uint32_t event, int64_t ret);

#define NEED_KERNEL()                                                                              \
    if (!requests)                                                                                 \
    cr_skip_test("BPF programs cannot be loaded here")
