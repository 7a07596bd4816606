// SPDX-License-Identifier: Apache-2.0
// Calls whose arguments no honest program passes: too many messages, wild pointers, internal flags.

#include <errno.h>
#include <time.h>

#include "attack.h"

#define MSG_SPLICE_PAGES_ 0x8000000u
#define MSG_CMSG_COMPAT_ 0x80000000u
#define HOLE 0x1234567800000000u

static int set_up(struct batch *batch, enum convention convention, unsigned n, int *ret_sender) {
    struct sockaddr_in to;
    int at = receiver(&to, "127.0.0.1");
    *ret_sender = udp_socket();
    batch_init(batch, convention, n);
    for (unsigned i = 0; i < n; i++)
        batch_set(batch, i, &to, sizeof(to), "x");
    return at;
}

static void vlen_cheat(enum convention convention) {
    struct batch batch;
    int sender;
    set_up(&batch, convention, 2000, &sender);
    must(batch_send(&batch, sender, 2000, 0) == 1024, "send");
}

static void vlen_honest(enum convention convention) {
    struct batch batch;
    int sender;
    set_up(&batch, convention, 64, &sender);
    must(batch_send(&batch, sender, 64, 0) == 64, "send");
}

const struct attack attack_vlen = {"vlen-2000", vlen_cheat, vlen_honest};

static void send_one(enum convention convention) {
    struct batch batch;
    int sender;
    int at = set_up(&batch, convention, 1, &sender);
    must(batch_send(&batch, sender, 1, 0) == 1, "send");
    must(delivers(at, 1), "delivered");
}

static void send_iov(enum convention convention, uint64_t iov) {
    struct batch batch;
    int sender;
    set_up(&batch, convention, 1, &sender);
    batch_set_iov(&batch, 0, iov);
    must(batch_send(&batch, sender, 1, 0) == -EFAULT, "send");
}

static void kernel_pointer_cheat(enum convention convention) {
    send_iov(convention, KERNEL_ADDRESS);
}

static void noncanonical_cheat(enum convention convention) {
    send_iov(convention, HOLE);
}

/* A send that the kernel must refuse, with a pointer of its choice in place of one part. */
static void send_refused(enum convention convention, void (*spoil)(struct batch *batch)) {
    struct batch batch;
    int sender;
    set_up(&batch, convention, 1, &sender);
    spoil(&batch);
    must(batch_send(&batch, sender, 1, 0) == -EFAULT, "send");
}

static void spoil_vec(struct batch *batch) {
    batch->headers = (void *)(uintptr_t)KERNEL_ADDRESS;
}

static void spoil_name(struct batch *batch) {
    batch_set_name(batch, 0, KERNEL_ADDRESS, sizeof(struct sockaddr_in));
}

static void spoil_control(struct batch *batch) {
    batch_set_control(batch, 0, KERNEL_ADDRESS, 32);
}

static void spoil_base(struct batch *batch) {
    batch_set_payload(batch, 0, (void *)(uintptr_t)KERNEL_ADDRESS, 8);
}

static void kernel_vec_cheat(enum convention convention) {
    send_refused(convention, spoil_vec);
}

static void kernel_name_cheat(enum convention convention) {
    send_refused(convention, spoil_name);
}

static void kernel_control_cheat(enum convention convention) {
    send_refused(convention, spoil_control);
}

static void kernel_base_cheat(enum convention convention) {
    send_refused(convention, spoil_base);
}

const struct attack attack_kernel_vec = {"kernel-vec", kernel_vec_cheat, send_one};
const struct attack attack_kernel_name = {"kernel-name", kernel_name_cheat, send_one};
const struct attack attack_kernel_control = {"kernel-control", kernel_control_cheat, send_one};
const struct attack attack_kernel_base = {"kernel-base", kernel_base_cheat, send_one};
const struct attack attack_kernel_pointer = {"kernel-pointer", kernel_pointer_cheat, send_one};
const struct attack attack_noncanonical = {"noncanonical", noncanonical_cheat, send_one};

/* Seconds and nanoseconds as the convention lays them out. */
static uint64_t timeout(enum convention convention, long sec, long nsec) {
    void *p = low_pages(sizeof(struct timespec));
    if (sizeof(long) == 8 && convention == NATIVE) {
        ((int64_t *)p)[0] = sec;
        ((int64_t *)p)[1] = nsec;
    } else {
        ((int32_t *)p)[0] = (int32_t)sec;
        ((int32_t *)p)[1] = (int32_t)nsec;
    }
    return (uintptr_t)p;
}

static void timeout_cheat(enum convention convention) {
    struct batch batch;
    int sender;
    set_up(&batch, convention, 1, &sender);
    must(batch_recv(&batch, sender, 1, MSG_DONTWAIT, timeout(convention, 1, 1000000000)) == -EINVAL,
         "receive");
}

static void timeout_honest(enum convention convention) {
    struct batch batch;
    int sender;
    int at = set_up(&batch, convention, 1, &sender);
    must(batch_send(&batch, sender, 1, 0) == 1, "send");
    must(batch_recv(&batch, at, 1, 0, timeout(convention, 1, 999999999)) == 1, "receive");
}

const struct attack attack_timeout = {"timeout", timeout_cheat, timeout_honest};

static void kernel_timeout_cheat(enum convention convention) {
    struct batch batch;
    int sender;
    set_up(&batch, convention, 1, &sender);
    must(batch_recv(&batch, sender, 1, MSG_DONTWAIT, KERNEL_ADDRESS) == -EFAULT, "receive");
}

const struct attack attack_kernel_timeout = {"kernel-timeout", kernel_timeout_cheat,
                                             timeout_honest};

static void internal_flags_cheat(enum convention convention) {
    struct batch batch;
    int sender;
    set_up(&batch, convention, 1, &sender);
    batch_send(&batch, sender, 1, convention == NATIVE ? MSG_CMSG_COMPAT_ : MSG_SPLICE_PAGES_);
}

const struct attack attack_internal_flags = {"internal-flags", internal_flags_cheat, send_one};
