// SPDX-License-Identifier: Apache-2.0
// bare call|length|address CMD ARG…: runs CMD while programs that do nothing are on the hooks of
// each call; on those at the length of each message, too; and at its address. Root only.
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bare.skel.h"
#include "source/cgroup.h"

static int fail(const char *what) {
    fprintf(stderr, "bare: %s: %s\n", what, strerror(errno));
    return 1;
}

/* A set begins with the one before it. */
static bool is_wanted(const struct bpf_program *program, const char *set) {
    static const char *const sets[] = {"call", "length", "address"};
    const char *name = bpf_program__name(program);
    bool found = false;

    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]) && !found; i++) {
        if (!strncmp(name, sets[i], strlen(sets[i])))
            return true;
        found = !strcmp(set, sets[i]);
    }
    return false;
}

static int attach_all(struct bare_bpf *skel, const char *set, int cgroup) {
    struct bpf_program *program;

    bpf_object__for_each_program(program, skel->obj) {
        bool of_cgroup = bpf_program__type(program) == BPF_PROG_TYPE_CGROUP_SOCK_ADDR;

        if (is_wanted(program, set) && !(of_cgroup ? bpf_program__attach_cgroup(program, cgroup)
                                                   : bpf_program__attach(program)))
            return fail(bpf_program__name(program));
    }
    return 0;
}

static int run(char **command) {
    pid_t pid = fork();
    int status = 1;

    if (pid == 0) {
        execvp(command[0], command);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        return fail(command[0]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* The links end with the process. */
int main(int argc, char **argv) {
    char *root = NULL;
    struct bare_bpf *skel;
    int cgroup;

    if (argc < 3)
        return 2;
    skel = bare_bpf__open_and_load();
    if (!skel)
        return fail("loading");
    cgroup = toc_cgroup_root(&root) ? -1 : open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return attach_all(skel, argv[1], cgroup) ? 1 : run(argv + 2);
}
