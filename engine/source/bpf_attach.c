// SPDX-License-Identifier: Apache-2.0
// Which of the loaded programs are attached: those needed for what somebody looks at.
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "source/bpf_load.h"
#include "source/bpf_programs.h"
#include "tocsin.skel.h"

/* Messages of such calls are not looked at: hooks are missing. */
#define NEVER UINT32_MAX

static struct bpf_link *attach(struct toc_bpf_kernel *kernel, size_t i) {
    struct bpf_program *program = toc_bpf_program(kernel->skel->obj, i);

    switch (toc_bpf_program_kind(i)) {
    case TOC_BPF_CGROUP: return bpf_program__attach_cgroup(program, kernel->cgroup_fd);
    case TOC_BPF_KPROBE:
        return bpf_program__attach_kprobe(program, toc_bpf_program_at_return(i),
                                          kernel->programs[i].target);
    default: return bpf_program__attach(program);
    }
}

static bool is_needed(const struct toc_bpf_kernel *kernel, size_t i,
                      const struct toc_demand *demand) {
    return kernel->programs[i].loaded && toc_bpf_program_is_needed(i, demand);
}

/* 0 or -errno, when it has to be there and is not. report may be NULL. */
static int attach_one(struct toc_bpf_kernel *kernel, size_t i, struct toc_bpf_report *report) {
    struct toc_bpf_program *p = report ? &report->programs[i] : NULL;

    kernel->links[i] = attach(kernel, i);
    if (!p)
        return 0;
    p->attached = kernel->links[i] != NULL;
    if (p->attached)
        return 0;
    toc_bpf_explain(-errno, p->reason, sizeof(p->reason));
    if (!p->required && !p->forced)
        return 0;
    snprintf(report->fault, sizeof(report->fault), "%s cannot be attached: %s", p->name, p->reason);
    return -ENOTSUP;
}

static uint32_t attached_of(const struct toc_bpf_kernel *kernel, uint32_t witnesses, bool apart) {
    uint32_t n = 0;

    for (size_t i = 0; i < TOC_BPF_MAX_PROGRAMS; i++)
        n += kernel->links[i] && toc_bpf_program_shows(i) & witnesses &&
             (!apart || toc_bpf_program_tells_apart(i));
    return n;
}

/* Of a call that began before its hooks were all there it cannot be told which message one is. What
 * is attached beside hooks that tell messages apart does not matter. */
static void set_since(struct toc_bpf_kernel *kernel, uint32_t witnesses, bool told_apart,
                      uint32_t n_before, uint32_t *since) {
    uint32_t n = attached_of(kernel, witnesses, false);

    if (n > n_before && !told_apart)
        __atomic_store_n(since, kernel->generation, __ATOMIC_RELEASE);
}

int toc_bpf_kernel_attach(struct toc_bpf_kernel *kernel, const struct toc_demand *demand,
                          struct toc_bpf_report *report) {
    struct tocsin_bpf__bss *bss = kernel->skel->bss;
    bool sent = attached_of(kernel, TOC_SEES_SENT, true);
    bool received = attached_of(kernel, TOC_SEES_RECEIVED, true);
    uint32_t n_sent = attached_of(kernel, TOC_SEES_SENT, false);
    uint32_t n_received = attached_of(kernel, TOC_SEES_RECEIVED, false);
    int r = 0;

    for (size_t i = 0; i < TOC_BPF_MAX_PROGRAMS && r == 0; i++)
        if (!kernel->links[i] && is_needed(kernel, i, demand))
            r = attach_one(kernel, i, report);
    kernel->generation++;
    set_since(kernel, TOC_SEES_SENT, sent, n_sent, &bss->toc_sends_since);
    set_since(kernel, TOC_SEES_RECEIVED, received, n_received, &bss->toc_receives_since);
    __atomic_store_n(&bss->toc_generation, kernel->generation, __ATOMIC_RELEASE);
    return r;
}

uint32_t toc_bpf_kernel_lacks(const struct toc_bpf_kernel *kernel,
                              const struct toc_demand *demand) {
    uint32_t lacks = 0;

    for (size_t i = 0; i < TOC_BPF_MAX_PROGRAMS; i++)
        if (!kernel->links[i] && is_needed(kernel, i, demand))
            lacks |= toc_bpf_program_shows(i) & demand->witnesses;
    return lacks;
}

void toc_bpf_kernel_release(struct toc_bpf_kernel *kernel, const struct toc_demand *demand) {
    struct tocsin_bpf__bss *bss = kernel->skel->bss;

    if (!(demand->witnesses & TOC_SEES_SENT))
        __atomic_store_n(&bss->toc_sends_since, NEVER, __ATOMIC_RELEASE);
    if (!(demand->witnesses & TOC_SEES_RECEIVED))
        __atomic_store_n(&bss->toc_receives_since, NEVER, __ATOMIC_RELEASE);
    for (size_t i = 0; i < TOC_BPF_MAX_PROGRAMS; i++)
        if (kernel->links[i] && !is_needed(kernel, i, demand))
            bpf_link__destroy(TAKE_PTR(kernel->links[i]));
}

void toc_bpf_kernel_detach(struct toc_bpf_kernel *kernel) {
    for (size_t i = 0; i < TOC_BPF_MAX_PROGRAMS; i++)
        bpf_link__destroy(TAKE_PTR(kernel->links[i]));
}
