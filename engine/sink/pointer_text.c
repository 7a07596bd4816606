// SPDX-License-Identifier: Apache-2.0
// The pointers of a call that point where no program's memory is.
#include <inttypes.h>
#include <string.h>

#include "event/pointer.h"
#include "sink/text.h"

struct odd {
    struct toc_buf *out;
    uint16_t abi;
    size_t n;
};

static void look(struct odd *odd, const char *who, uint32_t index, const char *what, uint64_t p) {
    const char *space = toc_space_name(toc_ptr_space(p, 0, odd->abi, 0));

    if (!strcmp(space, "user") || !strcmp(space, "null") || !strcmp(space, "low"))
        return;
    if (odd->n++ >= TOC_TEXT_MAX_MSGS)
        return;
    toc_buf_adds(odd->out, TOC_TEXT_INDENT);
    if (who)
        toc_buf_addf(odd->out, "%s %-3u ", who, index);
    toc_buf_addf(odd->out, "%s 0x%" PRIx64 " (%s)\n", what, p, space);
}

static void look_at_view(struct odd *odd, const struct toc_event *event, uint32_t index,
                         const struct toc_view *view) {
    const struct toc_addr *name = TOC_GET(event, addr, view->name);
    const struct toc_iov *iov = TOC_GET(event, iov, view->iov);
    const struct toc_control *control = TOC_GET(event, control, view->control);
    const struct toc_seg *segs = iov ? TOC_GET(event, seg, iov->segs.off) : NULL;

    if (name)
        look(odd, "msg", index, "name.ptr", name->ptr);
    if (iov)
        look(odd, "msg", index, "iov.ptr", iov->ptr);
    if (control)
        look(odd, "msg", index, "control.ptr", control->ptr);
    for (uint32_t i = 0; segs && i < iov->segs.n; i++)
        look(odd, "msg", index, "a segment's base", segs[i].base);
}

void toc_text_odd_pointers(const struct toc_event *event, struct toc_buf *out) {
    const struct toc_meta *meta = toc_event_meta(event);
    const struct toc_batch *batch = TOC_GET(event, batch, event->batch);
    const struct toc_timeout *timeout = TOC_GET(event, timeout, event->timeout);
    const struct toc_msg *msgs = toc_event_msgs(event);
    struct odd odd = {.out = out, .abi = TOC_HAS(meta, meta, abi) ? meta->abi : TOC_abi_x86_64};

    if (batch)
        look(&odd, NULL, 0, "the array", batch->vec);
    if (timeout)
        look(&odd, NULL, 0, "the timeout", timeout->ptr);
    for (uint32_t i = 0; msgs && i < event->msgs.n; i++) {
        const struct toc_view *enter = TOC_GET(event, view, msgs[i].enter);

        if (enter)
            look_at_view(&odd, event, msgs[i].index, enter);
    }
    if (odd.n > TOC_TEXT_MAX_MSGS)
        toc_buf_addf(out, TOC_TEXT_INDENT "… and %zu more pointers\n", odd.n - TOC_TEXT_MAX_MSGS);
}
