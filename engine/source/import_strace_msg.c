// SPDX-License-Identifier: Apache-2.0
// Messages in strace's output. It reads those of sendmsg and sendto when the call begins, and those
// of sendmmsg and of receives when it returns.
#include <string.h>

#include "base/limits.h"
#include "source/import_strace.h"

static void put_u32(struct toc_import *import, struct toc_node *in, const char *key,
                    const struct strace_value *value) {
    uint64_t u;

    if (strace_number(value, &u))
        toc_put_uint(import, in, key, (uint32_t)u);
}

static const struct strace_value *at_return(const struct strace_value *value) {
    return value && value->becomes ? value->becomes : value;
}

/* ---- Buffers ---- */

/* What is shown of them, as far as it is without a gap. */
struct payload {
    struct toc_buf buf;
    bool any, ended;
};

static void add_payload(struct payload *payload, const struct strace_value *base) {
    if (payload->ended)
        return;
    if (!base || base->kind != STRACE_STRING || payload->buf.n + base->n > TOC_MAX_PAYLOAD) {
        payload->ended = true;
        return;
    }
    payload->any = true;
    payload->ended = base->cut;
    toc_buf_add(&payload->buf, base->text, base->n);
}

static void put_payload(struct toc_import *import, struct toc_node *iov,
                        const struct payload *payload) {
    if (!payload->any || payload->buf.failed)
        return;
    toc_put_data(import, iov, "data", payload->buf.p ? payload->buf.p : "", payload->buf.n);
    toc_put_uint(import, iov, "data_len", payload->buf.n);
    toc_put_bool(import, iov, "data_truncated", payload->ended);
    toc_put_word(import, iov, "data_status", "ok");
}

static void put_seg(struct toc_import *import, struct toc_node *segs,
                    const struct strace_value *base, const struct strace_value *len) {
    struct toc_node *seg = toc_put_map(import, segs, NULL);
    uint64_t u;

    if (base && base->kind == STRACE_NUMBER)
        toc_put_ptr(import, seg, "base", base->u);
    else if (strace_is_null(base))
        toc_put_ptr(import, seg, "base", 0);
    if (strace_number(len, &u))
        toc_put_uint(import, seg, "len", u);
}

static void put_segs(struct toc_import *import, struct strace_call *call, struct toc_node *iov,
                     const struct strace_value *list) {
    struct payload payload = {.buf = {.arena = import->arena}};
    struct toc_node *segs = toc_put_list(import, iov, "segs");
    uint64_t bytes = 0, len;
    bool whole = !list->cut;
    size_t n = 0;

    for (const struct strace_value *v = list->child; v; v = v->next) {
        const struct strace_value *base = strace_field(v, "iov_base");

        if (n++ == TOC_MAX_SEGS) {
            whole = false;
            break;
        }
        put_seg(import, segs, base, strace_field(v, "iov_len"));
        add_payload(&payload, base);
        whole = whole && strace_number(strace_field(v, "iov_len"), &len) &&
                !__builtin_add_overflow(bytes, len, &bytes);
    }
    if (whole)
        toc_put_uint(import, iov, "bytes", bytes);
    payload.ended |= list->cut;
    call->truncated |= list->cut || n > TOC_MAX_SEGS;
    put_payload(import, iov, &payload);
}

static void put_iov(struct toc_import *import, struct strace_call *call, struct toc_node *view,
                    const struct strace_value *header) {
    struct toc_node *iov = toc_put_map(import, view, "iov");
    const struct strace_value *list = strace_field(header, "msg_iov");
    const struct strace_value *count = strace_field(header, "msg_iovlen");
    uint64_t u = 0;

    if (strace_number(count, &u))
        toc_put_uint(import, iov, "count", u);
    if (list && list->kind == STRACE_LIST) {
        toc_put_word(import, iov, "status", "ok");
        put_segs(import, call, iov, list);
    } else if (list && list->kind == STRACE_NUMBER) {
        // It shows the pointer where it could not read what that points to.
        toc_put_word(import, iov, "status", u ? "fault" : "absent");
        toc_put_ptr(import, iov, "ptr", list->u);
    } else
        toc_put_word(import, iov, "status", strace_is_null(list) ? "null" : "absent");
}

/* The buffer that is an argument. */
static void put_one_buffer(struct toc_import *import, struct toc_node *view,
                           const struct strace_value *buffer, const struct strace_value *len) {
    struct toc_node *iov = toc_put_map(import, view, "iov");
    struct payload payload = {.buf = {.arena = import->arena}};
    uint64_t bytes;

    toc_put_word(import, iov, "status", "ok");
    toc_put_ptr(import, iov, "ptr", 0);
    toc_put_uint(import, iov, "count", 1);
    if (strace_number(len, &bytes))
        toc_put_uint(import, iov, "bytes", bytes);
    put_seg(import, toc_put_list(import, iov, "segs"), buffer, len);
    add_payload(&payload, buffer);
    put_payload(import, iov, &payload);
}

/* ---- Control data ---- */

