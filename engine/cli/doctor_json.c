// SPDX-License-Identifier: Apache-2.0
// Writes what doctor found as one JSON line.
#include "cli/doctor_json.h"

#include <string.h>
#include <sys/utsname.h>

#include "base/text.h"
#include "detect/blind.h"
#include "source/bpf_witness.h"

#define FOREIGN_LISTED 64

static void add_programs(const struct toc_bpf_report *report,
                         const struct toc_doctor_demand *demand, struct toc_buf *out) {
    toc_buf_adds(out, ",\"programs\":[");
    for (size_t i = 0; i < report->n; i++) {
        const struct toc_bpf_program *program = &report->programs[i];

        toc_buf_adds(out, i ? ",{" : "{");
        toc_buf_add_json_pair(out, "name", program->name);
        toc_buf_addf(out, ",\"loaded\":%s,", program->loaded ? "true" : "false");
        if (demand)
            toc_buf_addf(out, "\"attaches\":%s,",
                         toc_doctor_demand_attaches(demand, report, i) ? "true" : "false");
        toc_buf_add_json_pair(out, "set", program->set);
        toc_buf_addc(out, ',');
        toc_buf_add_json_pair(out, "target", program->target);
        toc_buf_addc(out, ',');
        toc_buf_add_json_pair(out, "gives", program->gives);
        toc_buf_addc(out, ',');
        toc_buf_add_json_pair(out, "instead", program->instead);
        toc_buf_addc(out, ',');
        toc_buf_add_json_pair(out, "reason", program->reason);
        toc_buf_addc(out, '}');
    }
    toc_buf_addc(out, ']');
}

static void add_witnesses(const struct toc_bpf_report *report, struct toc_buf *out) {
    toc_buf_adds(out, ",\"witnesses\":[");
    for (size_t i = 0; i < TOC_WITNESSES; i++) {
        const struct toc_witness_info *witness = &toc_witness_infos[i];

        toc_buf_adds(out, i ? ",{" : "{");
        toc_buf_add_json_pair(out, "part", witness->part);
        toc_buf_addf(out, ",\"sends\":%s,", witness->is_send ? "true" : "false");
        toc_buf_add_json_pair(out, "hook", toc_bpf_witness_hook(report, (enum toc_witness)i));
        toc_buf_addc(out, '}');
    }
    toc_buf_addc(out, ']');
}

static void add_aliases(const struct toc_bpf_report *report, struct toc_buf *out) {
    toc_buf_adds(out, ",\"aliases\":[");
    for (size_t i = 0; i < TOC_BPF_ALIASES; i++) {
        const struct toc_bpf_program *program = toc_bpf_alias_program(report, &toc_bpf_aliases[i]);

        toc_buf_adds(out, i ? ",{" : "{");
        toc_buf_add_json_pair(out, "name", toc_bpf_aliases[i].name);
        toc_buf_addc(out, ',');
        toc_buf_add_json_pair(out, "hook", program ? program->name : "");
        toc_buf_addc(out, ',');
        toc_buf_add_json_pair(out, "target", program ? program->target : "");
        toc_buf_addc(out, '}');
    }
    toc_buf_addc(out, ']');
}

static void add_foreign(const struct toc_bpf_report *report, struct toc_buf *out) {
    struct toc_foreign_program programs[FOREIGN_LISTED];
    size_t n = toc_cgroup_foreign_list(&report->own, programs, FOREIGN_LISTED);

    toc_buf_adds(out, ",\"foreign\":[");
    for (size_t i = 0; i < n && i < FOREIGN_LISTED; i++) {
        toc_buf_addf(out, "%s{\"id\":%u,", i ? "," : "", programs[i].id);
        toc_buf_adds(out, "\"name\":");
        toc_buf_add_json_string(out, programs[i].name, strnlen(programs[i].name, 16));
        toc_buf_addc(out, '}');
    }
    toc_buf_addc(out, ']');
}

static void add_sight(const struct toc_ruleset *ruleset, const char *hooks, enum toc_sight sight,
                      const char *key, struct toc_buf *out) {
    const struct toc_given given = {.hooks = hooks, .watched = UINT64_MAX};
    _cleanup_toc_buf_ struct toc_buf needs = {0};
    size_t n = 0;

    toc_buf_addf(out, ",\"%s\":[", key);
    for (size_t i = 0; i < toc_ruleset_n_signatures(ruleset); i++) {
        const struct toc_signature *signature = toc_ruleset_signature(ruleset, i);

        toc_buf_reset(&needs);
        if (toc_signature_sight(signature, &given, &needs) != sight)
            continue;
        toc_buf_adds(out, n++ ? ",{" : "{");
        toc_buf_add_json_pair(out, "id", signature->id);
        toc_buf_addc(out, ',');
        toc_buf_adds(out, "\"needs\":");
        toc_buf_add_json_string(out, needs.p, needs.n);
        toc_buf_addc(out, '}');
    }
    toc_buf_addc(out, ']');
}

void toc_doctor_json(const struct toc_bpf_report *report, const char *ptrace,
                     const struct toc_ruleset *ruleset, const char *hooks,
                     const struct toc_doctor_demand *demand, struct toc_buf *out) {
    struct utsname name = {0};

    uname(&name);
    toc_buf_adds(out, "{\"v\":1,");
    toc_buf_add_json_pair(out, "kernel", name.release);
    toc_buf_addc(out, ',');
    toc_buf_add_json_pair(out, "fault", report->fault);
    toc_buf_addc(out, ',');
    toc_buf_add_json_pair(out, "ptrace", ptrace);
    add_programs(report, demand, out);
    add_witnesses(report, out);
    add_aliases(report, out);
    add_foreign(report, out);
    if (ruleset) {
        toc_buf_addf(out, ",\"signatures\":%zu", toc_ruleset_n_signatures(ruleset));
        add_sight(ruleset, hooks, TOC_SIGHT_NONE, "blind", out);
        add_sight(ruleset, hooks, TOC_SIGHT_LESS, "less", out);
    }
    toc_buf_adds(out, "}\n");
}
