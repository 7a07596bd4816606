// SPDX-License-Identifier: Apache-2.0
// What the kernel told and /proc knows about a process, cached.
#include "source/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/cleanup.h"
#include "source/cgroup.h"
#include "source/pid.h"

/* As many as there are in the kernel: what pushes a process out here pushes it out there, and it is
 * told again. */
#define SLOTS TOC_WIRE_EXES
#define PATH_BYTES 4096

struct toc_identity_entry {
    unsigned refs;
    uint32_t pid, ppid;
    uint64_t start_ns, exe_ino, cgroup_id;
    bool asked; /* /proc was, for what was not told; until then cgroup_id is that of cgroup */
    char *exe, *cgroup, *container, *parent_exe;
};

struct toc_identities {
    bool nested; /* /proc is of another pid namespace: what it says is of other processes */
    struct toc_identity_entry *slots[SLOTS];
};

int toc_identities_new(struct toc_identities **ret) {
    *ret = calloc(1, sizeof(**ret));
    if (!*ret)
        return -ENOMEM;
    (*ret)->nested = toc_pid_is_nested();
    return 0;
}

static void entry_unref(struct toc_identity_entry *entry) {
    if (!entry || --entry->refs > 0)
        return;
    free(entry->exe);
    free(entry->cgroup);
    free(entry->container);
    free(entry->parent_exe);
    free(entry);
}

void toc_identities_free(struct toc_identities **ids) {
    if (!*ids)
        return;
    for (size_t i = 0; i < SLOTS; i++)
        entry_unref((*ids)->slots[i]);
    toc_freep(ids);
}

/* A pid is used again; its start time is not. */
static bool is_alive(uint32_t pid, uint64_t start_ns, uint32_t *ret_ppid) {
    uint64_t tick_ns = 1000000000u / (uint64_t)sysconf(_SC_CLK_TCK);
    char path[64], text[1024];
    unsigned long long ticks;
    const char *rest;
    size_t n;

    snprintf(path, sizeof(path), "/proc/%u/stat", pid);
    _cleanup_fclose_ FILE *file = fopen(path, "re");
    if (!file)
        return false;
    n = fread(text, 1, sizeof(text) - 1, file);
    text[n] = 0;
    rest = strrchr(text, ')');
    if (!rest || sscanf(rest + 1,
                        " %*c %u %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d"
                        " %*d %*d %*d %*d %llu",
                        ret_ppid, &ticks) != 2)
        return false;
    return ticks == start_ns / tick_ns;
}

/* The path of the executable with that inode (0: any), or NULL. Whoever serves its file system is
 * not asked: that may be the process itself. */
static char *exe_path(uint32_t pid, uint64_t ino) {
    char link[64], path[PATH_BYTES];
    struct statx st;
    ssize_t n;

    snprintf(link, sizeof(link), "/proc/%u/exe", pid);
    n = readlink(link, path, sizeof(path) - 1);
    if (n <= 0 || (ino && (statx(AT_FDCWD, link, AT_STATX_DONT_SYNC, STATX_INO, &st) < 0 ||
                           st.stx_ino != ino)))
        return NULL;
    path[n] = 0;
    return strdup(path);
}

static char *cgroup_path(uint32_t pid) {
    char path[64];
    char *line = NULL, *found = NULL;
    size_t cap = 0;
    ssize_t n;

    snprintf(path, sizeof(path), "/proc/%u/cgroup", pid);
    _cleanup_fclose_ FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    while (!found && (n = getline(&line, &cap, file)) > 0) {
        if (line[n - 1] == '\n')
            line[n - 1] = 0;
        if (strncmp(line, "0::", 3) == 0)
            found = strdup(line + 3);
    }
    free(line);
    return found;
}

static struct toc_identity_entry *entry_new(const struct toc_identity_entry *of) {
    struct toc_identity_entry *entry = calloc(1, sizeof(*entry));

    if (!entry)
        return NULL;
    entry->refs = 1;
    entry->pid = of->pid;
    entry->ppid = of->ppid;
    entry->start_ns = of->start_ns;
    entry->exe_ino = of->exe_ino;
    return entry;
}

/* What was read counts only if the process was there all the while: a number is used again. As long
 * as it has the same parent, that one was there, too. */
static void ask_proc(struct toc_identity_entry *entry) {
    bool wants_exe = !entry->exe && entry->exe_ino, wants_cgroup = !entry->cgroup;
    bool wants_parent = !entry->parent_exe && entry->ppid, alive;
    uint32_t ppid = 0;

    if (!wants_exe && !wants_cgroup && !wants_parent)
        return;
    if (wants_exe)
        entry->exe = exe_path(entry->pid, entry->exe_ino);
    if (wants_cgroup)
        entry->cgroup = cgroup_path(entry->pid);
    if (wants_parent)
        entry->parent_exe = exe_path(entry->ppid, 0);
    alive = is_alive(entry->pid, entry->start_ns, &ppid);
    if (wants_exe && !alive)
        toc_freep(&entry->exe);
    if (wants_cgroup && !alive)
        toc_freep(&entry->cgroup);
    if (wants_parent && (!alive || ppid != entry->ppid))
        toc_freep(&entry->parent_exe);
}

