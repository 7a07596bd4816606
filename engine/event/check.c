// SPDX-License-Identifier: Apache-2.0
// Verifies records that came from outside: nothing in one is believed before this walk has passed.
// There is one function an object, made from the catalogue.
#include "event/check.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "event/record.h"
#include "event/variants.h"

struct walk {
    const char *data;
    size_t n;
    uint64_t left;         /* bytes that may still be met */
    struct toc_mask *mask; /* NULL: not asked for */
    uint16_t of_event;
};

/* The fields of one object. */
typedef bool check_fn(struct walk *walk, const char *at);

/* ---- The mask ---- */

/* Bytes [at, at + n) of an object, up to 16, may take any value. */
static inline void set_free(uint64_t *fixed, size_t at, size_t n) {
    uint64_t bits = (UINT64_C(1) << n) - 1;

    fixed[at / 64] &= ~(bits << at % 64);
    if (at % 64 + n > 64)
        fixed[at / 64 + 1] &= ~(bits >> (64 - at % 64));
}

/* Adds n words of bits. */
static inline void add_bits(uint8_t *to, const uint64_t *fixed, size_t n) {
    for (size_t i = 0; i < n; i++) {
        uint64_t word;

        memcpy(&word, to + 8 * i, sizeof(word));
        word |= fixed[i];
        memcpy(to + 8 * i, &word, sizeof(word));
    }
}

static void mark(uint8_t *bits, size_t from, size_t n) {
    size_t first = from / 8, last = (from + n - 1) / 8;
    uint8_t head = (uint8_t)(0xff << from % 8), tail = (uint8_t)(0xff >> (7 - (from + n - 1) % 8));

    if (first == last) {
        bits[first] |= head & tail;
        return;
    }
    bits[first] |= head;
    memset(bits + first + 1, 0xff, last - first - 1);
    bits[last] |= tail;
}

/* ---- Values; `fixed` is of the object that they are in, `at` where ---- */

static bool in_record(struct walk *walk, uint32_t off, uint64_t bytes) {
    if (off < sizeof(struct toc_event) || off > walk->n || bytes > walk->n - off)
        return false;
    if (bytes > walk->left)
        return false;
    walk->left -= bytes;
    return true;
}

bool toc_text_is_plain(const char *s, size_t n) {
    unsigned odd = 0;
    uint64_t bytes = UINT64_C(0x2020202020202020);

    for (; n >= 8; s += 8, n -= 8) {
        memcpy(&bytes, s, 8);
        odd |= toc_odd_bytes(bytes);
    }
    for (size_t i = 0; i < n; i++)
        bytes = bytes << 8 | (uint8_t)s[i];
    return !(odd | toc_odd_bytes(bytes));
}

static bool check_text(struct walk *walk, const struct toc_ref *ref) {
    const char *text = walk->data + ref->off;
    bool plain;

    if (!ref->n)
        return !ref->off;
    if (!in_record(walk, ref->off, ref->n) || ref->n > TOC_MAX_STRING)
        return false;
    plain = toc_text_is_plain(text, ref->n);
    if (walk->mask)
        mark(plain ? walk->mask->text : walk->mask->fixed, ref->off, ref->n);
    return plain || toc_is_escaped(text, ref->n);
}

static bool check_bytes(struct walk *walk, const struct toc_ref *ref) {
    if (!ref->n)
        return !ref->off;
    return in_record(walk, ref->off, ref->n) && ref->n <= TOC_MAX_PAYLOAD;
}

static bool check_names(const struct toc_names *names, uint32_t bits) {
    for (; bits; bits &= bits - 1)
        if (!toc_names_name(names, (uint16_t)__builtin_ctz(bits)))
            return false;
    return true;
}

static bool check_ip(const struct toc_ip *ip, uint64_t *fixed, size_t at) {
    static const uint8_t zeros[12];

    set_free(fixed, at + offsetof(struct toc_ip, bytes), ip->version == 4 ? 4 : 16);
    return ip->version == 6 || (ip->version == 4 && !memcmp(ip->bytes + 4, zeros, sizeof(zeros)));
}

static bool check_objects(struct walk *walk, const struct toc_object *object, check_fn *check,
                          uint32_t off, uint32_t count) {
    bool ok = off % 8 == 0 && in_record(walk, off, (uint64_t)object->size * count);

    for (uint32_t i = 0; ok && i < count; i++)
        ok = check(walk, walk->data + off + (size_t)i * object->size);
    return ok;
}

static bool check_list(struct walk *walk, const struct toc_object *object, check_fn *check,
                       const struct toc_ref *ref) {
    if (!ref->n)
        return !ref->off;
    return ref->n <= toc_list_limit(object) && check_objects(walk, object, check, ref->off, ref->n);
}

/* Plain values: all their bytes are free. */
static inline bool check_plain(uint64_t *fixed, size_t at, size_t n) {
    set_free(fixed, at, n);
    return true;
}

/* Above INT64_MAX an expression could not hold it: the builder saturates. */
static inline bool check_u64(uint64_t value, uint64_t *fixed, size_t at) {
    set_free(fixed, at, 7);
    return value <= INT64_MAX;
}

