// SPDX-License-Identifier: Apache-2.0
// The one writer of alerts and data.
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/options.h"
#include "cli/say.h"

/* Buffered before a write. */
#define ENOUGH (64u << 10)

int toc_write_all(int fd, const void *bytes, size_t n) {
    const char *p = bytes;

    while (n) {
        ssize_t written = write(fd, p, n);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return -errno;
        p += written;
        n -= (size_t)written;
    }
    return 0;
}

int toc_output_open(const char *path, struct toc_output *ret) {
    *ret = TOC_OUTPUT_STDOUT;
    if (!path || !strcmp(path, "-"))
        return 0;
    ret->name = path;
    ret->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (ret->fd >= 0)
        return 0;
    toc_say("cannot write %s: %s", path, toc_error_text(errno));
    return TOC_EXIT_WRONG;
}

int toc_output_flush(struct toc_output *output) {
    if (output->buf.failed && !output->error)
        output->error = output->buf.failed;
    if (!output->error && output->buf.n)
        output->error = toc_write_all(output->fd, output->buf.p, output->buf.n);
    toc_buf_reset(&output->buf);
    return output->error;
}

int toc_output_more(struct toc_output *output) {
    return output->buf.n >= ENOUGH ? toc_output_flush(output) : output->error;
}

int toc_output_close(struct toc_output *output) {
    int error;

    if (output->fd < 0)
        return TOC_EXIT_OK;
    error = toc_output_flush(output);
    if (output->fd != STDOUT_FILENO && close(output->fd) && !error)
        error = -errno;
    output->fd = -1;
    toc_buf_free(&output->buf);
    if (!error || error == -EPIPE)
        return TOC_EXIT_OK;
    toc_say("cannot write %s: %s", output->name, toc_error_text(error));
    return TOC_EXIT_FAULT;
}
