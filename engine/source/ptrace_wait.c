// SPDX-License-Identifier: Apache-2.0
// Waits for the next stop of a traced thread.
#include "source/ptrace_wait.h"

#include <sched.h>
#include <sys/wait.h>
#include <time.h>

#define FIRST_LOOK_NS 25000u

static uint64_t now(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* As the kernel's halt_poll: more of it while stops come soon but later than it lasts, none of it
 * once one takes long. */
static uint64_t next_look(uint64_t look_ns, uint64_t took_ns) {
    if (took_ns > TOC_PTRACE_LOOK_NS)
        return 0;
    if (took_ns <= look_ns)
        return look_ns;
    look_ns = look_ns ? 2 * look_ns : FIRST_LOOK_NS;
    return look_ns < TOC_PTRACE_LOOK_NS ? look_ns : TOC_PTRACE_LOOK_NS;
}

pid_t toc_ptrace_wait(struct toc_ptrace_wait *w, size_t n_traced, int *ret_status) {
    uint64_t *look_ns = &w->look_ns[w->inside], begin;
    pid_t tid = 0;

    if (n_traced >= w->n_cpus)
        return waitpid(-1, ret_status, __WALL);
    begin = now();
    while (*look_ns && !tid && now() - begin < *look_ns) {
        tid = waitpid(-1, ret_status, __WALL | WNOHANG);
        if (!tid)
            sched_yield();
    }
    if (!tid)
        tid = waitpid(-1, ret_status, __WALL);
    *look_ns = next_look(*look_ns, now() - begin);
    return tid;
}
