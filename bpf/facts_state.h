// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// What the entries of a view add up to.
#pragma once

#include "vmlinux_min.h"

/* Kept in scratch rather than on the stack: the verifier follows no values there, so that the paths
 * through one entry meet again before the next. */
struct entry_facts {
    u64 status, name_status, iov_status;
    u64 name_space, iov_space, control_space, seg_space;
    u64 iov_count, name_len, ports, families;
    u64 flow; /* not 0: an IPv6 name has one */
    u64 exit_name_status, exit_name_len;
    bool has_items, is_huge, is_cut;
    bool differs;    /* some entry at exit does from the one at entry */
    bool may_differ; /* memory at exit may from some entry (same.h) */
    bool is_send;
    u32 parts;  /* of the loop that fills it: enum facts_part */
    u32 n;      /* entries it looks at, */
    u32 n_same; /* and the first of them that it compares */
};
