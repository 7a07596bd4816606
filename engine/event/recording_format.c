// SPDX-License-Identifier: Apache-2.0
// Section headers of a recording: sealing them, and believing none that does not prove itself.
#include "event/recording_format.h"

#include <errno.h>
#include <string.h>
#include <xxhash.h>

#include "event/recording.h"

// Records and headers are the bytes of the structs.
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "recordings are little-endian");

static uint64_t header_hash(const struct toc_section *section) {
    return XXH3_64bits(section, offsetof(struct toc_section, header_hash));
}

void toc_section_seal(struct toc_section *section, const void *payload) {
    memcpy(section->magic, TOC_SECTION_MAGIC, TOC_SECTION_MAGIC_BYTES);
    section->version = TOC_RECORDING_VERSION;
    section->payload_hash = XXH3_64bits(payload, section->stored_bytes);
    section->header_hash = header_hash(section);
}

int toc_section_read(struct toc_section *ret, const void *bytes, size_t n) {
    if (n < sizeof(*ret) || memcmp(bytes, TOC_SECTION_MAGIC, TOC_SECTION_MAGIC_BYTES) != 0)
        return -EBADMSG;
    memcpy(ret, bytes, sizeof(*ret));
    if (ret->header_hash != header_hash(ret))
        return -EBADMSG;
    // What a newer version allows is not ours to judge: the caller refuses it by its number.
    if (!toc_section_known(ret))
        return 0;
    if (ret->stored_bytes > TOC_MAX_SECTION_STORED || ret->raw_bytes > TOC_MAX_SECTION_RAW)
        return -EBADMSG;
    return 0;
}

bool toc_section_payload_ok(const struct toc_section *section, const void *payload) {
    return section->payload_hash == XXH3_64bits(payload, section->stored_bytes);
}

bool toc_recording_magic(const void *bytes, size_t n) {
    size_t have = n < TOC_SECTION_MAGIC_BYTES ? n : TOC_SECTION_MAGIC_BYTES;

    return n && !memcmp(bytes, TOC_SECTION_MAGIC, have);
}
