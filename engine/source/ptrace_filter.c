// SPDX-License-Identifier: Apache-2.0
// The seccomp filter that makes a process stop at the calls watched and at no other.
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "source/ptrace_call.h"

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_##action)

#define MAX_FILTER 512
/* Jumps to the end of the part, which end() fills in. */
#define TO_STOP 255
#define TO_LET 255

struct part {
    struct sock_filter *code;
    unsigned short n;
};

static const struct {
    uint32_t abi, nr, kind;
} calls[] = {
#define CALL(abi, number, kind) {abi, number, kind},
#define SUBCALL(number, kind)
#include "event/wire_calls.def"
};

static const struct {
    uint32_t nr, kind;
} subcalls[] = {
#define CALL(abi, number, kind)
#define SUBCALL(number, kind) {number, kind},
#include "event/wire_calls.def"
};

#define N(array) (sizeof(array) / sizeof((array)[0]))
/* Comparisons of one part reach its end. */
_Static_assert(N(calls) + N(subcalls) < TO_STOP - 8, "jumps are of a byte");
_Static_assert(N(calls) + N(subcalls) < MAX_FILTER - 32, "room for all");

static void add(struct part *p, struct sock_filter one) {
    p->code[p->n++] = one;
}

static void stop_at(struct part *p, uint32_t value) {
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, TO_STOP, 0));
}

static void go_on_if(struct part *p, uint32_t value) {
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, TO_LET));
}

/* What falls through is let go. */
static void end(struct part *p) {
    unsigned short let = p->n, stop = let + 1;

    add(p, (struct sock_filter)RETURN(ALLOW));
    add(p, (struct sock_filter)RETURN(TRACE));
    for (unsigned short i = 0; i < let; i++) {
        struct sock_filter *one = &p->code[i];

        if (BPF_CLASS(one->code) == BPF_JMP && one->jt == TO_STOP)
            one->jt = (uint8_t)(stop - i - 1);
        if (BPF_CLASS(one->code) == BPF_JMP && one->jf == TO_LET)
            one->jf = (uint8_t)(let - i - 1);
    }
}

static void fill_64(struct part *p) {
    add(p, (struct sock_filter)LOAD(nr));
    for (size_t i = 0; i < N(calls); i++)
        if (calls[i].abi != TOC_WIRE_I386 && toc_ptrace_reads(calls[i].kind))
            stop_at(p, calls[i].nr | (calls[i].abi == TOC_WIRE_X32 ? TOC_WIRE_X32_BIT : 0));
    end(p);
}

/* As the x32 bit means nothing here, it hides nothing. */
static void fill_32(struct part *p) {
    go_on_if(p, AUDIT_ARCH_I386);
    add(p, (struct sock_filter)LOAD(nr));
    add(p, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~TOC_WIRE_X32_BIT));
    for (size_t i = 0; i < N(calls); i++)
        if (calls[i].abi == TOC_WIRE_I386 && toc_ptrace_reads(calls[i].kind))
            stop_at(p, calls[i].nr);
    go_on_if(p, TOC_WIRE_NR_SOCKETCALL);
    add(p, (struct sock_filter)LOAD(args[0]));
    for (size_t i = 0; i < N(subcalls); i++)
        if (toc_ptrace_reads(subcalls[i].kind))
            stop_at(p, subcalls[i].nr);
    end(p);
}

/* The part that is in the way of most calls comes first. */
static unsigned short fill(struct sock_filter filter[MAX_FILTER]) {
    struct part wide = {.code = filter + 3}, narrow;

    fill_64(&wide);
    narrow = (struct part){.code = wide.code + wide.n};
    fill_32(&narrow);
    filter[0] = (struct sock_filter)LOAD(arch);
    filter[1] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0);
    filter[2] = (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, wide.n);
    return (unsigned short)(3 + wide.n + narrow.n);
}

static int install(void) {
    struct sock_filter filter[MAX_FILTER];
    struct sock_fprog program = {.len = fill(filter), .filter = filter};

    /* Without the flag, older kernels slow the program down against speculation. */
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) <
                   0
               ? errno
               : 0;
}

int toc_ptrace_filter_install(void) {
    int error = install();

    if (error != EACCES)
        return error;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return errno;
    return install();
}
