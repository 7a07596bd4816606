// SPDX-License-Identifier: Apache-2.0
// What follows from what: rows of an event and a part of its JSON form.
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/json.h"

struct row {
    const char *event;  /* its name */
    const char *fields; /* what follows "v" and the name, as JSON without the braces */
    const char *part;   /* must be in the result; with a leading '!' must not */
};

static void check_rows(const struct row *rows, size_t n) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;
    const struct toc_place place = {"row", 1, 0};

    cr_assert_eq(toc_builder_new(&builder), 0);
    for (size_t i = 0; i < n; i++) {
        _cleanup_toc_diags_ struct toc_diags diags = {0};
        _cleanup_toc_buf_ struct toc_buf in = {0}, out = {0};
        uint16_t event = toc_event_by_name(rows[i].event, strlen(rows[i].event));
        const struct toc_event *read;
        bool unwanted = *rows[i].part == '!';

        toc_buf_addf(&in, "{%s}", rows[i].fields);
        cr_assert_eq(toc_json_read(builder, in.p, in.n, place, event, &diags, NULL, &read), 0,
                     "row %zu: %s", i, diags.n ? diags.items[0].message : "");
        cr_assert_eq(toc_record_check(read, read->size), 0, "row %zu", i);
        toc_json_write(read, &out);
        cr_expect_eq(strstr(toc_buf_cstr(&out), rows[i].part + unwanted) == NULL, unwanted,
                     "row %zu: %s\nis not in %s", i, rows[i].part, out.p);
    }
}
#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof(*(rows)))

Test(derive, of_the_call) {
    static const struct row rows[] = {
        {"sendmmsg", "\"event\":{\"ret\":-14}", "\"error\":\"EFAULT\""},
        {"sendmmsg", "\"event\":{\"ret\":-512}", "\"error\":\"ERESTARTSYS\""},
        {"sendmmsg", "\"event\":{\"ret\":-4000}", "\"error\":\"unknown\""},
        {"sendmmsg", "\"event\":{\"ret\":-4096}", "\"error\":\"\""},
        {"sendmmsg", "\"event\":{\"ret\":3}", "\"error\":\"\""},
        {"sendmmsg", "\"event\":{\"stage\":\"pending\"}", "!error"},
        {"sendmmsg", "\"event\":{\"ret\":3}", "\"batch\":{\"completed\":3}"},
        {"sendmmsg", "\"event\":{\"ret\":-1}", "\"batch\":{\"completed\":0}"},
        {"sendmsg", "\"event\":{\"ret\":300}", "\"batch\":{\"completed\":1}"},
        {"sendmsg", "\"event\":{\"ret\":-1}", "\"batch\":{\"completed\":0}"},
        {"close", "\"event\":{\"ret\":0}", "!batch"},
        {"sendmmsg", "\"batch\":{\"requested\":2000}", "\"effective\":1024"},
        {"sendmmsg", "\"batch\":{\"requested\":1024}", "\"effective\":1024"},
        {"recvmmsg", "\"batch\":{\"requested\":2000}", "\"effective\":2000"},
        {"sendmmsg", "\"batch\":{\"fd\":3}", "!effective"},
        {"sendmmsg", "\"args\":{\"vlen\":2000}", "\"requested\":2000,\"effective\":1024"},
        {"recvmmsg_time32", "\"args\":{\"fd\":3,\"vlen\":7}", "\"fd\":3,\"requested\":7"},
        {"sendmmsg", "\"args\":{\"vlen\":9},\"batch\":{\"requested\":7}", "\"requested\":7"},
        {"sendmmsg", "\"msgs\":[{\"enter\":{}},{\"exit\":{}},{\"kernel\":{}}]", "\"captured\":2"},
        {"sendmmsg", "\"msgs\":[]", "\"captured\":0"},
        {"sendmmsg", "\"batch\":{\"captured\":5},\"msgs\":[{\"enter\":{}}]", "\"captured\":5"},
        {"sendmmsg", "\"proc\":{\"pid\":7,\"start_ns\":9}", "\"id\":\"7-9\""},
        {"sendmmsg", "\"proc\":{\"pid\":7}", "!\"id\""},
        {"sendto", "\"args\":{\"len\":9223372036854775807}", "!saturated"},
        {"sendto",
         "\"event\":{\"saturated\":[\"args.len\"]},\"args\":{\"len\":9223372036854775807}",
         "\"saturated\":[\"args.len\"]"},
    };
    CHECK(rows);
}

