// SPDX-License-Identifier: Apache-2.0
// IP addresses from and to text.
#include "base/digits.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const uint8_t mapped_prefix[12] = {[10] = 0xff, [11] = 0xff};

/* ::/96 without :: and ::1 and their neighbours of one group, which inet_ntop prints as we want. */
static bool is_v4_compatible(const uint8_t *bytes) {
    static const uint8_t zeros[12];

    return !memcmp(bytes, zeros, sizeof(zeros)) && (bytes[12] || bytes[13]);
}

static char *put_octet(char *to, uint32_t octet) {
    if (octet >= 100) {
        *to++ = (char)('0' + octet / 100);
        return toc_put_two(to, octet % 100);
    }
    if (octet >= 10)
        return toc_put_two(to, octet);
    *to = (char)('0' + octet);
    return to + 1;
}

/* inet_ntop goes through printf for these, at ten times the cost. */
static size_t format_v4(char *dst, const uint8_t *bytes) {
    char *to = dst;

    for (int i = 0; i < 4; i++) {
        to = put_octet(to, bytes[i]);
        *to++ = '.';
    }
    *--to = '\0';
    return (size_t)(to - dst);
}

size_t toc_ip_format(char *dst, const struct toc_ip *ip) {
    dst[0] = '\0';
    if (ip->version == 4)
        return format_v4(dst, ip->bytes);
    if (ip->version != 6)
        return 0;
    // glibc writes these as ::1.2.3.4; RFC 5952 keeps dots for prefixes known to embed IPv4, which
    // the deprecated ::/96 is not.
    if (is_v4_compatible(ip->bytes))
        return (size_t)snprintf(dst, TOC_IP_TEXT, "::%x:%x", ip->bytes[12] << 8 | ip->bytes[13],
                                ip->bytes[14] << 8 | ip->bytes[15]);
    if (!inet_ntop(AF_INET6, ip->bytes, dst, TOC_IP_TEXT))
        return 0;
    return strlen(dst);
}

int toc_ip_parse(const char *s, size_t n, struct toc_ip *ret) {
    struct toc_ip ip = {.version = 4};
    char text[TOC_IP_TEXT];

    if (!n || n >= sizeof(text) || memchr(s, '\0', n))
        return -EINVAL;
    memcpy(text, s, n);
    text[n] = '\0';
    if (memchr(text, ':', n))
        ip.version = 6;
    if (inet_pton(ip.version == 4 ? AF_INET : AF_INET6, text, ip.bytes) != 1)
        return -EINVAL;
    *ret = ip;
    return 0;
}

bool toc_ip_unmap(struct toc_ip *ip) {
    struct toc_ip v4 = {.version = 4};

    if (ip->version != 6 || memcmp(ip->bytes, mapped_prefix, sizeof(mapped_prefix)))
        return false;
    memcpy(v4.bytes, ip->bytes + sizeof(mapped_prefix), 4);
    *ip = v4;
    return true;
}
