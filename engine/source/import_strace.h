// SPDX-License-Identifier: Apache-2.0
// Output of strace: what its lines are made of.
//
//   import_strace.c          lines: calls, halves of calls, what is no call
//   import_strace_form.c     what forms a line can have; import_strace_who.c: when, and of which
//   thread import_strace_line.c     a call: its return, its times, its thread
//   import_strace_prefix.c   what stands before: pid, time, number
//   import_strace_thread.c   what is known of each thread, and halves of calls that wait for the
//   other import_strace_value.c    the arguments of a call as values; import_strace_text.c:
//   strings, words import_strace_call.c     the table of calls; import_strace_msg.c, _addr.c,
//   _wait.c: their arguments
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "source/import.h"

/* How deep values nest: control data of a message of a batch is at 8. */
#define STRACE_MAX_DEPTH 24

/* Values of one line: as many as a tree of an event has nodes. */
#define STRACE_MAX_VALUES (1u << 17)

/* Threads remembered: pid_max of most machines. The dead are forgotten when there are more. */
#define STRACE_MAX_THREADS 65536u

/* ---- Before the call ---- */

enum strace_clock {
    STRACE_NO_CLOCK,
    STRACE_WALL,     /* since 1970 */
    STRACE_DAY,      /* since midnight, of a day unknown */
    STRACE_RELATIVE, /* since the line before */
};

struct strace_prefix {
    int64_t pid; /* -1: not there */
    const char *comm;
    size_t comm_n; /* of -Y; 0: not there */
    enum strace_clock clock;
    int64_t ns;
    bool seconds; /* without a fraction */
    int64_t nr;   /* of -n; -1: not there */
};

/* Reads what stands before a call. The bytes that are that. */
size_t strace_prefix(const char *s, size_t n, struct strace_prefix *ret);

/* ---- Threads ---- */

struct strace_half {
    char *text; /* owned; NULL: no call is under way */
    size_t n, name_n;
    int64_t ns, nr;
    bool timed;
};

struct strace_thread {
    int64_t tid;       /* 0: a free place */
    int64_t pid, ppid; /* -1: not known */
    char comm[16];     /* "": not known */
    const char *abi;   /* NULL: not known */
    struct strace_half half;
    bool dead;
};

struct strace_state {
    struct strace_thread *threads; /* owned; a hash table of n_threads places, a power of two */
    size_t n_threads, used;
    uint64_t changes, looked_at; /* times that a thread came or went; when `alone` was looked for */
    int64_t alone;
    int64_t day_ns, last_ns; /* STRACE_DAY: whole days so far; the last time of any line */
    enum strace_clock clock; /* of the first line with a time */
    char *broken;            /* owned; the beginning of a line that goes on in the next one */
    size_t broken_n;
    bool bracketed;   /* numbers were seen */
    bool unnumbered;  /* a thread was seen that has none so far */
    bool summed;      /* what follows is no trace any more */
    bool tells_new;   /* threads are announced, not only seen */
    bool has_socks;   /* of a call of sockets it was told what its descriptor is, */
    bool wants_socks; /* or it was not */
};

/* The thread of that number, made if it is not there; NULL: memory is out. */
struct strace_thread *strace_thread(struct strace_state *state, int64_t tid);
void strace_threads_free(struct strace_state *state);

/* ---- Lines ---- */

/* A whole call. */
struct strace_line {
    const char *s;
    size_t n, name_n, equals; /* where its '=' is */
    uint32_t col;             /* of s in the line; 0: put together of two lines */
    bool timed;
    int64_t ns; /* when it began */
    bool lasted;
    int64_t lasted_ns; /* to its second half */
    int64_t nr;        /* -1: not told */
};

#define STRACE_UNFINISHED " <unfinished ...>"

bool strace_begins(const char *s, size_t n, const char *with);
bool strace_ends(const char *s, size_t n, const char *with);
/* The length of the name before a '(' at the beginning, or 0. */
size_t strace_name(const char *s, size_t n);
/* Of "close(3)   = 0" the '='; NULL: there is none. */
const char *strace_equals(const char *s, size_t n);
/* As `detect` and `shows` of a format. */
bool strace_detect(const char *head, size_t n);
bool strace_shows(const char *line, size_t n);

void strace_move_clock(struct strace_state *state, const struct strace_prefix *prefix);
/* The thread of a line; NULL: memory is out. */
struct strace_thread *strace_who(struct toc_import *import, const struct strace_prefix *prefix,
                                 const struct strace_line *line);