#define TIMES(enter, leave)                                                                        \
    "\"timeout\":{\"enter\":{\"sec\":" enter "},\"exit\":{\"sec\":" leave "}}"

Test(derive, of_the_timeout) {
    static const struct row rows[] = {
        {"recvmmsg", TIMES("1,\"nsec\":5", "0,\"nsec\":0"), "\"ns\":1000000005"},
        {"recvmmsg", TIMES("1,\"nsec\":5", "1,\"nsec\":5"), "\"grew\":false"},
        {"recvmmsg", TIMES("1,\"nsec\":5", "1,\"nsec\":6"), "\"grew\":true"},
        {"recvmmsg", TIMES("1,\"nsec\":5", "1"), "!grew"},
        {"recvmmsg", TIMES("9223372036854775807,\"nsec\":0", "1"), "\"ns\":9223372036854775807"},
        {"recvmmsg", TIMES("-9223372036854775807,\"nsec\":0", "1"), "\"ns\":-9223372036854775808"},
    };
    CHECK(rows);
}

#define TAKEN(args) "\"batch\":{\"fd\":3,\"requested\":2,\"flags\":0,\"taken\":{" args "}}"
#define HALVED(abi, took)                                                                          \
    "\"event\":{\"abi\":\"" abi "\"},"                                                             \
    "\"batch\":{\"vec\":\"0x7fff12345678\",\"requested\":2,"                                       \
    "\"taken\":{\"vec\":\"0x" took "\",\"requested\":2}}"

Test(derive, of_the_arguments_taken) {
    static const struct row rows[] = {
        {"sendmmsg", TAKEN("\"fd\":3,\"requested\":2"), "\"changed\":[]"},
        {"sendmmsg", TAKEN("\"fd\":4,\"requested\":3"), "\"changed\":[\"fd\",\"requested\"]"},
        {"recvmmsg", TAKEN("\"requested\":2,\"flags\":2147483648"), "\"changed\":[]"},
        {"recvmmsg", TAKEN("\"requested\":2,\"flags\":2147483712"), "\"changed\":[\"flags\"]"},
        {"sendmmsg", HALVED("i386", "12345678"), "\"changed\":[]"},
        {"sendmmsg", HALVED("i386", "12345679"), "\"changed\":[\"vec\"]"},
        {"sendmmsg", HALVED("x86_64", "12345678"), "\"changed\":[\"vec\"]"},
        {"recvmmsg", TAKEN("\"ret\":-14"), "\"error\":\"EFAULT\""},
        {"recvmmsg", TAKEN("\"ret\":-14"), "!changed"},
    };
    CHECK(rows);
}

#define DEST(enter, kernel, leave)                                                                 \
    "\"addr\":{\"enter\":{" enter "},\"kernel\":{" kernel "},\"exit\":{" leave "}}"
#define PLACE(ip) "\"status\":\"ok\",\"ip\":\"" ip "\",\"port\":53"
#define SOCK_PEER(enter, kernel)                                                                   \
    "\"addr\":{\"from\":\"sock_peer\",\"enter\":{" enter "},\"kernel\":{" kernel "}}"
#define BOUND(ip) ",\"sock\":{\"local\":{\"ip\":\"" ip "\",\"port\":9}}"

Test(derive, of_the_address_to_connect_to) {
    static const struct row rows[] = {
        {"connect", DEST(PLACE("1.1.1.1"), PLACE("1.1.1.1"), ""), "\"changed_kernel\":[]"},
        {"connect", DEST(PLACE("1.1.1.1"), PLACE("1.1.1.2"), ""), "\"changed_kernel\":[\"name\"]"},
        {"connect", DEST(PLACE("1.1.1.1"), PLACE("1.1.1.2"), ""), "\"changed\":[\"name\"]"},
        {"connect", DEST(PLACE("1.1.1.1"), "", PLACE("1.1.1.2")), "\"changed_exit\":[\"name\"]"},
        {"connect", DEST(PLACE("1.1.1.1"), "", PLACE("1.1.1.1")), "\"changed_exit\":[]"},
        {"connect", DEST("\"status\":\"fault\"", PLACE("1.1.1.1"), ""), "!changed"},
        {"connect", DEST(PLACE("1.1.1.1"), "\"status\":\"absent\"", ""), "!changed"},
        {"connect", DEST(PLACE("::ffff:1.1.1.1"), PLACE("1.1.1.1"), ""), "\"changed_kernel\":[]"},
        // To connect to no address is to connect to oneself.
        {"connect", SOCK_PEER(PLACE("0.0.0.0"), PLACE("127.0.0.1")), "\"changed_kernel\":[]"},
        {"connect", SOCK_PEER(PLACE("::"), PLACE("::1")), "\"changed_kernel\":[]"},
        {"connect", SOCK_PEER(PLACE("0.0.0.0"), PLACE("1.1.1.1")), "\"changed_kernel\":[\"name\"]"},
        {"connect", SOCK_PEER(PLACE("0.0.0.0"), PLACE("1.1.1.1")) BOUND("1.1.1.1"),
         "\"changed_kernel\":[]"},
        {"connect", DEST(PLACE("0.0.0.0"), PLACE("127.0.0.1"), ""),
         "\"changed_kernel\":[\"name\"]"},
    };
    CHECK(rows);
}

