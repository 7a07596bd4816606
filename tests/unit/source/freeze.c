// SPDX-License-Identifier: Apache-2.0
// The parts of freezing that need no traced process: memory read once, messages put together from
// it, and the calls that may not touch where they lie.
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/audit.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <unistd.h>

#include "source/ptrace_guard.h"
#include "source/ptrace_message.h"

#include "own_memory.h"

#define PAGE TOC_SNAPSHOT_PAGE

static uint8_t *pages(size_t n) {
    uint8_t *p = mmap(NULL, n * PAGE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

    cr_assert_neq(p, MAP_FAILED);
    return p;
}

Test(snapshot, what_was_read_once_stays) {
    size_t budget = 100;
    struct toc_snapshot s = {.budget = &budget};
    uint8_t *p = pages(3), got[PAGE];
    uint64_t missing;

    memset(p, 'a', PAGE);
    cr_expect_eq(toc_snapshot_take(&s, own(), address(p), 10, &missing), 0);
    memset(p, 'b', 3 * PAGE);
    cr_expect_eq(toc_snapshot_take(&s, own(), address(p) + 5, PAGE, &missing), 0);
    cr_expect(toc_snapshot_get(&s, address(p) + PAGE - 2, got, 4));
    cr_expect_arr_eq(got, "aabb", 4);
    cr_expect_not(toc_snapshot_get(&s, address(p) + 2 * PAGE - 1, got, 2), "not taken");
    cr_expect_eq(budget, 98);
    toc_snapshot_clear(&s);
    cr_expect_eq(budget, 100);
}

Test(snapshot, what_is_missing_is_named_and_the_budget_holds) {
    size_t budget = 2;
    struct toc_snapshot s = {.budget = &budget};
    uint8_t *p = pages(4), got[8];
    uint64_t missing = 0;

    munmap(p + PAGE, PAGE);
    cr_expect_eq(toc_snapshot_take(&s, own(), address(p) + PAGE - 4, 8, &missing), 1);
    cr_expect_eq(missing, address(p) + PAGE);
    cr_expect_eq(toc_snapshot_unreadable(&s, missing), 0);
    cr_expect_eq(toc_snapshot_take(&s, own(), address(p) + PAGE - 4, 8, &missing), 0);
    cr_expect_not(toc_snapshot_get(&s, address(p) + PAGE - 4, got, 8));
    cr_expect(toc_snapshot_get(&s, address(p) + PAGE - 4, got, 4));
    cr_expect_eq(toc_snapshot_take(&s, own(), address(p) + 2 * PAGE, 1, &missing), -E2BIG);
    cr_expect_eq(toc_snapshot_take(&s, own(), UINT64_MAX - 4, 8, &missing), 0);
    cr_expect_not(toc_snapshot_get(&s, UINT64_MAX - 4, got, 8));
    toc_snapshot_clear(&s);
}

Test(message, payload_that_nothing_looks_at_stays) {
    static uint8_t slot_bytes[TOC_SLOT_BYTES];
    const struct toc_slot slot = {.at = 0x10000, .bytes = slot_bytes, .absent = 0x90000};
    size_t budget = 100;
    struct toc_snapshot s = {.budget = &budget};
    char name[] = "a name", control[] = "control";
    struct iovec iov[2] = {{name, 3}, {control, 4}};
    struct mmsghdr header = {.msg_hdr = {.msg_name = name,
                                         .msg_namelen = sizeof(name),
                                         .msg_iov = iov,
                                         .msg_iovlen = 2,
                                         .msg_control = control,
                                         .msg_controllen = sizeof(control),
                                         .msg_flags = MSG_EOR}};
    struct msghdr *put = (struct msghdr *)slot_bytes;
    struct toc_message message;
    uint64_t missing;

    cr_assert_eq(toc_message_take(&s, own(),
                                  &(struct toc_message_place){address(&header), false, false},
                                  &missing),
                 0);
    memset(name, 'x', sizeof(name));
    iov[0].iov_len = 99;
    header.msg_hdr.msg_iovlen = 1;
    toc_message_put(&s, &(struct toc_message_place){address(&header), false, false}, &slot,
                    &message);
    cr_expect_eq(message.at, slot.at);
    cr_expect_eq(message.bytes, 7);
    cr_expect_eq(message.flags, MSG_EOR);
    cr_expect_eq(put->msg_iovlen, 2);
    cr_expect_eq(address(put->msg_name), slot.at + TOC_SLOT_NAME);
    cr_expect_str_eq((char *)slot_bytes + TOC_SLOT_NAME, "a name");
    cr_expect_eq(address(put->msg_iov), slot.at + TOC_SLOT_IOV);
    cr_expect_eq(((struct iovec *)(slot_bytes + TOC_SLOT_IOV))->iov_len, 3);
    cr_expect_str_eq((char *)slot_bytes + TOC_SLOT_CONTROL, "control");
    toc_snapshot_clear(&s);
}

/* A struct msghdr that ends where its page does; and a name by itself. */
Test(message, a_single_one_is_shorter) {
    static uint8_t slot_bytes[TOC_SLOT_BYTES];
    const struct toc_slot slot = {.at = 0x10000, .bytes = slot_bytes, .absent = 0x90000};
    size_t budget = 100;
    struct toc_snapshot s = {.budget = &budget};
    uint8_t *p = pages(2);
    struct msghdr *header = (struct msghdr *)(p + PAGE) - 1;
    struct toc_message message;
    uint64_t missing;

    munmap(p + PAGE, PAGE);
    *header = (struct msghdr){.msg_name = p, .msg_namelen = 3};
    memcpy(p, "abc", 4);
    cr_assert_eq(toc_message_take(&s, own(),
                                  &(struct toc_message_place){address(header), false, true},
                                  &missing),
                 0);
    memset(p, 'x', PAGE);
    toc_message_put(&s, &(struct toc_message_place){address(header), false, true}, &slot, &message);
    cr_expect_eq(message.at, slot.at);
    cr_expect_arr_eq(slot_bytes + TOC_SLOT_NAME, "abc", 3);
    struct toc_buffer buffer = {.at = 7, .n = 9, .name = address(p), .name_n = 3};

    cr_expect_not(toc_buffer_put(&s, &buffer, &slot, &message));
    cr_expect_eq(buffer.name, slot.at + TOC_SLOT_NAME);
    cr_expect_eq(buffer.at, 7, "its payload stays where it is");
    buffer.name = address(p) + PAGE - 1;
    cr_expect_not(toc_buffer_put(&s, &buffer, &slot, &message));
    cr_expect_eq(buffer.name, slot.absent);
    toc_snapshot_clear(&s);
}

Test(message, what_cannot_be_read_cannot_be_read_by_the_kernel) {
    static uint8_t slot_bytes[TOC_SLOT_BYTES];
    const struct toc_slot slot = {.at = 0x10000, .bytes = slot_bytes, .absent = 0x90000};
    size_t budget = 100;
    struct toc_snapshot s = {.budget = &budget};
    struct mmsghdr header = {.msg_hdr = {.msg_name = (void *)8,
                                         .msg_namelen = 16,
                                         .msg_iov = (void *)16,
                                         .msg_iovlen = 1,
                                         .msg_controllen = 1}};
    struct msghdr *put = (struct msghdr *)slot_bytes;
    struct toc_message message;
    uint64_t missing;

    cr_assert_eq(toc_message_take(&s, own(),
                                  &(struct toc_message_place){address(&header), false, false},
                                  &missing),
                 1);
    cr_expect_eq(missing, 0);
    toc_snapshot_unreadable(&s, missing);
    cr_assert_eq(toc_message_take(&s, own(),
                                  &(struct toc_message_place){address(&header), false, false},
                                  &missing),
                 0);
    toc_message_put(&s, &(struct toc_message_place){address(&header), false, false}, &slot,
                    &message);
    cr_expect_eq(address(put->msg_name), slot.absent);
    cr_expect_eq(address(put->msg_iov), slot.absent);
    cr_expect_eq(address(put->msg_control), slot.absent);
    toc_message_put(&s, &(struct toc_message_place){8, false, false}, &slot, &message);
    cr_expect_eq(message.at, slot.absent, "the header itself");
    toc_snapshot_clear(&s);
}

/* ---- Calls that may not touch a range ---- */

#define X86_64 AUDIT_ARCH_X86_64
#define I386 AUDIT_ARCH_I386
#define AT 0x100000u /* of the range */
#define FIXED MAP_FIXED

static const struct {
    uint32_t arch, nr;
    uint64_t args[6];
    bool held;
} rows[] = {
    {X86_64, 11, {AT, 1}, true}, /* munmap */
    {X86_64, 11, {AT - PAGE, PAGE}, false},
    {X86_64, 11, {AT - PAGE, PAGE + 1}, true},
    {X86_64, 11, {AT + TOC_RANGE_MAPPED, PAGE}, false},
    {X86_64, 11, {AT + TOC_RANGE_BYTES, PAGE}, true},
    {X86_64, 11, {0, UINT64_MAX}, true},
    {I386, 91, {UINT64_C(0x500000000) + AT, 1}, true},
    {I386, 11, {AT, 1}, false},
    {X86_64, 9, {AT, PAGE, PROT_READ, FIXED}, true}, /* mmap */
    {X86_64, 9, {AT, PAGE, PROT_READ, MAP_PRIVATE}, false},
    {X86_64, 9, {AT, PAGE, PROT_READ, MAP_FIXED_NOREPLACE}, false},
    {I386, 192, {AT, PAGE, PROT_READ, FIXED}, true},
    {X86_64, 25, {AT, PAGE, PAGE, 0}, true}, /* mremap */
    {X86_64, 25, {8 * AT, PAGE, PAGE, MREMAP_FIXED, AT}, true},
    {X86_64, 25, {8 * AT, PAGE, PAGE, MREMAP_MAYMOVE, AT}, false},
    {X86_64, 10, {AT, PAGE, PROT_NONE}, true}, /* mprotect */
    {X86_64, 329, {AT, PAGE, PROT_NONE}, true},
    {X86_64, 216, {AT, PAGE}, true},
    {X86_64, 30, {1, AT - PAGE, SHM_REMAP}, true}, /* shmat */
    {X86_64, 30, {1, AT - PAGE, 0}, false},
    {I386, 117, {21, 1, SHM_REMAP, 0, AT - PAGE}, true},
    {I386, 117, {22, 1, SHM_REMAP, 0, AT - PAGE}, false},
    {X86_64, 157, {PR_SET_MM}, true},
    {X86_64, 157, {PR_SET_NAME}, false},
    {X86_64, 0x4000000b, {AT, 1}, true}, /* x32 */
    {X86_64, 1, {AT, 1}, false},
};

Test(guard, calls_that_touch_a_range_are_known) {
    struct toc_ranges ranges = {0};

    cr_assert_not_null(toc_ranges_add(&ranges, getpid(), AT));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        enum toc_guarded_call call = toc_guard_call(rows[i].arch, rows[i].nr);
        struct toc_span spans[2];
        unsigned n = toc_guard_spans(call, rows[i].arch == I386, rows[i].args, spans);
        bool held = false;

        for (unsigned k = 0; k < n; k++)
            held |= toc_guard_holds(&ranges, getpid(), &spans[k]);
        cr_expect_eq(held, rows[i].held, "row %zu", i);
    }
    toc_ranges_drop(&ranges, getpid());
    cr_expect_null(ranges.first);
}
