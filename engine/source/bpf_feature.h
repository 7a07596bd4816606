// SPDX-License-Identifier: Apache-2.0
// What this kernel offers, found out without loading the programs.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct btf;

enum toc_bpf_kind {
    TOC_BPF_TRACEPOINT,
    TOC_BPF_CGROUP,
    TOC_BPF_FENTRY,
    TOC_BPF_KPROBE,
    TOC_BPF_LSM
};
#define TOC_BPF_KINDS 5

/* What was found out, once for each kind of program. Begins as {0}; clear it. */
struct toc_bpf_features {
    struct btf *btf; /* owned */
    struct {
        bool tried;
        int error;
    } kinds[TOC_BPF_KINDS];
};

/* The kernel's types. 0 or -errno. */
int toc_bpf_features_open(struct toc_bpf_features *features);
void toc_bpf_features_clear(struct toc_bpf_features *features);

/* True when the kernel has a function of that name that can be hooked. */
bool toc_bpf_has_function(const struct toc_bpf_features *features, const char *name);

/* True when a program of that kind on that target (a tracepoint, a function, an LSM hook) may load;
 * else ret_reason says why not. */
bool toc_bpf_may_load(struct toc_bpf_features *features, enum toc_bpf_kind kind, const char *target,
                      char *ret_reason, size_t size);
