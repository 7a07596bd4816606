// SPDX-License-Identifier: Apache-2.0
// What changed, while the call ran, of arguments in user memory, and of the memory behind those of
// waits, connect and io_uring_setup.

#include <string.h>

#include "event/derive_msg.h"

/* The fields that the kernel only reads and that differ, as bits of a set with their names. Both
 * are objects of the same kind with scalars alone. False when nothing could be compared. */
static bool compare_scalars(const struct toc_object *object, const struct toc_names *parts,
                            const void *a, const void *b, uint32_t *ret_changed) {
    uint64_t both = *(const uint64_t *)a & *(const uint64_t *)b;
    bool any = false;

    *ret_changed = 0;
    for (; both; both &= both - 1) {
        const struct toc_field *field = &object->fields[__builtin_ctzll(both)];
        uint16_t part;
        size_t size;

        if (!toc_dir_stays(field->dir, false))
            continue;
        size = field->kind == TOC_KIND_POINTER ? sizeof(uint64_t) : field->width;
        any = true;
        if (memcmp((const char *)a + field->offset, (const char *)b + field->offset, size) &&
            toc_names_value(parts, field->name, strlen(field->name), &part))
            *ret_changed |= UINT32_C(1) << part;
    }
    return any;
}

static void derive_pollfds(struct toc_event *event) {
    struct toc_pollfd *fds = TOC_EDIT(event, pollfd, event->fds.off);
    uint32_t changed;

    for (uint32_t i = 0; i < event->fds.n; i++) {
        const struct toc_pollview *enter = TOC_GET(event, pollview, fds[i].enter);
        const struct toc_pollview *leave = TOC_GET(event, pollview, fds[i].exit);

        if (enter && leave &&
            compare_scalars(&toc_object_pollview, &toc_names_pollpart, enter, leave, &changed))
            TOC_SET(pollfd, &fds[i], changed, changed);
    }
}

static void derive_uring(struct toc_event *event) {
    struct toc_uring *uring = TOC_EDIT(event, uring, event->uring);
    const struct toc_uringview *enter, *leave;
    uint32_t changed;

    if (!uring)
        return;
    enter = TOC_GET(event, uringview, uring->enter);
    leave = TOC_GET(event, uringview, uring->exit);
    if (enter && leave &&
        compare_scalars(&toc_object_uringview, &toc_names_uringpart, enter, leave, &changed))
        TOC_SET(uring, uring, changed, changed);
}

static bool is_member(const struct toc_setfd *fds, uint32_t n, int32_t fd) {
    for (uint32_t i = 0; i < n; i++)
        if (fds[i].fd == fd)
            return true;
    return false;
}

/* A set that could not be read, or that is not there, has no list of members. Both lists mostly are
 * in order, so that the next member is looked for from where the last one was. */
static void derive_set(struct toc_event *event, struct toc_fdset *set) {
    const struct toc_setview *enter, *leave;
    const struct toc_setfd *before, *after;
    uint32_t at = 0;
    bool grew = false;

    enter = set ? TOC_GET(event, setview, set->enter) : NULL;
    leave = set ? TOC_GET(event, setview, set->exit) : NULL;
    if (!enter || !leave || !TOC_HAS(setview, enter, fds) || !TOC_HAS(setview, leave, fds))
        return;
    before = TOC_GET(event, setfd, enter->fds.off);
    after = TOC_GET(event, setfd, leave->fds.off);
    for (uint32_t i = 0; i < leave->fds.n && !grew; i++) {
        while (at < enter->fds.n && before[at].fd < after[i].fd)
            at++;
        if (at >= enter->fds.n || before[at].fd != after[i].fd)
            grew = !is_member(before, enter->fds.n, after[i].fd);
    }
    TOC_SET(fdset, set, grew, grew);
}

static void derive_sets(struct toc_event *event) {
    const struct toc_fdsets *sets = TOC_GET(event, fdsets, event->fdsets);

    if (!sets)
        return;
    derive_set(event, TOC_EDIT(event, fdset, sets->readfds));
    derive_set(event, TOC_EDIT(event, fdset, sets->writefds));
    derive_set(event, TOC_EDIT(event, fdset, sets->exceptfds));
}

static void derive_dest(struct toc_event *event) {
    struct toc_dest *dest = TOC_EDIT(event, dest, event->addr);
    uint32_t changed;

    if (!dest)
        return;
    if (toc_compare_dest(event, dest, &changed))
        TOC_SET(dest, dest, changed_kernel, changed);
    if (toc_compare_addrs(event, dest->enter, dest->exit, &changed))
        TOC_SET(dest, dest, changed_exit, changed);
    if (TOC_HAS(dest, dest, changed_kernel) || TOC_HAS(dest, dest, changed_exit))
        TOC_SET(dest, dest, changed, dest->changed_kernel | dest->changed_exit);
}

void toc_derive_arg_array(struct toc_event *event) {
    struct toc_argarray *array = TOC_EDIT(event, argarray, event->arg_array);
    const struct toc_argview *enter, *leave;
    uint32_t changed;

    if (!array)
        return;
    enter = TOC_GET(event, argview, array->enter);
    leave = TOC_GET(event, argview, array->exit);
    if (enter && leave &&
        compare_scalars(&toc_object_argview, &toc_names_argpart, enter, leave, &changed))
        TOC_SET(argarray, array, changed, changed);
}

void toc_derive_args(struct toc_event *event) {
    derive_pollfds(event);
    derive_uring(event);
    derive_sets(event);
    derive_dest(event);
}
