// SPDX-License-Identifier: Apache-2.0
// A command of the user's that is held until the hooks are attached.
#include "source/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/cleanup.h"

static void default_signals(void) {
    sigset_t none;

    for (int signal = 1; signal < NSIG; signal++)
        if (signal != SIGKILL && signal != SIGSTOP)
            sigaction(signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* A byte through the gate means go, its end that our parent is gone. */
__attribute__((noreturn)) static void child(char *const argv[], int (*prepare)(const void *ctx),
                                            const void *ctx, int gate, int failure) {
    /* Before the gate: it is no call of the program's, and nobody should see it as one. */
    int error = dup2(STDERR_FILENO, STDOUT_FILENO) < 0 ? errno : 0;
    char byte;
    ssize_t n;

    /* Yama lets nobody else but an ancestor trace us, which a process of our parent's is not. */
    if (prepare)
        prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);

    do
        n = read(gate, &byte, 1);
    while (n < 0 && errno == EINTR);
    if (n != 1)
        _exit(127);
    if (prepare)
        prctl(PR_SET_PTRACER, 0, 0, 0, 0);
    default_signals();
    if (!error && byte && prepare)
        error = prepare(ctx);
    if (!error) {
        execvp(argv[0], argv);
        error = errno;
    }
    n = write(failure, &error, sizeof(error));
    _exit(error == ENOENT || error == ENOTDIR ? 127 : 126);
}

int toc_command_start(char *const argv[], int (*prepare)(const void *ctx), const void *ctx,
                      struct toc_command *ret) {
    int gate[2], failure[2];
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, gate) < 0)
        return -errno;
    _cleanup_close_ int gate_read = gate[0], gate_write = gate[1];
    if (pipe2(failure, O_CLOEXEC) < 0)
        return -errno;
    _cleanup_close_ int failure_read = failure[0], failure_write = failure[1];
    pid = fork();
    if (pid < 0)
        return -errno;
    if (pid == 0) {
        close(gate_write);
        child(argv, prepare, ctx, gate_read, failure_write);
    }
    *ret = (struct toc_command){
        .pid = pid, .gate = TAKE_FD(gate_write), .failure = TAKE_FD(failure_read)};
    return 0;
}

void toc_command_release(struct toc_command *command) {
    /* A byte, because a closed gate is also what our own death looks like. */
    if (command->gate >= 0)
        (void)!send(command->gate, command->prepare ? "\1" : "", 1, MSG_NOSIGNAL);
    toc_closep(&command->gate);
}

bool toc_command_ended(struct toc_command *command, bool wait) {
    int status;
    pid_t pid;

    if (command->pid == 0 || command->reaped)
        return true;
    do
        pid = waitpid(command->pid, &status, wait ? 0 : WNOHANG);
    while (pid < 0 && errno == EINTR && wait);
    if (pid == 0 || (pid < 0 && errno == EINTR))
        return false;
    command->reaped = true;
    command->status = pid > 0 && WIFEXITED(status)     ? WEXITSTATUS(status)
                      : pid > 0 && WIFSIGNALED(status) ? 128 + WTERMSIG(status)
                                                       : 1;
    if (command->failure >= 0 &&
        read(command->failure, &command->exec_errno, sizeof(int)) != sizeof(int))
        command->exec_errno = 0;
    toc_closep(&command->failure);
    return true;
}

void toc_command_clear(struct toc_command *command) {
    if (command->pid > 0 && command->gate >= 0) {
        kill(command->pid, SIGKILL);
        toc_command_ended(command, true);
    }
    if (command->pid > 0)
        toc_command_ended(command, false);
    if (command->pid > 0) {
        toc_closep(&command->gate);
        toc_closep(&command->failure);
    }
    command->pid = 0;
}
