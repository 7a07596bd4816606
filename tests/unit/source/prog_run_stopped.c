// SPDX-License-Identifier: Apache-2.0
// The message that a batch of receives stopped at, against what it was at entry.
#include <criterion/criterion.h>
#include <string.h>
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
    as_at_entry();
    iov.iov_base = name;
    x.kind = RECEIVES(TOC_WIRE_COMPAT);
    cr_expect_eq(is_other(), 0, "another layout");
}
