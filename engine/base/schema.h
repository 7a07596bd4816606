// SPDX-License-Identifier: Apache-2.0
// How a record is laid out in memory: objects, their fields, and where each field's bytes are.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A record is one block of memory without pointers. It begins with its root object; everything else
 * in it is reached by offsets from the start of the block (offset 0 means "not there"). The same
 * bytes are matched, recorded and mapped back from a file.
 *
 * Every object is a C struct whose first member is `uint64_t present`: bit i is set when field i of
 * the object's table was observed. A field that was not observed holds zero bytes.
 *
 * An object may come in variants (an address by its family, the arguments by the event they belong
 * to): its struct then has a `uint16_t variant` at `variant_offset`, and each field says in which
 * variants it exists. A field that the variant lacks is "no such field"; one that exists and has no
 * present bit is "unobserved".
 */

/* Bytes or elements elsewhere in the record. `n` counts bytes of a string, elements of a list. */
struct toc_ref {
    uint32_t off;
    uint32_t n;
};

/* An IP address in network byte order; IPv4 uses the first four bytes. `version` is 4 or 6. */
struct toc_ip {
    uint8_t version;
    uint8_t bytes[16];
};

/* In memory; in CEL; in JSON. */
enum toc_kind {
    TOC_KIND_BOOL,    /* uint8_t                                  bool       true/false */
    TOC_KIND_INT,     /* width 1, 2, 4, 8, signed or not          int        number */
    TOC_KIND_POINTER, /* uint64_t                                 uint       "0x…" */
    TOC_KIND_TIME,    /* int64_t, ns since 1970-01-01T00:00:00Z   timestamp  RFC 3339 */
    TOC_KIND_ENUM,    /* uint16_t, a value of `names`             string     string */
    TOC_KIND_NAMES,   /* uint32_t, bit v set: value v of `names`  list       strings */
    TOC_KIND_STRING,  /* struct toc_ref, escaped UTF-8 (text.h)   string     string */
    TOC_KIND_BYTES,   /* struct toc_ref                           bytes      base64 */
    TOC_KIND_HEX,     /* struct toc_ref                           bytes      hex digits */
    TOC_KIND_IP,      /* struct toc_ip                            string     string */
    TOC_KIND_OBJECT,  /* uint32_t offset of one `object`          object     object */
    TOC_KIND_LIST,    /* struct toc_ref, n objects side by side   list       list */
};

/* A JSON name with its quotes, padded so that it is copied in one piece. */
#define TOC_NAME_BYTES 28

struct toc_name {
    const char *name;
    uint16_t value;
    uint8_t json_n;            /* bytes of json[] */
    char json[TOC_NAME_BYTES]; /* "name" with its quotes; empty in the table of a recording */
};

/* A row of a set; `text` is a literal. */
#define TOC_NAME(text, number)                                                                     \
    { .name = (text), .value = (number), .json_n = sizeof(text) + 1, .json = "\"" text "\"" }

/* A closed set of names for numbers, in order of value. For TOC_KIND_NAMES values are below 32. */
struct toc_names {
    const char *name;
    const struct toc_name *items;
    uint16_t n;
};

/* Who writes a user-memory field while the call runs: decides which witnesses may be compared. */
enum toc_dir {
    TOC_DIR_NONE,               /* not user memory */
    TOC_DIR_IN,                 /* the kernel only reads it */
    TOC_DIR_OUT,                /* the kernel writes it */
    TOC_DIR_INOUT,              /* read, then written */
    TOC_DIR_SEND_IN,            /* read by sends, written by receives */
    TOC_DIR_SEND_IN_RECV_INOUT, /* read by sends, read and written by receives */
};

enum toc_tag { TOC_TAG_K = 1, TOC_TAG_U = 2, TOC_TAG_TOCTOU = 4, TOC_TAG_OPT = 8 };

struct toc_object;

struct toc_field {
    const char *name;
    const struct toc_object *object; /* of an OBJECT, or of a LIST's elements */
    const struct toc_names *names;   /* of ENUM and NAMES */
    uint64_t variants;               /* bit v set: exists in variant v; all ones: always */
    uint32_t offset;                 /* in the object's struct */
    uint8_t kind;                    /* enum toc_kind */
    uint8_t width;                   /* bytes, of INT */
    uint8_t is_signed;
    uint8_t bit;      /* in `present` */
    uint8_t dir;      /* enum toc_dir */
    uint8_t tags;     /* enum toc_tag */
    bool derived;     /* computed from other fields by every reader */
    const char *unit; /* "" when it has none */
    const char *doc;
};

struct toc_object {
    const char *name;
    const struct toc_field *fields;
    uint16_t n_fields;       /* at most 64 */
    uint16_t variant_offset; /* 0: no variants */
    uint32_t size;
    const char *doc;
};

#define TOC_ALL_VARIANTS UINT64_MAX

/* The field of that name that exists in any of `variants`, or NULL. Names are not unique: the same
 * name may be a pointer in one variant and an integer in another. */
const struct toc_field *toc_object_field(const struct toc_object *object, const char *name,
                                         size_t n, uint64_t variants);

/* The name of a value, or NULL when the set has none. */
const char *toc_names_name(const struct toc_names *names, uint16_t value);

/* The value of a name: true and *ret_value, or false. */
bool toc_names_value(const struct toc_names *names, const char *name, size_t n,
                     uint16_t *ret_value);

static inline bool toc_field_present(const struct toc_field *field, const void *object) {
    return (*(const uint64_t *)object >> field->bit) & 1;
}

/* The variant of an object, 0 when it has none. */
static inline uint16_t toc_object_variant(const struct toc_object *object, const void *data) {
    if (!object->variant_offset)
        return 0;
    return *(const uint16_t *)((const char *)data + object->variant_offset);
}
