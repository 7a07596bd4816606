// SPDX-License-Identifier: Apache-2.0
// What differs between two witnesses of a message, by the catalogue's directions.

#include <string.h>

#include "event/compare.h"

bool toc_dir_stays(enum toc_dir dir, bool is_send) {
    switch (dir) {
    case TOC_DIR_IN: return true;
    case TOC_DIR_SEND_IN:
    case TOC_DIR_SEND_IN_RECV_INOUT: return is_send;
    case TOC_DIR_NONE:
    case TOC_DIR_OUT:
    case TOC_DIR_INOUT: break;
    }
    return false;
}

/* The part that a difference in a field belongs to: pointers and sizes have their own. */
static uint32_t part_of(const struct toc_object *object, uint8_t bit) {
    static const struct {
        const struct toc_object *object;
        uint8_t bit;
        uint32_t part;
    } parts[] = {
        {&toc_object_addr, TOC_addr_ptr, TOC_PART(name_ptr)},
        {&toc_object_addr, TOC_addr_len, TOC_PART(name_len)},
        {&toc_object_iov, TOC_iov_ptr, TOC_PART(iov_ptr)},
        {&toc_object_iov, TOC_iov_count, TOC_PART(iov_count)},
        {&toc_object_iov, TOC_iov_bytes, TOC_PART(iov_bytes)},
        {&toc_object_iov, TOC_iov_data, TOC_PART(iov_data)},
        {&toc_object_control, TOC_control_ptr, TOC_PART(control_ptr)},
        {&toc_object_control, TOC_control_len, TOC_PART(control_len)},
        {&toc_object_view, TOC_view_flags, TOC_PART(flags)},
    };

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (parts[i].object == object && parts[i].bit == bit)
            return parts[i].part;
    if (object == &toc_object_addr)
        return TOC_PART(name);
    return object == &toc_object_iov || object == &toc_object_seg ? TOC_PART(iov)
                                                                  : TOC_PART(control);
}

static bool same_bytes(const struct toc_comparison *cmp, struct toc_ref a, struct toc_ref b) {
    return a.n == b.n && !memcmp(toc_string_at(cmp->event, a), toc_string_at(cmp->event, b), a.n);
}

/* Elements that only one side has read are no difference: a count of their own says how many. */
static void compare_lists(struct toc_comparison *cmp, const struct toc_field *field,
                          const struct toc_ref *a, const struct toc_ref *b) {
    uint32_t n = a->n < b->n ? a->n : b->n;
    size_t size = field->object->size;

    for (uint32_t i = 0; i < n; i++)
        toc_compare_fields(cmp, field->object, (const char *)cmp->event + a->off + i * size,
                           (const char *)cmp->event + b->off + i * size);
}

static bool same_value(const struct toc_comparison *cmp, const struct toc_field *field,
                       const char *a, const char *b) {
    switch ((enum toc_kind)field->kind) {
    case TOC_KIND_INT: return !memcmp(a, b, field->width);
    case TOC_KIND_POINTER: return !memcmp(a, b, sizeof(uint64_t));
    case TOC_KIND_ENUM: return !memcmp(a, b, sizeof(uint16_t));
    case TOC_KIND_IP: return !memcmp(a, b, sizeof(struct toc_ip));
    case TOC_KIND_STRING:
    case TOC_KIND_BYTES:
    case TOC_KIND_HEX:
        return same_bytes(cmp, *(const struct toc_ref *)a, *(const struct toc_ref *)b);
    default: return true;
    }
}

static bool is_compared(const struct toc_comparison *cmp, const struct toc_field *field) {
    return toc_dir_stays(field->dir, cmp->is_send) ||
           (cmp->inputs && field->dir == TOC_DIR_SEND_IN_RECV_INOUT);
}

void toc_compare_fields(struct toc_comparison *cmp, const struct toc_object *object, const char *a,
                        const char *b) {
    uint64_t both = *(const uint64_t *)a & *(const uint64_t *)b;
    bool same = a == b || !memcmp(a, b, object->size);

    for (; both; both &= both - 1) {
        const struct toc_field *field = &object->fields[__builtin_ctzll(both)];
        const char *at_a = a + field->offset, *at_b = b + field->offset;

        if (!is_compared(cmp, field))
            continue;
        cmp->any = true;
        // The same bytes refer to the same things.
        if (same)
            return;
        if (field->kind == TOC_KIND_LIST)
            compare_lists(cmp, field, (const struct toc_ref *)at_a, (const struct toc_ref *)at_b);
        else if (!same_value(cmp, field, at_a, at_b))
            cmp->changed |= part_of(object, field->bit);
    }
}

