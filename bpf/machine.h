// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
// What differs between machines: registers, and how a thread's ABI is told.
#pragma once

#include "vmlinux_min.h"

#include "event/wire.h"

#ifdef __TARGET_ARCH_arm64
#include "machine_arm64.h"
#else
#include "machine_x86.h"
#endif
