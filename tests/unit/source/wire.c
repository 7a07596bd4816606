// SPDX-License-Identifier: Apache-2.0
// The decoder of wire records: takes what the kernel writes, refuses everything out of bounds.
#include <criterion/criterion.h>
#include <errno.h>
#include <stdint.h>

#include "source/wire.h"
#include "wire_make.h"

static union wire_room room;

static void make_any(int kind) {
    switch (kind) {
    case TOC_WIRE_ENTER: make_enter(&room, 7, 1000, 16); break;
    case TOC_WIRE_ENTRIES: make_part(&room, 7, TOC_WIRE_VIEW_EXIT, 1008, 16); break;
    case TOC_WIRE_EXTRA: make_extra(&room, 7, TOC_WIRE_VIEW_ENTER, 1023); break;
    case TOC_WIRE_KERNEL: make_kernel(&room, 7, 2000, 16); break;
    case TOC_WIRE_GONE: make_gone(&room, 7, 2000); break;
    case TOC_WIRE_SIDE_ENTER: make_side_enter(&room, 7, 1000, TOC_EVENT_close); break;
    case TOC_WIRE_SIDE_EXIT: make_side_exit(&room, 7, 2000, 0); break;
    case TOC_WIRE_ARGUMENTS: make_arguments(&room, 7, 2); break;
    case TOC_WIRE_TAKEN: make_taken(&room, 7, 2); break;
    case TOC_WIRE_PAYLOAD: make_payload(&room, 7, TOC_WIRE_VIEW_EXIT, 1023, "nine bytes"); break;
    case TOC_WIRE_EXE: make_exe(&room, "dig/bin/usr", 0); break;
    case TOC_WIRE_ACTION: // has tests of its own
    default: make_exit(&room, 7, 2000, 16, 16); break;
    }
}

Test(wire, records_of_every_kind_are_taken) {
    struct toc_wire_record r;

    for (int kind = TOC_WIRE_ENTER; kind <= TOC_WIRE_PAYLOAD; kind++) {
        if (kind == TOC_WIRE_ACTION)
            continue;
        make_any(kind);
        cr_expect_eq(toc_wire_check(&room, sizeof(room), &r), 0, "kind %d", kind);
        cr_expect_eq(r.head->kind, kind);
    }
}

Test(wire, parts_are_where_the_counts_say) {
    struct toc_wire_record r;

    make_exit(&room, 7, 2000, 3, 2);
    cr_assert_eq(toc_wire_check(&room, sizeof(room), &r), 0);
    cr_expect_eq(r.view, TOC_WIRE_VIEW_EXIT);
    cr_expect_eq(r.n_entries, 3);
    cr_expect_eq(r.n_kernel, 2);
    cr_expect_eq(r.kernel_msgs[1].index, 1);
    cr_expect_eq((const char *)r.kernel_msgs - (const char *)r.entries,
                 (long)(3 * sizeof(struct toc_wire_entry)));
}

Test(wire, any_shorter_record_is_refused) {
    struct toc_wire_record r;

    for (int kind = TOC_WIRE_ENTER; kind <= TOC_WIRE_PAYLOAD; kind++) {
        make_any(kind);
        for (uint32_t n = 0; n < room.head.size; n++)
            cr_assert_eq(toc_wire_check(&room, n, &r), -EBADMSG, "kind %d, %u bytes", kind, n);
        for (uint32_t size = 0, whole = room.head.size; size < whole; size++) {
            room.head.size = size;
            cr_assert_eq(toc_wire_check(&room, sizeof(room), &r), -EBADMSG, "kind %d, size %u",
                         kind, size);
        }
    }
}

