// SPDX-License-Identifier: Apache-2.0
// turns THREADS CALLS: threads that do nothing but make calls, each until every one has made that
// many. A minute is more than enough.

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "attack.h"

static atomic_int waited_for;
static long calls;

static void *take_turns(void *unused) {
    (void)unused;
    struct batch batch;
    int fd = udp_socket();
    batch_init(&batch, NATIVE, 1);
    for (long i = 0; waited_for > 0; i++) {
        batch_send(&batch, fd, 0, 0);
        if (i + 1 == calls)
            waited_for--;
    }
    close(fd);
    return NULL;
}

int main(int argc, char **argv) {
    pthread_t threads[64];
    must(argc == 3 && atoi(argv[1]) <= 64, "turns THREADS CALLS");
    waited_for = atoi(argv[1]);
    calls = atol(argv[2]);
    alarm(60);
    for (int i = 0; i < atoi(argv[1]); i++)
        must(!pthread_create(&threads[i], NULL, take_turns, NULL), "thread");
    for (int i = 0; i < atoi(argv[1]); i++)
        pthread_join(threads[i], NULL);
    return 0;
}
