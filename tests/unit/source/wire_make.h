// SPDX-License-Identifier: Apache-2.0
// Makes wire records as the programs in the kernel would.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "event/wire_arguments.h"
#include "event/wire_payload.h"
#include "event/wire_process.h"
#include "event/wire_side.h"

#define MAKE_TASK ((__u64)100 << 32 | 101)

/* Room for any record, aligned. */
union wire_room {
    __u64 align;
    struct toc_wire_head head;
    struct toc_wire_enter enter;
    struct toc_wire_entries part;
    struct toc_wire_extra extra;
    struct toc_wire_kernel kernel;
    struct toc_wire_exit exit;
    struct toc_wire_exe exe;
    struct toc_wire_arguments arguments;
    struct toc_wire_taken taken;
    struct toc_wire_payload payload;
    struct toc_wire_side_enter side_enter;
    struct toc_wire_side_exit side_exit;
    __u8 bytes[8192];
};

static inline void make_head(union wire_room *r, __u16 kind, __u64 call_seq, __u64 time) {
    memset(r, 0, sizeof(*r));
    r->head = (struct toc_wire_head){.kind = kind,
                                     .version = TOC_WIRE_VERSION,
                                     .call_cpu = 1,
                                     .call_seq = call_seq,
                                     .task = MAKE_TASK,
                                     .time = time};
}

/* 127.0.0.1:port as a sockaddr_in. */
static inline __u8 make_inet(__u8 *to, __u16 port) {
    struct sockaddr_in in = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    memcpy(to, &in, sizeof(in));
    return sizeof(in);
}

static inline struct toc_wire_entry make_entry(__u16 port) {
    struct toc_wire_entry e = {.name_ptr = 0x1000,
                               .iov_ptr = 0x2000,
                               .iov_count = 1,
                               .iov_bytes = 4,
                               .seg_base = 0x3000,
                               .seg_len = 4,
                               .name_len = 16,
                               .len = 4,
                               .status = TOC_WIRE_OK,
                               .name_status = TOC_WIRE_OK,
                               .iov_status = TOC_WIRE_OK,
                               .control_status = TOC_WIRE_NULL,
                               .segs = 1,
                               .bits = TOC_WIRE_IOV_WHOLE};

    e.name_n = make_inet(e.name, port);
    return e;
}

static inline void make_enter(union wire_room *r, __u64 call_seq, __u64 time, __u16 n) {
    struct toc_wire_entry *entries = (void *)(&r->enter + 1);

    make_head(r, TOC_WIRE_ENTER, call_seq, time);
    r->enter.event = TOC_EVENT_sendmmsg;
    r->enter.nr = 307;
    r->enter.arg[0] = 3;
    r->enter.arg[1] = 0x7000;
    r->enter.arg[2] = n;
    r->enter.args_status = TOC_WIRE_OK;
    r->enter.n_entries = n;
    r->enter.n_walked = n;
    r->enter.proc = (struct toc_wire_proc){.pid = 100, .tid = 101, .ppid = 1, .elf = 64};
    memcpy(r->enter.proc.comm, "sender", 6);
    r->enter.sock.status = TOC_WIRE_OK;
    r->enter.sock.family = AF_INET;
    r->enter.sock.type = SOCK_DGRAM;
    r->enter.sock.peer.status = TOC_WIRE_NULL;
    for (__u16 i = 0; i < n; i++)
        entries[i] = make_entry(53);
    r->head.size = (__u32)(sizeof(r->enter) + n * sizeof(*entries));
}

static inline void make_part(union wire_room *r, __u64 call_seq, __u16 view, __u16 first, __u16 n) {
    struct toc_wire_entry *entries = (void *)(&r->part + 1);

    make_head(r, TOC_WIRE_ENTRIES, call_seq, 0);
    r->part.view = view;
    r->part.first = first;
    r->part.n = n;
    for (__u16 i = 0; i < n; i++)
        entries[i] = make_entry(53);
    r->head.size = (__u32)(sizeof(r->part) + n * sizeof(*entries));
}

static inline void make_extra(union wire_room *r, __u64 call_seq, __u16 view, __u16 index) {
    make_head(r, TOC_WIRE_EXTRA, call_seq, 0);
    r->extra.view = view;
    r->extra.index = index;
    r->extra.n_segs = 2;
    r->extra.segs[0] = (struct toc_wire_seg){0x3000, 1};
    r->extra.segs[1] = (struct toc_wire_seg){0x4000, 3};
    r->extra.n_items = 1;
    r->extra.items[0] = (struct toc_wire_item){.len = 20, .level = 17, .type = 103};
    r->extra.items_status = TOC_WIRE_OK;
    r->head.size = sizeof(r->extra);
}

/* Message i went to port; the ones before it did, too. */
static inline struct toc_wire_kernel_msg make_kernel_msg(__u32 i, __u16 port) {
    struct toc_wire_kernel_msg m = {.index = i,
                                    .ret = 4,
                                    .name_hook = TOC_WIRE_HOOK_SENDMSG4,
                                    .ret_hook = TOC_WIRE_HOOK_SEND_LENGTH};

    m.name_n = make_inet(m.name, port);
    return m;
}

