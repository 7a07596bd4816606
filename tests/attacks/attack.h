// SPDX-License-Identifier: Apache-2.0
// What the attacks share: a batch in memory that every calling convention can reach, and sockets on
// loopback.
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* ---- The calling convention ---- */

enum convention {
    NATIVE,     /* the program's own: 64-bit, or 32-bit when built with -m32 */
    INT80,      /* int 0x80, also from a 64-bit program */
    SOCKETCALL, /* int 0x80, multiplexed: the arguments themselves are in memory */
};

/* ---- A batch ---- */

#define MAX_NAME 32
#define PAYLOAD 64

/* All of it lies below 4 GiB. Headers are laid out as the convention wants. */
struct batch {
    enum convention convention;
    unsigned n;
    uint8_t *headers; /* whole pages of their own, so that they can be protected or made cold */
    size_t headers_size;
    uint8_t (*names)[MAX_NAME];
    uint8_t (*payloads)[PAYLOAD];
    void *iovs;
};

void batch_init(struct batch *batch, enum convention convention, unsigned n);
/* Name may be NULL. */
void batch_set(struct batch *batch, unsigned i, const void *name, unsigned name_len,
               const char *payload);
void batch_set_payload(struct batch *batch, unsigned i, const void *base, size_t len);
void batch_set_name(struct batch *batch, unsigned i, uint64_t name, unsigned name_len);
void batch_set_iov(struct batch *batch, unsigned i, uint64_t iov);
/* Message i takes n elements from its own on: those of the messages after it. */
void batch_set_iov_count(struct batch *batch, unsigned i, size_t n);
/* Of one element of the array that holds each message's own. */
size_t batch_iov_size(const struct batch *batch);
void batch_set_control(struct batch *batch, unsigned i, uint64_t control, size_t len);
unsigned batch_msg_len(const struct batch *batch, unsigned i);
/* Moves the headers to other memory of the same layout (copying them). */
void batch_move_headers(struct batch *batch, void *to);

/* Return the kernel's value: the count or -errno. */
long batch_send(struct batch *batch, int fd, unsigned vlen, unsigned flags);
/* timeout: address of a timespec as the convention wants (32-bit for i386), 0 for none. */
long batch_recv(struct batch *batch, int fd, unsigned vlen, unsigned flags, uint64_t timeout);

/* Any call by int 0x80, or through i386 socketcall with n words of arguments. The kernel's value.
 */
long call_int80(long nr, const uintptr_t args[6]);
long call_socketcall(int call, const uint32_t *args, unsigned n);

/* ---- Sockets ---- */

/* A UDP socket bound to ip and a port of the kernel's choice. */
int receiver(struct sockaddr_in *ret_addr, const char *ip);
int udp_socket(void);
/* Takes all that arrives, and returns how many datagrams: n of them it waits for, as a busy kernel
 * delivers what was sent later, and a moment for more. */
int drain(int fd, int n);
/* Whether just n do. */
bool delivers(int fd, int n);
/* Takes what has arrived by now. */
int drain_now(int fd);

/* Zeroed pages below 4 GiB. */
void *low_pages(size_t size);
/* A page of a file on disk, mapped shared below 4 GiB, that holds the bytes given. */
void *file_page(const void *bytes, size_t n);

/* Pages that the kernel must wait for: its first touch of each makes another thread call `then`
 * with the page's number, and goes on when that returns. They are touched in order. */
#define PAGE 4096u
void *served_pages(unsigned n, void (*then)(void *arg, unsigned page), void *arg);
void served_pages_join(void);

/* Of memory that no program has. */
#define KERNEL_ADDRESS 0xffffffff81000000u

/* ---- Attacks that are part of others ---- */

/* A batch on that socket whose second message goes elsewhere than shown; and one as shown. */
void send_rewritten(enum convention convention, int sender);
void send_unchanged(enum convention convention, int sender);

/* For another thread: until the first one sleeps in a call, neither running nor held by somebody
 * who traces it. */
void until_blocked(void);

/* Ends the program with status 1 unless ok. */
void must(bool ok, const char *what);
/* Ends it with status 77, "cannot be tried on this kernel", unless ok. */
void need(bool ok, const char *what);

/* ---- The table of attacks ---- */

struct attack {
    const char *name;
    void (*cheat)(enum convention convention);
    void (*honest)(enum convention convention); /* its twin: the same calls without the cheat */
};

extern const struct attack attack_rewrite, attack_restore, attack_race, attack_cold_header,
    attack_cold_name, attack_readonly_len, attack_vlen, attack_kernel_pointer, attack_noncanonical,
    attack_timeout, attack_internal_flags, attack_dual_stack, attack_connected, attack_overdeclared,
    attack_time64, attack_kernel_vec, attack_kernel_name, attack_kernel_control, attack_kernel_base,
    attack_kernel_later, attack_kernel_restored, attack_recv_kernel_later, attack_kernel_timeout,
    attack_recv_rewrite, attack_family_later, attack_connected_control, attack_connected_mapped,
    attack_iov_later, attack_control_later, attack_timeout_later, attack_readonly_recv,
    attack_recv_fault, attack_tiny_buffers, attack_huge_size, attack_above_4g, attack_x32,
    attack_unix_oob, attack_fault_storm, attack_fan_out, attack_ntp_burst, attack_memcached_burst,
    attack_reflection, attack_uring, attack_sqpoll, attack_write, attack_passed, attack_segment,
    attack_segment_option, attack_supervised, attack_traced, attack_traced_instead,
    attack_traced_let_go, attack_dispatch, attack_iov_restored, attack_flooded, attack_crowded,
    attack_long, attack_short_lived, attack_other_name, attack_orphan_thread, attack_close_race,
    attack_beyond_capture, attack_same_destination, attack_connected_iov, attack_served_page,
    attack_single_race, attack_single_cold, attack_single_kernel_pointer, attack_single_readonly,
    attack_ring_silent, attack_ring_kernel_pointer, attack_ring_rewrite, attack_ring_write,
    attack_array_later, attack_array_cold, attack_array_race, attack_unix_restored,
    attack_unix_long;
