// SPDX-License-Identifier: Apache-2.0
// A batch of messages, laid out and handed to the kernel by any calling convention.

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attack.h"

struct header32 {
    uint32_t name, name_len, iov, iov_len, control, control_len, flags, len;
};

struct iov32 {
    uint32_t base, len;
};

#define I386_SENDMMSG 345
#define I386_RECVMMSG_TIME32 337
#define I386_SOCKETCALL 102
#define SOCKETCALL_RECVMMSG 19
#define SOCKETCALL_SENDMMSG 20

static bool compat(const struct batch *batch) {
    return sizeof(void *) == 8 && batch->convention != NATIVE;
}

static uint32_t low(const void *p) {
    return (uint32_t)(uintptr_t)p;
}

static struct header32 *header32(const struct batch *batch, unsigned i) {
    return (struct header32 *)batch->headers + i;
}

static struct mmsghdr *header(const struct batch *batch, unsigned i) {
    return (struct mmsghdr *)batch->headers + i;
}

void batch_init(struct batch *batch, enum convention convention, unsigned n) {
    *batch = (struct batch){.convention = convention, .n = n};
    size_t each = compat(batch) ? sizeof(struct header32) : sizeof(struct mmsghdr);
    batch->headers_size = (n * each + PAGE - 1) / PAGE * PAGE;
    batch->headers = low_pages(batch->headers_size);
    batch->names = low_pages(n * MAX_NAME);
    batch->payloads = low_pages(n * PAYLOAD);
    batch->iovs = low_pages(n * sizeof(struct iovec));
}

void batch_set(struct batch *batch, unsigned i, const void *name, unsigned name_len,
               const char *payload) {
    if (name)
        memcpy(batch->names[i], name, name_len);
    const void *at = name ? batch->names[i] : NULL;
    struct iov32 *iov32 = (struct iov32 *)batch->iovs + i;
    struct iovec *iov = (struct iovec *)batch->iovs + i;
    if (compat(batch))
        *header32(batch, i) = (struct header32){
            .name = low(at), .name_len = name_len, .iov = low(iov32), .iov_len = 1};
    else
        *header(batch, i) = (struct mmsghdr){
            .msg_hdr = {
                .msg_name = (void *)at, .msg_namelen = name_len, .msg_iov = iov, .msg_iovlen = 1}};
    size_t n = strlen(payload);
    memcpy(batch->payloads[i], payload, n < PAYLOAD ? n : PAYLOAD);
    batch_set_payload(batch, i, batch->payloads[i], n);
}

void batch_set_payload(struct batch *batch, unsigned i, const void *base, size_t len) {
    if (compat(batch))
        ((struct iov32 *)batch->iovs)[i] = (struct iov32){low(base), (uint32_t)len};
    else
        ((struct iovec *)batch->iovs)[i] = (struct iovec){(void *)base, len};
}

void batch_set_name(struct batch *batch, unsigned i, uint64_t name, unsigned name_len) {
    if (compat(batch)) {
        header32(batch, i)->name = (uint32_t)name;
        header32(batch, i)->name_len = name_len;
    } else {
        header(batch, i)->msg_hdr.msg_name = (void *)(uintptr_t)name;
        header(batch, i)->msg_hdr.msg_namelen = name_len;
    }
}

void batch_set_iov(struct batch *batch, unsigned i, uint64_t iov) {
    if (compat(batch))
        header32(batch, i)->iov = (uint32_t)iov;
    else
        header(batch, i)->msg_hdr.msg_iov = (struct iovec *)(uintptr_t)iov;
}

void batch_set_iov_count(struct batch *batch, unsigned i, size_t n) {
    if (compat(batch))
        header32(batch, i)->iov_len = (uint32_t)n;
    else
        header(batch, i)->msg_hdr.msg_iovlen = n;
}

size_t batch_iov_size(const struct batch *batch) {
    return compat(batch) ? sizeof(struct iov32) : sizeof(struct iovec);
}

void batch_set_control(struct batch *batch, unsigned i, uint64_t control, size_t len) {
    if (compat(batch)) {
        header32(batch, i)->control = (uint32_t)control;
        header32(batch, i)->control_len = (uint32_t)len;
    } else {
        header(batch, i)->msg_hdr.msg_control = (void *)(uintptr_t)control;
        header(batch, i)->msg_hdr.msg_controllen = len;
    }
}

unsigned batch_msg_len(const struct batch *batch, unsigned i) {
    return compat(batch) ? header32(batch, i)->len : header(batch, i)->msg_len;
}

void batch_move_headers(struct batch *batch, void *to) {
    memmove(to, batch->headers, batch->headers_size);
    batch->headers = to;
}

long call_int80(long nr, const uintptr_t args[6]) {
    long ret;
#ifdef __x86_64__
    /* rbp takes the sixth; what lies below the stack pointer may be in use. */
    register uintptr_t sixth __asm__("r12") = args[5];
    __asm__ volatile("lea -128(%%rsp), %%rsp\n\tpush %%rbp\n\tmov %%r12, %%rbp\n\t"
                     "int $0x80\n\tpop %%rbp\n\tlea 128(%%rsp), %%rsp"
                     : "=a"(ret)
                     : "a"(nr), "b"(args[0]), "c"(args[1]), "d"(args[2]), "S"(args[3]),
                       "D"(args[4]), "r"(sixth)
                     : "memory", "r8", "r9", "r10", "r11");
    return (int)ret;
#else
    ret = syscall(nr, args[0], args[1], args[2], args[3], args[4], args[5]);
    return ret < 0 ? -errno : ret;
#endif
}

static long int80(long nr, long a, long b, long c, long d, long e) {
    return call_int80(nr, (const uintptr_t[6]){(uintptr_t)a, (uintptr_t)b, (uintptr_t)c,
                                               (uintptr_t)d, (uintptr_t)e});
}

long call_socketcall(int call, const uint32_t *args, unsigned n) {
    uint32_t *memory = low_pages(PAGE);
    memcpy(memory, args, n * sizeof(*args));
    return int80(I386_SOCKETCALL, call, (long)(uintptr_t)memory, 0, 0, 0);
}

long batch_send(struct batch *batch, int fd, unsigned vlen, unsigned flags) {
    long headers = (long)(uintptr_t)batch->headers;
    if (batch->convention == INT80)
        return int80(I386_SENDMMSG, fd, headers, (long)vlen, (long)flags, 0);
    if (batch->convention == SOCKETCALL)
        return call_socketcall(SOCKETCALL_SENDMMSG,
                               (uint32_t[]){(uint32_t)fd, (uint32_t)headers, vlen, flags}, 4);
    long ret = syscall(SYS_sendmmsg, fd, headers, vlen, flags);
    return ret < 0 ? -errno : ret;
}

long batch_recv(struct batch *batch, int fd, unsigned vlen, unsigned flags, uint64_t timeout) {
    long headers = (long)(uintptr_t)batch->headers;
    if (batch->convention == INT80)
        return int80(I386_RECVMMSG_TIME32, fd, headers, (long)vlen, (long)flags, (long)timeout);
    if (batch->convention == SOCKETCALL)
        return call_socketcall(
            SOCKETCALL_RECVMMSG,
            (uint32_t[]){(uint32_t)fd, (uint32_t)headers, vlen, flags, (uint32_t)timeout}, 5);
    long ret = syscall(SYS_recvmmsg, fd, headers, vlen, flags, (uintptr_t)timeout);
    return ret < 0 ? -errno : ret;
}
