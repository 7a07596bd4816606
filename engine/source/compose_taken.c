// SPDX-License-Identifier: Apache-2.0
// Makes batch.taken: the arguments as the kernel's own function took them, and what it returned.
#include "source/compose.h"

static void set_arguments(struct toc_batchargs *taken, const struct toc_wire_taken *from) {
    TOC_SET(batchargs, taken, from, from->hook);
    TOC_SET(batchargs, taken, fd, from->fd);
    TOC_SET(batchargs, taken, vec, from->vec);
    TOC_SET(batchargs, taken, requested, from->vlen);
    TOC_SET(batchargs, taken, flags, from->flags);
}

void toc_compose_taken(struct toc_builder *b, struct toc_batch *batch,
                       const struct toc_gathered *g) {
    struct toc_batchargs *taken;
    uint32_t off;

    if ((!g->taken && !g->exit->inner_hook) ||
        !(toc_event_info(g->enter->event)->groups & GROUP_BATCH))
        return;
    taken = TOC_NEW(b, batchargs, &off);
    if (!taken)
        return;
    TOC_SET(batch, batch, taken, off);
    if (g->taken)
        set_arguments(taken, g->taken);
    if (g->exit->inner_hook)
        TOC_SET(batchargs, taken, ret, g->exit->inner_ret);
}
