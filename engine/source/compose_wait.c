// SPDX-License-Identifier: Apache-2.0
// What a wait looks at: poll's array, select's sets, epoll's events, the signal mask.
#include <string.h>

#include "source/compose_side.h"

/* struct pollfd, the same in every ABI. */
struct pollfd_bytes {
    int32_t fd;
    uint16_t events, revents;
};

static void set_wait(const struct toc_side *side, uint64_t n, uint32_t limit) {
    uint32_t off;
    struct toc_wait *wait = TOC_NEW(side->builder, wait, &off);

    if (!wait)
        return;
    TOC_SET(event, side->event, wait, off);
    TOC_SET(wait, wait, captured, n < limit ? (uint32_t)n : limit);
    TOC_SET(wait, wait, truncated, n > limit);
}

/* Of an array that could not be read to its end, what stands before that place was read. */
static uint32_t poll_view(struct toc_builder *b, const struct toc_wire_part_head *part,
                          uint32_t index) {
    const struct pollfd_bytes *from = (const struct pollfd_bytes *)(part + 1) + index;
    uint32_t off;
    struct toc_pollview *view = TOC_NEW(b, pollview, &off);

    if (!view)
        return 0;
    if ((index + 1) * sizeof(*from) > part->n) {
        TOC_SET(pollview, view, status, part->status);
        return off;
    }
    TOC_SET(pollview, view, status, TOC_status_ok);
    TOC_SET(pollview, view, fd, from->fd);
    TOC_SET(pollview, view, events, from->events);
    TOC_SET(pollview, view, revents, from->revents);
    return off;
}

static void set_pollfds(const struct toc_side *side) {
    const struct toc_wire_part_head *enter =
        toc_side_part(side, TOC_WIRE_VIEW_ENTER, TOC_WIRE_PART_POLLFDS);
    const struct toc_wire_part_head *leave =
        toc_side_part(side, TOC_WIRE_VIEW_EXIT, TOC_WIRE_PART_POLLFDS);
    uint32_t off, asked = (uint32_t)side->enter->arg[1];
    uint32_t n = asked < TOC_WIRE_SIDE_POLLFDS ? asked : TOC_WIRE_SIDE_POLLFDS;
    struct toc_pollfd *fds;

    if (!enter && !leave)
        return;
    set_wait(side, asked, TOC_WIRE_SIDE_POLLFDS);
    fds = TOC_NEW_LIST(side->builder, pollfd, n, &off);
    if (!fds)
        return;
    TOC_SET(event, side->event, fds, ((struct toc_ref){off, n}));
    for (uint32_t i = 0; i < n; i++) {
        TOC_SET(pollfd, &fds[i], index, i);
        if (enter)
            TOC_SET(pollfd, &fds[i], enter, poll_view(side->builder, enter, i));
        if (leave)
            TOC_SET(pollfd, &fds[i], exit, poll_view(side->builder, leave, i));
    }
}

static bool is_member(const uint8_t *bits, int32_t fd) {
    return bits[fd / 8] >> fd % 8 & 1;
}

static uint32_t set_view(struct toc_builder *b, const struct toc_wire_part_head *part,
                         int32_t nfds) {
    const uint8_t *bits = (const uint8_t *)(part + 1);
    int32_t end = nfds < (int32_t)part->n * 8 ? nfds : (int32_t)part->n * 8;
    uint32_t off, fds_off, n = 0;
    struct toc_setview *view = TOC_NEW(b, setview, &off);
    struct toc_setfd *fds;

    if (!view)
        return 0;
    TOC_SET(setview, view, status, part->status);
    if (part->status != TOC_WIRE_OK)
        return off;
    for (int32_t fd = 0; fd < end; fd++)
        n += is_member(bits, fd);
    fds = TOC_NEW_LIST(b, setfd, n, &fds_off);
    if (!fds)
        return off;
    TOC_SET(setview, view, fds, ((struct toc_ref){fds_off, n}));
    for (int32_t fd = 0; fd < end; fd++)
        if (is_member(bits, fd)) {
            TOC_SET(setfd, fds, fd, fd);
            fds++;
        }
    return off;
}

static uint32_t make_set(const struct toc_side *side, enum toc_wire_part_kind kind) {
    const struct toc_wire_part_head *enter = toc_side_part(side, TOC_WIRE_VIEW_ENTER, kind);
    const struct toc_wire_part_head *leave = toc_side_part(side, TOC_WIRE_VIEW_EXIT, kind);
    int32_t nfds = (int32_t)side->enter->arg[0];
    uint32_t off;
    struct toc_fdset *set = TOC_NEW(side->builder, fdset, &off);

    if (!set)
        return 0;
    if (enter)
        TOC_SET(fdset, set, enter, set_view(side->builder, enter, nfds));
    if (leave)
        TOC_SET(fdset, set, exit, set_view(side->builder, leave, nfds));
    return off;
}

