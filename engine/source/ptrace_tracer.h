// SPDX-License-Identifier: Apache-2.0
// The tracing process: it alone talks to the kernel about the threads it traces.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "event/action.h"
#include "source/ptrace_ring.h"

struct toc_tracer_task {
    pid_t pid;     /* to trace, with all its threads and all it starts */
    bool filtered; /* it will install the filter of ptrace_call.h; else each system call stops */
    bool kill;     /* what is traced dies with the one that reads, and with the tracing process */
    uint32_t max_msgs, payload_bytes;
    pid_t reader;                     /* the process that forked us */
    struct toc_ptrace_shared *shared; /* what is seen goes there */
    const char *cgroup_root;          /* or NULL */
    const struct toc_gate *gate;      /* or NULL */
};

/* Is the tracing process until nothing is left to trace. Stops watching when shared->ending is set
 * or the reader is gone, then lets go of everything; but filtered programs it stays with to their
 * end, recording nothing, as their calls would fail without a tracer. */
_Noreturn void toc_tracer_main(const struct toc_tracer_task *task);

/* The signal that makes it look at shared->ending and shared->heartbeat: at once, or within a
 * second. */
#define TOC_TRACER_NUDGE SIGUSR1
