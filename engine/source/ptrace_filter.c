// SPDX-License-Identifier: Apache-2.0
// The seccomp filter that makes a process stop at the calls watched, at numbers that no call has,
// and at no other.
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "event/action.h"
#include "source/ptrace_call.h"
#include "source/ptrace_guard.h"

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_##action)

#define MAX_FILTER 512
/* Jumps to the end of the part, which end() fills in. */
#define TO_STOP 255
#define TO_LET 254

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

#define NONE UINT32_MAX
static const uint32_t guarded_calls[][TOC_WIRE_ABIS] = {
#define GUARD(name, x86_64, i386, x32) {x86_64, i386, x32},
#include "source/ptrace_guard.def"
};

static const struct {
    uint32_t abi, first, last;
} gaps[] = {
#define GAP(abi, first, last) {TOC_WIRE_##abi, first, last},
#include "event/wire_gaps.def"
};

#define N(array) (sizeof(array) / sizeof((array)[0]))
/* Comparisons of one part reach its end. */
_Static_assert(N(calls) + N(subcalls) + N(guarded_calls) + 2 * N(gaps) < TO_LET - 16,
               "jumps are of a byte");
_Static_assert(2 * (N(calls) + N(guarded_calls) + N(gaps)) + N(subcalls) < MAX_FILTER - 48,
               "room for all");

static void add(struct part *p, struct sock_filter one) {
    p->code[p->n++] = one;
}

static void stop_at(struct part *p, uint32_t value) {
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, TO_STOP, 0));
}

static void go_on_if(struct part *p, uint32_t value) {
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, TO_LET));
}

static void stop_from(struct part *p, uint32_t value) {
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, value, TO_STOP, 0));
}

static void let_from(struct part *p, uint32_t value) {
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, value, TO_LET, 0));
}

static void stop_in_gaps(struct part *p, uint32_t abi) {
    const uint32_t x32 = abi == TOC_WIRE_X32 ? TOC_WIRE_X32_BIT : 0;

    for (size_t i = N(gaps); i-- > 0;) {
        if (gaps[i].abi != abi)
            continue;
        if (gaps[i].last != UINT32_MAX)
            let_from(p, (gaps[i].last + 1) | x32);
        stop_from(p, gaps[i].first | x32);
    }
}

static uint8_t way_to(uint8_t jump, unsigned short from, unsigned short let, unsigned short stop) {
    if (jump != TO_STOP && jump != TO_LET)
        return jump;
    return (uint8_t)((jump == TO_STOP ? stop : let) - from - 1);
}

/* What falls through is let go. */
static void end(struct part *p) {
    unsigned short let = p->n, stop = let + 1;

    add(p, (struct sock_filter)RETURN(ALLOW));
    add(p,
        (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | TOC_PTRACE_FILTER_MARK));
    for (unsigned short i = 0; i < let; i++) {
        struct sock_filter *one = &p->code[i];

        if (BPF_CLASS(one->code) != BPF_JMP)
            continue;
        one->jt = way_to(one->jt, i, let, stop);
        one->jf = way_to(one->jf, i, let, stop);
    }
}

static void stop_at_argument(struct part *p, uint32_t nr, struct sock_filter load,
                             unsigned short test, uint32_t value) {
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 2));
    add(p, load);
    add(p, (struct sock_filter)BPF_JUMP(BPF_JMP | test | BPF_K, value, TO_STOP, TO_LET));
}

/* The rows of ptrace_guard.def with whose arguments the filter can tell. */
enum {
#define GUARD(name, x86_64, i386, x32) GUARD_##name,
#include "source/ptrace_guard.def"
};

/* A new mapping that takes the place of others; prctl, where it is about those. */
static void guard(struct part *p, uint32_t abi) {
    const uint32_t x32 = abi == TOC_WIRE_X32 ? TOC_WIRE_X32_BIT : 0;

    for (size_t i = 0; i < N(guarded_calls); i++) {
        uint32_t nr = guarded_calls[i][abi];

        if (nr == NONE)
            continue;
        if (i == GUARD_mmap)
            stop_at_argument(p, nr | x32, (struct sock_filter)LOAD(args[3]), BPF_JSET, MAP_FIXED);
        else if (i == GUARD_prctl)
            stop_at_argument(p, nr | x32, (struct sock_filter)LOAD(args[0]), BPF_JEQ, PR_SET_MM);
        else
            stop_at(p, nr | x32);
    }
}

