// SPDX-License-Identifier: Apache-2.0
// --enforce: the rules that act on calls, as a gate for the live source.
#include "cli/enforce.h"

#include <errno.h>

#include "cli/say.h"

static bool asked(const struct toc_cli *cli) {
    return cli->enforce == TOC_ENFORCE_MONITOR || cli->enforce == TOC_ENFORCE_ON;
}

int toc_enforce_check(const struct toc_cli *cli) {
    const char *wrong = NULL;

    if (!asked(cli))
        return 0;
    if (cli->source == TOC_SOURCE_BPF)
        wrong = "--enforce holds calls at entry, which --source bpf cannot: use --source ptrace";
    else if (!cli->pid && !cli->command)
        wrong = "--enforce traces processes: name a program after -- or give --pid";
    else if (cli->hooks)
        wrong = "--enforce traces: --hooks is of --source bpf";
    else if (cli->max_messages)
        wrong = "--enforce looks at whole batches: leave out --max-messages";
    if (!wrong)
        return 0;
    toc_say("%s", wrong);
    return TOC_EXIT_WRONG;
}

int toc_enforce_open(const struct toc_cli *cli, const struct toc_ruleset *ruleset,
                     struct toc_enforce *ret) {
    int error;

    *ret = (struct toc_enforce){0};
    if (!asked(cli))
        return 0;
    error = toc_enforcer_new(ruleset, &ret->enforcer);
    if (error) {
        if (error == -E2BIG)
            toc_say("more than %d rules have an action", TOC_MAX_ACTIONS);
        else
            toc_say("out of memory");
        return error == -E2BIG ? TOC_EXIT_WRONG : TOC_EXIT_FAULT;
    }
    if (!toc_enforcer_events(ret->enforcer))
        toc_say("warning: --enforce, but these packs have no `enforce`");
    ret->gate = (struct toc_gate){
        .events = toc_enforcer_events(ret->enforcer),
        .freezes = toc_enforcer_freezes(ret->enforcer),
        .monitor = cli->enforce == TOC_ENFORCE_MONITOR,
        .ctx = ret->enforcer,
        .decide = toc_enforcer_decide,
    };
    return 0;
}

void toc_enforce_clear(struct toc_enforce *enforce) {
    toc_enforcer_free(&enforce->enforcer);
}