static inline void make_kernel(union wire_room *r, __u64 call_seq, __u32 first, __u32 n) {
    struct toc_wire_kernel_msg *msgs = (void *)(&r->kernel + 1);

    make_head(r, TOC_WIRE_KERNEL, call_seq, 0);
    r->kernel.n = n;
    for (__u32 i = 0; i < n; i++)
        msgs[i] = make_kernel_msg(first + i, 53);
    r->head.size = (__u32)(sizeof(r->kernel) + n * sizeof(*msgs));
}

static inline void make_exit(union wire_room *r, __u64 call_seq, __u64 time, __u16 n,
                             __u16 n_kernel) {
    struct toc_wire_entry *entries = (void *)(&r->exit + 1);
    struct toc_wire_kernel_msg *msgs = (void *)(entries + n);

    make_head(r, TOC_WIRE_EXIT, call_seq, time);
    r->exit.ret = n;
    r->exit.kernel_seen = n;
    r->exit.bytes = 4u * n;
    r->exit.cookie = 77;
    r->exit.n_walked = n;
    r->exit.n_entries = n;
    r->exit.n_kernel = n_kernel;
    r->exit.bits = TOC_WIRE_KERNEL_COUNTS;
    for (__u16 i = 0; i < n; i++)
        entries[i] = make_entry(53);
    for (__u16 i = 0; i < n_kernel; i++)
        msgs[i] = make_kernel_msg(i, 53);
    r->head.size = (__u32)(sizeof(r->exit) + n * sizeof(*entries) + n_kernel * sizeof(*msgs));
}

/* Of sendmmsg: as make_enter has them, but for vlen. */
static inline void make_arguments(union wire_room *r, __u64 call_seq, __u32 vlen) {
    make_head(r, TOC_WIRE_ARGUMENTS, call_seq, 0);
    r->arguments.words[0] = 3;
    r->arguments.words[1] = 0x7000;
    r->arguments.words[2] = vlen;
    r->arguments.status = TOC_WIRE_OK;
    r->head.size = sizeof(r->arguments);
}

/* The same as the kernel's own function took them. */
static inline void make_taken(union wire_room *r, __u64 call_seq, __u32 vlen) {
    make_head(r, TOC_WIRE_TAKEN, call_seq, 0);
    r->taken.fd = 3;
    r->taken.vec = 0x7000;
    r->taken.vlen = vlen;
    r->taken.flags = 0x80000000u;
    r->taken.hook = TOC_WIRE_HOOK_FENTRY_SENDMMSG;
    r->head.size = sizeof(r->taken);
}

/* What the buffers of a message held, of which there is no more. */
static inline void make_payload(union wire_room *r, __u64 call_seq, __u16 view, __u16 index,
                                const char *text) {
    make_head(r, TOC_WIRE_PAYLOAD, call_seq, 0);
    r->payload.view = view;
    r->payload.index = index;
    r->payload.n = (__u16)strlen(text);
    r->payload.status = TOC_WIRE_OK;
    memcpy(&r->payload + 1, text, strlen(text));
    r->head.size = (__u32)(sizeof(r->payload) + (strlen(text) + 7) / 8 * 8);
}

static inline void make_gone(union wire_room *r, __u64 call_seq, __u64 time) {
    make_head(r, TOC_WIRE_GONE, call_seq, time);
    r->head.size = sizeof(r->head);
}

/* Of the process that make_enter makes. */
static inline void make_exe(union wire_room *r, const char *path, __u8 bits) {
    make_head(r, TOC_WIRE_EXE, 0, 0);
    r->exe.pid = 100;
    r->exe.ppid = 1;
    r->exe.bits = bits;
    r->exe.n = (__u16)strlen(path);
    memcpy(&r->exe + 1, path, strlen(path));
    r->head.size = (__u32)(sizeof(r->exe) + (strlen(path) + 7) / 8 * 8);
}

static inline void make_side_enter(union wire_room *r, __u64 call_seq, __u64 time, __u16 event) {
    make_head(r, TOC_WIRE_SIDE_ENTER, call_seq, time);
    r->side_enter.event = event;
    r->side_enter.args_status = TOC_WIRE_OK;
    r->side_enter.proc = (struct toc_wire_proc){.pid = 100, .tid = 101, .ppid = 1, .elf = 64};
    r->head.size = sizeof(r->side_enter);
}

static inline void make_side_exit(union wire_room *r, __u64 call_seq, __u64 time, __s64 ret) {
    make_head(r, TOC_WIRE_SIDE_EXIT, call_seq, time);
    r->side_exit.ret = ret;
    r->head.size = sizeof(r->side_exit);
}

/* Adds a part of n bytes to one of them. */
static inline void make_part_of(union wire_room *r, __u16 kind, __u8 status, const void *bytes,
                                __u32 n) {
    struct toc_wire_part_head head = {.kind = kind, .status = status, .n = n};
    __u32 size = (__u32)sizeof(head) + (n + 7) / 8 * 8;

    memcpy(r->bytes + r->head.size, &head, sizeof(head));
    if (n)
        memcpy(r->bytes + r->head.size + sizeof(head), bytes, n);
    r->head.size += size;
    if (r->head.kind == TOC_WIRE_SIDE_ENTER)
        r->side_enter.n += size;
    else
        r->side_exit.n += size;
}
