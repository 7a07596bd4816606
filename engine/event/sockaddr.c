// SPDX-License-Identifier: Apache-2.0
// A socket address in its normal form: the same address looks the same whoever wrote it down.

#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "base/limits.h"
#include "base/text.h"
#include "event/builder.h"

#define FAMILY_BYTES 2
/* An IPv6 address without scope id (RFC 2133) is one too; the kernel asks for no more. */
#define IN6_MIN_BYTES 24

#define AT(bytes, type, field)                                                                     \
    ({                                                                                             \
        __typeof__(((type *)0)->field) _value;                                                     \
        memcpy(&_value, (const char *)(bytes) + offsetof(type, field), sizeof(_value));            \
        _value;                                                                                    \
    })

static void fill_inet(struct toc_addr *addr, const void *bytes, size_t n) {
    struct toc_ip ip = {.version = 4};

    if (n < offsetof(struct sockaddr_in, sin_zero))
        return;
    memcpy(ip.bytes, (const char *)bytes + offsetof(struct sockaddr_in, sin_addr), 4);
    TOC_SET(addr, addr, ip, ip);
    TOC_SET(addr, addr, port, ntohs(AT(bytes, struct sockaddr_in, sin_port)));
}

static void fill_inet6(struct toc_addr *addr, const void *bytes, size_t n) {
    struct toc_ip ip = {.version = 6};

    if (n < IN6_MIN_BYTES)
        return;
    memcpy(ip.bytes, (const char *)bytes + offsetof(struct sockaddr_in6, sin6_addr), 16);
    TOC_SET(addr, addr, port, ntohs(AT(bytes, struct sockaddr_in6, sin6_port)));
    if (toc_ip_unmap(&ip)) {
        TOC_SET(addr, addr, family, AF_INET);
        TOC_SET(addr, addr, mapped, 1);
        addr->variant = AF_INET;
    }
    TOC_SET(addr, addr, ip, ip);
    if (addr->variant == AF_INET || n < sizeof(struct sockaddr_in6))
        return;
    TOC_SET(addr, addr, scope_id, AT(bytes, struct sockaddr_in6, sin6_scope_id));
    TOC_SET(addr, addr, flowinfo, ntohl(AT(bytes, struct sockaddr_in6, sin6_flowinfo)));
}

/* A path ends at its NUL or at the length; an abstract name is all its bytes, NULs included. */
static void fill_unix(struct toc_builder *builder, struct toc_addr *addr, const char *bytes,
                      size_t n) {
    char name[1 + sizeof(((struct sockaddr_un *)0)->sun_path)];
    const char *path = bytes + FAMILY_BYTES;
    size_t path_n = n - FAMILY_BYTES;

    if (path_n > sizeof(name) - 1)
        path_n = sizeof(name) - 1;
    if (path_n && !path[0]) {
        memcpy(name, path, path_n);
        name[0] = '@';
        TOC_SET(addr, addr, path, toc_builder_escape(builder, name, path_n));
        return;
    }
    TOC_SET(addr, addr, path, toc_builder_escape(builder, path, strnlen(path, path_n)));
}

static void fill_netlink(struct toc_addr *addr, const void *bytes, size_t n) {
    if (n < sizeof(struct sockaddr_nl))
        return;
    TOC_SET(addr, addr, pid, AT(bytes, struct sockaddr_nl, nl_pid));
    TOC_SET(addr, addr, groups, AT(bytes, struct sockaddr_nl, nl_groups));
}

static void fill_packet(struct toc_builder *builder, struct toc_addr *addr, const void *bytes,
                        size_t n) {
    size_t at = offsetof(struct sockaddr_ll, sll_addr), len;

    if (n < at)
        return;
    TOC_SET(addr, addr, protocol, ntohs(AT(bytes, struct sockaddr_ll, sll_protocol)));
    TOC_SET(addr, addr, ifindex, AT(bytes, struct sockaddr_ll, sll_ifindex));
    len = AT(bytes, struct sockaddr_ll, sll_halen);
    if (len > n - at)
        return;
    TOC_SET(addr, addr, hwaddr, toc_builder_bytes(builder, (const char *)bytes + at, len));
}

void toc_builder_sockaddr(struct toc_builder *builder, struct toc_addr *addr, const void *bytes,
                          size_t n) {
    uint16_t family;

    if (n < FAMILY_BYTES)
        return;
    memcpy(&family, bytes, sizeof(family));
    if (!toc_names_name(&toc_names_family, family))
        family = TOC_family_unknown;
    addr->variant = family;
    TOC_SET(addr, addr, family, family);
    switch (family) {
    case AF_INET: fill_inet(addr, bytes, n); break;
    case AF_INET6: fill_inet6(addr, bytes, n); break;
    case AF_UNIX: fill_unix(builder, addr, bytes, n); break;
    case AF_NETLINK: fill_netlink(addr, bytes, n); break;
    case AF_PACKET: fill_packet(builder, addr, bytes, n); break;
    default:
        TOC_SET(addr, addr, raw,
                toc_builder_bytes(builder, (const char *)bytes + FAMILY_BYTES, n - FAMILY_BYTES));
    }
}
