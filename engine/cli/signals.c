// SPDX-License-Identifier: Apache-2.0
// Signal handlers that only take note.
#include "cli/signals.h"

#include <signal.h>
#include <string.h>

static volatile sig_atomic_t stop;

static void on_stop(int signal) {
    stop = signal;
}

static void on_pipe(int signal) {
    (void)signal;
}

void toc_signals_init(void) {
    struct sigaction action = {.sa_handler = on_stop, .sa_flags = (int)SA_RESETHAND};

    // Without SA_RESTART a blocking read or wait returns, and the loop sees the request.
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    // A handler, not SIG_IGN: a program started by `run` would inherit that.
    action.sa_handler = on_pipe;
    action.sa_flags = SA_RESTART;
    sigaction(SIGPIPE, &action, NULL);
}

int toc_signals_stop(void) {
    return stop;
}
