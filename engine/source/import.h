// SPDX-License-Identifier: Apache-2.0
// Recordings of other tools: what an importer of one format fills in, and what it is given.
//
// An importer reads records of its format and makes of each that is one of our events a tree of it,
// as JSON Lines have it (event/json.h): what the other tool did not record is left out of the tree,
// never guessed. import.c makes events of trees, begins the stream with tocsin_start, and counts:
// each record becomes an event or is left out for a reason.
#pragma once

#include "base/arena.h"
#include "event/json.h"
#include "source/file_source.h"
#include "source/lines.h"

/* Trees: one call with 1024 messages of three segments each takes about 30,000 nodes. */
#define TOC_IMPORT_TREE_BYTES (32u << 20)

/* A record that cannot be read is told with its place; of more than that many only the number. */
#define TOC_IMPORT_TOLD 20

struct toc_import;

struct toc_import_format {
    const char *name;     /* of --from; also host.source and host.hooks of what is imported */
    const char *what;     /* "output of strace" */
    const char *word;     /* what its records are: "line" */
    uint64_t events;      /* that its records can become, as bits */
    bool payload;         /* they may hold payload of messages */
    const char *may_lack; /* objects that no record has where the tool was not asked; NULL: none */
    size_t state_size;    /* of `state`, which is zeroed */

    /* Whether a file that begins with these bytes is of this format. Line ends may be missing. */
    bool (*detect)(const char *head, size_t n);

    /* Whether this line has them. */
    bool (*shows)(const char *line, size_t n);

    /* 1: *ret is the tree of an event; 0: the end; -EAGAIN: something was read and left out, or
     * more is needed; -errno: the file cannot be read any more. */
    int (*next)(struct toc_import *import, const struct toc_node **ret);

    /* What is known of the host, into that object; NULL: nothing. */
    void (*host)(struct toc_import *import, struct toc_node *host);

    void (*close)(struct toc_import *import); /* what state owns; NULL: nothing */
};

/* The formats; a row each. */
extern const struct toc_import_format toc_import_tracee;
extern const struct toc_import_format toc_import_strace;
extern const struct toc_import_format toc_import_scap;

/* The i-th format, or NULL. */
const struct toc_import_format *toc_import_format(size_t i);
/* The format that a file with these first bytes is of, or NULL. */
const struct toc_import_format *toc_import_detect(const char *head, size_t n);
/* The import behind a source, or NULL. */
struct toc_import *toc_import_of(struct toc_source *source);

/* Takes fd, also on failure, and reports in diags. head: bytes read from fd, which come first
 * unless `packed`: then fd is a file of gzip, and read from its start. */
int toc_import_source_new(const struct toc_import_format *format, int fd, const void *head,
                          size_t head_n, bool packed, const char *name, struct toc_diags *diags,
                          struct toc_source **ret);

/* Why a record did not become an event. */
enum toc_left_out {
    TOC_LEFT_UNKNOWN,    /* an event that the catalogue does not have; by name */
    TOC_LEFT_OTHER,      /* no event at all: the end of a process, a signal; by name */
    TOC_LEFT_UNFINISHED, /* half of a call whose other half is not in the file; by name */
    TOC_LEFT_DAMAGED,    /* cannot be read */
    TOC_LEFT_REASONS,
};

/* A name that something was counted under. */
struct toc_import_name {
    char name[32];
    uint64_t n;
    enum toc_left_out reason;
};

/* More names than Linux has calls are made up: of those each reason has a number. */
#define TOC_IMPORT_NAMES 1024

struct toc_import {
    struct toc_file_source file;
    const struct toc_import_format *format;
    void *state;            /* of the format, owned */
    struct toc_lines lines; /* the file; its `input` alone where it has no lines */
    struct toc_arena *arena;
    struct toc_builder *builder;
    const struct toc_event *first; /* comes after the start, which was made of it */
    bool started, ended;
    int failed;           /* of the tree being made: 0 or -ENOMEM */
    uint32_t col;         /* where in the line what is put into the tree now was read */
    const char *lacks;    /* of `may_lack`; NULL: nothing, or it is not known */
    const char *notes[2]; /* something to know of all of it, or NULL */
    uint64_t seen, converted, left[TOC_LEFT_REASONS];
    struct toc_import_name names[TOC_IMPORT_NAMES];
    size_t n_names;
    uint64_t unnamed[TOC_LEFT_REASONS]; /* beyond those names */
};

/* ---- What importers call ---- */

/* Begins a record: another one was seen. */
void toc_import_seen(struct toc_import *import);
/* It is left out. Returns -EAGAIN. */
int toc_import_leave(struct toc_import *import, enum toc_left_out reason, const char *name,
                     size_t n);
/* It cannot be read, at this column of the line (0: of files without lines, place is in `why`).
 * Returns -EAGAIN. */
int toc_import_damaged(struct toc_import *import, uint32_t col, const char *why, ...)
    __attribute__((format(printf, 3, 4)));
/* Bytes are missing or wrong here, so that records are, nobody knows how many. */
void toc_import_cut(struct toc_import *import, const char *why, ...)
    __attribute__((format(printf, 2, 3)));

/* The next line: 1, 0 at the end, -EAGAIN for one that is too long and was left out, -errno. */
int toc_import_line(struct toc_import *import, const char **ret, size_t *ret_n);

/* The tree: put a value into an object under a key, or behind a list, where `key` is NULL. What is
 * put in when memory is out is nowhere; `failed` tells. */
struct toc_node *toc_import_new(struct toc_import *import, enum toc_node_kind kind);
struct toc_node *toc_put_map(struct toc_import *import, struct toc_node *in, const char *key);
struct toc_node *toc_put_list(struct toc_import *import, struct toc_node *in, const char *key);
void toc_put_int(struct toc_import *import, struct toc_node *in, const char *key, int64_t value);
void toc_put_uint(struct toc_import *import, struct toc_node *in, const char *key, uint64_t value);
void toc_put_bool(struct toc_import *import, struct toc_node *in, const char *key, bool value);
void toc_put_ptr(struct toc_import *import, struct toc_node *in, const char *key, uint64_t value);
void toc_put_time(struct toc_import *import, struct toc_node *in, const char *key, int64_t ns);
/* A word of ours, which stays where it is. */
void toc_put_word(struct toc_import *import, struct toc_node *in, const char *key,
                  const char *word);
/* Bytes of foreign origin: as a string, escaped; of BYTES and HEX fields, encoded. */
void toc_put_text(struct toc_import *import, struct toc_node *in, const char *key, const char *s,
                  size_t n);
void toc_put_data(struct toc_import *import, struct toc_node *in, const char *key,
                  const void *bytes, size_t n);
void toc_put_hex(struct toc_import *import, struct toc_node *in, const char *key, const void *bytes,
                 size_t n);

/* What names the process, where its start is not known: proc.id, by which rules count. */
void toc_put_proc_id(struct toc_import *import, struct toc_node *proc, int64_t pid);
