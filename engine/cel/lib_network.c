// SPDX-License-Identifier: Apache-2.0
// Kubernetes' addresses and networks: ip(), cidr() and their tests.
#include <string.h>

#include "base/text.h"
#include "cel/function.h"
#include "cel/text.h"

#define NO_IP cel_fail(CEL_ERR_ARGUMENT, "the string is no IP address")
#define NO_CIDR cel_fail(CEL_ERR_ARGUMENT, "the string is no network: expected 10.0.0.0/8")

static unsigned bits_of(const struct toc_ip *ip) {
    return ip->version == 4 ? 32 : 128;
}

/* ::ffff:1.2.3.4 is refused, as Kubernetes does. */
static bool parse_written(const char *s, size_t n, struct toc_ip *ret) {
    memset(ret, 0, sizeof(*ret));
    if (memchr(s, ':', n) && memchr(s, '.', n))
        return false;
    return !toc_ip_parse(s, n, ret);
}

/* An IPv4 address dressed as IPv6 equals itself undressed. */
static bool parse_ip(const char *s, size_t n, struct toc_ip *ret) {
    bool good = parse_written(s, n, ret);

    if (good)
        toc_ip_unmap(ret);
    return good;
}

static bool parse_cidr(const char *s, size_t n, struct toc_ip *ret, uint32_t *ret_prefix) {
    const char *slash = memchr(s, '/', n);
    uint64_t prefix;
    size_t digits;

    if (!slash || !parse_written(s, (size_t)(slash - s), ret))
        return false;
    digits = n - (size_t)(slash + 1 - s);
    if (digits > 3 || (digits > 1 && slash[1] == '0') ||
        !cel_parse_uint(slash + 1, digits, &prefix) || prefix > bits_of(ret))
        return false;
    // Of networks only what lies within the IPv4 addresses is dressed.
    if (ret->version == 6 && prefix >= 96 && toc_ip_unmap(ret))
        prefix -= 96;
    *ret_prefix = (uint32_t)prefix;
    return true;
}

static struct cel_value make(const struct cel_call *call, enum cel_kind kind,
                             const struct toc_ip *ip, uint32_t prefix) {
    struct toc_ip *copy = toc_arena_alloc(call->scratch, sizeof(*copy));

    if (!copy)
        return cel_fail(CEL_ERR_RESOURCE, "out of scratch memory");
    *copy = *ip;
    return (struct cel_value){.kind = (uint8_t)kind, .n = prefix, .ip = copy};
}

static struct cel_value ip(const struct cel_call *call, const struct cel_value *args) {
    struct toc_ip ip;

    return parse_ip(args[0].s, args[0].n, &ip) ? make(call, CEL_IP, &ip, 0) : NO_IP;
}

static struct cel_value is_ip(const struct cel_call *call, const struct cel_value *args) {
    struct toc_ip ip;

    (void)call;
    return cel_bool(parse_ip(args[0].s, args[0].n, &ip));
}

static struct cel_value is_canonical(const struct cel_call *call, const struct cel_value *args) {
    char text[TOC_IP_TEXT];
    struct toc_ip ip;

    (void)call;
    if (!parse_ip(args[0].s, args[0].n, &ip))
        return NO_IP;
    return cel_bool(toc_ip_format(text, &ip) == args[0].n && !memcmp(text, args[0].s, args[0].n));
}

static struct cel_value cidr(const struct cel_call *call, const struct cel_value *args) {
    struct toc_ip ip;
    uint32_t prefix;

    return parse_cidr(args[0].s, args[0].n, &ip, &prefix) ? make(call, CEL_CIDR, &ip, prefix)
                                                          : NO_CIDR;
}

static struct cel_value is_cidr(const struct cel_call *call, const struct cel_value *args) {
    struct toc_ip ip;
    uint32_t prefix;

    (void)call;
    return cel_bool(parse_cidr(args[0].s, args[0].n, &ip, &prefix));
}

static bool same_prefix(const struct toc_ip *a, const struct toc_ip *b, unsigned bits) {
    unsigned rest = bits % 8;

    if (a->version != b->version || memcmp(a->bytes, b->bytes, bits / 8) != 0)
        return false;
    return !rest || !((a->bytes[bits / 8] ^ b->bytes[bits / 8]) >> (8 - rest));
}

static struct cel_value contains_ip(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_bool(same_prefix(args[0].ip, args[1].ip, args[0].n));
}

static struct cel_value contains_ip_text(const struct cel_call *call,
                                         const struct cel_value *args) {
    struct toc_ip ip;

    (void)call;
    if (!parse_ip(args[1].s, args[1].n, &ip))
        return NO_IP;
    return cel_bool(same_prefix(args[0].ip, &ip, args[0].n));
}

static struct cel_value contains_cidr(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_bool(args[1].n >= args[0].n && same_prefix(args[0].ip, args[1].ip, args[0].n));
}

