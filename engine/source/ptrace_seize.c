// SPDX-License-Identifier: Apache-2.0
// Begins to trace every thread of a process that runs.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>

#include "source/ptrace_stop.h"

/* Threads that others start while the list is read are traced from their start, once the one that
 * starts them is. */
#define MAX_PASSES 100

static int seize_thread(struct toc_tracer *tracer, pid_t tid) {
    long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                   PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;

    if (tracer->task->filtered)
        options |= PTRACE_O_TRACESECCOMP;
    if (tracer->task->kill)
        options |= PTRACE_O_EXITKILL;
    if (ptrace(PTRACE_SEIZE, tid, NULL, (void *)options) < 0)
        return -errno;
    if (!toc_tracees_get(&tracer->tracees, tid))
        return -ENOMEM;
    /* Only what stopped once can be told to stop at each system call; a filter needs no telling. */
    if (!tracer->task->filtered)
        ptrace(PTRACE_INTERRUPT, tid, NULL, NULL);
    return 0;
}

/* 1: there were new ones. */
static int pass(struct toc_tracer *tracer, DIR *threads) {
    struct dirent *entry;
    int found = 0;

    rewinddir(threads);
    while ((entry = readdir(threads))) {
        pid_t tid = (pid_t)atoi(entry->d_name);
        int r;

        if (tid <= 0 || toc_tracees_find(&tracer->tracees, tid))
            continue;
        r = seize_thread(tracer, tid);
        if (r < 0 && r != -ESRCH && tracer->tracees.n == 0)
            return r;
        /* That it cannot be traced now may mean that it is, as a child of one that is. */
        found |= r == 0;
    }
    return found;
}

int toc_tracer_seize(struct toc_tracer *tracer, pid_t pid) {
    char path[64];
    DIR *threads;
    int r = 1;

    snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    threads = opendir(path);
    if (!threads)
        return errno == ENOENT ? -ESRCH : -errno;
    for (int i = 0; i < MAX_PASSES && r > 0; i++)
        r = pass(tracer, threads);
    closedir(threads);
    if (r == 0 && tracer->tracees.n == 0)
        return -ESRCH;
    return r < 0 ? r : 0;
}
