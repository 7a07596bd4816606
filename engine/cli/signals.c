// SPDX-License-Identifier: Apache-2.0
// Signal handlers that only take note.
#include "cli/signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>

/* Senders like timeout(1) signal the process and its group: the same wish, told twice. */
#define AGAIN_MS 500

static volatile sig_atomic_t stop, typed, reload, nohup;
static struct timespec asked;

static long since_ms(const struct timespec *then) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - then->tv_sec) * 1000 + (now.tv_nsec - then->tv_nsec) / 1000000;
}

static void on_stop(int number, siginfo_t *info, void *context) {
    int saved = errno;

    (void)context;
    if (!stop) {
        clock_gettime(CLOCK_MONOTONIC, &asked);
        typed = info->si_code == SI_KERNEL;
        stop = number;
    } else if (since_ms(&asked) > AGAIN_MS) {
        signal(number, SIG_DFL);
        raise(number);
    }
    errno = saved;
}

static void on_hangup(int number, siginfo_t *info, void *context) {
    if (info->si_code != SI_KERNEL)
        reload = 1;
    else if (!nohup)
        on_stop(number, info, context);
}

void toc_signals_take_hangup(void) {
    struct sigaction action = {.sa_sigaction = on_hangup, .sa_flags = SA_SIGINFO}, old;

    sigaction(SIGHUP, &action, &old);
    nohup = old.sa_handler == SIG_IGN;
}

bool toc_signals_take_reload(void) {
    bool asked_for = reload;

    if (asked_for)
        reload = 0;
    return asked_for;
}

static void on_pipe(int signal) {
    (void)signal;
}

void toc_signals_init(void) {
    // Without SA_RESTART a read that blocks returns, and the loop sees the request.
    struct sigaction action = {.sa_sigaction = on_stop, .sa_flags = SA_SIGINFO};

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
