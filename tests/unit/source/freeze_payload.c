// SPDX-License-Identifier: Apache-2.0
// Payload that rules look at: sent out of a copy, and what is behind it from where it is.
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "source/ptrace_memory.h"
#include "source/ptrace_message.h"
#include "source/ptrace_payload_copy.h"

#include "own_memory.h"

/* Below 4 GiB. */
static uint8_t *page(void) {
    uint8_t *p = mmap((void *)0x20000000, TOC_SNAPSHOT_PAGE, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE | MAP_FIXED_NOREPLACE, -1, 0);

    cr_assert_neq(p, MAP_FAILED);
    return p;
}

#define COPY 8u /* bytes of each message */
#define SLOT_AT 0x10000u
#define ABSENT 0x90000u

/* Lengths of buffers that lie in memory one behind the other, and of those that are sent instead:
 * the copy, and what is behind it. */
static const struct {
    const char *what;
    uint64_t from[5], to[5];
    unsigned n_from, n_to;
    uint64_t rest; /* where the second one sent begins, from the first byte on */
} parts[] = {
    {"all of it", {3, 5}, {8}, 2, 1, 0},
    {"less", {3, 0, 2}, {5}, 3, 1, 0},
    {"one that is longer", {20}, {8, 12}, 1, 2, 8},
    {"several, the second is parted", {3, 20, 4}, {8, 15, 4}, 3, 3, 8},
    {"several, parted between two", {3, 5, 4, 1}, {8, 4, 1}, 4, 3, 8},
    {"nothing", {0, 0}, {0, 0}, 2, 2, 0},
    {"what the kernel refuses", {3, UINT64_MAX}, {3, UINT64_MAX}, 2, 2, 3},
};

Test(payload, is_sent_as_it_was_looked_at) {
    static uint8_t slot_bytes[TOC_SLOT_BYTES];
    const struct toc_slot slot = {.at = SLOT_AT, .bytes = slot_bytes, .absent = ABSENT};
    uint8_t *p = page();

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        struct iovec *iov = (struct iovec *)(slot_bytes + TOC_SLOT_IOV);
        struct toc_iovecs iovecs = {(uint8_t *)iov, parts[i].n_from, false};
        size_t budget = 100;
        struct toc_snapshot s = {.budget = &budget, .payload = COPY};
        uint64_t missing, at = address(p);

        memcpy(p, "abcdefghijklmnopqrstuvwxyz", 26);
        for (unsigned k = 0; k < parts[i].n_from; at += parts[i].from[k++])
            iov[k] = (struct iovec){(void *)(uintptr_t)at, parts[i].from[k]};
        cr_assert_eq(toc_payload_take(&s, own(), &iovecs, &missing), 0);
        memset(p, '!', 26);
        toc_payload_put(&s, &slot, &iovecs);
        cr_assert_eq(iovecs.n, parts[i].n_to, "%s", parts[i].what);
        for (unsigned k = 0; k < iovecs.n; k++)
            cr_expect_eq(iov[k].iov_len, parts[i].to[k], "%s: %u", parts[i].what, k);
        if (iovecs.n > 1)
            cr_expect_eq(address(iov[1].iov_base), address(p) + parts[i].rest, "%s", parts[i].what);
        if (iov[0].iov_base == (void *)(SLOT_AT + TOC_SLOT_PAYLOAD + 0ul))
            cr_expect_arr_eq(slot_bytes + TOC_SLOT_PAYLOAD, "abcdefgh", iov[0].iov_len);
        toc_snapshot_clear(&s);
    }
}

Test(payload, what_cannot_be_read_is_not_sent_either) {
    static uint8_t slot_bytes[TOC_SLOT_BYTES];
    const struct toc_slot slot = {.at = SLOT_AT, .bytes = slot_bytes, .absent = ABSENT};
    uint32_t(*iov)[2] = (void *)(slot_bytes + TOC_SLOT_IOV);
    struct toc_iovecs iovecs = {(uint8_t *)iov, 2, true};
    size_t budget = 100;
    struct toc_snapshot s = {.budget = &budget, .payload = COPY};
    uint8_t *p = page();
    uint64_t missing = 0;

    memcpy(p, "abc", 3);
    iov[0][0] = (uint32_t)address(p);
    iov[0][1] = 3;
    iov[1][0] = 16;
    iov[1][1] = 30;
    cr_assert_eq(toc_payload_take(&s, own(), &iovecs, &missing), 1);
    cr_expect_eq(missing, 0);
    toc_snapshot_unreadable(&s, missing);
    cr_assert_eq(toc_payload_take(&s, own(), &iovecs, &missing), 0);
    toc_payload_put(&s, &slot, &iovecs);
    cr_expect_eq(iovecs.n, 2);
    cr_expect_arr_eq(iov, ((uint32_t[2][2]){{SLOT_AT + TOC_SLOT_PAYLOAD, 3}, {ABSENT, 30}}), 2);
    toc_snapshot_clear(&s);
}

Test(payload, as_many_buffers_as_there_can_be) {
    static uint8_t bytes[16 * TOC_SLOT_IOVECS];
    struct iovec *iov = (struct iovec *)bytes;
    const struct toc_iovecs iovecs = {bytes, TOC_SLOT_IOVECS, false};
    size_t budget = 100;
    struct toc_snapshot s = {.budget = &budget, .payload = COPY};
    uint8_t *p = page();
    uint64_t missing;

    iov[0] = (struct iovec){p, COPY};
    cr_expect_eq(toc_payload_take(&s, own(), &iovecs, &missing), 0);
    iov[0].iov_len++;
    cr_expect_eq(toc_payload_take(&s, own(), &iovecs, &missing), -EMSGSIZE);
    toc_snapshot_clear(&s);
}

Test(payload, of_arguments_becomes_a_message_when_it_is_parted) {
    static uint8_t slot_bytes[TOC_SLOT_BYTES];
    const struct toc_slot slot = {.at = SLOT_AT, .bytes = slot_bytes, .absent = ABSENT};
    size_t budget = 100;
    struct toc_snapshot s = {.budget = &budget, .payload = COPY};
    const struct iovec *iov = (struct iovec *)(slot_bytes + TOC_SLOT_IOV);
    const struct msghdr *put = (struct msghdr *)slot_bytes;
    uint8_t *p = page();
    struct toc_buffer whole = {.at = address(p), .n = COPY}, parted = whole;
    struct toc_message message;
    uint64_t missing;

    parted.n += 2;
    parted.name = address(p) + 100;
    parted.name_n = 16;
    cr_assert_eq(toc_buffer_take(&s, own(), &parted, &missing), 0);
    cr_expect_not(toc_buffer_put(&s, &whole, &slot, &message));
    cr_expect_eq(whole.at, SLOT_AT + TOC_SLOT_PAYLOAD);
    cr_expect_eq(whole.name, 0);
    cr_assert(toc_buffer_put(&s, &parted, &slot, &message));
    cr_expect_eq(message.at, SLOT_AT);
    cr_expect_eq(put->msg_iovlen, 2);
    cr_expect_eq(put->msg_namelen, 16);
    cr_expect_eq(address(put->msg_name), SLOT_AT + TOC_SLOT_NAME);
    cr_expect_eq(address(iov[1].iov_base), address(p) + COPY);
    cr_expect_eq(iov[1].iov_len, 2);
    parted = (struct toc_buffer){.at = UINT32_MAX - 1ull, .n = COPY + 1, .narrow = true};
    cr_expect_eq(toc_buffer_take(&s, own(), &parted, &missing), -EMSGSIZE);
    toc_snapshot_clear(&s);
}
