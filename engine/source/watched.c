// SPDX-License-Identifier: Apache-2.0
// The calls that producers watch on this machine, from syscalls.def.
#include "source/watched.h"

#include <stddef.h>
#include <string.h>

#include "event/variants.h"

#define N(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
    uint32_t abi, nr, kind;
} calls[] = {
#define CALL(abi, number, kind) {abi, number, kind},
#define SUBCALL(number, kind)
#include "event/wire_calls.def"
};

static const uint32_t subcalls[TOC_WIRE_SUBCALLS] = {
#define CALL(abi, number, kind)
#define SUBCALL(number, kind) [number] = (kind),
#include "event/wire_calls.def"
};

#define CALL(abi, number, kind) _Static_assert((number) < TOC_WIRE_NUMBERS, "a number in range");
#define SUBCALL(number, kind) _Static_assert((number) < TOC_WIRE_SUBCALLS, "a number in range");
#include "event/wire_calls.def"

#define EVENT_OF(kind) ((kind) ? UINT64_C(1) << TOC_KIND_EVENT(kind) : 0)

/* A constant: it is asked for every record. */
uint64_t toc_watched_events(void) {
    return EVENT_URING | EV(tocsin_unexplained_send)
#define CALL(abi, number, kind) | EVENT_OF(kind)
#define SUBCALL(number, kind) | EVENT_OF(kind)
#include "event/wire_calls.def"
        ;
}

uint32_t toc_watched_kind(uint32_t abi, uint32_t nr, uint32_t subcall) {
    if (abi == TOC_WIRE_I386 && nr == TOC_WIRE_NR_SOCKETCALL)
        return subcall < N(subcalls) ? subcalls[subcall] : 0;
    for (size_t i = 0; i < N(calls); i++)
        if (calls[i].abi == abi && calls[i].nr == nr)
            return calls[i].kind;
    return 0;
}

void toc_watched_numbers(uint64_t events, uint8_t ret[TOC_WIRE_NUMBERS]) {
    memset(ret, 0, TOC_WIRE_NUMBERS);
    for (size_t i = 0; i < N(calls); i++)
        if (EVENT_OF(calls[i].kind) & events)
            ret[calls[i].nr] |= (uint8_t)(1u << calls[i].abi);
    for (size_t i = 0; i < N(subcalls); i++)
        if (EVENT_OF(subcalls[i]) & events)
            ret[TOC_WIRE_NR_SOCKETCALL] |= 1u << TOC_WIRE_I386;
}
