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

/* Components that name a container by a name rather than by digits. */
static const struct {
    const char *before, *after;
} named[] = {
    {"/machine.slice/machine-", ".scope"}, /* systemd-nspawn */
    {"/machine.slice/systemd-nspawn@", ".service"},
    {"/lxc.payload.", ""},
    {"/lxc.payload/", ""}, /* LXC before 4.0 */
    {"/lxc/", ""},
};

static char *named_container(const char *path) {
    for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
        const char *at = strstr(path, named[i].before);
        size_t after = strlen(named[i].after), n;

        if (!at)
            continue;
        at += strlen(named[i].before);
        n = strcspn(at, "/");
        if (n > after && !memcmp(at + n - after, named[i].after, after))
            return strndup(at, n - after);
    }
    return strdup("");
}

/* podman's and CRI-O's helper has the digits of its container in its name, and is outside of it. */
static bool is_helper(const char *path, const char *digits) {
    static const char helper[] = "conmon-";
    size_t n = sizeof(helper) - 1;

    return (size_t)(digits - path) >= n && !memcmp(digits - n, helper, n);
}

char *toc_cgroup_container(const char *path) {
    const char *found = NULL;
    size_t run = 0;

    for (const char *p = path; *p; p++) {
        const char *digits = p + 1 - CONTAINER_DIGITS;

        run = isxdigit((unsigned char)*p) ? run + 1 : 0;
        if (run == CONTAINER_DIGITS && !isxdigit((unsigned char)p[1]) && !is_helper(path, digits))
            found = digits;
    }
    return found ? strndup(found, CONTAINER_DIGITS) : named_container(path);
}

/* -errno when it is gone, or may not be looked at. */
static int program_info(__u32 id, struct bpf_prog_info *ret) {
    __u32 size = sizeof(*ret);
    _cleanup_close_ int fd = bpf_prog_get_fd_by_id(id);

    return fd < 0 ? fd : bpf_obj_get_info_by_fd(fd, ret, &size);
}

static bool is_own(const struct toc_own_programs *own, __u32 id) {
    struct bpf_prog_info info = {0};

    for (size_t i = 0; i < own->n; i++)
        if (own->ids[i] == id)
            return true;
    if (program_info(id, &info) < 0)
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
        BPF_CGROUP_UDP4_SENDMSG,     BPF_CGROUP_UDP6_SENDMSG,     BPF_CGROUP_UDP4_RECVMSG,
        BPF_CGROUP_UDP6_RECVMSG,     BPF_CGROUP_INET4_CONNECT,    BPF_CGROUP_INET6_CONNECT,
        TOC_BPF_CGROUP_UNIX_SENDMSG, TOC_BPF_CGROUP_UNIX_RECVMSG, TOC_BPF_CGROUP_UNIX_CONNECT,
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

size_t toc_cgroup_foreign_list(const struct toc_own_programs *own, struct toc_foreign_program *ret,
                               size_t max) {
    size_t n = 0;
    __u32 id = 0;

    while (bpf_prog_get_next_id(id, &id) == 0) {
        struct bpf_prog_info info = {0};

        if (program_info(id, &info) < 0 || info.type != BPF_PROG_TYPE_CGROUP_SOCK_ADDR ||
            is_own(own, id))
            continue;
        if (n < max) {
            ret[n].id = id;
            memcpy(ret[n].name, info.name, sizeof(ret[n].name));
        }
        n++;
    }
    return n;
}
