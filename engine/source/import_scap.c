// SPDX-License-Identifier: Apache-2.0
// Reads the blocks of a capture of sysdig or Falco.
#include "source/import_scap.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "event/variants.h"

#define SECTION 0x0a0d0d0au
#define ORDER 0x1a2b3c4du /* of bytes, when it is that of this machine */
#define MACHINE 0x201u
#define MACHINE_OLD 0x8002abcdu

enum { HEAD = 8, TAIL = 4, EVENT_HEAD = 22, HOST_AT = 20, HOST_BYTES = 128 };

/* Blocks that hold an event: with flags before it; with the number of its parameters; with lengths
 * of four bytes. */
static const struct event_block {
    uint32_t type;
    bool flags, counted, large;
} event_blocks[] = {
    {0x204, false, false, false}, {0x8010abcd, false, false, false}, {0x216, false, true, false},
    {0x221, false, true, true},   {0x208, true, false, false},       {0x217, true, true, false},
    {0x222, true, true, true},
};

/* pcapng begins alike, and goes on with another block. */
static bool scap_detect(const char *head, size_t n) {
    const uint8_t *p = (const uint8_t *)head;
    uint32_t own;

    if (n < 12 || scap_u32(p) != SECTION || scap_u32(p + 8) != ORDER)
        return false;
    own = scap_u32(p + 4);
    if (own < 24 || own > n - 4)
        return false;
    return (scap_u32(p + own) & 0xffffff00) == 0x200 || scap_u32(p + own) == MACHINE_OLD;
}

/* Fills n bytes. 1, 0 at the end (*ret_got: how many there were), -errno. */
static int read_all(struct toc_import *import, uint8_t *to, size_t n, size_t *ret_got) {
    for (*ret_got = 0; *ret_got < n;) {
        ssize_t got = toc_bytes_read(&import->lines.input, to + *ret_got, n - *ret_got);

        if (got < 0)
            return (int)got;
        if (!got)
            return 0;
        *ret_got += (size_t)got;
    }
    import->file.done += n;
    return 1;
}

static int cut(struct toc_import *import, uint64_t offset, const char *why) {
    toc_import_cut(import, "%s at byte %" PRIu64, why, offset);
    return 0;
}

/* The file does not go on to the end of a block. */
static int broken_off(struct toc_import *import, int err) {
    const struct scap_state *state = import->state;

    // What is packed and damaged ends there.
    if (err && err != -EBADMSG)
        return err;
    return cut(import, state->offset, "the file is cut off in the block");
}

static bool make_room(struct scap_state *state, size_t n) {
    uint8_t *grown = n > state->cap ? realloc(state->block, n) : state->block;

    if (!grown)
        return false;
    state->block = grown;
    state->cap = n > state->cap ? n : state->cap;
    return true;
}

/* What follows the head of a block, whose length that gave. As next_block. */
static int read_behind_head(struct toc_import *import, uint32_t own) {
    struct scap_state *state = import->state;
    size_t n = own - HEAD, padded = (n + 3) & ~(size_t)3, got;
    int r;

    if (!make_room(state, padded))
        return -ENOMEM;
    r = read_all(import, state->block, padded, &got);
    if (r != 1)
        return broken_off(import, r);
    if (scap_u32(state->block + n - TAIL) != own)
        return cut(import, state->offset, "a block whose two lengths differ");
    state->offset += HEAD + padded;
    return 1;
}

/* The next block: its type and how much is in it, at state->block. 1, 0 at the end or where it
 * cannot go on, -errno. */
static int next_block(struct toc_import *import, uint32_t *ret_type, size_t *ret_n) {
    const struct scap_state *state = import->state;
    uint8_t head[HEAD];
    uint32_t own;
    size_t got;
    int r = read_all(import, head, HEAD, &got);

    if (!r && !got)
        return 0;
    if (r != 1)
        return broken_off(import, r);
    own = scap_u32(head + 4);
    if (own < HEAD + TAIL || own > SCAP_MAX_BLOCK)
        return cut(import, state->offset, "a block of no possible length");
    *ret_type = scap_u32(head);
    *ret_n = own - HEAD - TAIL;
    return read_behind_head(import, own);
}

static int damaged(struct toc_import *import, const char *why) {
    const struct scap_state *state = import->state;

    toc_import_seen(import);
    return toc_import_damaged(import, 0, "the block that ends at byte %" PRIu64 ": %s",
                              state->offset, why);
}

