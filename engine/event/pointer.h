// SPDX-License-Identifier: Apache-2.0
// Where in the address space a pointer from a program points.
#pragma once

#include <stdint.h>

#include "event/space.h"

/* What the space [p, p + len) of a call with this abi (enum toc_abi_name) is; len 0 asks for the
 * pointer alone. task_size is the first address of the recording host that is not user memory, 0
 * when it is not known (the usual one of the architecture is taken). As its name:
 *   "null"          p is 0
 *   "low"           below TOC_MMAP_MIN_ADDR: nothing can be mapped there
 *   "user"          user memory, to its end
 *   "cross"         begins in user memory and reaches beyond it
 *   "above_4g"      of i386, x32 and arm: the register held more than 32 bits, which the kernel
 *                   cuts off (of x32, whose registers have 64, unless they say "kernel")
 *   "noncanonical"  between the halves: no address at all
 *   "kernel"        in the kernel's half
 * What lies between task_size and the end of the lower half, a guard page, is "cross" as well.
 * arm64 ignores the top byte of user addresses, so it is left out there. Tags of x86 (LAM) are not
 * recognised: no released kernel lets system calls take them. */
enum toc_space toc_ptr_space(uint64_t p, uint64_t len, uint16_t abi, uint64_t task_size);
/* [p, p + len) is user memory where TOC_MMAP_MIN_ADDR <= p < end and p + len <= end. */
uint64_t toc_user_end(uint16_t abi, uint64_t task_size);
const char *toc_space_name(enum toc_space space);
