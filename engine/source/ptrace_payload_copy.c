// SPDX-License-Identifier: Apache-2.0
// The first bytes of a message's payload, from where they are into a slot.
#include "source/ptrace_payload_copy.h"

#include <errno.h>
#include <string.h>

struct piece {
    uint64_t at, n;
};

static uint32_t size_of(const struct toc_iovecs *v) {
    return v->narrow ? 8 : 16;
}

static struct piece get(const struct toc_iovecs *v, uint32_t i) {
    const uint8_t *from = v->bytes + i * size_of(v);
    struct piece wide;
    uint32_t narrow[2];

    if (!v->narrow) {
        memcpy(&wide, from, sizeof(wide));
        return wide;
    }
    memcpy(narrow, from, sizeof(narrow));
    return (struct piece){narrow[0], narrow[1]};
}

static void set(const struct toc_iovecs *v, uint32_t i, struct piece piece) {
    const uint32_t narrow[2] = {(uint32_t)piece.at, (uint32_t)piece.n};

    memcpy(v->bytes + i * size_of(v), v->narrow ? (const void *)narrow : &piece, size_of(v));
}

/* The kernel takes lengths as signed, and refuses a message of which one is negative. */
static bool is_refused(const struct toc_iovecs *v) {
    for (uint32_t i = 0; i < v->n; i++)
        if (get(v, i).n > (v->narrow ? INT32_MAX : INT64_MAX))
            return true;
    return false;
}

int toc_payload_take(struct toc_snapshot *s, const struct toc_ptrace_memory *memory,
                     const struct toc_iovecs *v, uint64_t *ret_missing) {
    uint64_t left = s->payload;

    if (left && v->n == TOC_SLOT_IOVECS && get(v, 0).n > left && !is_refused(v))
        return -EMSGSIZE;
    for (uint32_t i = 0; i < v->n && left; i++) {
        struct piece piece = get(v, i);
        uint64_t n = piece.n < left ? piece.n : left;
        int r = toc_snapshot_take(s, memory, piece.at, n, ret_missing);

        if (r)
            return r;
        left -= n;
    }
    return 0;
}

/* Gives how many bytes; *ret_rest: the iovecs from there on are behind them. */
static uint32_t copy(const struct toc_snapshot *s, const struct toc_slot *slot,
                     const struct toc_iovecs *v, uint32_t *ret_rest) {
    uint32_t done = 0, i = 0;

    for (; i < v->n && done < s->payload; i++) {
        struct piece piece = get(v, i);
        uint32_t left = s->payload - done, n = piece.n < left ? (uint32_t)piece.n : left;
        uint8_t *to = slot->bytes + TOC_SLOT_PAYLOAD + done;

        if (n && !toc_snapshot_get(s, piece.at, to, n)) {
            set(v, i, (struct piece){slot->absent, piece.n});
            break;
        }
        done += n;
        if (n < piece.n) {
            set(v, i, (struct piece){piece.at + n, piece.n - n});
            break;
        }
    }
    *ret_rest = i;
    return done;
}

void toc_payload_put(const struct toc_snapshot *s, const struct toc_slot *slot,
                     struct toc_iovecs *v) {
    uint32_t rest, n;

    if (!s->payload || is_refused(v))
        return;
    n = copy(s, slot, v, &rest);
    if (!n)
        return;
    memmove(v->bytes + size_of(v), v->bytes + rest * size_of(v), (v->n - rest) * size_of(v));
    v->n = 1 + v->n - rest;
    set(v, 0, (struct piece){slot->at + TOC_SLOT_PAYLOAD, n});
}
