// SPDX-License-Identifier: Apache-2.0
// Checks wire records and shows their parts; the only place that believes a length in one.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/wire_arguments.h"
#include "event/wire_payload.h"
#include "event/wire_process.h"
#include "event/wire_side.h"

/* A checked record. Everything points into the bytes given to toc_wire_check. */
struct toc_wire_record {
    const struct toc_wire_head *head;
    union {
        const struct toc_wire_enter *enter;
        const struct toc_wire_entries *part;
        const struct toc_wire_extra *extra;
        const struct toc_wire_kernel *kernel;
        const struct toc_wire_exit *exit;
        const struct toc_wire_arguments *arguments;
        const struct toc_wire_taken *taken;
        const struct toc_wire_payload *payload; /* its bytes stand behind it */
        const struct toc_wire_action *action;   /* its texts stand behind it */
        const struct toc_wire_exe *exe;         /* its path has exe->n bytes and stands behind it */
        const struct toc_wire_side_enter *side_enter;
        const struct toc_wire_side_exit *side_exit;
    };
    const struct toc_wire_entry *entries; /* n_entries of them, of messages first … */
    uint32_t n_entries;
    uint32_t first;
    enum toc_wire_view view; /* of ENTER, ENTRIES, EXTRA, PAYLOAD, EXIT */
    const struct toc_wire_kernel_msg *kernel_msgs;
    uint32_t n_kernel;
};

/* The first record of a call, and its last. */
static inline bool toc_wire_begins(const struct toc_wire_head *head) {
    return head->kind == TOC_WIRE_ENTER || head->kind == TOC_WIRE_SIDE_ENTER;
}
static inline bool toc_wire_ends(const struct toc_wire_head *head) {
    return head->kind == TOC_WIRE_EXIT || head->kind == TOC_WIRE_SIDE_EXIT;
}

/* The parts of SIDE_ENTER or SIDE_EXIT by their kind; NULL: not there. Their bytes stand behind
 * them. */
struct toc_wire_parts {
    const struct toc_wire_part_head *part[TOC_WIRE_PART_KINDS];
};

/* Finds them. False when they are not well formed; those of a checked record are. */
bool toc_wire_parts(const void *bytes, uint32_t n, struct toc_wire_parts *ret);

/* 0, or -EBADMSG: another version, an unknown kind, or a length, count, index or status out of
 * bounds. `data` is aligned to 8; the record may be shorter than n, its size says. */
int toc_wire_check(const void *data, size_t n, struct toc_wire_record *ret);

/* The same of a record that was checked before. */
void toc_wire_show(const void *data, struct toc_wire_record *ret);
