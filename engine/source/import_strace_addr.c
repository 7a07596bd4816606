// SPDX-License-Identifier: Apache-2.0
// Addresses in strace's output: {sa_family=AF_INET, sin_port=htons(53),
// sin_addr=inet_addr("1.2.3.4")}, and what -yy tells of a socket:
// 3<UDP:[127.0.0.1:53->127.0.0.1:1024]>.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "source/import_strace.h"

/* The string in htons(53), inet_addr("…"), inet_pton(AF_INET6, "…", …): the argument of that kind.
 */
static const struct strace_value *inside(const struct strace_value *value, enum strace_kind kind) {
    if (!value || value->kind != STRACE_CALL)
        return value && value->kind == kind ? value : NULL;
    for (const struct strace_value *v = value->child; v; v = v->next)
        if (v->kind == kind)
            return v;
    return NULL;
}

/* htons(53); in raw form the two bytes as they stand. */
static void put_port(struct toc_import *import, struct toc_node *addr,
                     const struct strace_value *value) {
    const struct strace_value *number = inside(value, STRACE_NUMBER);
    uint64_t port;

    if (number && strace_number(number, &port) && port <= UINT16_MAX)
        toc_put_uint(import, addr, "port", port);
    else if (value && value->kind == STRACE_STRING && value->n == 2)
        toc_put_uint(import, addr, "port",
                     (uint64_t)(uint8_t)value->text[0] << 8 | (uint8_t)value->text[1]);
}

/* False where there is none, or it is an IPv4 address in IPv6: then the address is one of IPv4. */
static bool put_ip_text(struct toc_import *import, struct toc_node *addr, const char *s, size_t n) {
    struct toc_ip ip;

    if (toc_ip_parse(s, n, &ip))
        return false;
    toc_put_text(import, addr, "ip", s, n);
    return !toc_ip_unmap(&ip);
}

/* The text of an address; in raw form its bytes. */
static bool put_ip(struct toc_import *import, struct toc_node *addr,
                   const struct strace_value *value) {
    const struct strace_value *text = inside(value, STRACE_STRING);
    struct toc_ip ip = {.version = 4};
    char printed[TOC_IP_TEXT];

    if (!text)
        return false;
    if (value->kind == STRACE_CALL)
        return put_ip_text(import, addr, text->text, text->n);
    if (text->n != 4 && text->n != 16)
        return false;
    ip.version = text->n == 4 ? 4 : 6;
    memcpy(ip.bytes, text->text, text->n);
    return put_ip_text(import, addr, printed, toc_ip_format(printed, &ip));
}

static void put_number(struct toc_import *import, struct toc_node *addr, const char *key,
                       const struct strace_value *value) {
    const struct strace_value *number = inside(value, STRACE_NUMBER);
    uint64_t u;

    if (strace_number(number ? number : value, &u) && u <= UINT32_MAX)
        toc_put_uint(import, addr, key, u);
}

static void put_inet(struct toc_import *import, struct toc_node *addr,
                     const struct strace_value *of) {
    put_port(import, addr, strace_field(of, "sin_port"));
    put_ip(import, addr, strace_field(of, "sin_addr"));
}

static void put_inet6(struct toc_import *import, struct toc_node *addr,
                      const struct strace_value *of) {
    const struct strace_value *ip = strace_field(of, "sin6_addr");

    // inet_pton(AF_INET6, "::1", &sin6_addr) stands without a name.
    for (const struct strace_value *v = of->child; v && !ip; v = v->next)
        if (v->kind == STRACE_CALL && v->name_n == 9 && !memcmp(v->name, "inet_pton", 9))
            ip = v;
    put_port(import, addr, strace_field(of, "sin6_port"));
    if (!put_ip(import, addr, ip))
        return;
    put_number(import, addr, "flowinfo", strace_field(of, "sin6_flowinfo"));
    put_number(import, addr, "scope_id", strace_field(of, "sin6_scope_id"));
}

static void put_unix(struct toc_import *import, struct toc_node *addr,
                     const struct strace_value *of) {
    const struct strace_value *path = strace_field(of, "sun_path");
    char text[128] = "@";
    size_t at;

    if (!path || path->kind != STRACE_STRING || path->n > sizeof(text) - 1 || path->cut)
        return;
    at = path->abstract;
    memcpy(text + at, path->text, path->n);
    toc_put_text(import, addr, "path", text, at + path->n);
}

static void put_netlink(struct toc_import *import, struct toc_node *addr,
                        const struct strace_value *of) {
    put_number(import, addr, "pid", strace_field(of, "nl_pid"));
    put_number(import, addr, "groups", strace_field(of, "nl_groups"));
}

static void put_packet(struct toc_import *import, struct toc_node *addr,
                       const struct strace_value *of) {
    const struct strace_value *index = strace_field(of, "sll_ifindex");

    if (inside(index, STRACE_NUMBER))
        put_number(import, addr, "ifindex", index);
}

/* The families whose parts are of use; of others it is known which they are. */
static const struct {
    uint16_t family;
    void (*put)(struct toc_import *, struct toc_node *, const struct strace_value *);
} families[] = {{TOC_family_inet, put_inet},
                {TOC_family_inet6, put_inet6},
                {TOC_family_unix, put_unix},
                {TOC_family_netlink, put_netlink},
                {TOC_family_packet, put_packet}};