static void set_sets(const struct toc_side *side) {
    int32_t nfds = (int32_t)side->enter->arg[0];
    uint32_t off;
    struct toc_fdsets *sets;

    if (!toc_side_part(side, TOC_WIRE_VIEW_ENTER, TOC_WIRE_PART_READFDS) &&
        !toc_side_part(side, TOC_WIRE_VIEW_EXIT, TOC_WIRE_PART_READFDS))
        return;
    set_wait(side, nfds < 0 ? 0 : (uint32_t)nfds, TOC_WIRE_SIDE_SETFDS);
    sets = TOC_NEW(side->builder, fdsets, &off);
    if (!sets)
        return;
    TOC_SET(event, side->event, fdsets, off);
    TOC_SET(fdsets, sets, readfds, make_set(side, TOC_WIRE_PART_READFDS));
    TOC_SET(fdsets, sets, writefds, make_set(side, TOC_WIRE_PART_WRITEFDS));
    TOC_SET(fdsets, sets, exceptfds, make_set(side, TOC_WIRE_PART_EXCEPTFDS));
}

static void fill_events(struct toc_builder *b, struct toc_ready *ready,
                        const struct toc_wire_part_head *part) {
    uint32_t off, n = part ? part->n / TOC_WIRE_EVENT_BYTES : 0;
    const uint8_t *from = (const uint8_t *)(part + 1);
    struct toc_epevent *events = TOC_NEW_LIST(b, epevent, n, &off);

    if (!events)
        return;
    TOC_SET(ready, ready, events, ((struct toc_ref){off, n}));
    for (uint32_t i = 0; i < n; i++, from += TOC_WIRE_EVENT_BYTES) {
        uint32_t what;
        uint64_t data;

        memcpy(&what, from, sizeof(what));
        memcpy(&data, from + sizeof(what), sizeof(data));
        TOC_SET(epevent, &events[i], events, what);
        TOC_SET(epevent, &events[i], data, data);
    }
}

/* Nothing is written by a call that failed. */
static void set_ready(const struct toc_side *side) {
    const struct toc_wire_part_head *part =
        toc_side_part(side, TOC_WIRE_VIEW_EXIT, TOC_WIRE_PART_EVENTS);
    struct toc_ready *ready;
    uint32_t off;

    if (!side->exit || side->exit->ret < 0 || (!part && side->exit->ret > 0))
        return;
    set_wait(side, (uint64_t)side->exit->ret, TOC_WIRE_SIDE_EVENTS);
    ready = TOC_NEW(side->builder, ready, &off);
    if (!ready)
        return;
    TOC_SET(event, side->event, ready, off);
    TOC_SET(ready, ready, status, part ? part->status : TOC_status_ok);
    if (ready->status == TOC_status_ok)
        fill_events(side->builder, ready, part);
}

static void set_sigmask(const struct toc_side *side) {
    const struct toc_wire_part_head *at =
        toc_side_part(side, TOC_WIRE_VIEW_ENTER, TOC_WIRE_PART_MASK_AT);
    const struct toc_wire_part_head *mask =
        toc_side_part(side, TOC_WIRE_VIEW_ENTER, TOC_WIRE_PART_MASK);
    struct toc_sigmask *sigmask;
    uint32_t off;

    if (!mask || !(toc_object_event.fields[TOC_event_sigmask].variants >> side->enter->event & 1))
        return;
    sigmask = TOC_NEW(side->builder, sigmask, &off);
    if (!sigmask)
        return;
    TOC_SET(event, side->event, sigmask, off);
    TOC_SET(sigmask, sigmask, status, mask->status);
    if (at && at->status == TOC_WIRE_OK && at->n)
        TOC_SET(sigmask, sigmask, ptr, *(const uint64_t *)(at + 1));
    if (mask->status == TOC_WIRE_OK && mask->n)
        TOC_SET(sigmask, sigmask, mask, *(const uint64_t *)(mask + 1));
}

void toc_compose_wait(const struct toc_side *side) {
    switch (side->enter->event) {
    case TOC_EVENT_select:
    case TOC_EVENT_pselect6: set_sets(side); break;
    case TOC_EVENT_poll:
    case TOC_EVENT_ppoll: set_pollfds(side); break;
    case TOC_EVENT_epoll_wait:
    case TOC_EVENT_epoll_pwait:
    case TOC_EVENT_epoll_pwait2: set_ready(side); break;
    }
    set_sigmask(side);
}
