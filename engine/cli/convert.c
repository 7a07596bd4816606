// SPDX-License-Identifier: Apache-2.0
// Writes beside the target and renames at the end.
#include "cli/convert.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/options.h"
#include "cli/say.h"

/* A pipe, a device: written as it stands, there is nothing to keep. */
static bool is_special(const char *path) {
    struct stat st;

    return !stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

/* A file beside `path` with the mode that a new one gets. -1 with errno. */
static int open_beside(const char *path, char **ret_name) {
    mode_t mask;
    int fd;

    if (asprintf(ret_name, "%s.XXXXXX", path) < 0) {
        *ret_name = NULL;
        return -1;
    }
    fd = mkostemp(*ret_name, O_CLOEXEC);
    if (fd < 0) {
        free(*ret_name);
        *ret_name = NULL;
        return -1;
    }
    mask = umask(0);
    umask(mask);
    if (fchmod(fd, 0666 & ~mask))
        toc_say("warning: the mode of %s stays 0600: %s", path, toc_error_text(errno));
    return fd;
}

static int open_target(struct toc_conversion *to) {
    struct stat st;

    if (!stat(to->path, &st) && S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return -1;
    }
    if (is_special(to->path))
        return open(to->path, O_WRONLY | O_CLOEXEC);
    return open_beside(to->path, &to->temporary);
}

int toc_conversion_open(const char *path, bool text, struct toc_conversion *ret) {
    const struct toc_recorder_options options = {0};
    int error = 0;

    *ret = (struct toc_conversion){.path = strcmp(path, "-") != 0 ? path : "standard output",
                                   .output = TOC_OUTPUT_STDOUT};
    if (strcmp(path, "-") != 0)
        ret->output.fd = open_target(ret);
    if (ret->output.fd < 0)
        error = -errno;
    else if (!text)
        error = toc_recorder_new(ret->output.fd, &options, &ret->recorder);
    if (!error)
        return 0;
    toc_say("cannot write %s: %s", path, toc_error_text(error));
    return error == -ENOMEM ? TOC_EXIT_FAULT : TOC_EXIT_WRONG;
}

int toc_conversion_keep(struct toc_conversion *to) {
    int fd = to->output.fd;

    to->output.fd = -1;
    if (fd >= 0 && fd != STDOUT_FILENO && close(fd))
        return -errno;
    if (!to->temporary)
        return 0;
    if (rename(to->temporary, to->path))
        return -errno;
    free(to->temporary);
    to->temporary = NULL;
    return 0;
}

void toc_conversion_clear(struct toc_conversion *to) {
    toc_recorder_free(&to->recorder);
    toc_buf_free(&to->output.buf);
    if (to->output.fd >= 0 && to->output.fd != STDOUT_FILENO)
        close(to->output.fd);
    to->output.fd = -1;
    if (to->temporary)
        unlink(to->temporary);
    free(to->temporary);
    to->temporary = NULL;
}
