// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// The parts of the programs that read memory, each as a program that a test can run on its own.
#pragma clang diagnostic ignored "-Wunused-parameter"

#include "maps.h"

#include "abi.h"
#include "call.h"
#include "call_ask.h"
#include "copy.h"
#include "copy_ask.h"
#include "extract.h"
#include "side.h"
#include "side_ask.h"
#include "suspect.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("syscall")
int extract_kind(struct extract *x) {
    x->kind = toc_kind_of(x->abi, x->nr, x->subcall);
    return 0;
}

/* Gives its parts to the ring: the first with index 0, as ENTRIES like the others. */
SEC("syscall")
int extract_walk(struct extract *x) {
    struct scratch *s = toc_scratch();
    struct walk *w;

    if (!s)
        return 1;
    w = &s->walk;
    w->vec = x->at;
    w->buffer = (struct buffer_args){x->len, x->name, x->name_len};
    w->n = x->n;
    w->bits = x->bits;
    w->view = TOC_WIRE_VIEW_ENTER;
    w->segs_left = TOC_WIRE_CALL_SEGS;
    w->parts_lost = w->first = 0;
    w->payload = x->payload;
    w->payload_left = TOC_WIRE_CALL_PAYLOAD;
    w->ret = x->ret;
    walk_further(w);
    walk_read(s, toc_part(s));
    x->far = w->far;
    toc_head(&s->part.head, TOC_WIRE_ENTRIES, 0);
    s->part.view = TOC_WIRE_VIEW_ENTER;
    s->part.first = 0;
    s->part.n = walk_part_n(w);
    if (!toc_emit(s, &s->part.head, sizeof(s->part) + s->part.n * sizeof(struct toc_wire_entry),
                  sizeof(s->part) + sizeof(s->entries)))
        w->parts_lost++;
    x->parts_lost = w->parts_lost;
    return 0;
}

SEC("syscall")
int extract_timeout(struct extract *x) {
    struct toc_wire_timeout t = {};

    timeout_read(&t, x->layout, x->at);
    x->timeout = t;
    return 0;
}

SEC("syscall")
int extract_sock(struct extract *x) {
    struct scratch *s = toc_scratch();

    if (!s)
        return 1;
    s->enter.args_status = TOC_WIRE_OK;
    s->enter.arg[0] = x->fd;
    enter_sock(s, &s->enter, toc_task());
    x->sock = s->enter.sock;
    return 0;
}

SEC("syscall")
int extract_proc(struct extract *x) {
    struct scratch *s = toc_scratch();

    if (!s)
        return 1;
    toc_proc_fill(&s->enter.proc, bpf_get_current_task_btf());
    x->proc = s->enter.proc;
    return 0;
}

/* Of a kernel message: as the running kernel lays it out, which is larger than what is known of it
 * here. */
static u64 message[64];
/* Else the compiler would split it, and the kernel refuse its type. */
static __attribute__((used)) struct call_state copied_call;
struct copy_ask copy_ask;

#define NO_MEMORY ((void *)8)

static __always_inline void message_array(struct msghdr *msg) {
    struct msghdr___named_iov *old = (void *)msg;
    const void *array = copy_ask.bad_array ? NO_MEMORY : copy_ask.segs;

    if (bpf_core_field_exists(struct iov_iter, __iov))
        msg->msg_iter.__iov = array;
    else
        old->msg_iter.iov = array;
    msg->msg_iter.nr_segs = copy_ask.nr_segs;
}

