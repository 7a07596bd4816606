// SPDX-License-Identifier: Apache-2.0
// Something stands between the program and the kernel: a supervisor that sends in its place, a
// tracer that exchanges arguments, a handler of the program's own system calls.

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attack.h"

struct one {
    struct batch batch;
    struct sockaddr_in shown, other;
    int at_shown, at_other, sender;
};

static void one_init(struct one *one, enum convention convention) {
    one->at_shown = receiver(&one->shown, "127.0.0.1");
    one->at_other = receiver(&one->other, "127.0.0.2");
    one->sender = udp_socket();
    batch_init(&one->batch, convention, 1);
    batch_set(&one->batch, 0, &one->shown, sizeof(one->shown), "message");
}

/* Ends as the child did when that could not be tried. */
static void judge(int status) {
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        exit(77);
}

static void finished(pid_t child) {
    int status;
    must(waitpid(child, &status, 0) == child, "waitpid");
    judge(status);
    must(WIFEXITED(status) && !WEXITSTATUS(status), "the child");
}

/* ---- seccomp user notification ---- */

/* Returns the listener. */
static int notify_on_send(void) {
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sendmmsg, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};
    must(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl");
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
                        &program);
}

/* The child's call is held; the parent, which has the same socket, sends instead of it and gives
 * the result, or lets it go on. The child's listener is its lowest free descriptor. */
static void supervise(enum convention convention, bool instead) {
    struct one one;
    struct seccomp_notif call = {0};
    struct seccomp_notif_resp answer = {0};
    int ready[2];
    one_init(&one, convention);
    must(!pipe(ready), "pipe");
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        int listener = notify_on_send();
        must(listener >= 0 && write(ready[1], &listener, sizeof(listener)) > 0, "seccomp");
        must(batch_send(&one.batch, one.sender, 1, 0) == 1, "send");
        _exit(0);
    }
    int theirs, pidfd = (int)syscall(SYS_pidfd_open, child, 0);
    must(read(ready[0], &theirs, sizeof(theirs)) == sizeof(theirs), "listener");
    int listener = (int)syscall(SYS_pidfd_getfd, pidfd, theirs, 0);
    need(listener >= 0, "pidfd_getfd");
    must(!ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call), "SECCOMP_IOCTL_NOTIF_RECV");
    answer.id = call.id;
    answer.flags = instead ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    if (instead) {
        answer.val = 1;
        must(sendto(one.sender, "other", 5, 0, (struct sockaddr *)&one.other, sizeof(one.other)) ==
                 5,
             "sendto");
    }
    must(!ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer), "SECCOMP_IOCTL_NOTIF_SEND");
    finished(child);
    must(delivers(one.at_other, instead) && delivers(one.at_shown, !instead), "delivered");
}

static void supervised_cheat(enum convention convention) {
    supervise(convention, true);
}

static void supervised_honest(enum convention convention) {
    supervise(convention, false);
}

const struct attack attack_supervised = {"supervised", supervised_cheat, supervised_honest};

/* ---- ptrace ---- */

#ifdef __x86_64__
#define CALL_NUMBER orig_rax
#define CALL_RESULT rax
#else
#define CALL_NUMBER orig_eax
#define CALL_RESULT eax
#endif

static void registers(pid_t child, struct user_regs_struct *regs) {
    must(!ptrace(PTRACE_GETREGS, child, 0, regs), "PTRACE_GETREGS");
}

static void stop_at_call(pid_t child) {
    int status;
    must(!ptrace(PTRACE_SYSCALL, child, 0, 0), "PTRACE_SYSCALL");
    must(waitpid(child, &status, 0) == child && WIFSTOPPED(status), "a stop");
}

/* The child's destination is written over before its call begins. */
static void exchange(pid_t child, struct one *one) {
    uint8_t *at = one->batch.names[0];
    long words[2];
    memcpy(words, &one->other, sizeof(words) < sizeof(one->other) ? sizeof(words) : 16);
    for (unsigned i = 0; i < 2; i++)
        must(!ptrace(PTRACE_POKEDATA, child, at + i * sizeof(long), (void *)words[i]), "POKEDATA");
}

