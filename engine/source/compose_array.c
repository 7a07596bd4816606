// SPDX-License-Identifier: Apache-2.0
// Makes arg_array: arguments that are in user memory themselves, as they were and as they are.
#include "source/compose.h"

#define SELECT_ARGS 5

static uint32_t n_args(const struct toc_wire_enter *enter) {
    if (enter->event == TOC_EVENT_select)
        return SELECT_ARGS;
    return enter->subcall < TOC_WIRE_SUBCALLS ? TOC_WIRE_SUBCALL_ARGS(enter->subcall) : 0;
}

static uint32_t view(struct toc_builder *b, const struct toc_compose_words *from) {
    uint32_t off;
    struct toc_argview *view = TOC_NEW(b, argview, &off);
    uint64_t *args = view ? &view->a0 : NULL;

    if (!view)
        return 0;
    TOC_SET(argview, view, status, from->status);
    for (uint32_t i = 0; i < from->n && i < TOC_WIRE_ARGS && from->status == TOC_WIRE_OK; i++) {
        args[i] = from->words[i];
        view->present |= UINT64_C(1) << (TOC_argview_a0 + i);
    }
    return off;
}

void toc_compose_arg_array(struct toc_builder *b, struct toc_event *event,
                           const struct toc_wire_enter *enter,
                           const struct toc_compose_words *leave) {
    struct toc_compose_words entry = {.n = n_args(enter), .status = enter->args_status};
    struct toc_argarray *array;
    uint32_t off;

    if (!enter->args_at)
        return;
    array = TOC_NEW(b, argarray, &off);
    if (!array)
        return;
    TOC_SET(event, event, arg_array, off);
    TOC_SET(argarray, array, ptr, enter->args_at);
    TOC_SET(argarray, array, nargs, entry.n);
    for (int i = 0; i < TOC_WIRE_ARGS; i++)
        entry.words[i] = (uint32_t)enter->arg[i];
    /* An orphan's were read only when it returned. */
    if (!(enter->bits & TOC_WIRE_ORPHAN))
        TOC_SET(argarray, array, enter, view(b, &entry));
    if (leave->n)
        TOC_SET(argarray, array, exit, view(b, leave));
}
