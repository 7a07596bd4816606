// SPDX-License-Identifier: Apache-2.0
// tocsin events: the catalogue as a reference.
#include <string.h>

#include "base/text.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/say.h"
#include "event/reference.h"

#define MAX_EVENTS 64

static int unknown(const char *name) {
    const char *names[MAX_EVENTS];
    const char *nearest;
    size_t n = 0;

    for (uint16_t id = 0; id < MAX_EVENTS; id++) {
        if (toc_event_info(id))
            names[n++] = toc_event_info(id)->name;
    }
    nearest = toc_nearest(name, strlen(name), names, n);
    if (nearest)
        toc_say("no event '%s': did you mean '%s'?", name, nearest);
    else
        toc_say("no event '%s': 'tocsin events' lists them", name);
    return TOC_EXIT_WRONG;
}

int toc_verb_events(struct toc_cli *cli) {
    struct toc_output output = TOC_OUTPUT_STDOUT;
    uint16_t id = TOC_EVENT_NONE;

    if (cli->n_operands) {
        id = toc_event_by_name(cli->operands[0], strlen(cli->operands[0]));
        if (id == TOC_EVENT_NONE)
            return unknown(cli->operands[0]);
    }
    if (cli->format == TOC_FORMAT_JSON)
        toc_reference_json(id, &output.buf);
    else if (id == TOC_EVENT_NONE)
        toc_reference_list(&output.buf);
    else
        toc_reference_event(id, &output.buf);
    return toc_output_close(&output);
}
