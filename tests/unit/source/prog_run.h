// SPDX-License-Identifier: Apache-2.0
// Runs the extraction programs, and keeps what they gave.
#pragma once

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdint.h>

#include "call_ask.h"
#include "copy_ask.h"
#include "event/wire_deny.h"
#include "event/wire_payload.h"
#include "extract.h"
#include "side_ask.h"

#include "extract.skel.h"

/* bpf/walk_header.h */
enum {
    WALK_32 = 1,
    WALK_NAMES = 2,
    WALK_CONTROL = 4,
    WALK_MSG = 8,
    WALK_BUFFER = 16,
    WALK_LEN_AT = 32,
    WALK_RECEIVED = 64,
    WALK_LIST = 128
};

extern struct extract_bpf *skel; /* NULL: no privilege */
extern struct extract x;         /* question and answer of prog_run */

/* What the ring held, by message. */
extern struct toc_wire_entry entries[TOC_WIRE_MAX_MSGS];
extern struct toc_wire_extra extras[TOC_WIRE_MAX_MSGS];
extern uint32_t n_entries, n_extras;
extern struct kept_payload {
    struct toc_wire_payload rec; /* size 0: none came */
    uint8_t bytes[TOC_WIRE_MAX_PAYLOAD];
} payloads[TOC_WIRE_MAX_MSGS];
extern uint32_t n_payloads;

void prog_run_load(void);
void prog_run_unload(void);
void prog_run(struct bpf_program *program);
void prog_run_walk(const void *vec, uint32_t n, uint32_t bits);
void prog_run_drain(void);

/* The tests in live/ say so as well. */
#define NEED_KERNEL()                                                                              \
    if (!skel)                                                                                     \
    cr_skip_test("BPF programs cannot be loaded here")
