// SPDX-License-Identifier: Apache-2.0
// What becomes of lines of strace, a row each: prefixes, halves, values.
#include <criterion/criterion.h>
#include <string.h>

#include "base/limits.h"
#include "import_tell.h"
#include "source/import_strace.h"

#define AT(ns) "\"time\":\"" ns "Z\","
#define CLOSE(meta, proc)                                                                          \
    "\"event\":{\"name\":\"close\",\"stage\":\"call\"," meta "\"ret\":0,\"error\":\"\"},"          \
    "\"proc\":{" proc "},\"args\":{\"fd\":3}}\n"
#define P7 "\"id\":\"7\",\"tid\":7"

Test(import_strace, prefixes_of_all_sorts_are_read) {
    static const struct import_row rows[] = {
        {"close(3) = 0\n", CLOSE("", "")},
        {"close(3)                                = 0\r\n", CLOSE("", "")},
        {"7 close(3) = 0\n", CLOSE("", P7)},
        {"7     close(3</tmp/a b>)   = 0\n", CLOSE("", P7)},
        {"[pid     7] close(3) = 0\n", CLOSE("", P7)},
        {"[pid 7<a b>] close(3) = 0\n", CLOSE("", P7 ",\"comm\":\"a b\"")},
        {"7<dig> close(3) = 0\n", CLOSE("", P7 ",\"comm\":\"dig\"")},
        {"12:00:01 close(3) = 0\n", CLOSE(AT("1970-01-01T12:00:01.000000000"), "")},
        {"7     12:00:01.000250 close(3) = 0\n", CLOSE(AT("1970-01-01T12:00:01.000250000"), P7)},
        {"7 1795981108.399837 close(3) = 0\n", CLOSE(AT("2026-11-29T19:38:28.399837000"), P7)},
        {"1795981108 close(3) = 0\n", CLOSE(AT("2026-11-29T19:38:28.000000000"), "")},
        {"     0.000117 close(3) = 0\n", CLOSE(AT("1970-01-01T00:00:00.000117000"), "")},
        {"7 12:00:01 (+     0.000117) close(3) = 0\n",
         CLOSE(AT("1970-01-01T12:00:01.000000000"), P7)},
        {"[   3] close(3) = 0\n", CLOSE("\"abi\":\"x86_64\",\"via\":\"syscall\",\"nr\":3,", "")},
        {"[00007f0123456789] [   6] close(3) = 0\n", CLOSE("\"via\":\"syscall\",\"nr\":6,", "")},
        {"close(fd=3) = 0 <0.000055>\n", "\"event\":{\"name\":\"close\",\"stage\":\"call\",\"ret\":"
                                         "0,\"error\":\"\",\"duration_ns\":55000},"
                                         "\"proc\":{},\"args\":{\"fd\":3}}\n"},
        {"close(0x3) = ? ERESTARTSYS (To be restarted)\n",
         "\"event\":{\"name\":\"close\",\"stage\":\"call\",\"ret\":-512,\"error\":\"ERESTARTSYS\"},"
         "\"proc\":{},\"args\":{\"fd\":3}}\n"},
        {"close(3) = -1 EBADF (Bad file descriptor) (INJECTED)\n",
         "\"event\":{\"name\":\"close\",\"stage\":\"call\",\"ret\":-9,\"error\":\"EBADF\"},"
         "\"proc\":{},\"args\":{\"fd\":3}}\n"},
        {"close(3) = ?\n",
         "\"event\":{\"name\":\"close\",\"stage\":\"call\"},\"proc\":{},\"args\":{\"fd\":3}}\n"},
    };

    import_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

Test(import_strace, halves_are_put_together) {
    static const struct import_row rows[] = {
        // Another thread between; the time is that of the first half.
        {"7 1795981108.5 close(3 <unfinished ...>\n8 1795981108.6 getpid() = 8\n"
         "7 1795981108.75 <... close resumed>) = 0\n",
         "\"event\":{\"name\":\"close\",\"stage\":\"call\"," AT(
             "2026-11-29T19:38:28.500000000") "\"ret\":0,\"error\":\"\",\"duration_ns\":250000000},"
                                              "\"proc\":{" P7 "},\"args\":{\"fd\":3}}\n"},
        // As older versions write it.
        {"7 close(3 <unfinished ...>\n7 <... close resumed> ) = 0\n", CLOSE("", P7)},
        // On a terminal, with the other thread told amid the line.
        {"fork(strace: Process 8 attached\n) = 8\n[pid     8] close(3) = 0\n",
         CLOSE("", "\"id\":\"8\",\"pid\":8,\"tid\":8")},
        // And several of them.
        {"wait4(-1, strace: Process 8 attached\nstrace: Process 9 attached\n <unfinished ...>\n"
         "[pid     9] close(3) = 0\n",
         CLOSE("", "\"id\":\"9\",\"tid\":9")},
        // The number is given when there are two, and left out when one is left.
        {"execve(\"/bin/a\", [], 0x1 /* 2 vars */) = 0\nfork( <unfinished ...>\n"
         "strace: Process 8 attached\n[pid     7] <... fork resumed>) = 8\n[pid     8] +++ exited "
         "with 0 +++\n"
         "close(3) = 0\n",
         CLOSE("", "\"id\":\"7\",\"pid\":7,\"tid\":7,\"comm\":\"a\"")},
    };

    import_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

Test(import_strace, what_threads_tell_of_themselves_is_remembered) {
    static const struct import_row rows[] = {
        {"7 execve(\"/usr/bin/a_name_of_twenty_bytes\", [\"x\"], NULL) = 0\n7 arch_prctl(0x1002, "
         "0x7) = 0\n"
         "7 clone3({flags=CLONE_VM|CLONE_THREAD} => {parent_tid=[9]}, 88) = 9\n9 close(3) = 0\n",
         CLOSE("\"abi\":\"x86_64\",\"via\":\"syscall\",",
               "\"id\":\"7\",\"pid\":7,\"tid\":9,\"comm\":\"a_name_of_twent\"")},
        {"7 clone(child_stack=NULL, flags=0x1200011) = 9\n9 close(3) = 0\n",
         CLOSE("", "\"id\":\"9\",\"pid\":9,\"tid\":9")},
        // Of flags that are not shown it is not known whether it is a thread.
        {"7 clone(0x7f00, 0x10) = 9\n9 close(3) = 0\n", CLOSE("", "\"id\":\"9\",\"tid\":9")},
        {"strace: [ Process PID=7 runs in 32 bit mode. ]\n7 close(3) = 0\n",
         CLOSE("\"abi\":\"i386\",", P7)},
        {"7 execve(\"/bin/a\", NULL, NULL) = 0\n7 +++ exited with 0 +++\n7 close(3) = 0\n",
         CLOSE("", P7)},
    };

    import_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

Test(import_strace, sums_end_the_trace) {
    static const struct import_row rows[] = {
        {"close(3) = 0\n% time     seconds  usecs/call     calls    errors syscall\n"
         "------ ----------- ----------- --------- --------- ----------------\n"
         "100.00    0.000000           0         1           total\n",
         CLOSE("", "")},
    };

    import_rows(rows, 1);
}

Test(import_strace, midnight_passes) {
    static const struct import_row rows[] = {
        {"23:59:59.5 getpid() = 1\n00:00:00.25 close(3) = 0\n",
         CLOSE(AT("1970-01-02T00:00:00.250000000"), "")},
    };

    import_rows(rows, 1);
}

#define MSG(view, rest) "{\"index\":0," rest "\"" view "\":{\"status\":\"ok\""

static const struct import_row arguments[] = {
    {"sendmmsg(3<UDP:[10.0.0.1:9->10.0.0.2:53]>, [{msg_hdr={msg_name=NULL, msg_namelen=0, "
     "msg_iov=[{iov_base=\"a\\n\\1\\x7f\"..., iov_len=9}], msg_iovlen=1, msg_controllen=0, "
     "msg_flags=MSG_EOR}, msg_len=9}, ...], 2, MSG_MORE|0x40) = 1\n",
     "\"event\":{\"name\":\"sendmmsg\",\"stage\":\"call\",\"ret\":1,\"error\":\"\"},\"proc\":{}"
     ","
     "\"sock\":{\"family\":\"inet\",\"type\":\"dgram\",\"protocol\":17,"
     "\"local\":{\"status\":\"ok\",\"family\":\"inet\",\"ip\":\"10.0.0.1\",\"port\":9},"
     "\"peer\":{\"status\":\"ok\",\"family\":\"inet\",\"ip\":\"10.0.0.2\",\"port\":53}},"
     "\"args\":{\"sockfd\":3,\"vlen\":2,\"flags\":32832},"
     "\"batch\":{\"fd\":3,\"flags\":32832,\"requested\":2,\"effective\":2,\"captured\":1,"
     "\"completed\":1,\"truncated\":true},\"msgs\":[{\"index\":0,\"len\":9,"
     "\"peer\":{\"family\":\"inet\",\"ip\":\"10.0.0.2\",\"port\":53},\"peer_from\":\"sock\","
     "\"exit\":{\"status\":\"ok\",\"flags\":128,\"name\":{\"status\":\"null\",\"ptr\":\"0x0\","
     "\"len\":0},"
     "\"iov\":{\"status\":\"ok\",\"count\":1,\"bytes\":9,\"segs\":[{\"len\":9}],\"data\":"
     "\"YQoBfw==\","
     "\"data_len\":4,\"data_truncated\":true,\"data_status\":\"ok\"},"
     "\"control\":{\"status\":\"null\",\"len\":0}}}]}\n"},
    {"sendmmsg(3, 0xffffffff81000000, 2, 0) = -1 EFAULT (Bad address)\n",
     "\"event\":{\"name\":\"sendmmsg\",\"stage\":\"call\",\"ret\":-14,\"error\":\"EFAULT\"},"
     "\"proc\":{},"
     "\"args\":{\"sockfd\":3,\"msgvec\":\"0xffffffff81000000\",\"vlen\":2,\"flags\":0},"
     "\"batch\":{\"fd\":3,\"vec\":\"0xffffffff81000000\",\"flags\":0,\"requested\":2,"
     "\"effective\":2,\"completed\":0}}\n"},
    {"recvmmsg(3, [], 2, 0, {tv_sec=1, tv_nsec=500}) = 1 (left {tv_sec=0, tv_nsec=7})\n",
     "\"event\":{\"name\":\"recvmmsg\",\"stage\":\"call\",\"ret\":1,\"error\":\"\"},\"proc\":{}"
     ","
     "\"args\":{\"sockfd\":3,\"vlen\":2,\"flags\":0},\"batch\":{\"fd\":3,\"flags\":0,"
     "\"requested\":2,"
     "\"effective\":2,\"captured\":0,\"completed\":1,\"truncated\":false},"
     "\"timeout\":{\"enter\":{\"status\":\"ok\",\"sec\":1,\"nsec\":500,\"ns\":1000000500},"
     "\"exit\":{\"status\":\"ok\",\"sec\":0,\"nsec\":7,\"ns\":7},\"grew\":false},\"msgs\":[]}"
     "\n"},
    // Of the length of a name both values are shown where they differ.
    {"recvfrom(3, \"x\", 9, 0, {sa_family=AF_INET6, sin6_port=htons(5), "
     "sin6_flowinfo=htonl(0), "
     "inet_pton(AF_INET6, \"::1\", &sin6_addr), sin6_scope_id=0}, [128 => 28]) = 1\n",
     "\"event\":{\"name\":\"recvfrom\",\"stage\":\"call\",\"ret\":1,\"error\":\"\"},\"proc\":{}"
     ","
     "\"args\":{\"sockfd\":3,\"len\":9,\"flags\":0},\"batch\":{\"fd\":3,\"flags\":0,"
     "\"requested\":1,"
     "\"effective\":1,\"captured\":1,\"completed\":1,\"truncated\":false},\"msgs\":[" MSG(
         "enter",
         "\"len\":1,") ",\"name\":{\"status\":\"absent\",\"len\":128}},\"exit\":{\"status\":"
                       "\"ok\","
                       "\"name\":{\"status\":\"ok\",\"len\":28,\"family\":\"inet6\",\"ip\":\"::"
                       "1\",\"port\":5,\"scope_id\":0,"
                       "\"flowinfo\":0},\"iov\":{\"status\":\"ok\",\"ptr\":\"0x0\",\"count\":1,"
                       "\"bytes\":9,"
                       "\"segs\":[{\"len\":9}],\"data\":\"eA==\",\"data_len\":1,\"data_"
                       "truncated\":false,"
                       "\"data_status\":\"ok\"},\"control\":{\"status\":\"null\"}}}]}\n"},
    // An IPv4 address in IPv6 is one of IPv4.
    {"connect(3, {sa_family=AF_INET6, sin6_port=htons(9), sin6_flowinfo=htonl(0), "
     "inet_pton(AF_INET6, \"::ffff:127.0.0.1\", &sin6_addr), sin6_scope_id=0}, 28) = 0\n",
     "\"event\":{\"name\":\"connect\",\"stage\":\"call\",\"ret\":0,\"error\":\"\"},\"proc\":{},"
     "\"args\":{\"sockfd\":3,\"addrlen\":28},\"addr\":{\"enter\":{\"status\":\"ok\",\"family\":"
     "\"inet\","
     "\"ip\":\"127.0.0.1\",\"port\":9,\"mapped\":true}}}\n"},
    {"connect(3, {sa_family=0x2 /* AF_INET */, sin_port=\"\\0\\65\", "
     "sin_addr=\"\\x0a\\x00\\x00\\x01\"}, 16) = 0\n",
     "\"event\":{\"name\":\"connect\",\"stage\":\"call\",\"ret\":0,\"error\":\"\"},\"proc\":{},"
     "\"args\":{\"sockfd\":3,\"addrlen\":16},\"addr\":{\"enter\":{\"status\":\"ok\",\"family\":"
     "\"inet\","
     "\"ip\":\"10.0.0.1\",\"port\":53}}}\n"},
    {"connect(3, {sa_family=AF_UNIX, sun_path=@\"a\\0b\"}, 6) = -1 ECONNREFUSED (Connection "
     "refused)\n",
     "\"event\":{\"name\":\"connect\",\"stage\":\"call\",\"ret\":-111,\"error\":"
     "\"ECONNREFUSED\"},\"proc\":{},"
     "\"args\":{\"sockfd\":3,\"addrlen\":6},\"addr\":{\"enter\":{\"status\":\"ok\",\"family\":"
     "\"unix\","
     "\"path\":\"@a\\\\x00b\"}}}\n"},
    {"poll([{fd=3, events=POLLIN}, {fd=4, events=POLLOUT}], 2, -1) = 1 ([{fd=4, "
     "revents=POLLOUT|POLLHUP}])\n",
     "\"event\":{\"name\":\"poll\",\"stage\":\"call\",\"ret\":1,\"error\":\"\"},\"proc\":{},"
     "\"args\":{\"nfds\":2,\"timeout\":-1},\"wait\":{\"captured\":2,\"truncated\":false},"
     "\"fds\":["
     "{\"index\":0,\"enter\":{\"status\":\"ok\",\"fd\":3,\"events\":1},\"exit\":{\"status\":"
     "\"ok\",\"revents\":0}},"
     "{\"index\":1,\"changed\":[],\"enter\":{\"status\":\"ok\",\"fd\":4,\"events\":4},"
     "\"exit\":{\"status\":\"ok\",\"fd\":4,\"revents\":20}}]}\n"},
    {"epoll_wait(5, [{events=EPOLLIN|EPOLLET, data={u32=7, u64=7}}], 8, 0) = 1\n",
     "\"event\":{\"name\":\"epoll_wait\",\"stage\":\"call\",\"ret\":1,\"error\":\"\"},\"proc\":"
     "{},"
     "\"args\":{\"epfd\":5,\"maxevents\":8,\"timeout\":0},\"wait\":{\"captured\":1,"
     "\"truncated\":false},"
     "\"ready\":{\"status\":\"ok\",\"events\":[{\"events\":2147483649,\"data\":\"0x7\"}]}}\n"},
};

Test(import_strace, arguments_become_views) {
    import_rows(arguments, sizeof(arguments) / sizeof(arguments[0]));
}

Test(import_strace, what_cannot_be_read_is_left_out_with_its_place) {
    static const struct {
        const char *line, *message;
        unsigned col;
    } rows[] = {
        {"execve is what a program printed", "left out: no line of strace", 1},
        {"7 close(3", "left out: a call without its return", 3},
        {"sendto(3, \"x, 1, 0, NULL, 0) = 1", "left out: no arguments as strace writes them", 11},
        {"close({{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{) = 0",
         "left out: no arguments as strace writes them", 32},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        _cleanup_toc_diags_ struct toc_diags diags = {0};
        _cleanup_toc_buf_ struct toc_buf text = {0}, events = {0};

        toc_buf_addf(&text, "close(9) = 0\n%s\nclose(3) = 0\n", rows[i].line);
        import_text(text.p, text.n, &diags, &events, NULL);
        cr_assert_eq(diags.n, 1, "row %zu", i);
        cr_expect_str_eq(diags.items[0].message, rows[i].message, "row %zu", i);
        cr_expect(diags.items[0].line == 2 && diags.items[0].col == rows[i].col, "row %zu: %u", i,
                  diags.items[0].col);
        cr_expect_not_null(strstr(toc_buf_cstr(&events), "\"fd\":3"), "row %zu", i);
    }
}

Test(import_strace, names_beyond_those_remembered_are_counted) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_buf_ struct toc_buf text = {0}, events = {0}, said = {0};

    toc_buf_adds(&text, "close(3) = 0\n");
    for (int i = 0; i < TOC_IMPORT_NAMES + 5; i++)
        toc_buf_addf(&text, "call%d() = 0\n", i);
    import_text(text.p, text.n, &diags, &events, &said);
    cr_expect_not_null(strstr(toc_buf_cstr(&said), "1 record of "), "%s", said.p);
    cr_expect_not_null(strstr(said.p, " became an event, 1029 did not\n"), "%s", said.p);
    cr_expect_not_null(strstr(said.p, " and 1016 more, 5 of names beyond the first 1024\n"), "%s",
                       said.p);
}

Test(import_strace, calls_without_their_other_half_are_counted) {
    static const char text[] =
        "7 <... poll resumed>) = 1\n7 close(3 <unfinished ...>\n8 close(4 <unfinished ...>\n"
        "7 +++ killed by SIGKILL +++\n[pid 7] fork(strace: Process 8 attached\n";
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_buf_ struct toc_buf events = {0}, said = {0};

    import_text(text, strlen(text), &diags, &events, &said);
    cr_expect_not_null(
        strstr(toc_buf_cstr(&said),
               "4 of calls whose other half is not in the file: close 2, fork 1, poll 1\n"),
        "%s", said.p);
    cr_expect_eq(diags.n, 0);
}

Test(import_strace, a_line_that_goes_on_for_too_long_is_counted) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_buf_ struct toc_buf text = {0}, events = {0}, said = {0};

    toc_buf_adds(&text, "close(3) = 0\n");
    for (int i = 0; i < 2; i++)
        toc_buf_addf(&text, "%s%*sstrace: Process 8 attached\n", i ? "close(" : "fork(",
                     TOC_MAX_JSON_LINE / 2, "");
    import_text(text.p, text.n, &diags, &events, &said);
    cr_expect_not_null(strstr(toc_buf_cstr(&said),
                              "2 of calls whose other half is not in the file: close 1, fork 1\n"),
                       "%s", said.p);
}

Test(import_strace, control_data_is_truncated_where_an_item_is_left_out) {
    for (int more = 0; more < 2; more++) {
        _cleanup_toc_diags_ struct toc_diags diags = {0};
        _cleanup_toc_buf_ struct toc_buf text = {0}, events = {0};

        toc_buf_adds(&text, "sendmsg(3, {msg_iov=NULL, msg_control=[{cmsg_len=16}");
        for (int i = 1; i < TOC_MAX_CONTROL_ITEMS + more; i++)
            toc_buf_adds(&text, ", {cmsg_len=16}");
        toc_buf_adds(&text, "], msg_controllen=1024}, 0) = 0\n");
        import_text(text.p, text.n, &diags, &events, NULL);
        cr_expect_not_null(
            strstr(toc_buf_cstr(&events), more ? "truncated\":true" : "truncated\":false"));
    }
}
