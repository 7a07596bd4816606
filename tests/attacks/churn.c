// SPDX-License-Identifier: Apache-2.0
// churn: threads send all the while, and meanwhile processes fork, are stopped, are killed and
// become other programs, whatever their threads are amid.

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"

#define GENERATIONS 24
#define THREADS 6
#define CHILDREN 3
/* Of a thread that ends by itself, as every second one does. */
#define SENDS 30

static struct sockaddr_in to;
static int blocking[2]; /* a socket of which nobody takes anything, and its peer */

/* The last name lies on a page that was never touched. */
static void send_some(struct batch *batch, int fd, int round) {
    void *cold = low_pages(PAGE);
    batch_set_name(batch, 2, (uintptr_t)cold, sizeof(to));
    if (round % 7 == 3)
        batch_send(batch, blocking[0], 2, round % 14 == 3 ? MSG_DONTWAIT : 0);
    else
        batch_send(batch, fd, 3, 0);
    munmap(cold, PAGE);
}

static void *sender(void *ends) {
    struct batch batch;
    int fd = udp_socket();
    batch_init(&batch, NATIVE, 3);
    for (unsigned i = 0; i < 3; i++)
        batch_set(&batch, i, i ? &to : NULL, i ? sizeof(to) : 0, "mm");
    for (int i = 0; !ends || i < SENDS; i++)
        send_some(&batch, fd, i);
    close(fd);
    return NULL;
}

static void start_sender(bool ends) {
    pthread_t thread;
    must(!pthread_create(&thread, NULL, sender, ends ? &to : NULL), "thread");
}

static pid_t start_child(void) {
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        start_sender(false);
        sender(&to);
        _exit(0);
    }
    return child;
}

static void end_children(const pid_t *children) {
    kill(children[0], SIGSTOP);
    kill(children[0], SIGCONT);
    for (int i = 0; i < CHILDREN; i++) {
        usleep(1000);
        kill(children[i], SIGKILL);
        waitpid(children[i], NULL, 0);
    }
}

/* In place of this program, or of a child that borrows its memory. */
static void next_generation(char **argv, int generation) {
    char number[16];
    pid_t child = 0;
    snprintf(number, sizeof(number), "%d", generation + 1);
    if (generation & 1)
        child = vfork();
    if (child == 0) {
        execl("/proc/self/exe", argv[0], number, NULL);
        _exit(EXIT_FAILURE);
    }
    waitpid(child, NULL, 0);
    _exit(0);
}

int main(int argc, char **argv) {
    int generation = argc > 1 ? atoi(argv[1]) : 0;
    pid_t children[CHILDREN];
    if (generation >= GENERATIONS) {
        puts("done");
        return 0;
    }
    close(receiver(&to, "127.0.0.1"));
    must(!socketpair(AF_UNIX, SOCK_DGRAM, 0, blocking), "socketpair");
    for (int i = 0; i < THREADS; i++)
        start_sender(i & 1);
    for (int i = 0; i < CHILDREN; i++)
        children[i] = start_child();
    usleep(1000 + (unsigned)generation * 377 % 4000);
    end_children(children);
    next_generation(argv, generation);
}
