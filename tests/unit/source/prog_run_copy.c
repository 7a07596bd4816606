// SPDX-License-Identifier: Apache-2.0
// What the programs in the kernel take of a message that the kernel copied.
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "prog_run.h"

TestSuite(prog_run_copy, .init = prog_run_load, .fini = prog_run_unload);

/* A name of so many bytes, each its own index. */
static struct copy_ask *ask_name(int32_t n) {
    struct copy_ask *ask = &skel->bss->copy_ask;

    memset(ask, 0, sizeof(*ask));
    for (size_t i = 0; i < sizeof(ask->name); i++)
        ask->name[i] = (uint8_t)i;
    ask->name_len = n;
    return ask;
}

static const struct toc_wire_entry *copied(uint32_t n) {
    memset(entries, 0, sizeof(entries));
    memset(extras, 0, sizeof(extras));
    prog_run(skel->progs.extract_copy);
    prog_run_drain();
    cr_expect_eq(n_entries, n);
    cr_expect_eq(x.parts_lost, 0);
    return entries;
}

Test(prog_run_copy, one_buffer_has_no_array) {
    NEED_KERNEL();
    struct copy_ask *ask = ask_name(16);

    ask->base = 0x1000;
    ask->count = 77;
    ask->flags = MSG_DONTWAIT;
    const struct toc_wire_entry *e = copied(1);

    cr_expect(e->status == TOC_WIRE_OK && e->hook == TOC_WIRE_HOOK_KPROBE_SENDMSG);
    cr_expect(e->iov_status == TOC_WIRE_OK && e->bits == TOC_WIRE_IOV_WHOLE);
    cr_expect(e->iov_count == 1 && e->segs == 1 && e->iov_bytes == 77);
    cr_expect(e->seg_base == 0x1000 && e->seg_len == 77);
    cr_expect_eq(e->flags, MSG_DONTWAIT);
    cr_expect(e->name_status == TOC_WIRE_OK && e->name_len == 16 && e->name_n == 16);
    cr_expect_arr_eq(e->name, ask->name, 16);
    cr_expect_eq(e->control_status, TOC_WIRE_NULL);
    cr_expect_eq(n_extras, 0);
}

Test(prog_run_copy, further_buffers_come_up_to_the_limit) {
    NEED_KERNEL();
    for (uint64_t n = 1; n <= TOC_WIRE_SEGS + 1; n++) {
        uint32_t read = n > TOC_WIRE_SEGS ? TOC_WIRE_SEGS : (uint32_t)n;
        struct copy_ask *ask = ask_name(0);

        ask->nr_segs = n;
        ask->count = 1000 * n;
        ask->seen = 5;
        for (uint64_t i = 0; i < n; i++)
            ask->segs[i] = (struct toc_wire_seg){0x1000 * (i + 1), i + 1};
        const struct toc_wire_entry *e = copied(1) + 5;

        cr_expect(e->iov_count == n && e->segs == read && e->iov_bytes == 1000 * n);
        cr_expect(e->seg_base == 0x1000 && e->seg_len == 1);
        cr_expect_eq(e->name_status, TOC_WIRE_NULL);
        cr_expect_eq(n_extras, n > 1);
        cr_expect_eq(extras[5].n_segs, n > 1 ? read : 0);
        cr_expect_arr_eq(extras[5].segs, ask->segs, extras[5].n_segs * sizeof(ask->segs[0]));
    }
}

Test(prog_run_copy, a_long_name_comes_in_a_record_of_its_own) {
    static const int32_t lens[] = {TOC_WIRE_NAME, TOC_WIRE_NAME + 1, 110, TOC_WIRE_LONG_NAME};

    NEED_KERNEL();
    for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
        struct copy_ask *ask = ask_name(lens[i]);
        const struct toc_wire_entry *e = copied(1);

        cr_expect(e->name_len == lens[i] && e->name_n == TOC_WIRE_NAME);
        cr_expect_arr_eq(e->name, ask->name, TOC_WIRE_NAME);
        cr_expect_eq(n_extras, lens[i] > TOC_WIRE_NAME);
        cr_expect_eq(extras[0].name_n, lens[i] > TOC_WIRE_NAME ? lens[i] : 0);
        cr_expect_arr_eq(extras[0].name, ask->name, extras[0].name_n);
    }
}

