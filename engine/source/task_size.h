// SPDX-License-Identifier: Apache-2.0
// Where user memory ends on this machine.
#pragma once

#include <stdint.h>

/* The first address that no 64-bit process can have, asked of the kernel. */
uint64_t toc_task_size(void);
