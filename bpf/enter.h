// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// How the record of any call begins: which call it is, its arguments, who makes it.
#pragma once

#include "abi.h"
#include "exe.h"
#include "maps.h"
#include "proc.h"

/* Starts the record of a call: all but its entries. */
static __always_inline void enter_fill(struct scratch *s, struct toc_wire_enter *rec,
                                       struct task_struct *task, struct pt_regs *regs, u32 nr,
                                       u32 kind) {
    toc_head_of(&rec->head, TOC_WIRE_ENTER, bpf_ktime_get_boot_ns(), toc_thread(task));
    rec->head.call_cpu = bpf_get_smp_processor_id();
    rec->head.call_seq = s->call_seq++;
    rec->event = TOC_KIND_EVENT(kind);
    rec->abi = TOC_KIND_ABI(kind);
    rec->via = TOC_KIND_VIA(kind);
    rec->nr = nr & ~TOC_WIRE_X32_BIT;
    rec->bits = kind & CALL_HEARTBEAT ? TOC_WIRE_HEARTBEAT : 0;
    rec->n_entries = 0;
    rec->n_walked = 0;
    toc_call_args(rec, regs, kind);
    toc_proc_fill(&rec->proc, task);
    rec->proc.cs = machine_cs(regs);
    exe_tell(task, &rec->proc);
}
