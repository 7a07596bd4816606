// SPDX-License-Identifier: Apache-2.0
// Process numbers as the caller knows them, and as the kernel's programs see them.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct bpf_program;

/* True when we run in a pid namespace of our own: our numbers are not those of events, and /proc
 * shows other processes under the numbers that events hold. */
bool toc_pid_is_nested(void);

/* The number of process `pid` of our namespace in the initial one. `iterator` is the loaded program
 * that lists them, needed only where toc_pid_is_nested(). -ESRCH when there is no such process. */
int toc_pid_outside(struct bpf_program *iterator, pid_t pid, uint32_t *ret);
