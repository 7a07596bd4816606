// SPDX-License-Identifier: Apache-2.0
// Bytes as text: base64.
#include <string.h>

#include "base/text.h"
#include "cel/function.h"
#include "cel/text.h"

static struct cel_value encode(const struct cel_call *call, const struct cel_value *args) {
    struct toc_buf buf = {.arena = call->scratch};

    toc_buf_add_base64(&buf, args[0].s, args[0].n);
    return buf.failed ? cel_fail(CEL_ERR_RESOURCE, "out of scratch memory")
                      : cel_string(buf.n ? buf.p : "", buf.n);
}

/* The padding may be missing. */
static struct cel_value decode(const struct cel_call *call, const struct cel_value *args) {
    size_t n = args[0].n, padded = (n + 3) / 4 * 4;
    char *text = toc_arena_alloc(call->scratch, padded + 1);
    char *bytes = toc_arena_alloc(call->scratch, padded / 4 * 3 + 1);
    long size;

    if (!text || !bytes)
        return cel_fail(CEL_ERR_RESOURCE, "out of scratch memory");
    if (n)
        memcpy(text, args[0].s, n);
    memset(text + n, '=', padded - n);
    size = toc_base64_decode(bytes, text, padded);
    return size < 0 ? cel_fail(CEL_ERR_ARGUMENT, "the string is no base64")
                    : cel_bytes(bytes, (size_t)size);
}

static const struct cel_function functions[] = {
    CEL_ROW("base64.encode", false, 1, cel_type_string, encode, &cel_type_bytes),
    CEL_ROW("base64.decode", false, 1, cel_type_bytes, decode, &cel_type_string),
};

CEL_LIBRARY(cel_lib_encoders);
