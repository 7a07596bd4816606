// SPDX-License-Identifier: Apache-2.0
// Which hooks the rules of a call need, for doctor.
#include "cli/doctor_demand.h"

#include <stdio.h>

#include "cli/wanted.h"
#include "source/bpf_programs.h"

static void name_packs(const struct toc_cli *cli, char *ret, size_t size) {
    size_t at = (size_t)snprintf(ret, size, "%s", cli->rules.n ? cli->rules.items[0] : "default");

    for (size_t i = 1; i < cli->rules.n && at < size; i++)
        at += (size_t)snprintf(ret + at, size - at, ", %s", cli->rules.items[i]);
}

void toc_doctor_demand_of(const struct toc_cli *cli, const struct toc_ruleset *ruleset,
                          struct toc_doctor_demand *ret) {
    *ret = (struct toc_doctor_demand){0};
    name_packs(cli, ret->packs, sizeof(ret->packs));
    toc_wanted(cli, ruleset, &ret->demand);
}

bool toc_doctor_demand_attaches(const struct toc_doctor_demand *demand,
                                const struct toc_bpf_report *report, size_t i) {
    return report->programs[i].loaded && toc_bpf_program_is_needed(i, &demand->demand);
}

void toc_doctor_demand_text(const struct toc_doctor_demand *demand,
                            const struct toc_bpf_report *report, struct toc_buf *out) {
    size_t loaded = 0, attached = 0;

    for (size_t i = 0; i < report->n; i++) {
        loaded += report->programs[i].loaded;
        attached += toc_doctor_demand_attaches(demand, report, i);
    }
    toc_buf_addf(out, "\nFor the rules of %s, %zu of the %zu hooks that load are attached",
                 demand->packs, attached, loaded);
    if (attached == loaded) {
        toc_buf_adds(out, ".\n");
        return;
    }
    toc_buf_adds(out, "; off stay those that show\nwhat no rule reads (--record and --push-down "
                      "never attach them too):\n");
    for (size_t i = 0; i < report->n; i++)
        if (report->programs[i].loaded && !toc_doctor_demand_attaches(demand, report, i))
            toc_buf_addf(out, "  %-20s %s\n", report->programs[i].name, report->programs[i].gives);
}
