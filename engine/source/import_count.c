// SPDX-License-Identifier: Apache-2.0
// Counts what becomes an event and what does not, and says it.
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/sort.h"
#include "base/text.h"
#include "source/file.h"
#include "source/import.h"

/* More names than that are only counted. */
#define NAMED 8

void toc_import_seen(struct toc_import *import) {
    import->seen++;
}

static bool is_name(const struct toc_import_name *name, enum toc_left_out reason, const char *s,
                    size_t n) {
    return name->reason == reason && !memcmp(name->name, s, n) && !name->name[n];
}

static void count_name(struct toc_import *import, enum toc_left_out reason, const char *s,
                       size_t n) {
    size_t i = 0;

    if (n >= sizeof(import->names[0].name))
        n = sizeof(import->names[0].name) - 1;
    while (i < import->n_names && !is_name(&import->names[i], reason, s, n))
        i++;
    if (i == TOC_IMPORT_NAMES) {
        import->unnamed[reason]++;
        return;
    }
    if (i == import->n_names) {
        import->n_names++;
        import->names[i].reason = reason;
        memcpy(import->names[i].name, s, n);
    }
    import->names[i].n++;
}

int toc_import_leave(struct toc_import *import, enum toc_left_out reason, const char *name,
                     size_t n) {
    import->left[reason]++;
    count_name(import, reason, name, n);
    return -EAGAIN;
}

int toc_import_damaged(struct toc_import *import, uint32_t col, const char *why, ...) {
    struct toc_place place = {import->file.name, import->lines.line, col};
    char text[256];
    va_list args;

    va_start(args, why);
    vsnprintf(text, sizeof(text), why, args);
    va_end(args);
    import->left[TOC_LEFT_DAMAGED]++;
    toc_file_source_lost(&import->file, TOC_loss_malformed, 1);
    if (import->left[TOC_LEFT_DAMAGED] <= TOC_IMPORT_TOLD)
        toc_diag_add(import->file.diags, TOC_WARNING, place, "left out: %s", text);
    return -EAGAIN;
}

void toc_import_cut(struct toc_import *import, const char *why, ...) {
    char text[256];
    va_list args;

    va_start(args, why);
    vsnprintf(text, sizeof(text), why, args);
    va_end(args);
    toc_file_source_lost(&import->file, TOC_loss_file_cut, 0);
    toc_diag_add(import->file.diags, TOC_WARNING, (struct toc_place){.file = import->file.name},
                 "%s", text);
}

static int by_number(const void *a, const void *b) {
    const struct toc_import_name *one = a, *two = b;

    if (one->n != two->n)
        return one->n < two->n ? 1 : -1;
    return strcmp(one->name, two->name);
}

/* "poll 12, mmap 9 and 3 more", the most frequent first. */
static void say_names(struct toc_import *import, enum toc_left_out reason, struct toc_buf *buf) {
    struct toc_import_name *names = import->names;
    size_t shown = 0, more = 0;

    toc_sort(names, import->n_names, sizeof(*names), by_number);
    for (size_t i = 0; i < import->n_names; i++) {
        if (names[i].reason != reason)
            continue;
        if (shown == NAMED) {
            more++;
            continue;
        }
        toc_buf_addf(buf, "%s%s %" PRIu64, shown++ ? ", " : "", names[i].name, names[i].n);
    }
    if (more)
        toc_buf_addf(buf, " and %zu more", more);
    if (import->unnamed[reason])
        toc_buf_addf(buf, ", %" PRIu64 " of names beyond the first %d", import->unnamed[reason],
                     TOC_IMPORT_NAMES);
}

void toc_source_import_tell(struct toc_source *source, struct toc_buf *buf) {
    static const char *const words[TOC_LEFT_REASONS] = {
        [TOC_LEFT_UNKNOWN] = "of kinds that tocsin has no event for",
        [TOC_LEFT_OTHER] = "about no call",
        [TOC_LEFT_UNFINISHED] = "of calls whose other half is not in the file",
        [TOC_LEFT_DAMAGED] = "that cannot be read",
    };
    struct toc_import *import = toc_import_of(source);

    if (!import)
        return;
    toc_buf_addf(buf, "%" PRIu64 " %s%s of %s became %s, %" PRIu64 " did not\n", import->converted,
                 import->format->word, toc_s(import->converted), import->file.name,
                 import->converted == 1 ? "an event" : "events", import->seen - import->converted);
    for (int reason = 0; reason < TOC_LEFT_REASONS; reason++) {
        if (!import->left[reason])
            continue;
        toc_buf_addf(buf, "%" PRIu64 " %s", import->left[reason], words[reason]);
        if (reason != TOC_LEFT_DAMAGED)
            toc_buf_adds(buf, ": ");
        say_names(import, (enum toc_left_out)reason, buf);
        toc_buf_addc(buf, '\n');
    }
    for (size_t i = 0; i < sizeof(import->notes) / sizeof(import->notes[0]); i++)
        if (import->notes[i])
            toc_buf_addf(buf, "%s\n", import->notes[i]);
}
