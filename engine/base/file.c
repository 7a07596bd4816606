// SPDX-License-Identifier: Apache-2.0
// Reading a whole input at once, with an error text for each way it can go wrong.
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

// Most files of rules are smaller; larger ones are read in steps that grow with the buffer.
#define STEP (4u << 10)

static int open_regular(const char *path, struct toc_diags *diags, int *ret_fd) {
    struct toc_place place = {.file = path};
    // Without O_NONBLOCK a FIFO would hold us until someone writes.
    _cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;

    if (fd < 0)
        return toc_fail(diags, errno, place, "cannot open: %s", strerror(errno));
    if (fstat(fd, &st) < 0)
        return toc_fail(diags, errno, place, "cannot stat: %s", strerror(errno));
    if (S_ISDIR(st.st_mode))
        return toc_fail(diags, EISDIR, place, "is a directory, a file is needed");
    if (!S_ISREG(st.st_mode))
        return toc_fail(diags, EINVAL, place, "is not a regular file");
    *ret_fd = TAKE_FD(fd);
    return 0;
}

/* A file can grow while it is read: only the end of the data says how long it is. */
static int read_all(int fd, size_t max_bytes, struct toc_place place, struct toc_diags *diags,
                    struct toc_buf *buf) {
    size_t start = buf->n;

    for (;;) {
        char *to = toc_buf_room(buf, STEP);
        ssize_t n;

        if (!to)
            return toc_fail(diags, ENOMEM, place, "cannot read: out of memory");
        n = read(fd, to, buf->cap - buf->n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return toc_fail(diags, errno, place, "cannot read: %s", strerror(errno));
        if (n == 0)
            return 0;
        buf->n += (size_t)n;
        if (buf->n - start > max_bytes)
            return toc_fail(diags, EFBIG, place, "is larger than the %zu bytes allowed", max_bytes);
    }
}

int toc_file_read(const char *path, size_t max_bytes, struct toc_diags *diags,
                  struct toc_buf *ret) {
    bool is_stdin = !strcmp(path, "-");
    struct toc_place place = {.file = is_stdin ? "<stdin>" : path};
    _cleanup_close_ int fd = -1;
    size_t start = ret->n;
    int err = 0;

    if (!is_stdin)
        err = open_regular(path, diags, &fd);
    if (!err)
        err = read_all(is_stdin ? STDIN_FILENO : fd, max_bytes, place, diags, ret);
    if (err)
        ret->n = start;
    return err;
}
