// SPDX-License-Identifier: Apache-2.0
// Whether this system lets programs be loaded at all, and in words why not.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "source/bpf_programs.h"

/* CAP_SYS_ADMIN, or CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN together. */
static bool privileged(void) {
    unsigned long long caps = 0;
    FILE *file = fopen("/proc/self/status", "re");
    char line[256];

    if (!file)
        return geteuid() == 0;
    while (fgets(line, sizeof(line), file))
        if (sscanf(line, "CapEff: %llx", &caps) == 1)
            break;
    fclose(file);
    return caps >> 21 & 1 || ((caps >> 39 & 1) && (caps >> 38 & 1) && (caps >> 12 & 1));
}

static int refuse(struct toc_bpf_report *report, int error, const char *why) {
    snprintf(report->fault, sizeof(report->fault), "%s", why);
    for (size_t i = 0; i < report->n; i++) {
        struct toc_bpf_program *p = &report->programs[i];

        p->loaded = false;
        snprintf(p->reason, sizeof(p->reason), "nothing is loaded here, for the reason at the end");
    }
    return error;
}

/* Every program calls the first two. Without the third there is no way to walk a batch of any size
 * that the verifiers of such kernels would follow to its end. */
static int check_helpers(struct toc_bpf_report *report, const struct toc_bpf_features *features) {
    static const char *const helpers[][2] = {
        {"bpf_get_current_task_btf", "5.11"}, {"bpf_task_pt_regs", "5.15"}, {"bpf_loop", "5.17"}};
    _cleanup_toc_buf_ struct toc_buf missing = {0};
    char why[sizeof(report->fault)];

    for (size_t i = 0; i < sizeof(helpers) / sizeof(helpers[0]); i++)
        if (!toc_bpf_has_function(features, helpers[i][0]))
            toc_buf_addf(&missing, "%s%s (Linux %s)", missing.n ? ", " : "", helpers[i][0],
                         helpers[i][1]);
    if (!missing.n)
        return 0;
    snprintf(why, sizeof(why),
             "this kernel is older than Linux 5.17 and lacks what the programs call: %s; "
             "--source ptrace watches a command",
             toc_buf_cstr(&missing));
    return refuse(report, -ENOTSUP, why);
}

int toc_bpf_check_system(struct toc_bpf_report *report, struct toc_bpf_features *features) {
    if (!privileged())
        return refuse(report, -EPERM,
                      "no privilege to load BPF programs: run as root, or with CAP_BPF, "
                      "CAP_PERFMON and CAP_NET_ADMIN");
    if (access("/sys/kernel/btf/vmlinux", R_OK) < 0 || toc_bpf_features_open(features) < 0)
        return refuse(report, -ENOTSUP,
                      "this kernel has no type information (/sys/kernel/btf/vmlinux): it needs "
                      "CONFIG_DEBUG_INFO_BTF");
    return check_helpers(report, features);
}

void toc_bpf_explain(int error, char *ret, size_t size) {
    switch (-error) {
    case EPERM: snprintf(ret, size, "not permitted here (EPERM)"); break;
    case ESRCH:
    case ENOENT: snprintf(ret, size, "this kernel does not have it"); break;
    case EACCES: snprintf(ret, size, "this kernel's verifier refuses it (EACCES)"); break;
    case EINVAL: snprintf(ret, size, "this kernel does not know it, or refuses it (EINVAL)"); break;
    case E2BIG: snprintf(ret, size, "too large for this kernel (E2BIG)"); break;
    case ENOMEM:
        snprintf(ret, size,
                 "no memory (ENOMEM): lower the ring's size or the limit of "
                 "locked memory");
        break;
    default: snprintf(ret, size, "%s", strerror(-error));
    }
}
