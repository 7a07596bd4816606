// SPDX-License-Identifier: Apache-2.0
// Picks the live source and opens it.
#include "cli/producer.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/diag.h"
#include "cli/pushdown.h"
#include "cli/say.h"
#include "source/bpf.h"
#include "source/ptrace.h"
#include "source/ptrace_call.h"

/* A call that takes longer is told before it returns. */
#define PENDING_NS 1000000000u
#define HEARTBEAT_NS 5000000000u

static size_t ring_bytes(uint64_t mib) {
    size_t bytes = 1u << 20;

    while (mib && bytes < mib << 20)
        bytes *= 2;
    return mib ? bytes : 0;
}

static uint32_t power_of_two(uint64_t n) {
    uint32_t power = 1;

    while (power < n)
        power *= 2;
    return power;
}

static uint64_t interval(int64_t given, uint64_t otherwise) {
    if (!given)
        return otherwise;
    return given > 0 ? (uint64_t)given : 0;
}

/* What a recording holds: a run that leaves out what no rule needs does so in its recording, too.
 */
static const char *capture_of(const struct toc_cli *cli) {
    bool part = cli->capture == TOC_CAPTURE_DEMAND || (cli->record && toc_pushdown_is_on(cli));

    return part ? "demand" : "full";
}

/* Says once for each reason what is not seen here. */
static void say_blind(const struct toc_bpf_report *report) {
    for (size_t i = 0; i < report->n; i++) {
        const struct toc_bpf_program *program = &report->programs[i];
        bool said = program->attached || program->refines || *program->instead || !*program->reason;

        for (size_t k = 0; k < i && !said; k++)
            said = !strcmp(report->programs[k].reason, program->reason);
        if (!said)
            toc_say("warning: without %s: %s", program->gives, program->reason);
    }
}

static void describe(const struct toc_cli *cli, struct toc_ahead *ret) {
    bool scoped = cli->pid || cli->command;

    ret->options = (struct toc_bpf_options){
        .pids = scoped ? &ret->pid : NULL,
        .n_pids = scoped,
        .follow = true,
        .until_exit = cli->command,
        .cgroup = cli->cgroup,
        .hooks = cli->hooks,
        .ring_bytes = ring_bytes(cli->ring_size),
        .max_msgs = (uint32_t)cli->max_messages,
        .payload_bytes = (uint32_t)cli->payload,
        .max_calls = cli->max_calls ? power_of_two(cli->max_calls) : 0,
        .heartbeat_ns = interval(cli->heartbeat, HEARTBEAT_NS),
        .pending_ns = interval(cli->pending, PENDING_NS),
        .capture = capture_of(cli),
        .version = TOC_VERSION,
    };
}

static void *load(void *ctx) {
    struct toc_ahead *ahead = ctx;

    ahead->error = toc_bpf_source_load(&ahead->options, &ahead->report, &ahead->source);
    return NULL;
}

static void end(struct toc_ahead *ahead) {
    if (ahead->begun)
        pthread_join(ahead->thread, NULL);
    ahead->begun = false;
}

/* What a gate asks of the kernel is known with the rules. */
void toc_producer_ahead(const struct toc_cli *cli, struct toc_ahead *ret) {
    if (cli->source == TOC_SOURCE_PTRACE || cli->enforce > TOC_ENFORCE_OFF)
        return;
    describe(cli, ret);
    ret->begun = !pthread_create(&ret->thread, NULL, load, ret);
}

void toc_ahead_clear(struct toc_ahead *ahead) {
    end(ahead);
    toc_source_free(&ahead->source);
}

/* 0 or -errno; its words stay in the report. */
static int open_bpf(const struct toc_cli *cli, const struct toc_demand *demand,
                    const struct toc_gate *gate, const struct toc_command *command,
                    struct toc_ahead *ahead) {
    if (!ahead->begun) {
        describe(cli, ahead);
        ahead->options.gate = gate;
        load(ahead);
    }
    end(ahead);
    if (ahead->error)
        return ahead->error;
    ahead->pid = command->pid ? command->pid : (pid_t)cli->pid;
    ahead->options.demand = demand;
    return toc_bpf_source_start(ahead->source, &ahead->options, &ahead->report);
}

