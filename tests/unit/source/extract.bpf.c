// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// The parts of the programs that read memory, each as a program that a test can run on its own.
#pragma clang diagnostic ignored "-Wunused-parameter"

#include "maps.h"

#include "abi.h"
#include "call.h"
#include "extract.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("syscall")
int extract_kind(struct extract *x) {
    x->kind = toc_kind_of(x->abi, x->nr, x->subcall);
    return 0;
}

/* Gives its parts to the ring: the first with index 0, as ENTRIES like the others. */
SEC("syscall")
int extract_walk(struct extract *x) {
    struct scratch *s = toc_scratch();
    struct walk *w;

    if (!s)
        return 1;
    w = &s->walk;
    w->vec = x->at;
    w->buffer = (struct buffer_args){x->len, x->name, x->name_len};
    w->n = x->n;
    w->bits = x->bits;
    w->view = TOC_WIRE_VIEW_ENTER;
    w->segs_left = TOC_WIRE_CALL_SEGS;
    w->parts_lost = w->first = 0;
    walk_further(w);
    walk_read();
    toc_head(&s->part.head, TOC_WIRE_ENTRIES, 0);
    s->part.view = TOC_WIRE_VIEW_ENTER;
    s->part.first = 0;
    s->part.n = walk_part_n(w);
    if (!toc_emit(s, &s->part.head, sizeof(s->part) + s->part.n * sizeof(struct toc_wire_entry),
                  sizeof(s->part) + sizeof(s->entries)))
        w->parts_lost++;
    x->parts_lost = w->parts_lost;
    return 0;
}

SEC("syscall")
int extract_timeout(struct extract *x) {
    struct toc_wire_timeout t = {};

    timeout_read(&t, x->layout, x->at);
    x->timeout = t;
    return 0;
}

SEC("syscall")
int extract_sock(struct extract *x) {
    struct scratch *s = toc_scratch();

    if (!s)
        return 1;
    s->enter.args_status = TOC_WIRE_OK;
    s->enter.arg[0] = x->fd;
    enter_sock();
    x->sock = s->enter.sock;
    return 0;
}

SEC("syscall")
int extract_proc(struct extract *x) {
    struct scratch *s = toc_scratch();

    if (!s)
        return 1;
    toc_proc_fill(&s->enter.proc, bpf_get_current_task_btf());
    x->proc = s->enter.proc;
    return 0;
}