static __always_inline void message_make(struct msghdr *msg) {
    copied_call.kernel_seen = copy_ask.seen;
    copied_call.enter_lost = copy_ask.enter_lost;
    copied_call.part_lost = 0;
    __builtin_memset(message, 0, sizeof(message));
    msg->msg_name = copy_ask.bad_name ? NO_MEMORY : copy_ask.name;
    msg->msg_namelen = copy_ask.name_len;
    msg->msg_control = copy_ask.bad_control ? NO_MEMORY : copy_ask.control;
    msg->msg_controllen = copy_ask.control_len;
    msg->msg_iter.count = copy_ask.count;
    if (copy_ask.nr_segs) {
        msg->msg_iter.iter_type = bpf_core_enum_value(enum iter_type, ITER_IOVEC);
        message_array(msg);
    } else {
        msg->msg_iter.iter_type = bpf_core_enum_value(enum iter_type, ITER_UBUF);
        msg->msg_iter.ubuf = (void *)copy_ask.base;
    }
}

/* What the kernel took of a message, as the untyped hooks read it. */
SEC("syscall")
int extract_copy(struct extract *x) {
    struct copy c = {&copied_call,
                     (void *)message,
                     0,
                     copy_ask.flags,
                     !copy_ask.is_recv,
                     false,
                     TOC_WIRE_HOOK_KPROBE_SENDMSG};

    message_make(c.msg);
    copy_message(&c);
    x->parts_lost = copied_call.part_lost;
    return 0;
}

SEC("syscall")
int extract_items(struct extract *x) {
    struct copy c = {&copied_call, (void *)message, .is_send = true,
                     .hook = TOC_WIRE_HOOK_LSM_SENDMSG};

    message_make(c.msg);
    copy_items(&c);
    x->parts_lost = copied_call.part_lost;
    return 0;
}

struct call_ask call_ask;

/* Whether a call of one message looks like an attack. */
SEC("syscall")
int extract_suspect(struct extract *x) {
    struct call_state *st = &copied_call;
    struct toc_wire_entry *shown = &st->kept.entries[0];

    st->kind = call_ask.kind;
    st->kept.rec.n_entries = call_ask.n_entries;
    st->kernel_seen = call_ask.kernel_seen;
    for (int i = 0; i < 2; i++)
        st->kept.entries[i].status = call_ask.faults >> i & 1 ? TOC_WIRE_FAULT : TOC_WIRE_OK;
    st->args_changed = call_ask.args_changed;
    st->n_kernel = 1;
    st->kernel[0] = call_ask.used;
    __builtin_memcpy(shown->name, call_ask.shown, sizeof(call_ask.shown));
    shown->name_status = call_ask.shown_status;
    call_ask.is_suspect = suspect_is(st, call_ask.ret);
    return 0;
}

struct side_ask side_ask;

/* What the arguments of a call that moves no message point to. */
SEC("syscall")
int extract_side(struct extract *x) {
    struct call_state *st = &copied_call;
    struct scratch *s = toc_scratch();

    if (!s)
        return 1;
    st->kind = side_ask.kind;
    for (int i = 0; i < TOC_WIRE_ARGS; i++)
        st->side.arg[i] = side_ask.arg[i];
    s->side.n = 0;
    side_memory(s, st);
    if (side_ask.once)
        side_memory_once(s, st);
    side_ask.n = s->side.n;
    bpf_probe_read_kernel(side_ask.parts, sizeof(side_ask.parts), s->side.parts);
    return 0;
}

/* Whether the message that a receive stopped at is another than at entry: one of headers, plainly
 * laid out. */
SEC("syscall")
int extract_stopped(struct extract *x) {
    struct call_state *st = &copied_call;

    st->kind = x->kind;
    st->vec = x->at;
    st->n_walked = x->n;
    st->kept.entries[0].status = TOC_WIRE_OK;
    st->kept.entries[0].name_ptr = x->name;
    st->kept.entries[0].iov_ptr = x->len;
    st->kept.entries[0].control_ptr = 0;
    st->kept.entries[0].iov_count = st->kept.entries[0].segs = 1;
    st->kept.entries[0].seg_base = x->name_len;
    st->kept.entries[0].seg_len = 8;
    x->ret = stopped_is_other(st, x->fd);
    return 0;
}
