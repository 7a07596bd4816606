// SPDX-License-Identifier: Apache-2.0
// Copies in the kernel of the payload of messages of this process.
#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "prog_run.h"

TestSuite(prog_run_payload, .init = prog_run_load, .fini = prog_run_unload);

#define MANY 1024
#define SEGS 10
static struct mmsghdr vec[MANY];
static struct iovec iov[MANY][SEGS];
static uint8_t text[4096]; /* no byte is the one behind it */

/* Message i takes n_iov buffers of `len` bytes, one behind the other, from text + i on. */
static void fill(size_t n_iov, size_t len) {
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (uint8_t)(i * 7 + i / 256);
    for (size_t i = 0; i < MANY; i++) {
        for (size_t j = 0; j < n_iov; j++)
            iov[i][j] = (struct iovec){text + i + j * len, len};
        vec[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = iov[i], .msg_iovlen = n_iov}};
    }
}

/* Message i has n bytes, of which there are more or not. */
static void expect(size_t i, size_t n, bool is_cut) {
    const struct toc_wire_payload *p = &payloads[i].rec;

    cr_assert_eq(p->head.size, sizeof(*p) + (n + 7) / 8 * 8, "message %zu", i);
    cr_assert_eq(p->n, n, "message %zu", i);
    cr_assert_eq(p->status, TOC_WIRE_OK, "message %zu", i);
    cr_assert_eq(p->is_cut, is_cut, "message %zu", i);
    cr_assert_arr_eq(payloads[i].bytes, text + i, n, "message %zu", i);
}

Test(prog_run_payload, nothing_is_copied_unasked) {
    NEED_KERNEL();
    fill(1, 8);
    prog_run_walk(vec, 100, WALK_NAMES);
    cr_expect_eq(n_payloads, 0);
}

Test(prog_run_payload, buffers_are_joined_up_to_the_limit) {
    static const struct {
        uint32_t n_iov, len, limit, n;
        bool is_cut;
    } rows[] = {
        {1, 10, 256, 10, false},     {1, 256, 256, 256, false},   {1, 257, 256, 256, true},
        {3, 10, 256, 30, false},     {3, 100, 256, 256, true},    {8, 2, 1024, 16, false},
        {8, 128, 1024, 1024, false}, {8, 129, 1024, 1024, true},  {3, 0, 256, 0, false},
        {0, 0, 256, 0, false},       {9, 10, 256, 80, true}, // of more than eight the first
        {1, 1500, 1, 1, true},       {2, 1024, 1024, 1024, true},
    };

    NEED_KERNEL();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fill(rows[i].n_iov, rows[i].len);
        x.payload = rows[i].limit;
        prog_run_walk(vec, 20, WALK_NAMES);
        cr_assert_eq(n_payloads, 20, "row %zu", i);
        for (size_t k = 0; k < 20; k++)
            expect(k, rows[i].n, rows[i].is_cut);
    }
}

Test(prog_run_payload, as_much_as_was_received) {
    NEED_KERNEL();
    fill(2, 100);
    for (unsigned i = 0; i < 20; i++)
        vec[i].msg_len = 20 * i;
    x.payload = 256;
    x.ret = 18;
    prog_run_walk(vec, 20, WALK_NAMES | WALK_RECEIVED);
    cr_expect_eq(n_payloads, 18);
    for (size_t i = 0; i < 18; i++)
        expect(i, i < 10 ? 20 * i : 200, false); // MSG_TRUNC tells of more than there is room for
    x.ret = -11;
    prog_run_walk(vec, 20, WALK_NAMES | WALK_RECEIVED);
    cr_expect_eq(n_payloads, 0);
}

Test(prog_run_payload, of_single_messages_the_result_says_how_much) {
    NEED_KERNEL();
    fill(2, 100);
    x.payload = 256;
    x.ret = 120;
    prog_run_walk(&vec[0].msg_hdr, 1, WALK_NAMES | WALK_MSG | WALK_RECEIVED);
    cr_assert_eq(n_payloads, 1);
    expect(0, 120, false);
    x.len = 64;
    prog_run_walk(text, 1, WALK_NAMES | WALK_BUFFER | WALK_RECEIVED);
    cr_assert_eq(n_payloads, 1);
    expect(0, 64, false);
    x.ret = 0;
    prog_run_walk(text, 1, WALK_NAMES | WALK_BUFFER | WALK_RECEIVED);
    expect(0, 0, false);
    x.ret = -1;
    prog_run_walk(text, 1, WALK_NAMES | WALK_BUFFER | WALK_RECEIVED);
    cr_expect_eq(n_payloads, 0);
}

Test(prog_run_payload, what_cannot_be_read_is_a_fault) {
    NEED_KERNEL();
    char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    cr_assert_neq((void *)pages, MAP_FAILED);
    fill(3, 10);
    memset(pages, 'p', 4096);
    cr_assert_eq(mprotect(pages + 4096, 4096, PROT_NONE), 0);
    iov[0][1].iov_base = pages + 4096 - 5; // its end is missing
    iov[1][0].iov_base = NULL;
    vec[2].msg_hdr.msg_iov = NULL;
    x.payload = 256;
    prog_run_walk(vec, 4, WALK_NAMES);
    cr_expect_eq(n_payloads, 3);
    cr_expect_eq(payloads[0].rec.status, TOC_WIRE_FAULT);
    cr_expect_eq(payloads[0].rec.n, 10);
    cr_expect_eq(payloads[0].rec.is_cut, 1);
    cr_expect_arr_eq(payloads[0].bytes, text, 10);
    cr_expect_eq(payloads[1].rec.status, TOC_WIRE_FAULT);
    cr_expect_eq(payloads[1].rec.n, 0);
    expect(3, 30, false);
    munmap(pages, 8192);
}

Test(prog_run_payload, a_call_has_its_share) {
    NEED_KERNEL();
    fill(1, 1024);
    x.payload = 1024;
    prog_run_walk(vec, 1024, WALK_NAMES);
    cr_expect_eq(n_payloads, TOC_WIRE_CALL_PAYLOAD / 1024);
    // Parts but the first come first: that is the order of a call's records.
    for (size_t i = 16; i < 16 + n_payloads; i++) {
        expect(i, 1024, false);
        cr_assert_not(entries[i].bits & TOC_WIRE_PAYLOAD_SPENT);
    }
    cr_expect(entries[1023].bits & TOC_WIRE_PAYLOAD_SPENT);
    cr_expect(entries[0].bits & TOC_WIRE_PAYLOAD_SPENT);
}
