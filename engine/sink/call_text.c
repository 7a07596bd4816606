// SPDX-License-Identifier: Apache-2.0
// The call behind an alert, in one line: name, arguments, result, socket.
#include <string.h>

#include "sink/text.h"

static const struct toc_object *args_of(const struct toc_event *event, const void **ret_args) {
    *ret_args = toc_at(event, event->args);
    return &toc_object_args;
}

static void add_args(const struct toc_event *event, struct toc_buf *out) {
    const void *args;
    const struct toc_object *type = args_of(event, &args);

    for (uint16_t i = 0; args && i < type->n_fields; i++) {
        const struct toc_field *field = &type->fields[i];

        if (!toc_field_present(field, args))
            continue;
        toc_buf_addf(out, " %s ", field->name);
        toc_text_field(event, field, args, out);
    }
}

static void add_result(const struct toc_event *event, struct toc_buf *out) {
    const struct toc_meta *meta = toc_event_meta(event);

    if (!TOC_HAS(meta, meta, ret)) {
        if (meta->stage == TOC_stage_pending)
            toc_buf_adds(out, " → not returned yet");
        return;
    }
    toc_buf_adds(out, " → ");
    if (meta->ret < 0 && TOC_HAS(meta, meta, error))
        toc_buf_adds(out, toc_names_name(&toc_names_error, meta->error));
    else
        toc_buf_addi(out, meta->ret);
}

/* How the kernel was entered, unless it is the usual way of a 64-bit program. */
static void add_way(const struct toc_event *event, struct toc_buf *out) {
    const struct toc_meta *meta = toc_event_meta(event);

    if (TOC_HAS(meta, meta, abi) && meta->abi != TOC_abi_x86_64 && meta->abi != TOC_abi_arm64)
        toc_buf_addf(out, "   abi %s", toc_names_name(&toc_names_abi, meta->abi));
    if (TOC_HAS(meta, meta, via) && meta->via != TOC_via_syscall)
        toc_buf_addf(out, "   via %s", toc_names_name(&toc_names_via, meta->via));
}

static bool is_inet(const struct toc_sock *sock) {
    return TOC_HAS(sock, sock, family) &&
           (sock->family == TOC_family_inet || sock->family == TOC_family_inet6);
}

/* Other families' protocols are numbers of their own. */
static const char *protocol_name(const struct toc_sock *sock) {
    if (is_inet(sock) && TOC_HAS(sock, sock, protocol)) {
        switch (sock->protocol) {
        case 1: return "icmp";
        case 6: return "tcp";
        case 17: return "udp";
        case 58: return "icmp6";
        case 132: return "sctp";
        default: break;
        }
    }
    return TOC_HAS(sock, sock, family) ? toc_names_name(&toc_names_family, sock->family) : NULL;
}

static void add_socket(const struct toc_event *event, struct toc_buf *out) {
    const struct toc_sock *sock = TOC_GET(event, sock, event->sock);
    const struct toc_addr *peer;
    const char *name;

    if (!sock)
        return;
    name = protocol_name(sock);
    toc_buf_addf(
        out, "   %s%s",
        is_inet(sock) && TOC_HAS(sock, sock, type) && sock->type == TOC_socktype_raw ? "raw " : "",
        name ? name : "socket");
    if (sock->local) {
        toc_buf_addc(out, ' ');
        toc_text_addr(event, TOC_GET(event, addr, sock->local), out);
    }
    peer = TOC_GET(event, addr, sock->peer);
    if (peer && (!TOC_HAS(addr, peer, status) || peer->status == TOC_status_ok)) {
        toc_buf_adds(out, " to ");
        toc_text_addr(event, peer, out);
    }
}

void toc_text_call(const struct toc_event *event, struct toc_buf *out) {
    const struct toc_event_info *info = toc_event_info(event->variant);

    toc_buf_addf(out, TOC_TEXT_INDENT "%s", info ? info->name : "event");
    add_args(event, out);
    add_result(event, out);
    add_way(event, out);
    add_socket(event, out);
    toc_buf_addc(out, '\n');
}
