// SPDX-License-Identifier: Apache-2.0
// Random calls, with all that hooks can tell of them.
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pushdown_random.h"

static struct drand48_data seed;

void random_begin(long round) {
    srand48_r(round, &seed);
}

unsigned random_below(unsigned n) {
    long r;

    lrand48_r(&seed, &r);
    return (unsigned)(r >> 8) % n;
}

static const char *const statuses[] = {"ok", "ok", "ok", "null", "fault", "absent"};
static const char *const pointers[] = {
    "0x0", "0x1000", "0x7f0000000000", "0x7f0000000000", "0xffff800000001000", "0x800000000000"};
static const char *const addresses[] = {
    ",\"family\":\"inet\",\"ip\":\"127.0.0.1\",\"port\":53",
    ",\"family\":\"inet\",\"ip\":\"127.0.0.2\",\"port\":117", /* 53 modulo 64 */
    ",\"family\":\"inet6\",\"ip\":\"::1\",\"port\":123", ",\"family\":\"unix\",\"path\":\"x\"", ""};

static void add_name(struct toc_buf *out, const char *key) {
    const char *status = RANDOM_OF(statuses), *ptr = RANDOM_OF(pointers),
               *address = RANDOM_OF(addresses);

    toc_buf_addf(out, "\"%s\":{\"status\":\"%s\",\"ptr\":\"%s\",\"len\":%u%s}", key, status, ptr,
                 random_below(40), strcmp(status, "ok") != 0 ? "" : address);
}

static void add_view(struct toc_buf *out, const char *key) {
    toc_buf_addf(out, "\"%s\":{\"status\":\"%s\",\"flags\":%u,", key, RANDOM_OF(statuses),
                 random_below(3));
    add_name(out, "name");
    toc_buf_addf(out, ",\"iov\":{\"status\":\"%s\",\"ptr\":\"%s\",\"count\":%u",
                 RANDOM_OF(statuses), RANDOM_OF(pointers), random_below(20));
    if (random_below(2))
        toc_buf_addf(out, ",\"bytes\":%u,\"segs\":[{\"base\":\"%s\",\"len\":%u}]", random_below(3),
                     RANDOM_OF(pointers), random_below(100));
    toc_buf_addf(out, "},\"control\":{\"status\":\"%s\",\"ptr\":\"%s\",\"len\":%u%s}}",
                 RANDOM_OF(statuses), RANDOM_OF(pointers), random_below(3),
                 random_below(3) ? "" : ",\"items\":[{\"level\":17,\"type\":103,\"len\":18}]");
}

static void add_kernel(struct toc_buf *out) {
    toc_buf_addf(out, ",\"kernel\":{\"status\":\"ok\",\"foreign_bpf\":%s,\"from\":{",
                 random_below(2) ? "true" : "false");
    toc_buf_adds(out, "\"name\":\"fentry_sendmsg\",\"iov\":\"fentry_sendmsg\",\"control\":"
                      "\"fentry_sendmsg\",\"flags\":\"fentry_sendmsg\"}");
    if (random_below(3))
        toc_buf_addf(out, ",\"ret\":%d", (int)random_below(4) - 2);
    if (random_below(3))
        toc_buf_addf(out,
                     ",\"flags\":%u,\"iov\":{\"status\":\"ok\",\"count\":%u},\"control\":{"
                     "\"status\":\"ok\",\"len\":%u}",
                     random_below(3), random_below(20), random_below(9));
    toc_buf_addc(out, ',');
    add_name(out, "name");
    toc_buf_addc(out, '}');
}

static void add_msgs(struct toc_buf *out, unsigned n) {
    for (unsigned i = 0; i < n; i++) {
        toc_buf_addf(out, "%s{\"index\":%u,\"len\":%u,", i ? "," : "", i, random_below(4));
        add_view(out, "enter");
        if (random_below(3))
            add_kernel(out);
        if (random_below(4)) {
            toc_buf_addc(out, ',');
            add_view(out, "exit");
        }
        toc_buf_addc(out, '}');
    }
}