Test(prog_run_copy, what_cannot_be_read_is_a_fault) {
    NEED_KERNEL();
    struct copy_ask *ask = ask_name(16);

    ask->bad_name = 1;
    cr_expect_eq(copied(1)->name_status, TOC_WIRE_FAULT);
    cr_expect_eq(entries->name_n, 0);
    ask = ask_name(-1);
    cr_expect_eq(copied(1)->name_status, TOC_WIRE_NULL);
    ask = ask_name(0);
    ask->nr_segs = 2;
    ask->bad_array = 1;
    cr_expect_eq(copied(1)->iov_status, TOC_WIRE_FAULT);
    cr_expect(entries->segs == 0 && entries->iov_count == 2 && !entries->bits);
    cr_expect_eq(n_extras, 0);
}

Test(prog_run_copy, the_name_of_a_receive_is_yet_to_come) {
    NEED_KERNEL();
    ask_name(16)->is_recv = 1;
    cr_expect_eq(copied(1)->name_status, TOC_WIRE_ABSENT);
    cr_expect_eq(entries->name_len, 16);
}

Test(prog_run_copy, nothing_beyond_the_limit_or_without_an_entry) {
    NEED_KERNEL();
    ask_name(16)->seen = TOC_WIRE_MAX_MSGS - 1;
    copied(1);
    ask_name(16)->seen = TOC_WIRE_MAX_MSGS;
    copied(0);
    ask_name(16)->enter_lost = 1;
    copied(0);
}

/* Control messages of the sizes given; the length says where the last one ends. */
static void ask_items(const uint64_t *lens, size_t n) {
    struct copy_ask *ask = ask_name(0);

    for (size_t i = 0; i < n; i++) {
        struct toc_wire_item item = {lens[i], SOL_SOCKET, (int)i};

        memcpy(ask->control + ask->control_len, &item, sizeof(item));
        ask->control_len += (lens[i] + 7) & ~UINT64_C(7);
    }
}

static const struct toc_wire_extra *items(uint32_t n) {
    memset(extras, 0, sizeof(extras));
    prog_run(skel->progs.extract_items);
    prog_run_drain();
    cr_expect_eq(n_extras, n);
    return extras;
}

Test(prog_run_copy, control_messages_are_walked_in_the_kernels_layout) {
    static const uint64_t lens[] = {20, 16, 28, 24, 16};

    NEED_KERNEL();
    for (size_t n = 1; n <= 5; n++) {
        ask_items(lens, n);
        cr_expect_eq(items(1)->items_status, TOC_WIRE_OK);
        cr_assert_eq(extras->n_items, n > TOC_WIRE_ITEMS ? TOC_WIRE_ITEMS : n);
        for (uint8_t i = 0; i < extras->n_items; i++)
            cr_expect(extras->items[i].len == lens[i] && extras->items[i].type == i);
    }
}

Test(prog_run_copy, control_messages_end_at_a_length_that_is_wrong) {
    static const uint64_t small[] = {16, 15, 16}, large[] = {16, 200};

    NEED_KERNEL();
    ask_items(small, 3);
    cr_expect_eq(items(1)->n_items, 2);
    ask_items(large, 2);
    skel->bss->copy_ask.control_len = 40;
    cr_expect_eq(items(1)->n_items, 2);
    ask_items(large, 1);
    skel->bss->copy_ask.bad_control = 1;
    cr_expect_eq(items(1)->items_status, TOC_WIRE_FAULT);
    cr_expect_eq(extras->n_items, 0);
    ask_items(small, 0);
    items(0);
}
