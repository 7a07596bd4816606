// SPDX-License-Identifier: Apache-2.0
// The signature files of a folder, in the order of their names.
#include "detect/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/limits.h"

/* Folders in folders; people use two or three levels. */
#define MAX_DEPTH 16

static int add_file(struct toc_files *files, const char *path, const struct stat *st, bool named,
                    struct toc_diags *diags) {
    struct toc_file *items;

    for (size_t i = 0; i < files->n; i++)
        if (files->items[i].dev == st->st_dev && files->items[i].ino == st->st_ino)
            return 0;
    if (files->n >= TOC_MAX_SIGNATURES)
        return toc_fail(diags, EINVAL, (struct toc_place){.file = path},
                        "more than %d signature files", TOC_MAX_SIGNATURES);
    items = realloc(files->items, (files->n + 1) * sizeof(*items));
    if (!items)
        return -ENOMEM;
    files->items = items;
    items[files->n] = (struct toc_file){strdup(path), named, st->st_dev, st->st_ino};
    return items[files->n++].path ? 0 : -ENOMEM;
}

static bool is_yaml(const char *name) {
    size_t n = strlen(name);

    return n > 5 && !strcmp(name + n - 5, ".yaml");
}

static int add_folder(struct toc_files *files, const char *path, unsigned depth,
                      struct toc_diags *diags);

static int add_entry(struct toc_files *files, const char *folder, const char *name, unsigned depth,
                     struct toc_diags *diags) {
    _cleanup_free_ char *path = NULL;
    size_t n = strlen(folder);
    struct stat st, target;

    if (name[0] == '.')
        return 0;
    if (asprintf(&path, "%s%s%s", folder, n && folder[n - 1] == '/' ? "" : "/", name) < 0)
        return -ENOMEM;
    if (lstat(path, &st) < 0)
        return 0;
    if (S_ISDIR(st.st_mode))
        return add_folder(files, path, depth + 1, diags);
    if (!is_yaml(name))
        return 0;
    if (stat(path, &target) < 0)
        return toc_fail(diags, EINVAL, (struct toc_place){.file = path}, "cannot open: %s",
                        strerror(errno));
    return S_ISDIR(target.st_mode) ? 0 : add_file(files, path, &target, false, diags);
}

/* Unlike alphasort, the same in every locale. */
static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int add_folder(struct toc_files *files, const char *path, unsigned depth,
                      struct toc_diags *diags) {
    struct dirent **entries = NULL;
    int n, err = 0;

    if (depth > MAX_DEPTH)
        return toc_fail(diags, EINVAL, (struct toc_place){.file = path},
                        "folders nested too deeply");
    n = scandir(path, &entries, NULL, by_name);
    if (n < 0)
        return toc_fail(diags, EINVAL, (struct toc_place){.file = path}, "cannot read: %s",
                        strerror(errno));
    for (int i = 0; i < n; i++) {
        int one = err == -ENOMEM ? 0 : add_entry(files, path, entries[i]->d_name, depth, diags);

        err = one ? one : err;
        free(entries[i]);
    }
    free(entries);
    return err;
}

int toc_files_add(struct toc_files *files, const char *path, struct toc_diags *diags) {
    struct stat st;

    if (stat(path, &st) < 0)
        return toc_fail(diags, errno == ENOENT ? ENOENT : EINVAL, (struct toc_place){.file = path},
                        "cannot open: %s", strerror(errno));
    return S_ISDIR(st.st_mode) ? add_folder(files, path, 0, diags)
                               : add_file(files, path, &st, true, diags);
}

void toc_files_free(struct toc_files *files) {
    for (size_t i = 0; i < files->n; i++)
        free(files->items[i].path);
    free(files->items);
    *files = (struct toc_files){0};
}
