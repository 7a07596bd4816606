// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// Memory of the program that many headers point into, read at once.
#pragma once

#include "maps.h"

/* Names, and iovec arrays, of a part mostly lie side by side: one read for all of them costs far
 * less than one for each. */
static __always_inline void window_want(struct window *win, u64 at, u32 n) {
    if (at < win->low)
        win->low = at;
    if (at + n > win->high)
        win->high = at + n;
}

static __always_inline void window_read(struct window *win) {
    u64 size = win->high - win->low;

    win->ok = 0;
    opaque(size);
    if (win->high > win->low && size <= WINDOW_BYTES)
        win->ok = !bpf_probe_read_user(win->bytes, size, (void *)win->low);
}

/* A gap that costs no more to read than one read more does. */
#define WINDOW_GAP 64

/* Many programs have a message's name and its iovecs side by side: then one window holds both. */
static __always_inline void windows_read(struct scratch *s) {
    struct window *names = &s->names, *iovs = &s->iovs;
    u64 low = names->low < iovs->low ? names->low : iovs->low;
    u64 high = names->high > iovs->high ? names->high : iovs->high;
    u64 both = names->high - names->low + iovs->high - iovs->low;

    if (names->high > names->low && iovs->high > iovs->low && high - low <= WINDOW_BYTES &&
        high - low <= both + WINDOW_GAP) {
        iovs->low = low;
        iovs->high = high;
        names->low = ~0ull;
        names->high = 0;
    }
    window_read(names);
    window_read(iovs);
}

/* The n bytes, at most 32, at address `at` if they are in the window, else NULL. */
static __always_inline const u64 *window_at(const struct window *win, u64 at, u32 n) {
    u64 off = at - win->low;

    if (!win->ok || off >= WINDOW_BYTES || at + n > win->high)
        return 0;
    index_window(off);
    return (const u64 *)(win->bytes + off);
}

/* The same of a name. */
static __always_inline const u64 *name_at(const struct scratch *s, u64 at, u32 n) {
    return window_at(s->names.ok ? &s->names : &s->iovs, at, n);
}
