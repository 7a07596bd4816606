// SPDX-License-Identifier: Apache-2.0
// Events made of the wire records of calls whose arguments are in user memory.
#include <errno.h>

#include "compose_make.h"

TestSuite(compose_array, .init = open_composer, .fini = close_composer);

/* Of socketcall sendmmsg with two messages; at return the array says how many there are. */
static const struct toc_event *through_socketcall(uint8_t bits, uint8_t status, uint32_t vlen) {
    make_enter(&room, 7, 1000, 2);
    room.enter.via = TOC_WIRE_SOCKETCALL;
    room.enter.abi = TOC_WIRE_I386;
    room.enter.nr = TOC_WIRE_NR_SOCKETCALL;
    room.enter.subcall = 20;
    room.enter.args_at = 0x9000;
    room.enter.bits = bits;
    add();
    make_arguments(&room, 7, vlen);
    room.arguments.status = status;
    add();
    make_exit(&room, 7, 2500, 2, 2);
    add();
    return compose();
}

Test(compose_array, arguments_in_memory_are_told_twice) {
    const struct toc_event *event = through_socketcall(0, TOC_WIRE_OK, 1);
    const struct toc_argarray *array = TOC_GET(event, argarray, event->arg_array);
    const struct toc_argview *leave;

    cr_assert(array);
    leave = TOC_GET(event, argview, array->exit);
    cr_expect_eq(array->ptr, 0x9000);
    cr_expect_eq(array->nargs, 4);
    cr_expect_eq(array->changed, 1u << TOC_argpart_a2);
    cr_expect_eq(leave->a2, 1);
    cr_expect(TOC_HAS(argview, leave, a3) && !TOC_HAS(argview, leave, a4));
    event = through_socketcall(0, TOC_WIRE_OK, 2);
    array = TOC_GET(event, argarray, event->arg_array);
    cr_expect(TOC_HAS(argarray, array, changed) && !array->changed);
}

Test(compose_array, arguments_in_memory_that_cannot_be_read_again) {
    const struct toc_event *event = through_socketcall(0, TOC_WIRE_FAULT, 1);
    const struct toc_argarray *array = TOC_GET(event, argarray, event->arg_array);
    const struct toc_argview *leave = TOC_GET(event, argview, array->exit);

    cr_expect_eq(leave->status, TOC_status_fault);
    cr_expect(!TOC_HAS(argview, leave, a0) && !TOC_HAS(argarray, array, changed));
    event = through_socketcall(TOC_WIRE_ORPHAN, TOC_WIRE_OK, 1);
    array = TOC_GET(event, argarray, event->arg_array);
    cr_expect(!TOC_HAS(argarray, array, enter) && TOC_HAS(argarray, array, exit));
}

static const struct toc_event *taken_as(uint32_t vlen, int32_t ret) {
    make_enter(&room, 7, 1000, 2);
    add();
    make_taken(&room, 7, vlen);
    add();
    make_exit(&room, 7, 2500, 2, 2);
    room.exit.inner_hook = TOC_WIRE_HOOK_FENTRY_SENDMMSG;
    room.exit.inner_ret = ret;
    add();
    return compose();
}

Test(compose_array, arguments_that_the_kernel_took) {
    const struct toc_event *event = taken_as(1, -EFAULT);
    const struct toc_batch *batch = TOC_GET(event, batch, event->batch);
    const struct toc_batchargs *taken = TOC_GET(event, batchargs, batch->taken);

    cr_assert(taken);
    cr_expect_eq(batch->changed, 1u << TOC_batchpart_requested);
    cr_expect_eq(taken->requested, 1);
    cr_expect_eq(taken->from, TOC_hook_fentry_sendmmsg);
    cr_expect_eq(taken->ret, -EFAULT);
    cr_expect_eq(taken->error, TOC_error_EFAULT_);
    event = taken_as(2, 2);
    batch = TOC_GET(event, batch, event->batch);
    cr_expect(TOC_HAS(batch, batch, changed) && !batch->changed);
}
