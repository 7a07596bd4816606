// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Arguments that are in user memory themselves, as socketcall's are: seen again when the call
// returns.
#pragma once

#include "maps.h"

static __always_inline void arguments_keep(struct call_state *st,
                                           const struct toc_wire_enter *rec) {
    u32 subcall = rec->subcall;

    st->args_at = rec->args_at;
    st->args_changed = 0;
    if (!rec->args_at)
        return;
    index_subcall(subcall);
    st->n_args = TOC_WIRE_SUBCALL_ARGS(subcall);
}

/* Reads them into scratch.arguments. */
static __always_inline void arguments_look(struct scratch *s, struct call_state *st) {
    struct toc_wire_arguments *rec = &s->arguments;
    u64 size = (u64)st->n_args * sizeof(rec->words[0]);

    opaque(size);
    if (size > sizeof(rec->words))
        size = sizeof(rec->words);
    __builtin_memset(rec->words, 0, sizeof(rec->words));
    rec->status = TOC_WIRE_OK;
    if (bpf_probe_read_user(rec->words, size, (void *)st->args_at)) {
        rec->status = TOC_WIRE_FAULT;
        return;
    }
    for (int i = 0; i < TOC_WIRE_ARGS; i++)
        st->args_changed |= rec->words[i] != (u32)st->kept.rec.arg[i];
}

static __always_inline void arguments_again(struct scratch *s, struct call_state *st, u64 time) {
    struct toc_wire_arguments *rec = &s->arguments;

    arguments_look(s, st);
    toc_head(&rec->head, TOC_WIRE_ARGUMENTS, time);
    rec->head.call_cpu = st->call_cpu;
    rec->head.call_seq = st->call_seq;
    if (s->is_urgent ? toc_emit_urgent(&rec->head, sizeof(*rec), sizeof(*rec))
                     : toc_emit(s, &rec->head, sizeof(*rec), sizeof(*rec)))
        return;
    st->part_lost = 1;
    count(parts_lost, 1);
}
