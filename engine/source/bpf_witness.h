// SPDX-License-Identifier: Apache-2.0
// Which hook is the witness of which part of what the kernel used.
#pragma once

#include "source/bpf.h"

struct toc_bpf_witness {
    const char *part;  /* "args", "name", "iov", "control", "ret" */
    bool is_send;      /* of messages sent, else of those received */
    const char *words; /* "the address of a message sent" */
    const char *hooks; /* that can see it, the best one first, separated by spaces */
};

#define TOC_BPF_WITNESSES 9
extern const struct toc_bpf_witness toc_bpf_witnesses[TOC_BPF_WITNESSES];

/* A hook by the name that older pages give it, and what does its work. */
struct toc_bpf_alias {
    const char *name;
    const char *hooks; /* that can, the best one first, separated by spaces */
};

#define TOC_BPF_ALIASES 3
extern const struct toc_bpf_alias toc_bpf_aliases[TOC_BPF_ALIASES];

/* The program that does it here, NULL for none. */
const struct toc_bpf_program *toc_bpf_alias_program(const struct toc_bpf_report *report,
                                                    const struct toc_bpf_alias *alias);

/* The hook from which that part comes, by what the report says is loaded; "" for none. */
const char *toc_bpf_witness_hook(const struct toc_bpf_report *report,
                                 const struct toc_bpf_witness *witness);