static void put_control(struct toc_import *import, struct strace_call *call, struct toc_node *view,
                        const struct strace_value *header) {
    const struct strace_value *list = strace_field(header, "msg_control");
    const struct strace_value *len = at_return(strace_field(header, "msg_controllen"));
    struct toc_node *control = toc_put_map(import, view, "control"), *items, *item;
    const struct strace_value *v;
    uint64_t u = 1;
    size_t n = 0;

    if (strace_number(len, &u))
        toc_put_uint(import, control, "len", u);
    if (!list || list->kind != STRACE_LIST) {
        toc_put_word(import, control, "status", !u || strace_is_null(list) ? "null" : "absent");
        if (list && list->kind == STRACE_NUMBER)
            toc_put_ptr(import, control, "ptr", list->u);
        return;
    }
    toc_put_word(import, control, "status", "ok");
    items = toc_put_list(import, control, "items");
    for (v = list->child; v && n < TOC_MAX_CONTROL_ITEMS; v = v->next) {
        if (v->kind != STRACE_STRUCT)
            continue;
        n++;
        item = toc_put_map(import, items, NULL);
        if (strace_number(strace_field(v, "cmsg_level"), &u))
            toc_put_int(import, item, "level", (int32_t)u);
        if (strace_number(strace_field(v, "cmsg_type"), &u))
            toc_put_int(import, item, "type", (int32_t)u);
        if (strace_number(strace_field(v, "cmsg_len"), &u))
            toc_put_uint(import, item, "len", u);
    }
    call->truncated |= list->cut || v;
}

/* ---- Messages ---- */

/* Of the length of a receive's name strace shows what it was before, where that differs. */
static void put_room(struct toc_import *import, struct toc_node *msg,
                     const struct strace_value *len) {
    struct toc_node *view = toc_put_map(import, msg, "enter"), *name;

    toc_put_word(import, view, "status", "ok");
    name = toc_put_map(import, view, "name");
    toc_put_word(import, name, "status", "absent");
    put_u32(import, name, "len", len);
}

static void put_header(struct toc_import *import, struct strace_call *call, struct toc_node *msg,
                       const struct strace_value *header, bool at_exit) {
    const struct strace_value *len = strace_field(header, "msg_namelen");
    struct toc_node *view, *name;

    if (len && len->becomes)
        put_room(import, msg, len);
    view = toc_put_map(import, msg, at_exit ? "exit" : "enter");
    toc_put_word(import, view, "status", "ok");
    put_u32(import, view, "flags", at_return(strace_field(header, "msg_flags")));
    name = toc_put_map(import, view, "name");
    put_u32(import, name, "len", at_return(len));
    strace_put_addr(import, name, strace_field(header, "msg_name"));
    put_iov(import, call, view, header);
    put_control(import, call, view, header);
}

void strace_put_batch(struct toc_import *import, struct strace_call *call) {
    const struct strace_value *list = call->args[1];
    struct toc_node *batch = toc_put_map(import, call->root, "batch"), *msgs, *msg;
    uint32_t n = 0;

    if (!list || list->kind != STRACE_LIST)
        return;
    msgs = toc_put_list(import, call->root, "msgs");
    call->truncated |= list->cut;
    for (const struct strace_value *v = list->child; v; v = v->next) {
        if (n == TOC_MAX_MSGS) {
            call->truncated = true;
            break;
        }
        import->col = v->col;
        msg = toc_put_map(import, msgs, NULL);
        toc_put_uint(import, msg, "index", n++);
        put_u32(import, msg, "len", strace_field(v, "msg_len"));
        put_header(import, call, msg, strace_field(v, "msg_hdr"), true);
    }
    toc_put_bool(import, batch, "truncated", call->truncated);
}

/* The one message of a call, with what it returned. */
static struct toc_node *begin_single(struct toc_import *import, struct strace_call *call) {
    struct toc_node *msg = toc_put_map(import, toc_put_list(import, call->root, "msgs"), NULL);

    toc_put_uint(import, msg, "index", 0);
    if (call->has_ret && call->ret >= 0)
        toc_put_uint(import, msg, "len", (uint32_t)call->ret);
    return msg;
}

static void end_single(struct toc_import *import, struct strace_call *call) {
    struct toc_node *batch = toc_put_map(import, call->root, "batch");

    toc_put_uint(import, batch, "requested", 1);
    toc_put_bool(import, batch, "truncated", call->truncated);
}

void strace_put_single(struct toc_import *import, struct strace_call *call, bool receives) {
    const struct strace_value *header = call->args[1];
    struct toc_node *msg;

    if (header && header->kind == STRACE_STRUCT) {
        msg = begin_single(import, call);
        // Of one that failed it has what there was room for.
        if (strace_field(header, "msg_iov"))
            put_header(import, call, msg, header, receives);
        else
            put_room(import, msg, strace_field(header, "msg_namelen"));
    }
    end_single(import, call);
}

void strace_put_buffer(struct toc_import *import, struct strace_call *call, bool receives) {
    const struct strace_value *buffer = call->args[1], *addr = call->args[4], *len = call->args[5];
    struct toc_node *msg, *view, *name;

    if (buffer && (!receives || buffer->kind == STRACE_STRING)) {
        msg = begin_single(import, call);
        // [128 => 16]
        if (receives && len && len->kind == STRACE_LIST)
            len = len->child;
        if (receives && len && len->becomes)
            put_room(import, msg, len);
        view = toc_put_map(import, msg, receives ? "exit" : "enter");
        toc_put_word(import, view, "status", "ok");
        name = toc_put_map(import, view, "name");
        if (addr) {
            put_u32(import, name, "len", at_return(len));
            strace_put_addr(import, name, addr);
        } else
            toc_put_word(import, name, "status", "null");
        put_one_buffer(import, view, buffer, call->args[2]);
        toc_put_word(import, toc_put_map(import, view, "control"), "status", "null");
    }
    end_single(import, call);
}
