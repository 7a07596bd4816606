// SPDX-License-Identifier: Apache-2.0
// A frozen call under way: what is looked at of it, and how it is made with the copy.
#pragma once

#include "source/ptrace_gate.h"
#include "source/ptrace_inject.h"
#include "source/ptrace_message.h"
#include "source/ptrace_opening.h"

struct toc_freeze {
    unsigned stage;
    struct toc_injector injector;
    struct toc_injected call; /* what the thread is made to do next */
    uint32_t kind;
    uint64_t nr, args[6]; /* as the program made it */
    struct toc_snapshot snapshot;
    struct toc_held held;
    struct toc_opening opening;
    struct toc_range *range; /* that it opens; NULL: none yet */
    uint64_t guard_seq;      /* calls up to this one were let in without a look at that range */
    struct toc_slot slot;

    bool narrow, unread; /* compat layouts; the arguments themselves cannot be read */
    uint64_t now[6];     /* arguments that are in use */
    uint64_t vec;
    struct toc_buffer buffer; /* of a sendto, instead of that */
    uint32_t vlen, flags;

    uint32_t taken;     /* messages in the snapshot */
    uint32_t sent;      /* and sent */
    int64_t len, bytes; /* of the last of them: what was sent, and what there was */
    bool fetching;      /* the thread is bringing in this page */
    uint64_t page;
    unsigned tries;     /* of it */
    int64_t result;     /* of the call as a whole */
    const char *failed; /* why it cannot be frozen; NULL: it can */
};

/* What comes after a step. */
enum toc_move {
    TOC_MOVE_ON,   /* to the next step, at once */
    TOC_MOVE_CALL, /* the thread does `call`; the same step gets the result, or that behind it */
    TOC_MOVE_END,  /* the call has come to `result` */
};

/* Looks at all that the call leads to but its payload. */
enum toc_move toc_frozen_fetch(struct toc_freeze *freeze, const struct toc_ptrace_memory *memory,
                               int64_t result);

/* Changes those arguments that rules set. */
void toc_frozen_set(struct toc_freeze *freeze);

/* The next message is to be sent. */
enum toc_move toc_frozen_send(struct toc_freeze *freeze);

/* It was, with that result. */
enum toc_move toc_frozen_sent(struct toc_freeze *freeze, int64_t result);

/* Tells the program its length; result: of bringing in the page that it goes to. */
enum toc_move toc_frozen_tell(struct toc_freeze *freeze, const struct toc_ptrace_memory *memory,
                              int64_t result);
