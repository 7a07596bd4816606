// SPDX-License-Identifier: Apache-2.0
// How a traced process gets a range: step by step, by calls that one of its threads is made to do.
// Other threads may meddle with all of it; what counts is what is mapped in the end.
#include "source/ptrace_opening.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "event/catalogue.h"
#include "source/ptrace_handover.h"
#include "source/ptrace_range.h"

#define SCRATCH_BYTES 4096u
/* Where in it things lie: the pair at its start, then what recvmsg is given. */
#define MESSAGE 64
#define CONTROL 128
#define PIECE 192
#define BYTE 256

#define LAST_ERROR 4095
/* How long the thread sleeps for others at a time, twice as long each time, and in all. Many that
 * hardly slept would keep us so busy that we never heard of those they wait for. */
#define MAX_SLEEP_MS 64u
#define MAX_SLEPT_MS 10000u

struct opening_context {
    struct toc_opening *opening;
    const struct toc_opening_terms *terms;
    int64_t result; /* of the call before */
};

static bool is_error(int64_t result) {
    return result < 0 && result >= -LAST_ERROR;
}

static void fail(struct toc_opening *o, const char *what, int error) {
    if (!o->failed[0])
        snprintf(o->failed, sizeof(o->failed), "%s: %s", what,
                 toc_names_name(&toc_names_error, (uint16_t)error));
}

static bool begin(struct opening_context *c, struct toc_injected *call) {
    c->opening->file = toc_handover_make(&c->opening->bytes);
    if (c->opening->file < 0) {
        fail(c->opening, "memory", -c->opening->file);
        return false;
    }
    *call = (struct toc_injected){
        TOC_INJECT_mmap,
        {0, SCRATCH_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, (uint64_t)-1, 0}};
    return true;
}

static bool connect_pair(struct opening_context *c, struct toc_injected *call) {
    c->opening->scratch = (uint64_t)c->result;
    *call = (struct toc_injected){TOC_INJECT_socketpair,
                                  {AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, c->opening->scratch}};
    return true;
}

/* struct msghdr for one byte and one descriptor, by layout. */
static bool write_message(struct opening_context *c) {
    uint64_t s = c->opening->scratch;
    const uint64_t wide[] = {0, 0, s + PIECE, 1, s + CONTROL, CMSG_SPACE(sizeof(int)), 0},
                   piece[] = {s + BYTE, 1};
    const uint32_t narrow[] = {0, 0, (uint32_t)s + PIECE, 1, (uint32_t)s + CONTROL, 16, 0},
                   narrow_piece[] = {(uint32_t)s + BYTE, 1};

    if (c->terms->narrow)
        return toc_ptrace_write_one(c->terms->memory, s + MESSAGE, narrow, sizeof(narrow)) &&
               toc_ptrace_write_one(c->terms->memory, s + PIECE, narrow_piece,
                                    sizeof(narrow_piece));
    return toc_ptrace_write_one(c->terms->memory, s + MESSAGE, wide, sizeof(wide)) &&
           toc_ptrace_write_one(c->terms->memory, s + PIECE, piece, sizeof(piece));
}

static bool receive(struct opening_context *c, struct toc_injected *call) {
    struct toc_opening *o = c->opening;
    int r;

    if (!toc_ptrace_read_one(c->terms->memory, o->scratch, o->pair, sizeof(o->pair)) ||
        !write_message(c)) {
        fail(o, "scratch memory", EFAULT);
        return false;
    }
    r = toc_handover_send(c->terms->pidfd, o->pair[1], o->file);
    if (r < 0) {
        fail(o, "handing over memory", -r);
        return false;
    }
    *call = (struct toc_injected){
        TOC_INJECT_recvmsg,
        {(uint64_t)o->pair[0], o->scratch + MESSAGE, MSG_CMSG_CLOEXEC | MSG_DONTWAIT}};
    return true;
}

/* The descriptor in what recvmsg wrote; -1: none, as when the program can have no more. */
static int32_t received(const struct opening_context *c) {
    uint32_t head = c->terms->narrow ? 12 : 16;
    int32_t words[5], *level = words + head / 4 - 2;

    if (!toc_ptrace_read_one(c->terms->memory, c->opening->scratch + CONTROL, words, head + 4) ||
        level[0] != SOL_SOCKET || level[1] != SCM_RIGHTS)
        return -1;
    return level[2];
}

static bool map(struct opening_context *c, struct toc_injected *call) {
    struct toc_opening *o = c->opening;

    o->received = received(c);
    if (o->received < 0) {
        fail(o, "no descriptor arrived", EMFILE);
        return false;
    }
    *call = (struct toc_injected){
        TOC_INJECT_mmap, {0, TOC_RANGE_MAPPED, PROT_READ, MAP_SHARED, (uint64_t)o->received, 0}};
    return true;
}

