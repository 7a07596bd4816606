// SPDX-License-Identifier: Apache-2.0
// The calls of strace's output that are events, each with the names that we have for its arguments.
#include <string.h>

#include "source/import_strace.h"

static void receives_batch(struct toc_import *import, struct strace_call *call) {
    strace_put_batch(import, call);
    strace_put_timeout(import, call, call->args[4]);
}

static void sends_msg(struct toc_import *import, struct strace_call *call) {
    strace_put_single(import, call, false);
}

static void receives_msg(struct toc_import *import, struct strace_call *call) {
    strace_put_single(import, call, true);
}

static void sends_buffer(struct toc_import *import, struct strace_call *call) {
    strace_put_buffer(import, call, false);
}

static void receives_buffer(struct toc_import *import, struct strace_call *call) {
    strace_put_buffer(import, call, true);
}

static void connects(struct toc_import *import, struct strace_call *call) {
    if (call->n_args > 1)
        strace_put_addr(import,
                        toc_put_map(import, toc_put_map(import, call->root, "addr"), "enter"),
                        call->args[1]);
}

static void selects(struct toc_import *import, struct strace_call *call) {
    strace_put_select(import, call);
    strace_put_timeout(import, call, call->args[4]);
}

static void polls_until(struct toc_import *import, struct strace_call *call) {
    strace_put_poll(import, call);
    strace_put_timeout(import, call, call->args[2]);
}

static void epolls_until(struct toc_import *import, struct strace_call *call) {
    strace_put_epoll(import, call);
    strace_put_timeout(import, call, call->args[3]);
}

static void put_part(struct toc_import *import, struct toc_node *view, const char *key,
                     const struct strace_value *value) {
    uint64_t u;

    if (strace_number(value, &u))
        toc_put_uint(import, view, key, (uint32_t)u);
}

/* What the program gave is read when the call begins, what the kernel gave when it returned. */
static void sets_up_uring(struct toc_import *import, struct strace_call *call) {
    static const char *const before[] = {"flags", "sq_thread_cpu", "sq_thread_idle"};
    static const char *const after[] = {"sq_entries", "cq_entries", "features"};
    const struct strace_value *params = call->args[1];
    struct toc_node *uring, *view;

    if (!params || params->kind != STRACE_STRUCT)
        return;
    uring = toc_put_map(import, call->root, "uring");
    view = toc_put_map(import, uring, "enter");
    toc_put_word(import, view, "status", "ok");
    for (size_t i = 0; i < 3; i++)
        put_part(import, view, before[i], strace_field(params, before[i]));
    if (!strace_field(params, "sq_entries"))
        return;
    view = toc_put_map(import, uring, "exit");
    toc_put_word(import, view, "status", "ok");
    for (size_t i = 0; i < 3; i++)
        put_part(import, view, after[i], strace_field(params, after[i]));
}

#define BUFFER_OUT "sockfd buf len flags dest_addr addrlen"
#define BUFFER_IN "sockfd buf len flags src_addr addrlen"
#define SELECT "nfds readfds writefds exceptfds timeout"
#define EPOLL "epfd events maxevents timeout"

