// SPDX-License-Identifier: Apache-2.0
// --enforce: the rules that act on calls, as a gate for the live source.
#include "cli/enforce.h"

#include <errno.h>
#include <string.h>

#include "cli/say.h"
#include "source/ptrace_guard.h"

/* Bytes of a few actions and the names of their rules. */
#define MAX_KEPT (1u << 20)

static bool asked(const struct toc_cli *cli) {
    return cli->enforce == TOC_ENFORCE_MONITOR || cli->enforce == TOC_ENFORCE_ON;
}

static int wrong(const char *why) {
    toc_say("%s", why);
    return TOC_EXIT_WRONG;
}

/* What holding calls asks of the other options. */
static int check_traced(const struct toc_cli *cli, const struct toc_gate *gate,
                        const struct toc_action *action) {
    if (cli->source == TOC_SOURCE_BPF) {
        toc_say("%s: `%s` is decided as a call begins, which --source bpf cannot: use --source "
                "ptrace",
                action->place, action->signature);
        return TOC_EXIT_WRONG;
    }
    if (!cli->pid && !cli->command)
        return wrong("--enforce traces processes: name a program after -- or give --pid");
    if (cli->hooks)
        return wrong("--enforce traces: --hooks is of --source bpf");
    if (cli->max_messages)
        return wrong("--enforce looks at whole batches: leave out --max-messages");
    // Whoever shares the memory of a running process need not be traced.
    if (cli->pid && toc_gate_guards(gate))
        return wrong(
            "`freeze` with --pid needs Linux 6.10, which can seal memory: start the program "
            "after -- instead");
    return 0;
}

/* And what deciding in the kernel does. */
static int check_kernel(const struct toc_cli *cli, uint64_t events,
                        const struct toc_action *action) {
    if (cli->source == TOC_SOURCE_PTRACE) {
        toc_say("%s: `%s` is decided in the kernel, which --source ptrace cannot: use --source "
                "bpf",
                action->place, action->signature);
        return TOC_EXIT_WRONG;
    }
    if (cli->max_messages)
        return wrong("--enforce looks at whole batches: leave out --max-messages");
    if (events && (action->kernel->events & ~events)) {
        toc_say("%s: `%s` denies calls that --events leaves out", action->place, action->signature);
        return TOC_EXIT_WRONG;
    }
    return 0;
}

static int check(const struct toc_cli *cli, uint64_t events, const struct toc_enforce *enforce) {
    const struct toc_action *held = toc_enforcer_first(enforce->enforcer);
    const struct toc_gate *gate = &enforce->gate;
    int status = held ? check_traced(cli, gate, held) : 0;

    for (size_t i = 0; i < gate->n_kernel && !status; i++)
        status = check_kernel(cli, events, gate->kernel[i]);
    if (!status && held && gate->n_kernel) {
        toc_say("%s: `%s` takes --source bpf, and `%s` (%s) --source ptrace: run them apart",
                gate->kernel[0]->place, gate->kernel[0]->signature, held->signature, held->place);
        status = TOC_EXIT_WRONG;
    }
    if (!held && !gate->n_kernel)
        toc_say("warning: --enforce, but these packs have no `enforce`");
    return status;
}

static const struct toc_action *copy_of(const struct toc_action *action, struct toc_arena *arena) {
    struct toc_action *copy = toc_arena_alloc(arena, sizeof(*copy));
    struct toc_wire_deny *kernel = toc_arena_alloc(arena, sizeof(*kernel));

    if (!copy || !kernel)
        return NULL;
    *kernel = *action->kernel;
    *copy = *action;
    copy->kernel = kernel;
    copy->signature = toc_arena_strndup(arena, action->signature, strlen(action->signature));
    copy->pack = toc_arena_strndup(arena, action->pack, strlen(action->pack));
    copy->asked = toc_arena_strndup(arena, action->asked, strlen(action->asked));
    copy->place = toc_arena_strndup(arena, action->place, strlen(action->place));
    return copy->signature && copy->pack && copy->asked && copy->place ? copy : NULL;
}

static int keep_kernel(struct toc_enforce *enforce) {
    struct toc_gate *gate = &enforce->gate;
    int error = toc_arena_new(MAX_KEPT, &enforce->kept);

    gate->n_kernel = error ? 0 : toc_enforcer_kernel(enforce->enforcer, gate->kernel);
    for (size_t i = 0; i < gate->n_kernel && !error; i++) {
        gate->kernel[i] = copy_of(gate->kernel[i], enforce->kept);
        error = gate->kernel[i] ? 0 : -ENOMEM;
    }
    return error;
}

int toc_enforce_open(const struct toc_cli *cli, const struct toc_ruleset *ruleset, uint64_t events,
                     struct toc_enforce *ret) {
    int error;

    *ret = (struct toc_enforce){0};
    if (!asked(cli))
        return 0;
    error = toc_enforcer_new(ruleset, &ret->enforcer);
    if (error == -E2BIG) {
        toc_say("more than %d rules have an action, or more than %d that the kernel decides",
                TOC_MAX_ACTIONS, TOC_WIRE_DENY_RULES);
        return TOC_EXIT_WRONG;
    }
    if (error) {
        toc_say("out of memory");
        return TOC_EXIT_FAULT;
    }
    ret->gate = (struct toc_gate){
        .events = toc_enforcer_events(ret->enforcer),
        .freezes = toc_enforcer_freezes(ret->enforcer),
        .payloads = toc_enforcer_payloads(ret->enforcer),
        .monitor = cli->enforce == TOC_ENFORCE_MONITOR,
        .ctx = ret->enforcer,
        .decide = toc_enforcer_decide,
    };
    if (keep_kernel(ret)) {
        toc_say("out of memory");
        return TOC_EXIT_FAULT;
    }
    return check(cli, events, ret);
}

void toc_enforce_opened(struct toc_enforce *enforce) {
    toc_enforcer_free(&enforce->enforcer);
}

void toc_enforce_clear(struct toc_enforce *enforce) {
    toc_enforcer_free(&enforce->enforcer);
    toc_arena_free(&enforce->kept);
}
