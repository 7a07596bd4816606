// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// The kernel's own copy of a message: what it took from user memory, as it took it.
//
// These hooks may be preempted: they write into the ring itself, and touch no per-CPU memory.
#pragma once

#include "maps.h"
#include "state.h"
#include "witness.h"

/* A field of a kernel object: by a load where the verifier knows its type, else by a helper. */
#define FIELD(typed, object, field)                                                                \
    ({                                                                                             \
        __typeof__(object) _object = (object);                                                     \
                                                                                                   \
        (typed) ? _object->field : BPF_CORE_READ(_object, field);                                  \
    })

/* What a hook shows of a message. */
struct copy {
    struct call_state *call;
    struct msghdr *msg;
    u64 name_ptr; /* in user memory; 0 where the kernel does not keep it */
    u32 flags;    /* in use */
    bool is_send;
    bool typed; /* msg is a type that the verifier knows */
    u8 hook;
};

struct copy_rec {
    struct toc_wire_entries rec;
    struct toc_wire_entry entry;
};

static __always_inline bool iter_is(const struct copy *c, u32 kind) {
    struct msghdr___typed *old = (void *)c->msg;

    if (bpf_core_field_exists(struct iov_iter, iter_type))
        return (u32)FIELD(c->typed, c->msg, msg_iter.iter_type) == kind;
    return (FIELD(c->typed, old, msg_iter.type) & ~1u) == kind;
}

static __always_inline bool iter_is_buffer(const struct copy *c) {
    return bpf_core_enum_value_exists(enum iter_type, ITER_UBUF) &&
           iter_is(c, bpf_core_enum_value(enum iter_type, ITER_UBUF));
}

static __always_inline const void *iter_array(const struct copy *c) {
    struct msghdr___named_iov *old = (void *)c->msg;

    if (!iter_is(c, bpf_core_enum_value(enum iter_type, ITER_IOVEC)))
        return 0;
    if (bpf_core_field_exists(struct iov_iter, __iov))
        return FIELD(c->typed, c->msg, msg_iter.__iov);
    return FIELD(c->typed, old, msg_iter.iov);
}

/* A message of one buffer may have no array any more. */
static __always_inline void copy_iov(const struct copy *c, struct toc_wire_entry *e) {
    struct toc_wire_seg first = {};
    const void *array;

    e->iov_bytes = FIELD(c->typed, c->msg, msg_iter.count);
    if (iter_is_buffer(c)) {
        e->iov_count = e->segs = 1;
        e->seg_base = (u64)FIELD(c->typed, c->msg, msg_iter.ubuf);
        e->seg_len = e->iov_bytes;
    } else {
        array = iter_array(c);
        if (!array)
            return;
        e->iov_count = FIELD(c->typed, c->msg, msg_iter.nr_segs);
        if (e->iov_count && bpf_probe_read_kernel(&first, sizeof(first), array)) {
            e->iov_status = TOC_WIRE_FAULT;
            return;
        }
        e->segs = e->iov_count > TOC_WIRE_SEGS ? TOC_WIRE_SEGS : e->iov_count;
        e->seg_base = first.base;
        e->seg_len = first.len;
    }
    e->iov_status = TOC_WIRE_OK;
    e->bits = TOC_WIRE_IOV_WHOLE;
}

static __always_inline void copy_name(const struct copy *c, struct toc_wire_entry *e) {
    void *name = FIELD(c->typed, c->msg, msg_name);
    u64 n;

    e->name_ptr = c->name_ptr;
    e->name_len = FIELD(c->typed, c->msg, msg_namelen);
    /* The name of a receive is yet to come. */
    if (!c->is_send)
        return;
    e->name_status = TOC_WIRE_NULL;
    if (!name || e->name_len <= 0)
        return;
    n = e->name_len;
    opaque(n);
    if (n > sizeof(e->name))
        n = sizeof(e->name);
    e->name_status = bpf_probe_read_kernel(e->name, n, name) ? TOC_WIRE_FAULT : TOC_WIRE_OK;
    e->name_n = e->name_status == TOC_WIRE_OK ? n : 0;
}

static __always_inline void copy_control(const struct copy *c, struct toc_wire_entry *e) {
    e->control_ptr = (u64)FIELD(c->typed, c->msg, msg_control);
    e->control_len = FIELD(c->typed, c->msg, msg_controllen);
    e->control_status = e->control_ptr && e->control_len ? TOC_WIRE_OK : TOC_WIRE_NULL;
}

/* Further buffers, and a long name. */
static __always_inline void copy_extra(const struct copy *c, u32 segs, u32 name_len) {
    struct toc_wire_extra *x = extra_begin(c->call, TOC_WIRE_VIEW_KERNEL, c->call->kernel_seen);
    const void *array;
    u64 n = (u64)segs * sizeof(x->segs[0]);

    if (!x)
        return;
    array = segs > 1 ? iter_array(c) : 0;
    opaque(n);
    if (n > sizeof(x->segs))
        n = sizeof(x->segs);
    if (array && !bpf_probe_read_kernel(x->segs, n, array))
        x->n_segs = segs;
    n = name_len;
    opaque(n);
    if (n > sizeof(x->name))
        n = sizeof(x->name);
    if (n > TOC_WIRE_NAME && !bpf_probe_read_kernel(x->name, n, FIELD(c->typed, c->msg, msg_name)))
        x->name_n = n;
    bpf_ringbuf_submit(x, BPF_RB_NO_WAKEUP);
}

