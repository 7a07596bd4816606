// SPDX-License-Identifier: Apache-2.0
// A command of the user's that is held until the hooks are attached.
#pragma once

#include <stdbool.h>
#include <sys/types.h>

struct toc_command {
    pid_t pid;    /* of the child; 0: none */
    int gate;     /* closed to let it go; -1 when it went */
    int failure;  /* exec's errno comes through here; -1 when it was read */
    bool prepare; /* the child prepares before exec; may be set until it is let go */
    bool reaped;
    int status; /* an exit status: the command's own, 128 + signal, 127 not found, 126 not run */
    int exec_errno;
};

/* Forks a child that waits. Its stdin and stderr are ours, its stdout is our stderr; signals are
 * handled as by default. argv ends with NULL. `prepare` (or NULL), with ctx, is what the child can
 * be told to do before exec; it gives an errno, and must be safe after fork. With it, any process
 * of this user may trace the child while it waits. 0 or -errno. */
int toc_command_start(char *const argv[], int (*prepare)(const void *ctx), const void *ctx,
                      struct toc_command *ret);

/* Lets the child become the command. */
void toc_command_release(struct toc_command *command);

/* True when it has ended, `status` then is set; waits for that when told to. The rest of its
 * process tree may live on. */
bool toc_command_ended(struct toc_command *command, bool wait);

/* Kills a child that was not let go, reaps one that has ended, closes what is open. */
void toc_command_clear(struct toc_command *command);
#define _cleanup_toc_command_ __attribute__((cleanup(toc_command_clear)))
