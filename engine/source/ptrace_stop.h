// SPDX-License-Identifier: Apache-2.0
// What to do with a thread that stopped.
#pragma once

#include "source/ptrace_freeze.h"
#include "source/ptrace_gate.h"
#include "source/ptrace_record.h"
#include "source/ptrace_tracer.h"
#include "source/ptrace_wait.h"

struct toc_tracer {
    const struct toc_tracer_task *task;
    struct toc_ptrace_recorder recorder;
    struct toc_ptrace_gate gate;
    struct toc_freezer freezer;
    struct toc_tracees tracees;
    struct toc_ptrace_wait wait;
    uint64_t n_stops;  /* that were waited for */
    uint64_t answered; /* the last heartbeat that was */
    bool quiet;        /* record nothing */
    bool each;         /* other filters may answer before ours: each system call stops */
    bool letting;      /* go of every thread, at its next stop */
};

/* status: from waitpid, of thread tid. */
void toc_tracer_stopped(struct toc_tracer *tracer, pid_t tid, int status);

/* Begins to trace each thread of the process. 0 or -errno. */
int toc_tracer_seize(struct toc_tracer *tracer, pid_t pid);
