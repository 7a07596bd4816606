// SPDX-License-Identifier: Apache-2.0
// Tracepoints that gave other arguments in older kernels than the programs take.
#pragma once

struct btf;

/* NULL: the tracepoint `name`, of the kernel's type `id`, gives what the programs take. Else since
 * which Linux it does: "6.0". */
const char *toc_bpf_tracepoint_since(const struct btf *btf, int id, const char *name);
