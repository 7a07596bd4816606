// SPDX-License-Identifier: Apache-2.0
// The address given to connect against the one that the kernel used.

#include <string.h>

#include "event/derive_msg.h"

static bool has_ip(const struct toc_addr *addr) {
    return addr && TOC_HAS(addr, addr, ip) && TOC_HAS(addr, addr, port);
}

static bool is_any(const struct toc_ip *ip) {
    static const uint8_t zeros[16];

    return !memcmp(ip->bytes, zeros, ip->version == 4 ? 4 : 16);
}

static bool is_loopback(const struct toc_ip *ip) {
    static const uint8_t loopback6[16] = {[15] = 1};

    return ip->version == 4 ? ip->bytes[0] == 127 : !memcmp(ip->bytes, loopback6, 16);
}

/* To connect to 0.0.0.0 or :: is to connect to oneself: the socket's peer then is the loopback
 * address, or the one it is bound to. */
static bool went_to_self(const struct toc_event *event, const struct toc_addr *enter,
                         const struct toc_addr *kernel) {
    const struct toc_sock *sock = TOC_GET(event, sock, event->sock);
    const struct toc_addr *local = sock ? TOC_GET(event, addr, sock->local) : NULL;

    if (!has_ip(enter) || !has_ip(kernel) || enter->port != kernel->port || !is_any(&enter->ip))
        return false;
    return is_loopback(&kernel->ip) ||
           (has_ip(local) && !memcmp(&local->ip, &kernel->ip, sizeof(kernel->ip)));
}

bool toc_compare_dest(const struct toc_event *event, const struct toc_dest *dest,
                      uint32_t *ret_changed) {
    *ret_changed = 0;
    if (TOC_HAS(dest, dest, from) && dest->from == TOC_hook_sock_peer &&
        went_to_self(event, TOC_GET(event, addr, dest->enter), TOC_GET(event, addr, dest->kernel)))
        return true;
    return toc_compare_addrs(event, dest->enter, dest->kernel, ret_changed);
}
