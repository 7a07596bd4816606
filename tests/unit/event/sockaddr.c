// SPDX-License-Identifier: Apache-2.0
// Addresses in normal form, from the bytes of a sockaddr of any length.
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "event/json.h"

static const struct {
    const char *bytes;
    size_t n;
    const char *json;
} rows[] = {
    {"", 0, "{}"},
    {"\2", 1, "{}"},
    {"\2\0\0\65\1\2\3\4", 8, "{\"family\":\"inet\",\"ip\":\"1.2.3.4\",\"port\":53}"},
    {"\2\0\0\65\1\2\3\4garbage!", 16, "{\"family\":\"inet\",\"ip\":\"1.2.3.4\",\"port\":53}"},
    {"\2\0\0\65\1\2\3", 7, "{\"family\":\"inet\"}"},
    {"\12\0\0\65\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\7\0\0\0", 28,
     "{\"family\":\"inet6\",\"ip\":\"::1\",\"port\":53,\"scope_id\":7,\"flowinfo\":1}"},
    {"\12\0\0\65\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 24,
     "{\"family\":\"inet6\",\"ip\":\"::1\",\"port\":53}"},
    {"\12\0\0\65\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 23, "{\"family\":\"inet6\"}"},
    {"\12\0\0\65\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\1\2\3\4\7\0\0\0", 28,
     "{\"family\":\"inet\",\"ip\":\"1.2.3.4\",\"port\":53,\"mapped\":true}"},
    {"\1\0", 2, "{\"family\":\"unix\",\"path\":\"\"}"},
    {"\1\0/run/x\0yz", 11, "{\"family\":\"unix\",\"path\":\"/run/x\"}"},
    {"\1\0/run", 6, "{\"family\":\"unix\",\"path\":\"/run\"}"},
    {"\1\0\0ab\0\n", 7, "{\"family\":\"unix\",\"path\":\"@ab\\\\x00\\\\x0a\"}"},
    {"\20\0\0\0\5\0\0\0\1\0\0\0", 12, "{\"family\":\"netlink\",\"pid\":5,\"groups\":1}"},
    {"\20\0\0\0\5\0\0\0\1\0\0", 11, "{\"family\":\"netlink\"}"},
    {"\21\0\10\0\3\0\0\0\0\0\0\2\xaa\xbb\xcc\xdd", 16,
     "{\"family\":\"packet\",\"protocol\":2048,\"ifindex\":3,\"hwaddr\":\"aabb\"}"},
    {"\21\0\10\0\3\0\0\0\0\0\0\xff\xaa", 13,
     "{\"family\":\"packet\",\"protocol\":2048,\"ifindex\":3}"},
    {"\0\0\0\65\1\2\3\4", 8, "{\"family\":\"unspec\",\"raw\":\"003501020304\"}"},
    {"\35\0\1\2", 4, "{\"family\":\"can\",\"raw\":\"0102\"}"},
    {"\xff\xff\1", 3, "{\"family\":\"unknown\",\"raw\":\"01\"}"},
};

Test(sockaddr, normal_form) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;

    cr_assert_eq(toc_builder_new(&builder), 0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        _cleanup_toc_buf_ struct toc_buf buf = {0}, wanted = {0};
        struct toc_event *root = toc_builder_begin(builder, TOC_EVENT_connect);
        _cleanup_free_ char *bytes = malloc(rows[i].n ? rows[i].n : 1);
        const struct toc_event *event;
        struct toc_sock *sock;
        struct toc_addr *addr;
        uint32_t off;

        cr_assert(bytes);
        memcpy(bytes, rows[i].bytes, rows[i].n);
        sock = TOC_NEW(builder, sock, &off);
        TOC_SET(event, root, sock, off);
        addr = TOC_NEW(builder, addr, &off);
        TOC_SET(sock, sock, local, off);
        toc_builder_sockaddr(builder, addr, bytes, rows[i].n);
        cr_assert_eq(toc_builder_end(builder, &event), 0);
        cr_assert_eq(toc_record_check(event, event->size), 0, "row %zu", i);
        toc_json_write(event, &buf);
        toc_buf_addf(&wanted, "\"local\":%s}", rows[i].json);
        cr_expect(strstr(toc_buf_cstr(&buf), toc_buf_cstr(&wanted)), "row %zu: %s", i, buf.p);
    }
}
