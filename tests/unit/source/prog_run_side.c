// SPDX-License-Identifier: Apache-2.0
// What the arguments of waits and of connect point to: each part has a status of its own.
#include <criterion/criterion.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "prog_run.h"
#include "source/wire.h"

#define NOWHERE 0x10
#define KIND(event, abi, time)                                                                     \
    TOC_WIRE_KIND(TOC_EVENT_##event, abi, TOC_WIRE_SYSCALL, TOC_WIRE_SHAPE_WAIT,                   \
                  TOC_WIRE_TIME_##time)

static struct toc_wire_parts parts;

TestSuite(prog_run_side, .init = prog_run_load, .fini = prog_run_unload);

static void ask(uint32_t kind, const uint64_t *arg) {
    struct side_ask *a = &skel->bss->side_ask;

    memset(a, 0, sizeof(*a));
    a->kind = kind;
    a->once = 1;
    memcpy(a->arg, arg, sizeof(a->arg));
    prog_run(skel->progs.extract_side);
    cr_assert(toc_wire_parts(a->parts, a->n, &parts), "parts of %u bytes", a->n);
}
#define ASK(kind, ...) ask(kind, (const uint64_t[TOC_WIRE_ARGS]){__VA_ARGS__})

static uint64_t at(const void *p) {
    return (uintptr_t)p;
}

static void expect(enum toc_wire_part_kind kind, uint8_t status, uint32_t n, const void *bytes) {
    const struct toc_wire_part_head *part = parts.part[kind];

    cr_assert_not_null(part, "part %d", kind);
    cr_expect_eq(part->status, status, "part %d: status %u", kind, part->status);
    cr_expect_eq(part->n, n, "part %d: %u bytes", kind, part->n);
    if (bytes && part->n == n)
        cr_expect(!memcmp(part + 1, bytes, n), "part %d: bytes", kind);
}

Test(prog_run_side, an_array_of_poll) {
    static struct pollfd fds[TOC_WIRE_SIDE_POLLFDS + 1] = {{.fd = 7, .events = POLLIN}};
    uint32_t kind = KIND(poll, TOC_WIRE_NATIVE, NONE);

    NEED_KERNEL();
    ASK(kind, at(fds), 3);
    expect(TOC_WIRE_PART_POLLFDS, TOC_WIRE_OK, 3 * sizeof(fds[0]), fds);
    ASK(kind, at(fds), TOC_WIRE_SIDE_POLLFDS + 1);
    expect(TOC_WIRE_PART_POLLFDS, TOC_WIRE_OK, TOC_WIRE_SIDE_POLLFDS * sizeof(fds[0]), fds);
    ASK(kind, 0, 3);
    expect(TOC_WIRE_PART_POLLFDS, TOC_WIRE_NULL, 0, NULL);
    ASK(kind, NOWHERE, 3);
    expect(TOC_WIRE_PART_POLLFDS, TOC_WIRE_FAULT, 0, NULL);
}

Test(prog_run_side, an_array_of_poll_is_kept_up_to_what_cannot_be_read) {
    uint8_t *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct pollfd *fds = (struct pollfd *)(pages + 4096) - 2;

    NEED_KERNEL();
    fds[0].fd = 5;
    fds[1].fd = 6;
    cr_assert(!munmap(pages + 4096, 4096));
    ASK(KIND(poll, TOC_WIRE_NATIVE, NONE), at(fds), 4);
    expect(TOC_WIRE_PART_POLLFDS, TOC_WIRE_FAULT, 2 * sizeof(fds[0]), fds);
}

Test(prog_run_side, the_sets_of_select) {
    static uint8_t sets[3][TOC_WIRE_SIDE_SETFDS / 8] = {{1}, {2}, {3}};
    static const struct {
        int64_t nfds;
        uint32_t abi, n;
    } rows[] = {{1, TOC_WIRE_NATIVE, 8}, {64, TOC_WIRE_NATIVE, 8}, {65, TOC_WIRE_NATIVE, 16},
                {1, TOC_WIRE_COMPAT, 4}, {33, TOC_WIRE_COMPAT, 8}, {5000, TOC_WIRE_NATIVE, 128},
                {-1, TOC_WIRE_NATIVE, 0}};

    NEED_KERNEL();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ASK(KIND(select, rows[i].abi, NONE), (uint64_t)rows[i].nfds, at(sets[0]), at(sets[1]),
            at(sets[2]));
        expect(TOC_WIRE_PART_READFDS, TOC_WIRE_OK, rows[i].n, sets[0]);
        expect(TOC_WIRE_PART_WRITEFDS, TOC_WIRE_OK, rows[i].n, sets[1]);
        expect(TOC_WIRE_PART_EXCEPTFDS, TOC_WIRE_OK, rows[i].n, sets[2]);
    }
    ASK(KIND(select, TOC_WIRE_NATIVE, NONE), 1, 0, NOWHERE, at(sets[2]));
    expect(TOC_WIRE_PART_READFDS, TOC_WIRE_NULL, 0, NULL);
    expect(TOC_WIRE_PART_WRITEFDS, TOC_WIRE_FAULT, 0, NULL);
    expect(TOC_WIRE_PART_EXCEPTFDS, TOC_WIRE_OK, 8, sets[2]);
}

