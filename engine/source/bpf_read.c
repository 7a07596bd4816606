// SPDX-License-Identifier: Apache-2.0
// What the programs in the kernel remember: calls under way, counters.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "source/bpf_load.h"
#include "tocsin.skel.h"

/* Links of tracepoints cannot be detached by others; those of cgroups can. */
bool toc_bpf_kernel_is_whole(const struct toc_bpf_kernel *kernel) {
    for (size_t i = 0; i < TOC_BPF_MAX_PROGRAMS; i++) {
        struct bpf_link_info info = {0};
        __u32 size = sizeof(info);

        if (kernel->links[i] &&
            bpf_obj_get_info_by_fd(bpf_link__fd(kernel->links[i]), &info, &size) == 0 &&
            info.type == BPF_LINK_TYPE_CGROUP && info.cgroup.cgroup_id == 0)
            return false;
    }
    return true;
}

static bool is_call(const char *state, uint64_t task, uint32_t call_cpu, uint64_t call_seq) {
    return memcmp(state + TOC_WIRE_STATE_TASK, &task, sizeof(task)) == 0 &&
           memcmp(state + TOC_WIRE_STATE_SEQ, &call_seq, sizeof(call_seq)) == 0 &&
           memcmp(state + TOC_WIRE_STATE_CPU, &call_cpu, sizeof(call_cpu)) == 0;
}

/* Records of a request of io_uring have it for their task. What is remembered of it begins with the
 * record of its submission. */
static bool is_request(struct toc_bpf_kernel *kernel, uint64_t req, uint32_t call_cpu,
                       uint64_t call_seq) {
    const struct bpf_map *requests = kernel->skel->maps.uring_requests;
    size_t size = bpf_map__value_size(requests);
    _cleanup_free_ struct toc_wire_head *head = malloc(size);

    return head && bpf_map__lookup_elem(requests, &req, sizeof(req), head, size, 0) == 0 &&
           head->call_cpu == call_cpu && head->call_seq == call_seq;
}

bool toc_bpf_kernel_in_call(struct toc_bpf_kernel *kernel, uint64_t task, uint32_t call_cpu,
                            uint64_t call_seq) {
    const struct bpf_map *slots = kernel->skel->maps.slots, *overflow = kernel->skel->maps.overflow;
    uint32_t slot = (uint32_t)task & (bpf_map__max_entries(slots) - 1);
    size_t size = bpf_map__value_size(slots);
    _cleanup_free_ char *state = malloc(size);

    if (!state)
        return false;
    if (bpf_map__lookup_elem(slots, &slot, sizeof(slot), state, size, 0) == 0 &&
        is_call(state, task, call_cpu, call_seq))
        return true;
    if (bpf_map__lookup_elem(overflow, &task, sizeof(task), state, size, 0) == 0 &&
        is_call(state, task, call_cpu, call_seq))
        return true;
    return is_request(kernel, task, call_cpu, call_seq);
}

int toc_bpf_kernel_overdue(struct toc_bpf_kernel *kernel, const struct toc_wire_overdue *than) {
    LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = than, .ctx_size_in = sizeof(*than));

    return bpf_prog_test_run_opts(bpf_program__fd(kernel->skel->progs.toc_overdue), &options);
}

int toc_bpf_kernel_counts(struct toc_bpf_kernel *kernel, struct toc_wire_counts *ret) {
    int cpus = libbpf_num_possible_cpus();
    size_t size = bpf_map__value_size(kernel->skel->maps.counters);
    _cleanup_free_ struct toc_wire_counts *each = NULL;
    uint32_t zero = 0;
    int r;

    if (cpus <= 0)
        return cpus < 0 ? cpus : -ENOENT;
    each = calloc((size_t)cpus, size);
    if (!each)
        return -ENOMEM;
    r = bpf_map__lookup_elem(kernel->skel->maps.counters, &zero, sizeof(zero), each,
                             size * (size_t)cpus, 0);
    if (r < 0)
        return r;
    *ret = (struct toc_wire_counts){0};
    for (int i = 0; i < cpus; i++) {
        ret->seen += each[i].seen;
        ret->filtered += each[i].filtered;
        ret->handed += each[i].handed;
        ret->ring_full += each[i].ring_full;
        ret->state_full += each[i].state_full;
        ret->rescued += each[i].rescued;
        ret->unknown += each[i].unknown;
        ret->parts_lost += each[i].parts_lost;
    }
    return 0;
}