static struct cel_value contains_cidr_text(const struct cel_call *call,
                                           const struct cel_value *args) {
    struct toc_ip ip;
    uint32_t prefix;

    (void)call;
    if (!parse_cidr(args[1].s, args[1].n, &ip, &prefix))
        return NO_CIDR;
    return cel_bool(prefix >= args[0].n && same_prefix(args[0].ip, &ip, args[0].n));
}

static struct cel_value masked(const struct cel_call *call, const struct cel_value *args) {
    struct toc_ip ip = *args[0].ip;

    for (unsigned bit = args[0].n; bit < bits_of(&ip); bit++)
        ip.bytes[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
    return make(call, CEL_CIDR, &ip, args[0].n);
}

static struct cel_value address_of(const struct cel_call *call, const struct cel_value *args) {
    return make(call, CEL_IP, args[0].ip, 0);
}

static struct cel_value prefix_length(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_int(args[0].n);
}

static struct cel_value family(const struct cel_call *call, const struct cel_value *args) {
    (void)call;
    return cel_int(args[0].ip->version);
}

/* ---- Ranges with a meaning ---- */

static bool in(const struct toc_ip *ip, uint8_t version, uint8_t first, uint8_t second,
               unsigned bits) {
    struct toc_ip net = {version, {first, second}};

    return same_prefix(&net, ip, bits);
}

static bool unspecified(const struct toc_ip *ip) {
    return in(ip, ip->version, 0, 0, bits_of(ip));
}

static bool loopback(const struct toc_ip *ip) {
    static const struct toc_ip six = {6, {[15] = 1}};

    return in(ip, 4, 127, 0, 8) || same_prefix(&six, ip, 128);
}

static bool link_local(const struct toc_ip *ip) {
    return in(ip, 4, 169, 254, 16) || in(ip, 6, 0xfe, 0x80, 10);
}

static bool link_local_multicast(const struct toc_ip *ip) {
    return in(ip, 4, 224, 0, 24) || (in(ip, 6, 0xff, 0, 8) && (ip->bytes[1] & 15) == 2);
}

static bool global_unicast(const struct toc_ip *ip) {
    static const struct toc_ip broadcast = {4, {255, 255, 255, 255}};

    return !unspecified(ip) && !loopback(ip) && !link_local(ip) && !in(ip, 4, 224, 0, 4) &&
           !in(ip, 6, 0xff, 0, 8) && !same_prefix(&broadcast, ip, ip->version == 4 ? 32 : 0);
}

#define TEST(name, range)                                                                          \
    static struct cel_value name(const struct cel_call *call, const struct cel_value *args) {      \
        (void)call;                                                                                \
        return cel_bool(range(args[0].ip));                                                        \
    }

TEST(is_unspecified, unspecified)
TEST(is_loopback, loopback)
TEST(is_link_local, link_local)
TEST(is_link_local_multicast, link_local_multicast)
TEST(is_global_unicast, global_unicast)

#define S &cel_type_string
#define IP &cel_type_ip
#define CIDR &cel_type_cidr

static const struct cel_function functions[] = {
    CEL_ROW("ip", false, 1, cel_type_ip, ip, S),
    CEL_ROW("isIP", false, 1, cel_type_bool, is_ip, S),
    CEL_ROW("ip.isCanonical", false, 1, cel_type_bool, is_canonical, S),
    CEL_ROW("family", true, 1, cel_type_int, family, IP),
    CEL_ROW("isUnspecified", true, 1, cel_type_bool, is_unspecified, IP),
    CEL_ROW("isLoopback", true, 1, cel_type_bool, is_loopback, IP),
    CEL_ROW("isLinkLocalUnicast", true, 1, cel_type_bool, is_link_local, IP),
    CEL_ROW("isLinkLocalMulticast", true, 1, cel_type_bool, is_link_local_multicast, IP),
    CEL_ROW("isGlobalUnicast", true, 1, cel_type_bool, is_global_unicast, IP),
    CEL_ROW("cidr", false, 1, cel_type_cidr, cidr, S),
    CEL_ROW("isCIDR", false, 1, cel_type_bool, is_cidr, S),
    CEL_ROW("containsIP", true, 2, cel_type_bool, contains_ip, CIDR, IP),
    CEL_ROW("containsIP", true, 2, cel_type_bool, contains_ip_text, CIDR, S),
    CEL_ROW("containsCIDR", true, 2, cel_type_bool, contains_cidr, CIDR, CIDR),
    CEL_ROW("containsCIDR", true, 2, cel_type_bool, contains_cidr_text, CIDR, S),
    CEL_ROW("masked", true, 1, cel_type_cidr, masked, CIDR),
    CEL_ROW("ip", true, 1, cel_type_ip, address_of, CIDR),
    CEL_ROW("prefixLength", true, 1, cel_type_int, prefix_length, CIDR),
};

CEL_LIBRARY(cel_lib_network);