Test(prog_run_side, timeouts_in_every_layout) {
    const int64_t wide[2] = {-3, 500};
    const int32_t narrow[2] = {-3, 500};
    const int64_t nanoseconds[2] = {-3, 500}, microseconds[2] = {-3, 500000};

    NEED_KERNEL();
    ASK(KIND(ppoll, TOC_WIRE_NATIVE, TIME64), 0, 0, at(wide));
    expect(TOC_WIRE_PART_TIMEOUT, TOC_WIRE_OK, 16, nanoseconds);
    ASK(KIND(ppoll, TOC_WIRE_COMPAT, TIME32), 0, 0, at(narrow));
    expect(TOC_WIRE_PART_TIMEOUT, TOC_WIRE_OK, 16, nanoseconds);
    ASK(KIND(select, TOC_WIRE_NATIVE, MICRO64), 0, 0, 0, 0, at(wide));
    expect(TOC_WIRE_PART_TIMEOUT, TOC_WIRE_OK, 16, microseconds);
    ASK(KIND(select, TOC_WIRE_COMPAT, MICRO32), 0, 0, 0, 0, at(narrow));
    expect(TOC_WIRE_PART_TIMEOUT, TOC_WIRE_OK, 16, microseconds);
    ASK(KIND(ppoll, TOC_WIRE_NATIVE, TIME64), 0, 0, 0);
    expect(TOC_WIRE_PART_TIMEOUT, TOC_WIRE_NULL, 16, NULL);
    ASK(KIND(epoll_pwait2, TOC_WIRE_NATIVE, TIME64), 0, 0, 0, NOWHERE);
    expect(TOC_WIRE_PART_TIMEOUT, TOC_WIRE_FAULT, 16, NULL);
}

Test(prog_run_side, signal_masks) {
    static uint64_t mask = 0x4002, where, packed[2];
    static uint32_t packed32[2];
    uint32_t *low =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

    NEED_KERNEL();
    where = at(&mask);
    ASK(KIND(ppoll, TOC_WIRE_NATIVE, TIME64), 0, 0, 0, where, 8);
    expect(TOC_WIRE_PART_MASK_AT, TOC_WIRE_OK, 8, &where);
    expect(TOC_WIRE_PART_MASK, TOC_WIRE_OK, 8, &mask);
    packed[0] = where;
    ASK(KIND(pselect6, TOC_WIRE_NATIVE, TIME64), 0, 0, 0, 0, 0, at(packed));
    expect(TOC_WIRE_PART_MASK_AT, TOC_WIRE_OK, 8, &where);
    expect(TOC_WIRE_PART_MASK, TOC_WIRE_OK, 8, &mask);
    memcpy(low, &mask, sizeof(mask));
    packed32[0] = (uint32_t)at(low);
    packed32[1] = 0xffffffff;
    ASK(KIND(pselect6, TOC_WIRE_COMPAT, TIME32), 0, 0, 0, 0, 0, at(packed32));
    expect(TOC_WIRE_PART_MASK, TOC_WIRE_OK, 8, &mask);
    ASK(KIND(pselect6, TOC_WIRE_NATIVE, TIME64), 0, 0, 0, 0, 0, NOWHERE);
    expect(TOC_WIRE_PART_MASK, TOC_WIRE_FAULT, 0, NULL);
    ASK(KIND(epoll_pwait, TOC_WIRE_NATIVE, NONE), 0, 0, 0, 0, 0);
    expect(TOC_WIRE_PART_MASK, TOC_WIRE_NULL, 0, NULL);
}

Test(prog_run_side, addresses_and_parameters) {
    static uint8_t address[200] = {2, 0, 0, 9, 127, 0, 0, 1};
    uint32_t kind = KIND(connect, TOC_WIRE_NATIVE, NONE);

    NEED_KERNEL();
    ASK(kind, (uint64_t)-1, at(address), 16);
    expect(TOC_WIRE_PART_ADDR, TOC_WIRE_OK, 16, address);
    ASK(kind, (uint64_t)-1, at(address), 199);
    expect(TOC_WIRE_PART_ADDR, TOC_WIRE_OK, TOC_WIRE_LONG_NAME, address);
    ASK(kind, (uint64_t)-1, at(address), (uint64_t)-5);
    expect(TOC_WIRE_PART_ADDR, TOC_WIRE_OK, 0, NULL);
    ASK(kind, (uint64_t)-1, NOWHERE, 16);
    expect(TOC_WIRE_PART_ADDR, TOC_WIRE_FAULT, 0, NULL);
    ASK(KIND(io_uring_setup, TOC_WIRE_NATIVE, NONE), 8, at(address));
    expect(TOC_WIRE_PART_URING, TOC_WIRE_OK, TOC_WIRE_URING_BYTES, address);
}