static int open_ptrace(const struct toc_cli *cli, uint64_t events, const struct toc_gate *gate,
                       struct toc_command *command, struct toc_source **ret) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    const struct toc_ptrace_options options = {
        .pid = command->pid ? command->pid : (pid_t)cli->pid,
        .filtered = command->pid != 0,
        .events = events,
        .kill = cli->kill_on_exit,
        .gate = gate,
        .ring_bytes = ring_bytes(cli->ring_size),
        .max_msgs = (uint32_t)cli->max_messages,
        .payload_bytes = (uint32_t)cli->payload,
        .pending_ns = interval(cli->pending, PENDING_NS),
        .heartbeat_ns = interval(cli->heartbeat, HEARTBEAT_NS),
        .capture = capture_of(cli),
        .version = TOC_VERSION,
    };
    int error;

    if (events && !toc_ptrace_filter_for(events, gate).events) {
        toc_say("--events: --source ptrace gives none of these, as they are no calls of a program");
        return TOC_EXIT_WRONG;
    }
    error = toc_ptrace_source_new(&options, &diags, ret);
    toc_say_diags(&diags);
    command->prepare = !error && command->pid;
    return error ? TOC_EXIT_FAULT : 0;
}

static int check_hooks(const char *list) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};

    if (!list || !toc_bpf_check_hooks(list, &diags))
        return 0;
    toc_say("--hooks %s: %s", list, diags.n ? diags.items[0].message : "out of memory");
    return TOC_EXIT_WRONG;
}

int toc_producer_check(const struct toc_cli *cli) {
    const char *wrong = NULL;

    if (cli->source == TOC_SOURCE_PTRACE && !cli->pid && !cli->command)
        wrong = "--source ptrace traces processes: name a program after -- or give --pid";
    else if (cli->source == TOC_SOURCE_PTRACE && cli->cgroup)
        wrong = "--source ptrace cannot watch a cgroup: use --pid, or --source bpf";
    else if (cli->source == TOC_SOURCE_PTRACE && cli->hooks)
        wrong = "--source ptrace has no hooks to choose from: --hooks is of --source bpf";
    else if (cli->kill_on_exit && cli->source != TOC_SOURCE_PTRACE)
        wrong = "--kill-on-exit needs --source ptrace";
    if (!wrong)
        return check_hooks(cli->hooks);
    toc_say("%s", wrong);
    return TOC_EXIT_WRONG;
}

/* Tracing is for processes one can name; that a whole host or cgroup is not watched is an error. */
static bool may_trace(const struct toc_cli *cli) {
    return cli->source != TOC_SOURCE_BPF && !cli->cgroup && !cli->hooks &&
           (cli->pid || cli->command);
}

int toc_producer_open(const struct toc_cli *cli, const struct toc_demand *demand,
                      const struct toc_gate *gate, struct toc_command *command,
                      struct toc_ahead *ahead, struct toc_source **ret) {
    int error;

    // Only a tracer can hold calls, only the kernel knows where it sends.
    if (cli->source == TOC_SOURCE_PTRACE || (gate && gate->events))
        return open_ptrace(cli, demand->events, gate, command, ret);
    error = open_bpf(cli, demand, gate, command, ahead);
    if (error && may_trace(cli) && !(gate && gate->n_kernel)) {
        toc_say("warning: watching through ptrace, without the kernel's witness: %s",
                ahead->report.fault);
        return open_ptrace(cli, demand->events, gate, command, ret);
    }
    if (error) {
        toc_say("%s", ahead->report.fault);
        return TOC_EXIT_FAULT;
    }
    *ret = TAKE_PTR(ahead->source);
    say_blind(&ahead->report);
    return 0;
}