void strace_put_addr(struct toc_import *import, struct toc_node *addr,
                     const struct strace_value *value) {
    uint64_t family;

    if (strace_is_null(value)) {
        toc_put_word(import, addr, "status", "null");
        toc_put_ptr(import, addr, "ptr", 0);
        return;
    }
    if (!value || value->kind != STRACE_STRUCT ||
        !strace_number(strace_field(value, "sa_family"), &family) || family > UINT16_MAX ||
        !toc_names_name(&toc_names_family, (uint16_t)family)) {
        toc_put_word(import, addr, "status", "absent");
        if (value && value->kind == STRACE_NUMBER)
            toc_put_ptr(import, addr, "ptr", value->u);
        return;
    }
    toc_put_word(import, addr, "status", "ok");
    toc_put_word(import, addr, "family", toc_names_name(&toc_names_family, (uint16_t)family));
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
        if (families[i].family == family)
            families[i].put(import, addr, value);
}

/* ---- Sockets ---- */

static const struct {
    const char *name;
    const char *family, *type;
    int protocol; /* -1: not told */
} sockets[] = {
    {"TCP", "inet", "stream", 6},
    {"TCPv6", "inet6", "stream", 6},
    {"UDP", "inet", "dgram", 17},
    {"UDPv6", "inet6", "dgram", 17},
    {"RAW", "inet", "raw", -1},
    {"RAWv6", "inet6", "raw", -1},
    {"UNIX-STREAM", "unix", "stream", 0},
    {"UNIX-DGRAM", "unix", "dgram", 0},
    {"UNIX-SEQPACKET", "unix", "seqpacket", 0},
    {"UNIX", "unix", NULL, 0},
    {"NETLINK", "netlink", NULL, -1},
};
#define N_SOCKETS (sizeof(sockets) / sizeof(sockets[0]))

/* 127.0.0.1:53 or [::1]:53. */
static void put_end(struct toc_import *import, struct toc_node *sock, const char *key,
                    const char *family, const char *s, size_t n) {
    const char *colon = memrchr(s, ':', n);
    struct toc_node *addr;
    size_t ip_n = colon ? (size_t)(colon - s) : 0;
    char port[8] = "";

    if (!colon || n - ip_n - 1 >= sizeof(port))
        return;
    memcpy(port, colon + 1, n - ip_n - 1);
    addr = toc_put_map(import, sock, key);
    toc_put_word(import, addr, "status", "ok");
    toc_put_word(import, addr, "family", family);
    if (ip_n >= 2 && s[0] == '[' && s[ip_n - 1] == ']')
        put_ip_text(import, addr, s + 1, ip_n - 2);
    else
        put_ip_text(import, addr, s, ip_n);
    if (port[0] && port[strspn(port, "0123456789")] == '\0' && atol(port) <= UINT16_MAX)
        toc_put_int(import, addr, "port", atol(port));
}

/* [a->b] or [a], as they were when strace first saw the socket: it may be connected by now. An
 * inode alone is no address. */
static void put_ends(struct toc_import *import, struct toc_node *sock, const char *family,
                     const char *s, size_t n) {
    const char *arrow = memmem(s, n, "->", 2);

    put_end(import, sock, "local", family, s, arrow ? (size_t)(arrow - s) : n);
    if (arrow)
        put_end(import, sock, "peer", family, arrow + 2, n - (size_t)(arrow - s) - 2);
}

/* The row of a name, or N_SOCKETS. */
static size_t socket_of(const char *name, size_t n) {
    size_t i = 0;

    while (i < N_SOCKETS && (strlen(sockets[i].name) != n || memcmp(sockets[i].name, name, n) != 0))
        i++;
    return i;
}

/* Whether what stands in <> is a socket of ours. */
static bool put_sock(struct toc_import *import, struct toc_node *root, const char *s, size_t n) {
    const char *mark = memmem(s, n, ":[", 2);
    size_t name_n = mark ? (size_t)(mark - s) : n, i = socket_of(s, name_n);
    struct toc_node *sock;

    if (!mark || s[n - 1] != ']' || i == N_SOCKETS)
        return false;
    sock = toc_put_map(import, root, "sock");
    toc_put_word(import, sock, "family", sockets[i].family);
    if (sockets[i].type)
        toc_put_word(import, sock, "type", sockets[i].type);
    if (sockets[i].protocol >= 0)
        toc_put_int(import, sock, "protocol", sockets[i].protocol);
    if (!strncmp(sockets[i].family, "inet", 4))
        put_ends(import, sock, sockets[i].family, mark + 2, n - name_n - 3);
    return true;
}

/* 3<UDP:[…]> somewhere. */
bool strace_shows(const char *line, size_t n) {
    const char *end = line + n, *open = line, *mark;

    while ((mark = memmem(open, (size_t)(end - open), ":[", 2))) {
        const char *bracket = memrchr(open, '<', (size_t)(mark - open));

        if (bracket && socket_of(bracket + 1, (size_t)(mark - bracket - 1)) < N_SOCKETS)
            return true;
        open = mark + 2;
    }
    return false;
}

void strace_put_fd(struct toc_import *import, struct strace_call *call, const char *key,
                   const struct strace_value *value) {
    struct strace_state *state = import->state;

    strace_put_arg(import, call, key, value);
    if (!value || value->kind != STRACE_NUMBER ||
        !toc_object_field(&toc_object_event, "sock", 4, toc_event_bit(call->event)))
        return;
    if (value->n && put_sock(import, call->root, value->text, value->n))
        state->has_socks = true;
    else
        state->wants_socks = true;
}
