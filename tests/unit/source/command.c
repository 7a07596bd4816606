// SPDX-License-Identifier: Apache-2.0
// Commands held, let go, and how they end.
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <time.h>

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