/* What was not told: the process may be gone already. */
static void entry_ask(struct toc_identity_entry *entry, uint64_t cgroup_id, bool nested) {
    if (entry->cgroup_id != cgroup_id)
        toc_freep(&entry->cgroup);
    entry->asked = true;
    entry->cgroup_id = cgroup_id;
    if (!nested)
        ask_proc(entry);
    if (entry->cgroup)
        entry->container = toc_cgroup_container(entry->cgroup);
}

static bool is_same(const struct toc_identity_entry *entry, const struct toc_identity_entry *of) {
    return entry && entry->pid == of->pid && entry->ppid == of->ppid &&
           entry->start_ns == of->start_ns && entry->exe_ino == of->exe_ino;
}

/* The entry of that process, not asked yet or asked in that cgroup (asked false: none). Calls may
 * hold one that will not do, hence that is not changed. */
static struct toc_identity_entry *entry_of(struct toc_identities *ids,
                                           const struct toc_identity_entry *of) {
    struct toc_identity_entry **slot = &ids->slots[of->pid % SLOTS], *old = *slot, *entry;

    if (is_same(old, of) && (!old->asked || (of->asked && old->cgroup_id == of->cgroup_id)))
        return old;
    entry = entry_new(of);
    if (entry && is_same(old, of)) {
        entry->exe = old->exe ? strdup(old->exe) : NULL;
        entry->parent_exe = old->parent_exe ? strdup(old->parent_exe) : NULL;
    }
    entry_unref(old);
    *slot = entry;
    return entry;
}

/* From name/parent/grandparent, as /proc would write it. */
static char *path_of(const struct toc_wire_exe *told) {
    const char *names = (const char *)(told + 1), *deleted = " (deleted)";
    char *path = malloc(told->n + 2u + strlen(deleted)), *to = path;
    size_t end = told->n;

    if (!path)
        return NULL;
    if (!end)
        *to++ = '/';
    for (size_t i = end; i-- > 0;) {
        bool is_first = i == 0 || names[i - 1] == '/';

        if (!is_first)
            continue;
        *to++ = '/';
        memcpy(to, names + i, end - i);
        to += end - i;
        end = i ? i - 1 : 0;
    }
    strcpy(to, told->bits & TOC_WIRE_EXE_DELETED ? deleted : "");
    return path;
}

void toc_identity_learn(struct toc_identities *ids, const struct toc_wire_exe *told) {
    struct toc_identity_entry of = {
        .pid = told->pid, .ppid = told->ppid, .start_ns = told->start_ns, .exe_ino = told->exe_ino};
    struct toc_identity_entry *entry = entry_of(ids, &of);
    char **path;

    if (!entry)
        return;
    if (told->bits & TOC_WIRE_EXE_CGROUP)
        entry->cgroup_id = told->cgroup_id;
    path = told->bits & TOC_WIRE_EXE_CGROUP   ? &entry->cgroup
           : told->bits & TOC_WIRE_EXE_PARENT ? &entry->parent_exe
                                              : &entry->exe;
    free(*path);
    *path = path_of(told);
}

struct toc_identity toc_identity_get(struct toc_identities *ids, const struct toc_wire_proc *proc) {
    struct toc_identity_entry of = {.pid = proc->pid,
                                    .ppid = proc->ppid,
                                    .start_ns = proc->start_ns,
                                    .exe_ino = proc->exe_ino,
                                    .asked = true,
                                    .cgroup_id = proc->cgroup_id};
    struct toc_identity_entry *entry = entry_of(ids, &of);

    if (entry && !entry->asked)
        entry_ask(entry, proc->cgroup_id, ids->nested);
    if (entry)
        entry->refs++;
    return (struct toc_identity){.entry = entry};
}

struct toc_identity toc_identity_ref(struct toc_identity identity) {
    if (identity.entry)
        identity.entry->refs++;
    return identity;
}

void toc_identity_put(struct toc_identity *identity) {
    entry_unref(TAKE_PTR(identity->entry));
}

const char *toc_identity_exe(struct toc_identity identity) {
    return identity.entry ? identity.entry->exe : NULL;
}

const char *toc_identity_cgroup(struct toc_identity identity) {
    return identity.entry ? identity.entry->cgroup : NULL;
}

const char *toc_identity_container(struct toc_identity identity) {
    return identity.entry ? identity.entry->container : NULL;
}

const char *toc_identity_parent_exe(struct toc_identity identity) {
    return identity.entry ? identity.entry->parent_exe : NULL;
}
