// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Tells a reader inside a pid namespace what its process numbers are outside of it.
#include "vmlinux_min.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Number of a process at that depth of namespaces; the array has one element a level. */
static __always_inline u32 number_at(struct pid *pid, u32 level) {
    u32 nr = 0;

    bpf_probe_read_kernel(&nr, sizeof(nr),
                          (void *)pid + bpf_core_field_offset(struct pid, numbers) +
                              level * bpf_core_type_size(struct upid) +
                              bpf_core_field_offset(struct upid, nr));
    return nr;
}

/* Each process as two numbers, inside and outside. The iterator walks the tasks of its reader's
 * namespace. Loaded only where there is one. */
SEC("?iter/task")
int toc_pids(struct bpf_iter__task *ctx) {
    struct task_struct *task = ctx->task, *reader = (void *)bpf_get_current_task();
    u32 pair[2];

    if (!task || task->pid != task->tgid)
        return 0;
    pair[0] = number_at(BPF_CORE_READ(task, thread_pid), BPF_CORE_READ(reader, thread_pid, level));
    pair[1] = task->tgid;
    bpf_seq_write(ctx->meta->seq, pair, sizeof(pair));
    return 0;
}
