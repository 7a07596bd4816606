// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause
// The classes of pointers: what each is, in pointer.h.
#pragma once

enum toc_space {
    TOC_SPACE_NULL,
    TOC_SPACE_LOW,
    TOC_SPACE_USER,
    TOC_SPACE_CROSS,
    TOC_SPACE_ABOVE_4G,
    TOC_SPACE_NONCANONICAL,
    TOC_SPACE_KERNEL,
    TOC_SPACES
};

/* Lowest address a program may map (the default of vm.mmap_min_addr). */
#define TOC_MMAP_MIN_ADDR 65536
