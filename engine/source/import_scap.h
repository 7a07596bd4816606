// SPDX-License-Identifier: Apache-2.0
// Captures of sysdig and Falco (scap): blocks as in pcapng, each with its length before and behind
// it.
//
//   import_scap.c         blocks: the machine, processes, events
//   import_scap_thread.c  what is known of each thread, and entries that wait for their return
//   import_scap_event.c   which types of events are calls of ours; an entry and its return as one
//   import_scap_put.c     what their parameters become
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "source/import.h"

/* A block: the list of all processes of a large host has a few MiB. */
#define SCAP_MAX_BLOCK (64u << 20)

/* Parameters of an event; the types with most have below 40. */
#define SCAP_MAX_PARAMS 64

/* Threads remembered: pid_max of most machines. More take the place of others. */
#define SCAP_MAX_THREADS 65536u

struct scap_param {
    const uint8_t *p;
    uint32_t n;
};

struct scap_event {
    uint64_t ns, tid;
    uint16_t type, cpu;
    uint32_t n_params;
    struct scap_param params[SCAP_MAX_PARAMS];
};

struct scap_thread {
    uint64_t tid;      /* 0: a free place */
    int64_t pid, ppid; /* -1: not known */
    char comm[16];
    char *exe; /* owned; NULL: not known */

    /* The entry of a call that has not returned, with what its parameters point to behind it;
     * owned; NULL: none. */
    struct scap_event *entry;
};

struct scap_state {
    uint8_t *block; /* owned; the block read last */
    size_t cap;
    uint64_t offset;             /* in the file, of what comes after it */
    struct scap_thread *threads; /* owned; SCAP_MAX_THREADS places, or NULL */
    uint64_t dropped;            /* entries whose thread had to give its place to another */
    char host[129];
};

/* NULL: memory is out. */
struct scap_thread *scap_thread(struct scap_state *state, uint64_t tid);
void scap_threads_free(struct scap_state *state);
/* A list of processes, as in the block of that type; what cannot be read of it is left out. */
void scap_processes(struct scap_state *state, uint32_t type, const uint8_t *p, size_t n);
/* What a return tells of the thread: its name after exec and clone. */
void scap_note(struct scap_thread *thread, const struct scap_event *event);
/* Keeps an entry, in the place of another. -ENOMEM. */
int scap_keep(struct scap_thread *thread, const struct scap_event *event);

/* A type of event: the entry; the return is the next number. With the names of their parameters. */
struct scap_row {
    uint16_t type, event;
    const char *entry, *leave;
};

/* A call: both halves of it, the first maybe missing. */
struct scap_call {
    const struct scap_row *row;
    const struct scap_event *entry, *leave;
    struct toc_node *root, *args;
    int64_t ret;
};

/* The parameter of that name; NULL where there is none, or it is empty. */
const struct scap_param *scap_find(const struct scap_event *event, const char *names,
                                   const char *name);
/* Numbers have two, four or eight bytes. */
bool scap_number(const struct scap_param *param, int64_t *ret);

void scap_put_arg(struct toc_import *import, const struct scap_call *call, const char *key,
                  const char *name);
void scap_put_connect(struct toc_import *import, const struct scap_call *call);
void scap_put_message(struct toc_import *import, const struct scap_call *call);
void scap_put_poll(struct toc_import *import, const struct scap_call *call);

/* An event of the file. As `next` of a format. */
int scap_event(struct toc_import *import, const struct scap_event *event,
               const struct toc_node **ret);

/* Counts the entries that nothing came for. As `next` of a format, at the end. */
int scap_finish(struct toc_import *import);

static inline uint16_t scap_u16(const uint8_t *p) {
    return (uint16_t)(p[0] | p[1] << 8);
}
static inline uint32_t scap_u32(const uint8_t *p) {
    return scap_u16(p) | (uint32_t)scap_u16(p + 2) << 16;
}
static inline uint64_t scap_u64(const uint8_t *p) {
    return scap_u32(p) | (uint64_t)scap_u32(p + 4) << 32;
}
