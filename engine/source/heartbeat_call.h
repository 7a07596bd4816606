// SPDX-License-Identifier: Apache-2.0
// A call of our own, made to see it come back through the kernel and the ring.
#pragma once

#include <stdint.h>

struct toc_heartbeat_call;

/* 0 or -errno. */
int toc_heartbeat_call_open(struct toc_heartbeat_call **ret);
void toc_heartbeat_call_close(struct toc_heartbeat_call **call);

/* The msgvec by which the programs in the kernel know our calls: no other process has our pid. */
const void *toc_heartbeat_call_msgvec(const struct toc_heartbeat_call *call);

/* Without waiting. */
void toc_heartbeat_call_make(struct toc_heartbeat_call *call, uint64_t number);
