// SPDX-License-Identifier: Apache-2.0
// The range as a file: made, sent to a process, and found again in what that has mapped.
#include "source/ptrace_handover.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "source/ptrace_range.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8u /* Linux 6.3; systems may insist on it */
#endif

static int make_file(void) {
    int fd = memfd_create("tocsin", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);

    return fd < 0 && errno == EINVAL ? memfd_create("tocsin", MFD_CLOEXEC | MFD_ALLOW_SEALING) : fd;
}

/* Our mapping is older than the seal, which stops all later writing. */
static int map_and_seal(int fd, uint8_t **ret_bytes) {
    void *bytes;

    if (ftruncate(fd, TOC_RANGE_BYTES) < 0)
        return -errno;
    bytes = mmap(NULL, TOC_RANGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (bytes == MAP_FAILED)
        return -errno;
    if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL) <
        0) {
        int error = errno;

        munmap(bytes, TOC_RANGE_BYTES);
        return -error;
    }
    *ret_bytes = bytes;
    return 0;
}

int toc_handover_make(uint8_t **ret_bytes) {
    _cleanup_close_ int fd = make_file();
    int r;

    if (fd < 0)
        return -errno;
    r = map_and_seal(fd, ret_bytes);
    return r < 0 ? r : TAKE_FD(fd);
}

int toc_handover_send(int pidfd, int fd, int file) {
    _cleanup_close_ int ours = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0u);
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {.head = {.cmsg_len = CMSG_LEN(sizeof(int)),
                          .cmsg_level = SOL_SOCKET,
                          .cmsg_type = SCM_RIGHTS}};
    char byte = 0;
    struct iovec iov = {&byte, 1};
    struct msghdr msg = {.msg_iov = &iov,
                         .msg_iovlen = 1,
                         .msg_control = &control,
                         .msg_controllen = sizeof(control.bytes)};

    if (ours < 0)
        return -errno;
    memcpy(CMSG_DATA(&control.head), &file, sizeof(file));
    return sendmsg(ours, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* Whole lines: the rest of a long one is a name, which the program chose. */
bool toc_handover_mapped(pid_t tid, uint64_t at, int file) {
    _cleanup_fclose_ FILE *maps = NULL;
    _cleanup_free_ char *line = NULL;
    char path[64], rights[8];
    size_t size = 0;
    struct stat is;

    snprintf(path, sizeof(path), "/proc/%d/maps", (int)tid);
    maps = fopen(path, "re");
    if (!maps || fstat(file, &is) < 0)
        return false;
    while (getline(&line, &size, maps) > 0) {
        uint64_t start, end, offset, inode;
        unsigned major, minor;

        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %" SCNx64 " %x:%x %" SCNu64, &start, &end,
                   rights, &offset, &major, &minor, &inode) == 7 &&
            start == at)
            return end == at + TOC_RANGE_MAPPED && !strcmp(rights, "r--s") && offset == 0 &&
                   makedev(major, minor) == is.st_dev && inode == is.st_ino;
    }
    return false;
}
