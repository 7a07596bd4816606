// SPDX-License-Identifier: Apache-2.0
// Walks in the kernel over message headers of this process.
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "prog_run.h"

TestSuite(prog_run_walk, .init = prog_run_load, .fini = prog_run_unload);

#define MANY 1024
static struct mmsghdr vec[MANY];
static struct iovec iov[MANY][10];
static struct sockaddr_in names[MANY];
static char byte;

static void fill(size_t n_iov) {
    for (size_t i = 0; i < MANY; i++) {
        names[i] = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = (in_port_t)i};
        for (size_t j = 0; j < n_iov; j++)
            iov[i][j] = (struct iovec){&byte, i + j};
        vec[i] = (struct mmsghdr){.msg_hdr = {.msg_name = &names[i],
                                              .msg_namelen = sizeof(names[i]),
                                              .msg_iov = iov[i],
                                              .msg_iovlen = n_iov,
                                              .msg_flags = (int)i},
                                  .msg_len = (unsigned)i};
    }
}

Test(prog_run_walk, headers_names_and_iovecs_are_read) {
    static const uint32_t counts[] = {1, 2, 15, 16, 17, 100, 1024};

    NEED_KERNEL();
    fill(1);
    for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
        prog_run_walk(vec, counts[c], WALK_NAMES | WALK_CONTROL);
        cr_expect_eq(n_extras, 0);
        for (uint32_t i = 0; i < counts[c]; i++) {
            const struct toc_wire_entry *e = &entries[i];

            cr_assert_eq(e->status, TOC_WIRE_OK);
            cr_assert_eq(e->flags, i);
            cr_assert_eq(e->len, i);
            cr_assert_eq(e->name_status, TOC_WIRE_OK);
            cr_assert_eq(e->name_n, sizeof(names[i]));
            cr_assert_arr_eq(e->name, &names[i], sizeof(names[i]));
            cr_assert_eq(e->iov_status, TOC_WIRE_OK);
            cr_assert_eq(e->iov_bytes, i);
            cr_assert_eq(e->seg_base, (uintptr_t)&byte);
            cr_assert_eq(e->control_status, TOC_WIRE_NULL);
        }
    }
}

/* The messages of a part lie in no order: the last one's is the third, say, and the first one's the
 * fifth. */
static void shuffle(uint32_t n) {
    fill(1);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t to = (i * 5 + 3) % n;

        vec[i].msg_hdr.msg_name = &names[to];
        vec[i].msg_hdr.msg_iov = iov[to];
    }
}

Test(prog_run_walk, in_no_order_they_are_read_as_well) {
    static const uint32_t counts[] = {3, 8, 16, 37};

    NEED_KERNEL();
    for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
        shuffle(counts[c]);
        prog_run_walk(vec, counts[c], WALK_NAMES | WALK_CONTROL);
        for (uint32_t i = 0; i < counts[c]; i++) {
            uint32_t to = (i * 5 + 3) % counts[c];

            cr_assert_eq(entries[i].name_status, TOC_WIRE_OK);
            cr_assert_arr_eq(entries[i].name, &names[to], sizeof(names[to]));
            cr_assert_eq(entries[i].iov_status, TOC_WIRE_OK);
            cr_assert_eq(entries[i].iov_bytes, to);
        }
    }
}

Test(prog_run_walk, names_are_left_alone_where_they_mean_nothing) {
    NEED_KERNEL();
    fill(1);
    prog_run_walk(vec, 3, 0);
    cr_expect_eq(entries[2].name_status, TOC_WIRE_ABSENT);
    cr_expect_eq(entries[2].name_ptr, (uintptr_t)&names[2]);
}

Test(prog_run_walk, several_iovecs_come_in_an_extra_record_up_to_a_limit) {
    NEED_KERNEL();
    fill(3);
    prog_run_walk(vec, 20, WALK_NAMES);
    cr_expect_eq(n_extras, 20);
    cr_expect_eq(extras[19].n_segs, 3);
    cr_expect_eq(extras[19].segs[2].len, 21);
    cr_expect_eq(entries[19].iov_bytes, 19 + 20 + 21);
    fill(10);
    prog_run_walk(vec, 2, WALK_NAMES);
    cr_expect_eq(extras[1].n_segs, TOC_WIRE_SEGS);
    cr_expect_eq(entries[1].segs, TOC_WIRE_SEGS);
    cr_expect(!(entries[1].bits & TOC_WIRE_IOV_WHOLE));
}

