// SPDX-License-Identifier: Apache-2.0
// Messages that the kernel denies: what it is given, and what it tells.
#include "source/bpf_deny.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tocsin.skel.h"

int toc_bpf_deny_set(struct tocsin_bpf *skel, const struct toc_gate *gate) {
    skel->rodata->toc_n_deny = (uint32_t)gate->n_kernel;
    skel->rodata->toc_deny_monitor = gate->monitor;
    for (size_t i = 0; i < gate->n_kernel; i++)
        memcpy(&skel->rodata->toc_deny[i], gate->kernel[i]->kernel,
               sizeof(skel->rodata->toc_deny[i]));
    if (!gate->n_kernel)
        return 0;
    return bpf_map__set_max_entries(skel->maps.more_names, TOC_WIRE_MORE_NAMES);
}

static void keep_tag(const struct bpf_program *program, __u64 *ret) {
    struct bpf_prog_info info = {0};
    __u32 size = sizeof(info);

    if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) == 0)
        memcpy(ret, info.tag, sizeof(*ret));
}

void toc_bpf_deny_loaded(struct tocsin_bpf *skel) {
    keep_tag(skel->progs.toc_sendmsg4, &skel->bss->toc_tags[0]);
    keep_tag(skel->progs.toc_sendmsg6, &skel->bss->toc_tags[1]);
}

/* NULL: it is attached. */
static const struct toc_bpf_program *lacking(const struct toc_bpf_report *report,
                                             const char *name) {
    for (size_t i = 0; i < report->n; i++)
        if (!report->programs[i].attached && !strcmp(report->programs[i].name, name))
            return &report->programs[i];
    return NULL;
}

/* Where nothing counts messages at their end, their beginnings and ends do. */
static bool tells_apart(const struct toc_bpf_report *report) {
    static const char *const pairs[][2] = {{"fentry_sendmsg", "fexit_sendmsg"},
                                           {"kprobe_sendmsg", "kretprobe_sendmsg"}};

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        if (!lacking(report, pairs[i][0]) && !lacking(report, pairs[i][1]))
            return true;
    return false;
}

int toc_bpf_deny_check(const struct toc_gate *gate, struct toc_bpf_report *report) {
    static const char *const needed[] = {"cgroup_sendmsg4", "cgroup_sendmsg6", "sock_send_length"};
    const struct toc_bpf_program *lack = NULL;

    if (!gate || !gate->n_kernel)
        return 0;
    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]) && !lack; i++)
        lack = lacking(report, needed[i]);
    if (!lack || (!strcmp(lack->name, "sock_send_length") && tells_apart(report)))
        return 0;
    snprintf(report->fault, sizeof(report->fault),
             "--enforce: no message can be denied without %s: %s", lack->name,
             *lack->reason ? lack->reason : "not among --hooks");
    return -ENOTSUP;
}

static size_t put_one(const struct toc_gate *gate, const struct toc_wire_exit *exit, size_t rule,
                      void *ret) {
    bool unjudged = exit->bits & TOC_WIRE_UNJUDGED;
    char done[128];

    snprintf(done, sizeof(done), "%s with EPERM: message %u%s",
             gate->monitor ? "would be denied" : "denied", exit->denied_at,
             unjudged ? ", whose name at entry could not be read" : "");
    return toc_action_record(&exit->head, gate->kernel[rule], done, unjudged && !gate->monitor,
                             ret);
}

size_t toc_bpf_deny_tell(const struct toc_gate *gate, const struct toc_wire_exit *exit,
                         uint8_t ret[TOC_BPF_DENY_BYTES]) {
    size_t n = 0;

    for (size_t i = 0; gate && i < gate->n_kernel; i++)
        if (exit->denied >> i & 1)
            n += put_one(gate, exit, i, ret + n);
    return n;
}
