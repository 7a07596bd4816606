// SPDX-License-Identifier: Apache-2.0
// Whether processes can be traced here, found by tracing one.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "source/ptrace.h"

/* kernel.yama.ptrace_scope; -1: this kernel has no Yama. */
static int yama_scope(void) {
    _cleanup_fclose_ FILE *file = fopen("/proc/sys/kernel/yama/ptrace_scope", "re");
    int scope;

    return file && fscanf(file, "%d", &scope) == 1 ? scope : -1;
}

/* 0 or an errno. */
static int try_child(void) {
    pid_t child = fork();
    struct __ptrace_syscall_info info;
    int error = 0, status;

    if (child == 0)
        for (;;)
            pause();
    if (child < 0)
        return errno;
    if (ptrace(PTRACE_SEIZE, child, NULL, NULL) < 0 ||
        ptrace(PTRACE_INTERRUPT, child, NULL, NULL) < 0)
        error = errno;
    else if (waitpid(child, &status, __WALL) == child &&
             ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof(info), &info) < 0)
        error = errno;
    kill(child, SIGKILL);
    while (waitpid(child, &status, __WALL) == child && !WIFSIGNALED(status))
        ;
    return error;
}

bool toc_ptrace_probe(char *ret, size_t size) {
    static const char *const others[] = {
        "; of other processes, those of the same user",
        "; of other processes, only with CAP_SYS_PTRACE (kernel.yama.ptrace_scope is 1)",
        "; only with CAP_SYS_PTRACE (kernel.yama.ptrace_scope is 2)",
        "; never (kernel.yama.ptrace_scope is 3)",
    };
    int error = try_child(), scope = yama_scope();

    if (error == EIO || error == EINVAL)
        snprintf(ret, size, "not usable: needs PTRACE_GET_SYSCALL_INFO (Linux 5.3)");
    else if (error)
        snprintf(ret, size, "not usable: %s", strerror(error));
    else
        snprintf(ret, size,
                 "usable for programs that tocsin starts%s; it gives what sys_enter and sys_exit "
                 "do of calls",
                 others[scope < 0 || scope > 3 ? 0 : scope]);
    return error == 0;
}
