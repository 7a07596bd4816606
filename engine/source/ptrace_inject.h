// SPDX-License-Identifier: Apache-2.0
// Makes a thread that stopped at a system call do others instead, and go on as if it had not.
#pragma once

#include "source/ptrace_regs.h"

enum toc_inject {
#define INJECT(name, x86_64, i386, x32) TOC_INJECT_##name,
#include "source/ptrace_inject.def"
};

struct toc_injected {
    enum toc_inject call;
    uint64_t args[6];
};

struct toc_injector {
    pid_t tid;
    uint32_t abi;
    toc_regs own;  /* the program's, as it made its call */
    bool behind;   /* it stands behind a call that it was made to do; else before its own */
    bool masked;   /* signals are held back: a handler would run with registers that are ours */
    uint64_t mask; /* of signals, the program's */
};

/* The thread stands before its call. False: it is gone. */
bool toc_inject_begin(struct toc_injector *injector, pid_t tid, uint32_t abi);

/* It goes on with that call; stops follow at its entry, if it stands behind one, and at its exit.
 * signals: they may end that call, as they would its own. False: it is gone. */
bool toc_inject(struct toc_injector *injector, const struct toc_injected *call, bool signals);

/* It is about to enter one that signals may end. */
void toc_inject_open_to_signals(struct toc_injector *injector);

/* It goes on with call `nr`, of its own convention, and these arguments. When it stands behind
 * that, its registers are ours. False: it is gone. */
bool toc_inject_own(struct toc_injector *injector, uint64_t nr, const uint64_t args[6]);

/* It stands before its call, and passes over it with that result, at whose exit its registers are
 * ours. */
void toc_inject_skip(struct toc_injector *injector, int64_t result);

/* It stands behind a call, and goes on with that result of its own. */
void toc_inject_end(struct toc_injector *injector, int64_t result);

/* The name of a call. */
const char *toc_inject_name(enum toc_inject call);
