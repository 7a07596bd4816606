// SPDX-License-Identifier: Apache-2.0
// Addresses and networks: an address is a string of 4 or 16 bytes, a network has a length besides.
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "oracle.h"

/* The last four bytes of ::ffff:0:0/96 are an address of IPv4. */
static bool undress(struct ov *ip) {
    static const char mapped[12] = {[10] = (char)0xff, [11] = (char)0xff};

    if (ip->n != 16 || memcmp(ip->s, mapped, sizeof(mapped)) != 0)
        return false;
    ip->s += sizeof(mapped);
    ip->n = 4;
    return true;
}

/* An address of IPv6 has no part written as one of IPv4. */
static bool parse_written(struct oracle *o, const struct ov *text, size_t n, struct ov *ret) {
    char *copy = ov_text(o, n), *bytes = ov_text(o, 16);
    bool six = memchr(text->s, ':', n);

    memcpy(copy, text->s, n);
    if (strlen(copy) != n || (six && strchr(copy, '.')) ||
        inet_pton(six ? AF_INET6 : AF_INET, copy, bytes) != 1)
        return false;
    *ret = (struct ov){.kind = CEL_IP, .s = bytes, .n = six ? 16 : 4};
    return true;
}

static bool parse_ip(struct oracle *o, const struct ov *text, size_t n, struct ov *ret) {
    if (!parse_written(o, text, n, ret))
        return false;
    undress(ret);
    return true;
}

static bool parse_cidr(struct oracle *o, const struct ov *text, struct ov *ret) {
    const char *slash = text->n ? memchr(text->s, '/', text->n) : NULL;
    size_t n = slash ? (size_t)(slash - text->s) : 0, digits = slash ? text->n - n - 1 : 0;
    int64_t length = 0;

    if (!slash || !digits || (digits > 1 && slash[1] == '0') || !parse_written(o, text, n, ret))
        return false;
    for (size_t i = 1; i <= digits; i++) {
        if (slash[i] < '0' || slash[i] > '9' || length > 128)
            return false;
        length = length * 10 + (slash[i] - '0');
    }
    ret->kind = CEL_CIDR;
    ret->i = length;
    if (length > 8 * (int64_t)ret->n)
        return false;
    if (length >= 96 && undress(ret))
        ret->i -= 96;
    return true;
}

struct ov oracle_address_text(struct oracle *o, const struct ov *value) {
    char *text = ov_text(o, INET6_ADDRSTRLEN + 8);

    inet_ntop(value->n == 4 ? AF_INET : AF_INET6, value->s, text, INET6_ADDRSTRLEN);
    if (value->kind == CEL_CIDR)
        sprintf(text + strlen(text), "/%d", (int)value->i);
    return ov_string(text, strlen(text));
}

static bool bit(const struct ov *address, int64_t i) {
    return (unsigned char)address->s[i / 8] >> (7 - i % 8) & 1;
}

/* Whether the first bits are the network's; a network must not be wider either. */
static struct ov contains(const struct ov *network, const struct ov *inner) {
    if (network->n != inner->n || (inner->kind == CEL_CIDR && inner->i < network->i))
        return ov_bool(false);
    for (int64_t i = 0; i < network->i; i++)
        if (bit(network, i) != bit(inner, i))
            return ov_bool(false);
    return ov_bool(true);
}

static struct ov masked(struct oracle *o, const struct ov *network) {
    struct ov result = *network;
    char *bytes = ov_text(o, network->n);

    for (int64_t i = 0; i < network->i; i++)
        bytes[i / 8] |= (char)(bit(network, i) << (7 - i % 8));
    result.s = bytes;
    return result;
}

