// SPDX-License-Identifier: Apache-2.0
// Waits for the next stop of a traced thread. To be put to sleep and woken costs more than most
// calls take, so it looks for a moment first, where that has been seen to pay.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A stop that takes longer than this is slept for; and when one has, so is the next of its kind. */
#define TOC_PTRACE_LOOK_NS 200000u

struct toc_ptrace_wait {
    size_t n_cpus;
    bool inside;         /* set by the caller: the thread let go last is in a call */
    uint64_t look_ns[2]; /* to look for: outside, inside */
};

/* As waitpid(-1, ret_status, __WALL), which it is when there are as many threads traced as
 * processors, as then they want them. While it looks it gives way to whoever wants its own. */
pid_t toc_ptrace_wait(struct toc_ptrace_wait *wait, size_t n_traced, int *ret_status);
