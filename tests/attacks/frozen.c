// SPDX-License-Identifier: Apache-2.0
// frozen KIND TRIES CONVENTION [sendmsg|sendto]: sends whose memory other threads rewrite all the
// while between what rules allow and what they forbid; and on standard output how often what is
// forbidden arrived. frozen without CALL CONVENTION: one honest send by a program for which that
// call fails.

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "frozen.h"
#include "single.h"

#define FORBIDDEN_TTL 77
#define LONG 600

static struct sockaddr_in allowed, forbidden;

/* ---- What is turned ---- */

static void turn_name(struct race *race, bool bad) {
    struct sockaddr_in *name = (struct sockaddr_in *)race->batch.names[1];
    __atomic_store_n(&name->sin_addr.s_addr,
                     bad ? forbidden.sin_addr.s_addr : allowed.sin_addr.s_addr, __ATOMIC_SEQ_CST);
}

static void turn_header(struct race *race, bool bad) {
    batch_set_name(&race->batch, 1, (uintptr_t)race->batch.names[bad ? 2 : 1], sizeof(allowed));
}

static void turn_iov(struct race *race, bool bad) {
    batch_set_payload(&race->batch, 1, race->batch.payloads[1], bad ? 4 : 2);
}

static void turn_payload(struct race *race, bool bad) {
    __atomic_store_n(race->payload, bad ? 'f' : 'm', __ATOMIC_SEQ_CST);
}

/* Longer than what is looked at. */
static void lengthen(struct race *race) {
    race->length = LONG;
    race->payload = low_pages(PAGE);
    memset(race->payload, 'm', race->length);
    batch_set_payload(&race->batch, 1, race->payload, race->length);
}

static uint32_t *control_type;

static void turn_control(struct race *race, bool bad) {
    (void)race;
    __atomic_store_n(control_type, bad ? (uint32_t)IP_TTL : (uint32_t)IP_TOS, __ATOMIC_SEQ_CST);
}

/* One IP_TOS or IP_TTL, as the convention lays it out. */
static void add_control(struct race *race) {
    uint32_t word = sizeof(void *) == 8 && race->convention == NATIVE ? 8 : 4, len = word + 12;
    char *control = low_pages(PAGE);
    int on = 1;
    memcpy(control, &len, 4);
    memcpy(control + word, &(int){IPPROTO_IP}, 4);
    memcpy(control + word + 8, &(int){FORBIDDEN_TTL}, 4);
    control_type = (uint32_t *)(control + word + 4);
    batch_set_control(&race->batch, 1, (uintptr_t)control, len);
    must(!setsockopt(race->allowed, IPPROTO_IP, IP_RECVTTL, &on, sizeof(on)), "IP_RECVTTL");
}

/* ---- What arrived ---- */

static bool is_forbidden(const struct msghdr *msg, ssize_t n) {
    for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR((struct msghdr *)msg, c))
        if (c->cmsg_type == IP_TTL && *(int *)CMSG_DATA(c) == FORBIDDEN_TTL)
            return true;
    return n == 4 || ((char *)msg->msg_iov->iov_base)[0] == 'f';
}

static void arrived(struct race *race, unsigned *good, unsigned *bad) {
    char data[LONG], control[256];
    struct iovec iov = {data, sizeof(data)};
    *bad += (unsigned)drain_now(race->forbidden);
    for (;;) {
        struct msghdr msg = {.msg_iov = &iov,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof(control)};
        ssize_t n = recvmsg(race->allowed, &msg, MSG_DONTWAIT);
        if (n < 0)
            return;
        ++*(is_forbidden(&msg, n) ? bad : good);
    }
}

/* ---- The kinds ---- */

static void fill(struct race *race) {
    batch_init(&race->batch, race->convention, 3);
    for (unsigned i = 0; i < 2; i++)
        batch_set(&race->batch, i, &allowed, sizeof(allowed), "mm");
    batch_set(&race->batch, 2, &forbidden, sizeof(forbidden), "mm");
    race->payload = (char *)race->batch.payloads[1];
    race->length = 2;
    race->name_n = sizeof(allowed);
}

/* 2 when what there was left. */
static long race_send(struct race *race) {
    const struct batch *b = &race->batch;
    size_t header = sizeof(void *) == 8 && race->convention != NATIVE ? 32 : sizeof(struct mmsghdr);
    uintptr_t fd = (uintptr_t)race->sender, msg = (uintptr_t)b->headers + header;
    long ret;
    if (race->call == BATCH)
        return batch_send(&race->batch, race->sender, 2, 0);
    if (race->call == SENDMSG)
        ret = call_single(race->convention, &sendmsg_number, (const uintptr_t[6]){fd, msg});
    else
        ret = call_single(race->convention, &sendto_number,
                          (const uintptr_t[6]){fd, (uintptr_t)race->payload, race->length, 0,
                                               (uintptr_t)b->names[1], race->name_n});
    return ret > 0 ? 2 : ret;
}

static void race_for(struct race *race, long tries) {
    unsigned good = 0, bad = 0, denied = 0, other = 0;
    for (long i = 0; i < tries; i++) {
        long ret = race_send(race);
        denied += ret == -EPERM;
        other += ret != 2 && ret != -EPERM;
        arrived(race, &good, &bad);
    }
    race->over = true;
    printf("won %u arrived %u denied %u other %u meddled %u\n", bad, good, denied, other,
           race->meddled);
}

static void with_threads(struct race *race, void *(*second)(void *), long tries) {
    pthread_t threads[2];
    must(!pthread_create(&threads[0], NULL, race_turn, race), "thread");
    must(!second || !pthread_create(&threads[1], NULL, second, race), "thread");
    race_for(race, tries);
    pthread_join(threads[0], NULL);
    if (second)
        pthread_join(threads[1], NULL);
}

