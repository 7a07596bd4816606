// SPDX-License-Identifier: Apache-2.0
// What the programs in the kernel say of calls, timeouts, sockets and processes, asked of this one.
#include <criterion/criterion.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "prog_run.h"

TestSuite(prog_run_kernel, .init = prog_run_load, .fini = prog_run_unload);

Test(prog_run_kernel, every_call_is_known_by_abi_and_number) {
#define CALL(abi, number, kind) {abi, number, 0, kind},
#define SUBCALL(number, kind) {TOC_WIRE_I386, TOC_WIRE_NR_SOCKETCALL, number, kind},
    static const struct {
        uint32_t abi, nr, subcall, kind;
    } rows[] = {
#include "event/wire_calls.def"
        /* The same numbers mean other calls in other ABIs. */
        {TOC_WIRE_I386, 299, 0, 0},          {TOC_WIRE_I386, 307, 0, 0},
        {TOC_WIRE_X86_64, 345, 0, 0},        {TOC_WIRE_X86_64, 102, 20, 0},
        {TOC_WIRE_X86_64, 537, 0, 0},        {TOC_WIRE_I386, 102, 18, 0},
        {TOC_WIRE_I386, 102, UINT32_MAX, 0}, {TOC_WIRE_X86_64, TOC_WIRE_NUMBERS, 0, 0},
        {TOC_WIRE_X86_64, UINT32_MAX, 0, 0}, {TOC_WIRE_X32, 307, 0, 0},
    };

    NEED_KERNEL();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        x.abi = rows[i].abi;
        x.nr = rows[i].nr;
        x.subcall = rows[i].subcall;
        prog_run(skel->progs.extract_kind);
        cr_expect_eq(x.kind, rows[i].kind, "abi %u nr %u/%u: %x", x.abi, x.nr, x.subcall, x.kind);
    }
}

Test(prog_run_kernel, timeouts_by_layout) {
    int32_t old[2] = {-1, 999};
    int64_t now[2] = {5, -7};
    static const struct {
        uint32_t layout;
        int status;
    } rows[] = {{TOC_WIRE_TIME_NONE, TOC_WIRE_ABSENT}, {TOC_WIRE_TIME_TIME64, TOC_WIRE_NULL}};

    NEED_KERNEL();
    for (size_t i = 0; i < 2; i++) {
        x.layout = rows[i].layout;
        prog_run(skel->progs.extract_timeout);
        cr_expect_eq(x.timeout.status, rows[i].status);
    }
    x.at = (uintptr_t)now;
    prog_run(skel->progs.extract_timeout);
    cr_expect(x.timeout.status == TOC_WIRE_OK && x.timeout.sec == 5 && x.timeout.nsec == -7);
    x.layout = TOC_WIRE_TIME_TIME32;
    x.at = (uintptr_t)old;
    prog_run(skel->progs.extract_timeout);
    cr_expect(x.timeout.status == TOC_WIRE_OK && x.timeout.sec == -1 && x.timeout.nsec == 999);
    x.at = UINT64_C(0xffff800000000000);
    prog_run(skel->progs.extract_timeout);
    cr_expect_eq(x.timeout.status, TOC_WIRE_FAULT);
}

static void sock_of(int fd) {
    x.fd = (uint32_t)fd;
    prog_run(skel->progs.extract_sock);
}

Test(prog_run_kernel, a_socket_is_found_by_its_descriptor) {
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(53), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int segment = 1200;

    NEED_KERNEL();
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    sock_of(fd);
    cr_expect_eq(x.sock.status, TOC_WIRE_OK);
    cr_expect_eq(x.sock.family, AF_INET);
    cr_expect_eq(x.sock.type, SOCK_DGRAM);
    cr_expect_eq(x.sock.protocol, IPPROTO_UDP);
    cr_expect_eq(x.sock.peer.status, TOC_WIRE_NULL);
    cr_expect_eq(x.sock.gso_size, 0);
    cr_assert_eq(setsockopt(fd, SOL_UDP, UDP_SEGMENT, &segment, sizeof(segment)), 0);
    cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    sock_of(fd);
    cr_expect_eq(x.sock.peer.status, TOC_WIRE_OK);
    cr_expect_arr_eq(x.sock.peer.bytes, &to, 8);
    cr_expect_eq(x.sock.gso_size, segment);
    close(fd);
}

Test(prog_run_kernel, a_long_unix_path_comes_in_a_record_of_its_own) {
    struct sockaddr_un un = {.sun_family = AF_UNIX,
                             .sun_path = "\0a name that is longer than an inet6 address"};
    socklen_t len = offsetof(struct sockaddr_un, sun_path) + 43;

    NEED_KERNEL();
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    cr_assert_eq(bind(fd, (struct sockaddr *)&un, len), 0);
    sock_of(fd);
    cr_expect_eq(x.sock.local.status, TOC_WIRE_OK);
    cr_expect_arr_eq(x.sock.local.bytes, &un, TOC_WIRE_NAME);
    cr_expect_eq(x.sock.peer.status, TOC_WIRE_NULL);
    prog_run_drain();
    cr_assert_eq(n_extras, 1);
    cr_expect_eq(extras[0].view, TOC_WIRE_VIEW_LOCAL);
    cr_expect_eq(extras[0].name_n, len);
    cr_expect_arr_eq(extras[0].name, &un, len);
    close(fd);
}

Test(prog_run_kernel, what_is_no_socket_is_null) {
    NEED_KERNEL();
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    const int fds[] = {-1, fd, 1000000, INT32_MAX};

    for (size_t i = 0; i < 4; i++) {
        sock_of(fds[i]);
        cr_expect_eq(x.sock.status, TOC_WIRE_NULL, "descriptor %d", fds[i]);
        cr_expect_eq(x.sock.local.status, TOC_WIRE_ABSENT);
    }
    close(fd);
}

Test(prog_run_kernel, the_process_is_told_by_the_kernel) {
    NEED_KERNEL();
    prog_run(skel->progs.extract_proc);
    cr_expect_eq((pid_t)x.proc.pid, getpid());
    cr_expect_eq((pid_t)x.proc.tid, gettid());
    cr_expect_eq((pid_t)x.proc.ppid, getppid());
    cr_expect_eq(x.proc.uid, getuid());
    cr_expect_eq(x.proc.elf, 64);
    cr_expect_eq(x.proc.kthread, 0);
    cr_expect_neq(x.proc.exe_ino, 0);
    cr_expect_neq(x.proc.start_ns, 0);
}
