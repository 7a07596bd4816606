// SPDX-License-Identifier: Apache-2.0
// The message that a batch of receives stopped at: nothing of the result tells of it, so it is
// looked at when its header or buffer is not what it was at entry. Its rules are those of
// bpf/stopped.h.
#pragma once

#include "source/ptrace_tracee.h"

/* Whether message i is to be looked at, of those shown at entry. */
bool toc_ptrace_stopped_is_other(const struct toc_tracee *t, uint32_t i);
