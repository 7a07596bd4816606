// SPDX-License-Identifier: Apache-2.0
// How the record of any call begins: which call it is, its arguments. Its rules are those of
// bpf/enter.h.
#pragma once

#include "source/ptrace_record.h"

/* Fills in both record and tracee; `record` is zeroed, a struct toc_wire_enter or one that begins
 * as it does. Who makes the call is left to toc_ptrace_who. */
void toc_ptrace_begin(struct toc_ptrace_recorder *recorder, struct toc_tracee *tracee,
                      uint32_t kind, uint64_t nr, const uint64_t args[6],
                      struct toc_wire_enter *record);

/* Last, as the program cannot change it meanwhile. */
void toc_ptrace_who(const struct toc_ptrace_recorder *recorder, struct toc_tracee *tracee,
                    const struct toc_wire_head *head, struct toc_wire_proc *ret);

/* What records of the call in hand have in common, now. */
struct toc_wire_head toc_ptrace_head(const struct toc_tracee *tracee);

struct toc_ptrace_memory toc_ptrace_memory_of(const struct toc_tracee *tracee);
