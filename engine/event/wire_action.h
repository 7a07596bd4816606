// SPDX-License-Identifier: Apache-2.0
// The wire record of what was done about a call: made in user space alone.
#pragma once

#include "event/wire.h"

struct toc_wire_action {
    struct toc_wire_head head;
    __u8 failed;
    __u8 n_signature, n_pack, n_asked, n_done; /* bytes of text */
    __u8 pad[3];
    /* those texts one after the other, and bytes of no meaning up to a multiple of 8 */
};
