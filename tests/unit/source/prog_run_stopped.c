// SPDX-License-Identifier: Apache-2.0
// The message that a batch of receives stopped at, against what it was at entry.
#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "prog_run.h"

#define RECEIVES(abi)                                                                              \
    TOC_WIRE_KIND(TOC_EVENT_recvmmsg, abi, TOC_WIRE_SYSCALL, TOC_WIRE_SHAPE_BATCH,                 \
                  TOC_WIRE_TIME_TIME64)

static uint8_t buffer[8], name[16];
static struct iovec iov, other;
static struct mmsghdr header;

static void as_at_entry(void) {
    iov = other = (struct iovec){buffer, sizeof(buffer)};
    header = (struct mmsghdr){
        .msg_hdr = {.msg_name = name, .msg_namelen = 16, .msg_iov = &iov, .msg_iovlen = 1}};
    x.kind = RECEIVES(TOC_WIRE_NATIVE);
    x.at = (uintptr_t)&header;
    x.n = 1;
    x.fd = 0;
    x.name = (uintptr_t)name;
    x.len = (uintptr_t)&iov;
    x.name_len = (uintptr_t)buffer;
}

static int64_t is_other(void) {
    prog_run(skel->progs.extract_stopped);
    return x.ret;
}

TestSuite(prog_run_stopped, .init = prog_run_load, .fini = prog_run_unload);

Test(prog_run_stopped, what_is_the_same_is_not_looked_at) {
    NEED_KERNEL();
    as_at_entry();
    cr_expect_eq(is_other(), 0);
    /* The kernel writes these. */
    header.msg_hdr.msg_namelen = 4;
    header.msg_hdr.msg_flags = MSG_TRUNC;
    header.msg_len = 7;
    cr_expect_eq(is_other(), 0);
}

Test(prog_run_stopped, each_pointer_and_size_counts) {
    NEED_KERNEL();
    as_at_entry();
    iov.iov_base = name;
    cr_expect_eq(is_other(), 1, "buffer");
    as_at_entry();
    iov.iov_len = 9;
    cr_expect_eq(is_other(), 1, "its size");
    as_at_entry();
    header.msg_hdr.msg_iov = &other;
    cr_expect_eq(is_other(), 1, "array of buffers");
    as_at_entry();
    header.msg_hdr.msg_iovlen = 0;
    cr_expect_eq(is_other(), 1, "their number");
    as_at_entry();
    header.msg_hdr.msg_name = buffer;
    cr_expect_eq(is_other(), 1, "name");
    as_at_entry();
    header.msg_hdr.msg_control = buffer;
    cr_expect_eq(is_other(), 1, "control messages");
}

Test(prog_run_stopped, what_was_not_read_or_cannot_be_is_left_alone) {
    NEED_KERNEL();
    as_at_entry();
    iov.iov_base = name;
    x.n = 0;
    cr_expect_eq(is_other(), 0, "beyond what was read at entry");
    as_at_entry();
    iov.iov_base = name;
    x.fd = TOC_WIRE_PART_MSGS;
    cr_expect_eq(is_other(), 0, "beyond what is kept");
    as_at_entry();
    x.at = 0x10;
    cr_expect_eq(is_other(), 0, "no header there");
}

/* Of struct compat_mmsghdr and the struct compat_iovec behind it. */
static const struct {
    const char *name;
    bool counts;
} words[] = {{"name", true},          {"namelen", false}, {"iov", true},
             {"iovlen", true},        {"control", true},  {"controllen", false},
             {"flags", false},        {"len", false},     {"iov[0].iov_base", true},
             {"iov[0].iov_len", true}};

Test(prog_run_stopped, so_it_is_in_the_layout_of_32_bits) {
    uint32_t *low =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

    NEED_KERNEL();
    cr_assert(low != MAP_FAILED);
    as_at_entry();
    x.kind = RECEIVES(TOC_WIRE_COMPAT);
    x.at = (uintptr_t)low;
    x.name = 1;
    x.len = (uintptr_t)(low + 8);
    x.name_len = 2;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        memcpy(low, (uint32_t[]){1, 0, (uint32_t)(uintptr_t)(low + 8), 1, 0, 0, 0, 0, 2, 8}, 40);
        cr_expect_eq(is_other(), 0, "%s", words[i].name);
        low[i] += 4;
        cr_expect_eq(is_other(), words[i].counts, "%s", words[i].name);
    }
}
