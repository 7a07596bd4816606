// SPDX-License-Identifier: Apache-2.0
// What is to be done about a call before it is let in, between who decides it and who does it.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/wire_deny.h"

struct toc_event;

/* Rules that may act on one call. */
#define TOC_MAX_ACTIONS 64

/* Arguments that one rule may set: no call watched has more. */
#define TOC_MAX_SET 6

/* What one rule asks for. */
struct toc_action {
    const char *signature, *pack;       /* whose rule it is */
    const char *asked;                  /* as the pack has it: "deny: EPERM" */
    const char *place;                  /* where it has it: "default.yaml:5:3" */
    const struct toc_wire_deny *kernel; /* decided there, message by message; NULL: by a gate */
    uint16_t deny;                      /* the errno that the call fails with; 0: it goes on */
    bool freeze;                        /* what was judged is what the kernel is given */
    uint8_t n_set;
    struct {
        uint8_t arg; /* its place among the arguments */
        uint32_t value;
    } set[TOC_MAX_SET];
};

/* One that was asked for by the call at hand. */
struct toc_asked {
    const struct toc_action *action;
    bool unsure; /* the condition asks for what was not observed: it neither holds nor fails */
    bool idle;   /* it does not hold: all there is to do is to see that this stays so (freeze) */
};

/* Decides calls as they begin. Everything is borrowed, and outlives the producer. */
struct toc_gate {
    uint64_t events;   /* bits of those it wants to decide */
    uint64_t freezes;  /* and of those among them that a rule wants frozen */
    uint64_t payloads; /* and of those whose payload one of its rules looks at */
    bool monitor;      /* nothing is done, it is only told what would be */
    /* Those that the kernel decides by itself. */
    const struct toc_action *kernel[TOC_WIRE_DENY_RULES];
    size_t n_kernel;
    void *ctx;
    /* The call as it is known at entry. Fills in what rules ask for, in their order; gives how
     * many. */
    size_t (*decide)(void *ctx, const struct toc_event *event,
                     struct toc_asked ret[TOC_MAX_ACTIONS]);
};
