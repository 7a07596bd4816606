// SPDX-License-Identifier: Apache-2.0
// Checks on the files that a call names.
#include "cli/input.h"

#include <errno.h>
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
