// SPDX-License-Identifier: Apache-2.0
// A folder of its own for a test.
#include "workspace.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "event/json.h"

static char folder[] = "/tmp/tocsin-detect-XXXXXX";

const char plain_signature[] = "format: 1\n"
                               "id: a\n"
                               "title: A title\n"
                               "status: stable\n"
                               "level: low\n"
                               "description: What it is about\n"
                               "tags: [attack.t1685]\n"
                               "events: [sendmmsg]\n"
                               "params: {limit: 5, ports: [53], word: x, empty: []}\n"
                               "when: batch.requested > params.limit\n"
                               "message: \"{proc.comm} sent {batch.requested}\"\n"
                               "tests:\n"
                               "  - {name: six, given: {batch: {requested: 6}}, alerts: 1}\n"
                               "  - {name: five, given: {batch: {requested: 5}}, alerts: 0}\n";

void workspace_enter(void) {
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(chdir(folder), 0);
    cr_assert_eq(mkdir("s", 0700), 0);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw) {
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

void workspace_leave(void) {
    cr_assert_eq(chdir("/"), 0);
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void workspace_write(const char *path, const char *text) {
    _cleanup_fclose_ FILE *file = fopen(path, "w");

    cr_assert_not_null(file, "%s", path);
    fputs(text, file);
}

void workspace_write_changed(const char *path, const char *text, const char *find,
                             const char *replace) {
    _cleanup_toc_buf_ struct toc_buf buf = {0};
    const char *at = find ? strstr(text, find) : text;

    cr_assert_not_null(at, "no %s", find);
    toc_buf_add(&buf, text, (size_t)(at - text));
    if (find)
        toc_buf_adds(&buf, replace);
    toc_buf_adds(&buf, at + (find ? strlen(find) : 0));
    workspace_write(path, toc_buf_cstr(&buf));
}

int workspace_load(const char *const *packs, size_t n_packs, char **ret_text,
                   struct toc_ruleset **ret) {
    static const char *const dirs[] = {"s"};
    struct toc_ruleset_options options = {.signature_dirs = dirs,
                                          .n_signature_dirs = 1,
                                          .packs = packs,
                                          .n_packs = n_packs,
                                          .tests = true};
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    struct toc_buf text = {0};
    int err = toc_ruleset_load(&options, &diags, ret);

    for (size_t i = 0; i < diags.n; i++) {
        _cleanup_free_ char *one = toc_diag_format(&diags.items[i]);

        // The plain signature has parameters of all types, for packs to set.
        if (!strstr(one, "no expression uses the parameter"))
            toc_buf_adds(&text, one);
    }
    cr_assert_not_null(toc_buf_cstr(&text));
    *ret_text = text.p;
    return err;
}

const struct toc_event *event_from(struct toc_builder **builder, const char *json) {
    _cleanup_toc_diags_ struct toc_diags diags = {0};
    struct toc_json_counts counts = {0};
    const struct toc_event *event = NULL;

    cr_assert_eq(toc_builder_new(builder), 0);
    cr_assert_eq(toc_json_read(*builder, json, strlen(json), (struct toc_place){"event", 1, 1},
                               TOC_EVENT_sendmmsg, &diags, &counts, &event),
                 0, "%s: %s", json, diags.n ? diags.items[0].message : "");
    return event;
}