/* Where an event of n bytes does not tell how many parameters it has, they fill it, with their
 * lengths before them. More than there may be: no number of them does. */
static uint32_t count_params(const uint8_t *p, size_t n) {
    uint32_t count = 0;
    size_t sum = 0;

    while (2 * count + sum != n) {
        if (2 * (count + 1) > n || count == SCAP_MAX_PARAMS)
            return SCAP_MAX_PARAMS + 1;
        sum += scap_u16(p + (size_t)2 * count++);
    }
    return count;
}

/* Lengths of the parameters, then the parameters. */
static bool read_params(struct scap_event *event, const uint8_t *p, size_t n,
                        const struct event_block *block) {
    size_t width = block->large ? 4 : 2, head = block->counted ? 4 : 0;
    uint32_t count;
    uint64_t at, end;

    if (n < head)
        return false;
    count = block->counted ? scap_u32(p) : count_params(p, n);
    p += head;
    n -= head;
    if (count > SCAP_MAX_PARAMS || count * width > n)
        return false;
    at = count * width;
    for (event->n_params = 0; event->n_params < count; event->n_params++) {
        const uint8_t *length = p + event->n_params * width;

        end = at + (block->large ? scap_u32(length) : scap_u16(length));
        if (end > n)
            return false;
        event->params[event->n_params] = (struct scap_param){p + at, (uint32_t)(end - at)};
        at = end;
    }
    return true;
}

static int read_event(struct toc_import *import, const struct event_block *block, const uint8_t *p,
                      size_t n, const struct toc_node **ret) {
    size_t before = block->flags ? 6 : 2;
    struct scap_event event;
    uint32_t own;

    if (n < before + EVENT_HEAD)
        return damaged(import, "too short for an event");
    event.cpu = scap_u16(p);
    p += before;
    n -= before;
    event.ns = scap_u64(p);
    event.tid = scap_u64(p + 8);
    own = scap_u32(p + 16);
    event.type = scap_u16(p + 20);
    if (own < EVENT_HEAD || own > n ||
        !read_params(&event, p + EVENT_HEAD, own - EVENT_HEAD, block))
        return damaged(import, "the lengths in the event do not fit");
    return scap_event(import, &event, ret);
}

/* A section, the machine, processes, or what is of no interest. */
static int read_other(struct toc_import *import, uint32_t type, const uint8_t *p, size_t n) {
    struct scap_state *state = import->state;

    if (type == SECTION && n >= 4 && scap_u32(p) != ORDER)
        return cut(import, state->offset, "a section in another order of bytes ends");
    if ((type == MACHINE || type == MACHINE_OLD) && n >= HOST_AT + HOST_BYTES)
        memcpy(state->host, p + HOST_AT, HOST_BYTES);
    scap_processes(state, type, p, n);
    return -EAGAIN;
}

static int scap_next(struct toc_import *import, const struct toc_node **ret) {
    const struct scap_state *state = import->state;
    uint32_t type;
    size_t n;
    int r = next_block(import, &type, &n);

    if (r != 1)
        return r ? r : scap_finish(import);
    for (size_t i = 0; i < sizeof(event_blocks) / sizeof(event_blocks[0]); i++)
        if (event_blocks[i].type == type)
            return read_event(import, &event_blocks[i], state->block, n, ret);
    return read_other(import, type, state->block, n);
}

static void scap_host(struct toc_import *import, struct toc_node *host) {
    const struct scap_state *state = import->state;

    if (state->host[0])
        toc_put_text(import, host, "name", state->host, strlen(state->host));
}

static void scap_close(struct toc_import *import) {
    struct scap_state *state = import->state;

    free(state->block);
    scap_threads_free(state);
}

const struct toc_import_format toc_import_scap = {
    .name = "scap",
    .what = "a capture of sysdig or Falco",
    .word = "record",
    .events = EVENT_SINGLES | EV(sendmmsg) | EV(recvmmsg) | EV(connect) | EV(close) | EV(poll) |
              EV(ppoll) | EV(select) | EV(epoll_wait) | EV(userfaultfd),
    .payload = true,
    .state_size = sizeof(struct scap_state),
    .detect = scap_detect,
    .next = scap_next,
    .host = scap_host,
    .close = scap_close,
};
