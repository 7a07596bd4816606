// SPDX-License-Identifier: Apache-2.0
// Honest sends of single messages: sendmsg, sendto and send.

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "honest_sends.h"
#include "single.h"

static void tell(const char *what, long ret, int at) {
    honest_tell(what, NULL, 0, ret, at);
}

static long send_msg(const struct batch *b, int fd, unsigned flags) {
    return call_single(convention, &sendmsg_number,
                       (const uintptr_t[6]){(uintptr_t)fd, (uintptr_t)b->headers, flags});
}

static long send_to(const struct batch *b, int fd, unsigned flags, uintptr_t name, long name_n) {
    return call_single(convention, &sendto_number,
                       (const uintptr_t[6]){(uintptr_t)fd, (uintptr_t)b->payloads[0], 2, flags,
                                            name, (uintptr_t)name_n});
}

static void with_headers(void) {
    struct sockaddr_in to;
    struct batch b;
    int at = receiver(&to, "127.0.0.1"), fd = udp_socket();
    honest_fill(&b, 1, &to);
    tell("sendmsg", send_msg(&b, fd, 0), at);
    tell("sendmsg, not to wait", send_msg(&b, fd, MSG_DONTWAIT | MSG_NOSIGNAL), at);
    tell("sendmsg, out of band", send_msg(&b, fd, MSG_OOB), at);
    tell("sendmsg, no descriptor", send_msg(&b, -1, 0), at);
    tell("sendmsg, no socket", send_msg(&b, 1, 0), at);
    batch_set_name(&b, 0, 8, 16);
    tell("sendmsg, name not there", send_msg(&b, fd, 0), at);
    batch_set_name(&b, 0, (uintptr_t)b.names, (unsigned)-1);
    tell("sendmsg, negative length", send_msg(&b, fd, 0), at);
    batch_set_name(&b, 0, (uintptr_t)b.names, 129);
    tell("sendmsg, long name", send_msg(&b, fd, 0), at);
    batch_set_name(&b, 0, (uintptr_t)file_page(&to, sizeof(to)), sizeof(to));
    tell("sendmsg, cold name", send_msg(&b, fd, 0), at);
    batch_set_iov(&b, 0, 8);
    tell("sendmsg, buffers not there", send_msg(&b, fd, 0), at);
    honest_fill(&b, 1, NULL);
    tell("sendmsg, no name", send_msg(&b, fd, 0), at);
    must(!connect(fd, (struct sockaddr *)&to, sizeof(to)), "connect");
    tell("sendmsg, connected", send_msg(&b, fd, 0), at);
    batch_set_control(&b, 0, 8, 32);
    tell("sendmsg, control not there", send_msg(&b, fd, 0), at);
    honest_fill(&b, 8, &to);
    batch_set_iov_count(&b, 0, 8);
    tell("sendmsg, eight pieces", send_msg(&b, fd, 0), at);
    batch_set_iov_count(&b, 0, 1025);
    tell("sendmsg, too many pieces", send_msg(&b, fd, 0), at);
    b.headers = (uint8_t *)8;
    tell("sendmsg, header not there", send_msg(&b, fd, 0), at);
}

/* A struct msghdr that ends where its page does. */
static void at_the_end(void) {
    bool narrow = sizeof(void *) == 4 || convention != NATIVE;
    size_t size = narrow ? 28 : 56;
    struct sockaddr_in to;
    struct batch b;
    int at = receiver(&to, "127.0.0.1"), fd = udp_socket();
    uint8_t *pages = low_pages(2 * PAGE);
    honest_fill(&b, 1, &to);
    memcpy(pages + PAGE - size, b.headers, size);
    b.headers = pages + PAGE - size;
    must(!munmap(pages + PAGE, PAGE), "munmap");
    tell("sendmsg, header at an end", send_msg(&b, fd, 0), at);
}

static void with_names(void) {
    struct sockaddr_in to;
    struct batch b;
    int at = receiver(&to, "127.0.0.1"), fd = udp_socket();
    honest_fill(&b, 1, &to);
    uintptr_t name = (uintptr_t)b.names[0];
    tell("sendto", send_to(&b, fd, 0, name, sizeof(to)), at);
    tell("sendto, out of band", send_to(&b, fd, MSG_OOB, name, sizeof(to)), at);
    tell("sendto, no descriptor", send_to(&b, -1, 0, name, sizeof(to)), at);
    tell("sendto, name not there", send_to(&b, fd, 0, 8, sizeof(to)), at);
    tell("sendto, negative length", send_to(&b, fd, 0, name, -1), at);
    tell("sendto, long name", send_to(&b, fd, 0, name, 129), at);
    tell("sendto, as long as can be", send_to(&b, fd, 0, name, 128), at);
    tell("sendto, no length", send_to(&b, fd, 0, name, 0), at);
    tell("sendto, no name", send_to(&b, fd, 0, 0, sizeof(to)), at);
    name = (uintptr_t)file_page(&to, sizeof(to));
    tell("sendto, cold name", send_to(&b, fd, 0, name, sizeof(to)), at);
    must(!connect(fd, (struct sockaddr *)&to, sizeof(to)), "connect");
    tell("sendto, connected", send_to(&b, fd, 0, 0, 0), at);
    tell("send",
         call_single(convention, &send_number,
                     (const uintptr_t[6]){(uintptr_t)fd, (uintptr_t)b.payloads[0], 2}),
         at);
}

/* A datagram socket whose peer takes nothing: a send blocks, until a signal or somebody reads. */
static void blocked_singles(void) {
    struct batch b;
    int s[2];
    char data[PAYLOAD];
    must(!socketpair(AF_UNIX, SOCK_DGRAM, 0, s), "socketpair");
    honest_fill(&b, 1, NULL);
    while (send_msg(&b, s[0], MSG_DONTWAIT) == 2)
        ;
    tell("sendmsg, no room", send_msg(&b, s[0], MSG_DONTWAIT), -1);
    honest_interrupt();
    tell("sendmsg, interrupted", send_msg(&b, s[0], 0), -1);
    tell("sendto, interrupted", send_to(&b, s[0], 0, 0, 0), -1);
    printf("signals: %d\n", honest_interrupted());
    pid_t child = fork();
    if (child == 0) {
        usleep(300000);
        while (recv(s[1], data, sizeof(data), MSG_DONTWAIT) > 0)
            ;
        _exit(0);
    }
    honest_alarm(SA_RESTART, 100, 0);
    tell("sendmsg, restarted", send_msg(&b, s[0], 0), -1);
    waitpid(child, NULL, 0);
    close(s[1]);
    signal(SIGPIPE, SIG_IGN);
    tell("sendmsg, closed", send_msg(&b, s[0], 0), -1);
}

void honest_singles(void) {
    with_headers();
    at_the_end();
    with_names();
    blocked_singles();
}
