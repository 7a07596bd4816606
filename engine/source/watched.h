// SPDX-License-Identifier: Apache-2.0
// The calls that producers watch on this machine, from syscalls.def.
#pragma once

#include <stdint.h>

#include "event/wire_calls.h"

/* Events that calls watched give, as bits. */
uint64_t toc_watched_events(void);

/* TOC_WIRE_KIND of a call of enum toc_wire_abi; nr is without the x32 bit, subcall selects inside
 * i386 socketcall. 0: not watched. */
uint32_t toc_watched_kind(uint32_t abi, uint32_t nr, uint32_t subcall);

/* For each number the ABIs, as bits, in which it is the number of a call that gives one of these
 * events. */
void toc_watched_numbers(uint64_t events, uint8_t ret[TOC_WIRE_NUMBERS]);