static const struct row {
    const char *name;
    uint16_t event;
    const char *args;
    void (*put)(struct toc_import *, struct strace_call *); /* what the arguments lead to */
} rows[] = {
    {"sendmmsg", TOC_EVENT_sendmmsg, "sockfd msgvec vlen flags", strace_put_batch},
    {"recvmmsg", TOC_EVENT_recvmmsg, "sockfd msgvec vlen flags timeout", receives_batch},
    {"recvmmsg_time64", TOC_EVENT_recvmmsg, "sockfd msgvec vlen flags timeout", receives_batch},
    {"recvmmsg_time32", TOC_EVENT_recvmmsg_time32, "fd mmsg vlen flags timeout", receives_batch},
    {"sendmsg", TOC_EVENT_sendmsg, "sockfd msg flags", sends_msg},
    {"recvmsg", TOC_EVENT_recvmsg, "sockfd msg flags", receives_msg},
    {"sendto", TOC_EVENT_sendto, BUFFER_OUT, sends_buffer},
    {"send", TOC_EVENT_sendto, BUFFER_OUT, sends_buffer},
    {"recvfrom", TOC_EVENT_recvfrom, BUFFER_IN, receives_buffer},
    {"recv", TOC_EVENT_recvfrom, BUFFER_IN, receives_buffer},
    {"select", TOC_EVENT_select, SELECT, selects},
    {"_newselect", TOC_EVENT_select, SELECT, selects},
    {"pselect6", TOC_EVENT_pselect6, SELECT, selects},
    {"pselect6_time64", TOC_EVENT_pselect6, SELECT, selects},
    {"pselect6_time32", TOC_EVENT_pselect6, SELECT, selects},
    {"poll", TOC_EVENT_poll, "fds nfds timeout", strace_put_poll},
    {"ppoll", TOC_EVENT_ppoll, "fds nfds timeout sigmask", polls_until},
    {"ppoll_time64", TOC_EVENT_ppoll, "fds nfds timeout sigmask", polls_until},
    {"ppoll_time32", TOC_EVENT_ppoll, "fds nfds timeout sigmask", polls_until},
    {"epoll_wait", TOC_EVENT_epoll_wait, EPOLL, strace_put_epoll},
    {"epoll_pwait", TOC_EVENT_epoll_pwait, EPOLL " sigmask", strace_put_epoll},
    {"epoll_pwait2", TOC_EVENT_epoll_pwait2, EPOLL " sigmask", epolls_until},
    {"connect", TOC_EVENT_connect, "sockfd addr addrlen", connects},
    {"close", TOC_EVENT_close, "fd", NULL},
    {"dup2", TOC_EVENT_dup2, "oldfd newfd", NULL},
    {"dup3", TOC_EVENT_dup3, "oldfd newfd flags", NULL},
    {"userfaultfd", TOC_EVENT_userfaultfd, "flags", NULL},
    {"prctl", TOC_EVENT_prctl, "option arg2", NULL},
    {"io_uring_setup", TOC_EVENT_io_uring_setup, "entries params", sets_up_uring},
    {"bpf", TOC_EVENT_bpf, "cmd attr size", NULL},
    {"ptrace", TOC_EVENT_ptrace, "request pid addr data", NULL},
};

static const struct row *row_of(const char *name, size_t n) {
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strlen(rows[i].name) == n && !memcmp(rows[i].name, name, n))
            return &rows[i];
    return NULL;
}

uint16_t strace_event(const char *name, size_t n) {
    const struct row *row = row_of(name, n);

    return row ? row->event : TOC_EVENT_NONE;
}

static const struct toc_field *field_of(const struct strace_call *call, const char *key, size_t n) {
    return toc_object_field(&toc_object_args, key, n, toc_event_bit(call->event));
}

void strace_put_arg(struct toc_import *import, struct strace_call *call, const char *key,
                    const struct strace_value *value) {
    const struct toc_field *field = field_of(call, key, strlen(key));
    unsigned unused;
    uint64_t u;

    if (!field || !strace_number(value, &u))
        return;
    unused = 64 - 8u * field->width;
    if (field->is_signed)
        toc_put_int(import, call->args_node, field->name, (int64_t)(u << unused) >> unused);
    else
        toc_put_uint(import, call->args_node, field->name, u << unused >> unused);
}

void strace_put_pointer(struct toc_import *import, struct strace_call *call, const char *key,
                        const struct strace_value *value) {
    if (strace_is_null(value))
        toc_put_ptr(import, call->args_node, key, 0);
    else if (value->kind == STRACE_NUMBER)
        toc_put_ptr(import, call->args_node, key, value->u);
}

static void put_one(struct toc_import *import, struct strace_call *call, size_t i, const char *key,
                    size_t n) {
    const struct toc_field *field = field_of(call, key, n);
    const struct strace_value *value = call->args[i];

    if (!field)
        return;
    import->col = value->col;
    if (field->kind == TOC_KIND_POINTER)
        strace_put_pointer(import, call, field->name, value);
    else if (!i)
        strace_put_fd(import, call, field->name, value);
    else
        strace_put_arg(import, call, field->name, value);
}

/* A mask is told by the names of signals; that there is none is plain. */
static void put_sigmask(struct toc_import *import, struct strace_call *call, size_t i) {
    struct toc_node *mask;

    if (!strace_is_null(call->args[i]))
        return;
    mask = toc_put_map(import, call->root, "sigmask");
    toc_put_word(import, mask, "status", "null");
    toc_put_ptr(import, mask, "ptr", 0);
}

void strace_put_call(struct toc_import *import, struct strace_call *call, const char *name,
                     size_t n) {
    const struct row *row = row_of(name, n);
    const char *key = row->args;

    call->args_node = toc_put_map(import, call->root, "args");
    for (size_t i = 0; i < call->n_args && *key; i++) {
        size_t key_n = strcspn(key, " ");

        put_one(import, call, i, key, key_n);
        if (key_n == 7 && !memcmp(key, "sigmask", 7))
            put_sigmask(import, call, i);
        key += key_n + (key[key_n] == ' ');
    }
    if (row->put)
        row->put(import, call);
}
