// SPDX-License-Identifier: Apache-2.0
// Finds what is shipped.
#include "cli/shipped.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cli/say.h"

static bool is_dir(const char *dir, const char *below) {
    char path[PATH_MAX + 32];
    struct stat st;

    snprintf(path, sizeof(path), "%s/%s", dir, below);
    return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* The directory of this program, without the last slash. */
static bool own_dir(char *dir, size_t size) {
    ssize_t n = readlink("/proc/self/exe", dir, size - 1);
    char *slash;

    if (n <= 0)
        return false;
    dir[n] = 0;
    slash = strrchr(dir, '/');
    if (!slash)
        return false;
    *slash = 0;
    return true;
}

static bool find(char *ret, size_t size) {
    static const char *const below[] = {"/../..", "/../share/tocsin"};
    char own[PATH_MAX - 32];

    for (size_t i = 0; own_dir(own, sizeof(own)) && i < 2; i++) {
        char path[PATH_MAX], *real;

        snprintf(path, sizeof(path), "%s%s", own, below[i]);
        if (!is_dir(path, "signatures") || !is_dir(path, "rules"))
            continue;
        real = realpath(path, ret);
        if (real)
            return true;
    }
    snprintf(ret, size, "/etc/tocsin");
    return is_dir(ret, "signatures") && is_dir(ret, "rules");
}

const char *toc_shipped_dir(void) {
    static char dir[PATH_MAX];

    if (*dir || find(dir, sizeof(dir)))
        return dir;
    *dir = 0;
    toc_say("the shipped signatures and rules are not where this program stands: "
            "name them with --signatures DIR and --rules FILE");
    return NULL;
}

static char *below(const char *name, const char *end) {
    const char *dir = toc_shipped_dir();
    char *path;

    if (!dir || asprintf(&path, "%s/%s%s", dir, name, end) < 0)
        return NULL;
    return path;
}

/* What the site adds to what is shipped. */
static const char *site_dir(void) {
    const char *dir = getenv("TOCSIN_CONFIG_DIR");

    return dir && *dir ? dir : "/etc/tocsin";
}

bool toc_site_has_pack(const char *file) {
    char path[PATH_MAX + 32];
    struct stat st;

    snprintf(path, sizeof(path), "%s/rules/%s", site_dir(), file);
    return !stat(path, &st) && S_ISREG(st.st_mode);
}

char *toc_site(const char *name) {
    char *path;

    // Where nothing is shipped, the site's folder stands for it already.
    if (!is_dir(site_dir(), name) ||
        (toc_shipped_dir() && !strcmp(toc_shipped_dir(), site_dir())) ||
        asprintf(&path, "%s/%s", site_dir(), name) < 0)
        return NULL;
    return path;
}

char *toc_shipped_signatures(void) {
    return below("signatures", "");
}

int toc_shipped_packs(char ***ret_paths, size_t *ret_n) {
    _cleanup_free_ char *pattern = below("rules", "/*.yaml");
    glob_t found = {0};
    char **paths = NULL;
    int error;

    if (!pattern)
        return -ENOENT;
    error = glob(pattern, 0, NULL, &found);
    if (error && error != GLOB_NOMATCH)
        return -EIO;
    paths = calloc(found.gl_pathc + 1, sizeof(*paths));
    for (size_t i = 0; paths && i < found.gl_pathc; i++)
        paths[i] = strdup(found.gl_pathv[i]);
    *ret_n = found.gl_pathc;
    globfree(&found);
    *ret_paths = paths;
    return paths ? 0 : -ENOMEM;
}

static void add_names(const char *dir, struct toc_buf *out) {
    _cleanup_free_ char *pattern = NULL;
    glob_t found = {0};

    if (asprintf(&pattern, "%s/*.yaml", dir) < 0 || glob(pattern, 0, NULL, &found))
        return;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *base = strrchr(found.gl_pathv[i], '/') + 1;

        toc_buf_addf(out, "%.*s\n", (int)(strlen(base) - strlen(".yaml")), base);
    }
    globfree(&found);
}

void toc_pack_names(struct toc_buf *out) {
    _cleanup_free_ char *shipped = below("rules", ""), *site = toc_site("rules");

    if (shipped)
        add_names(shipped, out);
    if (site)
        add_names(site, out);
}

/* Says that no pack has that name, with the nearest of those there are, and all of them. */
static void unknown_pack(const char *name) {
    char **paths = NULL;
    char all[512] = "";
    const char *nearest;
    size_t n = 0;

    if (toc_shipped_packs(&paths, &n))
        return;
    for (size_t i = 0; i < n; i++) {
        char *base = strrchr(paths[i], '/');

        base[strlen(base) - strlen(".yaml")] = 0;
        memmove(paths[i], base + 1, strlen(base));
        snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", i ? ", " : "", paths[i]);
    }
    nearest = toc_nearest(name, strlen(name), (const char *const *)paths, n);
    if (nearest)
        toc_say("no pack '%s': did you mean '%s'? There are %s; a path holds a / or ends in .yaml",
                name, nearest, all);
    else
        toc_say("no pack '%s': there are %s; a path holds a / or ends in .yaml", name, all);
    for (size_t i = 0; i < n; i++)
        free(paths[i]);
    free(paths);
}

static bool ends_in(const char *s, const char *end) {
    size_t n = strlen(s), m = strlen(end);

    return n >= m && !strcmp(s + n - m, end);
}

char *toc_shipped_pack(const char *name_or_path) {
    _cleanup_free_ char *relative = NULL;
    char *path;

    if (strchr(name_or_path, '/') || ends_in(name_or_path, ".yaml"))
        return strdup(name_or_path);
    if (asprintf(&relative, "/%s.yaml", name_or_path) < 0)
        return NULL;
    if (toc_site_has_pack(relative + 1) && asprintf(&path, "%s/rules%s", site_dir(), relative) >= 0)
        return path;
    path = below("rules", relative);
    if (path && access(path, F_OK)) {
        unknown_pack(name_or_path);
        free(path);
        path = NULL;
    }
    return path;
}
