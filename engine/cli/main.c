// SPDX-License-Identifier: Apache-2.0
// tocsin: the map of the program, then dispatch.
//
// One way through, whatever the verb: producer → event → detector → alert → sink.
//
//   main.c ──── options.c (tables: verbs.def, options.def; help.c, man.c, completion.c print them)
//     │
//     ├─ run, record   verb_run.c, verb_record.c
//     │                live.c     opens the live source (engine/source), starts the program to
//     watch ├─ replay        verb_replay.c │                opens a recording or JSON Lines
//     (engine/source) │    all three:  rules.c    finds and loads signatures and packs
//     (engine/detect) │                pump.c     the one loop: source → recorder → matcher → sink
//     │                alerts.c   each alert through engine/sink into output.c
//     │                counts.c   the closing counts; progress.c, signals.c beside it
//     │
//     ├─ check, test   verb_check.c, verb_test.c: rulesets, without events; verb_new.c begins one
//     ├─ eval          verb_eval.c, eval_batch.c: expressions (engine/cel), on an event or on none
//     ├─ events        verb_events.c: the catalogue as a reference (engine/event)
//     ├─ signatures    verb_signatures.c: the ruleset as a reference
//     ├─ convert       verb_convert.c: source → recorder or JSON Lines
//     └─ doctor        verb_doctor.c: what the live source can see here
//
// Lower layers return; this one speaks: say.c writes to standard error, output.c alerts and data to
// standard output. Live and replayed alerts are the same bytes because both come out of pump.c.

#include <string.h>

#include "cli/help.h"
#include "cli/options.h"
#include "cli/say.h"
#include "cli/signals.h"

static const char *verb_name(const char *word) {
    if (!strcmp(word, "--help") || !strcmp(word, "-h"))
        return "help";
    if (!strcmp(word, "--version"))
        return "version";
    return word;
}

int main(int argc, char **argv) {
    struct toc_cli cli = {0};
    int status;

    toc_signals_init();
    if (argc < 2) {
        toc_say("no verb: 'tocsin help' lists them");
        return TOC_EXIT_WRONG;
    }
    cli.verb = toc_verb_by_name(verb_name(argv[1]));
    if (!cli.verb)
        return toc_verb_unknown(argv[1]);
    status = toc_cli_parse(argc - 2, argv + 2, &cli);
    if (!status)
        status = cli.help ? toc_help_verb(cli.verb) : cli.verb->run(&cli);
    toc_cli_free(&cli);
    return status;
}