/* Of an object whose content stays: known to be none on one side and there on the other. */
static void compare_existence(struct toc_comparison *cmp, uint16_t a, uint16_t b, uint32_t part) {
    bool null_a = a == TOC_status_null, null_b = b == TOC_status_null;

    if (null_a && null_b)
        cmp->any = true;
    if ((null_a && b == TOC_status_ok) || (null_b && a == TOC_status_ok)) {
        cmp->any = true;
        cmp->changed |= part;
    }
}

/* Programs may say AF_UNSPEC where they mean AF_INET; the kernel sends all the same. */
static bool unspec_as_inet(struct toc_comparison *cmp, const struct toc_addr *enter,
                           const struct toc_addr *kernel) {
    const char *raw = toc_string_at(cmp->event, enter->raw);

    if (!TOC_HAS(addr, enter, raw) || enter->raw.n < 6 || enter->family != TOC_family_unspec ||
        kernel->family != TOC_family_inet || !TOC_HAS(addr, kernel, ip))
        return false;
    cmp->any = true;
    if (kernel->port != ((uint8_t)raw[0] << 8 | (uint8_t)raw[1]) ||
        memcmp(kernel->ip.bytes, raw + 2, 4))
        cmp->changed |= TOC_PART(name);
    return true;
}

void toc_compare_names(struct toc_comparison *cmp, const struct toc_addr *a,
                       const struct toc_addr *b) {
    if (toc_dir_stays(TOC_DIR_SEND_IN, cmp->is_send))
        compare_existence(cmp, a->status, b->status, TOC_PART(name));
    if (cmp->is_send && unspec_as_inet(cmp, a, b))
        return;
    toc_compare_fields(cmp, &toc_object_addr, (const char *)a, (const char *)b);
}

static void compare_names(struct toc_comparison *cmp, uint32_t off_a, uint32_t off_b) {
    const struct toc_addr *a = TOC_GET(cmp->event, addr, off_a);
    const struct toc_addr *b = TOC_GET(cmp->event, addr, off_b);

    if (a && b)
        toc_compare_names(cmp, a, b);
}

void toc_compare_iovs(struct toc_comparison *cmp, uint32_t off_a, uint32_t off_b) {
    const struct toc_iov *a = TOC_GET(cmp->event, iov, off_a);
    const struct toc_iov *b = TOC_GET(cmp->event, iov, off_b);

    if (!a || !b)
        return;
    compare_existence(cmp, a->status, b->status, TOC_PART(iov));
    toc_compare_fields(cmp, &toc_object_iov, (const char *)a, (const char *)b);
}

void toc_compare_controls(struct toc_comparison *cmp, uint32_t off_a, uint32_t off_b) {
    const struct toc_control *a = TOC_GET(cmp->event, control, off_a);
    const struct toc_control *b = TOC_GET(cmp->event, control, off_b);

    if (!a || !b)
        return;
    if (toc_dir_stays(TOC_DIR_SEND_IN, cmp->is_send))
        compare_existence(cmp, a->status, b->status, TOC_PART(control));
    toc_compare_fields(cmp, &toc_object_control, (const char *)a, (const char *)b);
}

bool toc_compare_views(const struct toc_event *event, const struct toc_view *enter,
                       const struct toc_view *leave, bool is_send, uint32_t *ret_changed) {
    struct toc_comparison cmp = {.event = event, .is_send = is_send};

    *ret_changed = 0;
    toc_compare_fields(&cmp, &toc_object_view, (const char *)enter, (const char *)leave);
    // Shared because they are the same: only whether there is anything to compare is asked.
    if (enter == leave && cmp.any)
        return true;
    compare_names(&cmp, enter->name, leave->name);
    toc_compare_iovs(&cmp, enter->iov, leave->iov);
    toc_compare_controls(&cmp, enter->control, leave->control);
    *ret_changed = cmp.changed;
    return cmp.any;
}

bool toc_compare_addrs(const struct toc_event *event, uint32_t off_a, uint32_t off_b,
                       uint32_t *ret_changed) {
    struct toc_comparison cmp = {.event = event, .is_send = true};

    compare_names(&cmp, off_a, off_b);
    *ret_changed = cmp.changed;
    return cmp.any;
}
