// SPDX-License-Identifier: Apache-2.0
// Commands held, let go, and how they end.
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "source/command.h"

Test(command, the_status_is_what_a_shell_would_say) {
    static const struct {
        const char *argv[4];
        int status, error;
    } rows[] = {
        {{"true"}, 0, 0},
        {{"sh", "-c", "exit 7"}, 7, 0},
        {{"sh", "-c", "kill -TERM $$"}, 128 + SIGTERM, 0},
        {{"/nonexistent/command"}, 127, ENOENT},
        {{"/etc/passwd"}, 126, EACCES},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct toc_command command;

        cr_assert_eq(toc_command_start((char *const *)rows[i].argv, NULL, NULL, &command), 0);
        toc_command_release(&command);
        cr_expect(toc_command_ended(&command, true));
        cr_expect_eq(command.status, rows[i].status, "row %zu: %d", i, command.status);
        cr_expect_eq(command.exec_errno, rows[i].error, "row %zu", i);
        toc_command_clear(&command);
    }
}

Test(command, it_waits_until_it_is_let_go) {
    char *const argv[] = {"true", NULL};
    struct timespec t = {.tv_nsec = 50000000};
    struct toc_command command;

    cr_assert_eq(toc_command_start(argv, NULL, NULL, &command), 0);
    nanosleep(&t, NULL);
    cr_expect(!toc_command_ended(&command, false));
    toc_command_release(&command);
    cr_expect(toc_command_ended(&command, true));
    toc_command_clear(&command);
}

Test(command, one_never_let_go_does_not_run) {
    char *const argv[] = {"sh", "-c", "exit 9", NULL};
    struct toc_command command;
    pid_t pid;

    cr_assert_eq(toc_command_start(argv, NULL, NULL, &command), 0);
    pid = command.pid;
    toc_command_clear(&command);
    cr_expect_eq(kill(pid, 0), -1);
    cr_expect_eq(command.status, 128 + SIGKILL);
}

static bool is_standard_error(pid_t pid) {
    char path[64];
    struct stat theirs, ours;

    snprintf(path, sizeof(path), "/proc/%d/fd/1", pid);
    return !stat(path, &theirs) && !fstat(STDERR_FILENO, &ours) && theirs.st_ino == ours.st_ino &&
           theirs.st_dev == ours.st_dev;
}

/* Else its calls would begin with one of ours. */
Test(command, its_output_goes_to_standard_error_before_it_is_let_go) {
    char *const argv[] = {"true", NULL};
    struct timespec t = {.tv_nsec = 10000000};
    struct toc_command command;
    int file = memfd_create("error", MFD_CLOEXEC);

    cr_assert_geq(dup2(file, STDERR_FILENO), 0);
    cr_assert_eq(toc_command_start(argv, NULL, NULL, &command), 0);
    for (int i = 0; i < 200 && !is_standard_error(command.pid); i++)
        nanosleep(&t, NULL);
    cr_expect(is_standard_error(command.pid));
    toc_command_release(&command);
    cr_expect(toc_command_ended(&command, true));
    cr_expect_eq(command.status, 0);
    toc_command_clear(&command);
    close(file);
}
