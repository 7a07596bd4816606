// SPDX-License-Identifier: Apache-2.0
// How much stack a program takes along its deepest chain of calls.
#pragma once

#include <stddef.h>

struct bpf_insn;

/* Bytes, of a program with all that it calls in insns[n]; each frame as the kernels round it that
 * round most. Counts branches that a kernel leaves out. */
unsigned stack_sum(const struct bpf_insn *insns, size_t n);
