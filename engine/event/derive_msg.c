// SPDX-License-Identifier: Apache-2.0
// Who a message went to or came from, and what of it changed while the call ran.

#include "event/derive_msg.h"

static bool has_address(const struct toc_addr *addr) {
    return addr && TOC_HAS(addr, addr, family) &&
           (!TOC_HAS(addr, addr, status) || addr->status == TOC_status_ok);
}

static bool is_none(const struct toc_addr *addr) {
    return addr && addr->status == TOC_status_null;
}

/* The address that counts, or NULL when it is not known. What a receive finds in its name buffer at
 * entry means nothing: the kernel is yet to write it. */
static const struct toc_addr *find_peer(const struct toc_event *event, const struct toc_msg *msg,
                                        bool is_send, uint16_t *ret_from) {
    const struct toc_kernel *kernel = TOC_GET(event, kernel, msg->kernel);
    const struct toc_view *enter = TOC_GET(event, view, msg->enter);
    const struct toc_sock *sock = TOC_GET(event, sock, event->sock);
    const struct toc_addr *used = kernel ? TOC_GET(event, addr, kernel->name) : NULL;
    const struct toc_addr *shown = enter ? TOC_GET(event, addr, enter->name) : NULL;
    const struct toc_addr *peer = sock ? TOC_GET(event, addr, sock->peer) : NULL;

    *ret_from = TOC_peer_from_kernel;
    if (has_address(used))
        return used;
    if (is_send && !is_none(used)) {
        *ret_from = TOC_peer_from_enter;
        if (has_address(shown))
            return shown;
        // There was a name and it could not be read: the socket's peer would be a guess.
        if (shown && shown->status == TOC_status_fault)
            return NULL;
    }
    *ret_from = TOC_peer_from_sock;
    return has_address(peer) ? peer : NULL;
}

static void derive_peer(struct toc_builder *builder, struct toc_msg *msg, bool is_send) {
    const struct toc_event *event = toc_builder_event(builder);
    uint16_t from;
    const struct toc_addr *found = find_peer(event, msg, is_send, &from);
    struct toc_addr *peer;
    uint32_t off = msg->peer;

    if (!found)
        return;
    // One that was given gives its place.
    peer = off ? TOC_EDIT(event, addr, off) : TOC_NEW(builder, addr, &off);
    if (!peer)
        return;
    // An address alone: how it was read belongs to where it was read. Bytes are shared.
    *peer = *found;
    TOC_UNSET(addr, peer, status);
    TOC_UNSET(addr, peer, ptr);
    TOC_UNSET(addr, peer, len);
    peer->status = 0;
    peer->ptr = 0;
    peer->len = 0;
    TOC_SET(msg, msg, peer, off);
    TOC_SET(msg, msg, peer_from, from);
}

void toc_derive_msg(struct toc_builder *builder, struct toc_msg *msg, bool is_send) {
    const struct toc_event *event = toc_builder_event(builder);
    const struct toc_view *enter = TOC_GET(event, view, msg->enter);
    const struct toc_view *leave = TOC_GET(event, view, msg->exit);
    struct toc_kernel *kernel = TOC_EDIT(event, kernel, msg->kernel);
    uint32_t changed;

    if (kernel && TOC_HAS(kernel, kernel, ret))
        TOC_SET(kernel, kernel, error, toc_error_of(kernel->ret));
    if (enter && kernel && toc_compare_kernel(event, enter, kernel, is_send, &changed))
        TOC_SET(msg, msg, changed_kernel, changed);
    if (enter && leave && toc_compare_views(event, enter, leave, is_send, &changed))
        TOC_SET(msg, msg, changed_exit, changed);
    if (TOC_HAS(msg, msg, changed_kernel) || TOC_HAS(msg, msg, changed_exit))
        TOC_SET(msg, msg, changed, msg->changed_kernel | msg->changed_exit);
    derive_peer(builder, msg, is_send);
}
