// SPDX-License-Identifier: Apache-2.0
// The derived fields of one message, and of the memory behind the arguments of other calls.
#pragma once

#include "event/builder.h"

/* is_send: the call moves messages out, so the kernel reads what a receive would write. */
void toc_derive_msg(struct toc_builder *builder, struct toc_msg *msg, bool is_send);

/* The parts (bits of the name set "part") that differ between two views, or between a view and the
 * kernel's copy, into *ret_changed. False when nothing could be compared. */
bool toc_compare_views(const struct toc_event *event, const struct toc_view *enter,
                       const struct toc_view *leave, bool is_send, uint32_t *ret_changed);
bool toc_compare_kernel(const struct toc_event *event, const struct toc_view *enter,
                        const struct toc_kernel *kernel, bool is_send, uint32_t *ret_changed);

/* The same of two addresses of which the kernel only reads the first, given by their offsets in the
 * event. */
bool toc_compare_addrs(const struct toc_event *event, uint32_t off_a, uint32_t off_b,
                       uint32_t *ret_changed);
/* Of connect: between enter and the kernel's own. */
bool toc_compare_dest(const struct toc_event *event, const struct toc_dest *dest,
                      uint32_t *ret_changed);

/* The derived fields of arguments that are in user memory. */
void toc_derive_arg_array(struct toc_event *event);
/* The derived fields of what the arguments of waits, connect and io_uring_setup point to. */
void toc_derive_args(struct toc_event *event);

/* True when user memory with this direction is only read by the kernel during such a call. */
bool toc_dir_stays(enum toc_dir dir, bool is_send);

/* The error name of a return value: "none" when it is no error. */
uint16_t toc_error_of(int64_t ret);