/* One byte or word that lies. */
static const struct lie {
    const char *what;
    int kind;
    size_t offset, width;
    uint64_t value;
} lies[] = {
    {"another version", TOC_WIRE_EXIT, offsetof(struct toc_wire_head, version), 2, 2},
    {"no such kind", TOC_WIRE_EXIT, offsetof(struct toc_wire_head, kind), 2, 7},
    {"kind 0", TOC_WIRE_EXIT, offsetof(struct toc_wire_head, kind), 2, 0},
    {"huge size", TOC_WIRE_EXIT, 0, 4, UINT32_MAX},
    {"size beyond the bytes", TOC_WIRE_EXIT, 0, 4, sizeof(union wire_room) + 8},
    {"too many entries", TOC_WIRE_ENTER, offsetof(struct toc_wire_enter, n_entries), 2, 17},
    {"fewer entries than bytes", TOC_WIRE_ENTER, offsetof(struct toc_wire_enter, n_entries), 2, 15},
    {"no such event", TOC_WIRE_ENTER, offsetof(struct toc_wire_enter, event), 2,
     TOC_EVENT_tocsin_start},
    {"an event too high", TOC_WIRE_ENTER, offsetof(struct toc_wire_enter, event), 2, 64},
    {"no such abi", TOC_WIRE_ENTER, offsetof(struct toc_wire_enter, abi), 1, TOC_WIRE_ABIS},
    {"no such way in", TOC_WIRE_ENTER, offsetof(struct toc_wire_enter, via), 1, 4},
    {"a walk too far", TOC_WIRE_ENTER, offsetof(struct toc_wire_enter, n_walked), 4, 1025},
    {"status of the arguments", TOC_WIRE_ENTER, offsetof(struct toc_wire_enter, args_status), 1, 4},
    {"status of the socket", TOC_WIRE_ENTER, offsetof(struct toc_wire_enter, sock.status), 1, 9},
    {"a long local address", TOC_WIRE_ENTER, offsetof(struct toc_wire_enter, sock.local.n), 1, 29},
    {"status of a header", TOC_WIRE_ENTER,
     sizeof(struct toc_wire_enter) + offsetof(struct toc_wire_entry, status), 1, 4},
    {"a long name", TOC_WIRE_ENTER,
     sizeof(struct toc_wire_enter) + offsetof(struct toc_wire_entry, name_n), 1, 29},
    {"too many segments", TOC_WIRE_ENTER,
     sizeof(struct toc_wire_enter) + offsetof(struct toc_wire_entry, segs), 1, 9},
    {"no such view", TOC_WIRE_ENTRIES, offsetof(struct toc_wire_entries, view), 2, 3},
    {"beyond the last message", TOC_WIRE_ENTRIES, offsetof(struct toc_wire_entries, first), 2,
     1009},
    {"far beyond it", TOC_WIRE_ENTRIES, offsetof(struct toc_wire_entries, first), 2, 65535},
    {"segments", TOC_WIRE_EXTRA, offsetof(struct toc_wire_extra, n_segs), 1, 9},
    {"items", TOC_WIRE_EXTRA, offsetof(struct toc_wire_extra, n_items), 1, 5},
    {"bytes of a name", TOC_WIRE_EXTRA, offsetof(struct toc_wire_extra, name_n), 1, 129},
    {"index", TOC_WIRE_EXTRA, offsetof(struct toc_wire_extra, index), 2, 1024},
    {"kernel messages", TOC_WIRE_KERNEL, offsetof(struct toc_wire_kernel, n), 4, 17},
    {"huge kernel messages", TOC_WIRE_KERNEL, offsetof(struct toc_wire_kernel, n), 4, UINT32_MAX},
    {"no such hook", TOC_WIRE_KERNEL,
     sizeof(struct toc_wire_kernel) + offsetof(struct toc_wire_kernel_msg, ret_hook), 1,
     TOC_WIRE_HOOKS},
    {"a long kernel name", TOC_WIRE_KERNEL,
     sizeof(struct toc_wire_kernel) + offsetof(struct toc_wire_kernel_msg, name_n), 1, 29},
    {"exit entries", TOC_WIRE_EXIT, offsetof(struct toc_wire_exit, n_entries), 2, 65535},
    {"exit kernel messages", TOC_WIRE_EXIT, offsetof(struct toc_wire_exit, n_kernel), 2, 17},
    {"status of the timeout", TOC_WIRE_EXIT, offsetof(struct toc_wire_exit, timeout.status), 1, 4},
    {"status of the array", TOC_WIRE_ARGUMENTS, offsetof(struct toc_wire_arguments, status), 1, 4},
    {"hook of the arguments", TOC_WIRE_TAKEN, offsetof(struct toc_wire_taken, hook), 1,
     TOC_WIRE_HOOKS},
    {"the kernel's timeout", TOC_WIRE_TAKEN, offsetof(struct toc_wire_taken, timeout.status), 1, 4},
    {"payload of the kernel's copy", TOC_WIRE_PAYLOAD, offsetof(struct toc_wire_payload, view), 2,
     TOC_WIRE_VIEW_KERNEL},
    {"payload of no message", TOC_WIRE_PAYLOAD, offsetof(struct toc_wire_payload, index), 2, 1024},
    {"more payload", TOC_WIRE_PAYLOAD, offsetof(struct toc_wire_payload, n), 2, 17},
    {"less payload", TOC_WIRE_PAYLOAD, offsetof(struct toc_wire_payload, n), 2, 8},
    {"huge payload", TOC_WIRE_PAYLOAD, offsetof(struct toc_wire_payload, n), 2, 65535},
    {"status of payload", TOC_WIRE_PAYLOAD, offsetof(struct toc_wire_payload, status), 1, 4},
    {"hook of the result", TOC_WIRE_EXIT, offsetof(struct toc_wire_exit, inner_hook), 1,
     TOC_WIRE_HOOKS},
    {"no path", TOC_WIRE_EXE, offsetof(struct toc_wire_exe, n), 2, 0},
    {"a longer path", TOC_WIRE_EXE, offsetof(struct toc_wire_exe, n), 2, 17},
    {"a shorter path", TOC_WIRE_EXE, offsetof(struct toc_wire_exe, n), 2, 8},
    {"a huge path", TOC_WIRE_EXE, offsetof(struct toc_wire_exe, n), 2, 65535},
    {"unknown bits", TOC_WIRE_EXE, offsetof(struct toc_wire_exe, bits), 1, 8},
    {"a cgroup of the parent", TOC_WIRE_EXE, offsetof(struct toc_wire_exe, bits), 1, 5},
};

Test(wire, a_record_that_lies_is_refused) {
    struct toc_wire_record r;

    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        make_any(lies[i].kind);
        memcpy(room.bytes + lies[i].offset, &lies[i].value, lies[i].width);
        cr_expect_eq(toc_wire_check(&room, sizeof(room), &r), -EBADMSG, "%s", lies[i].what);
    }
}