#define POLL(enter, leave) "\"fds\":[{\"enter\":{" enter "},\"exit\":{" leave "}}]"
#define URING(enter, leave) "\"uring\":{\"enter\":{" enter "},\"exit\":{" leave "}}"
#define SETS(enter, leave) "\"fdsets\":{\"writefds\":{\"enter\":{" enter "},\"exit\":{" leave "}}}"
#define FDS(fds) "\"status\":\"ok\",\"fds\":[" fds "]"
#define FD(fd) "{\"fd\":" #fd "}"

Test(derive, of_what_waits_point_to) {
    static const struct row rows[] = {
        {"poll", POLL("\"fd\":3,\"events\":1", "\"fd\":3,\"events\":1"), "\"changed\":[]"},
        {"poll", POLL("\"fd\":3,\"events\":1", "\"fd\":4,\"events\":1"), "\"changed\":[\"fd\"]"},
        {"ppoll", POLL("\"fd\":3,\"events\":1", "\"fd\":3,\"events\":4"),
         "\"changed\":[\"events\"]"},
        {"poll", POLL("\"fd\":3,\"revents\":0", "\"fd\":3,\"revents\":1"), "\"changed\":[]"},
        {"poll", POLL("\"revents\":0", "\"revents\":1"), "!changed"},
        {"poll", POLL("\"status\":\"fault\"", "\"fd\":3"), "!changed"},
        {"select", SETS(FDS(FD(3) "," FD(5)), FDS(FD(5))), "\"grew\":false"},
        {"select", SETS(FDS(FD(3) "," FD(5)), FDS("")), "\"grew\":false"},
        {"select", SETS(FDS(FD(5) "," FD(3)), FDS(FD(3) "," FD(5))), "\"grew\":false"},
        {"pselect6", SETS(FDS(FD(3) "," FD(5)), FDS(FD(4))), "\"grew\":true"},
        {"select", SETS(FDS(""), FDS(FD(4))), "\"grew\":true"},
        {"select", SETS("\"status\":\"fault\"", FDS(FD(4))), "!grew"},
        {"select", "\"event\":{\"ret\":1},\"fdsets\":{}", "!batch"},
        {"io_uring_setup", URING("\"flags\":0", "\"flags\":2"), "\"changed\":[\"flags\"]"},
        {"io_uring_setup", URING("\"flags\":2,\"cq_entries\":0", "\"flags\":2,\"cq_entries\":8"),
         "\"changed\":[]"},
    };
    CHECK(rows);
}

/* A message whose views hold these. */
#define VIEWS(enter, kernel, leave)                                                                \
    "\"msgs\":[{\"enter\":{" enter "},\"kernel\":{" kernel "},\"exit\":{" leave "}}]"
#define NAME(ip) "\"name\":{\"status\":\"ok\",\"ip\":\"" ip "\",\"port\":53}"
#define NO_NAME "\"name\":{\"status\":\"null\"}"
#define COLD_NAME "\"name\":{\"status\":\"fault\",\"ptr\":\"0x10\",\"len\":16}"
#define PEER(ip) ",\"sock\":{\"peer\":{\"ip\":\"" ip "\",\"port\":53}}"
#define IOV(base) "\"iov\":{\"status\":\"ok\",\"segs\":[{\"base\":\"" base "\",\"len\":2}]}"

