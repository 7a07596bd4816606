// SPDX-License-Identifier: Apache-2.0
// The layout of a recording: a row of sections, each behind a header that says what it is and
// proves it whole.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

/*
 * file    = section*              in this order: TABLE, EVENTS*, INDEX, END
 * section = header payload        the payload is one zstd frame; END has none
 *
 * Numbers are little-endian. A section is written with one write, so that a writer that dies leaves
 * whole sections and at most one cut one. A reader that meets a damaged one looks for the next
 * magic.
 *
 * TABLE   the field table as text (recording_table.h)
 * EVENTS  frames, each a record or what changed since an earlier one (recording_delta.h). A block
 *         needs no other: only the table that its header names by digest. The first block holds
 *         tocsin_start alone, so that other damage leaves it readable.
 * INDEX   struct toc_index_entry, one for each EVENTS section or several of them side by side
 * END     raw_bytes: how far before itself the INDEX section begins
 */
#define TOC_SECTION_MAGIC "\x89tocsin\n"
enum {
    TOC_SECTION_MAGIC_BYTES = 8,
    TOC_RECORDING_VERSION = 2, /* written */
    TOC_RECORDING_OLDEST = 1,  /* and read, from this one on: blocks hold other frames */
};

enum toc_section_kind {
    TOC_SECTION_TABLE = 1,
    TOC_SECTION_EVENTS = 2,
    TOC_SECTION_INDEX = 3,
    TOC_SECTION_END = 4,
};

/* These 72 bytes keep their form in every version, so that any reader can name the version. */
struct toc_section {
    uint8_t magic[TOC_SECTION_MAGIC_BYTES];
    uint16_t version;
    uint16_t kind;         /* enum toc_section_kind; others are skipped */
    uint32_t stored_bytes; /* of the payload */
    uint32_t raw_bytes;    /* of the payload, decompressed */
    uint32_t count;        /* events or index entries in it */
    int64_t first_ns;      /* stream time of its first event */
    int64_t last_ns;       /* and of its last */
    uint64_t table;        /* digest of the table that its records are laid out by */
    uint64_t first_event;  /* how many events the sections before it hold: a gap is a loss */
    uint64_t payload_hash; /* XXH3, 64 bits, of the stored payload */
    uint64_t header_hash;  /* the same of all before this */
};
_Static_assert(sizeof(struct toc_section) == 72, "part of the format");

/* A payload decompressed: a block in the making and the largest record on top of it. */
#define TOC_MAX_SECTION_RAW (16u << 20)
/* And stored: zstd adds less than one part in 128 to what it cannot compress. */
#define TOC_MAX_SECTION_STORED (TOC_MAX_SECTION_RAW + (TOC_MAX_SECTION_RAW >> 7))
_Static_assert(TOC_MAX_SECTION_RAW > TOC_MAX_RECORD, "a block can hold any record");

/* Where EVENTS sections are. */
struct toc_index_entry {
    uint64_t offset; /* of the header, from the start of the file */
    uint64_t first_event;
    int64_t first_ns, last_ns;
};
#define TOC_MAX_INDEX (TOC_MAX_SECTION_RAW / sizeof(struct toc_index_entry) / 2)

/* Whether this is a version that is read. */
static inline bool toc_section_known(const struct toc_section *section) {
    return section->version >= TOC_RECORDING_OLDEST && section->version <= TOC_RECORDING_VERSION;
}

/* Fills in magic, version and hashes; stored_bytes says how much payload there is. */
void toc_section_seal(struct toc_section *section, const void *payload);

/* Copies a header out of a file. -EBADMSG when it is none, was damaged or exceeds a limit. */
int toc_section_read(struct toc_section *ret, const void *bytes, size_t n);

/* Whether the stored payload is the one that the header describes. */
bool toc_section_payload_ok(const struct toc_section *section, const void *payload);
