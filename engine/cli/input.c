// SPDX-License-Identifier: Apache-2.0
// Checks on the files that a call names.
#include "cli/input.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/options.h"
#include "cli/say.h"

static bool is_stdin(const char *path) {
    return !strcmp(path, "-");
}

static int check(const char *path) {
    struct stat st;

    if (stat(path, &st) || access(path, R_OK)) {
        toc_say("cannot read %s: %s", path, toc_error_text(errno));
        return TOC_EXIT_WRONG;
    }
    if (!S_ISDIR(st.st_mode))
        return 0;
    toc_say("%s is a directory: name the recordings in it", path);
    return TOC_EXIT_WRONG;
}

int toc_inputs_check(char *const *paths, size_t n) {
    size_t stdins = 0;
    int status = 0;

    for (size_t i = 0; i < n; i++) {
        if (is_stdin(paths[i]))
            stdins++;
        else if (check(paths[i]))
            status = TOC_EXIT_WRONG;
    }
    if (stdins > 1) {
        toc_say("standard input (-) can be read only once");
        return TOC_EXIT_WRONG;
    }
    if (stdins && isatty(STDIN_FILENO)) {
        toc_say("standard input is a terminal: pipe a recording or JSON Lines into it");
        return TOC_EXIT_WRONG;
    }
    return status;
}

static int stat_of(const char *path, int standard, struct stat *ret) {
    return is_stdin(path) ? fstat(standard, ret) : stat(path, ret);
}

bool toc_inputs_overwritten(char *const *paths, size_t n, const char *out) {
    struct stat to, from;

    if (!out || stat_of(out, STDOUT_FILENO, &to) || !S_ISREG(to.st_mode))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (stat_of(paths[i], STDIN_FILENO, &from) || from.st_dev != to.st_dev ||
            from.st_ino != to.st_ino)
            continue;
        toc_say("%s is an input too: name another file to write to", out);
        return true;
    }
    return false;
}

/* The file that a path names, or will: its folder is there, whether it is or not. */
static bool will_be_same(const char *a, const char *b) {
    const char *name_a = strrchr(a, '/'), *name_b = strrchr(b, '/');
    struct stat in_a, in_b;
    char folder[PATH_MAX];

    if (strcmp(name_a ? name_a + 1 : a, name_b ? name_b + 1 : b) != 0)
        return false;
    snprintf(folder, sizeof(folder), "%.*s", name_a ? (int)(name_a - a + 1) : 1, name_a ? a : ".");
    if (stat(folder, &in_a))
        return false;
    snprintf(folder, sizeof(folder), "%.*s", name_b ? (int)(name_b - b + 1) : 1, name_b ? b : ".");
    return !stat(folder, &in_b) && in_a.st_dev == in_b.st_dev && in_a.st_ino == in_b.st_ino;
}

static bool is_same_file(const char *a, const char *b) {
    struct stat st_a, st_b;
    bool there = !stat_of(a, STDOUT_FILENO, &st_a), there_b = !stat_of(b, STDOUT_FILENO, &st_b);

    if (is_stdin(a) && is_stdin(b))
        return false;
    if (!there && !there_b)
        return will_be_same(a, b);
    return there && there_b && S_ISREG(st_a.st_mode) && st_a.st_dev == st_b.st_dev &&
           st_a.st_ino == st_b.st_ino;
}

bool toc_outputs_same(const struct toc_cli *cli) {
    const char *const paths[] = {cli->output ? cli->output : "-", cli->record, cli->stats};
    static const char *const names[] = {"-o", "--record", "--stats"};

    for (size_t i = 1; i < 3; i++)
        for (size_t j = 0; j < i; j++)
            if (paths[i] && paths[j] && is_same_file(paths[i], paths[j])) {
                toc_say("%s and %s name the same file: %s",
                        j || cli->output ? names[j] : "standard output", names[i], paths[i]);
                return true;
            }
    return false;
}