/* The arguments, by their own names and by those of the family. */
static void add_batch(struct toc_buf *out, bool is_send) {
    static const unsigned all_flags[] = {0, 1, 2, 0x40, 0x80000000, 0xffffffff};
    unsigned fd = random_below(5), flags = RANDOM_OF(all_flags), requested = random_below(4);
    const char *vec = RANDOM_OF(pointers), *timeout = RANDOM_OF(pointers);
    bool has_timeout = !is_send && random_below(2);

    toc_buf_addf(out, "\"args\":{\"sockfd\":%u,\"msgvec\":\"%s\",\"vlen\":%u,\"flags\":%u", fd, vec,
                 requested, flags);
    if (has_timeout)
        toc_buf_addf(out, ",\"timeout\":\"%s\"", timeout);
    toc_buf_addf(out,
                 "},\"batch\":{\"fd\":%u,\"vec\":\"%s\",\"flags\":%u,\"requested\":%u,"
                 "\"kernel_seen\":%u,\"bytes\":%u,\"truncated\":%s",
                 fd, vec, flags, requested, random_below(4), random_below(300),
                 random_below(4) ? "false" : "true");
    if (random_below(2))
        toc_buf_addf(out, ",\"taken\":{\"fd\":%u,\"requested\":%u}", random_below(5),
                     random_below(4));
    toc_buf_adds(out, "},");
    if (has_timeout)
        toc_buf_addf(out,
                     "\"timeout\":{\"ptr\":\"%s\",\"enter\":{\"status\":\"ok\",\"sec\":%d,\"nsec\":"
                     "5},\"exit\":{\"status\":\"ok\",\"sec\":%d,\"nsec\":5},\"kernel\":{\"status\":"
                     "\"ok\",\"sec\":%d,\"nsec\":5}},",
                     timeout, (int)random_below(3) - 1, (int)random_below(3) - 1,
                     (int)random_below(3) - 1);
}

static void add_call(struct toc_buf *out, bool is_send, unsigned i) {
    static const char *const abis[] = {"x86_64", "i386", "x32"};
    static const int results[] = {0, 1, 2, 3, -14, -11, -4000};

    toc_buf_addf(out,
                 "{\"event\":{\"name\":\"%s\",\"stage\":\"call\",\"time\":\"1970-01-01T00:00:%02u."
                 "%03uZ\",\"abi\":\"%s\",\"via\":\"syscall\",\"ret\":%d,\"duration_ns\":%u},",
                 is_send ? "sendmmsg" : "recvmmsg", i / 10, i % 10 * 100, RANDOM_OF(abis),
                 RANDOM_OF(results), random_below(5) * 1000);
    toc_buf_addf(out, "\"proc\":{\"pid\":%u,\"uid\":%u,\"gid\":%u,\"traced\":%s,\"elf\":%u},",
                 100 + random_below(3), random_below(3) * 500, random_below(2),
                 random_below(2) ? "true" : "false", random_below(2) ? 64 : 32);
    if (random_below(4))
        toc_buf_addf(out,
                     "\"sock\":{\"family\":\"%s\",\"type\":\"%s\",\"protocol\":17,\"local\":{"
                     "\"status\":\"ok\",\"family\":\"inet\",\"ip\":\"127.0.0.1\",\"port\":%u}},",
                     random_below(2) ? "inet" : "unix", random_below(2) ? "dgram" : "raw",
                     50 + random_below(5));
    add_batch(out, is_send);
}

void random_event(struct toc_buf *out, unsigned i) {
    toc_buf_reset(out);
    add_call(out, random_below(2), i);
    toc_buf_adds(out, "\"msgs\":[");
    add_msgs(out, random_below(4));
    toc_buf_adds(out, "]}");
}
