// SPDX-License-Identifier: Apache-2.0
// Which hook is the witness of which part of what the kernel used.
#pragma once

#include "event/demand.h"
#include "source/bpf.h"

/* A hook by the name that older pages give it, and what does its work. */
struct toc_bpf_alias {
    const char *name;
    const char *hooks; /* that can, the best one first, separated by spaces */
};

#define TOC_BPF_ALIASES 3
extern const struct toc_bpf_alias toc_bpf_aliases[TOC_BPF_ALIASES];

/* By its name without its type, or with that before it: "sock_sendmsg". NULL for none. */
const struct toc_bpf_alias *toc_bpf_alias_named(const char *name, size_t n);

/* The program that does it here, NULL for none. */
const struct toc_bpf_program *toc_bpf_alias_program(const struct toc_bpf_report *report,
                                                    const struct toc_bpf_alias *alias);

/* The hook from which it comes, by what the report says is loaded; "" for none. */
const char *toc_bpf_witness_hook(const struct toc_bpf_report *report, enum toc_witness witness);
