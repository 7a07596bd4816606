// SPDX-License-Identifier: Apache-2.0
// Goes through a recording section by section and finds its way past what is damaged.
#pragma once

#include "event/recording_format.h"
#include "event/recording_input.h"

/* A section, and what lies between it and the one before. */
struct toc_found {
    struct toc_section section;
    const uint8_t *payload;     /* until the next is found */
    uint64_t at;                /* where the section begins */
    uint64_t skipped_at;        /* before it: where unreadable bytes begin, */
    uint64_t skipped;           /* and how many they are */
    struct toc_section partial; /* the last header whose payload is not there; kind 0: none */
};

struct toc_scan {
    struct toc_input input;
    struct toc_found found;
    size_t behind;   /* bytes of the section found */
    uint64_t wasted; /* payload looked at in vain */
};

/* 1: the next whole section; 0: the end; either way scan->found says what came before. -errno when
 * reading fails. */
int toc_scan_next(struct toc_scan *scan);