Test(prog_run_walk, iovecs_of_one_call_are_bounded) {
    uint32_t read = 0;

    NEED_KERNEL();
    fill(8);
    prog_run_walk(vec, 1024, WALK_NAMES);
    for (uint32_t i = 0; i < 1024; i++)
        read += entries[i].segs;
    cr_expect_eq(read, TOC_WIRE_CALL_SEGS);
    cr_expect(n_entries == 1024);
}

Test(prog_run_walk, control_messages_are_read_to_their_end) {
    char buffer[CMSG_SPACE(1) + CMSG_SPACE(4)] __attribute__((aligned(8))) = {0};
    struct msghdr *m = &vec[0].msg_hdr;
    struct cmsghdr *c;

    NEED_KERNEL();
    fill(1);
    m->msg_control = buffer;
    m->msg_controllen = sizeof(buffer);
    c = CMSG_FIRSTHDR(m);
    *c = (struct cmsghdr){.cmsg_len = CMSG_LEN(1), .cmsg_level = 1, .cmsg_type = 2};
    c = CMSG_NXTHDR(m, c);
    *c = (struct cmsghdr){.cmsg_len = CMSG_LEN(4), .cmsg_level = 17, .cmsg_type = 103};
    prog_run_walk(vec, 1, WALK_NAMES | WALK_CONTROL);
    cr_assert_eq(n_extras, 1);
    cr_expect_eq(entries[0].control_status, TOC_WIRE_OK);
    cr_assert_eq(extras[0].n_items, 2);
    cr_expect_eq(extras[0].items[0].len, CMSG_LEN(1));
    cr_expect_eq(extras[0].items[1].type, 103);
}

Test(prog_run_walk, the_compat_layout_is_read) {
    NEED_KERNEL();
    struct {
        uint32_t name, name_len, iov, iov_count, control, control_len, flags, len;
    } *h = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    uint32_t *iov32 = (uint32_t *)h + 512;
    uint32_t at = (uint32_t)(uintptr_t)h;

    cr_assert_neq((void *)h, MAP_FAILED);
    for (uint32_t i = 0; i < 3; i++) {
        h[i].name = at + 3000;
        h[i].name_len = 16;
        h[i].iov = at + 2048 + 8 * i;
        h[i].iov_count = 1 + i / 2;
        h[i].flags = 40 + i;
        iov32[2 * i] = 0x1000 + i;
        iov32[2 * i + 1] = 50 + i;
    }
    iov32[6] = 0x2000;
    iov32[7] = 7;
    ((uint16_t *)h)[1500] = AF_INET;
    prog_run_walk(h, 3, WALK_32 | WALK_NAMES);
    cr_expect_eq(entries[1].seg_base, 0x1001);
    cr_expect_eq(entries[1].iov_bytes, 51);
    cr_expect_eq(entries[1].name[0], AF_INET);
    cr_expect_eq(entries[2].flags, 42);
    cr_expect_eq(extras[2].n_segs, 2);
    cr_expect_eq(extras[2].segs[1].base, 0x2000);
    cr_expect_eq(entries[2].iov_bytes, 52 + 7);
    munmap(h, 4096);
}

Test(prog_run_walk, what_cannot_be_read_is_a_fault) {
    NEED_KERNEL();
    char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct mmsghdr *h = (struct mmsghdr *)(pages + 4096) - 2;

    cr_assert_neq((void *)pages, MAP_FAILED);
    fill(1);
    memcpy(h, vec, 2 * sizeof(*h));
    cr_assert_eq(mprotect(pages + 4096, 4096, PROT_NONE), 0);
    h[1].msg_hdr.msg_name = pages + 4096;
    h[1].msg_hdr.msg_iov = (struct iovec *)(pages + 4096);
    prog_run_walk(h, 4, WALK_NAMES | WALK_CONTROL); // two headers are beyond the end
    cr_expect_eq(entries[0].name_status, TOC_WIRE_OK);
    cr_expect_eq(entries[0].iov_status, TOC_WIRE_OK);
    cr_expect_eq(entries[1].status, TOC_WIRE_OK);
    cr_expect_eq(entries[1].name_status, TOC_WIRE_FAULT);
    cr_expect_eq(entries[1].iov_status, TOC_WIRE_FAULT);
    cr_expect_eq(entries[2].status, TOC_WIRE_FAULT);
    cr_expect_eq(entries[3].status, TOC_WIRE_FAULT);
    munmap(pages, 8192);
}