/* Remembers what the call tells of its thread and of others: names, children, ABI. */
void strace_note(struct strace_thread *thread, struct strace_state *state,
                 const struct strace_line *line);

/* The event of a call that is one. As `next` of a format. */
int strace_put_line(struct toc_import *import, const struct strace_thread *thread,
                    const struct strace_line *line, const struct toc_node **ret);

/* ---- Values ---- */

enum strace_kind {
    STRACE_NUMBER, /* u; fds have a note */
    STRACE_WORD,   /* NULL, A|B|0x4; u where `known` */
    STRACE_STRING, /* bytes; cut: "..." behind it; abstract: @ before it */
    STRACE_STRUCT, /* children with names */
    STRACE_LIST,   /* children; cut: it had more */
    STRACE_CALL,   /* htons(53): `name` is the function's of it, children its arguments */
};

struct strace_value {
    enum strace_kind kind;
    const char *name; /* of a field, or of an argument (-N); of a CALL, its function; NULL: none */
    size_t name_n;
    const char *text; /* of a WORD as it stands, of a STRING decoded, of a NUMBER's note in <> */
    size_t n;
    uint64_t u;
    bool known, negative, cut, abstract, inverted;
    uint32_t col;
    struct strace_value *child, *next;
    struct strace_value *becomes; /* behind =>, what it is at return */
};

/* A text being read. */
struct strace_text {
    struct toc_import *import; /* for memory */
    const char *s;
    size_t n, at;
    size_t values;
    uint32_t col; /* of s[0] in the line; 0: not known, put together of two lines */
};

/* Values up to the ')' of a call, which is passed. -EBADMSG where it is none, with `at` there. */
int strace_arguments(struct strace_text *text, struct strace_value **ret);
/* One value. */
int strace_value(struct strace_text *text, unsigned depth, struct strace_value **ret);
/* "…" or @"…" in C's way of writing, as its bytes. */
int strace_string(struct strace_text *text, struct strace_value *value);
/* A word or number, with what follows it in <> or comments. */
int strace_word(struct strace_text *text, struct strace_value *value);
void strace_blanks(struct strace_text *text);

/* The field of that name, or NULL. */
const struct strace_value *strace_field(const struct strace_value *of, const char *name);
bool strace_is_null(const struct strace_value *value);
/* It is a number, or words all known. */
bool strace_number(const struct strace_value *value, uint64_t *ret);

/* ---- Calls ---- */

#define STRACE_MAX_ARGS 7

/* Number of socketcall of i386, which holds the others. */
#define TOC_STRACE_SOCKETCALL 102

struct strace_call {
    const struct strace_value *args[STRACE_MAX_ARGS]; /* NULL from the first that is not there on */
    size_t n_args;
    int64_t ret;
    bool has_ret;
    const struct strace_value *said; /* what stands in () behind the return, NULL */
    struct toc_node *root, *args_node;
    uint16_t event;
    bool truncated; /* strace left something out */
};

/* The event of a call of that name; TOC_EVENT_NONE when there is none. */
uint16_t strace_event(const char *name, size_t n);

/* Fills the tree of the call from its arguments. */
void strace_put_call(struct toc_import *import, struct strace_call *call, const char *name,
                     size_t n);

void strace_put_fd(struct toc_import *import, struct strace_call *call, const char *key,
                   const struct strace_value *value);
void strace_put_addr(struct toc_import *import, struct toc_node *addr,
                     const struct strace_value *value);
void strace_put_batch(struct toc_import *import, struct strace_call *call);
void strace_put_single(struct toc_import *import, struct strace_call *call, bool receives);
void strace_put_buffer(struct toc_import *import, struct strace_call *call, bool receives);
void strace_put_timeout(struct toc_import *import, struct strace_call *call,
                        const struct strace_value *value);
void strace_put_poll(struct toc_import *import, struct strace_call *call);
void strace_put_select(struct toc_import *import, struct strace_call *call);
void strace_put_epoll(struct toc_import *import, struct strace_call *call);
/* A pointer into args: raw where strace shows it, 0 where it is NULL. */
void strace_put_pointer(struct toc_import *import, struct strace_call *call, const char *key,
                        const struct strace_value *value);
/* A number into args, as wide as the field. */
void strace_put_arg(struct toc_import *import, struct strace_call *call, const char *key,
                    const struct strace_value *value);
