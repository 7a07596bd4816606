// SPDX-License-Identifier: Apache-2.0
// tocsin doctor: what this kernel lets tocsin see.
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/blind.h"
#include "cli/doctor_demand.h"
#include "cli/doctor_json.h"
#include "cli/doctor_live.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/rules.h"
#include "cli/say.h"
#include "event/wire_side.h"
#include "source/bpf.h"
#include "source/bpf_witness.h"
#include "source/cgroup.h"
#include "source/ptrace.h"

/* More are not listed by name. */
#define FOREIGN_SHOWN 8

static void add_kernel(struct toc_buf *out) {
    struct utsname name;

    if (!uname(&name))
        toc_buf_addf(out, "kernel      %s %s %s\n", name.sysname, name.release, name.machine);
    toc_buf_adds(out, "tocsin      " TOC_VERSION "\n");
}

/* Whether other programs may rewrite addresses between what was shown and what was sent. */
static void add_foreign(const struct toc_bpf_report *report, struct toc_buf *out) {
    struct toc_foreign_program programs[FOREIGN_SHOWN];
    size_t n = toc_cgroup_foreign_list(&report->own, programs, FOREIGN_SHOWN);
    _cleanup_free_ char *root = NULL;

    if (toc_cgroup_root(&root)) {
        toc_buf_adds(out, "cgroup2     not mounted: the kernel's view of addresses is not seen\n");
        return;
    }
    toc_buf_addf(out, "cgroup2     %s, %s address hooks of other programs", root,
                 n ? "with" : "without");
    for (size_t i = 0; i < n && i < FOREIGN_SHOWN; i++)
        toc_buf_addf(out, "%s%.16s (id %u)", i ? ", " : ": ", programs[i].name, programs[i].id);
    if (n > FOREIGN_SHOWN)
        toc_buf_adds(out, ", …");
    toc_buf_adds(out, n ? "; differences they may have made are marked\n" : "\n");
}

/* Why a program is not used, or what is used instead; once for each reason of a set. */
static void add_reason(const struct toc_bpf_report *report, size_t i, struct toc_buf *out) {
    const struct toc_bpf_program *p = &report->programs[i];
    bool same = i && !strcmp(report->programs[i - 1].reason, p->reason) &&
                !strcmp(report->programs[i - 1].set, p->set);

    if (*p->reason && !same)
        toc_buf_addf(out, "%38s(%s)\n", "", p->reason);
    if (*p->instead)
        toc_buf_addf(out, "%38s(%s does its work)\n", "", p->instead);
}

static const char *state_of(const struct toc_bpf_program *program) {
    if (program->loaded)
        return "yes";
    return *program->reason ? "no" : "spare";
}

static void add_programs(const struct toc_bpf_report *report, struct toc_buf *out) {
    toc_buf_addf(out, "\n%-22s %-8s %-6s %s\n", "hook", "set", "loads", "what is seen through it");
    for (size_t i = 0; i < report->n; i++) {
        const struct toc_bpf_program *program = &report->programs[i];

        toc_buf_addf(out, "%-22s %-8s %-6s %s\n", program->name, program->set, state_of(program),
                     program->gives);
        if (!program->loaded)
            add_reason(report, i, out);
    }
}

static void add_witnesses(const struct toc_bpf_report *report, struct toc_buf *out) {
    toc_buf_addf(out, "\n%-40s %s\n", "what the kernel used", "comes from");
    for (size_t i = 0; i < TOC_WITNESSES; i++) {
        const char *hook = toc_bpf_witness_hook(report, (enum toc_witness)i);

        toc_buf_addf(out, "%-40s %s\n", toc_witness_infos[i].words, *hook ? hook : "nothing here");
    }
}

static void add_aliases(const struct toc_bpf_report *report, struct toc_buf *out) {
    toc_buf_addf(out, "\n%-40s %s\n", "hook by its old name", "here");
    for (size_t i = 0; i < TOC_BPF_ALIASES; i++) {
        const struct toc_bpf_program *program = toc_bpf_alias_program(report, &toc_bpf_aliases[i]);

        toc_buf_addf(out, "%-40s ", toc_bpf_aliases[i].name);
        if (program)
            toc_buf_addf(out, "%s, on %s\n", program->name, program->target);
        else
            toc_buf_adds(out, "nothing\n");
    }
}

