// SPDX-License-Identifier: Apache-2.0
// A watched call of a traced thread from its entry to its return: what is read when, and put out.
// Its rules are those of bpf/call.h.
#pragma once

#include "source/ptrace_tracee.h"
#include "source/ptrace_walk.h"

struct toc_ptrace_recorder {
    struct toc_ptrace_out out;
    uint64_t call_seq;
    uint32_t max_msgs;
    uint32_t payload_bytes;  /* of a message to copy, where events ask for it: */
    uint64_t payloads;       /* those that do so at entry, whatever the reader wants */
    const char *cgroup_root; /* borrowed; NULL: none */
};

/* The thread stands before the call `kind` with the registers given. */
void toc_ptrace_record_enter(struct toc_ptrace_recorder *recorder, struct toc_tracee *tracee,
                             uint32_t kind, uint64_t nr, const uint64_t args[6]);

/* It ended inside. */
void toc_ptrace_record_gone(struct toc_ptrace_recorder *recorder, const struct toc_tracee *tracee);

/* Answers a heartbeat: its number, and when it was asked for. */
void toc_ptrace_record_heartbeat(struct toc_ptrace_recorder *recorder, uint64_t number,
                                 uint64_t asked_at);

/* It stands behind it. */
void toc_ptrace_record_exit(struct toc_ptrace_recorder *recorder, struct toc_tracee *tracee,
                            int64_t ret);
