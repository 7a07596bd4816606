// SPDX-License-Identifier: Apache-2.0
// Walks in the kernel over messages whose names and iovecs lie side by side, which are read as one.
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "prog_run.h"

TestSuite(prog_run_window, .init = prog_run_load, .fini = prog_run_unload);

/* What a message points to, side by side. */
static struct pair {
    struct sockaddr_in name;
    struct iovec iov;
} pairs[16];
static struct mmsghdr vec[16];

static void point_at(struct mmsghdr *msg, void *name, void *at) {
    *msg = (struct mmsghdr){.msg_hdr = {.msg_name = name,
                                        .msg_namelen = sizeof(struct sockaddr_in),
                                        .msg_iov = at,
                                        .msg_iovlen = 1}};
}

Test(prog_run_window, names_among_iovecs_are_read_as_well) {
    NEED_KERNEL();
    for (uint32_t i = 0; i < 16; i++) {
        pairs[i].name = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = (in_port_t)i};
        pairs[i].iov = (struct iovec){&pairs, i};
        point_at(&vec[i], &pairs[i].name, &pairs[i].iov);
    }
    prog_run_walk(vec, 16, WALK_NAMES | WALK_CONTROL);
    for (uint32_t i = 0; i < 16; i++) {
        cr_assert_eq(entries[i].name_status, TOC_WIRE_OK);
        cr_assert_arr_eq(entries[i].name, &pairs[i].name, sizeof(pairs[i].name));
        cr_assert_eq(entries[i].iov_status, TOC_WIRE_OK);
        cr_assert_eq(entries[i].iov_bytes, i);
    }
}

/* Of a size that fits two windows, not one. */
Test(prog_run_window, what_is_too_much_for_one_is_read_as_two) {
    static _Alignas(8) char bytes[15 * 120 + 16 + 16 * sizeof(struct iovec)];
    struct iovec *iovs = (struct iovec *)(bytes + 15 * 120 + 16);

    NEED_KERNEL();
    for (uint32_t i = 0; i < 16; i++)
        point_at(&vec[i], bytes + 120 * i, &iovs[i]);
    prog_run_walk(vec, 16, WALK_NAMES | WALK_CONTROL);
    cr_expect_eq(x.far, 0);
}

Test(prog_run_window, of_what_lies_side_by_side_each_is_read_that_can_be) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *border = mmap(NULL, 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    NEED_KERNEL();
    cr_assert_neq(border, MAP_FAILED);
    cr_assert_eq(mprotect(border + page, page, PROT_READ | PROT_WRITE), 0);
    memset(border + page, 1, page);
    point_at(&vec[0], border + page - 16, border + page);         /* the name is not there */
    point_at(&vec[1], border + 2 * page - 16, border + 2 * page); /* nor is the iovec */
    for (uint32_t i = 0; i < 2; i++) {
        prog_run_walk(&vec[i], 1, WALK_NAMES | WALK_CONTROL);
        cr_expect_eq(entries[0].name_status, i ? TOC_WIRE_OK : TOC_WIRE_FAULT);
        cr_expect_eq(entries[0].iov_status, i ? TOC_WIRE_FAULT : TOC_WIRE_OK);
    }
    munmap(border, 3 * page);
}