Test(derive, what_changed) {
    static const struct row rows[] = {
        {"sendmmsg", VIEWS(NAME("1.1.1.1"), NAME("1.1.1.1"), ""), "\"changed_kernel\":[]"},
        {"sendmmsg", VIEWS(NAME("1.1.1.1"), NAME("1.1.1.2"), ""), "\"changed_kernel\":[\"name\"]"},
        {"sendmmsg", VIEWS(NAME("1.1.1.1"), NAME("1.1.1.2"), ""), "\"changed\":[\"name\"]"},
        {"sendmmsg", VIEWS(NAME("::ffff:1.1.1.1"), NAME("1.1.1.1"), ""), "\"changed_kernel\":[]"},
        {"sendmmsg", VIEWS(NAME("1.1.1.1"), NAME("::1"), ""), "\"changed_kernel\":[\"name\"]"},
        {"sendmmsg", VIEWS(NAME("::ffff:1.1.1.1"), "", ""), "\"mapped\":true"},
        {"sendmmsg", VIEWS(NO_NAME, NAME("1.1.1.1"), ""), "\"changed_kernel\":[\"name\"]"},
        {"sendmmsg", VIEWS(NO_NAME, NAME("1.1.1.1"), "") PEER("1.1.1.1"), "\"changed_kernel\":[]"},
        {"sendmmsg", VIEWS(NO_NAME, NAME("1.1.1.1"), "") PEER("1.1.1.2"),
         "\"changed_kernel\":[\"name\"]"},
        {"sendmmsg", VIEWS(NO_NAME, "", NAME("1.1.1.1")) PEER("1.1.1.1"),
         "\"changed_exit\":[\"name\"]"},
        {"sendmmsg", VIEWS(NAME("1.1.1.1"), NO_NAME, ""), "\"changed_kernel\":[\"name\"]"},
        {"sendmmsg", VIEWS(NO_NAME, NO_NAME, ""), "\"changed_kernel\":[]"},
        {"sendmmsg", VIEWS(COLD_NAME, NAME("1.1.1.1"), ""), "!changed"},
        {"sendmmsg", VIEWS(NAME("1.1.1.1"), "\"ret\":2", ""), "!changed"},
        {"sendmmsg", VIEWS(NAME("1.1.1.1"), "\"name\":{\"status\":\"absent\"}", ""), "!changed"},
        {"sendmmsg", "\"msgs\":[{\"enter\":{" NAME("1.1.1.1") "}}]", "!changed"},
        {"sendmmsg", VIEWS(NAME("1.1.1.1"), "", NAME("1.1.1.2")), "\"changed_exit\":[\"name\"]"},
        {"sendmmsg", VIEWS(COLD_NAME, "", "\"name\":{\"ptr\":\"0x11\",\"len\":16}"),
         "\"changed_exit\":[\"name.ptr\"]"},
        {"sendmmsg", VIEWS("\"name\":{\"len\":16}", "", "\"name\":{\"len\":28}"),
         "\"changed_exit\":[\"name.len\"]"},
        {"sendmmsg", VIEWS(IOV("0x1"), "", IOV("0x1")), "\"changed_exit\":[]"},
        {"sendmmsg", VIEWS(IOV("0x1"), "", IOV("0x2")), "\"changed_exit\":[\"iov\"]"},
        {"sendmmsg", VIEWS("\"flags\":1", "", "\"flags\":2"), "\"changed_exit\":[\"flags\"]"},
        {"sendmmsg", VIEWS("\"flags\":1", "\"flags\":2", ""), "!changed"},
        {"sendmmsg",
         VIEWS("\"control\":{\"items\":[{\"type\":1}]}", "",
               "\"control\":{\"items\":[{\"type\":2}]}"),
         "\"changed_exit\":[\"control\"]"},
        {"sendmmsg",
         VIEWS("\"iov\":{\"data\":\"YQ==\",\"count\":1}", "",
               "\"iov\":{\"data\":\"Yg==\",\"count\":2}"),
         "\"changed_exit\":[\"iov.count\",\"iov.data\"]"},
        {"sendmmsg",
         VIEWS("\"name\":{\"family\":\"unspec\",\"raw\":\"00350101010100000000\"}", NAME("1.1.1.1"),
               ""),
         "\"changed_kernel\":[]"},
        {"sendmmsg",
         VIEWS("\"name\":{\"family\":\"unspec\",\"raw\":\"00350101010200000000\"}", NAME("1.1.1.1"),
               ""),
         "\"changed_kernel\":[\"name\"]"},
        {"sendmmsg",
         VIEWS("\"name\":{\"ip\":\"fe80::1\",\"scope_id\":2}", "\"name\":{\"ip\":\"fe80::1\"}", ""),
         "\"changed_kernel\":[]"},
        {"sendmmsg",
         VIEWS("\"name\":{\"ip\":\"fe80::1\",\"scope_id\":2}", "",
               "\"name\":{\"ip\":\"fe80::1\",\"scope_id\":3}"),
         "\"changed_exit\":[\"name\"]"},
    };
    CHECK(rows);
}