/* Each try in a process of its own, whose first send it is. */
static void setup(struct race *race, long tries) {
    for (long i = 0; i < tries; i++) {
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            with_threads(race, i & 1 ? race_exchange : race_meddle, 3);
            fflush(stdout);
            _exit(0);
        }
        waitpid(child, NULL, 0);
    }
}

/* The first message waits until somebody reads, and meanwhile the second is rewritten; or a single
 * one waits for room, and its payload is. */
static struct sockaddr_un waiting;

static int unix_receiver(struct sockaddr_un *ret, const char *name) {
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    snprintf(ret->sun_path + 1, 20, "%s-%d", name, (int)getpid());
    must(!bind(fd, (struct sockaddr *)ret, MAX_NAME), "bind");
    return fd;
}

struct later {
    struct race *race;
    struct sockaddr_un *bad;
    int full;
};

static void *rewrite_later(void *arg) {
    struct later *later = arg;
    char data[PAYLOAD];
    until_blocked();
    if (later->race->call == BATCH)
        memcpy(later->race->batch.names[1], later->bad, MAX_NAME);
    else
        turn_payload(later->race, true);
    while (recv(later->full, data, sizeof(data), MSG_DONTWAIT) > 0 && later->race->call != BATCH)
        ;
    return NULL;
}

static void blocked(struct race *race, long tries) {
    struct sockaddr_un good, bad;
    unsigned n_good = 0, n_bad = 0, other = 0;
    struct later later = {race, &bad, unix_receiver(&waiting, "waiting")};
    race->allowed = unix_receiver(&good, "allowed");
    race->forbidden = unix_receiver(&bad, "forbidden");
    race->sender = socket(AF_UNIX, SOCK_DGRAM, 0);
    race->name_n = MAX_NAME;
    if (race->call != BATCH)
        must(!setsockopt(race->sender, SOL_SOCKET, SO_SNDBUF, &(int){0}, sizeof(int)), "SO_SNDBUF");
    for (long i = 0; i < tries; i++) {
        pthread_t thread;
        while (sendto(race->sender, "x", 1, MSG_DONTWAIT, (struct sockaddr *)&waiting, MAX_NAME) ==
               1)
            ;
        batch_set(&race->batch, 0, &waiting, MAX_NAME, "mm");
        batch_set(&race->batch, 1, &good, MAX_NAME, "mm");
        must(!pthread_create(&thread, NULL, rewrite_later, &later), "thread");
        other += race_send(race) != 2;
        pthread_join(thread, NULL);
        arrived(race, &n_good, &n_bad);
    }
    printf("won %u arrived %u denied 0 other %u meddled 0\n", n_bad, n_good, other);
}

static void without(struct race *race, const char *call) {
    static const struct {
        const char *name;
        long nr;
    } calls[] = {{"mmap", SYS_mmap},       {"socketpair", SYS_socketpair},
                 {"recvmsg", SYS_recvmsg}, {"madvise", SYS_madvise},
                 {"mseal", 462},           {"nothing", -1}};
    unsigned good = 0, bad = 0;
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
        if (!strcmp(call, calls[i].name))
            forbid_call(calls[i].nr, ENOSYS);
    long ret = batch_send(&race->batch, race->sender, 2, 0);
    int next = dup(0);
    good = (unsigned)drain_now(race->allowed);
    printf("returned %ld arrived %u won %u next descriptor %d\n", ret, good, bad, next);
}

static const struct {
    const char *name;
    void (*turn)(struct race *race, bool bad);
    void *(*second)(void *);
} kinds[] = {
    {"name", turn_name, NULL},         {"header", turn_header, NULL},
    {"iov", turn_iov, NULL},           {"control", turn_control, NULL},
    {"range", turn_name, race_meddle}, {"payload", turn_payload, NULL},
    {"parted", turn_payload, NULL},    {"payload-range", turn_payload, race_meddle},
};

int main(int argc, char **argv) {
    static const char *const conventions[] = {"native", "int80", "socketcall"};
    struct race race = {.turn = turn_name};
    must(argc == 4 || argc == 5, "frozen KIND TRIES CONVENTION [sendmsg|sendto]");
    if (argc == 5)
        race.call = !strcmp(argv[4], "sendmsg") ? SENDMSG : SENDTO;
    for (int i = 0; i < 3; i++)
        if (!strcmp(argv[3], conventions[i]))
            race.convention = (enum convention)i;
    race.allowed = receiver(&allowed, "127.0.0.1");
    race.forbidden = receiver(&forbidden, "127.0.0.2");
    forbidden.sin_port = allowed.sin_port;
    close(race.forbidden);
    race.forbidden = udp_socket();
    must(!bind(race.forbidden, (struct sockaddr *)&forbidden, sizeof(forbidden)), "bind");
    race.sender = udp_socket();
    fill(&race);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(argv[1], kinds[i].name) != 0)
            continue;
        race.turn = kinds[i].turn;
        if (race.turn == turn_control)
            add_control(&race);
        if (!strcmp(kinds[i].name, "parted"))
            lengthen(&race);
        /* Once there is something to meddle with. */
        if (kinds[i].second)
            must(race_send(&race) == 2, "send");
        with_threads(&race, kinds[i].second, atol(argv[2]));
    }
    if (!strcmp(argv[1], "setup"))
        setup(&race, atol(argv[2]));
    if (!strcmp(argv[1], "blocked"))
        blocked(&race, atol(argv[2]));
    if (!strcmp(argv[1], "without"))
        without(&race, argv[2]);
    return 0;
}
