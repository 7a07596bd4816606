// SPDX-License-Identifier: Apache-2.0
// Tracepoints that gave other arguments in older kernels than the programs take: told by the type
// of one argument, as verifiers see no difference between some of them.
#include "source/bpf_tracepoint.h"

#include <bpf/btf.h>
#include <stddef.h>
#include <string.h>

static const struct {
    const char *name;
    unsigned argument; /* from 0 */
    const char *of;    /* the structure that it points to; "" for anything */
    const char *since;
} rows[] = {
    {"io_uring_submit_sqe", 0, "io_kiocb", "6.0"},
    {"io_uring_req_failed", 1, "io_kiocb", "6.0"},
    {"io_uring_complete", 1, "", "5.18"},
};

static const struct btf_type *plain(const struct btf *btf, __u32 id) {
    const struct btf_type *type = btf__type_by_id(btf, id);

    while (type && (btf_is_mod(type) || btf_is_typedef(type)))
        type = btf__type_by_id(btf, type->type);
    return type;
}

static const struct btf_type *pointed(const struct btf *btf, __u32 id) {
    const struct btf_type *type = plain(btf, id);

    return type && btf_is_ptr(type) ? plain(btf, type->type) : NULL;
}

/* The type is a typedef of a pointer to a function, whose first parameter is the tracepoint's own.
 */
static bool gives(const struct btf *btf, int id, unsigned argument, const char *of) {
    const struct btf_type *function = pointed(btf, (__u32)id), *to, *type;
    const struct btf_param *parameter;

    if (!function || !btf_is_func_proto(function) || argument + 1 >= btf_vlen(function))
        return false;
    parameter = btf_params(function) + argument + 1;
    type = plain(btf, parameter->type);
    if (!*of)
        return type && btf_is_ptr(type);
    to = pointed(btf, parameter->type);
    return to && !strcmp(btf__name_by_offset(btf, to->name_off), of);
}

const char *toc_bpf_tracepoint_since(const struct btf *btf, int id, const char *name) {
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (!strcmp(rows[i].name, name) && !gives(btf, id, rows[i].argument, rows[i].of))
            return rows[i].since;
    return NULL;
}
