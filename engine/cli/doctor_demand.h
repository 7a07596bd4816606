// SPDX-License-Identifier: Apache-2.0
// Which hooks the rules of a call need, for doctor.
#pragma once

#include "cli/options.h"
#include "detect/detect.h"
#include "event/demand.h"
#include "source/bpf.h"

struct toc_doctor_demand {
    struct toc_demand demand;
    char packs[200]; /* their names, as the call gives them */
};

/* What `run` would attach for these rules when it is not recorded. */
void toc_doctor_demand_of(const struct toc_cli *cli, const struct toc_ruleset *ruleset,
                          struct toc_doctor_demand *ret);

/* The program of row i loads, and is attached for them. */
bool toc_doctor_demand_attaches(const struct toc_doctor_demand *demand,
                                const struct toc_bpf_report *report, size_t i);

void toc_doctor_demand_text(const struct toc_doctor_demand *demand,
                            const struct toc_bpf_report *report, struct toc_buf *out);
