// SPDX-License-Identifier: Apache-2.0
// Signal handlers that only take note.
#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t stop, typed;

static void on_stop(int signal, siginfo_t *info, void *context) {
    (void)context;
    typed = info->si_code == SI_KERNEL;
    stop = signal;
}

static void on_pipe(int signal) {
    (void)signal;
}

void toc_signals_init(void) {
    // Without SA_RESTART a read that blocks returns, and the loop sees the request.
    struct sigaction action = {.sa_sigaction = on_stop, .sa_flags = (int)SA_RESETHAND | SA_SIGINFO};

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    // A handler, not SIG_IGN: that would be inherited by a program that `run` starts.
    action = (struct sigaction){.sa_handler = on_pipe, .sa_flags = SA_RESTART};
    sigaction(SIGPIPE, &action, NULL);
}

int toc_signals_stop(void) {
    return stop;
}

bool toc_signals_typed(void) {
    return typed;
}
