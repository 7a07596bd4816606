// SPDX-License-Identifier: Apache-2.0
// redirect sendmmsg|sendmsg|sendto CONVENTION [honest]: sends whose destination another thread
// rewrites on the way. Prints what arrived where: "returned R denied D shown S other O
// ports P Q".

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "single.h"

#define MESSAGES 40 /* more than are kept in the state of a call */
#define FIRST 20    /* that goes elsewhere */
#define TRIES 20000
#define ENOUGH 20 /* denied ones */

struct target {
    struct batch batch;
    struct sockaddr_in shown, other;
    int at_shown, at_other, sender, went_shown, went_other;
    bool honest;
};

static void set_up(struct target *t, enum convention convention, unsigned n) {
    t->at_shown = receiver(&t->shown, "127.0.0.1");
    t->at_other = receiver(&t->other, "127.0.0.2");
    t->sender = udp_socket();
    batch_init(&t->batch, convention, n);
    for (unsigned i = 0; i < n; i++)
        batch_set(&t->batch, i, &t->shown, sizeof(t->shown), "message");
}

/* sent: how many went to either place, which may take a moment. */
static void tell(struct target *t, long ret, int denied, long sent) {
    for (int i = 0; i < 100 && (i == 0 || t->went_shown + t->went_other < sent); i++) {
        t->went_shown += drain(t->at_shown, 0);
        t->went_other += drain(t->at_other, 0);
    }
    printf("returned %ld denied %d shown %d other %d ports %d %d\n", ret, denied, t->went_shown,
           t->went_other, ntohs(t->shown.sin_port), ntohs(t->other.sin_port));
}

static void rewrite(void *arg, unsigned page) {
    struct target *t = arg;
    (void)page;
    for (unsigned i = FIRST; i < MESSAGES && !t->honest; i++)
        memcpy(t->batch.names[i], &t->other, sizeof(t->other));
}

/* Message 0 holds the kernel up: meanwhile later names change. */
static void whole_batch(struct target *t, enum convention convention) {
    long ret;
    set_up(t, convention, MESSAGES);
    batch_set_payload(&t->batch, 0, served_pages(1, rewrite, t), 8);
    ret = batch_send(&t->batch, t->sender, MESSAGES, 0);
    served_pages_join();
    tell(t, ret, ret >= 0 && ret < MESSAGES, ret);
}

static atomic_int racing;

static void *flip(void *arg) {
    struct target *t = arg;
    while (atomic_load(&racing)) {
        memcpy(t->batch.names[0], &t->other, sizeof(t->other));
        memcpy(t->batch.names[0], &t->shown, sizeof(t->shown));
    }
    return NULL;
}

/* A name that changes all the time: now and then just after it was shown. */
static void race(struct target *t, enum convention convention, const struct number *number) {
    uintptr_t args[6] = {0};
    pthread_t thread;
    int denied = 0;
    long ret = 0, sent = 0;
    set_up(t, convention, 1);
    args[0] = (uintptr_t)t->sender;
    args[1] = (uintptr_t)t->batch.headers;
    if (number == &sendto_number) {
        args[1] = (uintptr_t)t->batch.payloads[0];
        args[2] = 7;
        args[4] = (uintptr_t)t->batch.names[0];
        args[5] = sizeof(t->shown);
    }
    atomic_store(&racing, 1);
    must(t->honest || !pthread_create(&thread, NULL, flip, t), "pthread_create");
    for (int i = 0; i < (t->honest ? TRIES / 100 : TRIES) && denied < ENOUGH; i++) {
        ret = call_single(convention, number, args);
        denied += ret == -EPERM;
        sent += ret > 0;
        t->went_shown += drain_now(t->at_shown);
        t->went_other += drain_now(t->at_other);
    }
    atomic_store(&racing, 0);
    if (!t->honest)
        pthread_join(thread, NULL);
    tell(t, ret, denied, sent);
}

int main(int argc, char **argv) {
    static const char *const conventions[] = {"native", "int80", "socketcall"};
    struct target t = {.honest = argc > 3 && !strcmp(argv[3], "honest")};
    enum convention convention = NATIVE;
    for (int i = 0; i < 3; i++)
        if (argc > 2 && !strcmp(argv[2], conventions[i]))
            convention = (enum convention)i;
    if (argc > 1 && !strcmp(argv[1], "sendmmsg"))
        whole_batch(&t, convention);
    else if (argc > 1 && !strcmp(argv[1], "sendmsg"))
        race(&t, convention, &sendmsg_number);
    else if (argc > 1 && !strcmp(argv[1], "sendto"))
        race(&t, convention, &sendto_number);
    else
        return 2;
    return 0;
}
