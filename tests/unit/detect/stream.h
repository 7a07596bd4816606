// SPDX-License-Identifier: Apache-2.0
// Streams of small events for tests of what signatures remember: a time, a key, a value.
#pragma once

#include "base/buf.h"
#include "detect/detect.h"
#include "event/record.h"

struct stream_event {
    char kind; /* '>' sendmmsg, '<' recvmmsg, '!' close, '~' tocsin_tick */
    int64_t ms;
    char key[16]; /* proc.comm; "?" is not observed */
    int value;    /* batch.bytes; below 0 is not observed */
};

/* Loads a signature called a whose part after `params` is `body`. */
struct toc_ruleset *stream_load(const char *body, const char *pack);
/* Feeds one event, through `builder`. */
void stream_feed(struct toc_matcher *matcher, struct toc_builder *builder,
                 const struct stream_event *event);
/* Reads "> 0 a 1, < 5 b 2 …" and feeds it, then the end. */
void stream_run(struct toc_matcher *matcher, const char *script);
/* An alert as "ms key xcount", a summary as "summary ms key xcount"; with `held` what was held back
 * before, "-held"; each followed by a semicolon and a space. ctx is a struct toc_buf. */
void stream_log(void *ctx, const struct toc_alert *alert);
