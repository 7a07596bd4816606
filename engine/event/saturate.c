// SPDX-License-Identifier: Apache-2.0
// Cuts unsigned values to what an expression can hold, and names those that were cut.

#include "event/saturate.h"

/* `at`: where struct toc_event refers to the only object of its kind; 0: there may be many. */
#define AT(o, f, size_name, at)                                                                    \
    { &toc_object_##o, offsetof(struct toc_##o, f), UINT32_C(1) << TOC_size_##size_name, at }
#define ONE(o, member, f, size_name) AT(o, f, size_name, offsetof(struct toc_event, member))

const struct toc_size toc_sizes[] = {
    ONE(meta, event, seq, event_seq),       ONE(meta, event, lost_before, event_lost_before),
    ONE(proc, proc, exe_ino, proc_exe_ino), ONE(proc, proc, start_ns, proc_start_ns),
    ONE(proc, proc, pid_ns, proc_pid_ns),   ONE(proc, proc, cgroup_id, proc_cgroup_id),
    ONE(sock, sock, cookie, sock_cookie),   ONE(sock, sock, netns, sock_netns),
    ONE(args, args, len, args_len),         ONE(args, args, arg2, args_arg2),
    ONE(args, args, count, args_count),     ONE(args, args, age_ns, args_age_ns),
    ONE(batch, batch, bytes, batch_bytes),  AT(iov, count, iov_count, 0),
    AT(iov, bytes, iov_bytes, 0),           AT(seg, len, iov_segs_len, 0),
    AT(control, len, control_len, 0),       AT(citem, len, control_items_len, 0),
};
const size_t toc_sizes_n = sizeof(toc_sizes) / sizeof(toc_sizes[0]);

static uint32_t cut(uint64_t *value, enum toc_size_name name) {
    if (*value <= INT64_MAX)
        return 0;
    *value = INT64_MAX;
    return UINT32_C(1) << name;
}

static uint32_t cut_iov(struct toc_event *event, uint32_t off) {
    struct toc_iov *iov = TOC_EDIT(event, iov, off);
    struct toc_seg *segs;
    uint32_t names;

    if (!iov)
        return 0;
    names = cut(&iov->count, TOC_size_iov_count) | cut(&iov->bytes, TOC_size_iov_bytes);
    segs = TOC_EDIT(event, seg, iov->segs.off);
    for (uint32_t i = 0; i < iov->segs.n; i++)
        names |= cut(&segs[i].len, TOC_size_iov_segs_len);
    return names;
}

static uint32_t cut_control(struct toc_event *event, uint32_t off) {
    struct toc_control *control = TOC_EDIT(event, control, off);
    struct toc_citem *items;
    uint32_t names;

    if (!control)
        return 0;
    names = cut(&control->len, TOC_size_control_len);
    items = TOC_EDIT(event, citem, control->items.off);
    for (uint32_t i = 0; i < control->items.n; i++)
        names |= cut(&items[i].len, TOC_size_control_items_len);
    return names;
}

uint32_t toc_saturate_msg(struct toc_event *event, struct toc_msg *msg) {
    struct toc_view *enter = TOC_EDIT(event, view, msg->enter);
    struct toc_kernel *kernel = TOC_EDIT(event, kernel, msg->kernel);
    struct toc_view *leave = TOC_EDIT(event, view, msg->exit);
    uint32_t names = 0;

    if (enter)
        names |= cut_iov(event, enter->iov) | cut_control(event, enter->control);
    if (kernel)
        names |= cut_iov(event, kernel->iov) | cut_control(event, kernel->control);
    // What is shared with entry has been cut there.
    if (leave && !(enter && leave->iov == enter->iov))
        names |= cut_iov(event, leave->iov);
    if (leave && !(enter && leave->control == enter->control))
        names |= cut_control(event, leave->control);
    return names;
}

uint32_t toc_saturate_scalars(struct toc_event *event) {
    uint32_t names = 0;

    for (size_t i = 0; i < toc_sizes_n && toc_sizes[i].at; i++) {
        uint32_t off = *(const uint32_t *)((const char *)event + toc_sizes[i].at);
        uint64_t *value = (uint64_t *)((char *)event + off + toc_sizes[i].offset);

        if (off && *value > INT64_MAX) {
            *value = INT64_MAX;
            names |= toc_sizes[i].bit;
        }
    }
    return names;
}
