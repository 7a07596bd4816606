// SPDX-License-Identifier: Apache-2.0
// Makes random events by the catalogue, and recordings of them.
#include "recording_events.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"

static uint64_t rnd(uint64_t *seed) {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static void fill(struct toc_builder *builder, const struct toc_object *object, char *data,
                 uint16_t variant, uint64_t *seed);

static struct toc_ref fill_bytes(struct toc_builder *builder, uint64_t *seed) {
    static const char plain[] = "/usr/bin/dig-1.2.3", odd[] = "caf\\xc3 \\x5c";

    if (rnd(seed) % 4 == 0)
        return toc_builder_bytes(builder, odd, sizeof(odd) - 1);
    return toc_builder_bytes(builder, plain, rnd(seed) % sizeof(plain));
}

static void fill_ip(struct toc_ip *ip, uint64_t *seed) {
    ip->version = rnd(seed) % 2 ? 4 : 6;
    for (int i = 0; i < (ip->version == 4 ? 4 : 16); i++)
        ip->bytes[i] = (uint8_t)rnd(seed);
}

static void fill_value(struct toc_builder *builder, const struct toc_field *field, char *at,
                       uint16_t variant, uint64_t *seed) {
    uint64_t value = rnd(seed) >> (rnd(seed) % 8 * 8);
    struct toc_ref ref = {.n = field->kind == TOC_KIND_LIST ? (uint32_t)(rnd(seed) % 4) : 1};
    char *child;

    switch ((enum toc_kind)field->kind) {
    case TOC_KIND_BOOL: *at = (char)(value % 2); break;
    case TOC_KIND_INT:
        value >>= field->width == 8 && !field->is_signed;
        memcpy(at, &value, field->width);
        break;
    case TOC_KIND_POINTER:
    case TOC_KIND_TIME: memcpy(at, &value, 8); break;
    case TOC_KIND_ENUM: memcpy(at, &field->names->items[value % field->names->n].value, 2); break;
    case TOC_KIND_NAMES:
        *(uint32_t *)at = 1u << field->names->items[value % field->names->n].value;
        break;
    case TOC_KIND_STRING:
    case TOC_KIND_BYTES:
    case TOC_KIND_HEX:
        ref = fill_bytes(builder, seed);
        memcpy(at, &ref, sizeof(ref));
        break;
    case TOC_KIND_IP: fill_ip((struct toc_ip *)at, seed); break;
    case TOC_KIND_OBJECT:
    case TOC_KIND_LIST:
        child = ref.n ? toc_builder_alloc(builder, field->object, ref.n, &ref.off) : NULL;
        for (uint32_t i = 0; i < ref.n; i++)
            fill(builder, field->object, child + i * field->object->size, variant, seed);
        memcpy(at, &ref, field->kind == TOC_KIND_LIST ? sizeof(ref) : sizeof(ref.off));
        break;
    }
}

static void fill_fields(struct toc_builder *builder, const struct toc_object *object, char *data,
                        uint16_t variant, uint64_t *seed) {
    for (uint16_t i = 0; i < object->n_fields; i++) {
        const struct toc_field *field = &object->fields[i];

        if (field->derived || !(field->variants >> toc_object_variant(object, data) & 1) ||
            toc_field_present(field, data) || rnd(seed) % 5 == 0)
            continue;
        fill_value(builder, field, data + field->offset, variant, seed);
        *(uint64_t *)data |= UINT64_C(1) << field->bit;
    }
}

static void fill(struct toc_builder *builder, const struct toc_object *object, char *data,
                 uint16_t variant, uint64_t *seed) {
    static const uint16_t families[] = {TOC_family_inet, TOC_family_inet6, TOC_family_unix,
                                        TOC_family_netlink};

    if (object == &toc_object_addr) {
        struct toc_addr *addr = (struct toc_addr *)data;

        addr->variant = families[rnd(seed) % 4];
        TOC_SET(addr, addr, family, addr->variant);
    } else if (object->variant_offset) {
        memcpy(data + object->variant_offset, &variant, sizeof(variant));
    }
    fill_fields(builder, object, data, variant, seed);
}

const struct toc_event *event_make(struct toc_builder *builder, uint16_t event_id, uint64_t *seed) {
    struct toc_event *event = toc_builder_begin(builder, event_id);
    struct toc_args *args = toc_builder_args(builder);
    struct toc_meta *meta = toc_builder_meta(builder);
    const struct toc_event *done;

    TOC_SET(meta, meta, time, INT64_C(1700000000000000000) + (int64_t)(rnd(seed) % 1000000000));
    fill_fields(builder, &toc_object_meta, (char *)meta, event_id, seed);
    if (args)
        fill_fields(builder, &toc_object_args, (char *)args, event_id, seed);
    fill_fields(builder, &toc_object_event, (char *)event, event_id, seed);
    cr_assert_eq(toc_builder_end(builder, &done), 0);
    cr_assert_eq(toc_record_check(done, done->size), 0);
    return done;
}

static struct toc_event *copy(const struct toc_event *event) {
    struct toc_event *ret = malloc(event->size);

    cr_assert_not_null(ret);
    memcpy(ret, event, event->size);
    return ret;
}

/* What differs between two calls of the same program. */
static void vary(struct toc_event *event, uint64_t *seed) {
    struct toc_meta *meta = (struct toc_meta *)toc_event_meta(event);
    struct toc_proc *proc = (struct toc_proc *)TOC_GET(event, proc, event->proc);

    meta->time += (int64_t)(rnd(seed) % 1000000);
    if (TOC_HAS(meta, meta, seq))
        meta->seq++;
    if (meta->call.n)
        ((char *)event)[meta->call.off] = (char)('0' + rnd(seed) % 10);
    if (proc && TOC_HAS(proc, proc, pid))
        proc->pid = (int32_t)(rnd(seed) % 4000);
    // A change of structure: no mask covers it.
    if (rnd(seed) % 8 == 0 && TOC_HAS(meta, meta, cpu)) {
        meta->cpu = 0;
        TOC_UNSET(meta, meta, cpu);
    }
    cr_assert_eq(toc_record_check(event, event->size), 0);
}

/* Its fields are drawn apart, so that another one does not change all that follows. The seed
 * becomes one of many bits. */
static struct toc_event *make_start(struct toc_builder *builder, uint64_t *seed) {
    uint64_t apart = *seed;

    *seed *= UINT64_C(0x9e3779b97f4a7c15);
    return copy(event_make(builder, TOC_EVENT_tocsin_start, &apart));
}

void events_make(struct events *ret, size_t n, uint64_t seed) {
    static const uint16_t ids[] = {TOC_EVENT_sendmmsg, TOC_EVENT_recvmmsg, TOC_EVENT_close,
                                   TOC_EVENT_tocsin_tick, TOC_EVENT_epoll_wait};
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;

    cr_assert_eq(toc_builder_new(&builder), 0);
    *ret = (struct events){.items = calloc(n, sizeof(*ret->items)), .n = n};
    ret->items[0] = make_start(builder, &seed);
    for (size_t i = 1; i < n; i++) {
        if (i > 2 && rnd(&seed) % 4) {
            struct toc_event *event = copy(ret->items[1 + rnd(&seed) % (i - 1)]);
            vary(event, &seed);
            ret->items[i] = event;
        } else {
            ret->items[i] = copy(event_make(builder, ids[rnd(&seed) % 5], &seed));
        }
    }
}

void events_alike(struct events *ret, size_t n, uint64_t seed) {
    _cleanup_toc_builder_ struct toc_builder *builder = NULL;

    cr_assert_eq(toc_builder_new(&builder), 0);
    *ret = (struct events){.items = calloc(n, sizeof(*ret->items)), .n = n};
    ret->items[0] = make_start(builder, &seed);
    for (size_t i = 1; i < n; i++) {
        struct toc_event *event =
            copy(i > 1 ? ret->items[i - 1] : event_make(builder, TOC_EVENT_sendmmsg, &seed));
        vary(event, &seed);
        ret->items[i] = event;
    }
}

void events_free(struct events *events) {
    for (size_t i = 0; i < events->n; i++)
        free((void *)events->items[i]);
    free(events->items);
    *events = (struct events){0};
}

void recording_of(const struct events *events, uint32_t block_bytes, bool finish,
                  struct toc_buf *ret) {
    struct toc_recorder *recorder __attribute__((cleanup(toc_recorder_free))) = NULL;
    _cleanup_close_ int fd = memfd_create("recording", MFD_CLOEXEC);
    struct toc_recorder_options options = {.block_bytes = block_bytes, .flush_ms = 1000000000};
    off_t size;

    cr_assert_eq(toc_recorder_new(fd, &options, &recorder), 0);
    for (size_t i = 0; i < events->n; i++)
        cr_assert_eq(toc_recorder_add(recorder, events->items[i]), 0);
    cr_assert_eq(finish ? toc_recorder_finish(recorder) : toc_recorder_flush(recorder), 0);
    size = lseek(fd, 0, SEEK_END);
    cr_assert_eq(pread(fd, toc_buf_room(ret, (size_t)size), (size_t)size, 0), size);
    ret->n += (size_t)size;
}

int file_of(const void *bytes, size_t n) {
    int fd = memfd_create("file", MFD_CLOEXEC);

    cr_assert_eq(write(fd, bytes, n), (ssize_t)n);
    return fd;
}

int stream_of(const void *bytes, size_t n) {
    int ends[2];

    cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
    cr_assert(n <= 65536 || fcntl(ends[1], F_SETPIPE_SZ, 1 << 20) > 0);
    cr_assert_eq(write(ends[1], bytes, n), (ssize_t)n);
    close(ends[1]);
    return ends[0];
}

/* How many of the events must be passed by to come to this one; -1 when it is none of them. */
static long passed_by(const struct events *events, size_t from, const struct toc_event *event) {
    for (size_t i = from; i < events->n; i++)
        if (events->items[i]->size == event->size && !memcmp(events->items[i], event, event->size))
            return (long)(i - from);
    return -1;
}

int recording_match(int fd, const struct events *events, long *ret_matched,
                    struct toc_recording_counts *ret_counts, struct toc_diags *diags) {
    struct toc_recording *recording __attribute__((cleanup(toc_recording_close))) = NULL;
    _cleanup_close_ int owned = fd;
    const struct toc_event *event;
    size_t from = 0;
    int err = toc_recording_open(owned, "test", diags, &recording);

    *ret_matched = 0;
    while (!err && (err = toc_recording_next(recording, diags, &event)) == 1) {
        long gap = passed_by(events, from, event);

        if (gap < 0) {
            *ret_matched = -1;
            break;
        }
        from += (size_t)gap + 1;
        ++*ret_matched;
        err = 0;
    }
    if (recording)
        *ret_counts = *toc_recording_counts(recording);
    return err;
}

/* Words that are told to be those of the change before are. */
static void told_again(struct copies *copies, const struct toc_changes *changes) {
    uint32_t *before = copies->told[changes->slot], n = changes->whole ? 0 : changes->n;
    bool again = changes->again && before && !changes->whole;

    copies->n_again += again;
    cr_assert(!again || (n == copies->n_told[changes->slot] &&
                         !memcmp(before, changes->words, n * sizeof(*before))));
    free(before);
    copies->told[changes->slot] = changes->whole ? NULL : malloc((n + 1) * sizeof(*before));
    copies->n_told[changes->slot] = n;
    if (n)
        memcpy(copies->told[changes->slot], changes->words, n * sizeof(*before));
}

bool is_told(struct copies *copies, const struct toc_changes *changes, const void *record) {
    uint64_t *old = copies->words[changes->slot], *new = malloc(changes->size);
    size_t n = changes->size / 8;

    memcpy(new, record, changes->size);
    cr_assert(changes->whole || (old && changes->since == copies->serial[changes->slot]));
    for (uint32_t i = 0; !changes->whole && i < changes->n; i++)
        for (uint32_t k = 0; k < 8; k++)
            if (changes->words[i] >> k & 1)
                ((char *)&old[changes->words[i] >> 8])[k] =
                    ((char *)&new[changes->words[i] >> 8])[k];
    cr_assert(changes->whole || !memcmp(old, new, 8 * n));
    told_again(copies, changes);
    free(old);
    copies->words[changes->slot] = new;
    copies->serial[changes->slot] = changes->serial;
    return !changes->whole;
}

void copies_free(struct copies *copies) {
    for (size_t i = 0; i < TOC_CHANGE_SLOTS; i++) {
        free(copies->words[i]);
        free(copies->told[i]);
    }
}
