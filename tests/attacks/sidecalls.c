// SPDX-License-Identifier: Apache-2.0
// sidecalls [native|int80|socketcall|RACE [honest]]: makes each call that moves no message once,
// and prints what it passed and what it got back, one line of JSON a call.

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "sidecalls.h"

/* Numbers of x86-64 and of i386; 0: there is none. */
static const struct {
    const char *name;
    int nr64, nr32;
} calls[] = {
    [SELECT] = {"select", 23, 142},
    [OLD_SELECT] = {"select", 0, 82},
    [PSELECT6] = {"pselect6", 270, 308},
    [PSELECT6_64] = {"pselect6", 0, 413},
    [POLL] = {"poll", 7, 168},
    [PPOLL] = {"ppoll", 271, 309},
    [PPOLL_64] = {"ppoll", 0, 414},
    [EPOLL_WAIT] = {"epoll_wait", 232, 256},
    [EPOLL_PWAIT] = {"epoll_pwait", 281, 319},
    [EPOLL_PWAIT2] = {"epoll_pwait2", 441, 441},
    [CONNECT] = {"connect", 42, 362},
    [CLOSE] = {"close", 3, 6},
    [DUP2] = {"dup2", 33, 63},
    [DUP3] = {"dup3", 292, 330},
    [USERFAULTFD] = {"userfaultfd", 323, 374},
    [PRCTL] = {"prctl", 157, 172},
    [URING] = {"io_uring_setup", 425, 425},
    [BPF] = {"bpf", 321, 357},
};

struct memory *m;
enum convention convention;
bool compat;
int ready[2], quiet[2];

#ifdef __x86_64__
static long int80(long nr, const long *a) {
    long ret;

    __asm__ volatile("sub $128, %%rsp; push %%rbp; mov %[f], %%rbp; int $0x80; pop %%rbp; "
                     "add $128, %%rsp"
                     : "=a"(ret)
                     : "a"(nr), "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4]), [f] "r"(a[5])
                     : "memory", "cc", "r8", "r9", "r10", "r11");
    return (int)ret;
}
#endif

