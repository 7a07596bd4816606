// SPDX-License-Identifier: Apache-2.0
// Makes what the kernel used for a message: of each part, what the best of the hooks saw.
#include <string.h>
#include <sys/socket.h>

#include "source/compose.h"

/* How much longer a control message is in the kernel than in a 32-bit program. */
#define CONVERTED_BYTES 4

static bool is_lsm(const struct toc_wire_entry *copy) {
    return copy->hook == TOC_WIRE_HOOK_LSM_SENDMSG || copy->hook == TOC_WIRE_HOOK_LSM_RECVMSG;
}

static bool is_native(const struct toc_composer *c) {
    return c->gathered->enter->abi == TOC_WIRE_NATIVE;
}

/* Of a receive: where its name will go. */
static void set_room(struct toc_addr *name, const struct toc_wire_entry *copy) {
    TOC_SET(addr, name, ptr, copy->name_ptr);
    if (copy->name_ptr && copy->name_len > 0)
        TOC_SET(addr, name, len, (uint32_t)copy->name_len);
}

/* On datagram sockets of IPv4 the kernel takes AF_UNSPEC for AF_INET: what it used is that. */
static bool is_ipv4_all_the_same(const struct toc_wire_sock *sock,
                                 const struct toc_wire_entry *copy) {
    return sock->status == TOC_WIRE_OK && sock->family == AF_INET && sock->type != SOCK_STREAM &&
           copy->name_n >= 8 && copy->name[0] == AF_UNSPEC && copy->name[1] == 0;
}

static void set_copied_name(struct toc_composer *c, struct toc_addr *name,
                            const struct toc_wire_entry *copy, const struct toc_wire_extra *x) {
    uint8_t as_used[TOC_WIRE_NAME];

    TOC_SET(addr, name, status, copy->name_status);
    if (copy->name_status != TOC_WIRE_OK)
        return;
    TOC_SET(addr, name, len, (uint32_t)copy->name_len);
    if (x && x->name_n) {
        toc_builder_sockaddr(c->builder, name, x->name, x->name_n);
        return;
    }
    memcpy(as_used, copy->name, sizeof(as_used));
    if (is_ipv4_all_the_same(&c->gathered->enter->sock, copy))
        as_used[0] = AF_INET;
    toc_builder_sockaddr(c->builder, name, as_used, copy->name_n);
}

/* The copy knows the name of a send before other programs may rewrite it; that of a receive is
 * seen by the cgroup hooks. */
static void set_name(struct toc_composer *c, struct toc_kernel *kernel, struct toc_from *from,
                     const struct toc_gathered_msg *msg, bool foreign_bpf) {
    const struct toc_wire_entry *copy = msg->view[TOC_WIRE_VIEW_KERNEL];
    const struct toc_wire_kernel_msg *k = msg->kernel;
    uint32_t off;
    struct toc_addr *name = TOC_NEW(c->builder, addr, &off);

    if (!name)
        return;
    TOC_SET(kernel, kernel, name, off);
    TOC_SET(addr, name, status, TOC_status_absent);
    if (copy && copy->name_status != TOC_WIRE_ABSENT) {
        TOC_SET(from, from, name, copy->hook);
        set_copied_name(c, name, copy, msg->extra[TOC_WIRE_VIEW_KERNEL]);
        return;
    }
    if (copy && !is_lsm(copy))
        set_room(name, copy);
    if (!k || !k->name_hook || (k->bits & TOC_WIRE_NAME_CUT && !msg->kernel_name))
        return;
    TOC_SET(addr, name, status, TOC_status_ok);
    TOC_SET(from, from, name, k->name_hook);
    /* The copy of a request was made before other programs' hooks run. */
    TOC_SET(kernel, kernel, foreign_bpf, foreign_bpf && k->name_hook != TOC_WIRE_HOOK_URING);
    if (msg->kernel_name)
        toc_builder_sockaddr(c->builder, name, msg->kernel_name->name, msg->kernel_name->name_n);
    else
        toc_builder_sockaddr(c->builder, name, k->name, k->name_n);
}

static void set_items(struct toc_composer *c, struct toc_control *control,
                      const struct toc_wire_extra *x) {
    uint64_t more = is_native(c) ? 0 : CONVERTED_BYTES;
    uint32_t off;
    struct toc_citem *items = TOC_NEW_LIST(c->builder, citem, x->n_items, &off);

    if (!items)
        return;
    for (uint32_t i = 0; i < x->n_items; i++) {
        TOC_SET(citem, &items[i], level, x->items[i].level);
        TOC_SET(citem, &items[i], type, x->items[i].type);
        TOC_SET(citem, &items[i], len, x->items[i].len - more);
    }
    TOC_SET(control, control, items, ((struct toc_ref){off, x->n_items}));
}

static void set_control(struct toc_composer *c, struct toc_kernel *kernel, struct toc_from *from,
                        const struct toc_gathered_msg *msg) {
    const struct toc_wire_entry *copy = msg->view[TOC_WIRE_VIEW_KERNEL];
    struct toc_control *control;
    uint32_t off;

    if (!copy)
        return;
    control = TOC_NEW(c->builder, control, &off);
    if (!control)
        return;
    TOC_SET(kernel, kernel, control, off);
    TOC_SET(from, from, control, copy->hook);
    TOC_SET(control, control, status, copy->control_status);
    // By then the kernel has its own buffer, and its own layout.
    if (copy->hook != TOC_WIRE_HOOK_LSM_SENDMSG)
        TOC_SET(control, control, ptr, copy->control_ptr);
    if (copy->hook != TOC_WIRE_HOOK_LSM_SENDMSG || is_native(c))
        TOC_SET(control, control, len, copy->control_len);
    if (msg->items && copy->control_status == TOC_WIRE_OK)
        set_items(c, control, msg->items);
}

static void set_result(struct toc_kernel *kernel, struct toc_from *from,
                       const struct toc_wire_kernel_msg *k) {
    if (!k || !k->ret_hook)
        return;
    TOC_SET(from, from, ret, k->ret_hook);
    TOC_SET(kernel, kernel, ret, k->ret);
}

uint32_t toc_compose_kernel(struct toc_composer *c, const struct toc_gathered_msg *msg,
                            uint32_t iov, bool foreign_bpf) {
    const struct toc_wire_entry *copy = msg->view[TOC_WIRE_VIEW_KERNEL];
    uint32_t off, from_off;
    struct toc_kernel *kernel = TOC_NEW(c->builder, kernel, &off);
    struct toc_from *from = TOC_NEW(c->builder, from, &from_off);

    if (!kernel || !from)
        return 0;
    TOC_SET(kernel, kernel, status, TOC_status_ok);
    TOC_SET(kernel, kernel, from, from_off);
    set_result(kernel, from, msg->kernel);
    set_name(c, kernel, from, msg, foreign_bpf);
    set_control(c, kernel, from, msg);
    if (iov) {
        TOC_SET(kernel, kernel, iov, iov);
        TOC_SET(from, from, iov, copy->hook);
    }
    if (copy) {
        TOC_SET(kernel, kernel, flags, copy->flags);
        TOC_SET(from, from, flags, copy->hook);
    }
    return off;
}
