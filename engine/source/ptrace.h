// SPDX-License-Identifier: Apache-2.0
// The source that watches processes by tracing them: without privilege, and without BPF.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"
#include "event/action.h"
#include "source/source.h"

/* Programs that tocsin starts carry a seccomp filter and stop at the watched calls only, until one
 * of them installs a filter with a listener: who owns that could let calls go on of which ours is
 * never asked, so from then on all of them stop at each system call. A filter cannot be taken off,
 * and without a tracer its calls would fail: when the watching ends first, the tracing process
 * stays with them, records nothing and lets every call pass. Processes given by number stop at each
 * system call, and are let go whole. The reader may be killed: nothing that is traced is harmed.
 * Killing the tracing process itself leaves started programs with failing calls (ENOSYS).
 *
 * Taking hold of a blocked thread, and letting it go, wakes it as a stop signal would: the calls
 * that signal(7) names then return EINTR. Process numbers are those of tocsin's own pid namespace.
 * Memory that is not there is not waited for, so that no program can make the tracer wait. Not
 * seen: calls that a seccomp filter of the program's own answers, and children made with
 * CLONE_UNTRACED (of started programs, their watched calls fail with ENOSYS). */

struct toc_ptrace_options {
    pid_t pid;       /* this process, with all it starts */
    bool filtered;   /* it is a child of ours that will install the filter for these events and gate
                        (ptrace_call.h): only those calls stop it. Otherwise each system call does */
    uint64_t events; /* that are wanted, as bits, until toc_source_want; 0: all */
    bool kill;       /* when tocsin is killed, so are they; else they go on unwatched */
    const struct toc_gate *gate; /* decides calls before they are let in; NULL: all are */
    size_t ring_bytes;           /* power of two; 0: 16 MiB */
    uint64_t pending_ns;         /* as in bpf.h */
    uint64_t heartbeat_ns;       /* let the tracing process answer that often; 0: never */
    uint32_t max_msgs;           /* as in bpf.h */
    uint32_t payload_bytes;      /* likewise */
    const char *capture;         /* likewise */
    const char *version;
};

/* Watching has begun when it returns. A process of its own does the tracing; when this one ends,
 * however it ends, that lets go of what it traces (filtered programs it stays with). The stream
 * ends with the last of the processes, or by toc_watch_stop. On error a diagnostic says why. */
int toc_ptrace_source_new(const struct toc_ptrace_options *options, struct toc_diags *diags,
                          struct toc_source **ret);

/* Whether a child can be traced here, and what limits the tracing of others, in words for
 * `doctor`. True: it can. */
bool toc_ptrace_probe(char *ret, size_t size);