static void add_limits(struct toc_buf *out) {
    toc_buf_addf(
        out,
        "\nKept of a call: %d messages; of each message %d buffers and %d control "
        "messages; of a wait %d\nelements of poll's array, %d descriptors of a set of select "
        "and %d events of epoll. What is left out shows as truncated.\n",
        TOC_MAX_MSGS, TOC_WIRE_SEGS, TOC_WIRE_ITEMS, TOC_WIRE_SIDE_POLLFDS, TOC_WIRE_SIDE_SETFDS,
        TOC_WIRE_SIDE_EVENTS);
}

static void add_blind(const struct toc_ruleset *ruleset, const char *hooks, struct toc_buf *out) {
    _cleanup_toc_buf_ struct toc_buf list = {0}, less = {0};
    size_t signatures = toc_ruleset_n_signatures(ruleset);
    size_t n = toc_blind_list(ruleset, hooks, TOC_SIGHT_NONE, &list);
    size_t n_less = toc_blind_list(ruleset, hooks, TOC_SIGHT_LESS, &less);

    toc_buf_addf(out, "\nOf %zu signature%s, %zu %s blind here%s\n", signatures, toc_s(signatures),
                 n, n == 1 ? "is" : "are", n ? ":" : ".");
    toc_buf_add(out, list.p, list.n);
    if (n_less)
        toc_buf_addf(out, "%zu see%s less here:\n", n_less, n_less == 1 ? "s" : "");
    toc_buf_add(out, less.p, less.n);
}

static void add_text(const struct toc_bpf_report *report, const char *ptrace,
                     const struct toc_ruleset *ruleset, const char *hooks,
                     const struct toc_doctor_demand *demand, struct toc_buf *out) {
    add_kernel(out);
    add_foreign(report, out);
    toc_buf_addf(out, "ptrace      %s\n", ptrace);
    add_programs(report, out);
    add_witnesses(report, out);
    add_aliases(report, out);
    add_limits(out);
    if (demand && !*report->fault)
        toc_doctor_demand_text(demand, report, out);
    if (ruleset && *hooks)
        add_blind(ruleset, hooks, out);
}

/* True when all is well. */
static bool try_live(const struct toc_cli *cli, struct toc_buf *out) {
    struct toc_doctor_live live;

    toc_doctor_live_try(&live);
    if (cli->format == TOC_FORMAT_JSON)
        toc_doctor_live_json(&live, out);
    else
        toc_doctor_live_text(&live, out);
    return !*live.fault;
}

int toc_verb_doctor(struct toc_cli *cli) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    _cleanup_toc_rule_paths_ struct toc_rule_paths paths = {0};
    _cleanup_toc_ruleset_ struct toc_ruleset *ruleset = NULL;
    _cleanup_toc_buf_ struct toc_buf hooks = {0};
    struct toc_doctor_demand demand, *of_rules = NULL;
    struct toc_output output = TOC_OUTPUT_STDOUT;
    struct toc_bpf_report report = {0};
    char ptrace[240];
    bool can_trace = toc_ptrace_probe(ptrace, sizeof(ptrace));
    bool well = true;
    int status = toc_rule_paths_of_call(cli, &paths);

    if (status)
        return status;
    toc_bpf_probe(&report);
    for (size_t i = 0; i < report.n; i++)
        if (report.programs[i].loaded)
            toc_buf_addf(&hooks, "%s ", report.programs[i].name);
    if (*report.fault && can_trace)
        toc_buf_adds(&hooks, "ptrace");
    if (!toc_buf_cstr(&hooks))
        return TOC_EXIT_FAULT;
    if (toc_rule_paths_load(&paths, false, &diags, &ruleset))
        toc_say_diags(&diags);
    if (ruleset) {
        toc_doctor_demand_of(cli, ruleset, &demand);
        of_rules = &demand;
    }
    if (cli->format == TOC_FORMAT_JSON)
        toc_doctor_json(&report, ptrace, ruleset, hooks.p, of_rules, &output.buf);
    else
        add_text(&report, ptrace, ruleset, hooks.p, of_rules, &output.buf);
    if (cli->live)
        well = try_live(cli, &output.buf);
    status = toc_output_close(&output);
    if (!*report.fault)
        return well ? status : TOC_EXIT_FAULT;
    toc_say("%s can be watched live: %s",
            can_trace ? "only programs that tocsin starts, and --pid, through ptrace," : "nothing",
            report.fault);
    return TOC_EXIT_FAULT;
}
