// SPDX-License-Identifier: Apache-2.0
// Hides a message from who looks at entry (cold pages) or trusts the return value (read-only
// headers).

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "attack.h"

struct sending {
    struct batch batch;
    struct sockaddr_in to;
    int at, sender;
};

static void set_up(struct sending *s, enum convention convention, unsigned n) {
    s->at = receiver(&s->to, "127.0.0.1");
    s->sender = udp_socket();
    batch_init(&s->batch, convention, n);
    for (unsigned i = 0; i < n; i++)
        batch_set(&s->batch, i, &s->to, sizeof(s->to), "hidden");
}

static void send_all(struct sending *s) {
    must(batch_send(&s->batch, s->sender, s->batch.n, 0) == (long)s->batch.n, "send");
    must(delivers(s->at, (int)s->batch.n), "delivered");
}

/* The page leaves this process's page table: the kernel faults it in again, a monitor cannot. */
static void make_cold(void *page) {
    must(!madvise(page, PAGE, MADV_DONTNEED), "madvise");
}

static void cold_header(enum convention convention, bool cold) {
    struct sending s;
    set_up(&s, convention, 4);
    batch_move_headers(&s.batch, file_page(s.batch.headers, s.batch.headers_size));
    if (cold)
        make_cold(s.batch.headers);
    send_all(&s);
}

static void cold_header_cheat(enum convention convention) {
    cold_header(convention, true);
}

static void cold_header_honest(enum convention convention) {
    cold_header(convention, false);
}

const struct attack attack_cold_header = {"cold-header", cold_header_cheat, cold_header_honest};

static void cold_name(enum convention convention, bool cold) {
    struct sending s;
    set_up(&s, convention, 1);
    uint8_t *page = file_page(&s.to, sizeof(s.to));
    s.batch.names = (void *)page;
    batch_set(&s.batch, 0, &s.to, sizeof(s.to), "hidden");
    if (cold)
        make_cold(page);
    send_all(&s);
}

static void cold_name_cheat(enum convention convention) {
    cold_name(convention, true);
}

static void cold_name_honest(enum convention convention) {
    cold_name(convention, false);
}

const struct attack attack_cold_name = {"cold-name", cold_name_cheat, cold_name_honest};

/* msg_len cannot be written back: the first message leaves, and the call says EFAULT. */
static void readonly_cheat(enum convention convention) {
    struct sending s;
    set_up(&s, convention, 2);
    must(!mprotect(s.batch.headers, s.batch.headers_size, PROT_READ), "mprotect");
    must(batch_send(&s.batch, s.sender, 2, 0) == -EFAULT, "send");
    must(delivers(s.at, 1), "delivered");
}

static void readonly_honest(enum convention convention) {
    struct sending s;
    set_up(&s, convention, 2);
    send_all(&s);
}

const struct attack attack_readonly_len = {"readonly-len", readonly_cheat, readonly_honest};
