// SPDX-License-Identifier: Apache-2.0
// The programs in the kernel: loading what it takes, attaching, settings, counters.
#pragma once

#include "event/demand.h"
#include "event/filter.h"
#include "event/wire.h"
#include "event/wire_counts.h"
#include "source/bpf.h"

struct tocsin_bpf;
struct bpf_link;

struct toc_bpf_kernel {
    struct tocsin_bpf *skel;
    struct bpf_link *links[TOC_BPF_MAX_PROGRAMS];
    struct {
        const char *target;
        bool loaded;
    } programs[TOC_BPF_MAX_PROGRAMS];
    uint32_t generation; /* of the hooks attached */
    int cgroup_fd;       /* root of cgroup2, -1: none */
    char *cgroup_root;   /* NULL: none */
    int ring_fd, urgent_fd;
};

/* Loads; nothing is in scope yet where options->pids names who is. 0 or -errno with report->fault.
 */
int toc_bpf_kernel_load(const struct toc_bpf_options *options, struct toc_bpf_report *report,
                        struct toc_bpf_kernel *ret);
/* The processes of options->pids are in scope from now on. Likewise. */
int toc_bpf_kernel_scope(struct toc_bpf_kernel *kernel, const struct toc_bpf_options *options,
                         struct toc_bpf_report *report);

/* What is needed for what somebody looks at is there from now on. 0 or -errno with report->fault;
 * report may be NULL. */
int toc_bpf_kernel_attach(struct toc_bpf_kernel *kernel, const struct toc_demand *demand,
                          struct toc_bpf_report *report);
/* The witnesses, as bits, of which some loaded hook could not be attached. */
uint32_t toc_bpf_kernel_lacks(const struct toc_bpf_kernel *kernel, const struct toc_demand *demand);
/* What is not needed for it goes. */
void toc_bpf_kernel_release(struct toc_bpf_kernel *kernel, const struct toc_demand *demand);
void toc_bpf_kernel_detach(struct toc_bpf_kernel *kernel);
void toc_bpf_kernel_close(struct toc_bpf_kernel *kernel);

/* From now on these events and no others, and the payload of these. */
void toc_bpf_kernel_want(struct toc_bpf_kernel *kernel, const struct toc_demand *demand);

/* From now on calls are asked these tables (of 64, by event); NULL: none are. */
void toc_bpf_kernel_filter(struct toc_bpf_kernel *kernel, const struct toc_filter_table *tables);

/* True while a process is in scope. */
bool toc_bpf_kernel_has_pids(struct toc_bpf_kernel *kernel);
/* False when somebody detached one of the programs attached. */
bool toc_bpf_kernel_is_whole(const struct toc_bpf_kernel *kernel);

/* True while the thread is in that call, or the request of io_uring under way, as far as the
 * programs in the kernel know. */
bool toc_bpf_kernel_in_call(struct toc_bpf_kernel *kernel, uint64_t task, uint32_t call_cpu,
                            uint64_t call_seq);
/* What the programs keep back of it goes into the ring. */
int toc_bpf_kernel_overdue(struct toc_bpf_kernel *kernel, const struct toc_wire_overdue *than);
/* The sum over all CPUs. */
int toc_bpf_kernel_counts(struct toc_bpf_kernel *kernel, struct toc_wire_counts *ret);
