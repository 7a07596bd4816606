// SPDX-License-Identifier: Apache-2.0
// Sends by calls that are no send calls, by a socket that another process made, or as more
// datagrams than there are messages.

#include <errno.h>
#include <fcntl.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"

#define SEGMENT 100
#define SEGMENTS 20

static int connected_sender(int *ret_at) {
    struct sockaddr_in to;
    int sender = udp_socket();
    *ret_at = receiver(&to, "127.0.0.1");
    must(!connect(sender, (struct sockaddr *)&to, sizeof(to)), "connect");
    return sender;
}

/* write, writev, sendfile and splice: a datagram each. */
static void write_cheat(enum convention convention) {
    (void)convention;
    int at, pipes[2], sender = connected_sender(&at);
    struct iovec iov[] = {{"writ", 4}, {"ten", 3}};
    char path[] = "/var/tmp/tocsin-attack-XXXXXX";
    int file = mkstemp(path);
    must(file >= 0 && !unlink(path) && pwrite(file, "file", 4, 0) == 4, path);
    must(write(sender, "written", 7) == 7, "write");
    must(writev(sender, iov, 2) == 7, "writev");
    must(sendfile(sender, file, NULL, 4) == 4, "sendfile");
    must(!pipe(pipes) && write(pipes[1], "piped", 5) == 5, "pipe");
    must(splice(pipes[0], NULL, sender, NULL, 5, 0) == 5, "splice");
    must(delivers(at, 4), "delivered");
}

static void send_connected(enum convention convention) {
    struct batch batch;
    int at, sender = connected_sender(&at);
    batch_init(&batch, convention, 4);
    for (unsigned i = 0; i < 4; i++)
        batch_set(&batch, i, NULL, 0, "sent");
    must(batch_send(&batch, sender, 4, 0) == 4, "send");
    must(delivers(at, 4), "delivered");
}

const struct attack attack_write = {"write", write_cheat, send_connected};

/* ---- A socket passed along ---- */

static void pass(int through, int fd) {
    char control[CMSG_SPACE(sizeof(int))] = {0}, byte = 0;
    struct iovec iov = {&byte, 1};
    struct msghdr message = {.msg_iov = &iov,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof(control)};
    struct cmsghdr *item = CMSG_FIRSTHDR(&message);
    item->cmsg_level = SOL_SOCKET;
    item->cmsg_type = SCM_RIGHTS;
    item->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(item), &fd, sizeof(fd));
    must(sendmsg(through, &message, 0) == 1, "sendmsg");
}

static int passed(int through) {
    char control[CMSG_SPACE(sizeof(int))], byte;
    struct iovec iov = {&byte, 1};
    struct msghdr message = {.msg_iov = &iov,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof(control)};
    int fd;
    must(recvmsg(through, &message, 0) == 1 && CMSG_FIRSTHDR(&message), "recvmsg");
    memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
    return fd;
}

/* A child makes the socket; its parent sends with it. */
static void send_passed(enum convention convention,
                        void (*send)(enum convention convention, int sender)) {
    int pair[2], status;
    must(!socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        pass(pair[1], udp_socket());
        _exit(0);
    }
    int sender = passed(pair[0]);
    must(waitpid(child, &status, 0) == child && status == 0, "the child");
    send(convention, sender);
}

static void passed_cheat(enum convention convention) {
    send_passed(convention, send_rewritten);
}

static void passed_honest(enum convention convention) {
    send_passed(convention, send_unchanged);
}

const struct attack attack_passed = {"passed-socket", passed_cheat, passed_honest};

/* ---- Segmentation ---- */

static void send_segments(enum convention convention, bool option, bool control) {
    struct sockaddr_in to;
    struct batch batch;
    int at = receiver(&to, "127.0.0.1"), sender = udp_socket(), size = SEGMENT;
    bool wide = convention == NATIVE && sizeof(long) == 8;
    uint32_t head[3] = {wide ? 18 : 14, SOL_UDP, UDP_SEGMENT};
    uint16_t segment = SEGMENT;
    uint8_t *item = low_pages(PAGE);
    batch_init(&batch, convention, 1);
    batch_set(&batch, 0, &to, sizeof(to), "x");
    batch_set_payload(&batch, 0, low_pages(PAGE), (size_t)SEGMENT * SEGMENTS);
    memcpy(item, &head[0], sizeof(head[0]));
    memcpy(item + (wide ? 8 : 4), &head[1], 2 * sizeof(head[0]));
    memcpy(item + (wide ? 16 : 12), &segment, sizeof(segment));
    if (control)
        batch_set_control(&batch, 0, (uintptr_t)item, wide ? 24 : 16);
    if (option)
        must(!setsockopt(sender, SOL_UDP, UDP_SEGMENT, &size, sizeof(size)), "setsockopt");
    must(batch_send(&batch, sender, 1, 0) == 1, "send");
    must(delivers(at, option || control ? SEGMENTS : 1), "delivered");
}

static void segment_cheat(enum convention convention) {
    send_segments(convention, false, true);
}

static void segment_option_cheat(enum convention convention) {
    send_segments(convention, true, false);
}

static void segment_honest(enum convention convention) {
    send_segments(convention, false, false);
}

const struct attack attack_segment = {"segments", segment_cheat, segment_honest};
const struct attack attack_segment_option = {"segments-option", segment_option_cheat,
                                             segment_honest};