/* The tracer is still there when the call has returned. */
static void exchange_and_stay(pid_t child, struct one *one) {
    exchange(child, one);
    stop_at_call(child);
}

/* The call never begins: the tracer sends and makes up the result. */
static void suppress(pid_t child, struct one *one) {
    struct user_regs_struct regs;
    registers(child, &regs);
    regs.CALL_NUMBER = (__typeof__(regs.CALL_NUMBER))-1;
    must(!ptrace(PTRACE_SETREGS, child, 0, &regs), "PTRACE_SETREGS");
    must(sendto(one->sender, "other", 5, 0, (struct sockaddr *)&one->other, sizeof(one->other)) ==
             5,
         "sendto");
    stop_at_call(child);
    registers(child, &regs);
    regs.CALL_RESULT = 1;
    must(!ptrace(PTRACE_SETREGS, child, 0, &regs), "PTRACE_SETREGS");
}

static void trace(enum convention convention, void (*meddle)(pid_t child, struct one *one)) {
    struct one one;
    struct user_regs_struct regs;
    int status;
    one_init(&one, convention);
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        if (meddle)
            need(!ptrace(PTRACE_TRACEME, 0, 0, 0) && !raise(SIGSTOP), "PTRACE_TRACEME");
        must(batch_send(&one.batch, one.sender, 1, 0) == 1, "send");
        _exit(0);
    }
    if (meddle) {
        must(waitpid(child, &status, 0) == child, "waitpid");
        judge(status);
        do {
            stop_at_call(child);
            registers(child, &regs);
        } while (regs.CALL_NUMBER != SYS_sendmmsg);
        meddle(child, &one);
        must(!ptrace(PTRACE_DETACH, child, 0, 0), "PTRACE_DETACH");
    }
    finished(child);
    must(delivers(one.at_other, meddle != NULL) && delivers(one.at_shown, !meddle), "delivered");
}

static void traced_cheat(enum convention convention) {
    trace(convention, exchange_and_stay);
}

static void traced_let_go_cheat(enum convention convention) {
    trace(convention, exchange);
}

static void traced_instead_cheat(enum convention convention) {
    trace(convention, suppress);
}

static void traced_honest(enum convention convention) {
    trace(convention, NULL);
}

const struct attack attack_traced = {"traced", traced_cheat, traced_honest};
const struct attack attack_traced_let_go = {"traced-let-go", traced_let_go_cheat, traced_honest};
const struct attack attack_traced_instead = {"traced-instead", traced_instead_cheat, traced_honest};

/* ---- Syscall user dispatch ---- */

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#define PR_SYS_DISPATCH_OFF 0
#define PR_SYS_DISPATCH_ON 1
#endif
#define DISPATCH_ALLOW 0
#define DISPATCH_BLOCK 1

static volatile char selector = DISPATCH_ALLOW;

/* Instead of the call that the program made: nothing, here. */
static void on_call(int signal) {
    (void)signal;
    selector = DISPATCH_ALLOW;
}

/* The call that names the shown destination never begins; then one to the other is made. */
static void dispatch_cheat(enum convention convention) {
    struct one one;
    one_init(&one, convention);
    must(signal(SIGSYS, on_call) != SIG_ERR, "signal");
    need(!prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0, 0, &selector), "prctl");
    selector = DISPATCH_BLOCK;
    batch_send(&one.batch, one.sender, 1, 0);
    batch_set(&one.batch, 0, &one.other, sizeof(one.other), "message");
    must(batch_send(&one.batch, one.sender, 1, 0) == 1, "send");
    must(delivers(one.at_other, 1) && delivers(one.at_shown, 0), "delivered");
}

static void dispatch_honest(enum convention convention) {
    struct one one;
    one_init(&one, convention);
    must(batch_send(&one.batch, one.sender, 1, 0) == 1, "send");
    must(delivers(one.at_shown, 1), "delivered");
}

const struct attack attack_dispatch = {"user-dispatch", dispatch_cheat, dispatch_honest};
