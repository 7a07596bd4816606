// SPDX-License-Identifier: Apache-2.0
// The derived fields of a call as a whole; those of a message are in derive_msg.c, those of what
// other calls point to in derive_args.c.

#include "event/derive.h"

#include <stdlib.h>

#include "base/text.h"
#include "event/derive_msg.h"
#include "event/saturate.h"

#define MAX_ERRNO 4095
#define NS_PER_S INT64_C(1000000000)
/* What the kernel cuts vlen of a send to (UIO_MAXIOV). */
#define SEND_CLAMP 1024

uint16_t toc_error_of(int64_t ret) {
    if (ret >= 0 || ret < -MAX_ERRNO)
        return TOC_error_none;
    return toc_names_name(&toc_names_error, (uint16_t)-ret) ? (uint16_t)-ret : TOC_error_unknown;
}

static void derive_proc(struct toc_builder *builder, struct toc_proc *proc) {
    char text[2 + 2 * TOC_U64_TEXT];
    size_t n = 0;

    if (!proc || !TOC_HAS(proc, proc, pid) || !TOC_HAS(proc, proc, start_ns))
        return;
    if (proc->pid < 0)
        text[n++] = '-';
    n += toc_u64_format(text + n, (uint64_t)llabs(proc->pid));
    text[n++] = '-';
    n += toc_u64_format(text + n, proc->start_ns);
    TOC_SET(proc, proc, id, toc_builder_bytes(builder, text, n));
}

static void derive_tview(struct toc_tview *view) {
    int64_t ns;

    if (!view || !TOC_HAS(tview, view, sec) || !TOC_HAS(tview, view, nsec))
        return;
    if (__builtin_mul_overflow(view->sec, NS_PER_S, &ns) ||
        __builtin_add_overflow(ns, view->nsec, &ns))
        ns = view->sec < 0 ? INT64_MIN : INT64_MAX;
    TOC_SET(tview, view, ns, ns);
}

static void derive_timeout(struct toc_event *event, struct toc_timeout *timeout) {
    struct toc_tview *enter, *leave;

    if (!timeout)
        return;
    enter = TOC_EDIT(event, tview, timeout->enter);
    leave = TOC_EDIT(event, tview, timeout->exit);
    derive_tview(enter);
    derive_tview(leave);
    derive_tview(TOC_EDIT(event, tview, timeout->kernel));
    if (enter && leave && TOC_HAS(tview, enter, ns) && TOC_HAS(tview, leave, ns))
        TOC_SET(timeout, timeout, grew, leave->ns > enter->ns);
}

static uint32_t completed(uint16_t groups, int64_t ret) {
    if (!(groups & GROUP_BATCH))
        return ret >= 0;
    if (ret < 0)
        return 0;
    return ret > UINT32_MAX ? UINT32_MAX : (uint32_t)ret;
}

/* Entries of user memory that were looked at: a message known from the kernel alone is none. What
 * is given stands when it is more: an alert's event lists only some of its messages. */
static uint32_t captured(const struct toc_event *event, const struct toc_batch *batch) {
    const struct toc_msg *msgs = toc_event_msgs(event);
    uint32_t n = 0;

    for (uint32_t i = 0; i < event->msgs.n; i++)
        n += TOC_HAS(msg, &msgs[i], enter) || TOC_HAS(msg, &msgs[i], exit);
    return batch->captured > n ? batch->captured : n;
}

/* The kernel's own mark of calls by 32-bit programs. */
#define CMSG_COMPAT 0x80000000u

static uint32_t differs(bool both, bool differ, unsigned part) {
    return both && differ ? UINT32_C(1) << part : 0;
}

/* What the kernel takes of a register: a high half that it cuts off is told by ptr_space(). */
static uint64_t taken_of(uint64_t p, const struct toc_meta *meta) {
    bool halved =
        TOC_HAS(meta, meta, abi) && (meta->abi == TOC_abi_i386 || meta->abi == TOC_abi_arm);

    return halved ? (uint32_t)p : p;
}

