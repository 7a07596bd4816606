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
/* Falls through when equal, else skips n instructions. */
#define UNLESS(value, n) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (n))
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_##action)
#define STOP_AT(value) UNLESS(value, 1), RETURN(TRACE)

/* A number of each ABI as the filter sees it, in that ABI's part of the filter and in no other. */
#define NR_X86_64(nr) (nr)
#define NR_X32(nr) ((nr) | TOC_WIRE_X32_BIT)
#define PART_64_X86_64(nr) STOP_AT(NR_X86_64(nr)),
#define PART_64_X32(nr) STOP_AT(NR_X32(nr)),
#define PART_64_I386(nr)
#define PART_32_X86_64(nr)
#define PART_32_X32(nr)
#define PART_32_I386(nr) STOP_AT(nr),

static struct sock_filter filter[] = {
    LOAD(arch),
    /* The 64-bit part, with x32; it is the one in the way of most calls. */
    UNLESS(AUDIT_ARCH_X86_64, 1 + 2 * 4 + 1),
    LOAD(nr),
#define TOC_WIRE_CALL(abi, nr, event, time) PART_64_##abi(nr)
    TOC_WIRE_CALLS
#undef TOC_WIRE_CALL
        RETURN(ALLOW),
    UNLESS(AUDIT_ARCH_I386, 2 + 2 * 3 + 2 + 2 * 2),
    LOAD(nr),
    /* As the bit means nothing there, it hides nothing. */
    BPF_STMT(BPF_ALU | BPF_AND | BPF_K, ~TOC_WIRE_X32_BIT),
#define TOC_WIRE_CALL(abi, nr, event, time) PART_32_##abi(nr)
    TOC_WIRE_CALLS
#undef TOC_WIRE_CALL
        UNLESS(TOC_WIRE_NR_SOCKETCALL, 1 + 2 * 2),
    LOAD(args[0]),
#define TOC_WIRE_SUBCALL(nr, event, time) STOP_AT(nr),
    TOC_WIRE_SUBCALLS
#undef TOC_WIRE_SUBCALL
        RETURN(ALLOW),
};

/* The jumps over the parts count on these. */
#define TOC_WIRE_CALL(abi, nr, event, time) +(TOC_WIRE_##abi != TOC_WIRE_I386)
_Static_assert(0 TOC_WIRE_CALLS == 4, "calls of 64-bit ABIs");
#undef TOC_WIRE_CALL
#define TOC_WIRE_CALL(abi, nr, event, time) +(TOC_WIRE_##abi == TOC_WIRE_I386)
_Static_assert(0 TOC_WIRE_CALLS == 3, "calls of i386");
#undef TOC_WIRE_CALL
#define TOC_WIRE_SUBCALL(nr, event, time) +1
_Static_assert(0 TOC_WIRE_SUBCALLS == 2, "calls inside socketcall");
#undef TOC_WIRE_SUBCALL

static int install(void) {
    struct sock_fprog program = {.len = sizeof(filter) / sizeof(filter[0]), .filter = filter};

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
