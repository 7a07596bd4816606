// SPDX-License-Identifier: Apache-2.0
// tocsin generate: what the build makes of the tables.
#include <string.h>

#include "cli/help.h"
#include "cli/output.h"
#include "cli/say.h"
#include "cli/shipped.h"

int toc_verb_generate(struct toc_cli *cli) {
    struct toc_output output = TOC_OUTPUT_STDOUT;

    if (!strcmp(cli->operands[0], "man")) {
        toc_man_page(&output.buf);
    } else if (!strcmp(cli->operands[0], "completion")) {
        toc_completion(&output.buf);
    } else if (!strcmp(cli->operands[0], "packs")) {
        toc_pack_names(&output.buf);
    } else {
        toc_say("generate man, completion, or packs: the names of packs, for completion");
        return TOC_EXIT_WRONG;
    }
    return toc_output_close(&output);
}
