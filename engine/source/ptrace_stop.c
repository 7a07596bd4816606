// SPDX-License-Identifier: Apache-2.0
// What to do with a thread that stopped.
#include "source/ptrace_stop.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "source/ptrace_guard.h"

#define SYSCALL_STOP (SIGTRAP | 0x80)

/* One amid a frozen call is let go behind it. */
static bool may_let(const struct toc_tracer *tracer, const struct toc_tracee *t) {
    return tracer->letting && !t->freeze;
}

/* A thread that was killed meanwhile is no error: its end will be told. */
static void resume(struct toc_tracer *tracer, const struct toc_tracee *t, int signal) {
    bool to_next = t->changed || t->freeze || t->guarded ||
                   (!tracer->quiet && (!tracer->task->filtered || tracer->each || t->in_call));

    tracer->wait.inside = t->in_call || t->freeze;
    if (may_let(tracer, t))
        ptrace(PTRACE_DETACH, t->tid, NULL, (void *)(long)signal);
    else
        ptrace(to_next ? PTRACE_SYSCALL : PTRACE_CONT, t->tid, NULL, (void *)(long)signal);
}

/* A process ends with the thread whose number it has. */
static void forget(struct toc_tracer *tracer, pid_t tid) {
    struct toc_tracee *t = toc_tracees_find(&tracer->tracees, tid);

    if (t && t->in_call && !tracer->letting)
        toc_ptrace_record_gone(&tracer->recorder, t);
    if (t)
        toc_freeze_drop(t);
    toc_ranges_drop(&tracer->freezer.ranges, tid);
    toc_tracees_drop(&tracer->tracees, tid);
}

/* Threads of the same process may be given the filter, too: they stop before they make a call. */
static void stop_at_each(struct toc_tracer *tracer) {
    tracer->each = true;
    for (size_t i = 0; i < TOC_TRACEE_BUCKETS; i++)
        for (struct toc_tracee *t = tracer->tracees.buckets[i]; t; t = t->next)
            ptrace(PTRACE_INTERRUPT, t->tid, NULL, NULL);
}

static bool is_wanted(const struct toc_tracer *tracer, uint32_t kind) {
    return atomic_load_explicit(&tracer->task->shared->wanted, memory_order_relaxed) >>
               TOC_KIND_EVENT(kind) &
           1;
}

/* Where each call stops, the filter stops it once more. */
static void entered(struct toc_tracer *tracer, struct toc_tracee *t,
                    const struct __ptrace_syscall_info *info) {
    bool at_filter = info->op == PTRACE_SYSCALL_INFO_SECCOMP;
    bool at_each = tracer->each || !tracer->task->filtered;
    uint64_t nr = at_filter ? info->seccomp.nr : info->entry.nr;
    const uint64_t *args = (const uint64_t *)(at_filter ? info->seccomp.args : info->entry.args);
    uint32_t arch = info->arch, kind = toc_ptrace_kind(arch, nr, args[0]);
    struct toc_freezer *freezer = &tracer->freezer;

    if (at_filter != at_each && !tracer->letting && toc_ptrace_is_unknown(arch, nr))
        toc_ptrace_count(&tracer->task->shared->counts.unknown, 1);
    if (!at_each && toc_ptrace_listens(arch, nr, args))
        stop_at_each(tracer);
    if (tracer->letting || t->changed || t->in_call)
        return;
    if (freezer->guarded)
        toc_guard_enter(&freezer->ranges, &freezer->guard_seq, t, arch, nr, args);
    if (!kind || !is_wanted(tracer, kind))
        return;
    if (toc_freezer_wants(freezer, kind))
        toc_freeze_enter(freezer, t, kind, nr, args);
    else if (toc_ptrace_gate_wants(&tracer->gate, kind))
        toc_ptrace_gate_enter(&tracer->gate, &tracer->recorder, t, kind, nr, args);
    else
        toc_ptrace_record_enter(&tracer->recorder, t, kind, nr, args);
}