/* The kernel writes these on receives, so nobody else is blamed. */
Test(derive, what_changed_in_a_receive) {
    static const struct row rows[] = {
        {"recvmmsg", VIEWS(NAME("0.0.0.0"), NAME("1.1.1.2"), ""), "!changed"},
        {"recvmmsg", VIEWS(NO_NAME, NAME("1.1.1.2"), ""), "!changed"},
        {"recvmmsg", VIEWS(NAME("0.0.0.0"), "", NAME("1.1.1.2")), "!changed"},
        {"recvmmsg", VIEWS("\"flags\":0", "", "\"flags\":32"), "!changed"},
        {"recvmmsg", VIEWS("\"name\":{\"len\":128}", "", "\"name\":{\"len\":16}"), "!changed"},
        {"recvmmsg", VIEWS("\"control\":{\"len\":64}", "", "\"control\":{\"len\":0}"), "!changed"},
        {"recvmmsg", VIEWS("\"name\":{\"ptr\":\"0x1\"}", "", "\"name\":{\"ptr\":\"0x2\"}"),
         "\"changed_exit\":[\"name.ptr\"]"},
        {"recvmmsg", VIEWS(IOV("0x1"), "", IOV("0x2")), "\"changed_exit\":[\"iov\"]"},
        {"recvmmsg", VIEWS("\"iov\":{\"data\":\"YQ==\"}", "", "\"iov\":{\"data\":\"Yg==\"}"),
         "!changed"},
        {"recvmmsg_time32",
         VIEWS("\"control\":{\"ptr\":\"0x1\"}", "", "\"control\":{\"ptr\":\"0x2\"}"),
         "\"changed_exit\":[\"control.ptr\"]"},
    };
    CHECK(rows);
}

#define SOCK ",\"sock\":{\"peer\":{\"ip\":\"9.9.9.9\",\"port\":1}}"

Test(derive, who_the_peer_is) {
    static const struct row rows[] = {
        {"sendmmsg", VIEWS(NAME("1.1.1.1"), NAME("1.1.1.2"), "") SOCK,
         "\"peer\":{\"family\":\"inet\",\"ip\":\"1.1.1.2\",\"port\":53},\"peer_from\":\"kernel\""},
        {"sendmmsg", VIEWS(NAME("1.1.1.1"), "", "") SOCK,
         "\"peer\":{\"family\":\"inet\",\"ip\":\"1.1.1.1\",\"port\":53},\"peer_from\":\"enter\""},
        {"sendmmsg", VIEWS(NO_NAME, "", "") SOCK,
         "\"peer\":{\"family\":\"inet\",\"ip\":\"9.9.9.9\",\"port\":1},\"peer_from\":\"sock\""},
        {"sendmmsg", VIEWS(COLD_NAME, "", "") SOCK, "!peer_from"},
        {"sendmmsg", VIEWS(COLD_NAME, NAME("1.1.1.2"), ""), "\"peer_from\":\"kernel\""},
        {"sendmmsg", VIEWS(NAME("1.1.1.1"), NO_NAME, "") SOCK, "\"peer_from\":\"sock\""},
        {"sendmmsg", VIEWS(NO_NAME, "", "") ",\"sock\":{\"peer\":{\"status\":\"null\"}}",
         "!peer_from"},
        {"recvmmsg", VIEWS(NAME("1.1.1.1"), "", "") SOCK, "\"peer_from\":\"sock\""},
        {"recvmmsg", VIEWS(NAME("1.1.1.1"), "", ""), "!peer_from"},
        {"recvmmsg", VIEWS("", NAME("1.1.1.2"), "") SOCK, "\"peer_from\":\"kernel\""},
        {"sendmmsg", VIEWS("", "\"ret\":-11", ""), "\"ret\":-11,\"error\":\"EAGAIN\""},
        {"sendmmsg", VIEWS("\"name\":{\"path\":\"@x\"}", "", ""),
         "\"peer\":{\"family\":\"unix\",\"path\":\"@x\"}"},
    };
    CHECK(rows);
}
