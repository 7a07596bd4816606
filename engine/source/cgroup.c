// SPDX-License-Identifier: Apache-2.0
// cgroup2: where it is mounted, whose programs are attached to it, and what its paths tell.
#include "source/cgroup.h"

#include <bpf/bpf.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define CONTAINER_DIGITS 64

int toc_cgroup_root(char **ret) {
    FILE *mounts = setmntent("/proc/mounts", "re");
    char *root = NULL;
    struct mntent *m;

    if (!mounts)
        return -errno;
    while (!root && (m = getmntent(mounts)))
        if (strcmp(m->mnt_type, "cgroup2") == 0)
            root = strdup(m->mnt_dir);
    endmntent(mounts);
    if (!root)
        return -ENOENT;
    *ret = root;
    return 0;
}

char *toc_cgroup_container(const char *path) {
    const char *found = "";
    size_t run = 0, n = 0;

    for (const char *p = path; *p; p++) {
        run = isxdigit((unsigned char)*p) ? run + 1 : 0;
        if (run == CONTAINER_DIGITS && !isxdigit((unsigned char)p[1])) {
            found = p + 1 - CONTAINER_DIGITS;
            n = CONTAINER_DIGITS;
        }
    }
    return strndup(found, n);
}

static bool is_own(const struct toc_own_programs *own, __u32 id) {
    struct bpf_prog_info info = {0};
    __u32 size = sizeof(info);
    _cleanup_close_ int fd = -1;

    for (size_t i = 0; i < own->n; i++)
        if (own->ids[i] == id)
            return true;
    fd = bpf_prog_get_fd_by_id(id);
    if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) < 0)
        return false;
    for (size_t i = 0; i < own->n; i++)
        if (memcmp(own->tags[i], info.tag, sizeof(info.tag)) == 0)
            return true;
    return false;
}

static bool has_foreign(int cgroup_fd, enum bpf_attach_type kind,
                        const struct toc_own_programs *own) {
    __u32 ids[64], n = 64;
    int r = bpf_prog_query(cgroup_fd, kind, BPF_F_QUERY_EFFECTIVE, NULL, ids, &n);

    if (r < 0)
        return r == -ENOSPC; /* more than fit, hence not only ours */
    for (__u32 i = 0; i < n; i++)
        if (!is_own(own, ids[i]))
            return true;
    return false;
}

bool toc_cgroup_foreign_bpf(const char *root, const char *path,
                            const struct toc_own_programs *own) {
    static const enum bpf_attach_type kinds[] = {
        BPF_CGROUP_UDP4_SENDMSG, BPF_CGROUP_UDP6_SENDMSG,  BPF_CGROUP_UDP4_RECVMSG,
        BPF_CGROUP_UDP6_RECVMSG, BPF_CGROUP_INET4_CONNECT, BPF_CGROUP_INET6_CONNECT,
    };
    _cleanup_free_ char *dir = NULL;
    _cleanup_close_ int fd = -1;

    if (asprintf(&dir, "%s%s", root, path) < 0)
        return false;
    fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (has_foreign(fd, kinds[i], own))
            return true;
    return false;
}
