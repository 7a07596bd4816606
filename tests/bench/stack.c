// SPDX-License-Identifier: Apache-2.0
// How much stack a program takes along its deepest chain of calls, by its instructions alone.
#include "stack.h"

#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FUNCTIONS 128
#define STEP 32u /* kernels before 6.8 round each frame up to as much */

struct functions {
    const struct bpf_insn *insns;
    size_t end;
    size_t start[MAX_FUNCTIONS]; /* sorted */
    size_t n;
    unsigned sum[MAX_FUNCTIONS]; /* 0: not known yet */
};

/* Where a call goes, or whose address is taken to be called back. */
static int called(const struct functions *f, size_t i, size_t *ret) {
    const struct bpf_insn *insn = &f->insns[i];
    int is_call = insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_CALL;
    int is_address = insn->code == (BPF_LD | BPF_IMM | BPF_DW) && insn->src_reg == BPF_PSEUDO_FUNC;

    *ret = i + 1 + (size_t)insn->imm;
    return (is_call || is_address) && *ret < f->end;
}

static int compare(const void *a, const void *b) {
    size_t x = *(const size_t *)a, y = *(const size_t *)b;

    return x < y ? -1 : x > y;
}

static size_t find(const struct functions *f, size_t start) {
    const size_t *at = bsearch(&start, f->start, f->n, sizeof(start), compare);

    return at ? (size_t)(at - f->start) : f->n;
}

static void add(struct functions *f, size_t start) {
    if (f->n >= MAX_FUNCTIONS)
        abort();
    f->start[f->n++] = start;
    qsort(f->start, f->n, sizeof(f->start[0]), compare);
}

/* Where each register points to below the frame, followed as the code is written. */
struct pointers {
    int is_frame[16];
    int at[16];
};

static void follow(struct pointers *p, const struct bpf_insn *insn) {
    unsigned dst = insn->dst_reg, src = insn->src_reg, class = BPF_CLASS(insn->code);
    int is_wide = class == BPF_ALU64;

    if (insn->code == (BPF_ALU64 | BPF_MOV | BPF_X) && p->is_frame[src]) {
        p->is_frame[dst] = 1;
        p->at[dst] = p->at[src];
    } else if (is_wide && BPF_OP(insn->code) == BPF_ADD && BPF_SRC(insn->code) == BPF_K) {
        p->at[dst] += p->is_frame[dst] ? insn->imm : 0;
    } else if (insn->code == (BPF_JMP | BPF_CALL)) {
        memset(p->is_frame, 0, 6 * sizeof(p->is_frame[0]));
    } else if (is_wide || class == BPF_ALU || class == BPF_LDX || class == BPF_LD) {
        p->is_frame[dst] = 0;
    }
}

/* How far below the frame an instruction gets. */
static int reached(const struct pointers *p, const struct bpf_insn *insn) {
    unsigned class = BPF_CLASS(insn->code);
    unsigned base = class == BPF_LDX ? insn->src_reg : insn->dst_reg;
    int is_memory = class == BPF_LDX || class == BPF_ST || class == BPF_STX;

    return p->is_frame[base] ? -(p->at[base] + (is_memory ? insn->off : 0)) : 0;
}

static unsigned frame(const struct functions *f, size_t from, size_t to) {
    struct pointers p = {.is_frame = {[BPF_REG_10] = 1}};
    int deepest = 1;

    for (size_t i = from; i < to; i++) {
        int at;

        follow(&p, &f->insns[i]);
        at = reached(&p, &f->insns[i]);
        deepest = at > deepest ? at : deepest;
    }
    return ((unsigned)deepest + STEP - 1) / STEP * STEP;
}

/* The kernel refuses recursion. */
static unsigned sum(struct functions *f, size_t k) { // NOLINT(misc-no-recursion)
    size_t to = k + 1 < f->n ? f->start[k + 1] : f->end, callee;
    unsigned below = 0;

    if (f->sum[k])
        return f->sum[k];
    for (size_t i = f->start[k]; i < to; i++)
        if (called(f, i, &callee)) {
            unsigned n = sum(f, find(f, callee));

            below = n > below ? n : below;
        }
    f->sum[k] = frame(f, f->start[k], to) + below;
    return f->sum[k];
}

unsigned stack_sum(const struct bpf_insn *insns, size_t n) {
    struct functions f = {.insns = insns, .end = n, .n = 1};
    size_t callee;

    for (size_t i = 0; i < n; i++)
        if (called(&f, i, &callee) && find(&f, callee) == f.n)
            add(&f, callee);
    return sum(&f, 0);
}
