// SPDX-License-Identifier: Apache-2.0
// tocsin new: a signature to begin with.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/options.h"
#include "cli/output.h"
#include "cli/say.h"

static const char skeleton[] =
    "# Change everything below; `tocsin check` and `tocsin test` say what is still wrong.\n"
    "format: 1\n"
    "id: %s\n"
    "title: One line that says what was seen\n"
    "status: experimental      # stable | test | experimental | deprecated | unsupported\n"
    "level: low                # informational | low | medium | high | critical\n"
    "description: |\n"
    "  Why this matters, what an attacker gains, what a benign cause looks like.\n"
    "tags: []                  # attack.t1095, cve.2026-1234 …\n"
    "falsepositives: []\n"
    "events: [sendmmsg]        # `tocsin events` lists them; send*, recv* and wait* are groups\n"
    "params: {limit: 512}      # constants that a pack can set\n"
    "when: |-                  # CEL; `tocsin events sendmmsg` lists the fields\n"
    "  batch.requested > params.limit\n"
    "message: \"{proc.comm}[{proc.pid}] asked to send {batch.requested} messages at once\"\n"
    "tests:                    # at least one that alerts and one that does not\n"
    "  - name: above the limit\n"
    "    given: {batch: {requested: 513}, proc: {comm: demo, pid: 7}}\n"
    "    alerts: 1\n"
    "    message: \"demo[7] asked to send 513 messages at once\"\n"
    "  - name: at the limit\n"
    "    given: {batch: {requested: 512}}\n"
    "    alerts: 0\n";

/* As the reader of signatures wants them. */
static bool is_id(const char *s) {
    size_t n = strlen(s);

    return n && n <= 100 && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == n &&
           s[0] != '-' && s[n - 1] != '-' && !strstr(s, "--");
}

/* -errno of the open, or 0. Never overwrites. */
static int open_new(const char *path, struct toc_output *ret) {
    *ret = (struct toc_output){.name = path};
    ret->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    return ret->fd < 0 ? -errno : 0;
}

int toc_verb_new(struct toc_cli *cli) {
    const char *id = cli->operands[0], *folder = cli->into ? cli->into : ".";
    struct toc_output output;
    char path[4096];
    int error;

    if (!is_id(id)) {
        toc_say("'%s' is no id: lower-case letters, digits and single hyphens, at most 100", id);
        return TOC_EXIT_WRONG;
    }
    if (snprintf(path, sizeof(path), "%s/%s.yaml", folder, id) >= (int)sizeof(path))
        return TOC_EXIT_WRONG;
    error = open_new(strncmp(path, "./", 2) ? path : path + 2, &output);
    if (error == -EEXIST)
        toc_say("%s is there already", output.name);
    else if (error)
        toc_say("cannot create %s: %s", output.name, toc_error_text(error));
    if (error)
        return TOC_EXIT_WRONG;
    toc_buf_addf(&output.buf, skeleton, id);
    if (!cli->quiet)
        toc_say("wrote %s; try: tocsin test %s", output.name, output.name);
    return toc_output_close(&output);
}
