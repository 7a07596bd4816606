// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// What io_uring's tracepoints run, on requests that a test makes up: in memory of this object, laid
// out as the running kernel does, with a file that the test has really opened.
#pragma clang diagnostic ignored "-Wunused-parameter"

#include "maps.h"

#include "request_ask.h"
#include "sent.h"
#include "uring_failed.h"
#include "uring_overdue.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct request_ask request_ask;

/* Larger than what is known of them here. */
#define PLACES 2
static u64 requests[PLACES][64];
static u64 ring_context[1024];
static u64 kernel_copy[64];
static u8 kernel_name[16];
static struct io_uring_sqe entry;
static struct io_uring_cqe completion;

static __always_inline struct io_kiocb *request(void) {
    return request_ask.place ? (void *)requests[1] : (void *)requests[0];
}

/* As a number, which a pointer does not become otherwise. */
static __always_inline u64 number(const void *pointer) {
    u64 n = 0;

    bpf_probe_read_kernel(&n, sizeof(n), &pointer);
    return n;
}

static __always_inline struct file *file_of(u32 fd) {
    struct fdtable *table = BPF_CORE_READ(toc_task(), files, fdt);
    struct file **files = BPF_CORE_READ(table, fd), *file = 0;

    bpf_probe_read_kernel(&file, sizeof(file), files + fd);
    return file;
}

static __always_inline void context_make(void) {
    struct io_ring_ctx *ctx = (void *)ring_context;
    u32 bit = 63 - __builtin_preserve_field_info(ctx->compat, BPF_FIELD_LSHIFT_U64);
    u32 at = __builtin_preserve_field_info(ctx->compat, BPF_FIELD_BYTE_OFFSET) + bit / 8;

    opaque(at);
    if (at < sizeof(ring_context))
        ((u8 *)ring_context)[at] = request_ask.compat << bit % 8;
}

static __always_inline void *kernel_copy_make(void) {
    struct io_async_msghdr *copy = (void *)kernel_copy;

    if (!request_ask.name_len)
        return 0;
    __builtin_memcpy(kernel_name, request_ask.name, sizeof(kernel_name));
    copy->msg.msg_name = kernel_name;
    copy->msg.msg_namelen = request_ask.name_len;
    return copy;
}

static __always_inline void request_make(void) {
    struct io_kiocb *req = request();
    struct io_sr_msg *sr = (void *)req;

    context_make();
    req->file = file_of(request_ask.fd);
    req->ctx = (void *)ring_context;
    req->opcode = request_ask.opcode;
    req->flags = request_ask.flags;
    req->cqe.user_data = request_ask.user_data;
    req->cqe.fd = request_ask.fd;
    req->async_data = kernel_copy_make();
    sr->buf = (void *)request_ask.buf;
    sr->len = request_ask.len;
    sr->msg_flags = request_ask.msg_flags;
    sr->flags = request_ask.ioprio;
}

/* One that nobody sees submitted. */
SEC("raw_tp")
int request_prepare(void *ctx) {
    request_make();
    return 0;
}

/* io_uring_submit_req */
SEC("raw_tp")
int request_submit(void *ctx) {
    request_make();
    uring_submit(request());
    return 0;
}

/* io_uring_req_failed: the request may be as empty as the kernel left it. */
SEC("raw_tp")
int request_refuse(void *ctx) {
    request_make();
    entry.opcode = request_ask.opcode;
    entry.fd = request_ask.fd;
    entry.ioprio = request_ask.ioprio;
    entry.addr = request_ask.buf;
    entry.len = request_ask.len;
    entry.msg_flags = request_ask.msg_flags;
    request()->cqe.fd = -1;
    ((struct io_sr_msg *)request())->buf = 0;
    uring_failed(&entry, request(), request_ask.result);
    return 0;
}

/* io_uring_complete, as the running kernel gives it */
SEC("raw_tp")
int request_complete(void *ctx) {
    u64 args[4] = {number(ring_context), 0, request_ask.user_data, request_ask.result};

    request()->cqe.res = request_ask.result;
    completion.user_data = request_ask.user_data;
    completion.res = request_ask.result;
    if (!request_ask.unnamed)
        args[1] = number(request());
    if (bpf_core_type_exists(btf_trace_io_uring_complete))
        args[2] = number(&completion);
    uring_complete(args);
    return 0;
}

/* What sock_send_length and sock_recv_length ask of a message that the work of io_uring moved. */
SEC("raw_tp")
int request_moved(void *ctx) {
    u64 sk = (u64)uring_socket(file_of(request_ask.fd));

    request_ask.answer = uring_moved(sk, request_ask.result, request_ask.sends);
    return 0;
}

/* The reader's question for what is under way for long. */
SEC("raw_tp")
int request_overdue(void *ctx) {
    uring_overdue_look_all(request_ask.before);
    return 0;
}