static bool from_text(const struct ocall *call, struct ov *ret) {
    const struct ov *text = &call->args[0];
    struct ov value, back;

    if (oracle_is(call, "ip", false, "s")) {
        if (!parse_ip(call->o, text, text->n, ret))
            *ret = ov_error(CEL_ERR_ARGUMENT);
    } else if (oracle_is(call, "isIP", false, "s")) {
        *ret = ov_bool(parse_ip(call->o, text, text->n, &value));
    } else if (oracle_is(call, "cidr", false, "s")) {
        if (!parse_cidr(call->o, text, ret))
            *ret = ov_error(CEL_ERR_ARGUMENT);
    } else if (oracle_is(call, "isCIDR", false, "s")) {
        *ret = ov_bool(parse_cidr(call->o, text, &value));
    } else if (oracle_is(call, "ip.isCanonical", false, "s")) {
        *ret = ov_error(CEL_ERR_ARGUMENT);
        if (parse_ip(call->o, text, text->n, &value)) {
            back = oracle_address_text(call->o, &value);
            *ret = ov_bool(ov_compare(&back, text) == O_EQUAL);
        }
    } else {
        return false;
    }
    return true;
}

static bool of_address(const struct ocall *call, struct ov *ret) {
    static const struct {
        const char *test, *networks[4];
    } tests[] = {
        {"isUnspecified", {"0.0.0.0/32", "::/128"}},
        {"isLoopback", {"127.0.0.0/8", "::1/128"}},
        {"isLinkLocalUnicast", {"169.254.0.0/16", "fe80::/10"}},
        {"isLinkLocalMulticast", {"224.0.0.0/24", "ff02::/16"}},
    };
    static const char *const not_global[] = {"0.0.0.0/32",         "127.0.0.0/8", "169.254.0.0/16",
                                             "224.0.0.0/4",        "::/128",      "::1/128",
                                             "255.255.255.255/32", "fe80::/10",   "ff00::/8"};
    bool global = oracle_is(call, "isGlobalUnicast", true, "a");
    const char *const *networks = global ? not_global : NULL;
    size_t n = global ? sizeof(not_global) / sizeof(not_global[0]) : 2;
    struct ov network;

    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
        if (oracle_is(call, tests[i].test, true, "a"))
            networks = tests[i].networks;
    if (!networks)
        return false;
    *ret = ov_bool(global);
    for (size_t i = 0; i < n; i++) {
        struct ov text = ov_string(networks[i], strlen(networks[i]));

        if (parse_cidr(call->o, &text, &network) && contains(&network, &call->args[0]).b)
            *ret = ov_bool(!global);
    }
    return true;
}

static bool of_network(const struct ocall *call, struct ov *ret) {
    const struct ov *network = &call->args[0], *inner = network + 1;
    struct ov value;

    if (oracle_is(call, "containsIP", true, "ca") || oracle_is(call, "containsCIDR", true, "cc"))
        *ret = contains(network, inner);
    else if (oracle_is(call, "containsIP", true, "cs"))
        *ret = parse_ip(call->o, inner, inner->n, &value) ? contains(network, &value)
                                                          : ov_error(CEL_ERR_ARGUMENT);
    else if (oracle_is(call, "containsCIDR", true, "cs"))
        *ret = parse_cidr(call->o, inner, &value) ? contains(network, &value)
                                                  : ov_error(CEL_ERR_ARGUMENT);
    else if (oracle_is(call, "masked", true, "c"))
        *ret = masked(call->o, network);
    else if (oracle_is(call, "prefixLength", true, "c"))
        *ret = ov_int(network->i);
    else if (oracle_is(call, "ip", true, "c"))
        *ret = (struct ov){.kind = CEL_IP, .s = network->s, .n = network->n};
    else
        return false;
    return true;
}

bool oracle_network(const struct ocall *call, struct ov *ret) {
    const struct ov *a = &call->args[0];

    if (oracle_is(call, "family", true, "a"))
        *ret = ov_int(a->n == 4 ? 4 : 6);
    else if (oracle_is(call, "string", false, "a") || oracle_is(call, "string", false, "c"))
        *ret = oracle_address_text(call->o, a);
    else
        return from_text(call, ret) || of_address(call, ret) || of_network(call, ret);
    return true;
}