static long kernel(long nr, const long *a) {
    long ret;

#ifdef __x86_64__
    if (convention != NATIVE)
        return int80(nr, a);
#endif
    ret = syscall(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
    return ret < 0 ? -errno : ret;
}

int call_number(int which) {
    return compat ? calls[which].nr32 : calls[which].nr64;
}

long call(int which, const long *a) {
    int nr = call_number(which);

    if (which == CONNECT && convention == SOCKETCALL) {
        for (int i = 0; i < 3; i++)
            m->args[i] = (uint32_t)a[i];
        return kernel(102, (long[6]){3, (long)m->args});
    }
    return nr ? kernel(nr, a) : -ENOSYS;
}

void tell(int which, long ret) {
    bool multiplexed = which == CONNECT && convention == SOCKETCALL;

    printf("{\"name\":\"%s\",\"nr\":%d,\"ret\":%ld", calls[which].name,
           multiplexed ? 102 : call_number(which), ret);
}

void told(void) {
    printf("}\n");
    fflush(stdout);
}

static void connect_to(const void *address, socklen_t n, int type, const char *json) {
    int fd = socket(((const struct sockaddr *)address)->sa_family, type, 0);
    long ret;

    if (fd < 0)
        return;
    memcpy(&m->address, address, n);
    ret = CALL(CONNECT, fd, at(&m->address), (long)n);
    tell(CONNECT, ret);
    printf(",\"sockfd\":%d,\"addrlen\":%u,%s", fd, n, json);
    told();
    close(fd);
}

static void connect_each(void) {
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(9), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct sockaddr_in6 to6 = {
        .sin6_family = AF_INET6, .sin6_port = htons(9), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr_in6 mapped = {.sin6_family = AF_INET6, .sin6_port = htons(9)};
    struct sockaddr_un path = {.sun_family = AF_UNIX, .sun_path = "/nonexistent/socket"};
    struct sockaddr_un abstract = {.sun_family = AF_UNIX, .sun_path = "\0tocsin-nobody"};
    struct sockaddr_in listening;
    socklen_t n = sizeof(listening);
    char json[80];
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    connect_to(&to, sizeof(to), SOCK_DGRAM, "\"ip\":\"127.0.0.1\",\"port\":9,\"kernel\":true");
    connect_to(&to6, sizeof(to6), SOCK_DGRAM, "\"ip\":\"::1\",\"port\":9,\"kernel\":true");
    inet_pton(AF_INET6, "::ffff:127.0.0.1", &mapped.sin6_addr);
    connect_to(&mapped, sizeof(mapped), SOCK_DGRAM,
               "\"ip\":\"127.0.0.1\",\"port\":9,\"kernel\":true");
    to.sin_addr.s_addr = 0;
    connect_to(&to, sizeof(to), SOCK_DGRAM, "\"ip\":\"0.0.0.0\",\"port\":9,\"kernel\":true");
    connect_to(&path, sizeof(path), SOCK_STREAM, "\"path\":\"/nonexistent/socket\"");
    connect_to(&abstract, offsetof(struct sockaddr_un, sun_path) + 14, SOCK_DGRAM,
               "\"path\":\"@tocsin-nobody\"");
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = 0;
    must(!bind(fd, (void *)&to, sizeof(to)) && !listen(fd, 1) &&
             !getsockname(fd, (void *)&listening, &n),
         "listen");
    snprintf(json, sizeof(json), "\"ip\":\"127.0.0.1\",\"port\":%u,\"kernel\":true",
             ntohs(listening.sin_port));
    connect_to(&listening, sizeof(listening), SOCK_STREAM, json);
    connect_to(&listening, sizeof(listening), SOCK_STREAM | SOCK_NONBLOCK, json);
}

static void plain(void) {
    long ret = CALL(DUP2, quiet[0], 60);

    tell(DUP2, ret);
    printf(",\"oldfd\":%d,\"newfd\":60", quiet[0]);
    told();
    ret = CALL(DUP3, 60, 61, 0x80000);
    tell(DUP3, ret);
    printf(",\"oldfd\":60,\"newfd\":61,\"flags\":%d", 0x80000);
    told();
    ret = CALL(CLOSE, 61);
    tell(CLOSE, ret);
    printf(",\"fd\":61");
    told();
    ret = CALL(CLOSE, -7);
    tell(CLOSE, ret);
    printf(",\"fd\":-7");
    told();
    ret = CALL(PRCTL, 38, 2);
    tell(PRCTL, ret);
    printf(",\"option\":38,\"arg2\":2");
    told();
    ret = CALL(USERFAULTFD, 0x80001);
    tell(USERFAULTFD, ret);
    printf(",\"flags\":%d", 0x80001);
    told();
    m->uring[2] = 0x8 | 0x10;
    m->uring[1] = 32;
    m->uring[4] = 77;
    ret = CALL(URING, 4, at(m->uring));
    tell(URING, ret);
    printf(",\"entries\":4,\"uring_flags\":24,\"idle\":77,\"sq_entries\":%u,\"cq_entries\":%u",
           m->uring[0], m->uring[1]);
    told();
    ret = CALL(BPF, 77, at(m->attr), 16);
    tell(BPF, ret);
    printf(",\"cmd\":77,\"attr_size\":16");
    told();
}

int main(int argc, char **argv) {
    const char *how = argc > 1 ? argv[1] : "native";

    convention = !strcmp(how, "int80") ? INT80 : !strcmp(how, "socketcall") ? SOCKETCALL : NATIVE;
    compat = sizeof(void *) == 4 || convention != NATIVE;
    m = low_pages((sizeof(*m) + PAGE - 1) / PAGE * PAGE);
    must(!pipe(ready) && !pipe(quiet) && write(ready[1], "x", 1) == 1, "pipes");
    if (race(how, argc > 2))
        return 0;
    wait_each();
    connect_each();
    plain();
    return 0;
}
