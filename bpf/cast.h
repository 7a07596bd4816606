// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Kernel pointers that loads go through.
#pragma once

#include "maps.h"

extern void *bpf_rdonly_cast(const void *object, __u32 type_id) __ksym __weak;

/* A kernel pointer that loads can go through. Where the kernel has no such cast, KERNEL reads by
 * helper, at ten times the cost. */
#define kernel_cast(type, pointer)                                                                 \
    (toc_has_cast ? (type *)bpf_rdonly_cast(pointer, bpf_core_type_id_kernel(type))                \
                  : (type *)(pointer))
#define KERNEL(pointer, field) (toc_has_cast ? (pointer)->field : BPF_CORE_READ(pointer, field))

/* The running thread. At each load through the helper's own pointer, which it trusts, the verifier
 * would search all types of the kernel by name. */
static __always_inline struct task_struct *toc_task(void) {
    return kernel_cast(struct task_struct, bpf_get_current_task_btf());
}

/* What bpf_get_current_pid_tgid gives. A call of a helper costs as much as twenty loads. */
static __always_inline u64 toc_thread(const struct task_struct *task) {
    return (u64)(u32)task->tgid << 32 | (u32)task->pid;
}
