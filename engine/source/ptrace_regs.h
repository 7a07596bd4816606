// SPDX-License-Identifier: Apache-2.0
// The registers of a thread that stands at a system call, by calling convention.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

#include "event/wire_calls.h"

typedef struct user_regs_struct toc_regs;

/* False: the thread is gone. */
bool toc_regs_get(pid_t tid, toc_regs *ret);
bool toc_regs_set(pid_t tid, const toc_regs *regs);

/* A call's number is orig_rax at entry, its result rax at exit. */
void toc_regs_arg(toc_regs *regs, uint32_t abi, unsigned arg, uint64_t value);

/* The thread, at entry: it passes over the call, which gives -error. */
void toc_regs_skip(toc_regs *regs, int error);

/* The thread, at exit: it does its call instruction again, as call `nr`. */
void toc_regs_again(toc_regs *regs, uint64_t nr);
