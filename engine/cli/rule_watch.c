// SPDX-License-Identifier: Apache-2.0
// Watches folders, since files that editors save are new files.
#include "cli/rule_watch.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/say.h"

#define CHANGES                                                                                    \
    (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_DELETE_SELF |       \
     IN_MOVE_SELF)

void toc_rule_watch_init(struct toc_rule_watch *watch) {
    watch->fd = -1;
}

void toc_rule_watch_end(struct toc_rule_watch *watch) {
    if (watch->fd >= 0)
        close(watch->fd);
    watch->fd = -1;
}

static void fts_closep(FTS **fts) {
    if (*fts)
        fts_close(*fts);
}

/* 0 or -errno; folders that went away meanwhile are no fault. */
static int add_tree(int fd, const char *dir) {
    char *const roots[] = {(char *)dir, NULL};
    _cleanup_(fts_closep) FTS *fts =
        fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_COMFOLLOW, NULL);
    const FTSENT *entry;
    int error = 0;

    while (fts && !error && (entry = fts_read(fts)))
        if (entry->fts_info == FTS_D && inotify_add_watch(fd, entry->fts_path, CHANGES) < 0 &&
            errno != ENOENT)
            error = -errno;
    return error;
}

static int add_parent(int fd, const char *path) {
    const char *slash = strrchr(path, '/');
    _cleanup_free_ char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");

    if (!dir)
        return -ENOMEM;
    return inotify_add_watch(fd, dir, CHANGES) < 0 && errno != ENOENT ? -errno : 0;
}

static int add(int fd, const char *path) {
    struct stat st;

    return !stat(path, &st) && S_ISDIR(st.st_mode) ? add_tree(fd, path) : add_parent(fd, path);
}

void toc_rule_watch_begin(struct toc_rule_watch *watch, const struct toc_rule_paths *paths) {
    int error = 0;

    toc_rule_watch_end(watch);
    watch->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (watch->fd < 0)
        error = -errno;
    for (size_t i = 0; i < paths->n_signatures && !error; i++)
        error = add(watch->fd, paths->signatures[i]);
    for (size_t i = 0; i < paths->n_packs && !error; i++)
        error = add_parent(watch->fd, paths->packs[i]);
    for (size_t i = 0; i < paths->n_pack_dirs && !error; i++)
        error = add(watch->fd, paths->pack_dirs[i]);
    if (!error)
        return;
    toc_say("warning: changes of the rules are not noticed: %s; SIGHUP loads them anew",
            toc_error_text(error));
    toc_rule_watch_end(watch);
}

static bool is_of_rules(const struct inotify_event *event) {
    size_t n = event->len ? strlen(event->name) : 0;

    if (event->mask & IN_Q_OVERFLOW || (event->mask & IN_ISDIR && !(event->mask & IN_IGNORED)))
        return true;
    return n > strlen(".yaml") && !strcmp(event->name + n - strlen(".yaml"), ".yaml") &&
           event->name[0] != '.' && !(event->mask & IN_CREATE);
}

bool toc_rule_watch_changed(struct toc_rule_watch *watch) {
    char buffer[8192] __attribute__((aligned(__alignof__(struct inotify_event))));
    bool changed = false;
    ssize_t n;

    while (watch->fd >= 0 && (n = read(watch->fd, buffer, sizeof(buffer))) > 0) {
        for (char *at = buffer; at < buffer + n;) {
            const struct inotify_event *event = (const struct inotify_event *)at;

            changed |= is_of_rules(event);
            at += sizeof(*event) + event->len;
        }
    }
    return changed;
}
