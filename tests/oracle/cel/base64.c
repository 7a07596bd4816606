// SPDX-License-Identifier: Apache-2.0
// base64, bit by bit.
#include <string.h>

#include "oracle.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static struct ov encode(struct oracle *o, const struct ov *bytes) {
    size_t bits = bytes->n * 8, n = 0;
    char *text = ov_text(o, bytes->n * 2 + 4);

    for (size_t bit = 0; bit < bits; bit += 6) {
        int digit = 0;

        for (size_t i = bit; i < bit + 6; i++)
            digit = digit * 2 + (i < bits ? (uint8_t)bytes->s[i / 8] >> (7 - i % 8) & 1 : 0);
        text[n++] = digits[digit];
    }
    while (n % 4)
        text[n++] = '=';
    return ov_string(text, n);
}

static struct ov decode(struct oracle *o, const struct ov *text) {
    uint8_t *bytes = (uint8_t *)ov_text(o, text->n + 1);
    size_t n = text->n, bits;

    if (n % 4 == 0)
        for (int i = 0; i < 2 && n && text->s[n - 1] == '='; i++)
            n--;
    else if (n % 4 == 3 && text->s[n - 1] == '=')
        n--;
    memset(bytes, 0, text->n + 1);
    for (size_t i = 0; i < n; i++) {
        const char *digit = memchr(digits, text->s[i], 64);

        if (!digit)
            return ov_error(CEL_ERR_ARGUMENT);
        for (size_t k = 0; k < 6; k++)
            if ((digit - digits) >> (5 - k) & 1)
                bytes[(i * 6 + k) / 8] |= (uint8_t)(0x80 >> (i * 6 + k) % 8);
    }
    bits = n * 6;
    if (n % 4 == 1 || (bits % 8 && bytes[bits / 8]))
        return ov_error(CEL_ERR_ARGUMENT);
    return ov_bytes((char *)bytes, bits / 8);
}

bool oracle_base64(const struct ocall *call, struct ov *ret) {
    if (oracle_is(call, "base64.encode", false, "y"))
        *ret = encode(call->o, &call->args[0]);
    else if (oracle_is(call, "base64.decode", false, "s"))
        *ret = decode(call->o, &call->args[0]);
    else
        return false;
    return true;
}
