// SPDX-License-Identifier: Apache-2.0
// The table of programs: what each needs and gives, and in words why it is not there.
#pragma once

#include "source/bpf.h"

struct bpf_object;
struct bpf_program;

/* All programs, wanted and not yet tried. */
void toc_bpf_report_init(struct toc_bpf_report *report);

/* The program of row i. */
struct bpf_program *toc_bpf_program(struct bpf_object *object, size_t i);

/* Both length tracepoints are wanted. */
bool toc_bpf_has_length(const struct toc_bpf_report *report);

/* Without cgroup2 the programs that need it are not wanted. */
void toc_bpf_no_cgroup(struct toc_bpf_report *report);

/* Privilege and BTF: -EPERM or -ENOTSUP with report->fault, and no program loaded. */
int toc_bpf_check_system(struct toc_bpf_report *report);

/* An error of loading or attaching in words. */
void toc_bpf_explain(int error, char *ret, size_t size);
