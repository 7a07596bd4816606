// SPDX-License-Identifier: Apache-2.0
// Which hook is the witness of which part of what the kernel used.
#include "source/bpf_witness.h"

#include <string.h>

/* The best one first. */
static const char *const hooks_of[TOC_WITNESSES] = {
    [TOC_WITNESS_SEND_ARGS] = "fentry_sendmmsg kprobe_sendmmsg",
    [TOC_WITNESS_RECV_ARGS] = "fentry_recvmmsg kprobe_recvmmsg",
    [TOC_WITNESS_SEND_NAME] = ("fentry_sendmsg kprobe_sendmsg cgroup_sendmsg4 cgroup_sendmsg6 "
                               "cgroup_sendmsg_unix lsm_socket_sendmsg"),
    [TOC_WITNESS_SEND_IOV] = "fentry_sendmsg kprobe_sendmsg lsm_socket_sendmsg",
    [TOC_WITNESS_SEND_CONTROL] = "lsm_socket_sendmsg",
    [TOC_WITNESS_SEND_RET] = "sock_send_length fexit_sendmsg kretprobe_sendmsg",
    [TOC_WITNESS_RECV_NAME] = "cgroup_recvmsg4 cgroup_recvmsg6 cgroup_recvmsg_unix",
    [TOC_WITNESS_RECV_IOV] = "fentry_recvmsg kprobe_recvmsg lsm_socket_recvmsg",
    [TOC_WITNESS_RECV_RET] = "sock_recv_length fexit_recvmsg kretprobe_recvmsg",
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

const char *toc_bpf_witness_hook(const struct toc_bpf_report *report, enum toc_witness witness) {
    const struct toc_bpf_program *program = best(report, hooks_of[witness]);

    return program ? program->name : "";
}

const struct toc_bpf_program *toc_bpf_alias_program(const struct toc_bpf_report *report,
                                                    const struct toc_bpf_alias *alias) {
    return best(report, alias->hooks);
}

const struct toc_bpf_alias *toc_bpf_alias_named(const char *name, size_t n) {
    for (size_t i = 0; i < TOC_BPF_ALIASES; i++) {
        const char *word = strrchr(toc_bpf_aliases[i].name, ' ') + 1;
        size_t len = strlen(word);

        if (n >= len && !memcmp(name + n - len, word, len))
            return &toc_bpf_aliases[i];
    }
    return NULL;
}
