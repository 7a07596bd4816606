// SPDX-License-Identifier: Apache-2.0
// load THREADS CALLS VLEN PAUSE_US: honest batches to loopback, CALLS in each thread, a pause after
// each.

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "attack.h"

static unsigned calls, vlen, pause_us;

static void *send_all(void *unused) {
    (void)unused;
    struct sockaddr_in to;
    struct batch batch;
    int at = receiver(&to, "127.0.0.1"), sender = udp_socket();
    batch_init(&batch, NATIVE, vlen);
    for (unsigned i = 0; i < vlen; i++)
        batch_set(&batch, i, &to, sizeof(to), "load");
    for (unsigned i = 0; i < calls; i++) {
        must(batch_send(&batch, sender, vlen, 0) == (long)vlen, "send");
        if (pause_us)
            usleep(pause_us);
    }
    close(at);
    close(sender);
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: load THREADS CALLS VLEN PAUSE_US\n");
        return 2;
    }
    unsigned n = (unsigned)atoi(argv[1]);
    calls = (unsigned)atoi(argv[2]);
    vlen = (unsigned)atoi(argv[3]);
    pause_us = (unsigned)atoi(argv[4]);
    pthread_t threads[64];
    must(n <= sizeof(threads) / sizeof(threads[0]), "threads");
    for (unsigned i = 0; i < n; i++)
        must(!pthread_create(&threads[i], NULL, send_all, NULL), "pthread_create");
    for (unsigned i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
