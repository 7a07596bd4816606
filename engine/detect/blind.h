// SPDX-License-Identifier: Apache-2.0
// Which signatures cannot see here: what they look at is made by hooks that are not attached.
#pragma once

#include "base/buf.h"
#include "detect/detect.h"

enum toc_sight {
    TOC_SIGHT_WHOLE,
    TOC_SIGHT_LESS, /* it can fire, by parts of its conditions that lack nothing */
    TOC_SIGHT_NONE, /* blind: it cannot fire */
};

/* What a stream holds. */
struct toc_given {
    const char *hooks; /* the names of the attached hooks, as tocsin_start has them, */
    const char *lacks; /* and the objects that it says are not there; NULL: none */
    uint64_t watched;  /* events, as bits: the calls looked at, what tocsin tells */
};

/* Adds to ret_needs what the signature lacks ("cgroup_sendmsg4 or cgroup_sendmsg6"), of a blind one
 * what keeps it from firing. */
enum toc_sight toc_signature_sight(const struct toc_signature *signature,
                                   const struct toc_given *given, struct toc_buf *ret_needs);

/* Of these events, as bits, those that tocsin or one of the hooks brings about. */
uint64_t toc_made_events(uint64_t events, const char *hooks);