/* The name of a send stays with the call until it returns, too: when the copy finds no room, it
 * shows that the call is suspect (suspect.h). Cgroup hooks come later, and put theirs there. */
static __always_inline void copy_keep_name(const struct copy *c) {
    struct toc_wire_kernel_msg *msg = witness_slot(c->call);
    void *name = FIELD(c->typed, c->msg, msg_name);
    u32 n = IPV4_BYTES;

    if (!msg || !name || !state_is_counted(c->call) ||
        bpf_probe_read_kernel(msg->name, IPV6_BYTES, name))
        return;
    if (*(u16 *)msg->name == AF_INET6) {
        *(u32 *)&msg->name[4] = 0; /* the flow label is not compared */
        n = IPV6_BYTES;
    } else if (*(u16 *)msg->name != AF_INET) {
        return;
    }
    if (FIELD(c->typed, c->msg, msg_namelen) < (int)n)
        return;
    witness_name(c->call, c->hook);
    msg->name_n = n;
}

/* The message that begins now. */
static __always_inline void copy_message(const struct copy *c) {
    struct call_state *call = c->call;
    struct toc_wire_entry *e;
    struct copy_rec *r;
    u32 segs, name_len;

    if (call->kernel_seen >= TOC_WIRE_MAX_MSGS || call->enter_lost)
        return;
    r = bpf_ringbuf_reserve(&ring, sizeof(*r), 0);
    if (!r) {
        witness_lost(call);
        return;
    }
    call->has_left = 1;
    witness_head(&r->rec.head, call, TOC_WIRE_ENTRIES, sizeof(*r));
    r->rec.view = TOC_WIRE_VIEW_KERNEL;
    r->rec.first = call->kernel_seen;
    r->rec.n = 1;
    r->rec.pad = 0;
    e = &r->entry;
    /* Apart from the fields before it, so that it is done in words. */
    asm volatile("" ::: "memory");
    __builtin_memset(e, 0, sizeof(*e));
    e->status = TOC_WIRE_OK;
    e->hook = c->hook;
    e->flags = c->flags;
    copy_iov(c, e);
    copy_name(c, e);
    copy_control(c, e);
    segs = e->segs;
    name_len = e->name_status == TOC_WIRE_OK ? e->name_len : 0;
    bpf_ringbuf_submit(r, BPF_RB_NO_WAKEUP);
    if (segs > 1 || name_len > TOC_WIRE_NAME)
        copy_extra(c, segs, name_len);
}

/* One struct cmsghdr after the other, in the kernel's own layout. */
static __always_inline void copy_items(const struct copy *c) {
    u64 at = (u64)FIELD(c->typed, c->msg, msg_control);
    u64 end = at + FIELD(c->typed, c->msg, msg_controllen);
    struct toc_wire_extra *x;

    if (!at || end - at < sizeof(struct toc_wire_item) || c->call->enter_lost ||
        c->call->kernel_seen >= TOC_WIRE_MAX_MSGS)
        return;
    x = extra_begin(c->call, TOC_WIRE_VIEW_KERNEL, c->call->kernel_seen);
    if (!x)
        return;
    x->items_status = TOC_WIRE_OK;
    for (u32 i = 0; i < TOC_WIRE_ITEMS; i++) {
        struct toc_wire_item *item = &x->items[i];

        if (at + sizeof(*item) > end)
            break;
        if (bpf_probe_read_kernel(item, sizeof(*item), (void *)at)) {
            x->items_status = TOC_WIRE_FAULT;
            break;
        }
        x->n_items = i + 1;
        if (item->len < sizeof(*item) || item->len > end - at)
            break;
        at += (item->len + 7) & ~7ull;
    }
    bpf_ringbuf_submit(x, BPF_RB_NO_WAKEUP);
}

/* The call of the running thread, when it is on that socket, and a message of it begins. */
static __always_inline struct call_state *copy_begin(struct socket *sock, bool typed) {
    struct call_state *call = witness_call((u64)FIELD(typed, sock, sk));

    if (!call)
        return 0;
    /* The result of the one before went by unseen; it was moved, or the call had ended there. */
    if (call->in_flight && !toc_has_length) {
        call->kernel_seen++;
        call->name_pending = 0;
        call->miscounted = 1;
    }
    call->in_flight = 1;
    return call;
}

/* The protocol is done with the message that began. */
static __always_inline void copy_moved(s32 ret, u8 hook) {
    struct call_state *call = state_find();

    if (call && call->in_flight)
        witness_result(call, ret, hook);
}

/* A message ended; what the length hooks have seen of it comes first, as they tell what was moved
 * where the program is told of an error. */
static __always_inline void copy_end(s32 ret, u8 hook) {
    struct call_state *call = state_find();

    if (call && call->sk && CALL_HAS_HEADERS(call->kind) && state_is_seen(call) &&
        (call->in_flight || !(toc_has_length || toc_has_copy)))
        witness_result(call, ret, hook);
}