/* ---- Objects ---- */

/* The variant is the family of an address, the event's number of the rest. */
static inline bool check_variant(const struct walk *walk, const struct toc_object *object,
                                 const char *at, uint16_t variant) {
    if (object == &toc_object_addr)
        return variant < 64 && variant == ((const struct toc_addr *)at)->family;
    return variant == walk->of_event;
}

/* What was not observed holds zeros. */
static inline bool is_zero(const void *at, size_t n) {
    static const char zeros[sizeof(struct toc_ip)];

    return !memcmp(at, zeros, n);
}

#define CHECK_BOOL(x) (*value <= 1)
#define CHECK_I32(x) check_plain(fixed, where, 4)
#define CHECK_I64(x) check_plain(fixed, where, 8)
#define CHECK_U8(x) check_plain(fixed, where, 1)
#define CHECK_U16(x) check_plain(fixed, where, 2)
#define CHECK_U32(x) check_plain(fixed, where, 4)
#define CHECK_U64(x) check_u64(*value, fixed, where)
#define CHECK_PTR(x) check_plain(fixed, where, 8)
#define CHECK_TIME(x) check_plain(fixed, where, 8)
#define CHECK_ENUM(x) (toc_names_name(&toc_names_##x, *value) != NULL)
#define CHECK_NAMES(x) check_names(&toc_names_##x, *value)
#define CHECK_STRING(x) check_text(walk, value)
#define CHECK_BYTES(x) check_bytes(walk, value)
#define CHECK_HEX(x) check_bytes(walk, value)
#define CHECK_IP(x) check_ip(value, fixed, where)
#define CHECK_OBJ(x) check_objects(walk, &toc_object_##x, check_##x, *value, 1)
#define CHECK_LIST(x) check_list(walk, &toc_object_##x, check_##x, value)

#define OBJECT(o, doc) static check_fn check_##o;
#include "event/fields.def"

#define BEGIN(o)                                                                                   \
    static bool check_##o(struct walk *walk, const char *at) {                                     \
        const struct toc_##o *object = (const struct toc_##o *)at;                                 \
        /* A bit for each byte: it must stay as it is. */                                          \
        uint64_t fixed[(sizeof(*object) + 63) / 64];                                               \
        bool ok = TOC_##o##_n_fields == 64 || !(object->present >> (TOC_##o##_n_fields & 63));     \
        uint16_t variant = 0;                                                                      \
        memset(fixed, 0xff, sizeof(fixed));                                                        \
        fixed[sizeof(fixed) / 8 - 1] >>= -sizeof(*object) % 64;
#define OBJECT(o, doc) BEGIN(o)
#define VARIANTS(o, doc)                                                                           \
    BEGIN(o)                                                                                       \
    variant = object->variant;                                                                     \
    ok = ok && check_variant(walk, &toc_object_##o, at, variant);
#define F_AS(o, member, f, kind, extra, variants, dir, tags, origin, unit, text)                   \
    {                                                                                              \
        __auto_type value = &object->member;                                                       \
        enum { where = offsetof(struct toc_##o, member) };                                         \
        if (!TOC_HAS(o, object, member))                                                           \
            ok = ok && is_zero(value, sizeof(*value));                                             \
        else                                                                                       \
            ok = ok && (variants) >> (variant & 63) & 1 && CHECK_##kind(extra);                    \
    }
#define END(o)                                                                                     \
    if (walk->mask)                                                                                \
        add_bits(&walk->mask->fixed[(size_t)(at - walk->data) / 8], fixed, sizeof(fixed) / 8);     \
    return ok;                                                                                     \
    }
#include "event/fields.def"

/* ---- Records ---- */

int toc_record_check_mask(const void *data, size_t n, struct toc_mask *ret) {
    const struct toc_event *event = data;
    struct walk walk = {.data = data, .left = TOC_RECORD_WALK, .mask = ret};
    const struct toc_meta *meta;

    if (n < sizeof(*event) || event->size < sizeof(*event) || event->size > n ||
        event->size > TOC_MAX_RECORD || event->size % 8 || !toc_event_info(event->variant))
        return -EBADMSG;
    if (ret) {
        memset(ret->fixed, 0, (n + 7) / 8);
        memset(ret->text, 0, (n + 7) / 8);
    }
    walk.n = event->size;
    walk.of_event = event->variant;
    if (!check_event(&walk, data))
        return -EBADMSG;
    // Every reader asks for the name first.
    meta = toc_event_meta(event);
    if (!meta || !TOC_HAS(meta, meta, name) || meta->name != event->variant)
        return -EBADMSG;
    return 0;
}

int toc_record_check(const void *data, size_t n) {
    return toc_record_check_mask(data, n, NULL);
}

int64_t toc_event_stream_time(const struct toc_event *event) {
    const struct toc_meta *meta = toc_event_meta(event);
    int64_t at;

    if (__builtin_add_overflow(meta->time, meta->duration_ns, &at))
        return meta->duration_ns > 0 ? INT64_MAX : INT64_MIN;
    return at;
}