Test(prog_run_walk, a_single_header_is_read_and_nothing_behind_it) {
    NEED_KERNEL();
    char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct msghdr *h = (struct msghdr *)(pages + 4096) - 1;

    cr_assert_neq((void *)pages, MAP_FAILED);
    fill(2);
    *h = vec[3].msg_hdr;
    cr_assert_eq(mprotect(pages + 4096, 4096, PROT_NONE), 0);
    prog_run_walk(h, 1, WALK_NAMES | WALK_CONTROL | WALK_MSG);
    cr_expect_eq(entries[0].status, TOC_WIRE_OK);
    cr_expect_eq(entries[0].flags, 3);
    cr_expect_eq(entries[0].len, 0);
    cr_expect_eq(entries[0].iov_bytes, 3 + 4);
    cr_expect_arr_eq(entries[0].name, &names[3], sizeof(names[3]));
    prog_run_walk((char *)h + 1, 1, WALK_NAMES | WALK_MSG);
    cr_expect_eq(entries[0].status, TOC_WIRE_FAULT);
    munmap(pages, 8192);
}

Test(prog_run_walk, a_message_of_arguments) {
    uint32_t length = sizeof(names[0]);

    NEED_KERNEL();
    fill(1);
    x.len = 77;
    x.name = (uintptr_t)&names[5];
    x.name_len = length;
    prog_run_walk(&byte, 1, WALK_NAMES | WALK_CONTROL | WALK_BUFFER);
    cr_expect_eq(n_extras, 0);
    cr_expect_eq(entries[0].seg_base, (uintptr_t)&byte);
    cr_expect_eq(entries[0].seg_len, 77);
    cr_expect_eq(entries[0].iov_bytes, 77);
    cr_expect_eq(entries[0].iov_status, TOC_WIRE_OK);
    cr_expect_eq(entries[0].control_status, TOC_WIRE_NULL);
    cr_expect_arr_eq(entries[0].name, &names[5], sizeof(names[5]));
    x.name_len = (uintptr_t)&length;
    prog_run_walk(&byte, 1, WALK_NAMES | WALK_BUFFER | WALK_LEN_AT);
    cr_expect_eq(entries[0].name_status, TOC_WIRE_OK);
    cr_expect_eq(entries[0].name_len, sizeof(names[0]));
    x.name_len = 0x10;
    prog_run_walk(&byte, 1, WALK_BUFFER | WALK_LEN_AT);
    cr_expect_eq(entries[0].name_status, TOC_WIRE_FAULT);
    cr_expect(entries[0].bits & TOC_WIRE_NAME_LEN_FAULT);
    x.name = 0;
    prog_run_walk(&byte, 1, WALK_BUFFER | WALK_LEN_AT);
    cr_expect_eq(entries[0].name_status, TOC_WIRE_NULL);
}

Test(prog_run_walk, a_list_of_buffers_in_the_arguments) {
    struct iovec list[3] = {{(void *)0x1000, 5}, {(void *)0x2000, 6}, {(void *)0x3000, 7}};

    NEED_KERNEL();
    x.len = 3;
    x.name = x.name_len = 0;
    prog_run_walk(list, 1, WALK_BUFFER | WALK_LIST);
    cr_expect_eq(entries[0].iov_ptr, (uintptr_t)list);
    cr_expect_eq(entries[0].iov_count, 3);
    cr_expect_eq(entries[0].iov_bytes, 18);
    cr_expect_eq(n_extras, 1);
    cr_expect_eq(extras[0].segs[2].base, 0x3000);
    prog_run_walk((void *)0x10, 1, WALK_BUFFER | WALK_LIST);
    cr_expect_eq(entries[0].iov_status, TOC_WIRE_FAULT);
    x.len = 0;
    prog_run_walk(list, 1, WALK_BUFFER | WALK_LIST);
    cr_expect_eq(entries[0].iov_bytes, 0);
}
