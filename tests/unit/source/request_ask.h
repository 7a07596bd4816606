// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
// The request of io_uring that the programs on its tracepoints are shown.
#pragma once

#include <linux/types.h>

struct request_ask {
    __u32 place; /* which of the requests' memory */
    __s32 fd;    /* the process's; its file is the request's */
    __u8 opcode;
    __u8 compat;
    __u16 ioprio; /* flags of the opcode */
    __u32 flags;  /* REQ_F_* */
    __u64 user_data;
    __u64 buf; /* user memory */
    __u32 len, msg_flags;
    __u8 name[16];  /* in the kernel's copy of the header, */
    __u32 name_len; /* if that is there: not 0 */
    __s32 result;
    __u32 unnamed; /* the completion does not name its request */
    __u32 sends;
    __u64 before; /* ns: what was submitted then is under way for long */
    __u32 answer;
};
