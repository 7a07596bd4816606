// SPDX-License-Identifier: Apache-2.0
// Goes through a recording section by section and finds its way past what is damaged.
#pragma once

#include "event/recording_format.h"
#include "event/recording_input.h"

struct toc_scan {
    struct toc_input input;
    size_t behind;              /* bytes of the section given out last */
    uint64_t at;                /* where the section given out last begins */
    uint64_t skipped_at;        /* before it: where unreadable bytes begin, */
    uint64_t skipped;           /* and how many they are */
    struct toc_section partial; /* the last header whose payload is not there; kind 0: none */
    uint64_t wasted;            /* payload looked at in vain */
};

/* 1: the next whole section, its payload readable until the next call. 0: the end. -errno when
 * reading fails. Sets skipped, skipped_at and partial for what lies between it and the previous
 * one. */
int toc_scan_next(struct toc_scan *scan, struct toc_section *ret, const uint8_t **ret_payload);
