// SPDX-License-Identifier: Apache-2.0
// A message as it was shown against the kernel's copy of it, less what the kernel itself changes.
#include <string.h>

#include "event/compare.h"

/* The kernel cuts a message to so many bytes, and an address to the room that it has. */
#define MAX_RW_COUNT UINT64_C(0x7ffff000)
#define MAX_NAME 128

/* Flags that the kernel adds and takes away by itself: MSG_DONTWAIT of a non-blocking socket or
 * after MSG_WAITFORONE, MSG_BATCH, those of senders within the kernel, MSG_CMSG_COMPAT. */
#define OWN_FLAGS (0x40u | 0x10000u | 0x40000u | 0x100000u | 0x8000000u | 0x80000000u)
#define EOR 0x80u

/* On a connected socket of both families the kernel itself puts the peer's IPv4 address where a
 * name would be. */
static bool went_to_peer(struct toc_comparison *cmp, uint32_t off_enter, uint32_t off_kernel) {
    struct toc_comparison with_peer = {.event = cmp->event, .is_send = true};
    const struct toc_addr *enter = TOC_GET(cmp->event, addr, off_enter);
    const struct toc_addr *kernel = TOC_GET(cmp->event, addr, off_kernel);
    const struct toc_sock *sock = TOC_GET(cmp->event, sock, cmp->event->sock);
    const struct toc_addr *peer = sock ? TOC_GET(cmp->event, addr, sock->peer) : NULL;

    if (!cmp->is_send || !enter || !kernel || !peer || enter->status != TOC_status_null)
        return false;
    toc_compare_fields(&with_peer, &toc_object_addr, (const char *)peer, (const char *)kernel);
    cmp->any |= with_peer.any;
    return with_peer.any && !with_peer.changed;
}

/* A name may be declared longer than the kernel has room for. */
static void compare_used_names(struct toc_comparison *cmp, uint32_t off_enter,
                               uint32_t off_kernel) {
    const struct toc_addr *enter = TOC_GET(cmp->event, addr, off_enter);
    const struct toc_addr *kernel = TOC_GET(cmp->event, addr, off_kernel);
    struct toc_addr cut;

    if (!enter || !kernel)
        return;
    if (TOC_HAS(addr, kernel, len) && enter->len > MAX_NAME && enter->len <= INT32_MAX) {
        cut = *enter;
        cut.len = MAX_NAME;
        enter = &cut;
    }
    toc_compare_names(cmp, enter, kernel);
}

static bool is_cut(const struct toc_iov *enter) {
    return TOC_HAS(iov, enter, bytes) && enter->bytes > MAX_RW_COUNT;
}

/* Buffers of more bytes in all than the kernel takes: the last ones are shorter. */
static void compare_cut_segs(struct toc_comparison *cmp, const struct toc_iov *enter,
                             const struct toc_iov *kernel) {
    const struct toc_seg *a = toc_at(cmp->event, enter->segs.off);
    const struct toc_seg *b = toc_at(cmp->event, kernel->segs.off);
    uint32_t n = enter->segs.n < kernel->segs.n ? enter->segs.n : kernel->segs.n;
    uint64_t left = MAX_RW_COUNT;

    for (uint32_t i = 0; i < n; i++) {
        uint64_t len = a[i].len < left ? a[i].len : left;

        if (a[i].base != b[i].base || len != b[i].len)
            cmp->changed |= TOC_PART(iov);
        left -= len;
    }
    if (TOC_HAS(iov, kernel, bytes) && kernel->bytes != MAX_RW_COUNT)
        cmp->changed |= TOC_PART(iov_bytes);
}

static void compare_used_iovs(struct toc_comparison *cmp, uint32_t off_enter, uint32_t off_kernel) {
    const struct toc_iov *enter = TOC_GET(cmp->event, iov, off_enter);
    const struct toc_iov *kernel = TOC_GET(cmp->event, iov, off_kernel);

    if (!enter || !kernel)
        return;
    // No buffers are none, with and without an array.
    if (TOC_HAS(iov, enter, count) && TOC_HAS(iov, kernel, count)) {
        cmp->any = true;
        if (enter->count != kernel->count)
            cmp->changed |= TOC_PART(iov_count);
        else if (!enter->count)
            return;
    }
    if (is_cut(enter))
        compare_cut_segs(cmp, enter, kernel);
    else
        toc_compare_iovs(cmp, off_enter, off_kernel);
}

/* The kernel takes the call's flags, and of a batch's headers MSG_EOR. */
static void compare_flags(struct toc_comparison *cmp, const struct toc_view *enter,
                          const struct toc_kernel *kernel) {
    const struct toc_batch *batch = TOC_GET(cmp->event, batch, cmp->event->batch);
    const struct toc_event_info *info = toc_event_info(cmp->event->variant);
    uint32_t expected;

    if (!TOC_HAS(kernel, kernel, flags) || !batch || !TOC_HAS(batch, batch, flags))
        return;
    expected = batch->flags;
    if (cmp->is_send && info && info->groups & GROUP_BATCH && TOC_HAS(view, enter, flags))
        expected |= enter->flags & EOR;
    cmp->any = true;
    if ((expected ^ kernel->flags) & ~OWN_FLAGS)
        cmp->changed |= TOC_PART(flags);
}

bool toc_compare_kernel(const struct toc_event *event, const struct toc_view *enter,
                        const struct toc_kernel *kernel, bool is_send, uint32_t *ret_changed) {
    struct toc_comparison cmp = {.event = event, .is_send = is_send, .inputs = true};

    if (!went_to_peer(&cmp, enter->name, kernel->name))
        compare_used_names(&cmp, enter->name, kernel->name);
    compare_used_iovs(&cmp, enter->iov, kernel->iov);
    toc_compare_controls(&cmp, enter->control, kernel->control);
    compare_flags(&cmp, enter, kernel);
    *ret_changed = cmp.changed;
    return cmp.any;
}