static bool keep_from_children(struct opening_context *c, struct toc_injected *call) {
    c->opening->at = (uint64_t)c->result;
    *call = (struct toc_injected){TOC_INJECT_madvise,
                                  {c->opening->at, TOC_RANGE_MAPPED, MADV_DONTFORK}};
    return true;
}

static bool seal(struct opening_context *c, struct toc_injected *call) {
    *call = (struct toc_injected){TOC_INJECT_mseal, {c->opening->at, TOC_RANGE_MAPPED, 0}};
    return !c->terms->guarded;
}

static bool settle(struct opening_context *c, struct toc_injected *call) {
    struct toc_opening *o = c->opening;
    unsigned ms = o->slept_ms < MAX_SLEEP_MS ? o->slept_ms + 1 : MAX_SLEEP_MS;

    if (!c->terms->unsettled)
        return false;
    if (o->slept_ms >= MAX_SLEPT_MS) {
        fail(o, "mappings do not come to rest", ETIMEDOUT);
        return false;
    }
    o->slept_ms += ms;
    o->step--;
    *call = (struct toc_injected){TOC_INJECT_poll, {0, 0, ms}};
    return true;
}

static bool verify(struct opening_context *c, struct toc_injected *call) {
    (void)call;
    if (!toc_handover_mapped(c->terms->memory->tid, c->opening->at, c->opening->file))
        fail(c->opening, "the mapping is not ours", EPERM);
    return false;
}

static bool close_one(int32_t fd, struct toc_injected *call) {
    *call = (struct toc_injected){TOC_INJECT_close, {(uint64_t)fd}};
    return fd >= 0;
}

static bool close_received(struct opening_context *c, struct toc_injected *call) {
    return close_one(c->opening->received, call);
}

static bool close_first(struct opening_context *c, struct toc_injected *call) {
    return close_one(c->opening->pair[0], call);
}

static bool close_second(struct opening_context *c, struct toc_injected *call) {
    return close_one(c->opening->pair[1], call);
}

/* Another thread may have unmapped it before, and another's range may lie there now: only the
 * kernel can tell, where that is sealed. Elsewhere it is left. */
static bool unmap(const struct opening_context *c, uint64_t at, uint64_t bytes,
                  struct toc_injected *call) {
    *call = (struct toc_injected){TOC_INJECT_munmap, {at, bytes}};
    return at && !c->terms->guarded;
}

static bool unmap_failed(struct opening_context *c, struct toc_injected *call) {
    return c->opening->failed[0] && unmap(c, c->opening->at, TOC_RANGE_MAPPED, call);
}

static bool unmap_scratch(struct opening_context *c, struct toc_injected *call) {
    return unmap(c, c->opening->scratch, SCRATCH_BYTES, call);
}

/* Each gives the thread's next call, if there is one. Those of `after` are done also when one has
 * failed, and may fail themselves. */
static const struct {
    bool (*next)(struct opening_context *c, struct toc_injected *call);
    bool after;
} steps[] = {
    {begin, false},
    {connect_pair, false},
    {receive, false},
    {map, false},
    {keep_from_children, false},
    {seal, false},
    {settle, false},
    {verify, false},
    {unmap_failed, true},
    {close_received, true},
    {close_first, true},
    {close_second, true},
    {unmap_scratch, true},
};
#define N_STEPS (sizeof(steps) / sizeof(steps[0]))

void toc_opening_begin(struct toc_opening *o) {
    *o = (struct toc_opening){.file = -1, .pair = {-1, -1}, .received = -1};
}

int toc_opening_step(struct toc_opening *o, const struct toc_opening_terms *terms, int64_t result,
                     struct toc_injected *ret_call) {
    struct opening_context c = {o, terms, result};

    /* A sleep may be cut short, when the thread is told to stop. */
    if (o->step > 0 && !steps[o->step - 1].after && o->called != TOC_INJECT_poll &&
        is_error(result))
        fail(o, toc_inject_name(o->called), (int)-result);
    while (o->step < N_STEPS) {
        unsigned step = o->step++;

        if (o->failed[0] && !steps[step].after)
            continue;
        if (steps[step].next(&c, ret_call)) {
            o->called = ret_call->call;
            return 1;
        }
    }
    return o->failed[0] ? -1 : 0;
}

void toc_opening_clear(struct toc_opening *o) {
    if (o->file >= 0)
        close(o->file);
    if (o->bytes)
        munmap(o->bytes, TOC_RANGE_BYTES);
    toc_opening_begin(o);
}
