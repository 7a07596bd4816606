// SPDX-License-Identifier: Apache-2.0
// The family of an address in a tree: given, or plain from its other fields.

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "event/fill.h"

static uint16_t family_of_ip(const struct toc_node *ip, bool *ret_mapped) {
    struct toc_ip parsed;

    if (!ip || ip->kind != TOC_NODE_STRING || toc_ip_parse(ip->text, ip->n, &parsed))
        return TOC_family_inet;
    *ret_mapped = toc_ip_unmap(&parsed);
    return parsed.version == 4 ? TOC_family_inet : TOC_family_inet6;
}

static bool infer(const struct toc_node *node, bool *ret_mapped, uint16_t *ret_family) {
    static const struct {
        const char *key;
        uint16_t family;
    } telling[] = {
        {"path", TOC_family_unix},      {"groups", TOC_family_netlink},
        {"pid", TOC_family_netlink},    {"ifindex", TOC_family_packet},
        {"hwaddr", TOC_family_packet},  {"protocol", TOC_family_packet},
        {"scope_id", TOC_family_inet6}, {"flowinfo", TOC_family_inet6},
        {"port", TOC_family_inet},
    };
    const struct toc_node *ip = toc_node_get(node, "ip");

    if (ip) {
        *ret_family = family_of_ip(ip, ret_mapped);
        return true;
    }
    for (size_t i = 0; i < sizeof(telling) / sizeof(telling[0]); i++) {
        if (toc_node_get(node, telling[i].key)) {
            *ret_family = telling[i].family;
            return true;
        }
    }
    return false;
}

int toc_fill_family(struct toc_fill *fill, const struct toc_node *node, struct toc_addr *addr) {
    const struct toc_node *given = toc_node_get(node, "family");
    const struct toc_field *field = &toc_object_addr.fields[TOC_addr_family];
    uint16_t family;
    bool mapped = false, inferred = infer(node, &mapped, &family);

    // A mapped address is its IPv4, whatever it was written as.
    if (given && !mapped) {
        int r = toc_fill_scalar(fill, field, given, (char *)&family);

        if (r)
            return r;
    }
    if (!given && !inferred)
        return 0;
    addr->variant = family;
    TOC_SET(addr, addr, family, family);
    if (mapped)
        TOC_SET(addr, addr, mapped, 1);
    return 0;
}

int toc_fill_addr_check(struct toc_fill *fill, const struct toc_node *node, struct toc_addr *addr) {
    const struct toc_node *ip = toc_node_get(node, "ip");
    uint16_t version = addr->variant == TOC_family_inet ? 4 : 6;

    // The map's own family may have said inet6 of a mapped address.
    addr->family = addr->variant;
    if (!ip || !TOC_HAS(addr, addr, ip) || addr->ip.version == version)
        return 0;
    toc_fill_report(fill, ip, false, TOC_ERROR, "an address of family %s wants an IPv%u address",
                    toc_names_name(&toc_names_family, addr->family), version);
    return -EINVAL;
}
