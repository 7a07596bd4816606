// SPDX-License-Identifier: Apache-2.0
// Which hook is the witness of which part of what the kernel used.
#include "source/bpf_witness.h"

#include <string.h>

const struct toc_bpf_witness toc_bpf_witnesses[TOC_BPF_WITNESSES] = {
    {"args", true, "arguments of sendmmsg", "fentry_sendmmsg kprobe_sendmmsg"},
    {"args", false, "arguments of recvmmsg", "fentry_recvmmsg kprobe_recvmmsg"},
    {"name", true, "address of a message sent",
     "fentry_sendmsg kprobe_sendmsg cgroup_sendmsg4 cgroup_sendmsg6 cgroup_sendmsg_unix "
     "lsm_socket_sendmsg"},
    {"iov", true, "buffers and flags of a message sent",
     "fentry_sendmsg kprobe_sendmsg lsm_socket_sendmsg"},
    {"control", true, "control messages sent", "lsm_socket_sendmsg"},
    {"ret", true, "result of a message sent", "sock_send_length fexit_sendmsg kretprobe_sendmsg"},
    {"name", false, "source of a message received",
     "cgroup_recvmsg4 cgroup_recvmsg6 cgroup_recvmsg_unix"},
    {"iov", false, "buffers and flags of a message received",
     "fentry_recvmsg kprobe_recvmsg lsm_socket_recvmsg"},
    {"ret", false, "result of a message received",
     "sock_recv_length fexit_recvmsg kretprobe_recvmsg"},
};

const struct toc_bpf_alias toc_bpf_aliases[TOC_BPF_ALIASES] = {
    {"kprobe sys_sendmmsg", "fentry_sendmmsg kprobe_sendmmsg sys_enter"},
    {"kretprobe sock_sendmsg", "fexit_sendmsg kretprobe_sendmsg sock_send_length"},
    {"tracepoint sys_enter_recvmmsg_time32", "sys_enter"},
};

static const struct toc_bpf_program *loaded(const struct toc_bpf_report *report, const char *name,
                                            size_t n) {
    for (size_t i = 0; i < report->n; i++)
        if (report->programs[i].loaded && strlen(report->programs[i].name) == n &&
            !memcmp(report->programs[i].name, name, n))
            return &report->programs[i];
    return NULL;
}

/* The first of the words that is loaded. */
static const struct toc_bpf_program *best(const struct toc_bpf_report *report, const char *hooks) {
    for (const char *at = hooks; *at; at += *at == ' ') {
        size_t n = strcspn(at, " ");
        const struct toc_bpf_program *program = loaded(report, at, n);

        if (program)
            return program;
        at += n;
    }
    return NULL;
}

const char *toc_bpf_witness_hook(const struct toc_bpf_report *report,
                                 const struct toc_bpf_witness *witness) {
    const struct toc_bpf_program *program = best(report, witness->hooks);

    return program ? program->name : "";
}

const struct toc_bpf_program *toc_bpf_alias_program(const struct toc_bpf_report *report,
                                                    const struct toc_bpf_alias *alias) {
    return best(report, alias->hooks);
}
