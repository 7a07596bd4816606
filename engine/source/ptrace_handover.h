// SPDX-License-Identifier: Apache-2.0
// The range as a file: made, sent to a process, and found again in what that has mapped.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A file of TOC_RANGE_BYTES, mapped at *ret_bytes to write to; nobody else ever can, nor change its
 * size. Its descriptor, or -errno. */
int toc_handover_make(uint8_t **ret_bytes);

/* Sends it through descriptor `fd` of the process behind pidfd, without waiting. 0 or -errno. */
int toc_handover_send(int pidfd, int fd, int file);

/* Whether the TOC_RANGE_MAPPED bytes from `at` on are that file, shared and read-only. */
bool toc_handover_mapped(pid_t tid, uint64_t at, int file);