static void derive_taken(struct toc_event *event, const struct toc_meta *meta,
                         struct toc_batch *batch) {
    struct toc_batchargs *taken = TOC_EDIT(event, batchargs, batch->taken);
    uint32_t changed = 0;

    if (!taken)
        return;
    if (TOC_HAS(batchargs, taken, ret))
        TOC_SET(batchargs, taken, error, toc_error_of(taken->ret));
    changed |= differs(TOC_HAS(batch, batch, fd) && TOC_HAS(batchargs, taken, fd),
                       batch->fd != taken->fd, TOC_batchpart_fd);
    changed |= differs(TOC_HAS(batch, batch, vec) && TOC_HAS(batchargs, taken, vec),
                       taken_of(batch->vec, meta) != taken->vec, TOC_batchpart_vec);
    changed |= differs(TOC_HAS(batch, batch, requested) && TOC_HAS(batchargs, taken, requested),
                       batch->requested != taken->requested, TOC_batchpart_requested);
    changed |= differs(TOC_HAS(batch, batch, flags) && TOC_HAS(batchargs, taken, flags),
                       ((batch->flags ^ taken->flags) & ~CMSG_COMPAT) != 0, TOC_batchpart_flags);
    if (TOC_HAS(batch, batch, requested) && TOC_HAS(batchargs, taken, requested))
        TOC_SET(batch, batch, changed, changed);
}

/* An event written by hand may tell of the arguments alone. */
static void derive_asked(const struct toc_event *event, struct toc_batch *batch) {
    const struct toc_args *args = TOC_GET(event, args, event->args);

    if (!args)
        return;
    if (!TOC_HAS(batch, batch, requested) && TOC_HAS(args, args, vlen))
        TOC_SET(batch, batch, requested, args->vlen);
    if (!TOC_HAS(batch, batch, flags) && TOC_HAS(args, args, flags))
        TOC_SET(batch, batch, flags, args->flags);
    if (!TOC_HAS(batch, batch, fd) && TOC_HAS(args, args, sockfd))
        TOC_SET(batch, batch, fd, args->sockfd);
    if (!TOC_HAS(batch, batch, fd) && TOC_HAS(args, args, fd))
        TOC_SET(batch, batch, fd, args->fd);
    if (!TOC_HAS(batch, batch, vec) && TOC_HAS(args, args, msgvec))
        TOC_SET(batch, batch, vec, args->msgvec);
    if (!TOC_HAS(batch, batch, vec) && TOC_HAS(args, args, mmsg))
        TOC_SET(batch, batch, vec, args->mmsg);
}

static void derive_batch(struct toc_builder *builder, struct toc_event *event, uint16_t groups) {
    struct toc_batch *batch = TOC_EDIT(event, batch, event->batch);
    const struct toc_meta *meta = builder->meta;
    bool returned = TOC_HAS(meta, meta, ret), listed = TOC_HAS(event, event, msgs);
    uint32_t off;

    if (!batch && (returned || listed || TOC_HAS(event, event, args))) {
        batch = TOC_NEW(builder, batch, &off);
        if (batch)
            TOC_SET(event, event, batch, off);
    }
    if (!batch)
        return;
    derive_asked(event, batch);
    if (TOC_HAS(batch, batch, requested)) {
        bool clamped = groups & GROUP_SEND && batch->requested > SEND_CLAMP;

        TOC_SET(batch, batch, effective, clamped ? SEND_CLAMP : batch->requested);
    }
    derive_taken(event, meta, batch);
    if (listed)
        TOC_SET(batch, batch, captured, captured(event, batch));
    if (returned)
        TOC_SET(batch, batch, completed, completed(groups, meta->ret));
}

void toc_derive(struct toc_builder *builder) {
    struct toc_event *event = toc_builder_event(builder);
    uint16_t groups = toc_event_info(event->variant)->groups;
    struct toc_meta *meta = builder->meta;
    uint32_t saturated = meta->saturated;

    if (TOC_HAS(meta, meta, ret))
        TOC_SET(meta, meta, error, toc_error_of(meta->ret));
    saturated |= toc_saturate_scalars(event);
    derive_proc(builder, TOC_EDIT(event, proc, event->proc));
    derive_timeout(event, TOC_EDIT(event, timeout, event->timeout));
    toc_derive_arg_array(event);
    if (groups & (GROUP_WAIT | GROUP_SIDE))
        toc_derive_args(event);
    if (toc_object_event.fields[TOC_event_msgs].variants & toc_event_bit(event->variant))
        derive_batch(builder, event, groups);
    for (uint32_t i = 0; i < event->msgs.n; i++) {
        struct toc_msg *msg = TOC_EDIT(event, msg, event->msgs.off) + i;

        saturated |= toc_saturate_msg(event, msg);
        toc_derive_msg(builder, msg, !(groups & GROUP_RECV));
    }
    if (saturated)
        TOC_SET(meta, meta, saturated, saturated);
}
