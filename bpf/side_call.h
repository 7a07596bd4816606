// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// A call that moves no message where it enters, and where it returns without having been seen to.
#pragma once

#include "enter.h"
#include "side.h"
#include "state.h"

/* Begins its record. */
static __always_inline void enter_fill_side(struct scratch *s, struct task_struct *task,
                                            struct pt_regs *regs, u32 nr, u32 kind) {
    enter_fill(s, (struct toc_wire_enter *)&s->side.enter, task, regs, nr, kind);
    if (TOC_KIND_SHAPE(kind) == TOC_WIRE_SHAPE_ARRAY)
        side_array_args(&s->side.enter, (u32)machine_arg(regs, TOC_KIND_ABI(kind), 0));
}

static __always_inline void call_enter_side(struct task_struct *task, struct pt_regs *regs, u32 nr,
                                            u32 kind) {
    struct scratch *s = toc_scratch();
    struct call_state *st;

    if (!s)
        return;
    st = state_claim(s, toc_thread(task));
    if (!st)
        return;
    enter_fill_side(s, task, regs, nr, kind);
    st->enter_lost = !side_enter(s, st, kind);
}

static __always_inline void call_orphan_side(struct scratch *s, struct task_struct *task,
                                             struct pt_regs *regs, u32 nr, u32 kind, long ret) {
    enter_fill_side(s, task, regs, nr, kind);
    s->side.enter.bits = TOC_WIRE_ORPHAN;
    if (side_enter(s, &s->state, kind))
        side_return(&s->state, ret);
    else
        count(ring_full, 1);
}
