// SPDX-License-Identifier: Apache-2.0
// Opens, begins and ends the file of a live recording.
#include "cli/record_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/options.h"
#include "cli/say.h"

static int open_file(const char *path, bool *ret_created) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

    *ret_created = fd >= 0;
    if (fd < 0 && errno == EEXIST)
        fd = open(path, O_WRONLY | O_CLOEXEC);
    return fd;
}

int toc_record_file_open(const char *path, struct toc_record_file *ret) {
    *ret = (struct toc_record_file){.path = path, .fd = -1};
    if (!path)
        return 0;
    if (!strcmp(path, "-")) {
        ret->path = "standard output";
        ret->fd = STDOUT_FILENO;
        if (!isatty(STDOUT_FILENO))
            return 0;
        toc_say("a recording is no text: write it to a file or a pipe, not to a terminal");
        return TOC_EXIT_WRONG;
    }
    ret->fd = open_file(path, &ret->created);
    if (ret->fd >= 0)
        return 0;
    toc_say("cannot write %s: %s", path, toc_error_text(errno));
    return TOC_EXIT_WRONG;
}

int toc_record_file_begin(struct toc_record_file *file) {
    const struct toc_recorder_options options = {0};
    struct stat st;
    int error = 0;

    if (file->fd < 0)
        return 0;
    if (!fstat(file->fd, &st) && S_ISREG(st.st_mode) && file->fd != STDOUT_FILENO &&
        ftruncate(file->fd, 0))
        error = -errno;
    if (!error)
        error = toc_recorder_new(file->fd, &options, &file->recorder);
    if (!error)
        return 0;
    toc_say("cannot write %s: %s", file->path, toc_error_text(error));
    return TOC_EXIT_FAULT;
}

int toc_record_file_finish(struct toc_record_file *file, int error) {
    if (!file->recorder)
        return 0;
    if (!error)
        error = toc_recorder_finish(file->recorder);
    if (!error || error == -EPIPE)
        return 0;
    toc_say("the recording %s ends early: %s", file->path, toc_error_text(error));
    return TOC_EXIT_FAULT;
}

void toc_record_file_close(struct toc_record_file *file) {
    if (file->created && !file->recorder)
        unlink(file->path);
    toc_recorder_free(&file->recorder);
    if (file->fd >= 0 && file->fd != STDOUT_FILENO)
        close(file->fd);
    file->fd = -1;
}
