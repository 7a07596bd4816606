// SPDX-License-Identifier: Apache-2.0
// Cleanup attributes and ownership transfer: a resource's lifetime shows where it is declared.
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(f) __attribute__((cleanup(f)))

/* Hands a pointer over: the variable becomes NULL, its value is returned. */
#define TAKE_PTR(p)                                                                                \
    ({                                                                                             \
        __auto_type _taken = (p);                                                                  \
        (p) = NULL;                                                                                \
        _taken;                                                                                    \
    })

/* Hands a file descriptor over: the variable becomes -1. */
#define TAKE_FD(fd)                                                                                \
    ({                                                                                             \
        int _taken = (fd);                                                                         \
        (fd) = -1;                                                                                 \
        _taken;                                                                                    \
    })

static inline void toc_freep(void *p) {
    free(*(void **)p);
    *(void **)p = NULL;
}

static inline void toc_closep(int *fd) {
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static inline void toc_fclosep(FILE **f) {
    if (*f)
        fclose(*f);
    *f = NULL;
}

#define _cleanup_free_ _cleanup_(toc_freep)
#define _cleanup_close_ _cleanup_(toc_closep)
#define _cleanup_fclose_ _cleanup_(toc_fclosep)