/* By a filter of the program's own, which counts on there being no tracer. */
static bool is_foreign(const struct __ptrace_syscall_info *info) {
    return info->op == PTRACE_SYSCALL_INFO_SECCOMP &&
           (info->seccomp.ret_data & SECCOMP_RET_DATA) != TOC_PTRACE_FILTER_MARK;
}

/* The call fails as it would then. */
static void fail_as_untraced(const struct toc_tracee *t) {
    toc_regs regs;

    if (!toc_regs_get(t->tid, &regs) || regs.orig_rax == (unsigned long long)-1)
        return; /* it is passed over as it is */
    toc_regs_skip(&regs, ENOSYS);
    toc_regs_set(t->tid, &regs);
}

static void at_syscall(struct toc_tracer *tracer, struct toc_tracee *t) {
    struct __ptrace_syscall_info info;

    if (tracer->quiet)
        t->guarded = 0;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, t->tid, sizeof(info), &info) <= 0)
        return;
    if (is_foreign(&info)) {
        fail_as_untraced(t);
        return;
    }
    if (tracer->quiet && !t->changed && !t->freeze)
        return;
    if (t->freeze) {
        bool behind = info.op == PTRACE_SYSCALL_INFO_EXIT;

        tracer->freezer.quiet = tracer->quiet;
        toc_freeze_stop(&tracer->freezer, t, behind, behind ? info.exit.rval : 0);
        return;
    }
    if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
        t->guarded = 0;
        toc_ptrace_gate_exit(t);
    }
    if (tracer->quiet)
        return;
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY || info.op == PTRACE_SYSCALL_INFO_SECCOMP)
        entered(tracer, t, &info);
    else if (info.op == PTRACE_SYSCALL_INFO_EXIT && t->in_call)
        toc_ptrace_record_exit(&tracer->recorder, t, info.exit.rval);
}

/* All other threads of the process are gone; the one that called exec has got the leader's number.
 */
static void at_exec(struct toc_tracer *tracer, struct toc_tracee *t) {
    unsigned long former = 0;

    if (ptrace(PTRACE_GETEVENTMSG, t->tid, NULL, &former) == 0 && former && (pid_t)former != t->tid)
        forget(tracer, (pid_t)former);
    /* The leader's, which ended inside. */
    if (t->in_call && !tracer->letting)
        toc_ptrace_record_gone(&tracer->recorder, t);
    t->in_call = t->changed = false;
    t->guarded = 0;
    toc_freeze_drop(t);
    toc_ranges_drop(&tracer->freezer.ranges, t->tid);
    toc_ptrace_facts_close(&t->facts);
}

static bool is_group_stop(int status) {
    int signal = WSTOPSIG(status);

    return status >> 16 == PTRACE_EVENT_STOP &&
           (signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU);
}

void toc_tracer_stopped(struct toc_tracer *tracer, pid_t tid, int status) {
    struct toc_tracee *t;
    bool letting;
    int signal = 0;

    if (!WIFSTOPPED(status)) {
        forget(tracer, tid);
        return;
    }
    t = toc_tracees_get(&tracer->tracees, tid);
    if (!t) {
        ptrace(PTRACE_DETACH, tid, NULL, NULL);
        return;
    }
    if (is_group_stop(status) && !tracer->letting) {
        ptrace(PTRACE_LISTEN, tid, NULL, NULL);
        return;
    }
    if (WSTOPSIG(status) == SYSCALL_STOP || status >> 16 == PTRACE_EVENT_SECCOMP)
        at_syscall(tracer, t);
    else if (status >> 16 == PTRACE_EVENT_EXEC)
        at_exec(tracer, t);
    else if (status >> 16 == 0)
        signal = WSTOPSIG(status); /* on its way to the thread */
    letting = may_let(tracer, t);
    resume(tracer, t, signal);
    if (letting)
        forget(tracer, tid);
}
