// SPDX-License-Identifier: Apache-2.0
// The source that watches this kernel through BPF.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"
#include "event/action.h"
#include "event/demand.h"
#include "source/cgroup.h"
#include "source/source.h"

/* What each program gives, and whether this kernel lets it. */
#define TOC_BPF_MAX_PROGRAMS 64

struct toc_bpf_program {
    const char *name;    /* "sock_send_length" */
    const char *set;     /* "length": hooks that --hooks names together */
    const char *target;  /* the tracepoint, function or hook of the kernel */
    const char *gives;   /* what is unobserved without it */
    const char *instead; /* the hook that does its work here; "" for none */
    bool required, forced;
    bool refines; /* what others give, too: to be without it is no fault */
    bool loaded, attached;
    char reason[160]; /* why not; "" when attached, not wanted, or when only loading was tried */
};

struct toc_bpf_report {
    struct toc_bpf_program programs[TOC_BPF_MAX_PROGRAMS];
    size_t n;
    char fault[256];             /* why nothing can be watched at all; "" when something can */
    struct toc_own_programs own; /* what was loaded */
};

struct toc_bpf_options {
    const pid_t *pids; /* only these processes; NULL: every process */
    size_t n_pids;
    bool follow;                     /* and what they fork */
    bool until_exit;                 /* the stream ends when the last of them has exited */
    const struct toc_demand *demand; /* only this; NULL: all that can be watched */
    const char *cgroup;              /* only below this directory, or NULL */
    const char *hooks; /* these, as toc_bpf_check_hooks takes them, whether or not they are needed
                          for `demand`; NULL: the best of those needed */
    size_t ring_bytes; /* power of two; 0: 16 MiB */
    uint32_t max_msgs; /* entries kept a call, at most (and 0:) 1024 */
    uint32_t payload_bytes; /* copied of a message, where that is wanted, at most 1024; 0: 256 */
    uint32_t max_calls; /* power of two: as many calls can be under way at once, more with luck; 0:
                           8192 */
    const struct toc_gate *gate; /* its rules for the kernel deny messages; or NULL; borrowed */
    const void *heartbeat_call;  /* set by the source: heartbeat.h */
    uint64_t heartbeat_ns; /* make a call of our own that often and tell when it came; 0: never */
    uint64_t pending_ns;   /* tell calls as pending that take longer; 0: none */
    uint64_t watermark_ns; /* how long to wait for what other CPUs saw; 0: 300 µs */
    const char *capture;   /* name of the capture profile for tocsin_start; NULL: "full" */
    const char *version;   /* of tocsin, for tocsin_start; NULL: "" */
};

/* A list of names of hooks and of sets of them, separated by commas or spaces. 0, or -EINVAL with
 * a diagnostic that tells the nearest name. */
int toc_bpf_check_hooks(const char *list, struct toc_diags *diags);

/* Loads each program once, attaches nothing: for `doctor`. */
void toc_bpf_probe(struct toc_bpf_report *ret);

/* Loads what this kernel has; *report says what. Of `options` all but `demand`, which processes
 * `pids` are, and what they say of the stream. Prints nothing, and shares nothing with other
 * threads. 0 or -errno (-EPERM, -ENOTSUP, -ENOENT …); report->fault says why, and what to do. */
int toc_bpf_source_load(const struct toc_bpf_options *options, struct toc_bpf_report *report,
                        struct toc_source **ret);

/* Attaches what is needed of it; watching has begun when it returns. `options` and `report` are
 * those of the load, and the rest of `options`; their strings are needed only during the call. 0 or
 * -errno, likewise. */
int toc_bpf_source_start(struct toc_source *source, const struct toc_bpf_options *options,
                         struct toc_bpf_report *report);
