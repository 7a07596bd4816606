// SPDX-License-Identifier: Apache-2.0
// Checks the records of calls that move no messages, and finds their parts.
#include <string.h>

#include "source/wire.h"

/* Bytes that a part may have: a multiple of `step` up to `most`. */
static const struct {
    uint32_t step, most;
} sizes[TOC_WIRE_PART_KINDS] = {
    [TOC_WIRE_PART_ARGS] = {4, 6 * 4},
    [TOC_WIRE_PART_TIMEOUT] = {16, 16},
    [TOC_WIRE_PART_POLLFDS] = {8, TOC_WIRE_SIDE_POLLFDS * 8},
    [TOC_WIRE_PART_READFDS] = {4, TOC_WIRE_SIDE_SETFDS / 8},
    [TOC_WIRE_PART_WRITEFDS] = {4, TOC_WIRE_SIDE_SETFDS / 8},
    [TOC_WIRE_PART_EXCEPTFDS] = {4, TOC_WIRE_SIDE_SETFDS / 8},
    [TOC_WIRE_PART_EVENTS] = {TOC_WIRE_EVENT_BYTES, TOC_WIRE_SIDE_EVENTS *TOC_WIRE_EVENT_BYTES},
    [TOC_WIRE_PART_MASK_AT] = {8, 8},
    [TOC_WIRE_PART_MASK] = {8, 8},
    [TOC_WIRE_PART_URING] = {TOC_WIRE_URING_BYTES, TOC_WIRE_URING_BYTES},
    [TOC_WIRE_PART_ADDR] = {1, TOC_WIRE_LONG_NAME},
    [TOC_WIRE_PART_KERNEL] = {sizeof(struct toc_wire_side_kernel),
                              sizeof(struct toc_wire_side_kernel)},
    [TOC_WIRE_PART_SOCK] = {sizeof(struct toc_wire_sock), sizeof(struct toc_wire_sock)},
};

static bool addr_ok(const struct toc_wire_addr *addr) {
    return addr->status <= TOC_WIRE_FAULT && addr->n <= TOC_WIRE_NAME;
}

/* What is not bytes of the program's own, and has a form. */
static bool content_ok(const struct toc_wire_part_head *part) {
    const struct toc_wire_side_kernel *kernel = (const void *)(part + 1);
    const struct toc_wire_sock *sock = (const void *)(part + 1);

    if (part->status != TOC_WIRE_OK)
        return true;
    if (part->kind == TOC_WIRE_PART_KERNEL)
        return kernel->hook < TOC_WIRE_HOOKS && kernel->n <= sizeof(kernel->address);
    if (part->kind == TOC_WIRE_PART_SOCK)
        return sock->status <= TOC_WIRE_FAULT && addr_ok(&sock->local) && addr_ok(&sock->peer);
    return true;
}

/* poll's array is the one that may be known in part. */
static bool size_ok(const struct toc_wire_part_head *part) {
    uint32_t step = sizes[part->kind].step;

    if (part->n > sizes[part->kind].most || part->n % step)
        return false;
    return part->status != TOC_WIRE_OK || part->n || step <= 8;
}

bool toc_wire_parts(const void *bytes, uint32_t n, struct toc_wire_parts *ret) {
    const uint8_t *at = bytes;

    *ret = (struct toc_wire_parts){0};
    while (n) {
        const struct toc_wire_part_head *part = (const void *)at;
        uint32_t size;

        if (n < sizeof(*part) || !part->kind || part->kind >= TOC_WIRE_PART_KINDS ||
            part->status > TOC_WIRE_FAULT || ret->part[part->kind] || !size_ok(part))
            return false;
        size = sizeof(*part) + (part->n + 7) / 8 * 8;
        if (size > n || !content_ok(part))
            return false;
        ret->part[part->kind] = part;
        at += size;
        n -= size;
    }
    return true;
}
