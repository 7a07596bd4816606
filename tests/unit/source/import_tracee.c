// SPDX-License-Identifier: Apache-2.0
// What becomes of the lines of Tracee, a row each.
#include <criterion/criterion.h>
#include <string.h>

#include "import_tell.h"

Test(import_tracee, lines_become_events) {
    static const struct import_row rows[] = {
        // Before 0.12, with the machine told by the number.
        {"{\"timestamp\":1657322300534562489,\"processorId\":21,\"hostProcessId\":7,"
         "\"hostThreadId\":8,"
         "\"hostParentProcessId\":6,\"userId\":1000,\"processName\":\"a\\tb\",\"containerId\":"
         "\"c1\","
         "\"cgroupId\":5,\"pidNamespace\":4026531836,\"eventId\":\"3\",\"eventName\":\"close\","
         "\"returnValue\":-9,\"args\":[{\"name\":\"fd\",\"type\":\"int\",\"value\":3}]}",
         "\"event\":{\"name\":\"close\",\"stage\":\"call\",\"time\":\"2022-07-08T23:18:20."
         "534562489Z\","
         "\"cpu\":21,\"abi\":\"x86_64\",\"via\":\"syscall\",\"nr\":3,\"ret\":-9,\"error\":"
         "\"EBADF\"},"
         "\"proc\":{\"id\":\"7\",\"pid\":7,\"tid\":8,\"ppid\":6,\"uid\":1000,\"comm\":"
         "\"a\\\\x09b\","
         "\"pid_ns\":4026531836,\"cgroup_id\":5,\"container\":\"c1\"},\"args\":{\"fd\":3}}\n"},
        // Words where arguments are parsed, and a register read as signed.
        {"{\"timestamp\":1,\"eventName\":\"sendmmsg\",\"eventId\":269,\"returnValue\":1,\"args\":["
         "{\"name\":\"sockfd\",\"value\":-1},{\"name\":\"msgvec\",\"value\":\"0xffff8000\"},"
         "{\"name\":\"vlen\",\"value\":-1},{\"name\":\"flags\",\"value\":\"MSG_MORE|MSG_DONTWAIT\"}"
         ","
         "{\"name\":\"other\",\"value\":1},{\"name\":\"vlen\",\"value\":2}]}",
         "\"event\":{\"name\":\"sendmmsg\",\"stage\":\"call\",\"time\":\"1970-01-01T00:00:00."
         "000000001Z\","
         "\"abi\":\"arm64\",\"via\":\"syscall\",\"nr\":269,\"ret\":1,\"error\":\"\"},\"proc\":{},"
         "\"args\":{\"sockfd\":-1,\"msgvec\":\"0xffff8000\",\"vlen\":4294967295,\"flags\":32832},"
         "\"batch\":{\"fd\":-1,\"vec\":\"0xffff8000\",\"flags\":32832,\"requested\":4294967295,"
         "\"effective\":1024,\"completed\":1}}\n"},
        // The address of connect was read when it returned.
        {"{\"timestamp\":1.5,\"eventName\":\"connect\",\"container\":{\"id\":\"c\"},"
         "\"executable\":{\"path\":\"/bin/a\"},\"args\":[{\"name\":\"sockfd\",\"value\":4},"
         "{\"name\":\"addr\",\"type\":\"struct sockaddr*\",\"value\":{\"sa_family\":\"AF_INET\","
         "\"sin_addr\":\"10.0.0.1\",\"sin_port\":\"53\"}},{\"name\":\"addrlen\",\"value\":16}]}",
         "\"event\":{\"name\":\"connect\",\"stage\":\"call\",\"time\":\"1970-01-01T00:00:01."
         "500000000Z\","
         "\"via\":\"syscall\"},\"proc\":{\"exe\":\"/bin/a\",\"container\":\"c\"},"
         "\"args\":{\"sockfd\":4,\"addrlen\":16},\"addr\":{\"exit\":{\"status\":\"ok\","
         "\"family\":\"inet\",\"ip\":\"10.0.0.1\",\"port\":53}}}\n"},
        // v1beta1.
        {"{\"timestamp\":\"2026-08-01T12:00:00.5Z\",\"id\":441,\"name\":\"recvmmsg_time32\","
         "\"workload\":"
         "{\"process\":{\"executable\":{\"path\":\"/usr/bin/"
         "dig\"},\"host_pid\":7,\"real_user\":{\"id\":1},"
         "\"thread\":{\"name\":\"x\",\"host_tid\":8,\"compat\":true},\"ancestors\":[{\"host_pid\":"
         "6}]},"
         "\"container\":{\"id\":\"c2\"}},\"data\":[{\"name\":\"fd\",\"int32\":5},"
         "{\"name\":\"timeout\",\"str\":\"0x0\"},{\"name\":\"returnValue\",\"int64\":\"-11\"}]}",
         "\"event\":{\"name\":\"recvmmsg_time32\",\"stage\":\"call\",\"time\":\"2026-08-01T12:00:"
         "00.500000000Z\","
         "\"abi\":\"i386\",\"via\":\"syscall\",\"ret\":-11,\"error\":\"EAGAIN\"},\"proc\":{\"id\":"
         "\"7\","
         "\"pid\":7,\"tid\":8,\"ppid\":6,\"uid\":1,\"comm\":\"x\",\"exe\":\"/usr/bin/dig\","
         "\"container\":\"c2\"},\"args\":{\"fd\":5,\"timeout\":\"0x0\"},\"batch\":{\"fd\":5,"
         "\"completed\":0},\"timeout\":{\"ptr\":\"0x0\",\"enter\":{\"status\":\"null\"}}}\n"},
        // What is no call of ours, and a blank line.
        {"{\"eventName\":\"net_packet_dns\",\"syscall\":\"sendto\"}\n\n", ""},
    };

    import_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

Test(import_tracee, a_value_that_fits_no_field_leaves_its_line_out) {
    static const char text[] =
        "{\"timestamp\":1,\"hostProcessId\":4294967296,\"eventName\":\"close\"}\n"
        "{\"timestamp\":1,\"eventName\":\"close\"}\n";
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_buf_ struct toc_buf events = {0};

    import_text(text, sizeof(text) - 1, &diags, &events, NULL);
    cr_assert_eq(diags.n, 1);
    cr_expect_str_eq(diags.items[0].message,
                     "left out: pid is out of range: it takes -2147483648 to 2147483647");
    cr_expect_eq(diags.items[0].line, 1);
}

Test(import_tracee, bytes_that_are_nothing_are_no_blank_line) {
    static const char text[] = "{\"timestamp\":1,\"eventName\":\"close\"}\n\0\0\n \r\n";
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_buf_ struct toc_buf events = {0};

    import_text(text, sizeof(text) - 1, &diags, &events, NULL);
    cr_assert_eq(diags.n, 1);
    cr_expect_eq(diags.items[0].line, 2);
}

Test(import_tracee, an_argument_has_one_value_by_whichever_name) {
    static const struct import_row rows[] = {
        {"{\"timestamp\":1,\"eventName\":\"recvmmsg\",\"args\":[{\"name\":\"tmo_p\",\"value\":0},"
         "{\"name\":\"timeout\",\"value\":\"0x10\"}]}",
         "\"event\":{\"name\":\"recvmmsg\",\"stage\":\"call\",\"time\":\"1970-01-01T00:00:00."
         "000000001Z\","
         "\"via\":\"syscall\"},\"proc\":{},\"args\":{\"timeout\":\"0x0\"},\"batch\":{},"
         "\"timeout\":{\"ptr\":\"0x0\",\"enter\":{\"status\":\"null\"}}}\n"},
    };

    import_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

Test(import_tracee, any_number_of_arguments_is_read_at_once, .timeout = 60) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_buf_ struct toc_buf text = {0}, events = {0};

    toc_buf_adds(&text, "{\"timestamp\":1,\"eventName\":\"close\",\"args\":[");
    for (int i = 0; i < 200000; i++)
        toc_buf_adds(&text, "{},");
    toc_buf_adds(&text, "{\"name\":\"fd\",\"value\":3}]}\n");
    import_text(text.p, text.n, &diags, &events, NULL);
    cr_expect_eq(diags.n, 0);
    cr_expect_not_null(strstr(toc_buf_cstr(&events), "\"args\":{\"fd\":3}"), "%s", events.p);
}
