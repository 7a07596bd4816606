// SPDX-License-Identifier: Apache-2.0
// Calls that move one message, by each convention.
#pragma once

#include "attack.h"

/* Its numbers: by int 0x80, inside socketcall, and the program's own. */
struct number {
    long int80;
    int inside;
    long native;
};
extern const struct number sendmsg_number, recvmsg_number, sendto_number, recvfrom_number,
    send_number, recv_number;

/* The kernel's value: bytes or -errno. */
long call_single(enum convention convention, const struct number *number, const uintptr_t args[6]);
