// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
// Wire records that belong to a process, and come before the first call they are about.
#pragma once

#include "event/wire.h"

enum toc_wire_exe_bits {
    TOC_WIRE_EXE_PARENT = 1,  /* the path is that of the parent's program */
    TOC_WIRE_EXE_DELETED = 2, /* no name leads to it any more */
    TOC_WIRE_EXE_CGROUP = 4,  /* the path is that of its cgroup, from the root of the hierarchy */
};

/* A path with its components in reverse, as the kernel finds them: name/parent/grandparent. A path
 * that is too long gives no record; that of the root cgroup has no component. */
struct toc_wire_exe {
    struct toc_wire_head head;
    __u64 start_ns; /* with pid, ppid and exe_ino: the process, as in toc_wire_proc */
    __u64 exe_ino;
    __u64 cgroup_id;
    __u32 pid, ppid;
    __u16 n; /* bytes of path */
    __u8 bits;
    __u8 pad[5];
    /* __u8 path[n], and bytes of no meaning up to a multiple of 8 */
};
