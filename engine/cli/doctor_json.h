// SPDX-License-Identifier: Apache-2.0
// The findings of doctor for programs.
#pragma once

#include "base/buf.h"
#include "cli/doctor_demand.h"
#include "detect/detect.h"
#include "source/bpf.h"

/* {"v":1,"kernel":…,"fault":…,"ptrace":…,"programs":[…],"witnesses":[…],"foreign":[…],"signatures":n,"blind":[…],"less":[…]}
 * and a newline. A program has `"attaches":` too, whether it is attached for the rules. Without a
 * ruleset (it did not load) that and the last two are left out. */
void toc_doctor_json(const struct toc_bpf_report *report, const char *ptrace,
                     const struct toc_ruleset *ruleset, const char *hooks,
                     const struct toc_doctor_demand *demand, struct toc_buf *out);
