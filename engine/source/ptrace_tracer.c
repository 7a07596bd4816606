// SPDX-License-Identifier: Apache-2.0
// The tracing process: waits for stops, and for the wish to end.
#include "source/ptrace_tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source/ptrace_guard.h"
#include "source/ptrace_stop.h"

#define STOPS_A_TURN 4

/* The reader may be gone before we ask to be told of it. */
static volatile sig_atomic_t look = 1;

/* Wakes waitpid. It may come just before that: the alarm comes again. */
static void nudged(int signal) {
    (void)signal;
    look = 1;
    alarm(1);
}

/* What the reader is sent is not for us: it tells us when to end. */
static void set_signals(void) {
    struct sigaction wake = {.sa_handler = nudged}, ignore = {.sa_handler = SIG_IGN};
    sigset_t none;

    sigaction(TOC_TRACER_NUDGE, &wake, NULL);
    sigaction(SIGALRM, &wake, NULL);
    sigaction(SIGINT, &ignore, NULL);
    sigaction(SIGTERM, &ignore, NULL);
    sigaction(SIGHUP, &ignore, NULL);
    sigaction(SIGQUIT, &ignore, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGTSTP, &ignore, NULL);
    sigaction(SIGCHLD, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Nothing of the reader's may be held open: it could outlive that. */
static void drop_files(void) {
    struct rlimit limit;
    int null = open("/dev/null", O_RDWR);

    for (int fd = 0; fd <= 2 && null >= 0; fd++)
        dup2(null, fd);
    if (syscall(SYS_close_range, 3u, ~0u, 0u) == 0)
        return;
    getrlimit(RLIMIT_NOFILE, &limit);
    for (int fd = 3; fd < (int)limit.rlim_cur && fd < 65536; fd++)
        close(fd);
}

/* Four descriptors a thread. */
static void raise_limit(void) {
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static void let_go(struct toc_tracer *tracer) {
    tracer->letting = true;
    for (size_t i = 0; i < TOC_TRACEE_BUCKETS; i++)
        for (struct toc_tracee *t = tracer->tracees.buckets[i]; t; t = t->next)
            ptrace(PTRACE_INTERRUPT, t->tid, NULL, NULL);
}

static void set_stage(const struct toc_tracer_task *task, uint32_t stage) {
    atomic_store(&task->shared->stage, stage);
}

static void answer(struct toc_tracer *tracer) {
    struct toc_ptrace_shared *shared = tracer->task->shared;
    uint64_t number = atomic_load(&shared->heartbeat);

    if (number != tracer->answered && !tracer->quiet)
        toc_ptrace_record_heartbeat(&tracer->recorder, number, atomic_load(&shared->heartbeat_at));
    tracer->answered = number;
}

static void look_around(struct toc_tracer *tracer) {
    const struct toc_tracer_task *task = tracer->task;
    bool orphan;

    if (!look)
        return;
    alarm(0);
    look = 0;
    answer(tracer);
    orphan = getppid() != task->reader;
    if (tracer->quiet || tracer->letting || !(orphan || atomic_load(&task->shared->ending)))
        return;
    if (orphan && task->kill)
        _exit(0); /* the kernel then kills what is traced */
    if (task->filtered) {
        tracer->quiet = true;
        set_stage(task, TOC_PTRACE_OVER);
    } else {
        let_go(tracer);
    }
}

/* Of threads that have stopped, the kernel tells of the one traced last: as long as others stop all
 * the time, it would never come to the first. So now and then one is asked for, each in its turn.
 */
static pid_t next_stop(struct toc_tracer *tracer, int *ret_status) {
    const struct toc_tracee *t = NULL;
    pid_t tid = 0;

    if (++tracer->n_stops % STOPS_A_TURN == 0 && tracer->tracees.n > 1)
        t = toc_tracees_next(&tracer->tracees);
    if (t)
        tid = waitpid(t->tid, ret_status, __WALL | WNOHANG);
    return tid > 0 ? tid : toc_ptrace_wait(&tracer->wait, tracer->tracees.n, ret_status);
}

static void run(struct toc_tracer *tracer) {
    int status;
    pid_t tid;

    for (;;) {
        look_around(tracer);
        tid = next_stop(tracer, &status);
        if (tid > 0)
            toc_tracer_stopped(tracer, tid, status);
        else if (errno != EINTR)
            return;
    }
}

static void explain(int error, const struct toc_tracer_task *task) {
    const char *why = strerror(-error), *hint = "";

    if (error == -EPERM)
        hint = ": it belongs to someone else, is traced already, or this system forbids it "
               "(kernel.yama.ptrace_scope)";
    task->shared->error = error;
    snprintf(task->shared->fault, sizeof(task->shared->fault), "process %d cannot be traced: %s%s",
             (int)task->pid, why, hint);
}

_Noreturn void toc_tracer_main(const struct toc_tracer_task *task) {
    static struct toc_tracer tracer;
    int r;

    tracer = (struct toc_tracer){.task = task,
                                 .recorder = {.out = {.shared = task->shared},
                                              .max_msgs = task->max_msgs,
                                              .payload_bytes = task->payload_bytes,
                                              .payloads = task->gate ? task->gate->payloads : 0,
                                              .cgroup_root = task->cgroup_root}};
    tracer.freezer = (struct toc_freezer){.gate = &tracer.gate,
                                          .recorder = &tracer.recorder,
                                          .pages = TOC_FREEZE_PAGES,
                                          .guarded = toc_gate_guards(task->gate),
                                          .tracees = &tracer.tracees};
    tracer.wait.n_cpus = (size_t)sysconf(_SC_NPROCESSORS_ONLN);
    set_signals();
    drop_files();
    raise_limit();
    prctl(PR_SET_NAME, "tocsin-tracer");
    /* What it traces may have its rights, and must not trace it in turn. */
    prctl(PR_SET_DUMPABLE, 0);
    prctl(PR_SET_PDEATHSIG, TOC_TRACER_NUDGE);
    r = toc_ptrace_gate_open(task->gate, &tracer.gate);
    if (r == 0)
        r = toc_tracer_seize(&tracer, task->pid);
    if (r < 0) {
        explain(r, task);
        set_stage(task, TOC_PTRACE_FAILED);
        _exit(1);
    }
    set_stage(task, TOC_PTRACE_WATCHING);
    run(&tracer);
    set_stage(task, TOC_PTRACE_OVER);
    _exit(0);
}