static void stop_at_listeners(struct part *p, uint32_t nr) {
    stop_at_argument(p, nr, (struct sock_filter)LOAD(args[1]), BPF_JSET,
                     SECCOMP_FILTER_FLAG_NEW_LISTENER);
}

static bool wants(const struct toc_ptrace_filter *f, uint32_t kind) {
    return kind && f->events >> TOC_KIND_EVENT(kind) & 1;
}

/* Calls that are watched come first: some of those guarded let others of the same number go. */
static void fill_64(struct part *p, const struct toc_ptrace_filter *f) {
    add(p, (struct sock_filter)LOAD(nr));
    stop_at_listeners(p, TOC_SECCOMP_NR_64);
    stop_at_listeners(p, TOC_SECCOMP_NR_64 | TOC_WIRE_X32_BIT);
    for (size_t i = 0; i < N(calls); i++)
        if (calls[i].abi != TOC_WIRE_I386 && wants(f, calls[i].kind))
            stop_at(p, calls[i].nr | (calls[i].abi == TOC_WIRE_X32 ? TOC_WIRE_X32_BIT : 0));
    if (f->guarded) {
        guard(p, TOC_WIRE_X86_64);
        guard(p, TOC_WIRE_X32);
    }
    stop_in_gaps(p, TOC_WIRE_X32);
    let_from(p, TOC_WIRE_X32_BIT);
    stop_in_gaps(p, TOC_WIRE_X86_64);
    end(p);
}

/* As the x32 bit means nothing here, it hides nothing. */
static void fill_32(struct part *p, const struct toc_ptrace_filter *f) {
    go_on_if(p, AUDIT_ARCH_I386);
    add(p, (struct sock_filter)LOAD(nr));
    add(p, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~TOC_WIRE_X32_BIT));
    stop_at_listeners(p, TOC_SECCOMP_NR_32);
    for (size_t i = 0; i < N(calls); i++)
        if (calls[i].abi == TOC_WIRE_I386 && wants(f, calls[i].kind))
            stop_at(p, calls[i].nr);
    if (f->guarded)
        guard(p, TOC_WIRE_I386);
    stop_in_gaps(p, TOC_WIRE_I386);
    go_on_if(p, TOC_WIRE_NR_SOCKETCALL);
    add(p, (struct sock_filter)LOAD(args[0]));
    for (size_t i = 0; i < N(subcalls); i++)
        if (wants(f, subcalls[i].kind))
            stop_at(p, subcalls[i].nr);
    end(p);
}

/* The part that is in the way of most calls comes first. */
static unsigned short fill(struct sock_filter filter[MAX_FILTER],
                           const struct toc_ptrace_filter *f) {
    struct part wide = {.code = filter + 3}, narrow;

    fill_64(&wide, f);
    narrow = (struct part){.code = wide.code + wide.n};
    fill_32(&narrow, f);
    filter[0] = (struct sock_filter)LOAD(arch);
    filter[1] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0);
    filter[2] = (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, wide.n);
    return (unsigned short)(3 + wide.n + narrow.n);
}

static int try_install(const struct toc_ptrace_filter *f) {
    struct sock_filter filter[MAX_FILTER];
    struct sock_fprog program = {.len = fill(filter, f), .filter = filter};

    /* Without the flag, older kernels slow the program down against speculation. */
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) <
                   0
               ? errno
               : 0;
}

struct toc_ptrace_filter toc_ptrace_filter_for(uint64_t events, const struct toc_gate *gate) {
    if (!events)
        events = UINT64_MAX;
    return (struct toc_ptrace_filter){.events = (events | (gate ? gate->events : 0)) &
                                                toc_ptrace_events(),
                                      .guarded = toc_gate_guards(gate)};
}

int toc_ptrace_filter_install(const void *filter) {
    int error = try_install(filter);

    if (error != EACCES)
        return error;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return errno;
    return try_install(filter);
}
