// SPDX-License-Identifier: Apache-2.0
// A rewriting sender that hides: behind a flood, behind a crowd of blocked threads, behind another
// name, in a thread whose leader is gone, in a process that is over at once.

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"

/* ---- A flood ---- */

#define FLOODERS 3
#define FLOOD_VLEN 256

static atomic_int flooding;
static enum convention flood_convention;

static void *flood(void *unused) {
    (void)unused;
    struct sockaddr_in to = {.sin_family = AF_INET};
    struct batch batch;
    int sender = udp_socket();
    close(receiver(&to, "127.0.0.1"));
    batch_init(&batch, flood_convention, FLOOD_VLEN);
    for (unsigned i = 0; i < FLOOD_VLEN; i++)
        batch_set(&batch, i, &to, sizeof(to), "x");
    while (atomic_load(&flooding))
        batch_send(&batch, sender, FLOOD_VLEN, 0);
    return NULL;
}

static void behind_flood(enum convention convention,
                         void (*send)(enum convention convention, int sender)) {
    pthread_t threads[FLOODERS];
    flood_convention = convention;
    atomic_store(&flooding, 1);
    for (unsigned i = 0; i < FLOODERS; i++)
        must(!pthread_create(&threads[i], NULL, flood, NULL), "pthread_create");
    usleep(500000);
    send(convention, udp_socket());
    atomic_store(&flooding, 0);
    for (unsigned i = 0; i < FLOODERS; i++)
        pthread_join(threads[i], NULL);
}

static void flooded_cheat(enum convention convention) {
    behind_flood(convention, send_rewritten);
}

static void flooded_honest(enum convention convention) {
    send_unchanged(convention, udp_socket());
}

const struct attack attack_flooded = {"flooded", flooded_cheat, flooded_honest};

/* ---- A crowd ---- */

#define CROWD 1200
#define STACK 65536

static int crowd_socket;

static void *block(void *arg) {
    struct batch *batch = arg;
    batch_recv(batch, crowd_socket, 1, 0, 0);
    return NULL;
}

/* As many threads as may be, up to CROWD, wait in a receive while the batch is sent. */
static void behind_crowd(enum convention convention,
                         void (*send)(enum convention convention, int sender)) {
    struct sockaddr_in any;
    struct batch batch;
    pthread_attr_t attr;
    pthread_t thread;
    crowd_socket = receiver(&any, "127.0.0.1");
    batch_init(&batch, convention, 1);
    batch_set(&batch, 0, NULL, 0, "room");
    must(!pthread_attr_init(&attr) && !pthread_attr_setstacksize(&attr, STACK), "stack size");
    for (unsigned i = 0; i < CROWD && !pthread_create(&thread, &attr, block, &batch); i++)
        ;
    usleep(200000);
    send(convention, udp_socket());
    _exit(0);
}

static void crowded_cheat(enum convention convention) {
    behind_crowd(convention, send_rewritten);
}

static void crowded_honest(enum convention convention) {
    behind_crowd(convention, send_unchanged);
}

const struct attack attack_crowded = {"crowded", crowded_cheat, crowded_honest};

/* ---- Names and processes ---- */

static void other_name_cheat(enum convention convention) {
    must(!prctl(PR_SET_NAME, "chronyd"), "prctl");
    send_rewritten(convention, udp_socket());
}

static void other_name_honest(enum convention convention) {
    must(!prctl(PR_SET_NAME, "worker"), "prctl");
    send_unchanged(convention, udp_socket());
}

const struct attack attack_other_name = {"other-name", other_name_cheat, other_name_honest};

static void (*orphan_send)(enum convention convention, int sender);
static enum convention orphan_convention;

static void *orphan(void *unused) {
    (void)unused;
    usleep(100000);
    orphan_send(orphan_convention, udp_socket());
    _exit(0);
}

/* The first thread ends; what is left of the process has no leader alive. */
static void without_leader(enum convention convention,
                           void (*send)(enum convention convention, int sender)) {
    pthread_t thread;
    orphan_send = send;
    orphan_convention = convention;
    must(!pthread_create(&thread, NULL, orphan, NULL), "pthread_create");
    syscall(SYS_exit, 0);
}

static void orphan_thread_cheat(enum convention convention) {
    without_leader(convention, send_rewritten);
}

static void orphan_thread_honest(enum convention convention) {
    without_leader(convention, send_unchanged);
}

const struct attack attack_orphan_thread = {"orphan-thread", orphan_thread_cheat,
                                            orphan_thread_honest};

/* Children that make one call each and are gone: with a wild pointer, or without. */
static void short_lived(enum convention convention, bool wild) {
    struct sockaddr_in to;
    struct batch batch;
    int status, at = receiver(&to, "127.0.0.1"), sender = udp_socket();
    batch_init(&batch, convention, 1);
    batch_set(&batch, 0, &to, sizeof(to), "x");
    if (wild)
        batch_set_iov(&batch, 0, 0xffffffff81000000u);
    for (int i = 0; i < 20; i++) {
        pid_t child = fork();
        must(child >= 0, "fork");
        if (child == 0) {
            batch_send(&batch, sender, 1, 0);
            _exit(0);
        }
        must(waitpid(child, &status, 0) == child, "waitpid");
    }
    must(delivers(at, wild ? 0 : 20), "delivered");
}

static void short_lived_cheat(enum convention convention) {
    short_lived(convention, true);
}

static void short_lived_honest(enum convention convention) {
    short_lived(convention, false);
}

const struct attack attack_short_lived = {"short-lived", short_lived_cheat, short_lived_honest};
